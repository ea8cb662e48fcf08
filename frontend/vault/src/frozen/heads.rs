//! Heads. They name what stands in the other files: the account head its wraps, the compartment
//! heads their keys and the tree over the frozen revisions, the chart heads all of them.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::CompartmentId,
    merkle::{self, Leaf},
    statement::{
        AccountHead, Change, ChartHead, CompartmentHead, HeadCompartment, RecoveryKit, Revision,
        Signer, State, VERSION, Verified, sign,
    },
};

use super::{
    author,
    envelopes::{account_key, kit_account_key, sealed_identity},
    hpke, kit, revision,
    world::{TIME, World, drawn, named},
};
use crate::keys::CompartmentKey;

pub(super) fn account(world: &World) -> Verified<AccountHead> {
    let patient = &world.patient;
    let head = AccountHead {
        version: VERSION,
        account: patient.account,
        counter: 0,
        previous: None,
        replaces: Vec::new(),
        at: TIME,
        generation: 0,
        bundle: patient.bundle.id(),
        account_key: Hash::of(&account_key(patient).sealed),
        identity: Hash::of(&sealed_identity(patient).sealed),
        change: Change::Began,
        password_at: TIME,
        kit: None,
    };
    sign(head, &patient.signer()).unwrap()
}

/// The one after it: another password.
pub(super) fn later_account(world: &World) -> Verified<AccountHead> {
    let before = account(world);
    let head = AccountHead {
        counter: 1,
        previous: Some(before.id()),
        at: TIME + 60,
        account_key: Hash(drawn("AccountKey under another UnlockKey")),
        change: Change::Password,
        password_at: TIME + 60,
        ..before.payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// The one after that: another recovery kit.
pub(super) fn kit_account(world: &World) -> Verified<AccountHead> {
    let before = later_account(world);
    let head = AccountHead {
        counter: 2,
        previous: Some(before.id()),
        at: TIME + 70,
        change: Change::Kit,
        kit: Some(RecoveryKit {
            signing: Bytes(
                kit::signer()
                    .public()
                    .to_sec1_point(true)
                    .as_bytes()
                    .to_vec(),
            ),
            account_key: Hash::of(&kit_account_key(&world.patient).sealed),
            at: TIME + 70,
        }),
        ..before.payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// One that goes on from the first, above two others that were seen: a repair.
pub(super) fn repaired_account(world: &World) -> Verified<AccountHead> {
    let before = account(world);
    let head = AccountHead {
        counter: 4,
        previous: Some(before.id()),
        replaces: replaced("account"),
        at: TIME + 90,
        account_key: Hash(drawn("AccountKey under a third UnlockKey")),
        change: Change::Repaired,
        password_at: TIME + 90,
        ..before.payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// Head 0 of a compartment of a new chart.
pub(super) fn first(world: &World) -> Verified<CompartmentHead> {
    let head = CompartmentHead {
        version: VERSION,
        chart: named("new chart"),
        owner: world.patient.account,
        compartment: named("new compartment"),
        counter: 0,
        previous: None,
        replaces: Vec::new(),
        at: TIME,
        epoch: 0,
        key_id: key_id("key of new compartment"),
        entries: 0,
        revisions: 0,
        root: merkle::root([]),
        readers: Vec::new(),
        authors: Vec::new(),
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// One that was written to, before it was lost.
pub(super) fn before_repair(world: &World) -> Verified<CompartmentHead> {
    let head = CompartmentHead {
        chart: world.chart,
        compartment: world.compartment,
        counter: 2,
        previous: Some(Hash(drawn("compartment head 1"))),
        at: TIME + 5,
        epoch: 2,
        key_id: key_id("older key of compartment"),
        entries: 1,
        revisions: 2,
        root: merkle::root([gone().hash()]),
        readers: vec![world.doctor.bundle.id()],
        ..first(world).payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// A repair: a new key, and a counter above everything that it replaces.
pub(super) fn repaired(world: &World) -> Verified<CompartmentHead> {
    let before = before_repair(world);
    let head = CompartmentHead {
        counter: 6,
        previous: Some(before.id()),
        replaces: replaced("compartment"),
        at: TIME + 10,
        epoch: 3,
        key_id: key_id("key of compartment"),
        ..before.payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// The head over all frozen revisions.
pub(super) fn written(world: &World) -> Verified<CompartmentHead> {
    let before = repaired(world);
    let first = revision::first(world);
    let moved = revision::moved(world, &revision::second(world, &first));
    let lost = revision::lost(world, &first);
    let accepted = author::accepted(world);
    let deleted = revision::deleted(world, &first);
    let head = CompartmentHead {
        counter: 7,
        previous: Some(before.id()),
        replaces: Vec::new(),
        at: TIME + 60,
        entries: 4,
        // One of them was destroyed.
        revisions: 9,
        // The lost one was there before: it keeps its place.
        root: merkle::root([&lost, &moved, &accepted, &deleted].map(|one| leaf(one).hash())),
        authors: vec![author::seen(world, 1)],
        ..before.payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

fn leaf(revision: &Verified<Revision>) -> Leaf {
    let payload = revision.payload();
    Leaf {
        record: payload.record,
        number: payload.number,
        revision: revision.id(),
        state: payload.state,
    }
}

/// The leaf of the entry that is lost later.
fn gone() -> Leaf {
    Leaf {
        record: named("lost record"),
        number: 2,
        revision: Hash(drawn("a revision that is gone")),
        state: State::Live,
    }
}

/// Head 0 of a chart, which names head 0 of its compartments.
pub(super) fn first_chart(world: &World) -> Verified<ChartHead> {
    let compartment = first(world);
    let head = ChartHead {
        version: VERSION,
        chart: compartment.payload().chart,
        owner: world.patient.account,
        counter: 0,
        previous: None,
        replaces: Vec::new(),
        account: account(world).id(),
        at: TIME,
        compartments: compartments("new chart", &compartment),
        grants: Vec::new(),
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// One over the frozen compartment and the frozen grant, in the place of two others.
pub(super) fn later_chart(world: &World) -> Verified<ChartHead> {
    let compartment = written(world);
    let head = ChartHead {
        chart: world.chart,
        counter: 300,
        previous: Some(Hash(drawn("chart head 299"))),
        replaces: replaced("chart"),
        at: TIME + 50,
        compartments: compartments("chart", &compartment),
        grants: vec![hpke::grant(world).id()],
        ..first_chart(world).payload().clone()
    };
    sign(head, &world.patient.signer()).unwrap()
}

/// A chart has six compartments; the heads of five do not stand in the files.
fn compartments(chart: &str, one: &Verified<CompartmentHead>) -> Vec<HeadCompartment> {
    let mut all: Vec<HeadCompartment> = (2..=6)
        .map(|n| HeadCompartment {
            compartment: named::<CompartmentId>(&format!("compartment {n} of {chart}")),
            head: Hash(drawn(&format!("head of compartment {n} of {chart}"))),
        })
        .collect();
    all.push(HeadCompartment {
        compartment: one.payload().compartment,
        head: one.id(),
    });
    all.sort_by_key(|one| one.compartment);
    all
}

pub(super) fn replaced(chain: &str) -> Vec<Hash> {
    let mut heads = [1, 2].map(|n| Hash(drawn(&format!("replaced head {n} of {chain}"))));
    heads.sort();
    heads.to_vec()
}

fn key_id(name: &str) -> Hash {
    CompartmentKey::frozen(drawn(name)).id()
}
