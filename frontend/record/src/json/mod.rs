//! JSON (RFC 8259) as somebody wrote it.
//!
//! Own code, because FHIR asks for more than a general reader keeps: `1.50` is not `1.5`, the order of
//! members is given back, and two members of one name are refused instead of one of them being lost.
mod read;
mod span;
mod write;

pub use read::{Fault, MAX_DEPTH, MAX_VALUES, parse};
pub(crate) use span::{elements, members, skip, skip_space};
pub use write::write;

use crate::quiet::quiet;

/// One value.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in the very letters in which it was written.
    Number(String),
    /// A string, without its escapes.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// An object: its members in the order in which they were written, each name once.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Object(Vec<(String, Json)>);

impl Json {
    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// The string that it is.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The object that it is.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of the array that it is; of anything else none.
    pub fn items(&self) -> &[Json] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }
}

impl Object {
    /// An object without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    }

    /// A member that is a string.
    pub fn str(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// A member that is an object.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.get(name)?.as_object()
    }

    /// The objects in a member that is an array.
    pub fn objects(&self, name: &str) -> impl Iterator<Item = &Object> {
        self.items(name).iter().filter_map(Json::as_object)
    }

    /// The elements of a member that is an array; of anything else none.
    pub fn items(&self, name: &str) -> &[Json] {
        self.get(name).map_or(&[], Json::items)
    }

    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives a member another value where it stands, or a new member its place at the end.
    pub fn set(&mut self, name: &str, value: Json) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(own, _)| own == name)?;
        Some(self.0.remove(at).1)
    }

    /// The same with one member more, for objects that are made here.
    #[must_use]
    pub fn with(mut self, name: &str, value: Json) -> Self {
        self.set(name, value);
        self
    }

    /// The same with one string more, for objects that are made here.
    #[must_use]
    pub fn with_text(self, name: &str, text: &str) -> Self {
        self.with(name, Json::text(text))
    }

    /// Members that are known to have different names.
    pub(crate) fn from_members(members: Vec<(String, Json)>) -> Self {
        Self(members)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

quiet! { Json Object }
