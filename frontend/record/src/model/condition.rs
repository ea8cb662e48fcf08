//! Condition: a problem or diagnosis.
use super::{
    Concept, Resource, When,
    types::{date, notes},
};
use crate::{date::Date, quiet::quiet};

/// What is understood of a problem.
#[derive(Clone, PartialEq, Eq)]
pub struct Condition {
    /// What it is.
    pub code: Concept,
    /// `active`, `recurrence`, `relapse`, `inactive`, `remission` or `resolved`; may be empty.
    pub clinical: String,
    /// `confirmed`, `provisional`, `refuted`, `entered-in-error` and others; may be empty.
    pub verification: String,
    /// How bad it is.
    pub severity: Concept,
    /// Since when.
    pub onset: Option<When>,
    /// Until when.
    pub abatement: Option<When>,
    /// When it was written down.
    pub recorded: Option<Date>,
    /// Notes, one below the other.
    pub note: String,
}

impl Condition {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        Self {
            code: Concept::member(object, "code"),
            clinical: Concept::member(object, "clinicalStatus").code().to_owned(),
            verification: Concept::member(object, "verificationStatus")
                .code()
                .to_owned(),
            severity: Concept::member(object, "severity"),
            onset: When::choice(object, "onset"),
            abatement: When::choice(object, "abatement"),
            recorded: date(object, "recordedDate"),
            note: notes(object),
        }
    }

    /// Whether it goes on: it is said to, or nothing says that it ended or was wrong.
    pub fn is_active(&self) -> bool {
        let wrong = matches!(self.verification.as_str(), "refuted" | "entered-in-error");
        match self.clinical.as_str() {
            "active" | "recurrence" | "relapse" => !wrong,
            "" => !wrong && self.abatement.is_none(),
            _ => false,
        }
    }
}

quiet! { Condition }
