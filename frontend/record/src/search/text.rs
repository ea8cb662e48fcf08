//! Which texts of a resource people would search for.
use crate::json::{Json, Object};

/// Members that are for machines: addresses, ids, layout, bytes.
const SKIPPED: [&str; 14] = [
    "resourceType",
    "id",
    "meta",
    "system",
    "reference",
    "url",
    "fullUrl",
    "div",
    "data",
    "profile",
    "implicitRules",
    "linkId",
    "hash",
    "versionId",
];

/// Calls `each` for every text and number of a resource that a person may know.
pub(crate) fn each_text(object: &Object, each: &mut impl FnMut(&str)) {
    for (name, value) in object.iter() {
        if !SKIPPED.contains(&name) {
            of_value(value, each);
        }
    }
}

/// No deeper than what the reader takes.
fn of_value(value: &Json, each: &mut impl FnMut(&str)) {
    match value {
        Json::String(text) | Json::Number(text) => each(text),
        Json::Array(items) => items.iter().for_each(|item| of_value(item, each)),
        Json::Object(object) => each_text(object, each),
        Json::Null | Json::Bool(_) => {}
    }
}
