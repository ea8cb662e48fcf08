//! Revisions of entries, and the leaves that stand for the newest ones.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{ChartId, CompartmentId, RecordId},
    merkle::{self, Leaf},
    statement::{Revision, State, Verified, sign},
    wire::*,
};

use crate::{
    charts::shared,
    support::{
        Server,
        chart::{Change, content},
        person::{Person, random},
    },
};

pub async fn leaves(reader: &Person, owner: &Person, place: usize) -> Vec<Leaf> {
    let ids: [&dyn std::fmt::Display; 2] = [&owner.chart(), &owner.id_of(place)];
    let page = reader.list::<LeafList>(&ids, "").await.unwrap();
    page.leaves.into_iter().map(Leaf::from).collect()
}

#[tokio::test]
async fn revisions_follow_one_another() {
    let server = Server::start().await;
    let (mut patient, doctor, _, _) = shared(&server).await;
    let (record, entry) = (RecordId::generate(), random(4112));
    let first = patient.revision(record, 1, None, &entry, None);
    let first = patient.post_revision(first, &entry).await.unwrap();
    let text = random(8208);
    let second = patient.revision(record, 2, Some(first), &text, None);
    let second = patient.post_revision(second, &text).await.unwrap();
    patient
        .post_revision(patient.fresh(2, &entry), &entry)
        .await
        .unwrap();

    for reader in [&patient, &doctor] {
        let page = reader.page(&patient, 0, "").await.unwrap();
        let entries: Vec<_> = page.iter().map(|r| r.entry.0.clone()).collect();
        assert_eq!(entries, [entry.clone(), text.clone()]);
        let columns: Vec<_> = page.iter().map(|r| (r.record, r.number, r.state)).collect();
        assert_eq!(
            columns,
            [(record, 1, State::Live), (record, 2, State::Live)]
        );
        assert_eq!(reader.page(&patient, 0, "after=0").await.unwrap(), page);
        assert_eq!(
            reader.page(&patient, 0, "after=1").await.unwrap(),
            page[1..]
        );
        for query in ["after=2", "after=18446744073709551615"] {
            assert_eq!(reader.page(&patient, 0, query).await.unwrap(), []);
        }
        for query in ["after=-1", "after=x", "before=1", "after=1&after=2"] {
            assert_eq!(reader.page(&patient, 0, query).await, Err(Code::BadRequest));
        }
        assert_eq!(reader.page(&patient, 1, "").await.unwrap(), []);
        assert_eq!(reader.page(&patient, 2, "").await.unwrap().len(), 1);
        for place in 0..3 {
            let leaves = leaves(reader, &patient, place).await;
            assert_eq!(leaves, patient.leaves[place]);
            let head = patient.compartments[place].payload();
            assert_eq!(merkle::root(leaves.iter().map(Leaf::hash)), head.root);
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
    assert_eq!(account.used, 4112 + 8208 + 4112);
}

#[tokio::test]
async fn revisions_that_do_not_hold_together_are_refused() {
    let server = Server::start().await;
    let (mut patient, doctor, _, _) = shared(&server).await;
    let entry = random(4112);
    let good = patient.revision(RecordId::generate(), 1, None, &entry, None);
    // Counts and root are those of the good one, so that the revision alone is at fault.
    let whole = patient
        .change()
        .write(&patient.signed(good.clone()), &entry);
    let with = |signed: &Verified<Revision>, entry: &[u8]| -> Change {
        let mut change = whole.clone();
        change.revisions = vec![NewRevision {
            revision: signed.to_unverified(),
            entry: Bytes(entry.to_vec()),
        }];
        let leaf = Leaf {
            record: signed.payload().record,
            number: signed.payload().number,
            revision: signed.id(),
            state: signed.payload().state,
        };
        change.at(0).root = merkle::root([leaf.hash()]);
        change
    };
    type Bend<'a> = (&'static str, &'a dyn Fn(&mut Revision));
    let bends: [Bend<'_>; 12] = [
        ("other chart", &|r| r.chart = ChartId::generate()),
        ("other author", &|r| r.author = doctor.account),
        ("compartment of nowhere", &|r| {
            r.compartment = CompartmentId::generate();
        }),
        ("compartment without a new head", &|r| {
            r.compartment = patient.id_of(1);
        }),
        ("later epoch", &|r| r.epoch += 1),
        ("other length", &|r| r.entry.sealed_length += 1),
        ("other root", &|r| r.entry.root = Hash::of(b"x")),
        ("other entry", &|r| r.entry = content(b"another one, quite")),
        ("short salt", &|r| r.entry.salt.0.truncate(23)),
        ("no content key", &|r| r.entry.content_key = Bytes(vec![])),
        ("no record key", &|r| r.record_key = Bytes(vec![])),
        ("huge record key", &|r| r.record_key = Bytes(random(1025))),
    ];
    for (what, bend) in bends {
        let mut bad = good.clone();
        bend(&mut bad);
        let request = patient.request(&with(&patient.signed(bad), &entry));
        let told = patient.send_head(&request).await;
        assert_eq!(told, Err(Code::BadRequest), "{what}");
    }
    for entry in [&entry[1..], &[]] {
        let request = patient.request(&with(&patient.signed(good.clone()), entry));
        assert_eq!(patient.send_head(&request).await, Err(Code::BadRequest));
    }
    let long = random(512 * 1024 + 1);
    let signed = patient.signed(patient.revision(good.record, 1, None, &long, None));
    let told = patient
        .send_head(&patient.request(&with(&signed, &long)))
        .await;
    assert_eq!(told, Err(Code::TooLarge));
    let other = sign(good.clone(), &doctor.key).unwrap();
    let told = patient
        .send_head(&patient.request(&with(&other, &entry)))
        .await;
    assert_eq!(told, Err(Code::BadRequest), "signed by another");

    // An epoch that ends with this very head, and one that has ended.
    let signed = patient.signed(good.clone());
    let raised = patient.change().raise(0).write(&signed, &entry);
    let told = patient.send_head(&patient.request(&raised)).await;
    assert_eq!(told, Err(Code::BadRequest), "an epoch that ends");
    let untouched = patient.request(&with(&signed, &entry));
    patient.post(patient.change().raise_all()).await.unwrap();
    let told = patient.post(patient.change().write(&signed, &entry)).await;
    assert_eq!(told, Err(Code::BadRequest), "an epoch that has ended");
    assert_eq!(patient.send_head(&untouched).await, Err(Code::Conflict));
    assert_eq!(patient.page(&patient, 0, "").await.unwrap(), []);
    // The same one under the key of now.
    let now = Revision { epoch: 1, ..good };
    patient.post_revision(now, &entry).await.unwrap();
    assert_eq!(patient.page(&patient, 0, "").await.unwrap().len(), 1);
}

/// A new key and the first entry under it come in one request.
#[tokio::test]
async fn a_new_key_seals_what_comes_with_it() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let entry = random(4112);
    let revision = Revision {
        epoch: 1,
        ..patient.fresh(0, &entry)
    };
    let signed = patient.signed(revision);
    let change = patient.change().raise(0).write(&signed, &entry);
    patient.post(change).await.unwrap();
}

#[tokio::test]
async fn many_revisions_come_in_one_head_and_in_order() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let entry = random(100);
    let record = RecordId::generate();
    let one = patient.signed(patient.revision(record, 1, None, &entry, None));
    let two = patient.signed(patient.revision(record, 2, Some(one.id()), &entry, None));
    let ordered = patient.change().write(&one, &entry).write(&two, &entry);
    let mut swapped = ordered.clone();
    swapped.revisions.swap(0, 1);
    assert_eq!(patient.post(swapped).await, Err(Code::Conflict));
    let twice = patient.change().write(&one, &entry).write(&one, &entry);
    assert_eq!(patient.post(twice).await, Err(Code::Conflict));
    patient.post(ordered).await.unwrap();
    let page = patient.page(&patient, 0, "").await.unwrap();
    assert_eq!(page.iter().map(|r| r.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(leaves(&patient, &patient, 0).await.len(), 1);

    let many = |count| {
        (0..count).fold(patient.change(), |change, n| {
            let revision = patient.signed(patient.fresh(n % 3, &entry));
            change.write(&revision, &entry)
        })
    };
    let too_many = many(MAX_NEW_REVISIONS + 1);
    let told = patient.send_head(&patient.request(&too_many)).await;
    assert_eq!(told, Err(Code::BadRequest));
    let most = many(MAX_NEW_REVISIONS);
    patient.post(most).await.unwrap();
    let entries: u64 = patient
        .compartments
        .iter()
        .map(|c| c.payload().entries)
        .sum();
    assert_eq!(entries, MAX_NEW_REVISIONS as u64 + 1);
}

/// Another category: the last revision in the old compartment says so, and the entry begins anew
/// in the other one. A file goes along.
#[tokio::test]
async fn an_entry_moves_to_another_compartment() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let (file, sealed) = patient.upload(100).await.unwrap();
    let entry = random(4112);
    let mut first = patient.fresh(0, &entry);
    first.file = Some(file.clone());
    let first = patient.signed(first);
    patient
        .post(patient.change().write(&first, &entry))
        .await
        .unwrap();

    let record = first.payload().record;
    let gone = patient.signed(Revision {
        state: State::Moved,
        ..patient.revision(record, 2, Some(first.id()), &entry, None)
    });
    let here = patient.signed(Revision {
        record,
        file: Some(file.clone()),
        ..patient.fresh(1, &entry)
    });
    // In the new compartment the entry counts from the beginning.
    let on = patient.signed(Revision {
        number: 3,
        parent: Some(gone.id()),
        ..here.payload().clone()
    });
    let told = patient.post(patient.change().write(&gone, &entry).write(&on, &entry));
    assert_eq!(told.await, Err(Code::Conflict));
    let thief = patient.signed(Revision {
        file: Some(file.clone()),
        ..patient.fresh(1, &entry)
    });
    let told = patient.post(patient.change().write(&thief, &entry)).await;
    assert_eq!(told, Err(Code::BadRequest), "the file of another entry");
    let change = patient.change().write(&gone, &entry).write(&here, &entry);
    patient.post(change).await.unwrap();

    let states =
        |page: Vec<StoredRevision>| -> Vec<State> { page.iter().map(|r| r.state).collect() };
    let old = patient.page(&patient, 0, "").await.unwrap();
    assert_eq!(states(old), [State::Live, State::Moved]);
    let new = patient.page(&patient, 1, "").await.unwrap();
    assert_eq!(states(new), [State::Live]);
    for place in 0..2 {
        let told = leaves(&patient, &patient, place).await;
        assert_eq!(told, patient.leaves[place]);
    }
    let moved = leaves(&patient, &patient, 0).await[0];
    assert_eq!((moved.number, moved.state), (2, State::Moved));
    assert_eq!(patient.bytes(file.blob, 0, 1).await.unwrap(), sealed[..1]);

    // And back: the old compartment counts on.
    let back = patient.signed(patient.revision(record, 3, Some(gone.id()), &entry, Some(file)));
    patient
        .post(patient.change().write(&back, &entry))
        .await
        .unwrap();
    assert_eq!(leaves(&patient, &patient, 0).await[0].state, State::Live);
}

#[tokio::test]
async fn pages_end_by_count_and_by_size() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let small = random(100);
    for _ in 0..3 {
        let change = (0..70).fold(patient.change(), |change, _| {
            let revision = patient.signed(patient.fresh(0, &small));
            change.write(&revision, &small)
        });
        patient.post(change).await.unwrap();
    }
    let large = random(512 * 1024);
    for _ in 0..9 {
        patient
            .post_revision(patient.fresh(0, &large), &large)
            .await
            .unwrap();
    }
    let head = patient.compartments[0].payload();
    assert_eq!((head.entries, head.revisions), (219, 219));
    let (mut seen, mut pages) = (0, 0);
    while seen < head.revisions {
        let page = patient
            .page(&patient, 0, &format!("after={seen}"))
            .await
            .unwrap();
        let bytes: usize = page.iter().map(|r| r.entry.0.len()).sum();
        assert!(page.len() <= MAX_PAGE as usize && bytes <= 4 << 20);
        assert!(!page.is_empty());
        for (stored, leaf) in page.iter().zip(&patient.leaves[0][seen as usize..]) {
            let revision = stored.revision.as_ref().unwrap();
            assert_eq!(revision.id().unwrap(), leaf.revision);
        }
        seen += page.len() as u64;
        pages += 1;
    }
    assert_eq!(seen, head.revisions);
    assert!(pages >= 4);

    // Heads by the page.
    for _ in 0..MAX_PAGE {
        patient
            .post(patient.change().with(2, |_| {}))
            .await
            .unwrap();
    }
    let (chart, inside) = (patient.chart(), patient.id_of(2));
    let page = patient.list::<HeadList>(&[&chart], "").await.unwrap();
    assert_eq!(page.heads.len(), MAX_PAGE as usize);
    let page = patient
        .list::<HeadList>(&[&chart], "after=199")
        .await
        .unwrap();
    assert_eq!(page.heads.len(), 13, "0 to 212 without the first 200");
    let ids: [&dyn std::fmt::Display; 2] = [&chart, &inside];
    for (query, count) in [
        ("", MAX_PAGE),
        ("after=0", MAX_PAGE),
        ("after=199", 1),
        ("after=200", 0),
    ] {
        let page = patient
            .list::<CompartmentHeadList>(&ids, query)
            .await
            .unwrap();
        assert_eq!(page.heads.len(), count as usize, "{query}");
    }
}

