//! Revisions of entries.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{ChartId, CompartmentId, RecordId},
    statement::{Revision, sign},
    wire::*,
};

use crate::{
    charts::shared,
    support::{
        Server,
        chart::content,
        person::{Person, random},
    },
};

#[tokio::test]
async fn revisions_follow_one_another() {
    let server = Server::start().await;
    let (patient, doctor, _, _) = shared(&server).await;
    let chart = patient.chart();
    let (record, entry) = (RecordId::generate(), random(4112));
    let first = patient.revision(record, 1, None, &entry, None);
    let first = patient.post_revision(first, &entry).await.unwrap();
    let text = random(8208);
    let second = patient.revision(record, 2, Some(first), &text, None);
    let second = patient.post_revision(second, &text).await.unwrap();

    for reader in [&patient, &doctor] {
        let page = reader.page(chart, "").await.unwrap();
        let entries: Vec<_> = page.revisions.iter().map(|r| r.entry.0.clone()).collect();
        assert_eq!(entries, [entry.clone(), text.clone()]);
        assert_eq!(page.next, None);
        let page = reader.page(chart, "after=1").await.unwrap();
        assert_eq!(page.revisions.len(), 1);
        let page = reader.page(chart, "after=2").await.unwrap();
        assert!(page.revisions.is_empty());
        let page = reader
            .page(chart, &format!("after={}", u64::MAX))
            .await
            .unwrap();
        assert!(page.revisions.is_empty());
        for query in ["after=-1", "after=x", "before=1", "after=1&after=2"] {
            assert_eq!(reader.page(chart, query).await, Err(Code::BadRequest));
        }
    }

    for (number, parent) in [
        (2, Some(first)),
        (3, Some(first)),
        (4, Some(second)),
        (3, None),
        (1, None),
    ] {
        let late = patient.revision(record, number, parent, &entry, None);
        let told = patient.post_revision(late, &entry).await;
        assert_eq!(told, Err(Code::Conflict), "{number} {parent:?}");
    }
    let account = patient.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    assert_eq!(account.used, 4112 + 8208);
}

#[tokio::test]
async fn revisions_that_do_not_hold_together_are_refused() {
    let server = Server::start().await;
    let (mut patient, doctor, _, live) = shared(&server).await;
    let entry = random(4112);
    let good = patient.revision(RecordId::generate(), 1, None, &entry, None);
    type Change<'a> = (&'static str, &'a dyn Fn(&mut Revision));
    let changes: [Change<'_>; 10] = [
        ("other chart", &|r| r.chart = ChartId::generate()),
        ("other author", &|r| r.author = doctor.account),
        ("other compartment", &|r| {
            r.compartment = CompartmentId::generate();
        }),
        ("later epoch", &|r| r.epoch += 1),
        ("other length", &|r| r.entry.sealed_length += 1),
        ("other root", &|r| r.entry.root = Hash::of(b"x")),
        ("other entry", &|r| r.entry = content(b"another one, quite")),
        ("short salt", &|r| r.entry.salt.0.truncate(23)),
        ("no content key", &|r| r.entry.content_key = Bytes(vec![])),
        ("no record key", &|r| r.record_key = Bytes(vec![])),
    ];
    for (what, change) in changes {
        let mut bad = good.clone();
        change(&mut bad);
        let told = patient.post_revision(bad, &entry).await;
        assert_eq!(told, Err(Code::BadRequest), "{what}");
    }
    for entry in [&entry[1..], &[]] {
        let told = patient.post_revision(good.clone(), entry).await;
        assert_eq!(told, Err(Code::BadRequest));
    }
    let long = random(512 * 1024 + 1);
    let told = patient
        .post_revision(patient.revision(good.record, 1, None, &long, None), &long)
        .await;
    assert_eq!(told, Err(Code::TooLarge));
    // Signed by somebody else.
    let request = RevisionPostRequest {
        revision: sign(good.clone(), &doctor.key).unwrap().to_unverified(),
        entry: Bytes(entry.clone()),
        head: patient.head.as_ref().unwrap().id(),
    };
    let chart = patient.chart();
    let told = patient.call::<RevisionPost>(&[&chart], &request).await;
    assert_eq!(told.unwrap_err(), Code::BadRequest);
    // A head that is no longer the newest: its keys may be known to a former reader.
    let request = RevisionPostRequest {
        revision: sign(good.clone(), &patient.key).unwrap().to_unverified(),
        ..request
    };
    let head = patient.next_head(&[live.id()], false);
    patient.post_head(head, &[]).await.unwrap();
    let told = patient.call::<RevisionPost>(&[&chart], &request).await;
    assert_eq!(told.unwrap_err(), Code::Conflict);
    // An epoch that ended.
    let head = patient.next_head(&[live.id()], true);
    patient.post_head(head, &[]).await.unwrap();
    let told = patient.post_revision(good, &entry).await;
    assert_eq!(told, Err(Code::BadRequest));
    assert!(patient.page(chart, "").await.unwrap().revisions.is_empty());
}

#[tokio::test]
async fn pages_end_by_count_and_by_size() {
    let server = Server::start().await;
    let patient = Person::patient(&server, "patient-one").await;
    let chart = patient.chart();
    let small = random(100);
    for _ in 0..MAX_PAGE + 5 {
        let revision = patient.revision(RecordId::generate(), 1, None, &small, None);
        patient.post_revision(revision, &small).await.unwrap();
    }
    let large = random(512 * 1024);
    for _ in 0..9 {
        let revision = patient.revision(RecordId::generate(), 1, None, &large, None);
        patient.post_revision(revision, &large).await.unwrap();
    }
    let (mut after, mut seen, mut pages) = (0, 0, 0);
    loop {
        let page = patient
            .page(chart, &format!("after={after}"))
            .await
            .unwrap();
        let bytes: usize = page.revisions.iter().map(|r| r.entry.0.len()).sum();
        assert!(page.revisions.len() <= MAX_PAGE as usize && bytes <= 4 << 20);
        assert!(!page.revisions.is_empty());
        seen += page.revisions.len();
        pages += 1;
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(seen, MAX_PAGE as usize + 5 + 9);
    assert!(pages >= 3);
}
