//! Safety words, check words, and the list that they are taken from.

use std::fs;

use bip39::Language;
use keepwell_shared::{bytes::Hash, id::AccountId};
use serde_json::{Value, json};

use super::{
    done, flipped, folder, heads,
    json::{bytes, hash, id},
    load,
    world::World,
};
use crate::words::{check_words, safety_words};

pub(super) fn make(world: &World) -> Vec<Value> {
    [&world.patient, &world.doctor]
        .into_iter()
        .map(|person| {
            json!({
                "name": person.bundle.payload().username,
                "account": bytes(&person.account.to_tagged()),
                "bundle": bytes(&person.bundle.id().0),
                "words": safety_words(person.account, person.bundle.id()).text(),
            })
        })
        .collect()
}

pub(super) fn make_checks(world: &World) -> Vec<Value> {
    [
        ("a first chart head", heads::first_chart(world).id()),
        ("a later chart head", heads::later_chart(world).id()),
    ]
    .into_iter()
    .map(|(name, head)| {
        json!({
            "name": name,
            "head": bytes(&head.0),
            "words": check_words(head).text(),
        })
    })
    .collect()
}

/// The list of BIP 39, a word to a line.
pub(super) fn list() -> String {
    Language::English.word_list().join("\n") + "\n"
}

#[test]
fn frozen_vectors_of_safety_words() {
    assert_eq!(
        fs::read_to_string(folder().join("words.txt")).unwrap(),
        list()
    );
    let vectors = load("words");
    let mut refused = 0;
    for vector in &vectors {
        let (account, bundle): (AccountId, Hash) =
            (id(&vector["account"]), hash(&vector["bundle"]));
        let words = safety_words(account, bundle);
        assert_eq!(serde_json::to_value(words.text()).unwrap(), vector["words"]);
        let other = Hash(flipped(&bundle.0, 255).try_into().unwrap());
        assert_ne!(safety_words(account, other), words);
        refused += 1;
    }
    done("safety words", vectors.len(), refused, (2, 2));
}

#[test]
fn frozen_vectors_of_check_words() {
    let vectors = load("check-words");
    let mut refused = 0;
    for vector in &vectors {
        let head = hash(&vector["head"]);
        let words = check_words(head);
        assert_eq!(serde_json::to_value(words.text()).unwrap(), vector["words"]);
        let other = Hash(flipped(&head.0, 255).try_into().unwrap());
        assert_ne!(check_words(other), words);
        refused += 1;
    }
    done("check words", vectors.len(), refused, (2, 2));
}
