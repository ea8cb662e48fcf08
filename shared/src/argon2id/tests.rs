use argon2::{Algorithm, Argon2, Params, Version};

use super::*;
use crate::report::{hex, report};

fn ours(password: &[u8], salt: &[u8], (memory, passes): (u32, u32), length: usize) -> Vec<u8> {
    let mut out = vec![0; length];
    argon2id(password, salt, Cost { memory, passes }, &mut out).unwrap();
    out
}

/// Those of `src/test.c` of the reference implementation, for version 0x13 of Argon2id: what comes
/// before the hash is (logarithm of KiB, passes, password, salt).
#[test]
fn vectors_of_the_reference_implementation() {
    let vectors = [
        (
            16,
            2,
            "password",
            "somesalt",
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        ),
        (
            18,
            2,
            "password",
            "somesalt",
            "78fe1ec91fb3aa5657d72e710854e4c3d9b9198c742f9616c2f085bed95b2e8c",
        ),
        (
            8,
            2,
            "password",
            "somesalt",
            "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe",
        ),
        (
            16,
            1,
            "password",
            "somesalt",
            "f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98",
        ),
        (
            16,
            4,
            "password",
            "somesalt",
            "9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c",
        ),
        (
            16,
            2,
            "differentpassword",
            "somesalt",
            "0b84d652cf6b0c4beaef0dfe278ba6a80df6696281d7e0d2891b817d8c458fde",
        ),
        (
            16,
            2,
            "password",
            "diffsalt",
            "bdf32b05ccc42eb15d58fd19b1f856b113da1e9a5874fdcc544308565aa8141c",
        ),
    ];
    for (logarithm, passes, password, salt, hash) in vectors {
        let found = ours(
            password.as_bytes(),
            salt.as_bytes(),
            (1 << logarithm, passes),
            32,
        );
        assert_eq!(
            found,
            hex(hash),
            "2^{logarithm} KiB, {passes} passes, {password}, {salt}"
        );
    }
    report(
        "phc-winner-argon2 test.c, Argon2id 0x13",
        vectors.len(),
        0,
        1,
        "two lanes are not used",
    );
}

/// Every memory from the least on, every length of output, one to four passes.
#[test]
fn another_implementation_finds_the_same() {
    let bytes: Vec<u8> = (0..=255).collect();
    let mut compared = 0;
    for (memory, length) in (8..=300).zip((4..=200).cycle()) {
        let passes = 1 + memory % 4;
        let (password, _) = bytes.split_at(memory as usize * 7 % 256);
        let (_, salt) = bytes.split_at(256 - 8 - length % 90);
        let mut theirs = vec![0; length];
        let params = Params::new(memory, passes, LANES, Some(length)).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(password, salt, &mut theirs)
            .unwrap();
        let found = ours(password, salt, (memory, passes), length);
        assert_eq!(
            found, theirs,
            "{memory} KiB, {passes} passes, {length} bytes"
        );
        compared += 1;
    }
    assert_eq!(compared, 293);
}

#[test]
fn what_is_not_argon2id_is_refused() {
    for (memory, passes, length) in [(7, 1, 4), (8, 0, 4), (8, 1, 3), (0, 0, 0)] {
        let mut out = vec![0; length];
        assert!(argon2id(b"", b"", Cost { memory, passes }, &mut out).is_err());
        assert_eq!(out, vec![0; length]);
    }
    assert_eq!(ours(b"", b"", (8, 1), 4).len(), 4);
}
