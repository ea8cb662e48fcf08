//! Content: entries, and files at every border of chunks and parts.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::RecordId,
};
use serde_json::{Value, json};

use super::{
    done,
    envelopes::context,
    flipped,
    json::{bytes, fixed, hash, render, unbytes},
    load,
    world::{World, drawn, pattern},
};
use crate::{
    crypto::content::{MessageKeys, open_small, seal_small},
    entry::{Category, Draft, Entry, FileInfo},
    error::Distrust,
    keys::{ContentKey, Context, Kind},
};

/// What is sealed as content.
pub(super) struct Sealed {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) record: RecordId,
    context: Vec<u8>,
    plain: Vec<u8>,
    /// How the plaintext is described: an entry by its fields, a file by its length.
    described: Value,
}

pub(super) fn entry(world: &World) -> Sealed {
    sealed_entry(world, "an entry", (world.record, 1), None)
}

pub(super) fn entry_of_file(world: &World) -> Sealed {
    sealed_entry(
        world,
        "an entry with a file",
        (world.record, 2),
        Some(info()),
    )
}

pub(super) fn moved_entry(world: &World) -> Sealed {
    sealed_entry(world, "a moved entry", (world.record, 3), Some(info()))
}

pub(super) fn lost_entry(world: &World) -> Sealed {
    sealed_entry(world, "a lost entry", (world.lost_record, 3), None)
}

pub(super) fn their_entry(world: &World) -> Sealed {
    sealed_entry(world, "an entry by a doctor", (world.their_record, 1), None)
}

/// What is left where an entry was deleted: nothing.
pub(super) fn deleted_entry(world: &World) -> Sealed {
    let nothing = Draft::empty(Category::Laboratory);
    let place = (world.deleted_record, 2);
    sealed_draft(world, "a deleted entry", place, &nothing, None)
}

fn info() -> FileInfo {
    FileInfo {
        name: "befund-ä.pdf".into(),
        media_type: "application/pdf".into(),
        length: 1_099_000,
    }
}

fn sealed_entry(
    world: &World,
    name: &str,
    place: (RecordId, u32),
    info: Option<FileInfo>,
) -> Sealed {
    let draft = Draft {
        title: "Blood pressure".into(),
        text: "128/82, at rest, Größe 1,80 m".into(),
        category: Category::Laboratory,
    };
    sealed_draft(world, name, place, &draft, info)
}

fn sealed_draft(
    world: &World,
    name: &str,
    (record, number): (RecordId, u32),
    draft: &Draft,
    info: Option<FileInfo>,
) -> Sealed {
    let entry = Entry::new(draft, info);
    Sealed {
        name: name.into(),
        kind: Kind::Entry,
        record,
        context: Context::Entry(world.chart, world.compartment, record, number).encode(),
        plain: entry.to_plaintext().unwrap().to_vec(),
        described: json!({ "padded": render(&minicbor::to_vec(&entry).unwrap()) }),
    }
}

pub(super) fn file(world: &World, length: u64) -> Sealed {
    Sealed {
        name: format!("a file of {length} bytes"),
        kind: Kind::File,
        record: world.record,
        context: Context::File(world.chart, world.record).encode(),
        plain: pattern(length),
        described: json!({ "length": length, "byte i": "31 i mod 251" }),
    }
}

impl Sealed {
    pub(super) fn key(&self) -> ContentKey {
        ContentKey::frozen(drawn(&format!("content key of {}", self.name)))
    }

    pub(super) fn seal(&self) -> (MessageKeys, Vec<u8>, Hash) {
        let salt: [u8; 24] = drawn(&format!("salt of {}", self.name));
        let keys = MessageKeys::frozen(&self.key(), &salt, &self.context);
        let (sealed, root) = seal_small(&keys, &self.plain).unwrap();
        (keys, sealed, root)
    }
}

