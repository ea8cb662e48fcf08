//! The padded form of small sealed things.
//!
//! ```text
//! plaintext = length (4 bytes, big endian) || body || zeros up to the next PADMÉ length
//! ```

use keepwell_shared::padding::padded;
use zeroize::Zeroizing;

/// Pads a body; `None` when it is longer than four bytes can say.
pub(crate) fn pad(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = u32::try_from(body.len()).ok()?;
    let size = padded(u64::from(length) + 4)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(size as usize));
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(body);
    plain.resize(size as usize, 0);
    Some(plain)
}

/// The body. Whoever sealed it may be hostile too: a wrong size and padding that is not zeros are
/// refused, so that one body has one form.
pub(crate) fn unpad(plain: &[u8]) -> Option<&[u8]> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length);
    let (body, padding) = rest.split_at_checked(length as usize)?;
    let right_size = padded(u64::from(length) + 4)? == plain.len() as u64;
    (right_size && padding.iter().all(|byte| *byte == 0)).then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_comes_back_and_damage_is_refused() {
        for length in [0, 1, 4092, 4093, 70_000] {
            let plain = pad(&vec![7; length]).unwrap();
            assert_eq!(unpad(&plain).unwrap(), vec![7; length]);
            assert!(unpad(&plain[..plain.len() - 1]).is_none());
        }
        let mut stuffed = pad(b"x").unwrap();
        stuffed[4095] = 1;
        assert!(unpad(&stuffed).is_none());
        let mut longer = pad(b"x").unwrap();
        longer[0] = 0xff;
        assert!(unpad(&longer).is_none());
        assert!(unpad(&[]).is_none());
    }
}
