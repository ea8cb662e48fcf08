//! What others than the owner write: who may, in which order, and what the owner does with it.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{CompartmentId, GrantId, RecordId},
    statement::{Origin, Revision, SeenAuthor, State},
    wire::*,
};

use crate::support::{
    Server,
    chart::content,
    person::{Person, random},
    statement::Letter,
};

/// A patient whose first compartment a doctor reads.
async fn shared(server: &Server) -> (Person, Person) {
    let mut patient = Person::patient(server, "patient-one").await;
    let doctor = Person::doctor(server, "doctor-one").await;
    let change = patient.change();
    let grant = patient.grant_of(&doctor, &change, GrantId::generate(), &[0]);
    let change = change.share(&grant).read_by(0, &[&doctor]);
    patient.post(change).await.unwrap();
    (patient, doctor)
}

async fn listed(person: &Person, owner: &Person) -> StatementListResponse {
    let ids: [&dyn std::fmt::Display; 2] = [&owner.chart(), &owner.id_of(0)];
    person.list::<StatementList>(&ids, "").await.unwrap()
}

#[tokio::test]
async fn only_the_next_statement_of_a_reader_is_taken() {
    let server = Server::start().await;
    let (patient, doctor) = shared(&server).await;
    let entry = random(4112);
    let good = || doctor.statement(&patient, 0, &entry);
    type Bend<'a> = (&'a str, Code, fn(&mut Letter));
    let bends: &[Bend<'_>] = &[
        ("a number too high", Code::BadRequest, |s| {
            s.statement.number = 2
        }),
        ("no number", Code::BadRequest, |s| s.statement.number = 0),
        ("another before", Code::Conflict, |s| {
            s.statement.previous = Some(Hash([1; 32]))
        }),
        ("another bundle", Code::BadRequest, |s| {
            s.statement.bundle = Hash([1; 32])
        }),
        ("another head", Code::BadRequest, |s| {
            s.statement.head = Hash([1; 32])
        }),
        ("no such head", Code::BadRequest, |s| {
            s.statement.head_counter += 1
        }),
        ("a counter of no table", Code::BadRequest, |s| {
            s.statement.head_counter = u64::MAX
        }),
        ("the counter of another head", Code::BadRequest, |s| {
            s.statement.head_counter = 0
        }),
        ("another compartment", Code::BadRequest, |s| {
            s.statement.compartment = CompartmentId::generate();
        }),
        ("another chart", Code::BadRequest, |s| {
            s.statement.chart = [1; 16].into()
        }),
        ("another author", Code::BadRequest, |s| {
            s.statement.author = [1; 16].into()
        }),
        ("no wrap for the owner", Code::BadRequest, |s| {
            s.enclosed.wraps[0] = None
        }),
        ("a wrap too few", Code::BadRequest, |s| {
            s.enclosed.wraps.truncate(1)
        }),
        ("a wrap too many", Code::BadRequest, |s| {
            s.enclosed.wraps.push(None)
        }),
        ("an empty wrap", Code::BadRequest, |s| {
            s.enclosed.wraps[1].as_mut().unwrap().sealed = Bytes(vec![]);
        }),
        ("a wrap too long", Code::BadRequest, |s| {
            s.enclosed.wraps[1].as_mut().unwrap().enc = Bytes(vec![0; 3000]);
        }),
        ("lost ones that do not rise", Code::BadRequest, |s| {
            s.statement.replaces = vec![Hash([2; 32]), Hash([1; 32])];
        }),
        ("an author twice", Code::BadRequest, |s| {
            let seen = SeenAuthor {
                author: [1; 16].into(),
                number: 1,
                statement: Hash([1; 32]),
            };
            s.statement.seen = vec![seen, seen];
        }),
        ("another salt", Code::BadRequest, |s| {
            s.enclosed.entry.salt = Bytes(vec![0; 23])
        }),
        ("another root", Code::BadRequest, |s| {
            s.enclosed.entry.root = Hash([1; 32])
        }),
        ("an enclosure of another version", Code::BadRequest, |s| {
            s.enclosed.version = 2;
        }),
    ];
    for (name, code, bend) in bends {
        let mut bent = good();
        bend(&mut bent);
        let ids: [&dyn std::fmt::Display; 2] = [&patient.chart(), &patient.id_of(0)];
        let request = doctor.statement_request(bent, &entry);
        let said = doctor.call::<StatementPost>(&ids, &request).await;
        assert_eq!(said.err(), Some(*code), "{name}");
    }
    // Signed by somebody else.
    let mut foreign = doctor.statement_request(good(), &entry);
    let patients = patient.statement_request(good(), &entry);
    (foreign.statement, foreign.enclosure) = (patients.statement, patients.enclosure);
    let ids: [&dyn std::fmt::Display; 2] = [&patient.chart(), &patient.id_of(0)];
    let said = doctor.call::<StatementPost>(&ids, &foreign).await;
    assert_eq!(said.err(), Some(Code::BadRequest));
    // With what another one encloses.
    let mut swapped = doctor.statement_request(good(), &entry);
    swapped.enclosure = doctor.statement_request(good(), &entry).enclosure;
    let said = doctor.call::<StatementPost>(&ids, &swapped).await;
    assert_eq!(said.err(), Some(Code::BadRequest));
    assert_eq!(listed(&patient, &patient).await.statements.len(), 0);

    let first = good();
    let id = doctor.post_statement(first.clone(), &entry).await.unwrap();
    // Again, and another one in its place.
    assert_eq!(
        doctor.post_statement(first.clone(), &entry).await,
        Err(Code::Conflict)
    );
    assert_eq!(
        doctor.post_statement(good(), &entry).await,
        Err(Code::Conflict)
    );
    let next = || good().with(|it| (it.statement.number, it.statement.previous) = (2, Some(id)));
    let twice = next().with(|it| it.statement.record = first.statement.record);
    assert_eq!(
        doctor.post_statement(twice, &entry).await,
        Err(Code::BadRequest)
    );
    // A number may jump over statements whose fate is not known.
    let jump = next().with(|it| {
        it.statement.number = 4;
        it.statement.replaces = vec![Hash([1; 32]), Hash([2; 32])];
    });
    doctor.post_statement(jump, &entry).await.unwrap();
    for person in [&patient, &doctor] {
        let list = listed(person, &patient).await;
        assert_eq!(list.statements.len(), 2);
        assert_eq!(list.authors, [doctor.bundle.to_unverified()]);
        assert_eq!(list.heads, [patient.compartments[0].to_unverified()]);
    }
}

