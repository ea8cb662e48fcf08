//! Files: reserved, uploaded in parts, committed by a revision, read in ranges.

use keepwell_shared::{
    bytes::Hash,
    content::{CHUNK, PART_PLAIN, PART_SEALED, TAG, sealed_length},
    error::Code,
    id::{BlobId, RecordId},
    wire::*,
};

use crate::{
    charts::give,
    support::{
        Server,
        chart::{content, part_of},
        person::{Person, random},
    },
};

async fn used(person: &Person) -> u64 {
    let account = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    account.used
}

async fn state(person: &Person, blob: BlobId) -> Result<BlobResponse, Code> {
    person.call::<BlobGet>(&[&blob], &Empty {}).await
}

#[tokio::test]
async fn a_file_comes_back_as_it_went_whatever_is_asked_for() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let doctor = Person::doctor(&server, "doctor-one").await;
    let other = Person::doctor(&server, "doctor-two").await;
    let (file, sealed) = patient.upload(2 * PART_PLAIN + 5000).await.unwrap();
    let blob = file.blob;
    assert_eq!(state(&patient, blob).await.unwrap().parts, [0, 1, 2]);
    assert_eq!(
        patient.bytes(blob, 0, 1).await,
        Err(Code::NotFound),
        "not committed yet"
    );
    let (record, entry) = (RecordId::generate(), random(4112));
    let revision = patient.revision(record, 1, None, &entry, Some(file.clone()));
    let parent = patient.post_revision(revision, &entry).await.unwrap();
    assert!(state(&patient, blob).await.unwrap().committed);

    give(&mut patient, &doctor, &[0, 1, 2]).await;

    let end = sealed.len() as u64;
    for reader in [&patient, &doctor] {
        for (offset, length) in [
            (0, 1),
            (0, PART_SEALED),
            (1, PART_SEALED),
            (PART_SEALED - 1, 2),
            (PART_SEALED, PART_SEALED),
            (PART_SEALED + 17, PART_SEALED - 18),
            (2 * PART_SEALED - 7, end - 2 * PART_SEALED + 7),
            (end - 1, 1),
        ] {
            let got = reader.bytes(blob, offset, length).await.unwrap();
            let range = offset as usize..(offset + length) as usize;
            assert_eq!(got, sealed[range], "{offset} {length}");
        }
        for (offset, length) in [
            (0, 0),
            (0, PART_SEALED + 1),
            (end, 1),
            (end - 1, 2),
            (u64::MAX, 1),
            (1, u64::MAX),
        ] {
            let refused = reader.bytes(blob, offset, length).await;
            assert_eq!(refused, Err(Code::BadRequest), "{offset} {length}");
        }
    }
    assert_eq!(other.bytes(blob, 0, 1).await, Err(Code::NotFound));
    // Readers read; how the upload stands is its owner's.
    assert_eq!(state(&doctor, blob).await, Err(Code::NotFound));

    // A later revision of the same entry names it again, another entry does not.
    let revision = patient.revision(record, 2, Some(parent), &entry, Some(file.clone()));
    patient.post_revision(revision, &entry).await.unwrap();
    let revision = patient.revision(RecordId::generate(), 1, None, &entry, Some(file));
    let refused = patient.post_revision(revision, &entry).await;
    assert_eq!(refused, Err(Code::BadRequest));
    let refused = patient.call::<BlobDelete>(&[&blob], &Empty {}).await;
    assert_eq!(refused, Err(Code::Conflict));

    let end = patient.change().live(&[]).raise_all();
    patient.post(end).await.unwrap();
    assert_eq!(doctor.bytes(blob, 0, 1).await, Err(Code::SharingEnded));
    assert_eq!(other.bytes(blob, 0, 1).await, Err(Code::NotFound));
}

