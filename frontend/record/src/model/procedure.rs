//! Procedure: something that was done.
use super::{
    Concept, Resource, When,
    types::{notes, text},
};
use crate::quiet::quiet;

/// What is understood of a procedure.
#[derive(Clone, PartialEq, Eq)]
pub struct Procedure {
    /// What was done.
    pub code: Concept,
    /// `completed`, `in-progress`, `not-done` and others; may be empty.
    pub status: String,
    /// When.
    pub when: Option<When>,
    /// In words, where no date is given; may be empty.
    pub said: String,
    /// What for: in words, and what is named elsewhere.
    pub reasons: Vec<Concept>,
    /// How it went.
    pub outcome: Concept,
    /// Notes, one below the other.
    pub note: String,
}

impl Procedure {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let mut reasons = Concept::list(object, "reasonCode");
        for link in object.objects("reasonReference") {
            if let Some(display) = link.str("display") {
                reasons.push(Concept::of(display, Vec::new()));
            }
        }
        Self {
            code: Concept::member(object, "code"),
            status: text(object, "status"),
            when: When::choice(object, "performed"),
            said: text(object, "performedString"),
            reasons,
            outcome: Concept::member(object, "outcome"),
            note: notes(object),
        }
    }
}

quiet! { Procedure }
