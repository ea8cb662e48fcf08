//! BLAKE2b with any length of output, and H' on top of it (RFC 9106, section 3.3).

use blake2::{
    Blake2bVarCore,
    digest::{
        block_api::{UpdateCore, VariableOutputCore},
        block_buffer::LazyBuffer,
    },
};
use zeroize::Zeroizing;

use super::Unfit;

/// The longest output of BLAKE2b, in bytes.
pub(super) const LONGEST: usize = 64;

/// BLAKE2b of `parts`, one behind the other; `out` has 1 to 64 bytes.
pub(super) fn blake2b(parts: &[&[u8]], out: &mut [u8]) -> Result<(), Unfit> {
    let mut hash = Blake2bVarCore::new(out.len()).map_err(|_| Unfit)?;
    let mut buffer = LazyBuffer::default();
    for part in parts {
        buffer.digest_blocks(part, |blocks| hash.update_blocks(blocks));
    }
    let mut full = Default::default();
    hash.finalize_variable_core(&mut buffer, &mut full);
    for (out, byte) in out.iter_mut().zip(full) {
        *out = byte;
    }
    Ok(())
}

/// H': hashes of hashes, of each the first half, and of the last everything.
pub(super) fn long(input: &[u8], out: &mut [u8]) -> Result<(), Unfit> {
    let length = u32::try_from(out.len()).map_err(|_| Unfit)?.to_le_bytes();
    if out.len() <= LONGEST {
        return blake2b(&[&length, input], out);
    }
    let mut last = Zeroizing::new([0; LONGEST]);
    blake2b(&[&length, input], &mut *last)?;
    let mut rest = out;
    loop {
        let (half, after) = rest.split_at_mut(LONGEST / 2);
        half.copy_from_slice(last.split_at(LONGEST / 2).0);
        rest = after;
        if rest.len() <= LONGEST {
            return blake2b(&[&*last], rest);
        }
        let mut next = Zeroizing::new([0; LONGEST]);
        blake2b(&[&*last], &mut *next)?;
        last = next;
    }
}
