//! Journeys of people on the native vault against the real server.

use keepwell_shared::{
    error::Code,
    statement::{Revision, Role, Unverified},
};
use keepwell_tests::{Native, Person, Server, noise};
use keepwell_vault::{Category, Distrust, Draft, Error, Vault};

fn draft(title: &str, text: &str) -> Draft {
    Draft {
        title: title.into(),
        text: text.into(),
        category: Category::Clinical,
    }
}

/// The main job: write, add files, share, read, stop, and nothing of what is written afterwards.
#[tokio::test]
async fn a_patient_shares_with_a_doctor_and_stops() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    assert!(doctor.vault.home().await.unwrap().own.is_empty());

    let note = patient
        .note(chart, "First visit", "It hurts on the left.")
        .await;
    let bytes = noise(1, 3 << 20);
    let file = patient.file(chart, "scan.pdf", &bytes).await;
    assert_eq!(
        patient
            .open(chart, file.record, file.revision)
            .await
            .unwrap(),
        bytes
    );

    // Nobody shares with somebody whose words were not compared.
    let found = patient.vault.find_person("doctor-one").await.unwrap();
    assert_eq!(
        patient.vault.share(chart, found.account).await.unwrap_err(),
        Error::NotCompared
    );
    patient.compare_with(&doctor).await;
    doctor.compare_with(&patient).await;
    let shared = patient
        .vault
        .share(chart, doctor.vault.account())
        .await
        .unwrap();
    assert_eq!(shared.sharing.len(), 1);

    let home = doctor.vault.home().await.unwrap();
    assert_eq!(home.shared.len(), 1);
    assert!(home.refused.is_empty());
    assert!(home.shared[0].owner.compared);
    let seen = doctor.vault.open_chart(chart).await.unwrap();
    assert!(seen.refused.is_empty());
    assert_eq!(seen.entries.len(), 2);
    let opened = doctor.vault.entry(chart, note.record, None).unwrap();
    assert_eq!(opened.entry.text, "It hurts on the left.");
    assert_eq!(
        doctor
            .open(chart, file.record, file.revision)
            .await
            .unwrap(),
        bytes
    );

    let stopped = patient
        .vault
        .stop_sharing(chart, shared.sharing[0].grant)
        .await
        .unwrap();
    assert!(stopped.sharing.is_empty());
    let refused = doctor.vault.open_chart(chart).await.unwrap_err();
    assert_eq!(refused, Error::Refused(Code::SharingEnded));
    let refused = doctor
        .open(chart, file.record, file.revision)
        .await
        .unwrap_err();
    assert_eq!(refused, Error::NotFound, "what was read is forgotten");
    assert!(doctor.vault.home().await.unwrap().shared.is_empty());
}

/// A server that ignores the end of a grant gives everything to the doctor, who has every key that
/// was ever theirs: what is written afterwards does not open.
#[tokio::test]
async fn what_is_written_after_the_end_stays_closed_on_a_lying_server() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    let before = patient.note(chart, "Before", "read by the doctor").await;
    let file = patient.file(chart, "before.pdf", &noise(2, 50_000)).await;
    patient.compare_with(&doctor).await;
    let shared = patient
        .vault
        .share(chart, doctor.vault.account())
        .await
        .unwrap();
    // The doctor keeps a vault open that has read everything.
    assert_eq!(
        doctor.vault.open_chart(chart).await.unwrap().entries.len(),
        2
    );
    let held = doctor.vault.held();

    let database = rusqlite::Connection::open(server.data().join("keepwell.sqlite3")).unwrap();
    let heads_before: Vec<(Vec<u8>, u32)> = database
        .prepare("SELECT compartment, max(counter) FROM compartment_head GROUP BY compartment")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    patient
        .vault
        .stop_sharing(chart, shared.sharing[0].grant)
        .await
        .unwrap();
    let after = patient.note(chart, "After", "not for the doctor").await;
    let revised = patient
        .vault
        .revise(
            chart,
            before.record,
            before.revision,
            &draft("Before", "changed since"),
        )
        .await
        .unwrap();
    let new_file = patient.file(chart, "after.pdf", &noise(3, 50_000)).await;

    // The lie: the ended grant lives again.
    assert_eq!(
        database
            .execute("UPDATE consent SET ended_by = NULL", [])
            .unwrap(),
        1
    );

    // The grant leads to keys, and the heads of now name other ones.
    let elsewhere = doctor.elsewhere(server.address()).await;
    for vault in [&doctor, &elsewhere] {
        assert_eq!(
            vault.vault.open_chart(chart).await.unwrap_err(),
            Error::Distrusted(Distrust::Old)
        );
    }
    // What was shared once was shared, and stays as it was.
    let old = doctor.vault.entry(chart, before.record, None).unwrap();
    assert_eq!(old.revision, before.revision);
    assert!(doctor.open(chart, file.record, file.revision).await.is_ok());

    // A better lie: the heads go back as well, and every row that was written since stays.
    for (compartment, counter) in heads_before {
        database
            .execute(
                "DELETE FROM compartment_head WHERE compartment = ?1 AND counter > ?2",
                (compartment, counter),
            )
            .unwrap();
    }
    let fresh = doctor.elsewhere(server.address()).await;
    for vault in [&doctor, &fresh] {
        let shown = vault.vault.open_chart(chart).await.unwrap();
        assert!(
            shown
                .entries
                .iter()
                .all(|entry| entry.entry.title != "After")
        );
        for (record, revision) in [
            (after.record, after.revision),
            (before.record, revised.revision),
            (new_file.record, new_file.revision),
        ] {
            assert_eq!(
                vault
                    .vault
                    .entry(chart, record, Some(revision))
                    .unwrap_err(),
                Error::NotFound
            );
        }
    }
    // And if the rows are handed over all the same: no key that the doctor ever held opens one.
    let mut rows = database.prepare("SELECT statement FROM revision").unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    let new = [after.revision, revised.revision, new_file.revision];
    let mut tried = 0;
    for row in rows {
        let revision = Unverified::<Revision>::from_bytes(row.unwrap());
        let opens = doctor.vault.would_open(&revision, &held);
        assert_eq!(opens, !new.contains(&revision.id().unwrap()));
        tried += 1;
    }
    assert_eq!(
        tried, 5,
        "two from before, which do open, and three that do not"
    );
}

