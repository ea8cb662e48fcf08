//! The real server in the hands of a liar: every request is written down, every answer may be
//! changed on its way, and what was changed is proved again with the session's own key, because
//! whoever runs the server has that key too.
//!
//! A [`Lie`] is bound to an endpoint. It gets what was asked and what the server answered and says
//! what the person's browser hears instead.

mod forge;
mod line;
mod operator;
mod platform;
mod salamander;

pub use forge::{Forger, envelope, payload_bytes, payload_of, reseal};
pub use line::{Exchange, Lie, Line, Sent};
pub use operator::{Operator, Snapshot};
pub use platform::Tamper;
pub use salamander::{Gcm, Salamander};

use keepwell_shared::bytes::{from_base64url, to_base64url};
use keepwell_vault::platform::Answer;
use serde_json::Value;

/// An answer with this text.
pub fn answer(status: u16, body: &str) -> Answer {
    Answer {
        status,
        proof: None,
        body: body.as_bytes().to_vec(),
    }
}

/// An answer that refuses with this code.
pub fn refusal(code: keepwell_shared::error::Code) -> Answer {
    let name = serde_json::to_value(code).expect("a code has a name");
    answer(
        code.status(),
        &serde_json::json!({ "code": name }).to_string(),
    )
}

/// Edits the JSON of an answer.
pub fn edit(answer: &mut Answer, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&answer.body).expect("the answer is JSON");
    change(&mut value);
    answer.body = serde_json::to_vec(&value).expect("JSON");
}

/// What stands at a JSON pointer.
pub fn at<'a>(value: &'a mut Value, pointer: &str) -> &'a mut Value {
    let text = value.to_string();
    value
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("nothing at {pointer} in {text:.300}"))
}

/// The bytes that stand at a JSON pointer as base64url.
pub fn bytes_at(value: &mut Value, pointer: &str) -> Vec<u8> {
    let text = at(value, pointer).as_str().expect("a text");
    from_base64url(text).expect("base64url")
}

/// Edits the bytes that stand at a JSON pointer as base64url.
pub fn edit_bytes(value: &mut Value, pointer: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = bytes_at(value, pointer);
    change(&mut bytes);
    *at(value, pointer) = Value::String(to_base64url(&bytes));
}
