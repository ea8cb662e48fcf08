//! Encounter: a visit, or a stay in hospital.
use super::{
    Coding, Concept, Period, Resource,
    types::{reference, text},
};
use crate::quiet::quiet;

/// What is understood of a visit.
#[derive(Clone, PartialEq, Eq)]
pub struct Encounter {
    /// What kinds of visit it is.
    pub types: Vec<Concept>,
    /// Where it took place: `AMB` in a practice, `IMP` in hospital, `EMER`, `HH` at home, `VR` by telephone.
    pub class: Coding,
    /// `finished`, `planned`, `in-progress`, `cancelled` and others; may be empty.
    pub status: String,
    /// From when until when.
    pub period: Option<Period>,
    /// What for.
    pub reasons: Vec<Concept>,
    /// With whom, where it is said by name.
    pub with: Vec<String>,
    /// The organisation, where it is said by name; may be empty.
    pub place: String,
}

impl Encounter {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let people = object.objects("participant").map(|part| {
            let (display, _) = reference(part, "individual");
            display.to_owned()
        });
        Self {
            types: Concept::list(object, "type"),
            class: object
                .object("class")
                .map_or_else(|| Coding::new("", "", ""), Coding::read),
            status: text(object, "status"),
            period: object.object("period").map(Period::read),
            reasons: Concept::list(object, "reasonCode"),
            with: people.filter(|name| !name.is_empty()).collect(),
            place: reference(object, "serviceProvider").0.to_owned(),
        }
    }
}

quiet! { Encounter }
