//! Immunization.
use super::{
    Concept, Resource,
    types::{date, notes, text},
};
use crate::{date::Date, quiet::quiet};

/// What is understood of an immunisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Immunization {
    /// The vaccine.
    pub vaccine: Concept,
    /// `completed`, `entered-in-error` or `not-done`; may be empty.
    pub status: String,
    /// When, where a date is given.
    pub date: Option<Date>,
    /// When, in words; may be empty.
    pub said: String,
    /// The number of the batch; may be empty.
    pub lot: String,
    /// Notes, one below the other.
    pub note: String,
}

impl Immunization {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        Self {
            vaccine: Concept::member(object, "vaccineCode"),
            status: text(object, "status"),
            date: date(object, "occurrenceDateTime"),
            said: text(object, "occurrenceString"),
            lot: text(object, "lotNumber"),
            note: notes(object),
        }
    }
}

quiet! { Immunization }
