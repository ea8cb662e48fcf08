//! Doctors write, patients decide: entries by others, from writing to the chart and back.

use keepwell_shared::{error::Code, id::ChartId, statement::Role};
use keepwell_tests::{Bytes, Person, Quiet, Server, noise, titled, titles};
use keepwell_vault::{Category, Chart, Decision, Error, Standing, Waiting, WaitingEntry};

/// A patient whose chart two doctors read, who have all compared words.
async fn three(server: &Server) -> (Person, Person, Person, ChartId) {
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let other = Person::register(server.address(), "doctor-two", Role::Doctor).await;
    let chart = patient.chart().await;
    for reader in [&doctor, &other] {
        patient.compare_with(reader).await;
        reader.compare_with(&patient).await;
        let account = reader.vault.account();
        patient.vault.share(chart, account).await.unwrap();
    }
    (patient, doctor, other, chart)
}

async fn open(person: &Person, chart: ChartId) -> Chart {
    let chart = person.vault.open_chart(chart).await.unwrap();
    assert!(matches!(
        chart.standing,
        Standing::Current | Standing::First
    ));
    assert_eq!(chart.doubts, [], "{}", person.username);
    assert_eq!(chart.refused, []);
    chart
}

fn waiting(chart: &Chart) -> Vec<&str> {
    let mut titles: Vec<_> = chart
        .waiting
        .iter()
        .map(|w| w.entry.title.as_str())
        .collect();
    titles.sort_unstable();
    titles
}

fn only(chart: &Chart) -> &WaitingEntry {
    assert_eq!(chart.waiting.len(), 1);
    &chart.waiting[0]
}

#[tokio::test]
async fn an_entry_waits_is_seen_and_is_taken_with_its_authors_name() {
    let server = Server::start();
    let (patient, doctor, other, chart) = three(&server).await;
    let stranger = Person::register(server.address(), "doctor-three", Role::Doctor).await;
    let draft = titled("Penicillin allergy", Category::Clinical);
    // Bad input first: whom nobody shares with, and one's own chart.
    assert_eq!(
        stranger
            .vault
            .propose(chart, &draft, None)
            .await
            .unwrap_err(),
        Error::Refused(Code::NotFound)
    );
    assert_eq!(
        patient
            .vault
            .propose(chart, &draft, None)
            .await
            .unwrap_err(),
        Error::NotFound
    );

    let written = doctor.vault.propose(chart, &draft, None).await.unwrap();
    assert!(only(&written).mine && !only(&written).seen);
    for person in [&patient, &other, &doctor] {
        let shown = open(person, chart).await;
        let one = only(&shown);
        assert_eq!(one.entry.title, "Penicillin allergy");
        assert_eq!(one.author.username, "doctor-one");
        assert_eq!(one.state, Waiting::Undecided);
        assert!(!one.seen && !one.late);
        assert_eq!(shown.entries.len(), 0, "it is no entry yet");
    }
    let seen = patient.vault.see(chart).await.unwrap();
    assert!(only(&seen).seen);
    let counter = seen.check_words.clone();
    let again = patient.vault.see(chart).await.unwrap();
    assert_eq!(again.check_words, counter, "seeing twice signs nothing");
    assert!(only(&open(&doctor, chart).await).seen);

    let statement = only(&seen).statement;
    let taken = patient
        .vault
        .decide(chart, statement, &Decision::Accept)
        .await
        .unwrap();
    assert_eq!(waiting(&taken), [""; 0]);
    let fresh = patient.elsewhere(server.address()).await;
    let elsewhere = other.elsewhere(server.address()).await;
    for person in [&patient, &doctor, &other, &fresh, &elsewhere] {
        let shown = open(person, chart).await;
        assert_eq!(titles(&shown), ["Penicillin allergy"]);
        assert_eq!(shown.entries[0].author, "doctor-one", "{}", person.username);
        assert_eq!(waiting(&shown), [""; 0]);
    }
    // The owner revises it; who wrote which revision stays.
    let entry = &taken.entries[0];
    let next = titled("Penicillin: hives", Category::Clinical);
    patient
        .vault
        .revise(chart, entry.record, entry.revision, &next)
        .await
        .unwrap();
    let shown = open(&fresh, chart).await;
    assert_eq!(shown.entries[0].author, "patient-one");
    let first = fresh
        .vault
        .entry(chart, entry.record, Some(entry.revision))
        .unwrap();
    assert_eq!(first.author, "doctor-one");
    // Deciding again changes nothing, deciding otherwise is refused.
    patient
        .vault
        .decide(chart, statement, &Decision::Accept)
        .await
        .unwrap();
    assert_eq!(
        fresh
            .vault
            .decide(chart, statement, &Decision::Decline)
            .await
            .unwrap_err(),
        Error::ChangedMeanwhile
    );
}

