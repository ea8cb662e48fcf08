//! What leaves the browser, and how long it is.

use std::collections::BTreeSet;

use keepwell_shared::{
    content::{CHUNK, TAG, sealed_length},
    padding::padded,
    statement::Revision,
    wire::{ALL, BlobPostRequest, BookPutRequest},
};
use keepwell_tests::{
    Bytes, Quiet, contains, forms,
    tamper::{Line, payload_of},
};
use keepwell_vault::FileInfo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    attack,
    list::Attack,
    stage::{Stage, draft, quiet, revisions_sent},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            31,
            "field swap as decryption oracle (icon fetch)",
            "BW06, LP03 (PM26)",
            "no request is built from decrypted data",
            addresses_inside
        ),
        attack!(
            41,
            "nonce reuse after a forced rollback",
            "hpke-rs 2026/192; SP 800-38D",
            "a fresh key for every message; no counter is kept",
            fresh_every_time
        ),
        attack!(
            48,
            "length leak",
            "PADME; INJ24",
            "everything sealed is padded, at least 4 KiB, above it to PADMÉ lengths",
            lengths
        ),
        attack!(
            49,
            "compression side channel",
            "TH23",
            "nothing is compressed, neither before sealing nor on the API",
            no_compression
        ),
        attack!(
            53,
            "equal things look equal",
            "deterministic names",
            "random ids, fresh keys and salts: two equal entries share no column",
            nothing_equal
        ),
    ]
}

async fn addresses_inside() {
    let stage = Stage::shared().await;
    let host = "canary-leak-5hT";
    for round in 0..250 {
        let address = |n: i32| format!("{}s://{host}.example/{round}/{n}.png?q={n}", "http");
        let text = format!(
            "{} <img src={}> [x]({})",
            address(1),
            address(2),
            address(3)
        );
        stage.patient.note(stage.chart, &address(0), &text).await;
    }
    let info = FileInfo {
        name: format!("{host}.txt"),
        media_type: format!("text/uri-list; x={host}"),
        length: 4,
    };
    let (source, watch) = (Bytes(b"text".to_vec()), Quiet::default());
    let (vault, typed) = (&stage.patient.vault, draft(host, host));
    let file = vault
        .add_file(stage.chart, &typed, info, &source, &watch)
        .await
        .unwrap();
    let (line, fresh) = stage.fresh().await;
    assert_eq!(
        fresh
            .vault
            .open_chart(stage.chart)
            .await
            .unwrap()
            .entries
            .len(),
        252
    );
    assert_eq!(stage.doctor_reads_well().await.entries.len(), 252);
    fresh
        .open(stage.chart, file.record, file.revision)
        .await
        .unwrap();
    quiet(&line, &fresh, 0).await;
    for line in [&stage.line, &line, &stage.doctor_line] {
        for exchange in line.since(0) {
            let sent = exchange.sent;
            for (form, needle) in forms(host.as_bytes()) {
                let text = format!("{} {:?}", sent.target, sent.headers);
                assert!(!contains(text.as_bytes(), &needle), "as {form}");
                assert!(!contains(&sent.body, &needle), "as {form}");
            }
            // Every address is one of the endpoints, with ids and numbers in it and nothing else.
            let path = sent.target.split('?').next().unwrap();
            let known = ALL.iter().any(|(_, method, pattern, _)| {
                method.as_str() == sent.method
                    && pattern.split('/').count() == path.split('/').count()
                    && pattern
                        .split('/')
                        .zip(path.split('/'))
                        .all(|(p, s)| p == s || p.starts_with('{'))
            });
            assert!(known, "{}", sent.target);
        }
    }
}

/// Salts and nonces of everything that was sealed in the revisions sent on a line.
fn salts_and_nonces(line: &Line) -> Vec<Vec<u8>> {
    let sent = revisions_sent(line, 0).into_iter();
    sent.flat_map(|new| {
        let revision: Revision = payload_of(new.revision.as_bytes());
        let nonce = |envelope: &[u8]| envelope[33..45].to_vec();
        [
            revision.entry.salt.0.clone(),
            nonce(revision.record_key.as_slice()),
            nonce(revision.entry.content_key.as_slice()),
            revision.entry.commitment.0.to_vec(),
            new.entry.as_slice()[..32].to_vec(),
        ]
    })
    .collect()
}