/// Whoever was let in or sent away since is not left out, and not sealed for.
#[tokio::test]
async fn an_entry_that_was_sealed_for_others_is_a_lost_race() {
    let server = Server::start().await;
    let (mut patient, doctor) = shared(&server).await;
    let other = Person::doctor(&server, "doctor-two").await;
    let entry = random(4112);
    let before = doctor.statement(&patient, 0, &entry);
    let change = patient.change();
    let grant = patient.grant_of(&other, &change, GrantId::generate(), &[0]);
    let change = change.share(&grant).read_by(0, &[&doctor, &other]);
    patient.post(change).await.unwrap();
    assert_eq!(
        doctor.post_statement(before, &entry).await,
        Err(Code::Conflict)
    );
    let now = doctor.statement(&patient, 0, &entry);
    doctor.post_statement(now, &entry).await.unwrap();
    // What changes nothing about who reads does not keep anybody from writing.
    let later = other.statement(&patient, 0, &entry);
    let revision = patient.fresh(0, &entry);
    patient.post_revision(revision, &entry).await.unwrap();
    other.post_statement(later, &entry).await.unwrap();
    let ids: [&dyn std::fmt::Display; 2] = [&patient.chart(), &patient.id_of(0)];
    let readers = doctor.call::<ReaderList>(&ids, &Empty {}).await.unwrap();
    assert_eq!(readers.readers.len(), 2);
}

#[tokio::test]
async fn a_decision_names_the_statement_and_takes_it_word_for_word() {
    let server = Server::start().await;
    let (mut patient, doctor) = shared(&server).await;
    let entry = random(4112);
    let written = doctor.statement(&patient, 0, &entry);
    let id = doctor
        .post_statement(written.clone(), &entry)
        .await
        .unwrap();
    let origin = Some(Origin {
        author: doctor.account,
        statement: id,
    });
    let accepted = Revision {
        record: written.statement.record,
        entry: written.enclosed.entry.clone(),
        origin,
        ..patient.fresh(0, &entry)
    };
    let other = random(4112);
    let nobody = Some(Origin {
        author: doctor.account,
        statement: Hash([1; 32]),
    });
    let not_theirs = Some(Origin {
        author: patient.account,
        statement: id,
    });
    for (name, bent, entry) in [
        (
            "another statement",
            Revision {
                origin: nobody,
                ..accepted.clone()
            },
            &entry,
        ),
        (
            "another author",
            Revision {
                origin: not_theirs,
                ..accepted.clone()
            },
            &entry,
        ),
        (
            "another entry",
            Revision {
                record: RecordId::generate(),
                ..accepted.clone()
            },
            &entry,
        ),
        (
            "other words",
            Revision {
                entry: content(&other),
                ..accepted.clone()
            },
            &other,
        ),
        (
            "moved",
            Revision {
                state: State::Moved,
                ..accepted.clone()
            },
            &entry,
        ),
        (
            "a refusal of nothing",
            Revision {
                state: State::Declined,
                origin: None,
                ..accepted.clone()
            },
            &entry,
        ),
    ] {
        let said = patient.post_revision(bent, entry).await;
        assert_eq!(said, Err(Code::BadRequest), "{name}");
    }
    let taken = patient
        .post_revision(accepted.clone(), &entry)
        .await
        .unwrap();
    // Another decision about the same one lost the race.
    let declined = Revision {
        state: State::Declined,
        entry: content(&other),
        ..accepted.clone()
    };
    assert_eq!(
        patient.post_revision(declined, &other).await,
        Err(Code::Conflict)
    );
    let next = Revision {
        number: 2,
        parent: Some(taken),
        entry: content(&other),
        origin: None,
        ..accepted
    };
    patient.post_revision(next, &other).await.unwrap();
}

