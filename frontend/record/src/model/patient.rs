//! Patient: who somebody is.
use super::{Resource, types::date};
use crate::{
    date::Date,
    json::{Json, Object},
    quiet::quiet,
};

/// What is understood of a patient.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// The name as one line; empty when there is none.
    pub name: String,
    /// Day of birth, as exact as it is known.
    pub birth: Option<Date>,
    /// `male`, `female`, `other` or `unknown`; may be empty.
    pub gender: String,
    /// Numbers by which others know the person: the name of the list, and the number.
    pub identifiers: Vec<(String, String)>,
    /// Telephone, mail and the like: what it is, and the text.
    pub contacts: Vec<(String, String)>,
    /// Addresses, each as one line.
    pub addresses: Vec<String>,
}

impl Patient {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let pair = |object: &Object| {
            let text = |name| object.str(name).unwrap_or_default().to_owned();
            (text("system"), text("value"))
        };
        Self {
            name: name(object),
            birth: date(object, "birthDate"),
            gender: object.str("gender").unwrap_or_default().to_owned(),
            identifiers: object.objects("identifier").map(pair).collect(),
            contacts: object.objects("telecom").map(pair).collect(),
            addresses: object.objects("address").map(address).collect(),
        }
    }
}

/// The name of whoever a resource is about: the official one before others, the organisation's
/// where it is one string.
pub(crate) fn name(object: &Object) -> String {
    if let Some(name) = object.str("name") {
        return name.to_owned();
    }
    let mut names: Vec<&Object> = object.objects("name").collect();
    names.sort_by_key(|name| match name.str("use") {
        Some("official") => 0,
        Some("usual") | None => 1,
        _ => 2,
    });
    let Some(name) = names.first() else {
        return String::new();
    };
    if let Some(text) = name.str("text") {
        return text.to_owned();
    }
    let words = |member| name.items(member).iter().filter_map(Json::as_str);
    let parts: Vec<&str> = words("prefix")
        .chain(words("given"))
        .chain(name.str("family"))
        .chain(words("suffix"))
        .collect();
    parts.join(" ")
}

fn address(object: &Object) -> String {
    if let Some(text) = object.str("text") {
        return text.to_owned();
    }
    let lines = object.items("line").iter().filter_map(Json::as_str);
    let rest = ["postalCode", "city", "state", "country"];
    let parts: Vec<&str> = lines
        .chain(rest.iter().filter_map(|part| object.str(part)))
        .collect();
    parts.join(", ")
}

quiet! { Patient }