#[tokio::test]
async fn parts_have_their_length_and_stay_what_they_are() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let sealed = random(sealed_length(PART_PLAIN + 100).unwrap() as usize);
    let blob = patient.reserve(sealed.len() as u64).await.unwrap();
    let (first, last) = (part_of(&sealed, 0), part_of(&sealed, 1));
    for (part, bytes) in [
        (0, &first[1..]),
        (0, &[]),
        (0, last),
        (1, first),
        (1, &last[1..]),
        (2, last),
        (u64::from(u32::MAX), last),
    ] {
        let refused = patient.put_part(blob, part, bytes).await;
        assert_eq!(refused, Err(Code::BadRequest), "{part} {}", bytes.len());
    }
    let too_long = patient.put_part(blob, 0, &random(first.len() + 1)).await;
    assert_eq!(too_long, Err(Code::TooLarge));
    for part in ["-1", "x", "4294967296", "0x0", ""] {
        let path = format!("/api/blobs/{blob}/parts/{part}");
        let answer = patient.raw("PUT", &path, "", last.to_vec(), None).await;
        assert_eq!(answer.code(), Code::NotFound, "{part}");
    }
    patient.put_part(blob, 1, last).await.unwrap();
    assert_eq!(state(&patient, blob).await.unwrap().parts, [1]);
    patient.put_part(blob, 1, last).await.unwrap();
    let other = patient.put_part(blob, 1, &random(last.len())).await;
    assert_eq!(other, Err(Code::Conflict));

    // Half a file is not committed, and neither is one that is not what was signed.
    let entry = random(4112);
    let content = content(&sealed);
    let file = keepwell_shared::statement::BlobContent { blob, content };
    let revision = patient.revision(RecordId::generate(), 1, None, &entry, Some(file));
    let refused = patient.post_revision(revision.clone(), &entry).await;
    assert_eq!(refused, Err(Code::BadRequest));
    patient.put_part(blob, 0, first).await.unwrap();
    for change in 0..4 {
        let mut bad = revision.clone();
        let file = bad.file.as_mut().unwrap();
        match change {
            0 => file.content.root = Hash::of(b"x"),
            1 => file.content.sealed_length -= 1,
            2 => file.content.salt.0.clear(),
            _ => file.blob = BlobId::generate(),
        }
        let refused = patient.post_revision(bad, &entry).await.unwrap_err();
        let expected = [Code::BadRequest, Code::NotFound][usize::from(change == 3)];
        assert_eq!(refused, expected);
    }
    assert!(!state(&patient, blob).await.unwrap().committed);
    patient.post_revision(revision, &entry).await.unwrap();
    // Committed parts can be sent again but not changed.
    patient.put_part(blob, 0, first).await.unwrap();
    let other = patient.put_part(blob, 0, &random(first.len())).await;
    assert_eq!(other, Err(Code::Conflict));
}