/// More leaves than one page takes; nobody posts as many in a test.
#[tokio::test]
async fn leaves_come_by_the_page() {
    let server = Server::start().await;
    let patient = Person::patient(&server, "patient-one").await;
    let (chart, inside) = (patient.chart(), patient.id_of(0));
    let ids: [&dyn std::fmt::Display; 2] = [&chart, &inside];
    let mut db = rusqlite::Connection::open(server.data("keepwell.sqlite3")).unwrap();
    let rows = db.transaction().unwrap();
    for position in 1..=MAX_LEAVES + 3 {
        let mut record = [0; 16];
        record[12..].copy_from_slice(&position.to_be_bytes());
        rows.execute(
            "INSERT INTO leaf VALUES (?1, ?2, ?3, ?4, 1, zeroblob(32), 0)",
            (chart.as_bytes(), inside.as_bytes(), position, record),
        )
        .unwrap();
    }
    rows.commit().unwrap();
    let first = patient.list::<LeafList>(&ids, "").await.unwrap().leaves;
    assert_eq!(first.len(), MAX_LEAVES as usize);
    let query = format!("after={MAX_LEAVES}");
    let rest = patient.list::<LeafList>(&ids, &query).await.unwrap().leaves;
    assert_eq!(rest.len(), 3);
    for (leaf, position) in first.iter().chain(&rest).zip(1u32..) {
        assert_eq!(leaf.record.as_bytes()[12..], position.to_be_bytes());
    }
}
