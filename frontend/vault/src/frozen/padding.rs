//! Padding.

use keepwell_shared::{bytes::Hash, padding::padded};
use serde_json::{Value, json};

use super::{
    done, flipped,
    json::{bytes, hash},
    load,
    world::pattern,
};
use crate::padded::{pad, unpad};

pub(super) fn make() -> Vec<Value> {
    let lengths = [
        0,
        1,
        4_092,
        4_093,
        5_000,
        8_191,
        8_192,
        8_193,
        65_537,
        1_000_000,
        1 << 30,
        (1 << 40) - 1,
    ];
    let mut all: Vec<Value> = lengths
        .into_iter()
        .map(|length| json!({ "length": length, "padded": padded(length) }))
        .collect();
    for length in [0, 1, 4_092, 4_093, 70_000] {
        let plain = pad(&pattern(length)).unwrap();
        all.push(json!({
            "body_length": length,
            "byte i": "31 i mod 251",
            "plaintext_length": plain.len(),
            "plaintext_sha256": bytes(&Hash::of(&plain).0),
        }));
    }
    all
}

#[test]
fn frozen_vectors_of_padding() {
    let vectors = load("padding");
    let mut refused = 0;
    for vector in &vectors {
        if let Some(length) = vector.get("length") {
            assert_eq!(padded(length.as_u64().unwrap()), vector["padded"].as_u64());
            continue;
        }
        let body = pattern(vector["body_length"].as_u64().unwrap());
        let plain = pad(&body).unwrap();
        assert_eq!(plain.len() as u64, vector["plaintext_length"]);
        assert_eq!(Hash::of(&plain), hash(&vector["plaintext_sha256"]));
        assert_eq!(unpad(&plain).unwrap(), body);
        assert!(unpad(&plain[..plain.len() - 1]).is_none());
        // A flipped length says a body of another size.
        assert_ne!(unpad(&flipped(&plain, 24)), Some(&body[..]));
        refused += 1;
    }
    done("padding", vectors.len(), refused, (17, 5));
}
