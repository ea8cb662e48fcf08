//! For `cargo xtask bench`: the memory of the real server while a file of so many MiB (the one
//! argument) streams in and out, and sealing outside browsers. Prints one JSON object.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement fails by panicking"
)]

use std::time::Instant;

use keepwell_shared::statement::Role;
use keepwell_tests::{Bytes, Native, Person, Quiet, Server, noise};
use keepwell_vault::{
    Category, Draft, Error, FileInfo, FileSource, NativeEngine, platform::Engine, sealing_benchmark,
};
use serde_json::{Value, json};

/// What the server may take at most, in bytes, whatever the size of a file.
const GOAL: u64 = 60_000_000;
const MIB: u64 = 1 << 20;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let argument = std::env::args().nth(1).expect("a size in MiB");
    let mib = argument.parse().expect("a size in MiB");
    let server_memory = stream(mib).await;
    let native = seal().await;
    println!(
        "{}",
        json!({ "server_memory": server_memory, "native": native })
    );
}

async fn stream(mib: u64) -> Value {
    let server = Server::start();
    let person = Person::register(server.address(), "benchmark", Role::Patient).await;
    let chart = person.chart().await;
    let before = peak(&server);
    let source = Pattern::new(mib * MIB);

    let start = Instant::now();
    let draft = Draft {
        title: "A large file".to_owned(),
        text: String::new(),
        category: Category::Clinical,
    };
    let entry = person
        .vault
        .add_file(chart, &draft, source.info(), &source, &Quiet::default())
        .await
        .expect("the file is added");
    let added = start.elapsed();
    let after_in = peak(&server);

    let start = Instant::now();
    let mut offset = 0;
    person
        .vault
        .open_file(
            chart,
            entry.record,
            entry.revision,
            &Quiet::default(),
            |part, length| {
                source.compare(offset, &part[..length as usize]);
                offset += length;
            },
        )
        .await
        .expect("the file comes back");
    assert_eq!(offset, source.length, "all of it");
    let opened = start.elapsed();
    let after_out = peak(&server);
    json!({
        "unit": "bytes, the most ever resident",
        "file": source.length,
        "before": before,
        "after it streamed in": after_in,
        "after it streamed out": { "bytes": after_out, "goal": GOAL, "met": after_out <= GOAL },
        "in, MiB/s": speed(mib, added),
        "out, MiB/s": speed(mib, opened),
    })
}

async fn seal() -> Value {
    let mib = 64;
    let source = Bytes(noise(1, (mib * MIB) as usize));
    let start = Instant::now();
    sealing_benchmark(&NativeEngine, &source)
        .await
        .expect("sealed and signed");
    json!({ "sealing 64 MiB on one core, MiB/s": speed(mib, start.elapsed()) })
}

fn speed(mib: u64, time: std::time::Duration) -> f64 {
    (mib as f64 / time.as_secs_f64() * 10.0).round() / 10.0
}

/// `VmHWM` of Linux: the most memory that was ever resident, in bytes.
fn peak(server: &Server) -> u64 {
    let path = format!("/proc/{}/status", server.pid());
    let status = std::fs::read_to_string(path).expect("Linux tells a process's memory");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let words = line.and_then(|line| line.split_whitespace().nth(1));
    words
        .and_then(|kib| kib.parse::<u64>().ok())
        .expect("a number")
        * 1024
}

/// A file that is never in memory as a whole and has no two equal blocks.
struct Pattern {
    length: u64,
    block: Vec<u8>,
}

impl Pattern {
    fn new(length: u64) -> Self {
        let block = noise(7, MIB as usize);
        Self { length, block }
    }

    fn info(&self) -> FileInfo {
        FileInfo {
            name: "large.pdf".to_owned(),
            media_type: String::new(),
            length: self.length,
        }
    }

    fn fill(&self, offset: u64, into: &mut [u8]) {
        assert_eq!(offset % MIB, 0, "parts begin at whole MiB");
        into.copy_from_slice(&self.block[..into.len()]);
        let number = offset.to_le_bytes();
        let mark = if offset == 0 {
            &b"%PDF-1.7"[..]
        } else {
            &number[..]
        };
        let length = into.len().min(mark.len());
        into[..length].copy_from_slice(&mark[..length]);
    }

    fn compare(&self, offset: u64, part: &[u8]) {
        let mut expected = vec![0; part.len()];
        self.fill(offset, &mut expected);
        assert!(part == expected, "the bytes at {offset} are others");
    }
}

impl FileSource<Native> for Pattern {
    fn length(&self) -> u64 {
        self.length
    }

    async fn read(
        &self,
        offset: u64,
        mut into: <Native as Engine>::Bytes,
    ) -> Result<Vec<u8>, Error> {
        let rest = self.length.saturating_sub(offset);
        let length = (into.len() as u64).min(rest) as usize;
        self.fill(offset, &mut into[..length]);
        into[length..].fill(0);
        Ok(into)
    }

    async fn peek(&self, offset: u64, length: u64) -> Result<Vec<u8>, Error> {
        let mut into = vec![0; length as usize];
        self.fill(offset, &mut into);
        Ok(into)
    }
}
