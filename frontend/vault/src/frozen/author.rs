//! An entry by somebody else than the owner: the doctor's statement, the wraps of its key, and the
//! revision by which the owner took it.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    statement::{
        AuthorStatement, Enclosure, Origin, Revision, SeenAuthor, State, Unverified, VERSION,
        Verified, WrappedKey, sign,
    },
};
use serde_json::{Value, json};

use super::{
    content::their_entry,
    done,
    envelopes::record_key,
    flipped, heads,
    json::{bytes, hash, render, unbytes},
    load,
    revision::{self, content, second},
    world::{Person, TIME, World, drawn, wrap},
};
use crate::keys::{RecordKey, entry_context, entry_info};

/// A wrap with info, associated data and plaintext.
pub(super) struct Wrapped {
    pub(super) key: WrappedKey,
    pub(super) info: Vec<u8>,
    pub(super) ad: Vec<u8>,
    pub(super) plaintext: Vec<u8>,
}

/// The RecordKey, wrapped to a person.
pub(super) fn wrapped(world: &World, to: &Person) -> Wrapped {
    let plaintext: [u8; 32] = drawn("record key of an entry by a doctor");
    let info = entry_info(
        world.chart,
        world.compartment,
        world.their_record,
        world.doctor.account,
        to.bundle.id(),
    );
    let ad = entry_context(RecordKey::frozen(plaintext).id());
    let public = &to.bundle.payload().wrapping;
    let name = format!("an entry to {}", to.bundle.payload().username);
    let (enc, sealed) = wrap(&name, public.as_slice(), &info, &ad, &plaintext);
    Wrapped {
        key: WrappedKey {
            enc: Bytes(enc),
            sealed: Bytes(sealed),
        },
        info,
        ad,
        plaintext: plaintext.to_vec(),
    }
}

/// What the statement encloses.
pub(super) fn enclosed(world: &World) -> Enclosure {
    let to = [&world.patient, &world.doctor];
    Enclosure {
        version: VERSION,
        entry: content(world, &their_entry(world)),
        file: None,
        wraps: to.map(|to| Some(wrapped(world, to).key)).to_vec(),
    }
}

/// What the answer encloses: it was left unsealed for one reader, and brings a file.
pub(super) fn enclosed_in_answer(world: &World) -> Enclosure {
    let first = enclosed(world);
    let mut wraps = first.wraps.clone();
    wraps.insert(1, None);
    Enclosure {
        file: second(world, &revision::first(world))
            .payload()
            .file
            .clone(),
        wraps,
        ..first
    }
}

fn named(enclosed: &Enclosure) -> Hash {
    Enclosure::hash(&enclosed.to_bytes().unwrap())
}

pub(super) fn statement(world: &World) -> Verified<AuthorStatement> {
    let head = heads::repaired(world);
    let statement = AuthorStatement {
        version: VERSION,
        chart: world.chart,
        compartment: world.compartment,
        author: world.doctor.account,
        bundle: world.doctor.bundle.id(),
        number: 1,
        previous: None,
        replaces: Vec::new(),
        head_counter: head.payload().counter,
        head: head.id(),
        seen: Vec::new(),
        at: TIME + 15,
        record: world.their_record,
        answers: None,
        key_id: RecordKey::frozen(drawn("record key of an entry by a doctor")).id(),
        enclosure: named(&enclosed(world)),
    };
    sign(statement, &world.doctor.signer()).unwrap()
}

/// A later one, which answers the first.
pub(super) fn answer(world: &World) -> Verified<AuthorStatement> {
    let first = statement(world);
    let statement = AuthorStatement {
        number: 4,
        previous: Some(first.id()),
        replaces: heads::replaced("an author"),
        seen: vec![seen(world, 1)],
        answers: Some(first.id()),
        enclosure: named(&enclosed_in_answer(world)),
        ..first.payload().clone()
    };
    sign(statement, &world.doctor.signer()).unwrap()
}

pub(super) fn make(world: &World) -> Vec<Value> {
    let both = [
        ("of an entry by a doctor", enclosed(world), statement(world)),
        (
            "of its doctor's next",
            enclosed_in_answer(world),
            answer(world),
        ),
    ];
    let all = both.map(|(name, enclosed, signed)| {
        let enclosure = enclosed.to_bytes().unwrap();
        json!({
            "name": name,
            "statement": bytes(&signed.id().0),
            "enclosure": bytes(enclosure.as_slice()),
            "fields": render(enclosure.as_slice()),
            "hash": bytes(&signed.payload().enclosure.0),
        })
    });
    all.to_vec()
}

/// How far a head has seen the doctor's chain.
pub(super) fn seen(world: &World, number: u64) -> SeenAuthor {
    SeenAuthor {
        author: world.doctor.account,
        number,
        statement: statement(world).id(),
    }
}

/// The owner took it.
pub(super) fn accepted(world: &World) -> Verified<Revision> {
    let about = statement(world);
    let revision = Revision {
        record: world.their_record,
        at: TIME + 50,
        record_key: Bytes(record_key(world, world.their_record).sealed),
        entry: enclosed(world).entry,
        state: State::Live,
        origin: Some(Origin {
            author: world.doctor.account,
            statement: about.id(),
        }),
        ..revision::first(world).payload().clone()
    };
    sign(revision, &world.patient.signer()).unwrap()
}

#[test]
fn frozen_vectors_of_enclosures() {
    let (vectors, statements) = (load("enclosures"), load("statements"));
    let mut refused = 0;
    for vector in &vectors {
        let signed = statements
            .iter()
            .find(|one| one["id"] == vector["statement"]);
        let signed = unbytes(&signed.unwrap()["statement"]);
        let signed = Unverified::<AuthorStatement>::from_bytes(signed);
        let signed = signed.verify_named(hash(&vector["statement"])).unwrap();
        let enclosure = unbytes(&vector["enclosure"]);
        for bit in [0, 100, enclosure.len() * 8 - 1] {
            let bad = signed.enclosed(&Bytes(flipped(&enclosure, bit)));
            assert!(bad.is_err(), "{} bit {bit}", vector["name"]);
            refused += 1;
        }
        let enclosed = signed.enclosed(&Bytes(enclosure.clone())).unwrap();
        assert_eq!(enclosed.to_bytes().unwrap().as_slice(), enclosure);
        assert_eq!(signed.payload().enclosure, hash(&vector["hash"]));
        assert_eq!(render(&enclosure), vector["fields"]);
    }
    done("enclosures", vectors.len(), refused, (2, 2 * 3));
}
