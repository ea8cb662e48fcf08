//! Deleted entries: what stays of them, and what may follow.

use keepwell_shared::{
    error::Code,
    id::RecordId,
    statement::{Revision, State},
};

use crate::{
    revisions::leaves,
    support::{
        Server,
        person::{Person, random},
    },
};

/// The owner deletes: whatever was written of the entry is gone at once for everybody, and so are
/// its bytes once the sweep has been there. Nothing else goes, and nothing follows.
#[tokio::test]
async fn a_deleted_entry_leaves_its_place_and_nothing_else() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let (file, _) = patient.upload(100).await.unwrap();
    let (entry, nothing) = (random(5000), random(4112));
    let first = patient.signed(Revision {
        file: Some(file.clone()),
        ..patient.fresh(0, &entry)
    });
    let record = first.payload().record;
    let kept = patient.signed(patient.fresh(0, &entry));
    let change = patient.change().write(&first, &entry).write(&kept, &entry);
    patient.post(change).await.unwrap();
    let second = patient.revision(record, 2, Some(first.id()), &entry, Some(file.clone()));
    let second = patient.post_revision(second, &entry).await.unwrap();
    let gone = |number, parent| Revision {
        state: State::Deleted,
        ..patient.revision(record, number, parent, &nothing, None)
    };

    let other = RecordId::generate();
    let never = Revision {
        record: other,
        ..gone(1, None)
    };
    let with_file = Revision {
        file: Some(file.clone()),
        ..gone(3, Some(second))
    };
    let early = gone(2, Some(first.id()));
    let right = gone(3, Some(second));
    let after = |state| Revision {
        state,
        ..gone(4, None)
    };
    let later = [State::Live, State::Moved, State::Lost].map(after);
    let twice = after(State::Deleted);
    for (bad, code) in [
        (never, Code::BadRequest),
        (with_file, Code::BadRequest),
        (early, Code::Conflict),
    ] {
        assert_eq!(patient.post_revision(bad, &nothing).await, Err(code));
    }
    assert_eq!(patient.page(&patient, 0, "").await.unwrap().len(), 3);

    let deletion = patient.post_revision(right, &nothing).await.unwrap();
    let page = patient.page(&patient, 0, "").await.unwrap();
    let there: Vec<bool> = page.iter().map(|row| row.revision.is_some()).collect();
    assert_eq!(there, [false, true, false, true]);
    for row in page.iter().filter(|row| row.revision.is_none()) {
        assert_eq!((row.record, row.entry.as_slice()), (record, &[][..]));
    }
    assert_eq!(leaves(&patient, &patient, 0).await, patient.leaves[0]);
    assert_eq!(patient.bytes(file.blob, 0, 1).await, Err(Code::NotFound));
    for mut bad in later {
        bad.parent = Some(deletion);
        let told = patient.post_revision(bad, &nothing).await;
        assert_eq!(told, Err(Code::BadRequest), "nothing follows");
    }
    // A browser that repairs says once more that it is gone.
    let again = Revision {
        parent: Some(deletion),
        ..twice
    };
    patient.post_revision(again, &nothing).await.unwrap();
}

/// Who has no room left can still delete, and has room then.
#[tokio::test]
async fn deleting_needs_no_room() {
    let quota = 12_000;
    let server = Server::start_with(|config| config.quota = quota).await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let (entry, nothing) = (random(11_000), random(4112));
    let first = patient.signed(patient.fresh(0, &entry));
    let record = first.payload().record;
    patient
        .post(patient.change().write(&first, &entry))
        .await
        .unwrap();
    let full = patient.fresh(0, &nothing);
    let told = patient.post_revision(full, &nothing).await;
    assert_eq!(told, Err(Code::QuotaFull));
    let gone = Revision {
        state: State::Deleted,
        ..patient.revision(record, 2, Some(first.id()), &nothing, None)
    };
    patient.post_revision(gone, &nothing).await.unwrap();
    let fits = patient.fresh(0, &nothing);
    patient.post_revision(fits, &nothing).await.unwrap();
}
