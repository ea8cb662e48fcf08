//! Content: Cobblestone-256 (C2SP chunked-encryption with AES-256-GCM and HKDF-SHA-512).
//!
//! ```text
//! key || base nonce || commitment = HKDF-Expand-SHA-512(ContentKey,
//!     "c2sp.org/chunked-encryption@v1+" || "AEAD_AES_256_GCM" || 0x00 || salt || context)
//! chunk i = AES-256-GCM(key, base nonce XOR i, 16 KiB of the message), the last one shorter
//! ```
//!
//! Salt and commitment stand in the signed revision, the chunks in parts of 64.
//!
//! `docs/protocol.md`, section 5.

mod native;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::{CHUNK, CHUNKS_PER_PART, PART_PLAIN, TAG, part_count, sealed_length},
};
use subtle::ConstantTimeEq;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{kdf, random};
use crate::{
    error::{Distrust, Error},
    keys::ContentKey,
};

pub use native::NativeEngine;
pub(crate) use native::{open_small, seal_small};

const INFO: &[u8] = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0";
const SALT: usize = 24;

/// The keys of one message.
#[derive(ZeroizeOnDrop)]
pub(crate) struct MessageKeys {
    pub(crate) key: Zeroizing<[u8; 32]>,
    pub(crate) base_nonce: [u8; 12],
    // What stands in the signed revision.
    #[zeroize(skip)]
    pub(crate) commitment: Hash,
    #[zeroize(skip)]
    pub(crate) salt: Bytes,
}

impl MessageKeys {
    /// For sealing: draws the salt.
    pub(crate) fn make(key: &ContentKey, context: &[u8]) -> Self {
        Self::derive(key.expose(), &random::bytes::<SALT>(), context)
    }

    /// For opening: the keys come back only when the commitment is the signed one.
    pub(crate) fn open(
        key: &ContentKey,
        salt: &Bytes,
        commitment: Hash,
        context: &[u8],
    ) -> Result<Self, Error> {
        if salt.as_slice().len() != SALT {
            return Err(Distrust::Content.into());
        }
        let keys = Self::derive(key.expose(), salt.as_slice(), context);
        if bool::from(keys.commitment.0.ct_eq(&commitment.0)) {
            Ok(keys)
        } else {
            Err(Distrust::Content.into())
        }
    }

    /// For the frozen vectors, whose salts are written down.
    #[cfg(test)]
    pub(crate) fn frozen(key: &ContentKey, salt: &[u8; SALT], context: &[u8]) -> Self {
        Self::derive(key.expose(), salt, context)
    }

    /// The same ones every time.
    #[cfg(feature = "fuzz")]
    pub(crate) fn sample() -> Self {
        Self::derive(&[3; 32], &[4; SALT], b"context")
    }

    fn derive(key: &[u8; 32], salt: &[u8], context: &[u8]) -> Self {
        let output = Zeroizing::new(kdf::expand::<76>(key, &[INFO, salt, context]));
        let mut keys = Self {
            key: Zeroizing::new([0; 32]),
            base_nonce: [0; 12],
            commitment: Hash([0; 32]),
            salt: Bytes(salt.to_vec()),
        };
        let mut bytes = output.iter().copied();
        for to in keys
            .key
            .iter_mut()
            .chain(&mut keys.base_nonce)
            .chain(&mut keys.commitment.0)
        {
            *to = bytes.next().unwrap_or_default();
        }
        keys
    }

    /// How content of `plain` bytes falls into parts; `None` beyond what is taken at all.
    pub(crate) fn plan(&self, plain: u64) -> Option<Plan> {
        Some(Plan {
            base_nonce: self.base_nonce,
            plain,
            sealed: sealed_length(plain)?,
        })
    }
}

impl std::fmt::Debug for MessageKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageKeys(..)")
    }
}

/// How content falls into parts.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    base_nonce: [u8; 12],
    plain: u64,
    sealed: u64,
}

impl Plan {
    /// The plain length in bytes, padding included.
    pub fn plain_length(&self) -> u64 {
        self.plain
    }

    /// The sealed length in bytes, without salt and commitment.
    pub fn sealed_length(&self) -> u64 {
        self.sealed
    }

    /// The parts in order.
    pub fn parts(self) -> impl Iterator<Item = PartPlan> {
        (0..part_count(self.sealed)).map(move |index| {
            let offset = index * PART_PLAIN;
            let rest = self.plain - offset;
            let last = rest < PART_PLAIN;
            PartPlan {
                index,
                base_nonce: self.base_nonce,
                offset,
                plain: rest.min(PART_PLAIN),
                chunks: if last {
                    rest / CHUNK + 1
                } else {
                    CHUNKS_PER_PART
                },
            }
        })
    }
}

/// One part: up to 64 chunks.
#[derive(Debug, Clone, Copy)]
pub struct PartPlan {
    index: u64,
    base_nonce: [u8; 12],
    offset: u64,
    plain: u64,
    chunks: u64,
}

impl PartPlan {
    /// The number of the part, from 0.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Where its plain bytes begin in the whole.
    pub fn plain_offset(&self) -> u64 {
        self.offset
    }

    /// How many plain bytes it holds.
    pub fn plain_length(&self) -> u64 {
        self.plain
    }

    /// How many sealed bytes it holds.
    pub fn sealed_length(&self) -> u64 {
        self.plain + self.chunks * TAG
    }

    /// The chunks: nonce, and where they lie in the plain and in the sealed part.
    pub fn chunks(&self) -> impl Iterator<Item = ChunkPlan> + '_ {
        (0..self.chunks).map(|i| {
            let plain_start = i * CHUNK;
            let plain_length = CHUNK.min(self.plain - plain_start);
            ChunkPlan {
                nonce: self.nonce(self.index * CHUNKS_PER_PART + i),
                plain_start,
                plain_length,
                sealed_start: i * (CHUNK + TAG),
                sealed_length: plain_length + TAG,
            }
        })
    }

    fn nonce(&self, counter: u64) -> [u8; 12] {
        let mut nonce = self.base_nonce;
        for (byte, count) in nonce
            .iter_mut()
            .rev()
            .zip(counter.to_be_bytes().iter().rev())
        {
            *byte ^= count;
        }
        nonce
    }
}

/// One chunk of a part. Offsets and lengths are bytes inside the part.
#[derive(Debug, Clone, Copy)]
pub struct ChunkPlan {
    /// The nonce of AES-GCM.
    pub nonce: [u8; 12],
    /// Where the plain chunk begins.
    pub plain_start: u64,
    /// How long it is.
    pub plain_length: u64,
    /// Where the sealed chunk begins.
    pub sealed_start: u64,
    /// How long it is, with its tag.
    pub sealed_length: u64,
}

#[cfg(test)]
mod tests;
