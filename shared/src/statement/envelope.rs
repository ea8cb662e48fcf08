//! The one form of a COSE_Sign1 (RFC 9052, section 4.2) in which a statement travels.
//!
//! ```text
//! 18([ << {1: -7, 4: kid} >>, {}, payload, signature ])
//! ```
//!
//! Everything in it but key id, payload and signature is constant, so reading it is comparing it,
//! and a second spelling has nowhere to be. A general reader of CBOR would accept more and would
//! have to be checked by encoding again; the tests compare this one with `coset`.

use super::StatementError;

/// Tag 18, an array of four, and the protected header {1: -7, 4: kid} up to the key id
/// (RFC 9052, section 3.1: alg is label 1, kid label 4; RFC 9053, section 2.1: ES256 is -7).
const BEFORE_KID: &[u8] = &[
    0xd2, 0x84, 0x58, PROTECTED, 0xa2, 0x01, 0x26, 0x04, 0x58, 32,
];
/// Bytes of the protected header.
const PROTECTED: u8 = 38;
/// The empty unprotected header.
const UNPROTECTED: u8 = 0xa0;
/// A byte string of 64 bytes follows: r and s.
const BEFORE_SIGNATURE: &[u8] = &[0x58, 64];

/// The parts of a statement that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Envelope<'a> {
    pub(super) kid: &'a [u8; 32],
    pub(super) payload: &'a [u8],
    pub(super) signature: &'a [u8; 64],
}

impl<'a> Envelope<'a> {
    /// Reads the one form.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, StatementError> {
        Self::read(bytes).ok_or(StatementError::Malformed)
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(BEFORE_KID)?;
        let (kid, rest) = rest.split_first_chunk::<32>()?;
        let rest = rest.strip_prefix(&[UNPROTECTED])?;
        let (payload, rest) = read_bytes(rest)?;
        let rest = rest.strip_prefix(BEFORE_SIGNATURE)?;
        let (signature, rest) = rest.split_first_chunk::<64>()?;
        rest.is_empty().then_some(Self {
            kid,
            payload,
            signature,
        })
    }

    /// The bytes that travel.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.payload.len().saturating_add(128));
        bytes.extend_from_slice(BEFORE_KID);
        bytes.extend_from_slice(self.kid);
        bytes.push(UNPROTECTED);
        write_bytes(&mut bytes, self.payload);
        bytes.extend_from_slice(BEFORE_SIGNATURE);
        bytes.extend_from_slice(self.signature);
        bytes
    }
}

/// The Sig_structure (RFC 9052, section 4.4): what is signed, and whose hash is the id.
pub(super) fn to_be_signed(kid: &[u8; 32], purpose: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(payload.len().saturating_add(128));
    bytes.push(0x84);
    bytes.push(0x6a);
    bytes.extend_from_slice(b"Signature1");
    bytes.extend_from_slice(&[0x58, PROTECTED, 0xa2, 0x01, 0x26, 0x04, 0x58, 32]);
    bytes.extend_from_slice(kid);
    write_bytes(&mut bytes, purpose.as_bytes());
    write_bytes(&mut bytes, payload);
    bytes
}

/// Writes a byte string with the shortest length (RFC 8949, section 4.2.1).
fn write_bytes(into: &mut Vec<u8>, bytes: &[u8]) {
    let length = bytes.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..=23), _) => into.push(0x40 | length),
        (Ok(length), _) => into.extend_from_slice(&[0x58, length]),
        (_, Ok(length)) => {
            into.push(0x59);
            into.extend_from_slice(&length.to_be_bytes());
        }
        // No statement is longer than `MAX_LENGTH`; what were would not be read again.
        _ => {
            into.push(0x5a);
            into.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
        }
    }
    into.extend_from_slice(bytes);
}

