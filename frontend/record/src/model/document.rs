//! DocumentReference: a letter, a scan, a note.
use base64ct::{Base64, Encoding};

use super::{
    Concept, Resource,
    types::{date, number, text},
};
use crate::{date::Date, json::Object, quiet::quiet};

/// The media type of a note.
pub(crate) const PLAIN: &str = "text/plain";

/// What is understood of a document.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is called; may be empty.
    pub title: String,
    /// What kind of document it is.
    pub code: Concept,
    /// `current`, `superseded` or `entered-in-error`; may be empty.
    pub status: String,
    /// When it was written.
    pub date: Option<Date>,
    /// Its media type as the writer names it; may be empty.
    pub media_type: String,
    /// Its length in bytes, as the writer says.
    pub size: Option<u64>,
    /// Its text, when it is plain text that stands in the resource.
    pub text: Option<String>,
}

impl Document {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let attachment = attachment(object);
        let of = |name| attachment.map(|own| text(own, name)).unwrap_or_default();
        let (title, description) = (of("title"), text(object, "description"));
        let media_type = of("contentType");
        let plain = media_type.split(';').next().unwrap_or_default().trim();
        let data = attachment.and_then(|own| own.str("data"));
        let inside = data
            .filter(|_| plain.eq_ignore_ascii_case(PLAIN))
            .and_then(|data| Base64::decode_vec(data).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        let size = attachment.and_then(|own| number(own, "size"));
        Self {
            title: if title.is_empty() { description } else { title },
            code: Concept::member(object, "type"),
            status: text(object, "status"),
            date: date(object, "date").or(attachment.and_then(|own| date(own, "creation"))),
            media_type,
            size: size.and_then(|size| size.as_str().parse().ok()),
            text: inside,
        }
    }
}

/// The first content: a document has one, or the same one in several forms.
fn attachment(object: &Object) -> Option<&Object> {
    object.objects("content").next()?.object("attachment")
}

quiet! { Document }
