//! A large file goes in and out of the real program; its memory does not grow with the file.
//!
//! `KEEPWELL_STREAM_MIB` sets the size of the file, in MiB.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a panic is how a test fails, and its output how it tells"
)]
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "nobody depends on a test, and the helpers are shared"
)]

mod support;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Instant,
};

use futures::{StreamExt, TryStreamExt, stream};
use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::{PART_SEALED, part_count, part_length, root, sealed_length},
    error::Code,
    id::RecordId,
    statement::{BlobContent, Content},
};
use support::{
    client::Client,
    person::{Person, random},
};

/// What the server may use, in KiB.
const MOST: u64 = 60 * 1024;
/// Requests at once, as browsers send them.
const AT_ONCE: usize = 4;

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    /// The largest resident set so far, in KiB.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

#[tokio::test]
async fn memory_does_not_grow_with_the_file() {
    let mib: u64 = std::env::var("KEEPWELL_STREAM_MIB").map_or(256, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("dist")).unwrap();
    std::fs::write(folder.path().join("dist/index.html"), "x").unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_keepwell-server"))
        .current_dir(folder.path())
        .args(["--listen", "127.0.0.1:0", "--log", "log"])
        .stdout(Stdio::piped())
        .spawn()
        .map(Program)
        .unwrap();
    let mut ready = String::new();
    BufReader::new(program.0.stdout.as_mut().unwrap())
        .read_line(&mut ready)
        .unwrap();
    let port = ready.trim().rsplit(':').next().unwrap();
    let at = format!("127.0.0.1:{port}").parse().unwrap();
    let client = Client::with_clock(at, keepwell_backend::Clock::system());
    let mut patient = Person::patient(&client, "patient-one").await;
    let before = program.peak();

    let length = sealed_length(mib << 20).unwrap();
    let blob = patient.reserve(length).await.unwrap();
    let first = random(usize::try_from(PART_SEALED).unwrap());
    let part = |number: u64| {
        // Parts differ in their first bytes; that is enough to tell them apart.
        let mut bytes = first.clone();
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        bytes.truncate(usize::try_from(part_length(length, number).unwrap()).unwrap());
        bytes
    };
    let begun = Instant::now();
    let leaves: Vec<Hash> = stream::iter(0..part_count(length))
        .map(|number| {
            let (bytes, patient) = (part(number), &patient);
            async move {
                patient.put_part(blob, number, &bytes).await?;
                Ok::<_, Code>(Hash::of(&bytes))
            }
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
        .unwrap();
    let sent = begun.elapsed();
    let content = Content {
        sealed_length: length,
        root: root(length, &leaves),
        salt: Bytes(random(24)),
        commitment: Hash::of(b"x"),
        content_key: Bytes(random(61)),
    };
    let entry = random(4112);
    let file = Some(BlobContent { blob, content });
    let revision = patient.revision(RecordId::generate(), 1, None, &entry, file);
    patient.post_revision(revision, &entry).await.unwrap();

    let begun = Instant::now();
    let (patient, part) = (&patient, &part);
    stream::iter(0..part_count(length))
        .map(|number| async move {
            let expected = part(number);
            let got = patient
                .bytes(blob, number * PART_SEALED, expected.len() as u64)
                .await
                .unwrap();
            assert!(got == expected, "part {number}");
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<()>>()
        .await;
    let received = begun.elapsed();
    let peak = program.peak();
    println!(
        "{mib} MiB: in {sent:.1?}, out {received:.1?}, at most {} MiB of memory, {} MiB before",
        peak / 1024,
        before / 1024
    );
    assert!(peak < MOST, "{peak} KiB");
    let log = std::fs::metadata(folder.path().join("keepwell.sqlite3-wal"));
    assert!(log.is_err(), "the data is in the data folder");
    let log = std::fs::metadata(folder.path().join("data/keepwell.sqlite3-wal")).unwrap();
    assert!(log.len() < 64 << 20, "the write-ahead log stays short");
}
