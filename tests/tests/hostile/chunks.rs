//! Ciphertext: every bit, every chunk, every part.

use std::collections::BTreeMap;

use keepwell_shared::{
    content::{CHUNK, PART_SEALED, TAG},
    wire::{BytesGet, RevisionList},
};
use keepwell_tests::{
    noise,
    tamper::{Lie, edit_bytes},
};
use keepwell_vault::{Distrust, OpenedRevision};

use crate::{
    attack,
    list::Attack,
    stage::{CONTENT, Stage, places, refused},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            26,
            "bit flipping in unauthenticated modes",
            "LP05 (PM26); CS24",
            "AEAD only",
            bit_flips
        ),
        attack!(
            27,
            "chunk reorder and duplicate",
            "Seafile, Icedrive (CS24)",
            "a chunk's place is in its nonce; the signed root fixes the parts",
            reordered_chunks
        ),
        attack!(
            28,
            "truncation, chunk removal, append",
            "pCloud, Icedrive (CS24)",
            "the last chunk is known; nothing is given out before the signed root holds",
            cut_chunks
        ),
        attack!(
            29,
            "cross-file chunk splice",
            "Icedrive (CS24)",
            "every file has a key of its own, bound to chart and entry",
            spliced_files
        ),
    ]
}

async fn bit_flips() {
    let stage = Stage::new().await;
    // One entry for each place and bit: a browser reads a page once.
    let length = 4096 + 16;
    let flips: Vec<(usize, u8)> = places(length, 20)
        .into_iter()
        .flat_map(|place| (0..8).map(move |bit| (place, 1 << bit)))
        .collect();
    for _ in 1..flips.len() {
        stage.patient.note(stage.chart, "another", "").await;
    }
    let count = flips.len();
    let probe = stage.probe().await;
    let lie = Lie::json(RevisionList, move |json| {
        for (at, (place, bit)) in flips.iter().enumerate() {
            edit_bytes(json, &format!("/revisions/{at}/entry"), |bytes| {
                bytes[*place] ^= bit;
            });
        }
    });
    probe.entries(0, &vec![Distrust::Content; count], lie).await;
    stage.probe().await.recovers(count).await;

    let file = stage.file("scan.pdf", 1, 40_000).await;
    let length = opens(&stage, &file, &noise(1, 40_000)).await[0].1.len();
    for place in places(length, 24) {
        for bit in 0..8 {
            let lie = Lie::at(BytesGet, move |_, answer| answer.body[place] ^= 1 << bit);
            file_is_refused(&stage, &file, lie).await;
        }
    }
    opens(&stage, &file, &noise(1, 40_000)).await;
}

/// The control: the file opens; gives its sealed parts by the target that fetched them.
async fn opens(stage: &Stage, file: &OpenedRevision, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let from = stage.line.count();
    let opened = stage.patient.open(stage.chart, file.record, file.revision);
    assert!(opened.await.unwrap() == bytes);
    let parts = stage.line.since(from).into_iter();
    parts
        .map(|e| (e.sent.target, e.answer.unwrap().body))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .collect()
}

/// Opening the file under this lie gives nothing.
async fn file_is_refused(stage: &Stage, file: &OpenedRevision, lie: Lie) {
    stage.line.lie(lie);
    let open = stage.patient.open(stage.chart, file.record, file.revision);
    refused(&stage.line, &stage.patient, CONTENT, open).await;
    stage.line.honest();
}

const SEALED_CHUNK: usize = (CHUNK + TAG) as usize;

/// The offset that a request for a part names.
fn offset(target: &str) -> u64 {
    let query = target.split("offset=").nth(1).unwrap();
    query.split('&').next().unwrap().parse().unwrap()
}

