//! What an entry says, in neutral parts: a title in the writer's words, a time, and what else there is.
mod clinical;
mod part;
mod rest;
mod results;

use part::Parts;
pub use part::{Description, Field, Part, Shown};

use crate::{
    entry::Body,
    entry::Stored,
    model::{Concept, Kind, Resource, When},
};

/// A description, and where its title stands when another resource says it.
pub(crate) struct Described {
    pub(crate) description: Description,
    /// A reference; empty when the title needs none.
    pub(crate) title_from: String,
}

/// What a resource says at a moment, in seconds since 1970.
pub fn describe(resource: &Resource, now: i64) -> Description {
    described(resource, now).description
}

pub(crate) fn described(resource: &Resource, now: i64) -> Described {
    match resource.kind() {
        Kind::Patient => rest::patient(resource),
        Kind::Allergy => clinical::allergy(resource),
        Kind::Medicine => clinical::medicine(resource, now),
        Kind::Problem => clinical::problem(resource),
        Kind::Immunisation => clinical::immunisation(resource),
        Kind::Procedure => clinical::procedure(resource),
        Kind::Visit => clinical::visit(resource),
        Kind::Observation => results::observation(resource),
        Kind::Report => results::report(resource),
        Kind::Document => rest::document(resource),
        Kind::Bill => rest::bill(resource),
        Kind::Consent => rest::consent(resource),
        Kind::File | Kind::Background | Kind::Other => rest::other(resource),
    }
}

/// What the body of an entry says. A text that is no resource any more is shown as one of a kind that is not
/// understood: the entry verified, so somebody wrote it so.
pub(crate) fn described_body(body: &Body, now: i64) -> Described {
    match body {
        Body::Note { title, text } => rest::note(title, text),
        Body::File {
            name,
            media_type,
            length,
            ..
        } => rest::file(name, media_type, *length),
        Body::Fhir(text) => match Stored::parse(text) {
            Ok(stored) => described(&stored.resource, now),
            Err(_) => made(Kind::Other, "", "", Parts::default()),
        },
    }
}

fn made(kind: Kind, type_name: &str, title: &str, parts: Parts) -> Described {
    Described {
        description: Description {
            kind,
            type_name: type_name.to_owned(),
            title: title.trim().to_owned(),
            current: false,
            void: false,
            when: None,
            parts: parts.done(),
        },
        title_from: String::new(),
    }
}

fn of(resource: &Resource, code: &Concept, parts: Parts) -> Described {
    made(resource.kind(), resource.type_name(), code.label(), parts)
}

impl Described {
    fn at(mut self, when: Option<When>) -> Self {
        self.description.when = when;
        self
    }

    fn current(mut self, current: bool) -> Self {
        self.description.current = current && !self.description.void;
        self
    }

    fn void(mut self, void: bool) -> Self {
        self.description.void = void;
        self
    }
}
