//! Writing a value: without space, numbers as they were written, nothing escaped that need not be.
use super::{Json, Object};

/// The value as text.
pub fn write(value: &Json) -> String {
    let mut out = String::new();
    put(&mut out, value);
    out
}

impl Object {
    /// The object as text.
    pub fn write(&self) -> String {
        let mut out = String::new();
        put_object(&mut out, self);
        out
    }
}

/// No deeper than what was read, or what was made here.
fn put(out: &mut String, value: &Json) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(text) => out.push_str(text),
        Json::String(text) => put_string(out, text),
        Json::Array(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                comma(out, number);
                put(out, item);
            }
            out.push(']');
        }
        Json::Object(object) => put_object(out, object),
    }
}

fn put_object(out: &mut String, object: &Object) {
    out.push('{');
    for (number, (name, value)) in object.iter().enumerate() {
        comma(out, number);
        put_string(out, name);
        out.push(':');
        put(out, value);
    }
    out.push('}');
}

fn comma(out: &mut String, number: usize) {
    if number > 0 {
        out.push(',');
    }
}

fn put_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // Nearly all of a text needs no escape and is copied as a whole.
    while let Some(at) = rest.find(|letter: char| letter < ' ' || letter == '"' || letter == '\\') {
        let (plain, after) = rest.split_at(at);
        out.push_str(plain);
        let mut letters = after.chars();
        if let Some(letter) = letters.next() {
            put_escaped(out, letter);
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn put_escaped(out: &mut String, letter: char) {
    match letter {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
    }
}