#[tokio::test]
async fn room_is_counted_before_it_is_used() {
    let server = Server::start_with(|config| {
        config.max_file = 100_000;
        config.quota = 150_000;
    })
    .await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let account = patient.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    assert_eq!((account.max_file, account.quota), (100_000, 150_000));
    for length in [0, 1, TAG - 1, CHUNK + TAG, CHUNK + TAG + TAG - 1] {
        let refused = patient.reserve(length).await;
        assert_eq!(refused, Err(Code::BadRequest), "{length}");
    }
    for length in [100_001, 1 << 40, u64::MAX] {
        assert_eq!(patient.reserve(length).await, Err(Code::FileTooLarge));
    }
    let blob = patient.reserve(100_000).await.unwrap();
    assert_eq!(patient.reserve(50_001).await, Err(Code::QuotaFull));
    patient.reserve(50_000).await.unwrap();
    assert_eq!(used(&patient).await, 150_000);
    let entry = random(16);
    let revision = patient.revision(RecordId::generate(), 1, None, &entry, None);
    let refused = patient.post_revision(revision.clone(), &entry).await;
    assert_eq!(refused, Err(Code::QuotaFull));
    patient
        .call::<BlobDelete>(&[&blob], &Empty {})
        .await
        .unwrap();
    assert_eq!(used(&patient).await, 50_000);
    assert_eq!(state(&patient, blob).await, Err(Code::NotFound));
    let gone = patient.call::<BlobDelete>(&[&blob], &Empty {}).await;
    assert_eq!(gone, Err(Code::NotFound));
    patient.post_revision(revision, &entry).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_is_told_and_stores_nothing() {
    let server = Server::start_with(|config| config.keep_free = u64::MAX / 2).await;
    // Registering needs room too, and says so.
    let draft = Person::draft(
        &server,
        "patient-one",
        keepwell_shared::statement::Role::Patient,
    );
    let request = draft.registration().await;
    let answer = draft.finish_registration(&request).await;
    assert_eq!(answer.code(), Code::StorageFull);
    let (mut config, clock) = (server.config.clone(), server.clock.clone());
    let reach = |running: &keepwell_backend::Running| {
        crate::support::client::Client::with_clock(running.addr(), clock.clone())
    };
    server.running.shutdown().await;

    config.keep_free = 0;
    let running = keepwell_backend::start(config.clone()).await.unwrap();
    let mut patient = Person {
        client: reach(&running),
        ..draft
    };
    let request = patient.registration().await;
    let answer = patient.finish_registration(&request).await;
    patient.registered(&answer);
    patient.sign_in().await.unwrap();
    let sealed = random(4112);
    let blob = patient.reserve(4112).await.unwrap();
    running.shutdown().await;

    config.keep_free = u64::MAX / 2;
    let running = keepwell_backend::start(config).await.unwrap();
    patient.client = reach(&running);
    patient.sign_in().await.unwrap();
    assert_eq!(patient.reserve(4112).await, Err(Code::StorageFull));
    let refused = patient.put_part(blob, 0, &sealed).await;
    assert_eq!(refused, Err(Code::StorageFull));
    let entry = random(4112);
    let revision = patient.revision(RecordId::generate(), 1, None, &entry, None);
    let refused = patient.post_revision(revision, &entry).await;
    assert_eq!(refused, Err(Code::StorageFull));
    assert!(state(&patient, blob).await.unwrap().parts.is_empty());
    assert_eq!(used(&patient).await, 4112, "the reservation alone");
    assert_eq!(patient.page(&patient, 0, "").await.unwrap(), []);
    // What frees room still works.
    patient
        .call::<BlobDelete>(&[&blob], &Empty {})
        .await
        .unwrap();
}

#[tokio::test]
async fn an_upload_that_nobody_finishes_goes_after_a_day() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let (open, sealed) = patient.upload(3 * PART_PLAIN).await.unwrap();
    let (kept, _) = patient.upload(10).await.unwrap();
    let entry = random(4112);
    let revision = patient.revision(RecordId::generate(), 1, None, &entry, Some(kept.clone()));
    patient.post_revision(revision, &entry).await.unwrap();
    let before = used(&patient).await;

    server.clock.advance(24 * 60 * 60 - 1);
    server.running.sweep().await;
    patient.sign_in().await.unwrap();
    assert_eq!(state(&patient, open.blob).await.unwrap().parts.len(), 4);
    server.clock.advance(1);
    server.running.sweep().await;
    assert_eq!(state(&patient, open.blob).await, Err(Code::NotFound));
    assert!(state(&patient, kept.blob).await.unwrap().committed);
    assert_eq!(used(&patient).await, before - sealed.len() as u64);

    // Its bytes are overwritten, in the database and, once that is emptied, in its log.
    let path = server.data("keepwell.sqlite3");
    server.running.shutdown().await;
    let file = std::fs::read(path).unwrap();
    let canary = &sealed[100..132];
    assert!(!file.windows(canary.len()).any(|window| window == canary));
}