/// All entries, and files at every border of chunks and parts.
pub(super) fn make(world: &World) -> Vec<Value> {
    let (chunk, part) = (16_384, 1_048_576);
    let mut all = vec![
        entry(world),
        entry_of_file(world),
        moved_entry(world),
        lost_entry(world),
        their_entry(world),
        deleted_entry(world),
    ];
    let lengths = [
        0,
        1,
        chunk - 1,
        chunk,
        chunk + 1,
        part - 1,
        part,
        part + 1,
        1_100_000,
        2 * part,
    ];
    all.extend(lengths.map(|length| file(world, length)));
    all.iter()
        .map(|thing| {
            let (keys, sealed, root) = thing.seal();
            let mut vector = json!({
                "name": thing.name,
                "key": bytes(thing.key().expose()),
                "salt": bytes(keys.salt.as_slice()),
                "context": render(&thing.context),
                "plaintext": thing.described,
                "plaintext_sha256": bytes(&Hash::of(&thing.plain).0),
                "commitment": bytes(&keys.commitment.0),
                "sealed_length": sealed.len(),
                "sealed_sha256": bytes(&Hash::of(&sealed).0),
                "root": bytes(&root.0),
            });
            // Longer ones are described by their hashes: they are made again and compared.
            if sealed.len() < 5_000 {
                vector["sealed"] = bytes(&sealed);
            }
            vector
        })
        .collect()
}

#[test]
fn frozen_vectors_of_content() {
    let vectors = load("content");
    let mut refused = 0;
    for vector in &vectors {
        let key = ContentKey::frozen(fixed(&vector["key"]));
        let salt: [u8; 24] = fixed(&vector["salt"]);
        let (_, context) = context(&vector["context"]);
        let (commitment, root) = (hash(&vector["commitment"]), hash(&vector["root"]));
        let wrong = Hash(flipped(&commitment.0, 9).try_into().unwrap());
        for (salt, commitment, context) in [
            (salt, wrong, context.clone()),
            (
                flipped(&salt, 7).try_into().unwrap(),
                commitment,
                context.clone(),
            ),
            (salt, commitment, flipped(&context, 100)),
        ] {
            let bad = MessageKeys::open(&key, &Bytes(salt.to_vec()), commitment, &context);
            assert_eq!(bad.err(), Some(Distrust::Content.into()));
            refused += 1;
        }
        let keys = MessageKeys::open(&key, &Bytes(salt.to_vec()), commitment, &context).unwrap();
        let sealed = match vector.get("sealed") {
            Some(sealed) => unbytes(sealed),
            None => {
                let length = vector["plaintext"]["length"].as_u64().unwrap();
                let keys = MessageKeys::frozen(&key, &salt, &context);
                let (sealed, again) = seal_small(&keys, &pattern(length)).unwrap();
                assert_eq!(again, root);
                sealed
            }
        };
        assert_eq!(sealed.len() as u64, vector["sealed_length"]);
        assert_eq!(Hash::of(&sealed), hash(&vector["sealed_sha256"]));
        for bit in [0, sealed.len() * 4, sealed.len() * 8 - 1] {
            let bad = open_small(&keys, &Bytes(flipped(&sealed, bit)), root);
            assert_eq!(bad.err(), Some(Distrust::Content.into()));
            refused += 1;
        }
        let plain = open_small(&keys, &Bytes(sealed), root).unwrap();
        assert_eq!(Hash::of(&plain), hash(&vector["plaintext_sha256"]));
        match vector["plaintext"].get("padded") {
            Some(fields) => {
                let entry = Entry::from_plaintext(&plain).unwrap();
                assert_eq!(render(&minicbor::to_vec(&entry).unwrap()), *fields);
            }
            None => assert_eq!(
                *plain,
                pattern(vector["plaintext"]["length"].as_u64().unwrap())
            ),
        }
    }
    done("content", vectors.len(), refused, (16, 16 * 6));
}
