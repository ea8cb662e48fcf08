//! The tree over entries: any row of hashes has the root that RFC 9162, section 2.1.1 defines.

use super::Target;
use crate::{bytes::Hash, merkle};

pub(super) fn target() -> Target {
    Target {
        name: "merkle",
        run: tree,
        samples: || {
            let rows = [0, 1, 2, 5, 8].map(|count: u8| (0..count).flat_map(|n| [n; 32]).collect());
            rows.to_vec()
        },
    }
}

/// Hashes behind each other. The server chooses which leaves it hands out: no other row may have
/// the root of this one.
fn tree(bytes: &[u8]) -> bool {
    let (leaves, []) = bytes.as_chunks::<32>() else {
        return false;
    };
    let leaves: Vec<Hash> = leaves.iter().copied().map(Hash).collect();
    let root = merkle::root(leaves.iter().copied());
    assert_eq!(root, by_definition(&leaves), "is the defined root");
    if let Some((last, rest @ [_, ..])) = leaves.split_last() {
        let rest = rest.iter().copied();
        assert_ne!(root, merkle::root(rest.clone()), "the last one is dropped");
        let doubled = rest.chain([*last, *last]);
        assert_ne!(root, merkle::root(doubled), "the last one comes twice");
    }
    true
}

fn by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(&[]),
        [one] => *one,
        _ => {
            let half = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(half);
            let (left, right) = (by_definition(left), by_definition(right));
            Hash::of(&[&[1][..], &left.0, &right.0].concat())
        }
    }
}
