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
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => out.push(letter),
        }
    }
    out.push('"');
}