async fn reordered_chunks() {
    let stage = Stage::new().await;
    let bytes = noise(2, 2_500_000);
    let file = stage.patient.file(stage.chart, "scan.pdf", &bytes).await;
    let parts = opens(&stage, &file, &bytes).await;
    assert_eq!(parts.len(), 3);

    // Chunks within a part: swapped, and one in the other's place.
    for (one, other) in [(0, 1), (0, 63), (7, 41), (62, 63)] {
        for twice in [false, true] {
            let lie = Lie::at(BytesGet, move |sent, answer| {
                if offset(&sent.target) == 0 {
                    let chunk = |i: usize| i * SEALED_CHUNK..(i + 1) * SEALED_CHUNK;
                    let (a, b) = (
                        answer.body[chunk(one)].to_vec(),
                        answer.body[chunk(other)].to_vec(),
                    );
                    answer.body[chunk(one)].copy_from_slice(&b);
                    if !twice {
                        answer.body[chunk(other)].copy_from_slice(&a);
                    }
                }
            });
            file_is_refused(&stage, &file, lie).await;
        }
    }
    // Whole parts: swapped, repeated, turned round.
    let by_offset: BTreeMap<u64, Vec<u8>> = parts
        .iter()
        .map(|(target, part)| (offset(target), part.clone()))
        .collect();
    for order in [[1, 0, 2], [0, 0, 2], [1, 1, 2], [2, 1, 0], [0, 2, 1]] {
        let by_offset = by_offset.clone();
        let lie = Lie::at(BytesGet, move |sent, answer| {
            let place = offset(&sent.target) / PART_SEALED;
            answer
                .body
                .clone_from(&by_offset[&(order[place as usize] * PART_SEALED)]);
        });
        file_is_refused(&stage, &file, lie).await;
    }
    // The same in the rows of the database.
    stage.operator.rows("UPDATE part SET part = part + 10");
    stage
        .operator
        .rows("UPDATE part SET part = CASE part WHEN 10 THEN 1 WHEN 11 THEN 0 ELSE 2 END");
    let from = stage.line.count();
    let open = stage
        .patient
        .open(stage.chart, file.record, file.revision)
        .await;
    assert_eq!(open, Err(CONTENT));
    assert!(
        stage
            .line
            .traffic(from)
            .iter()
            .all(|line| line.starts_with("GET"))
    );
    stage.operator.rows("UPDATE part SET part = part + 10");
    stage
        .operator
        .rows("UPDATE part SET part = CASE part WHEN 10 THEN 1 WHEN 11 THEN 0 ELSE 2 END");
    opens(&stage, &file, &bytes).await;
}

async fn cut_chunks() {
    let stage = Stage::new().await;
    let bytes = noise(3, 1_400_000);
    let file = stage.patient.file(stage.chart, "scan.pdf", &bytes).await;
    let parts = opens(&stage, &file, &bytes).await;
    let last = parts
        .iter()
        .map(|(target, part)| (offset(target), part.len()))
        .max()
        .unwrap();
    assert_eq!(last.0, PART_SEALED);

    let mut lengths = vec![
        0,
        1,
        15,
        16,
        17,
        last.1 - 1,
        last.1 + 1,
        last.1 + 16,
        last.1 + SEALED_CHUNK,
    ];
    for boundary in (SEALED_CHUNK..last.1).step_by(SEALED_CHUNK) {
        lengths.extend([boundary - 1, boundary, boundary + 1]);
    }
    for (part, length) in lengths
        .iter()
        .flat_map(|length| [(0, *length), (last.0, *length)])
    {
        let lie = Lie::at(BytesGet, move |sent, answer| {
            if offset(&sent.target) == part {
                answer.body.resize(length, 0);
            }
        });
        file_is_refused(&stage, &file, lie).await;
    }
    // Something in front.
    let lie = Lie::at(BytesGet, |_, answer| answer.body.insert(0, 0));
    file_is_refused(&stage, &file, lie).await;
    // An entry, likewise.
    for length in [0usize, 1, 16, 4095, 4096, 4111, 4113, 8224] {
        let lie = Lie::json(RevisionList, move |json| {
            edit_bytes(json, "/revisions/0/entry", |bytes| bytes.resize(length, 0));
        });
        let probe = stage.probe().await;
        probe.entries(1, &[Distrust::Content], lie).await;
    }
    opens(&stage, &file, &bytes).await;
}

async fn spliced_files() {
    let stage = Stage::new().await;
    let (one, two) = (noise(4, 60_000), noise(5, 60_000));
    let a = stage.patient.file(stage.chart, "a.pdf", &one).await;
    let b = stage.patient.file(stage.chart, "b.pdf", &two).await;
    let theirs = opens(&stage, &b, &two).await.remove(0).1;
    opens(&stage, &a, &one).await;
    for chunk in 0..=theirs.len() / SEALED_CHUNK {
        let theirs = theirs.clone();
        let lie = Lie::at(BytesGet, move |_, answer| {
            let end = ((chunk + 1) * SEALED_CHUNK).min(theirs.len());
            let place = chunk * SEALED_CHUNK..end;
            answer.body[place.clone()].copy_from_slice(&theirs[place]);
        });
        file_is_refused(&stage, &a, lie).await;
    }
    let lie = Lie::at(BytesGet, move |_, answer| answer.body.clone_from(&theirs));
    file_is_refused(&stage, &a, lie).await;
    opens(&stage, &a, &one).await;
}
