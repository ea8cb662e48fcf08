//! Values in answers: found by the way to them, and changed.

use keepwell_shared::bytes::{from_base64url, to_base64url};
use serde_json::{Value, json};

/// Every value of a field below a way.
pub fn values<'a>(value: &'a mut Value, way: &[&str], field: &str, into: &mut Vec<&'a mut Value>) {
    match way.split_first() {
        None => into.extend(value.get_mut(field)),
        Some((&"*", rest)) => {
            for element in value.as_array_mut().into_iter().flatten() {
                values(element, rest, field, into);
            }
        }
        Some((step, rest)) => {
            if let Some(next) = value.get_mut(*step) {
                values(next, rest, field, into);
            }
        }
    }
}

pub fn read(body: &[u8], way: &[&str], field: &str) -> Vec<Value> {
    let mut json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let mut found = Vec::new();
    values(&mut json, way, field, &mut found);
    found.into_iter().map(|value| value.clone()).collect()
}

pub fn flipped(value: &Value) -> Value {
    match value {
        Value::String(text) => match from_base64url(text) {
            Some(mut bytes) if !bytes.is_empty() => {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                json!(to_base64url(&bytes))
            }
            // An id, or a name.
            _ => {
                let mut letters: Vec<char> = text.chars().collect();
                let middle = letters.len() / 2;
                if let Some(letter) = letters.get_mut(middle) {
                    *letter = if *letter == 'a' { 'b' } else { 'a' };
                }
                json!(letters.into_iter().collect::<String>())
            }
        },
        Value::Number(number) => json!(number.as_u64().unwrap().wrapping_add(1)),
        Value::Array(list) => {
            let mut list = list.clone();
            list.reverse();
            json!(list)
        }
        other => other.clone(),
    }
}

pub fn emptied(value: &Value) -> Value {
    match value {
        Value::Array(_) => json!([]),
        Value::String(_) => json!(""),
        Value::Number(_) => json!(0),
        _ => Value::Null,
    }
}
