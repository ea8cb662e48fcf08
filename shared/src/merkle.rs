//! The tree over the entries of a compartment (RFC 9162, section 2.1.1).
//!
//! Leaves and nodes are hashed behind different first bytes, so that no node passes for a leaf;
//! the tree of n leaves has its left half as large as a power of two allows. One signed root
//! stands for all entries: nothing can be dropped, repeated, moved or added without another root.
//!
//! `docs/protocol.md`, section 6.1.

use sha2::{Digest, Sha256};

use crate::{bytes::Hash, id::RecordId, label, statement::State};

/// What the tree says of one entry: which revision is the newest one.
///
/// No blinding stands in it: the id of a revision hides what it names, because a revision names
/// fresh random salts and wrapped keys that nobody outside the compartment has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    /// The entry.
    pub record: RecordId,
    /// The number of its newest revision.
    pub number: u32,
    /// The id of that revision.
    pub revision: Hash,
    /// Whether the entry still lives in this compartment.
    pub state: State,
}

impl Leaf {
    /// The hash of the leaf.
    pub fn hash(&self) -> Hash {
        let mut hash = Sha256::new();
        hash.update([0]);
        hash.update(label::LEAF);
        hash.update([0]);
        hash.update(self.record.to_tagged());
        hash.update(self.number.to_be_bytes());
        hash.update(self.revision.0);
        hash.update([self.state.code()]);
        Hash(hash.finalize().into())
    }
}

/// The root over the hashes of leaves, in order; SHA-256 of nothing where there are none.
///
/// Takes one pass and keeps one hash for each level.
pub fn root(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    // Roots of complete subtrees, the largest first, with their heights.
    let mut peaks: Vec<(u32, Hash)> = Vec::new();
    for leaf in leaves {
        let mut peak = (0, leaf);
        while let Some((height, left)) = peaks.pop_if(|(height, _)| *height == peak.0) {
            peak = (height.saturating_add(1), node(left, peak.1));
        }
        peaks.push(peak);
    }
    peaks
        .into_iter()
        .rev()
        .map(|(_, hash)| hash)
        .reduce(|right, left| node(left, right))
        .unwrap_or_else(|| Hash::of(&[]))
}

fn node(left: Hash, right: Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left.0);
    hash.update(right.0);
    Hash(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 9162, section 2.1.1, word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [one] => *one,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                node(
                    by_definition(&leaves[..half]),
                    by_definition(&leaves[half..]),
                )
            }
        }
    }

    fn leaves(count: u32) -> Vec<Hash> {
        (0..count).map(|n| Hash::of(&n.to_be_bytes())).collect()
    }

    #[test]
    fn one_pass_gives_what_the_definition_gives() {
        for count in 0..200 {
            let leaves = leaves(count);
            assert_eq!(
                root(leaves.iter().copied()),
                by_definition(&leaves),
                "{count}"
            );
        }
    }

    /// The eight leaves of the reference implementation of RFC 6962 (certificate-transparency,
    /// `merkletree`), whose roots are published.
    #[test]
    fn published_roots_come_out() {
        let hex = |text: &str| -> Vec<u8> {
            (0..text.len() / 2)
                .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
                .collect()
        };
        let leaf = |text: &str| {
            let mut bytes = vec![0];
            bytes.extend(hex(text));
            Hash::of(&bytes)
        };
        let leaves: Vec<Hash> = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        .map(leaf)
        .to_vec();
        for (count, wanted) in [
            (
                0,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                1,
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            ),
            (
                2,
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            ),
            (
                3,
                "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            ),
            (
                8,
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ] {
            assert_eq!(
                root(leaves[..count].iter().copied()).0.to_vec(),
                hex(wanted),
                "{count}"
            );
        }
    }

    #[test]
    fn dropping_doubling_swapping_and_adding_change_the_root() {
        for count in 2..40u32 {
            let honest = leaves(count);
            let good = root(honest.iter().copied());
            for at in 0..honest.len() {
                let mut dropped = honest.clone();
                dropped.remove(at);
                let mut doubled = honest.clone();
                doubled.insert(at, honest[at]);
                let mut swapped = honest.clone();
                swapped.swap(at, (at + 1) % honest.len());
                for bad in [dropped, doubled, swapped] {
                    assert_ne!(root(bad), good, "{count} {at}");
                }
            }
        }
    }

    #[test]
    fn every_field_of_a_leaf_counts() {
        let leaf = Leaf {
            record: RecordId::from([1; 16]),
            number: 1,
            revision: Hash([2; 32]),
            state: State::Live,
        };
        let others = [
            Leaf {
                record: RecordId::from([2; 16]),
                ..leaf
            },
            Leaf { number: 2, ..leaf },
            Leaf {
                revision: Hash([3; 32]),
                ..leaf
            },
            Leaf {
                state: State::Moved,
                ..leaf
            },
        ];
        for other in others {
            assert_ne!(leaf.hash(), other.hash());
        }
    }
}
