//! Sizes of sealed content and its hash tree.
//!
//! Content is sealed as Cobblestone-256 (C2SP chunked-encryption, AES-256-GCM): chunks of 16 KiB
//! and a last one that is always shorter. Salt and commitment (the first 56 bytes of a Cobblestone
//! message) stand in the signed revision; what is stored as parts are the chunks alone.
//! A *part* is 64 sealed chunks; parts travel, are stored and are hashed as a whole.
//!
//! `docs/protocol.md`, section 5.

use sha2::{Digest, Sha256};

use crate::{bytes::Hash, label};

/// Plaintext bytes of a full chunk.
pub const CHUNK: u64 = 16 * 1024;
/// Bytes that sealing adds to each chunk (the tag of AES-GCM).
pub const TAG: u64 = 16;
/// Chunks of a full part.
pub const CHUNKS_PER_PART: u64 = 64;
/// Plaintext bytes of a full part.
pub const PART_PLAIN: u64 = CHUNK * CHUNKS_PER_PART;
/// Sealed bytes of a full part: 1,049,600.
pub const PART_SEALED: u64 = (CHUNK + TAG) * CHUNKS_PER_PART;
/// The longest plaintext that a single seal takes: 2^40 bytes. The standard allows more; nothing
/// here needs it, and every sum below stays far from overflow.
pub const MAX_PLAIN: u64 = 1 << 40;

/// The sealed length of `plain` bytes, without salt and commitment; `None` over [`MAX_PLAIN`].
pub fn sealed_length(plain: u64) -> Option<u64> {
    if plain > MAX_PLAIN {
        return None;
    }
    let chunks = plain / CHUNK + 1;
    Some(plain + chunks * TAG)
}

/// How many parts `sealed` bytes make.
pub fn part_count(sealed: u64) -> u64 {
    sealed.div_ceil(PART_SEALED)
}

/// The exact length of part `index` of content of `sealed` bytes; `None` past the end.
pub fn part_length(sealed: u64, index: u64) -> Option<u64> {
    let start = index.checked_mul(PART_SEALED)?;
    let rest = sealed.checked_sub(start)?;
    (rest > 0).then_some(rest.min(PART_SEALED))
}

/// The root over the leaves of sealed content: SHA-256 of the label, the sealed length as eight
/// bytes (big endian), the number of leaves likewise, and the leaves (SHA-256 of each part).
pub fn root(sealed: u64, leaves: &[Hash]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(label::CONTENT_ROOT.as_bytes());
    hasher.update([0]);
    hasher.update(sealed.to_be_bytes());
    hasher.update((leaves.len() as u64).to_be_bytes());
    for leaf in leaves {
        hasher.update(leaf.0);
    }
    Hash(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_chunk_is_always_short() {
        assert_eq!(sealed_length(0), Some(16));
        assert_eq!(sealed_length(CHUNK - 1), Some(CHUNK - 1 + 16));
        assert_eq!(sealed_length(CHUNK), Some(CHUNK + 32));
        assert_eq!(sealed_length(MAX_PLAIN + 1), None);
    }

    #[test]
    fn parts_add_up() {
        assert_eq!(PART_SEALED, 1_049_600);
        for plain in [
            0,
            1,
            CHUNK,
            PART_PLAIN - 1,
            PART_PLAIN,
            PART_PLAIN + 1,
            64 << 20,
        ] {
            let sealed = sealed_length(plain).unwrap();
            let sum: u64 = (0..part_count(sealed))
                .map(|i| part_length(sealed, i).unwrap())
                .sum();
            assert_eq!(sum, sealed);
            assert_eq!(part_length(sealed, part_count(sealed)), None);
        }
    }

    #[test]
    fn the_root_binds_length_count_and_order() {
        let (a, b) = (Hash([1; 32]), Hash([2; 32]));
        let base = root(10, &[a, b]);
        assert_ne!(base, root(11, &[a, b]));
        assert_ne!(base, root(10, &[b, a]));
        assert_ne!(base, root(10, &[a]));
    }
}
