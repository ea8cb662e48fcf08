//! One thing, one form; one refusal, one silence.

use std::{cell::Cell, rc::Rc};

use keepwell_shared::{
    bytes::{from_base64url, to_base64url},
    label,
    statement::{Grant, Unverified},
    wire::{AccountGet, ChartGet, RevisionList},
};
use keepwell_tests::{
    noise,
    tamper::{Lie, at, bytes_at, edit_bytes, payload_bytes, reseal},
};
use keepwell_vault::{Distrust, Error};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{ANSWER, MISSING, SIGNATURE, Stage, set, sign_in_refused},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            12,
            "cross-protocol reuse, no domain separation",
            "TH23; MX22, CVE-2022-39251",
            "one label for each kind of statement, seal and proof; no statement passes for another",
            other_kinds_of_statements
        ),
        attack!(
            42,
            "padding and format oracles",
            "DL05 (PM26); MEGA; BF21",
            "one refusal for every cause; nothing is asked or repeated after it",
            one_silence
        ),
        attack!(
            44,
            "signature malleability, non-canonical encoding, parser differential",
            "Wycheproof classes",
            "low s, deterministic CBOR compared byte by byte, no unknown or repeated field",
            second_spellings
        ),
    ]
}

async fn other_kinds_of_statements() {
    let stage = Stage::shared().await;
    let told = stage.line.newest(ChartGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    let mut page = stage.page().await;
    // All of them are the owner's own, and hold as what they are.
    let places = [
        "/owner",
        "/own/head",
        "/own/grants/0/grant",
        "/compartments/0",
    ];
    let purposes = [
        label::KEY_BUNDLE,
        label::CHART_HEAD,
        label::GRANT,
        label::COMPARTMENT_HEAD,
        label::REVISION,
    ];
    let mut statements: Vec<Vec<u8>> = places.map(|p| bytes_at(&mut told, p)).to_vec();
    let revision = bytes_at(&mut page, "/revisions/0/revision");
    statements.push(revision.clone());
    let signer = stage.patients_own_key();
    for (is, statement) in statements.iter().enumerate() {
        let replayed = |purpose: &str| signer.sign_raw(purpose, payload_bytes(statement));
        assert_eq!(replayed(purposes[is]), *statement, "the control");
        for (place, pointer) in places.into_iter().enumerate() {
            // A grant is believed because the head names its id; another one is missing there.
            let why = if pointer.ends_with("/grant") {
                MISSING
            } else {
                SIGNATURE
            };
            // The statement itself where another kind belongs, and its content signed as each kind.
            if place != is {
                let lie = set(ChartGet, pointer, json!(to_base64url(statement)));
                stage.chart_is_refused(why, lie).await;
            }
            for (purpose, label) in purposes.into_iter().enumerate() {
                // An id does not depend on the kind that its place expects: the label is in it.
                if (place, purpose) != (is, is) {
                    let lie = set(ChartGet, pointer, json!(to_base64url(&replayed(label))));
                    let named = why == MISSING || pointer.starts_with("/compartments");
                    let same = is == place && named;
                    if !same {
                        stage.chart_is_refused(why, lie).await;
                    }
                }
            }
        }
    }
    let probe = stage.probe().await;
    for statement in &statements[..4] {
        for purpose in purposes {
            let made = signer.sign_raw(purpose, payload_bytes(statement));
            let why = probe.instead_of(&revision, &made).unwrap();
            let lie = set(
                RevisionList,
                "/revisions/0/revision",
                json!(to_base64url(&made)),
            );
            probe.note_is_refused(&why, lie).await;
        }
    }
    probe.recovers(1).await;
}

/// Three hundred changes anywhere in what a chart is made of: the traffic afterwards is the same.
async fn one_silence() {
    let stage = Stage::shared().await;
    let grant = stage.reads_well().await.sharing[0].grant;
    stage
        .patient
        .vault
        .stop_sharing(stage.chart, grant)
        .await
        .unwrap();
    let doctor = stage.doctor.vault.account();
    stage
        .patient
        .vault
        .share(stage.chart, doctor)
        .await
        .unwrap();
    let from = stage.line.count();
    stage.reads_well().await;
    let honest = stage.line.traffic(from);
    assert_eq!(honest.len(), 1, "the chart, whose head is known");

    let pointers = [
        "/owner",
        "/own/head",
        "/own/grants/0/grant",
        "/own/grants/0/grantee",
        "/compartments/0",
        "/compartments/5",
        "/own/keys/0/wrapped",
        "/own/keys/5/wrapped",
        "/back_chain/0/wrapped",
        "/back_chain/5/wrapped",
    ];
    let dice = noise(42, 300 * 8);
    for (round, dice) in dice.chunks(8).enumerate() {
        let pointer = pointers[round % pointers.len()];
        let number = usize::from(u16::from_be_bytes([dice[0], dice[1]]));
        let bit = 1 << (dice[2] % 8);
        stage.line.lie(Lie::json(ChartGet, move |json| {
            edit_bytes(json, pointer, |bytes| {
                let change = |bytes: &mut [u8]| {
                    let place = number % bytes.len();
                    bytes[place] ^= bit;
                };
                // What a head names by its id needs no second signature: there it is the content
                // that is changed.
                if pointer.contains("grant") || pointer.contains("compartments") {
                    reseal(bytes, change);
                } else {
                    change(bytes);
                }
            });
        }));
        let from = stage.line.count();
        let open = stage.patient.vault.open_chart(stage.chart).await;
        assert!(
            matches!(open, Err(Error::Distrusted(_))),
            "{pointer} {number} {bit}"
        );
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert_eq!(stage.line.traffic(from), honest, "{pointer} {number} {bit}");
        stage.line.honest();
    }
    stage.reads_well().await;

    // The same for what is inside an entry: whatever does not open, the page is read once.
    let (length, mut seen) = (4096 + 16, Vec::new());
    for place in [0, 1, 15, 16, 17, 2000, length - 17, length - 16, length - 1] {
        let lie = Lie::json(RevisionList, move |json| {
            edit_bytes(json, "/revisions/0/entry", |b| b[place] ^= 1);
        });
        let probe = stage.probe().await;
        let from = probe.line.count();
        probe.note_is_refused(&[Distrust::Content], lie).await;
        seen.push(probe.line.traffic(from));
    }
    assert!(seen.iter().all(|traffic| *traffic == seen[0]), "{seen:?}");
}

/// n of the P-256 group.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// n - s: the second signature that holds for the same message.
fn high_s(statement: &mut [u8]) {
    let start = statement.len() - 32;
    let mut borrow = 0i16;
    for place in (0..32).rev() {
        let difference = i16::from(ORDER[place]) - i16::from(statement[start + place]) - borrow;
        borrow = i16::from(difference < 0);
        statement[start + place] = difference.rem_euclid(256) as u8;
    }
}

/// Other spellings of one signed statement.
fn spellings(stage: &Stage, purpose: &str, statement: &[u8]) -> Vec<Vec<u8>> {
    let signer = stage.patients_own_key();
    let payload = payload_bytes(statement);
    assert_eq!(signer.sign_raw(purpose, payload), statement, "the control");
    let mut all = Vec::new();
    let mut high = statement.to_vec();
    high_s(&mut high);
    all.push(high.clone());
    high_s(&mut high);
    assert_eq!(high, statement, "the control");
    // Around the statement: trailing bytes, no tag, another tag, an array of indefinite length.
    all.push([statement, &[0]].concat());
    all.push(statement[1..].to_vec());
    all.push([&[0xd1], &statement[1..]].concat());
    all.push([&statement[..1], &[0x9f], &statement[2..], &[0xff]].concat());
    all.push(Vec::new());
    all.push(statement[..statement.len() - 1].to_vec());
    // In the payload, signed by the owner's own hand: a longer number, trailing bytes, an array of
    // indefinite length, a field too few, a field too many.
    all.push(signer.sign_raw(
        purpose,
        &[&payload[..1], &[0x18, 1], &payload[2..]].concat(),
    ));
    all.push(signer.sign_raw(purpose, &[payload, &[0]].concat()));
    all.push(signer.sign_raw(purpose, &[&[0x9f], &payload[1..], &[0xff]].concat()));
    all.push(signer.sign_raw(purpose, &[&[payload[0] - 1], &payload[1..]].concat()));
    all.push(signer.sign_raw(
        purpose,
        &[&[payload[0] + 1], &payload[1..], &[0xf6]].concat(),
    ));
    all.push(signer.sign_raw(purpose, &[]));
    all.push(signer.sign_raw(purpose, &[0xf6]));
    // Nested as deep as a page of brackets, and longer than any statement may be.
    all.push(signer.sign_raw(purpose, &vec![0x81; 60_000]));
    all.push(signer.sign_raw(purpose, &vec![0; 70_000]));
    all
}

async fn second_spellings() {
    let stage = Stage::shared().await;
    let told = stage.line.newest(ChartGet).answer.unwrap();
    let mut json: Value = serde_json::from_slice(&told.body).unwrap();
    for (pointer, purpose) in [
        ("/owner", label::KEY_BUNDLE),
        ("/own/head", label::CHART_HEAD),
        ("/own/grants/0/grant", label::GRANT),
        ("/compartments/0", label::COMPARTMENT_HEAD),
    ] {
        let statement = bytes_at(&mut json, pointer);
        for made in spellings(&stage, purpose, &statement) {
            let id = |bytes: &[u8]| Unverified::<Grant>::from_bytes(bytes.to_vec()).id().ok();
            let named = pointer.contains("grant") || pointer.contains("compartments");
            // What a head names by its id needs no second signature, and is the same thing.
            if named && id(&made) == id(&statement) {
                continue;
            }
            let another = pointer.ends_with("/grant") && id(&made).is_some();
            let why = if another { MISSING } else { SIGNATURE };
            let lie = set(ChartGet, pointer, json!(to_base64url(&made)));
            stage.chart_is_refused(why, lie).await;
        }
    }
    // The doctor's bundle is not ours to sign: there it is what the server can do alone.
    let bundle = bytes_at(&mut json, "/own/grants/0/grantee");
    for made in [[&bundle[..], &[0]].concat(), bundle[1..].to_vec()] {
        let lie = set(
            ChartGet,
            "/own/grants/0/grantee",
            json!(to_base64url(&made)),
        );
        stage.chart_is_refused(SIGNATURE, lie).await;
    }
    let mut page = stage.page().await;
    let statement = bytes_at(&mut page, "/revisions/0/revision");
    let probe = stage.probe().await;
    for made in spellings(&stage, label::REVISION, &statement) {
        let lie = set(
            RevisionList,
            "/revisions/0/revision",
            json!(to_base64url(&made)),
        );
        if let Some(why) = probe.instead_of(&statement, &made) {
            probe.note_is_refused(&why, lie).await;
        }
    }
    probe.recovers(1).await;

    // In JSON: a key twice, something behind the end, another spelling of the same bytes.
    let text = |change: fn(String) -> String| {
        Lie::at(ChartGet, move |_, answer| {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = change(text).into_bytes();
        })
    };
    for change in [
        (|t| t.replacen('{', r#"{"chart":"x","#, 1)) as fn(String) -> String,
        |t| t.replacen("\"back_chain\":", "\"back_chain\":[],\"back_chain\":", 1),
        |t| t + "{}",
        |t| t + "\0",
        |t| t.replacen("\"owner\":\"", "\"owner\":\" ", 1),
        |t| format!("\u{feff}{t}"),
        |t| t.replacen("\"chart\"", "\"Chart\"", 1),
        |t| format!("[{t}]"),
        |_| String::new(),
        |_| "null".to_owned(),
        |_| "[".repeat(100_000),
    ] {
        stage.chart_is_refused(ANSWER, text(change)).await;
    }
    let padded = Rc::new(Cell::new(false));
    let was = Rc::clone(&padded);
    let lie = Lie::json(AccountGet, move |json| {
        let wrap = at(json, "/account_key").as_str().unwrap().to_owned();
        assert!(from_base64url(&wrap).is_some());
        was.set(true);
        *at(json, "/account_key") = json!(format!("{wrap}=="));
    });
    sign_in_refused(&stage, ANSWER, lie).await;
    assert!(padded.get());
}
