//! Bytes and files that promise more than they hold, or ask for more than anybody has.

use keepwell_record::{BadFile, Import, MAX_ENTRIES, Record, Source, json::Fault};
use keepwell_shared::{
    bytes::to_base64url,
    wire::{AccountGet, ChartGet},
};
use serde_json::json;

use crate::{
    attack,
    list::Attack,
    stage::{CONTENT, MISPLACED, SIGNATURE, Stage, quiet, set, sign_in_refused},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            173,
            "lengths that promise more than there is",
            "CBOR bombs; RUSTSEC-2019-0025 class",
            "definite lengths only, of what is there; nothing is set aside for what is promised",
            promised_lengths
        ),
        attack!(
            174,
            "a hostile file of records",
            "zip, entity and nesting bombs; webmail class",
            "nothing is unpacked or fetched; bounds on size, depth and number; a narrative is text",
            hostile_files
        ),
    ]
}

async fn promised_lengths() {
    let stage = Stage::new().await;
    let most = [0xff; 8];
    for bytes in [
        // A byte string, an array and a map of 2^64 - 1 elements inside a statement; alone; without end.
        [&[0xd2, 0x84, 0x5b][..], &most].concat(),
        [&[0xd2, 0x84, 0x9b][..], &most].concat(),
        [&[0xd2, 0x84, 0xbb][..], &most].concat(),
        [&[0x9b][..], &most].concat(),
        [&[0xd2, 0x9f][..], &[0xff]].concat(),
        [&[0xd2, 0x84, 0x5f][..], &[0x41, 0, 0xff]].concat(),
        // Arrays inside arrays, and the longest that is looked at.
        vec![0x81; 60_000],
        vec![0xd2; 60_000],
        Vec::new(),
    ] {
        let made = json!(to_base64url(&bytes));
        for (field, why) in [
            ("/owner", SIGNATURE),
            ("/own/head", SIGNATURE),
            ("/compartments/0", SIGNATURE),
            ("/own/keys/0/wrapped", CONTENT),
        ] {
            stage
                .chart_is_refused(why, set(ChartGet, field, made.clone()))
                .await;
        }
    }
    let made = json!(to_base64url(&[&[0xd2, 0x84, 0x5b][..], &most].concat()));
    for (field, why) in [
        ("/account_head", SIGNATURE),
        ("/identity", CONTENT),
        ("/account_key", CONTENT),
        ("/key_bundle", MISPLACED),
    ] {
        sign_in_refused(&stage, why, set(AccountGet, field, made.clone())).await;
    }
}

/// Why a file is not read.
fn refusal(bytes: &[u8]) -> Option<BadFile> {
    Import::read(&Record::new(0), bytes, 0).err()
}

async fn hostile_files() {
    let deep = |depth: usize| {
        let inside = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        format!("{{\"resourceType\":\"Basic\",\"x\":{inside}}}")
    };
    let many = |entries: usize| {
        let all = vec!["{\"resource\":{\"resourceType\":\"Basic\"}}"; entries].join(",");
        format!("{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{all}]}}")
    };
    for (bytes, why) in [
        (Vec::new(), BadFile::Empty),
        (b"PK\x03\x04 an archive".to_vec(), BadFile::Archive),
        (b"\x1f\x8b\x08 squeezed".to_vec(), BadFile::Archive),
        (
            b"<!DOCTYPE x [<!ENTITY a \"&a;&a;\">]><Bundle/>".to_vec(),
            BadFile::Xml,
        ),
        (b"{\"resourceType\":\"\xff\"}".to_vec(), BadFile::NoText),
        // Looked at to its end, and no deeper than a counter goes.
        (
            "[".repeat(1 << 20).into_bytes(),
            BadFile::Json(Fault::Syntax(1 << 20)),
        ),
        (many(MAX_ENTRIES + 1).into_bytes(), BadFile::TooMany),
        (b"{\"type\":\"collection\"}".to_vec(), BadFile::NoFhir),
    ] {
        let begins = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(refusal(&bytes), Some(why), "{begins}");
    }
    assert_eq!(refusal(many(3).as_bytes()), None, "the control");
    for (depth, taken) in [(10, 1), (100, 0), (100_000, 0)] {
        let import = Import::read(&Record::new(0), deep(depth).as_bytes(), 0).unwrap();
        let told = import.preview().findings.len();
        assert_eq!(import.items().len(), taken, "{depth} deep");
        assert!(taken > 0 || told > 0, "what is not taken is said");
    }

    // What is read is text: markup, addresses and other people's references stay what they are, and
    // nothing is asked for because of them.
    let address = format!("{}s://canary.example/x.js", "http");
    let markup = format!("<script src='{address}'></script><img src='{address}'>");
    let file = json!({
        "resourceType": "Observation",
        "text": {"status": "generated", "div": format!("<div>{markup}</div>")},
        "code": {"text": markup},
        "subject": {"reference": format!("{address}/Patient/1")},
        "valueString": markup,
    });
    let file = file.to_string();
    let import = Import::read(&Record::new(0), file.as_bytes(), 0).unwrap();
    assert_eq!(import.preview().source, Source::Single);
    let [item] = import.items() else {
        panic!("one resource")
    };
    let stage = Stage::new().await;
    let from = stage.line.count();
    let title = &item.description.title;
    let note = stage.patient.note(stage.chart, title, &item.text).await;
    let read = stage.patient.vault.entry(stage.chart, note.record, None);
    let entry = read.unwrap().entry;
    assert_eq!((&entry.title, &entry.text), (title, &item.text));
    assert!(entry.text.contains(&address) && entry.title.contains("<script"));
    assert_eq!(
        stage.line.count(),
        from + 1,
        "the entry is stored, and that is all"
    );
    quiet(&stage.line, &stage.patient, from).await;
    let (line, fresh) = stage.fresh().await;
    fresh.vault.open_chart(stage.chart).await.unwrap();
    for exchange in line.since(0) {
        let sent = exchange.sent;
        assert!(sent.target.starts_with("/api/"), "{}", sent.target);
    }
}
