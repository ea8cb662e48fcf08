//! What is signed and what is shown are one thing.

use keepwell_shared::{
    bytes::to_base64url,
    id::RecordId,
    statement::{Revision, State},
    wire::RevisionList,
};
use keepwell_tests::tamper::{bytes_at, payload_of};
use serde_json::json;

use crate::{
    attack,
    list::Attack,
    stage::{ANSWER, Stage, TEXT, TITLE, refused, set, with_field},
};

pub fn attacks() -> Vec<Attack> {
    vec![attack!(
        45,
        "signed but not displayed, displayed but not signed",
        "EFAIL",
        "only a verified statement has a payload to read, and all that is shown of an entry is in it or sealed",
        shown_is_signed
    )]
}

async fn shown_is_signed() {
    let stage = Stage::new().await;
    let words = "500 mg, three times a day";
    // Words beside what is signed, in a field of their own.
    let (line, fresh) = stage.fresh().await;
    for name in ["title", "text", "author", "at", "note"] {
        line.lie(with_field(RevisionList, "/revisions/0", name, json!(words)));
        let open = fresh.vault.open_chart(stage.chart);
        refused(&line, &fresh, ANSWER, open).await;
        line.honest();
    }
    // In the header that no signature covers, in front of the statement and behind it.
    let mut page = stage.page().await;
    let real = bytes_at(&mut page, "/revisions/0/revision");
    let mut decoder = minicbor::Decoder::new(&real);
    decoder.tag().unwrap();
    decoder.array().unwrap();
    decoder.bytes().unwrap();
    let header = decoder.position();
    assert_eq!(real[header], 0xa0, "it is empty");
    let words = [&[0x78, words.len() as u8], words.as_bytes()].concat();
    let beside = [
        &real[..header],
        &[0xa1, 0x18, 99],
        &words,
        &real[header + 1..],
    ]
    .concat();
    let mut probe = stage.probe().await;
    for made in [
        beside,
        [&words[..], &real].concat(),
        [&real[..], &words].concat(),
    ] {
        let bad = probe.instead_of(&real, &made).unwrap();
        let made = json!(to_base64url(&made));
        let lie = set(RevisionList, "/revisions/0/revision", made);
        probe.note_is_refused(&bad, lie).await;
    }
    probe.recovers(1).await;
    // What the server says of an entry in fields of its own is never what is shown.
    let signed: Revision = payload_of(&real);
    for (field, value) in [
        ("/revisions/0/record", json!(RecordId::generate())),
        ("/revisions/0/number", json!(7)),
        ("/revisions/0/state", json!(State::Lost)),
    ] {
        probe = stage.probe().await;
        probe.entries(1, &[], set(RevisionList, field, value)).await;
        let vault = &probe.person.vault;
        let shown = vault.entry(stage.chart, signed.record, None).unwrap();
        assert_eq!(
            (shown.number, shown.at, shown.author.as_str()),
            (signed.number, signed.at, "patient-one"),
            "{field}"
        );
        assert_eq!(
            (shown.entry.title.as_str(), shown.entry.text.as_str()),
            (TITLE, TEXT)
        );
    }
}