/// Files count against whoever uploads them, and are read by whoever may read the entry.
#[tokio::test]
async fn the_file_of_an_entry_is_its_authors_and_is_taken_with_it() {
    let server = Server::start().await;
    let (mut patient, doctor) = shared(&server).await;
    let elsewhere = Person::doctor(&server, "doctor-two").await;
    let change = patient.change();
    let grant = patient.grant_of(&elsewhere, &change, GrantId::generate(), &[1]);
    let change = change.share(&grant).read_by(1, &[&elsewhere]);
    patient.post(change).await.unwrap();

    let used = async |person: &Person| {
        person
            .call::<AccountGet>(&[], &Empty {})
            .await
            .unwrap()
            .used
    };
    let (sealed, entry) = (random(4112), random(4112));
    let request = BlobPostRequest {
        sealed_length: 4112,
    };
    let room = doctor
        .call::<BlobPost>(&[&patient.chart()], &request)
        .await
        .unwrap();
    doctor.put_part(room.blob, 0, &sealed).await.unwrap();
    let file = keepwell_shared::statement::BlobContent {
        blob: room.blob,
        content: content(&sealed),
    };
    let theirs = patient.upload(100).await.unwrap().0;
    let good = || doctor.statement(&patient, 0, &entry);
    let foreign = good().with(|it| it.enclosed.file = Some(theirs));
    assert_eq!(
        doctor.post_statement(foreign, &entry).await,
        Err(Code::NotFound)
    );
    let written = good().with(|it| it.enclosed.file = Some(file));
    let id = doctor
        .post_statement(written.clone(), &entry)
        .await
        .unwrap();
    assert_eq!(used(&doctor).await, 2 * 4112);
    for person in [&patient, &doctor] {
        assert_eq!(person.bytes(room.blob, 0, 4112).await.unwrap(), sealed);
    }
    assert_eq!(
        elsewhere.bytes(room.blob, 0, 4112).await,
        Err(Code::NotFound)
    );
    let accepted = Revision {
        record: written.statement.record,
        entry: written.enclosed.entry.clone(),
        file: written.enclosed.file.clone(),
        origin: Some(Origin {
            author: doctor.account,
            statement: id,
        }),
        ..patient.fresh(0, &entry)
    };
    let taken = patient.post_revision(accepted.clone(), &entry).await;
    assert_eq!(patient.bytes(room.blob, 0, 4112).await.unwrap(), sealed);

    // Deleted: keys, entry and file are gone, and their room is their author's again; the statement
    // stays in its chain.
    let nothing = random(4112);
    let gone = Revision {
        number: 2,
        parent: Some(taken.unwrap()),
        entry: content(&nothing),
        state: State::Deleted,
        ..accepted.clone()
    };
    let told = patient.post_revision(gone.clone(), &nothing).await;
    assert_eq!(told, Err(Code::BadRequest), "a file and an origin in it");
    let before = used(&patient).await;
    let gone = Revision {
        file: None,
        origin: None,
        ..gone
    };
    patient.post_revision(gone, &nothing).await.unwrap();
    assert_eq!(
        used(&patient).await,
        before,
        "one entry in place of another"
    );
    assert_eq!(used(&doctor).await, 0);
    let told = doctor.bytes(room.blob, 0, 1).await;
    assert_eq!(told, Err(Code::NotFound));
    let stored = &listed(&doctor, &patient).await.statements[0];
    assert_eq!(stored.statement.id(), Ok(id));
    assert_eq!(
        (&stored.enclosure, stored.entry.as_slice()),
        (&None, &[][..])
    );
    let again = patient.post_revision(accepted, &entry).await;
    assert_eq!(again, Err(Code::BadRequest), "nothing follows a deletion");
    let next = doctor.statement(&patient, 0, &entry);
    let next = next.with(|it| (it.statement.number, it.statement.previous) = (2, Some(id)));
    doctor.post_statement(next, &entry).await.unwrap();
}
