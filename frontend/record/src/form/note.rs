//! Notes.
use base64ct::{Base64, Encoding};
use serde::{Deserialize, Serialize};

use super::edit::{Editor, FormField, LONG, Problem};
use crate::{
    json::{Json, Object},
    model::{Document, PLAIN, Resource},
    quiet::quiet,
};

/// Words with a heading.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NoteForm {
    /// The heading.
    pub title: String,
    /// The text. Heading or text must be filled in.
    pub text: String,
    /// When.
    pub when: String,
}

impl NoteForm {
    /// Nothing for a document that is no plain text.
    pub(super) fn read(resource: &Resource) -> Option<Self> {
        let own = Document::read(resource);
        Some(Self {
            text: own.text?,
            title: own.title,
            when: resource.object().str("date").unwrap_or_default().to_owned(),
        })
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let old = Resource::from_object(to.object.clone()).ok();
        let old = old.and_then(|old| Self::read(&old)).unwrap_or_default();
        to.default("status", Json::text("current"));
        let title = to.short(FormField::Name, &self.title);
        let text = to.within(FormField::Text, &self.text, LONG);
        if title.is_empty() && text.trim().is_empty() {
            to.fault(FormField::Text, Problem::Missing);
        }
        // FHIR asks for the moment with its time; a day is what people know.
        to.date_member(FormField::When, "date", &self.when);
        if to.object.get("content").is_none()
            || (&old.title, &old.text) != (&self.title, &self.text)
        {
            to.object.set("content", content(title, text));
            to.object.remove("description");
        }
        to.patient("subject");
    }
}

/// The content of a document that is a plain text.
pub(crate) fn content(title: &str, text: &str) -> Json {
    let mut attachment = Object::new()
        .with_text("contentType", &format!("{PLAIN}; charset=utf-8"))
        .with_text("data", &Base64::encode_string(text.as_bytes()));
    if !title.is_empty() {
        attachment.set("title", Json::text(title));
    }
    let content = Object::new().with("attachment", attachment.into());
    Json::Array(vec![content.into()])
}

quiet! { NoteForm }
