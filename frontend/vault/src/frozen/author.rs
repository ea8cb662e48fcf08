//! An entry by somebody else than the owner: the doctor's statement, the wraps of its key, and the
//! revision by which the owner took it.

use keepwell_shared::{
    bytes::Bytes,
    statement::{
        AuthorStatement, Origin, Revision, SeenAuthor, State, VERSION, Verified, WrappedKey, sign,
    },
};

use super::{
    content::their_entry,
    envelopes::record_key,
    heads,
    revision::{content, first},
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

pub(super) fn statement(world: &World) -> Verified<AuthorStatement> {
    let head = heads::repaired(world);
    let to = [&world.patient, &world.doctor];
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
        entry: content(world, &their_entry(world)),
        file: None,
        wraps: to.map(|to| Some(wrapped(world, to).key)).to_vec(),
    };
    sign(statement, &world.doctor.signer()).unwrap()
}

/// A later one, which answers the first and was left unsealed for one reader.
pub(super) fn answer(world: &World) -> Verified<AuthorStatement> {
    let first = statement(world);
    let mut wraps = first.payload().wraps.clone();
    wraps.insert(1, None);
    let statement = AuthorStatement {
        number: 4,
        previous: Some(first.id()),
        replaces: heads::replaced("an author"),
        seen: vec![seen(world, 1)],
        answers: Some(first.id()),
        wraps,
        ..first.payload().clone()
    };
    sign(statement, &world.doctor.signer()).unwrap()
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
        entry: about.payload().entry.clone(),
        state: State::Live,
        origin: Some(Origin {
            author: world.doctor.account,
            statement: about.id(),
        }),
        ..first(world).payload().clone()
    };
    sign(revision, &world.patient.signer()).unwrap()
}