#[tokio::test]
async fn the_owner_declines_asks_and_gets_an_answer() {
    let server = Server::start();
    let (patient, doctor, other, chart) = three(&server).await;
    for title in ["One", "Two"] {
        doctor
            .vault
            .propose(chart, &titled(title, Category::Laboratory), None)
            .await
            .unwrap();
    }
    let shown = open(&patient, chart).await;
    assert_eq!(waiting(&shown), ["One", "Two"]);
    let by = |chart: &Chart, title: &str| {
        let found = chart.waiting.iter().find(|w| w.entry.title == title);
        found.unwrap().statement
    };
    let (one, two) = (by(&shown, "One"), by(&shown, "Two"));
    patient
        .vault
        .decide(chart, one, &Decision::Decline)
        .await
        .unwrap();
    let question = Decision::Ask("Is that mine?".into());
    patient.vault.decide(chart, two, &question).await.unwrap();

    let told = open(&doctor, chart).await;
    let state = |title: &str| {
        let found = told.waiting.iter().find(|w| w.entry.title == title);
        found.unwrap().state.clone()
    };
    assert!(state("One") == Waiting::Declined);
    assert!(state("Two") == Waiting::Asked("Is that mine?".into()));
    assert_eq!(
        waiting(&open(&other, chart).await),
        ["Two"],
        "a refusal is nobody else's"
    );
    assert_eq!(open(&patient, chart).await.entries.len(), 0);

    let answer = titled("Two, corrected", Category::Laboratory);
    doctor
        .vault
        .propose(chart, &answer, Some(two))
        .await
        .unwrap();
    let fresh = patient.elsewhere(server.address()).await;
    let shown = open(&fresh, chart).await;
    assert_eq!(waiting(&shown), ["Two, corrected"]);
    assert!(only(&shown).answer);
    let answered = only(&shown).statement;
    fresh
        .vault
        .decide(chart, answered, &Decision::Accept)
        .await
        .unwrap();
    for person in [&patient, &doctor, &other] {
        assert_eq!(titles(&open(person, chart).await), ["Two, corrected"]);
    }
}

#[tokio::test]
async fn a_file_waits_and_is_taken() {
    let server = Server::start();
    let (patient, doctor, other, chart) = three(&server).await;
    let bytes = noise(7, 1_300_000);
    let source = Bytes(bytes.clone());
    let draft = titled("Scan", Category::Clinical);
    let quiet = Quiet::default();
    doctor
        .vault
        .propose_file(chart, &draft, source.info("scan.pdf"), &source, &quiet)
        .await
        .unwrap();
    for person in [&patient, &other, &doctor] {
        let statement = only(&open(person, chart).await).statement;
        let mut opened = Vec::new();
        let take = |part: &Vec<u8>, length: u64| opened.extend_from_slice(&part[..length as usize]);
        let info = person
            .vault
            .open_waiting_file(chart, statement, &quiet, take)
            .await
            .unwrap();
        assert_eq!(info.name, "scan.pdf");
        assert!(opened == bytes);
    }
    let statement = only(&open(&patient, chart).await).statement;
    let taken = patient
        .vault
        .decide(chart, statement, &Decision::Accept)
        .await
        .unwrap();
    let entry = &taken.entries[0];
    for person in [&patient, &other] {
        open(person, chart).await;
        let opened = person
            .open(chart, entry.record, entry.revision)
            .await
            .unwrap();
        assert!(opened == bytes);
    }
    // The file stays when the owner changes the words.
    let next = titled("Scan of 2026", Category::Clinical);
    let revised = patient
        .vault
        .revise(chart, entry.record, entry.revision, &next)
        .await
        .unwrap();
    let opened = patient
        .open(chart, entry.record, revised.revision)
        .await
        .unwrap();
    assert!(opened == bytes);
}

