//! Consent: to research, for one.
use super::{
    Concept, Period, Resource,
    types::{date, reference, text},
};
use crate::{date::Date, quiet::quiet, system::CONSENT_SCOPE};

/// What is understood of a consent.
#[derive(Clone, PartialEq, Eq)]
pub struct Consent {
    /// To what: the study or the purpose; may be empty.
    pub title: String,
    /// Whether it is about research.
    pub research: bool,
    /// `active`, `proposed`, `rejected`, `inactive`, `draft` or `entered-in-error`; may be empty.
    pub status: String,
    /// `permit` or `deny`; may be empty.
    pub decision: String,
    /// When it was given.
    pub date: Option<Date>,
    /// For which time.
    pub period: Option<Period>,
    /// To whom, where it is said by name; may be empty.
    pub to: String,
}

impl Consent {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let scope = Concept::member(object, "scope");
        let provision = object.object("provision");
        let decision = provision.map(|own| text(own, "type")).unwrap_or_default();
        let category = object.objects("category").map(Concept::read);
        let titles = category.map(|category| category.text);
        Self {
            title: titles
                .chain([text(object, "title"), scope.text.clone()])
                .find(|title| !title.is_empty())
                .unwrap_or_default(),
            research: scope.has(CONSENT_SCOPE, "research"),
            status: text(object, "status"),
            decision,
            date: date(object, "dateTime"),
            period: provision
                .and_then(|own| own.object("period"))
                .map(Period::read),
            to: object
                .objects("organization")
                .next()
                .map(|own| text(own, "display"))
                .unwrap_or_else(|| reference(object, "organization").0.to_owned()),
        }
    }
}

quiet! { Consent }