async fn fresh_every_time() {
    let mut stage = Stage::new().await;
    stage.server.stop();
    let yesterday = stage.operator.copy();
    stage.server.restart();
    let mut all = Vec::new();
    // Two browsers that are in the very same state, and the same day lived three times.
    for _ in 0..3 {
        let (one_line, one) = stage.fresh().await;
        let (two_line, two) = stage.fresh().await;
        for round in 0..50 {
            let (title, text) = (format!("title {round}"), "the same text".to_owned());
            one.note(stage.chart, &title, &text).await;
            two.note(stage.chart, &title, &text).await;
        }
        all.extend(salts_and_nonces(&one_line));
        all.extend(salts_and_nonces(&two_line));
        stage.server.stop();
        stage.operator.put_back(&yesterday);
        stage.server.restart();
    }
    assert!(all.len() >= 3 * 2 * 50 * 5);
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

/// The plain length behind a sealed one is a PADMÉ length.
fn is_padded(sealed: u64) -> bool {
    let chunks = sealed.div_ceil(CHUNK + TAG);
    let plain = sealed - chunks * TAG;
    sealed_length(plain) == Some(sealed) && padded(plain) == Some(plain) && plain >= 4096
}

async fn lengths() {
    let stage = Stage::shared().await;
    assert!(!is_padded(4113) && !is_padded(100), "the control");
    for length in [
        0usize, 1, 17, 1000, 4050, 4090, 4096, 5000, 10_001, 33_333, 200_000, 390_000,
    ] {
        let text = "x".repeat(length);
        stage.patient.note(stage.chart, "t", &text).await;
    }
    for length in [8usize, 4095, 4097, 16_384, 100_000, 1_048_576, 3_000_001] {
        stage.file("f.pdf", 1, length).await;
    }
    let sent = revisions_sent(&stage.line, 0).into_iter();
    let entries: Vec<u64> = sent.map(|new| new.entry.0.len() as u64).collect();
    let (mut blobs, mut books) = (Vec::new(), Vec::new());
    for exchange in stage.line.since(0) {
        let sent = exchange.sent;
        match (sent.method, sent.target.rsplit('/').next().unwrap()) {
            ("POST", "blobs") => {
                let body: BlobPostRequest = serde_json::from_slice(&sent.body).unwrap();
                blobs.push(body.sealed_length);
            }
            ("PUT", "book") => {
                let body: BookPutRequest = serde_json::from_slice(&sent.body).unwrap();
                let plain = body.sealed.as_slice().len() as u64 - 45 - 16;
                books.push(sealed_length(plain).unwrap());
            }
            _ => {}
        }
    }
    assert_eq!((entries.len(), blobs.len(), books.len()), (20, 7, 1));
    for length in entries.iter().chain(&blobs).chain(&books) {
        assert!(is_padded(*length), "{length}");
    }
    assert_eq!(
        entries.iter().filter(|length| **length == 4112).count(),
        13,
        "short ones look alike"
    );
}

async fn no_compression() {
    let stage = Stage::shared().await;
    // As a browser asks; an answer that is compressed would also be no JSON to the native platform.
    for target in ["/api/account", "/api/charts", "/api/nothing"] {
        let mut line = TcpStream::connect(stage.server.address()).await.unwrap();
        let request = format!(
            "GET {target} HTTP/1.1\r\nhost: x\r\naccept-encoding: gzip, deflate, br, zstd\r\nconnection: close\r\n\r\n"
        );
        line.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer).to_lowercase();
        assert!(answer.starts_with("http/1.1 4"), "{answer}");
        assert!(!answer.contains("content-encoding"), "{answer}");
    }
    stage.doctor_reads_well().await;
    // A guess that is right and one that is wrong travel alike.
    let mut sizes = BTreeSet::new();
    for guess in [crate::stage::TEXT, "something else altogether, all of it"] {
        let from = stage.line.count();
        stage
            .patient
            .note(stage.chart, guess, &guess.repeat(20))
            .await;
        let sent = revisions_sent(&stage.line, from);
        assert_eq!((stage.line.count() - from, sent.len()), (1, 1));
        sizes.insert((sent[0].entry.0.len(), sent[0].revision.as_bytes().len()));
    }
    assert_eq!(sizes.len(), 1, "{sizes:?}");
}

async fn nothing_equal() {
    let stage = Stage::new().await;
    let (title, text) = ("equal title", "equal text ".repeat(100));
    for _ in 0..2 {
        stage.patient.note(stage.chart, title, &text).await;
        stage.file("equal.pdf", 7, 50_000).await;
    }
    let database = stage.operator.database();
    let columns = |sql: &str| -> Vec<Vec<u8>> {
        let mut query = database.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for sql in [
        "SELECT record FROM revision",
        "SELECT revision_id FROM leaf",
        "SELECT statement FROM revision",
        "SELECT entry FROM revision",
        "SELECT blob FROM blob",
        "SELECT record FROM blob",
        "SELECT leaf FROM part",
        "SELECT bytes FROM part",
    ] {
        let values = columns(sql);
        let distinct: BTreeSet<_> = values.iter().collect();
        assert!(values.len() >= 2, "{sql}");
        assert_eq!(distinct.len(), values.len(), "{sql}");
    }
    // Not even a piece of eight bytes of what is sealed is the same.
    for sql in ["SELECT entry FROM revision", "SELECT bytes FROM part"] {
        let values = columns(sql);
        let mut pieces = BTreeSet::new();
        for value in &values {
            for piece in value.chunks_exact(8) {
                assert!(pieces.insert(piece.to_vec()), "{sql}");
            }
        }
    }
}