#[tokio::test]
async fn who_remains_keeps_reading_after_another_one_is_gone() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let one = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let two = Person::register(server.address(), "doctor-two", Role::Doctor).await;
    let chart = patient.chart().await;
    patient.note(chart, "Old", "").await;
    for doctor in [&one, &two] {
        patient.compare_with(doctor).await;
        patient
            .vault
            .share(chart, doctor.vault.account())
            .await
            .unwrap();
    }
    let sharing = patient.vault.open_chart(chart).await.unwrap().sharing;
    let gone = sharing
        .iter()
        .find(|grant| grant.person.account == one.vault.account())
        .unwrap();
    patient.vault.stop_sharing(chart, gone.grant).await.unwrap();
    patient.note(chart, "New", "").await;
    let seen = two.vault.open_chart(chart).await.unwrap();
    assert_eq!(seen.entries.len(), 2, "the old one and the new one");
    assert!(seen.refused.is_empty());
    assert_eq!(
        one.vault.open_chart(chart).await.unwrap_err(),
        Error::Refused(Code::SharingEnded)
    );
    // Stopping twice is said, not repeated.
    assert_eq!(
        patient
            .vault
            .stop_sharing(chart, gone.grant)
            .await
            .unwrap_err(),
        Error::NotFound
    );
}

#[tokio::test]
async fn wrong_passwords_unknown_names_and_taken_names_are_told_apart_as_they_should() {
    let server = Server::start();
    let address = server.address();
    Person::register(address, "patient-one", Role::Patient).await;
    let wrong = Vault::enter(Native::new(address), "patient-one", "not the password")
        .await
        .unwrap_err();
    let unknown = Vault::enter(Native::new(address), "nobody-here", "not the password")
        .await
        .unwrap_err();
    let malformed = Vault::enter(Native::new(address), "no such / name", "x")
        .await
        .unwrap_err();
    assert_eq!([wrong, unknown, malformed], [Error::WrongSignIn; 3]);
    for taken in ["patient-one", "Patient.One", "patlent-0ne"] {
        let (native, password) = (Native::new(address), "a long password");
        let error = Vault::register(native, taken, password, Role::Patient)
            .await
            .unwrap_err();
        assert_eq!(error, Error::Refused(Code::NameTaken), "{taken}");
    }
}

#[tokio::test]
async fn a_session_outlives_a_restart_of_the_server() {
    let mut server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    patient.note(chart, "Before", "").await;
    server.restart();
    patient.note(chart, "After", "").await;
    assert_eq!(
        patient.vault.open_chart(chart).await.unwrap().entries.len(),
        2
    );
}

#[tokio::test]
async fn a_session_that_was_ended_opens_nothing() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    patient.vault.sign_out().await.unwrap();
    assert_eq!(
        patient.vault.home().await.unwrap_err(),
        Error::Refused(Code::SignedOut)
    );
}
