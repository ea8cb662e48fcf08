//! What is given to this crate: the newest revision of each entry of a chart, opened by whoever has keys.
use serde::{Deserialize, Serialize};

use crate::{
    json::{Json, Object, parse},
    model::{BadResource, Category, MAX_RESOURCE, Resource},
    quiet::quiet,
};

/// One entry of a chart.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which entry it is. Nothing here looks into it.
    pub record: String,
    /// The compartment in which it lies.
    pub category: Category,
    /// Who wrote this revision, as the page is to name them.
    pub author: String,
    /// When this revision was written, in seconds since 1970 by the author's clock.
    pub at: i64,
    /// Counts its revisions, from 1.
    pub number: u32,
    /// Whether it counts already.
    pub state: State,
    /// What stands in it.
    pub body: Body,
}

/// Whether an entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum State {
    /// It belongs to the chart.
    Accepted,
    /// It waits for the person whose chart it is.
    Waiting,
    /// The person did not want it.
    Declined,
}

/// What stands in an entry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Words.
    Note {
        /// The heading.
        title: String,
        /// The text.
        text: String,
    },
    /// A file, whose bytes are elsewhere.
    File {
        /// Its name.
        name: String,
        /// Its media type as the writer named it; may be empty.
        media_type: String,
        /// Its length in bytes.
        length: u64,
        /// What else is said about it, to be found.
        remark: String,
    },
    /// The text of a [`Stored`] resource.
    Fhir(String),
}

/// A resource as it stands in an entry: what FHIR calls an entry of a bundle, with its name and its content.
/// The name is kept because other resources refer to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// `fullUrl`: what others call it; empty when it has no such name.
    pub full_url: String,
    /// The resource.
    pub resource: Resource,
}

impl Stored {
    /// Reads the text of an entry; a resource without its name is taken, too.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadResource> {
        // The name and what stands around it.
        const AROUND: usize = 4096;
        if text.len() > MAX_RESOURCE + AROUND {
            return Err(BadResource::TooLong);
        }
        let Json::Object(mut object) = parse(text)? else {
            return Err(BadResource::NoType);
        };
        if object.str("resourceType").is_some() {
            return Ok(Resource::from_object(object)?.into());
        }
        let full_url = object.str("fullUrl").unwrap_or_default().to_owned();
        match object.remove("resource") {
            Some(Json::Object(resource)) => Ok(Self {
                full_url,
                resource: Resource::from_object(resource)?,
            }),
            _ => Err(BadResource::NoType),
        }
    }

    /// The text of an entry.
    pub fn write(&self) -> String {
        self.to_object().write()
    }

    /// An entry of a bundle.
    pub(crate) fn to_object(&self) -> Object {
        let mut object = Object::new();
        if !self.full_url.is_empty() {
            object.set("fullUrl", Json::text(&self.full_url));
        }
        object.with("resource", self.resource.object().clone().into())
    }

    /// Every way in which others may refer to it: its full name, and its kind with its id.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        if !self.full_url.is_empty() {
            names.push(self.full_url.clone());
        }
        let id = self.resource.id();
        if !id.is_empty() {
            names.push(format!("{}/{id}", self.resource.type_name()));
        }
        names
    }
}

impl From<Resource> for Stored {
    fn from(resource: Resource) -> Self {
        Self {
            full_url: String::new(),
            resource,
        }
    }
}

quiet! { Entry Body Stored }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_stored_resource_is_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"resource":1}"#,
            r#"{"resource":{}}"#,
            r#"{"resourceType":"<b>"}"#,
            r#"{"resourceType":1}"#,
        ] {
            assert!(Stored::parse(text).is_err(), "{text}");
        }
        let long = format!(
            r#"{{"resourceType":"Basic","a":"{}"}}"#,
            "x".repeat(MAX_RESOURCE + 4096)
        );
        assert_eq!(Stored::parse(&long).unwrap_err(), BadResource::TooLong);
    }

    #[test]
    fn a_stored_resource_comes_back_with_its_names() {
        let text =
            r#"{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Basic","id":"7","x":1.50}}"#;
        let stored = Stored::parse(text).unwrap();
        assert_eq!(stored.write(), text);
        assert_eq!(stored.names(), ["urn:uuid:1", "Basic/7"]);
        let bare = Stored::parse(r#"{"resourceType":"Basic"}"#).unwrap();
        assert!(bare.names().is_empty());
        assert_eq!(Stored::parse(&bare.write()).unwrap(), bare);
    }
}
