use std::io::Read;

use base64ct::{Base64, Encoding};
use flate2::read::ZlibDecoder;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;
use report::{hex, report};

#[path = "../../../tests/vectors/report.rs"]
mod report;

/// Little work: what is tried here is the format.
const LITTLE: u8 = 4;

fn lock(passphrase: &str, plain: &[u8]) -> Vec<u8> {
    let (mut locking, mut file) = Locking::begin_with(passphrase, LITTLE).unwrap();
    let chunks = plain.chunks(CHUNK).count().max(1);
    for number in 0..chunks {
        let end = plain.len().min((number + 1) * CHUNK);
        let chunk = &plain[number * CHUNK..end];
        file.extend(locking.seal(chunk, number + 1 == chunks).unwrap());
    }
    file
}

fn unlock(passphrase: &str, file: &[u8]) -> Result<Vec<u8>, Closed> {
    let (opening, length) = Opening::begin(passphrase, file)?;
    chunks(opening.payload, &file[length..])
}

fn chunks(mut payload: Payload, sealed: &[u8]) -> Result<Vec<u8>, Closed> {
    let mut opened = Vec::new();
    let mut rest = sealed;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(SEALED_CHUNK));
        opened.extend(
            payload
                .open(chunk, after.is_empty())
                .ok_or(Closed::Damaged)?,
        );
        if after.is_empty() {
            return Ok(opened);
        }
        rest = after;
    }
}

#[test]
fn every_changed_and_every_cut_file_stays_closed() {
    let file = lock("kettle harbour", b"words");
    let header = file.windows(5).position(|five| five == b"\n--- ").unwrap();
    for at in 0..file.len() {
        let mut bent = file.clone();
        bent[at] ^= 1;
        assert!(unlock("kettle harbour", &bent).is_err(), "byte {at}");
        assert!(
            unlock("kettle harbour", &file[..at]).is_err(),
            "cut at {at}"
        );
    }
    let mac = header + 10;
    let mut bent = file.clone();
    bent[mac] = if bent[mac] == b'A' { b'B' } else { b'A' };
    assert_eq!(unlock("kettle harbour", &bent), Err(Closed::Damaged));
    assert_eq!(unlock("kettle harbor", &file), Err(Closed::Passphrase));
    assert_eq!(unlock("", &file), Err(Closed::Passphrase));
    let longer = [&file[..], b"x"].concat();
    assert_eq!(unlock("kettle harbour", &longer), Err(Closed::Damaged));
    assert_eq!(unlock("kettle harbour", &file).unwrap(), b"words");
}

#[test]
fn what_is_no_file_with_a_passphrase_is_told_apart() {
    for (file, why) in [
        (&b""[..], Closed::NotAge),
        (b"age-encryption.org/v2\n-> scrypt", Closed::NotAge),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\n", Closed::Armored),
        (b"age-encryption.org/v1\n-> X25519 abc\n", Closed::Keys),
        (b"age-encryption.org/v1\n-> scrypt", Closed::Keys),
        (b"age-encryption.org/v1\n--- abc\n", Closed::Damaged),
        (b"age-encryption.org/v1\n-> scrypt a 4\n", Closed::Damaged),
    ] {
        assert_eq!(unlock("", file), Err(why), "{:?}", str::from_utf8(file));
    }
}

#[test]
fn more_work_than_any_device_could_do_is_not_begun() {
    let file = lock("kettle harbour", b"words");
    let text = |work: &str| {
        let at = file.windows(3).position(|three| three == b" 4\n").unwrap();
        [&file[..=at], work.as_bytes(), &file[at + 2..]].concat()
    };
    for work in ["21", "63", "64", "255", "256", "18446744073709551615"] {
        assert_eq!(unlock("kettle harbour", &text(work)), Err(Closed::Work));
    }
    for work in [
        "",
        "0",
        "04",
        "+4",
        "-4",
        "4 ",
        "4.0",
        "99999999999999999999",
    ] {
        let said = unlock("kettle harbour", &text(work));
        assert_eq!(said, Err(Closed::Damaged), "{work}");
    }
}

#[test]
fn files_of_every_length_come_back() {
    let plain: Vec<u8> = (0..3 * CHUNK).map(|at| (at * 31 % 251) as u8).collect();
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK - 7] {
        let file = lock("kettle harbour", &plain[..length]);
        assert_eq!(unlock("kettle harbour", &file).unwrap(), &plain[..length]);
    }
    assert_ne!(lock("same", b"same"), lock("same", b"same"));
}