/// Reads a byte string of up to 65,535 bytes with the shortest length; gives it and what follows.
fn read_bytes(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = bytes.split_first()?;
    let (length, rest) = match first {
        0x40..=0x57 => (usize::from(first & 0x1f), rest),
        0x58 => {
            let (length, rest) = rest.split_first_chunk::<1>()?;
            (usize::from(u8::from_be_bytes(*length)), rest)
        }
        0x59 => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*length)), rest)
        }
        _ => return None,
    };
    let shortest = match first {
        0x58 => length > 23,
        0x59 => length > 255,
        _ => true,
    };
    rest.split_at_checked(length).filter(|_| shortest)
}

#[cfg(test)]
mod tests {
    use coset::{
        CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana,
    };

    use super::*;

    fn by_coset(kid: &[u8], payload: &[u8]) -> CoseSign1 {
        CoseSign1Builder::new()
            .protected(
                HeaderBuilder::new()
                    .algorithm(iana::Algorithm::ES256)
                    .key_id(kid.to_vec())
                    .build(),
            )
            .payload(payload.to_vec())
            .signature(vec![7; 64])
            .build()
    }

    #[test]
    fn it_is_what_a_general_implementation_makes() {
        for length in [0, 1, 23, 24, 255, 256, 257, 4000, 65_000] {
            let payload = vec![3; length];
            let cose = by_coset(&[5; 32], &payload);
            let envelope = Envelope {
                kid: &[5; 32],
                payload: &payload,
                signature: &[7; 64],
            };
            let bytes = envelope.to_bytes();
            assert_eq!(bytes, cose.clone().to_tagged_vec().unwrap(), "{length}");
            assert_eq!(Envelope::parse(&bytes), Ok(envelope), "{length}");
            for purpose in ["x", "keepwell/v1/compartment-head", &"y".repeat(300)] {
                assert_eq!(
                    to_be_signed(&[5; 32], purpose, &payload),
                    cose.tbs_data(purpose.as_bytes()),
                    "{length} {purpose}"
                );
            }
        }
    }

    #[test]
    fn what_a_general_implementation_reads_besides_is_refused() {
        let good = by_coset(&[5; 32], &[3; 10]);
        assert!(Envelope::parse(&good.clone().to_tagged_vec().unwrap()).is_ok());
        let untagged = good.clone().to_vec().unwrap();
        let mut unprotected = good.clone();
        unprotected.unprotected.key_id = vec![1];
        let mut detached = good.clone();
        detached.payload = None;
        let mut short = good.clone();
        short.signature.pop();
        let other_kid = by_coset(&[5; 31], &[3; 10]);
        let mut other_algorithm = good.clone();
        other_algorithm.protected.original_data = None;
        other_algorithm.protected.header.alg =
            Some(coset::Algorithm::Assigned(iana::Algorithm::ES384));
        let mut all = vec![untagged, Vec::new()];
        for cose in [unprotected, detached, short, other_kid, other_algorithm] {
            let bytes = cose.to_tagged_vec().unwrap();
            assert!(CoseSign1::from_tagged_slice(&bytes).is_ok());
            all.push(bytes);
        }
        // A payload of ten bytes whose length is written in two bytes, then in three.
        let bytes = good.to_tagged_vec().unwrap();
        let at = BEFORE_KID.len() + 33;
        assert_eq!(bytes[at], 0x4a);
        for longer in [&[0x58, 10][..], &[0x59, 0, 10]] {
            let mut longer_form = bytes[..at].to_vec();
            longer_form.extend_from_slice(longer);
            longer_form.extend_from_slice(&bytes[at + 1..]);
            assert!(CoseSign1::from_tagged_slice(&longer_form).is_ok());
            all.push(longer_form);
        }
        for bytes in all {
            assert_eq!(Envelope::parse(&bytes), Err(StatementError::Malformed));
        }
    }

    #[test]
    fn every_cut_and_every_tail_is_refused() {
        let bytes = by_coset(&[5; 32], &[3; 300]).to_tagged_vec().unwrap();
        for cut in 0..bytes.len() {
            assert!(Envelope::parse(&bytes[..cut]).is_err(), "{cut}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Envelope::parse(&longer).is_err());
    }
}
