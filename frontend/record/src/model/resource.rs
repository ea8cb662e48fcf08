//! One FHIR resource, whole.
use serde::{Deserialize, Serialize};

use super::{Category, Kind};
use crate::{
    json::{Fault, Json, Object, parse},
    quiet::quiet,
};

/// The longest resource, in bytes of its text: what is larger does not fit into one entry of a chart.
pub const MAX_RESOURCE: usize = 384 * 1024;

/// A resource with everything that was written in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Resource(Object);

/// Why something is no resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum BadResource {
    /// It can not be read.
    #[error(transparent)]
    Json(#[from] Fault),
    /// It is longer than [`MAX_RESOURCE`].
    #[error("too long")]
    TooLong,
    /// It does not say what kind of resource it is, or in a way that no FHIR type is called.
    #[error("no resource")]
    NoType,
}

impl Resource {
    /// An empty resource of a kind that FHIR calls so.
    pub(crate) fn new(kind: &str) -> Self {
        Self(Object::new().with_text("resourceType", kind))
    }

    /// Reads one resource.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, BadResource> {
        if text.len() > MAX_RESOURCE {
            return Err(BadResource::TooLong);
        }
        match parse(text)? {
            Json::Object(object) => Self::from_object(object),
            _ => Err(BadResource::NoType),
        }
    }

    /// Takes an object that says what kind of resource it is.
    ///
    /// # Errors
    /// [`BadResource::NoType`]
    pub fn from_object(object: Object) -> Result<Self, BadResource> {
        let kind = object.str("resourceType").unwrap_or_default();
        let plain = |letter: char| letter.is_ascii_alphabetic();
        if kind.is_empty() || kind.len() > 64 || !kind.chars().all(plain) {
            return Err(BadResource::NoType);
        }
        Ok(Self(object))
    }

    /// Its text, without space.
    pub fn write(&self) -> String {
        self.0.write()
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        Kind::named(self.type_name())
    }

    /// What FHIR calls its kind.
    pub fn type_name(&self) -> &str {
        self.0.str("resourceType").unwrap_or_default()
    }

    /// The data category to which it belongs by its nature.
    pub fn category(&self) -> Category {
        Category::of(self)
    }

    /// Its logical id; empty when it has none.
    pub fn id(&self) -> &str {
        self.0.str("id").unwrap_or_default()
    }

    /// Everything in it.
    pub fn object(&self) -> &Object {
        &self.0
    }

    /// Everything in it, to change.
    pub(crate) fn object_mut(&mut self) -> &mut Object {
        &mut self.0
    }

    /// A resource that stands inside of this one and is named by `#id`.
    pub(crate) fn contained(&self, reference: &str) -> Option<&Object> {
        let id = reference.strip_prefix('#')?;
        self.0
            .objects("contained")
            .find(|object| object.str("id") == Some(id))
    }
}

quiet! { Resource }
