//! Argon2id (RFC 9106, version 0x13) as a browser runs it: one lane, no secret, no associated data.
//!
//! Everywhere else the `argon2` crate runs, which is the faster one there: it uses AVX2. WebAssembly
//! has lanes of 128 bits, and out of that crate's multiplications the compiler makes instructions
//! that a browser puts together from three; it also copies each block four times, by calls out of
//! the program. With both taken away a password is stretched in nine tenths of the time in Chromium;
//! `cargo xtask bench` compares it with other programs in the same page.
//! The tests compare the two, and in the journeys a native client opens an account that a browser
//! made.
//!
//! From what the memory holds the result can be worked out, so it is overwritten at the end. It is
//! not at the beginning: the first pass only appends.

mod addresses;
mod block;
mod fill;
mod hash;
#[cfg(not(target_arch = "wasm32"))]
mod pair;
#[cfg(target_arch = "wasm32")]
#[path = "pair_wasm.rs"]
mod pair;
#[cfg(test)]
mod tests;

use zeroize::Zeroizing;

use block::{Mixer, WORDS, words};
use fill::Memory;

/// The memory can not be had, or what is asked for is not Argon2id.
#[derive(Debug, thiserror::Error)]
#[error("Argon2id can not run with this")]
pub(crate) struct Unfit;

/// What one call costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// In KiB, at least 8. What is no multiple of 4 is rounded down, as the RFC has it.
    pub(crate) memory: u32,
    /// At least 1.
    pub(crate) passes: u32,
}

const VERSION: u32 = 0x13;
const ARGON2ID: u32 = 2;
pub(crate) const LANES: u32 = 1;
/// Each pass goes through the memory in so many parts.
const SLICES: usize = 4;
const LEAST_MEMORY: u32 = 8;
const SHORTEST_OUTPUT: usize = 4;

/// Fills `out`, of at least 4 bytes.
pub(crate) fn argon2id(
    password: &[u8],
    salt: &[u8],
    cost: Cost,
    out: &mut [u8],
) -> Result<(), Unfit> {
    if cost.memory < LEAST_MEMORY || cost.passes == 0 || out.len() < SHORTEST_OUTPUT {
        return Err(Unfit);
    }
    let mut memory = Memory::new(cost.memory)?;
    memory.begin(&*seed(password, salt, cost, out.len())?)?;
    let mut mixer = Mixer::new();
    for pass in 0..cost.passes {
        for slice in 0..SLICES {
            memory.fill(&mut mixer, cost, pass, slice)?;
        }
    }
    let mut bytes = Zeroizing::new([0; WORDS * 8]);
    let (places, _) = bytes.as_chunks_mut();
    for (place, word) in places.iter_mut().zip(words(memory.last()?)) {
        *place = word.to_le_bytes();
    }
    hash::long(&*bytes, out)
}

/// H_0 of the RFC: the hash of everything that goes in.
fn seed(
    password: &[u8],
    salt: &[u8],
    cost: Cost,
    length: usize,
) -> Result<Zeroizing<[u8; hash::LONGEST]>, Unfit> {
    let number = |length| u32::try_from(length).map_err(|_| Unfit);
    let head = [
        LANES,
        number(length)?,
        cost.memory,
        cost.passes,
        VERSION,
        ARGON2ID,
    ];
    let head = head.map(u32::to_le_bytes);
    let parts = [
        head.as_flattened(),
        &number(password.len())?.to_le_bytes(),
        password,
        &number(salt.len())?.to_le_bytes(),
        salt,
        // No secret, no associated data.
        &[0; 8],
    ];
    let mut seed = Zeroizing::new([0; hash::LONGEST]);
    hash::blake2b(&parts, &mut *seed)?;
    Ok(seed)
}
