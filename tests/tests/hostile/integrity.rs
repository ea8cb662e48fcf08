//! Entries: what belongs where, and who wrote it.

use keepwell_shared::{
    bytes::to_base64url,
    id::{ChartId, CompartmentId, RecordId},
    statement::{Revision, Role},
    wire::RevisionList,
};
use keepwell_tests::tamper::{Forger, Lie, at, bytes_at, edit_bytes, payload_of, reseal};
use keepwell_vault::{Distrust, Standing};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{Stage, draft, set},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            30,
            "field swap inside a record",
            "BW05, LP02 (PM26)",
            "an entry is sealed as one",
            swapped_fields
        ),
        attack!(
            32,
            "record or file-name swap between patients or folders",
            "Cryptomator 119 (CM); CS24",
            "chart, entry, revision, compartment and epoch are bound into every seal and signed",
            swapped_records
        ),
        attack!(
            33,
            "clear metadata tampering",
            "BW04, LP06 (PM26); CS24",
            "what is shown is inside the seal or signed; columns of the server are never shown",
            metadata
        ),
        attack!(
            38,
            "planting files",
            "MEGA; CS24; BW08, 1P03 (PM26)",
            "every entry is named by a signed head; what is not is never listed",
            planted
        ),
    ]
}

async fn swapped_fields() {
    let stage = Stage::new().await;
    stage.patient.note(stage.chart, "allergies", "notes").await;
    // There are no fields to swap; so every half and quarter is.
    for pieces in [2usize, 4, 257] {
        let probe = stage.probe().await;
        let lie = Lie::json(RevisionList, move |json| {
            let other = bytes_at(json, "/revisions/1/entry");
            let mine = bytes_at(json, "/revisions/0/entry");
            let length = mine.len() / pieces;
            for (pointer, from) in [
                ("/revisions/0/entry", &other),
                ("/revisions/1/entry", &mine),
            ] {
                edit_bytes(json, pointer, |bytes| {
                    bytes[..length].copy_from_slice(&from[..length]);
                });
            }
        });
        probe.entries(0, &[Distrust::Content; 2], lie).await;
        let probe = stage.probe().await;
        let lie = Lie::json(RevisionList, move |json| {
            edit_bytes(json, "/revisions/0/entry", |bytes| {
                let length = bytes.len() / pieces;
                bytes[..length * pieces].rotate_left(length);
            });
        });
        probe.entries(1, &[Distrust::Content], lie).await;
        stage.probe().await.recovers(2).await;
    }
}

async fn swapped_records() {
    let stage = Stage::new().await;
    let (_, puppet) = stage.another("patient-two", Role::Patient).await;
    let theirs = puppet.chart().await;
    puppet.note(theirs, "theirs", "").await;
    let other = stage.page_of(&puppet).await;

    // Another patient's page.
    const ANOTHER: [Distrust; 2] = [Distrust::Missing, Distrust::Misplaced];
    let probe = stage.probe().await;
    let body = other.body.clone();
    let lie = Lie::at(RevisionList, move |_, answer| answer.body.clone_from(&body));
    probe.entries(0, &ANOTHER, lie).await;

    // Another patient's sealed entry under the right revision.
    let mut body: Value = serde_json::from_slice(&other.body).unwrap();
    let lie = set(
        RevisionList,
        "/revisions/0/entry",
        at(&mut body, "/revisions/0/entry").clone(),
    );
    stage
        .probe()
        .await
        .entries(0, &[Distrust::Content], lie)
        .await;

    // The older revision's entry in the newer one, and the other way round.
    let vault = &stage.patient.vault;
    let new = draft("new", "");
    let (record, seen) = (stage.note.record, stage.note.revision);
    vault.revise(stage.chart, record, seen, &new).await.unwrap();
    let copy = |from: &'static str, to: &'static str| {
        Lie::json(RevisionList, move |json| {
            *at(json, to) = at(json, from).clone();
        })
    };
    // Where the newest one does not open, the older one is not shown in its place.
    let lie = copy("/revisions/0/entry", "/revisions/1/entry");
    stage
        .probe()
        .await
        .entries(0, &[Distrust::Content], lie)
        .await;
    let lie = copy("/revisions/1/entry", "/revisions/0/entry");
    stage
        .probe()
        .await
        .entries(1, &[Distrust::Content], lie)
        .await;

    // By the owner's own hand, in another place: what is sealed still belongs where it was.
    let mut told = stage.page().await;
    let real: Revision = payload_of(&bytes_at(&mut told, "/revisions/0/revision"));
    let signer = stage.patients_own_key();
    let moved = [
        Revision {
            chart: ChartId::generate(),
            ..real.clone()
        },
        Revision {
            author: puppet.vault.account(),
            ..real.clone()
        },
        Revision {
            compartment: CompartmentId::generate(),
            ..real.clone()
        },
        Revision {
            record: RecordId::generate(),
            ..real.clone()
        },
        Revision {
            epoch: u32::MAX,
            ..real.clone()
        },
        Revision { number: 2, ..real },
    ];
    for moved in moved {
        let made = to_base64url(signer.sign(moved).as_bytes());
        let lie = Lie::json(RevisionList, move |json| {
            *at(json, "/revisions/0/revision") = json!(made);
        });
        // The head names the one that was written; the newer one that follows it stays.
        stage.probe().await.entries(1, &ANOTHER, lie).await;
    }
}

