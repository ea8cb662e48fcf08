//! Frozen vectors: what was made once must open for ever. They stand in `tests/vectors/v1`; a
//! second implementation, `tests/vectors/second.py`, opens the same files.
//!
//! Each file here has one kind of thing: `make` writes its vectors, from fixed inputs and on demand
//! only, and a test opens them in every run with the product's own code, whole, and refuses them
//! with a flipped bit. After a release a file of `v1` never changes: a new format gets a folder of
//! its own.

mod author;
mod content;
mod envelopes;
mod factor;
mod heads;
mod hpke;
mod json;
mod kit;
mod memory;
mod padding;
mod proofs;
mod puzzle;
mod revision;
mod statements;
mod texts;
mod trees;
mod words;
mod world;

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::report::report;

/// Rewrites `tests/vectors/v1`. Only before a release, or for a new kind of thing: what is
/// committed has to open for ever.
#[test]
#[ignore = "writes the vectors that the other tests open"]
fn write_frozen_vectors() {
    let world = world::World::new();
    write("statements", statements::make(&world));
    write("enclosures", author::make(&world));
    write("envelopes", envelopes::make(&world));
    write("content", content::make(&world));
    write("hpke", hpke::make(&world));
    write("keys", proofs::make_keys());
    write("proofs", proofs::make());
    write("words", words::make(&world));
    write("check-words", words::make_checks(&world));
    write("trees", trees::make());
    write("padding", padding::make());
    write("puzzles", puzzle::make());
    write("texts", texts::make());
    write("kits", kit::make());
    fs::write(folder().join("words.txt"), words::list()).unwrap();
}

/// Where the files are.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/v1")
}

fn write(name: &str, vectors: Vec<Value>) {
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    fs::write(folder().join(format!("{name}.json")), text).unwrap();
}

fn load(name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Flips one bit.
fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

/// Reports a file that was opened; its counts are written down, so that it can not shrink.
fn done(name: &str, run: usize, refused: usize, expected: (usize, usize)) {
    assert_eq!((run, refused), expected, "{name}");
    report(&format!("frozen v1 {name}"), run, refused, 0, "");
}
