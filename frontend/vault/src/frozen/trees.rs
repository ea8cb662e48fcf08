//! Trees over entries: leaves, and the root over so many of them.

use keepwell_shared::{
    bytes::Hash,
    merkle::{Leaf, root},
    statement::State,
};
use serde_json::{Value, json};

use super::{
    done,
    json::{bytes, hash, id},
    load,
    world::{drawn, named},
};

pub(super) fn make() -> Vec<Value> {
    [0, 1, 2, 3, 5, 8]
        .into_iter()
        .map(|count| {
            let leaves: Vec<Leaf> = (0..count).map(leaf).collect();
            let described: Vec<Value> = leaves
                .iter()
                .map(|leaf| {
                    json!({
                        "record": bytes(&leaf.record.to_tagged()),
                        "number": leaf.number,
                        "revision": bytes(&leaf.revision.0),
                        "state": leaf.state.code(),
                        "hash": bytes(&leaf.hash().0),
                    })
                })
                .collect();
            json!({
                "name": format!("{count} leaves"),
                "leaves": described,
                "root": bytes(&over(&leaves).0),
            })
        })
        .collect()
}

const STATES: [State; 6] = [
    State::Live,
    State::Moved,
    State::Lost,
    State::Declined,
    State::Asked,
    State::Deleted,
];

fn leaf(n: u32) -> Leaf {
    Leaf {
        record: named(&format!("record {n} of a tree")),
        // One whose four bytes all count.
        number: 1 + n * 0x0102_0304,
        revision: Hash(drawn(&format!("revision {n} of a tree"))),
        state: STATES[n as usize % 6],
    }
}

fn over(leaves: &[Leaf]) -> Hash {
    root(leaves.iter().map(Leaf::hash))
}

#[test]
fn frozen_vectors_of_trees() {
    let vectors = load("trees");
    let mut refused = 0;
    for vector in &vectors {
        let leaves: Vec<Leaf> = vector["leaves"]
            .as_array()
            .unwrap()
            .iter()
            .map(read)
            .collect();
        let good = over(&leaves);
        assert_eq!(good, hash(&vector["root"]), "{}", vector["name"]);
        for at in 0..leaves.len() {
            for bad in changed(&leaves, at) {
                assert_ne!(over(&bad), good, "{} {at}", vector["name"]);
                refused += 1;
            }
        }
    }
    // Six changes for each of nineteen leaves, and a swap where there is another leaf.
    done("trees", vectors.len(), refused, (6, 19 * 6 + 18));
}

fn read(leaf: &Value) -> Leaf {
    let read = Leaf {
        record: id(&leaf["record"]),
        number: u32::try_from(leaf["number"].as_u64().unwrap()).unwrap(),
        revision: hash(&leaf["revision"]),
        state: match leaf["state"].as_u64().unwrap() {
            0 => State::Live,
            1 => State::Moved,
            2 => State::Lost,
            3 => State::Declined,
            4 => State::Asked,
            5 => State::Deleted,
            other => panic!("{other}"),
        },
    };
    assert_eq!(read.hash(), hash(&leaf["hash"]));
    read
}

/// The same leaves with one change at a place.
fn changed(leaves: &[Leaf], at: usize) -> Vec<Vec<Leaf>> {
    let with = |change: &dyn Fn(&mut Vec<Leaf>)| {
        let mut bad = leaves.to_vec();
        change(&mut bad);
        bad
    };
    let mut all = vec![
        with(&|bad| {
            bad.remove(at);
        }),
        with(&|bad| bad.insert(at, bad[at])),
        with(&|bad| bad[at].record = named("another record")),
        with(&|bad| bad[at].number += 1),
        with(&|bad| bad[at].revision.0[31] ^= 1),
        with(&|bad| {
            bad[at].state = match bad[at].state {
                State::Live => State::Lost,
                _ => State::Live,
            }
        }),
    ];
    if leaves.len() > 1 {
        all.push(with(&|bad| bad.swap(at, (at + 1) % leaves.len())));
    }
    all
}
