//! Revisions, and that the files hang together: what they name is what stands in the other files.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{ChartId, CompartmentId, RecordId},
    statement::{BlobContent, Content, Payload, Revision, State, VERSION, Verified, sign},
};

use super::{
    content::{Sealed, deleted_entry, entry, entry_of_file, file, lost_entry, moved_entry},
    envelopes::{content_key, record_key},
    json::{bytes, payload, unbytes},
    load,
    world::{TIME, World, drawn},
};
use crate::keys::{CompartmentKey, Context, Kind};

pub(super) fn first(world: &World) -> Verified<Revision> {
    let revision = Revision {
        version: VERSION,
        chart: world.chart,
        compartment: world.compartment,
        record: world.record,
        number: 1,
        parent: None,
        author: world.patient.account,
        at: TIME + 20,
        epoch: 3,
        record_key: Bytes(record_key(world, world.record).sealed),
        entry: content(world, &entry(world)),
        file: None,
        state: State::Live,
        origin: None,
    };
    sign(revision, &world.patient.signer()).unwrap()
}

pub(super) fn second(world: &World, first: &Verified<Revision>) -> Verified<Revision> {
    let revision = Revision {
        number: 2,
        parent: Some(first.id()),
        at: TIME + 30,
        entry: content(world, &entry_of_file(world)),
        file: Some(BlobContent {
            blob: world.blob,
            content: content(world, &file(world, 1_100_000)),
        }),
        ..first.payload().clone()
    };
    sign(revision, &world.patient.signer()).unwrap()
}

/// It repeats what was readable there, and the entry goes on in another compartment.
pub(super) fn moved(world: &World, second: &Verified<Revision>) -> Verified<Revision> {
    let revision = Revision {
        number: 3,
        parent: Some(second.id()),
        at: TIME + 40,
        entry: content(world, &moved_entry(world)),
        state: State::Moved,
        ..second.payload().clone()
    };
    sign(revision, &world.patient.signer()).unwrap()
}

/// It stands for two revisions of another entry that are gone.
pub(super) fn lost(world: &World, first: &Verified<Revision>) -> Verified<Revision> {
    let revision = Revision {
        record: world.lost_record,
        number: 3,
        parent: Some(Hash(drawn("a revision that is gone"))),
        at: TIME + 50,
        record_key: Bytes(record_key(world, world.lost_record).sealed),
        entry: content(world, &lost_entry(world)),
        state: State::Lost,
        ..first.payload().clone()
    };
    sign(revision, &world.patient.signer()).unwrap()
}

/// It says nothing, under keys of its own, in the place of one that is destroyed.
pub(super) fn deleted(world: &World, first: &Verified<Revision>) -> Verified<Revision> {
    let revision = Revision {
        record: world.deleted_record,
        number: 2,
        parent: Some(Hash(drawn("a revision that is destroyed"))),
        at: TIME + 60,
        record_key: Bytes(record_key(world, world.deleted_record).sealed),
        entry: content(world, &deleted_entry(world)),
        state: State::Deleted,
        ..first.payload().clone()
    };
    sign(revision, &world.patient.signer()).unwrap()
}

pub(super) fn content(world: &World, thing: &Sealed) -> Content {
    let (keys, sealed, root) = thing.seal();
    Content {
        sealed_length: sealed.len() as u64,
        root,
        salt: keys.salt.clone(),
        commitment: keys.commitment,
        content_key: Bytes(content_key(world, thing).sealed),
    }
}

#[test]
fn frozen_vectors_hang_together() {
    let statements = load("statements");
    let contents = load("content");
    let mut named = 0;
    for statement in statements
        .iter()
        .filter(|statement| statement["label"] == Revision::PURPOSE)
    {
        let revision: Revision =
            minicbor::decode(&payload(&unbytes(&statement["statement"]))).unwrap();
        let compartment = CompartmentKey::frozen(drawn("key of compartment"));
        let (chart, record): (ChartId, RecordId) = (revision.chart, revision.record);
        let place: CompartmentId = revision.compartment;
        let record_key = compartment
            .unwrap_key(
                &revision.record_key,
                &Context::RecordKey(chart, place, revision.epoch, record),
            )
            .unwrap();
        let file = revision.file.map(|file| (Kind::File, file.content));
        for (kind, content) in [(Kind::Entry, revision.entry)].into_iter().chain(file) {
            let key = record_key
                .unwrap_key(
                    &content.content_key,
                    &Context::ContentKey(chart, record, kind),
                )
                .unwrap();
            let vector = contents
                .iter()
                .find(|vector| vector["root"] == bytes(&content.root.0))
                .unwrap();
            assert_eq!(bytes(key.expose()), vector["key"]);
            assert_eq!(content.sealed_length, vector["sealed_length"]);
            named += 1;
        }
    }
    assert_eq!(named, 8);
}
