//! AllergyIntolerance.
use super::{
    Concept, Resource, When,
    types::{notes, text},
};
use crate::{json::Json, quiet::quiet};

/// What is understood of an allergy or intolerance.
#[derive(Clone, PartialEq, Eq)]
pub struct Allergy {
    /// To what.
    pub code: Concept,
    /// `active`, `inactive` or `resolved`; may be empty.
    pub clinical: String,
    /// `confirmed`, `unconfirmed`, `refuted` or `entered-in-error`; may be empty.
    pub verification: String,
    /// `food`, `medication`, `environment`, `biologic`.
    pub categories: Vec<String>,
    /// `low`, `high` or `unable-to-assess`; may be empty.
    pub criticality: String,
    /// What happens, each with its severity (`mild`, `moderate`, `severe`, or empty).
    pub reactions: Vec<(Concept, String)>,
    /// Since when.
    pub onset: Option<When>,
    /// Notes, one below the other.
    pub note: String,
}

impl Allergy {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let reactions = object.objects("reaction").flat_map(|reaction| {
            let severity = text(reaction, "severity");
            Concept::list(reaction, "manifestation")
                .into_iter()
                .map(move |what| (what, severity.clone()))
        });
        Self {
            code: Concept::member(object, "code"),
            clinical: Concept::member(object, "clinicalStatus").code().to_owned(),
            verification: Concept::member(object, "verificationStatus")
                .code()
                .to_owned(),
            categories: object
                .items("category")
                .iter()
                .filter_map(Json::as_str)
                .map(str::to_owned)
                .collect(),
            criticality: text(object, "criticality"),
            reactions: reactions.collect(),
            onset: When::choice(object, "onset"),
            note: notes(object),
        }
    }

    /// Whether it is to be heeded: nothing says that it is over or was wrong.
    pub fn is_active(&self) -> bool {
        matches!(self.clinical.as_str(), "" | "active")
            && !matches!(self.verification.as_str(), "refuted" | "entered-in-error")
    }
}

quiet! { Allergy }