#[tokio::test]
async fn when_sharing_ends_nothing_is_added_and_what_was_written_is_shown_as_what_it_is() {
    let server = Server::start();
    let (patient, doctor, other, chart) = three(&server).await;
    let draft = titled("Before the end", Category::Clinical);
    doctor.vault.propose(chart, &draft, None).await.unwrap();
    let held = doctor.vault.held();
    let shown = open(&patient, chart).await;
    let grant = |name: &str| {
        let mut sharing = shown.sharing.iter();
        sharing
            .find(|grant| grant.person.username == name)
            .unwrap()
            .grant
    };
    patient
        .vault
        .stop_sharing(chart, grant("doctor-one"))
        .await
        .unwrap();
    let late = titled("After the end", Category::Clinical);
    assert_eq!(
        doctor.vault.propose(chart, &late, None).await.unwrap_err(),
        Error::Refused(Code::SharingEnded)
    );
    let now = open(&patient, chart).await;
    assert!(only(&now).late, "its author may not read any more");
    let taken = patient
        .vault
        .decide(chart, only(&now).statement, &Decision::Accept)
        .await
        .unwrap();
    // What is written on top of it is under a key that its author never had.
    let entry = &taken.entries[0];
    let next = titled("Not for doctor-one", Category::Clinical);
    patient
        .vault
        .revise(chart, entry.record, entry.revision, &next)
        .await
        .unwrap();
    let read = open(&other, chart).await;
    assert_eq!(titles(&read), ["Not for doctor-one"]);
    assert!(!doctor.vault.would_open(&last_revision(&server), &held));
}

fn last_revision(
    server: &Server,
) -> keepwell_shared::statement::Unverified<keepwell_shared::statement::Revision> {
    let database = rusqlite::Connection::open(server.data().join("keepwell.sqlite3")).unwrap();
    let newest = "SELECT statement FROM revision ORDER BY rowid DESC LIMIT 1";
    let bytes: Vec<u8> = database.query_row(newest, [], |row| row.get(0)).unwrap();
    keepwell_shared::statement::Unverified::from_bytes(bytes)
}

#[tokio::test]
async fn only_a_patient_whose_words_were_compared_is_written_to() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    patient.compare_with(&doctor).await;
    let account = doctor.vault.account();
    let categories = [Category::Laboratory];
    patient
        .vault
        .share_categories(chart, account, &categories)
        .await
        .unwrap();
    let draft = titled("Values", Category::Laboratory);
    assert_eq!(
        doctor.vault.propose(chart, &draft, None).await.unwrap_err(),
        Error::NotCompared
    );
    doctor.compare_with(&patient).await;
    // A category that is not shared has no key to write under.
    let elsewhere = titled("Bill", Category::Financial);
    assert_eq!(
        doctor
            .vault
            .propose(chart, &elsewhere, None)
            .await
            .unwrap_err(),
        Error::NotFound
    );
    let shown = doctor.vault.propose(chart, &draft, None).await.unwrap();
    assert_eq!(shown.writable, categories);
    assert_eq!(waiting(&open(&patient, chart).await), ["Values"]);
}