async fn metadata() {
    let stage = Stage::new().await;
    let control = stage.reads_well().await;
    // Every byte of what a revision says in the clear.
    let mut told = stage.page().await;
    let statement = bytes_at(&mut told, "/revisions/0/revision");
    let length = keepwell_tests::tamper::payload_bytes(&statement).len();
    let probe = stage.probe().await;
    for place in 0..length {
        let mut made = statement.clone();
        reseal(&mut made, |payload| payload[place] ^= 1 << (place % 8));
        let why = probe.instead_of(&statement, &made).unwrap();
        let made = json!(to_base64url(&made));
        let lie = set(RevisionList, "/revisions/0/revision", made);
        probe.note_is_refused(&why, lie).await;
    }
    probe.recovers(1).await;

    // The server's own columns say something else: nobody is shown what they say.
    stage.file("scan.pdf", 1, 5_000).await;
    for sql in [
        "UPDATE revision SET number = number + 7",
        "UPDATE revision SET record = randomblob(16)",
        "UPDATE revision SET place = place + 1000",
        "UPDATE account SET kept_bytes = 123456789",
        "UPDATE blob SET reserved_at = 1",
        "UPDATE consent SET begun_by = 77",
    ] {
        stage.operator.rows(sql);
        let (_, fresh) = stage.fresh().await;
        let chart = fresh.vault.open_chart(stage.chart).await.unwrap();
        let old = chart.entries.iter().find(|e| e.record == stage.note.record);
        match old {
            Some(old) => {
                let was = &control.entries[0];
                let (is, was_said) = (
                    (old.number, old.at, &old.author),
                    (was.number, was.at, &was.author),
                );
                assert_eq!(is, was_said, "{sql}");
                assert_eq!(old.revision, was.revision);
            }
            None => assert_eq!(chart.standing, Standing::Incomplete, "{sql}"),
        }
    }
}

async fn planted() {
    let stage = Stage::shared().await;
    let mut told = stage.page().await;
    let statement = bytes_at(&mut told, "/revisions/0/revision");
    let mut payload: Revision = payload_of(&statement);
    let planted = RecordId::generate();
    payload.record = planted;
    let forger = Forger::with(&[9; 32]);
    let by_the_server = forger.sign(payload.clone()).as_bytes().to_vec();
    // With the header of the real signer, and with the real signature.
    let mut named = statement.clone();
    let end = named.len();
    named[end - 64..].copy_from_slice(&by_the_server[by_the_server.len() - 64..]);
    let mut signed = by_the_server.clone();
    let end = signed.len();
    signed[end - 64..].copy_from_slice(&statement[statement.len() - 64..]);
    for made in [by_the_server, named, signed] {
        let bytes = made;
        let made = to_base64url(&bytes);
        let lie = move |at_the_end: bool| {
            let made = made.clone();
            Lie::json(RevisionList, move |json| {
                let revisions = at(json, "/revisions").as_array_mut().unwrap();
                let mut plant = revisions[0].clone();
                plant["revision"] = json!(made);
                plant["record"] = json!(planted);
                revisions.insert(if at_the_end { 1 } else { 0 }, plant);
            })
        };
        // Behind what the head counts it is not even looked at; before it, it is in the way.
        stage.probe().await.entries(1, &[], lie(true)).await;
        let probe = stage.probe().await;
        match probe.instead_of(&statement, &bytes) {
            Some(why) => probe.entries(0, &why, lie(false)).await,
            // The real one under another signature is still the one that the head names.
            None => probe.entries(1, &[], lie(false)).await,
        }
    }
}
