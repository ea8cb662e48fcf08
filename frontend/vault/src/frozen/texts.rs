//! Ids as text, folded user names, prepared passwords.

use keepwell_shared::{
    id::{
        AccountId, BlobId, ChartId, CompartmentId, GrantId, IdempotencyKey, LoginId, RecordId,
        RecoveryId, SessionId, WindowId,
    },
    password::Password,
    username::Username,
};
use serde_json::{Value, json};

use super::{
    done,
    json::{bytes, fixed},
    load,
    world::named,
};

/// Names and their folds differ in each of the ways that fold two names into one.
const NAMES: [&str; 4] = ["anna.mu-ller_7", "burn10", "vvork.o1i", "rnodern-vvillow"];

/// What is typed, already in normalisation form C: spaces of other kinds become U+0020 and nothing
/// else changes.
const PASSWORDS: [&str; 3] = [
    "correct horse battery staple",
    "Stra\u{df}e\u{a0}zum\u{2003}H\u{f6}hlenforscher",
    "\u{3000}\u{5bc6}\u{7801} \u{1f511}\u{202f}Ab\u{301}",
];

pub(super) fn make() -> Vec<Value> {
    let mut all = Vec::new();
    macro_rules! ids {
        ($($id:ty),*) => {$(
            let id: $id = named(stringify!($id));
            all.push(json!({
                "name": "an id",
                "tagged": bytes(&id.to_tagged()),
                "text": id.to_string(),
            }));
        )*};
    }
    ids!(
        AccountId,
        ChartId,
        CompartmentId,
        RecordId,
        BlobId,
        GrantId,
        SessionId,
        WindowId,
        LoginId,
        IdempotencyKey,
        RecoveryId
    );
    all.extend(NAMES.map(|name| {
        let folded = Username::parse(name).unwrap().folded();
        json!({ "name": "a user name", "typed": name, "folded": folded })
    }));
    all.extend(PASSWORDS.map(|typed| {
        let prepared = Password::prepare(typed, str::to_owned).unwrap();
        json!({ "name": "a password", "typed": typed, "prepared": bytes(prepared.as_bytes()) })
    }));
    all
}

#[test]
fn frozen_vectors_of_texts() {
    let vectors = load("texts");
    // What is read back is what was written, by the same rules.
    assert_eq!(vectors, make());
    let mut refused = 0;
    for vector in vectors.iter().filter(|one| one["name"] == "an id") {
        let tagged: [u8; 17] = fixed(&vector["tagged"]);
        let text = vector["text"].as_str().unwrap();
        let read: Result<AccountId, _> = text.parse();
        match tagged[0] == AccountId::KIND {
            true => assert_eq!(read.unwrap().to_tagged(), tagged),
            false => {
                assert!(read.is_err(), "{text}");
                refused += 1;
            }
        }
    }
    done("texts", vectors.len(), refused, (18, 10));
}