#[test]
fn chunks_stand_in_one_order_and_end_once() {
    let mut locking = Locking::begin_with("kettle harbour", LITTLE).unwrap().0;
    assert!(
        locking.seal(b"short", false).is_none(),
        "only the last is short"
    );
    let mut locking = Locking::begin_with("kettle harbour", LITTLE).unwrap().0;
    assert!(locking.seal(&[0; CHUNK], false).is_some());
    assert!(
        locking.seal(b"", true).is_none(),
        "the last one holds something"
    );
    let mut locking = Locking::begin_with("kettle harbour", LITTLE).unwrap().0;
    assert!(locking.seal(b"end", true).is_some());
    assert!(
        locking.seal(b"more", true).is_none(),
        "nothing comes after it"
    );
}

/// What a vector of the published test kit says of itself.
struct Vector {
    name: String,
    expect: String,
    passphrase: Option<String>,
    /// One of them is longer.
    file_key: Vec<u8>,
    file: Vec<u8>,
    payload_sha256: String,
}

impl Vector {
    fn file_key(&self) -> [u8; 16] {
        self.file_key.as_slice().try_into().unwrap()
    }
}

fn published() -> Vec<Vector> {
    let text = include_str!("../../../tests/vectors/published/age.json");
    let all: Vec<Value> = serde_json::from_str(text).unwrap();
    let read = |one: &Value| {
        let text = |field: &str| one[field].as_str().map(str::to_owned);
        let mut file = Base64::decode_vec(&text("file").unwrap()).unwrap();
        if one["zlib"] == true {
            let packed = std::mem::take(&mut file);
            ZlibDecoder::new(&packed[..])
                .read_to_end(&mut file)
                .unwrap();
        }
        Vector {
            name: text("name").unwrap(),
            expect: text("expect").unwrap(),
            passphrase: text("passphrase"),
            file_key: hex(&text("file_key").unwrap()),
            payload_sha256: text("payload_sha256").unwrap_or_default(),
            file,
        }
    };
    all.iter().map(read).collect()
}

/// Opens a vector; one without a passphrase by its file key, from behind its header.
fn open(vector: &Vector) -> Result<Vec<u8>, Closed> {
    if let Some(passphrase) = &vector.passphrase {
        return unlock(passphrase, &vector.file);
    }
    let file = &vector.file;
    let Err(Closed::Keys) = Header::read(file) else {
        return Err(Closed::NotAge);
    };
    let end = file.windows(5).position(|five| five == b"\n--- ");
    let mac = &file[end.ok_or(Closed::NotAge)? + 5..];
    let start = mac.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let (nonce, sealed) = mac[start..]
        .split_first_chunk::<NONCE>()
        .ok_or(Closed::Damaged)?;
    chunks(Payload::new(&vector.file_key(), nonce), sealed)
}

#[test]
fn published_vectors_of_age() {
    let (mut run, mut refused, mut armored) = (0, 0, 0);
    for vector in published() {
        let name = &vector.name;
        match (open(&vector), vector.expect.as_str()) {
            (Err(Closed::Armored), "success") => armored += 1,
            (Ok(plain), "success") => {
                let hash: [u8; 32] = Sha256::digest(&plain).into();
                assert_eq!(hash.to_vec(), hex(&vector.payload_sha256), "{name}");
                is_written_again(&vector, &plain);
                run += 1;
            }
            (Err(why), expected) if expected != "success" => {
                if expected == "no match" {
                    let told = [Closed::Passphrase, Closed::Keys];
                    assert!(told.contains(&why), "{name}: {why:?}");
                }
                if name == "scrypt_work_factor_23" {
                    assert_eq!(why, Closed::Work);
                }
                refused += 1;
            }
            (said, expected) => panic!("{name}: {said:?}, and not {expected}"),
        }
    }
    assert_eq!((run, refused, armored), (6, 46, 1));
    report("age", run + refused, refused, armored, "written as text");
}

/// From the same keys, salt and nonce the same bytes are made.
fn is_written_again(vector: &Vector, plain: &[u8]) {
    let file = &vector.file;
    let mut sealed = file.len() - plain.len() - 16 * plain.len().div_ceil(CHUNK).max(1);
    if let Some(passphrase) = &vector.passphrase {
        let (header, length) = Header::read(file).unwrap();
        assert_eq!(length + NONCE, sealed);
        let (salt, work) = header.stretching();
        let again = Header::make(&vector.file_key(), passphrase, salt, work);
        assert_eq!(again.unwrap(), file[..length], "{}", vector.name);
    }
    let nonce = file[sealed - NONCE..sealed].try_into().unwrap();
    let mut payload = Payload::new(&vector.file_key(), nonce);
    let mut rest = plain;
    loop {
        let (chunk, after) = rest.split_at(rest.len().min(CHUNK));
        let again = payload.seal(chunk, after.is_empty()).unwrap();
        assert_eq!(again, file[sealed..sealed + again.len()], "{}", vector.name);
        sealed += again.len();
        rest = after;
        if rest.is_empty() {
            return assert_eq!(sealed, file.len());
        }
    }
}
