//! What a browser notices when a server goes back or tells two stories, and the way out of it. The
//! server is the real one; its files are changed behind its back.

use keepwell_shared::{error::Code, statement::Role};
use keepwell_tests::{Person, Server, noise, shared_note, titled, titles};
use keepwell_vault::{Category, Error, Standing};

#[tokio::test]
async fn the_first_visit_says_so_and_the_second_one_does_not() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let first = patient.vault.open_chart(chart).await.unwrap();
    assert_eq!(first.standing, Standing::First);
    assert_eq!(first.check_words.text().len(), 4);
    assert_eq!(
        patient.vault.open_chart(chart).await.unwrap().standing,
        Standing::Current
    );
    let again = patient.again(server.address()).await;
    let seen = again.vault.open_chart(chart).await.unwrap();
    assert_eq!(seen.standing, Standing::Current);
    assert_eq!(seen.check_words, first.check_words);
    // Elsewhere the same words tell a person that both show the same chart.
    let elsewhere = patient.elsewhere(server.address()).await;
    let there = elsewhere.vault.open_chart(chart).await.unwrap();
    assert_eq!(there.standing, Standing::First);
    assert_eq!(there.check_words, first.check_words);
    patient.note(chart, "Now they differ", "").await;
    let now = patient.vault.open_chart(chart).await.unwrap();
    assert_ne!(now.check_words, first.check_words);
}

/// Attack 36: the whole database of yesterday, between two visits.
#[tokio::test]
async fn a_server_that_goes_back_is_noticed_and_the_owner_goes_on_from_there() {
    let mut server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    server.save("yesterday");
    patient.note(chart, "Second", "").await;
    patient.file(chart, "scan.pdf", &noise(1, 9_000)).await;
    doctor.vault.open_chart(chart).await.unwrap();
    server.restore("yesterday");

    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { shown, seen } if shown <= seen));
    assert_eq!(titles(&shown), ["First"], "what verifies stays readable");
    let mut lost = shown.lost.clone();
    lost.sort();
    assert_eq!(
        lost,
        ["Second", "scan.pdf"],
        "what is missing is known by name"
    );
    assert_eq!(
        later
            .vault
            .add_note(chart, &titled("Not now", Category::Clinical))
            .await
            .unwrap_err(),
        Error::Blocked
    );
    let reader = doctor.again(server.address()).await;
    let read = reader.vault.open_chart(chart).await.unwrap();
    assert!(matches!(read.standing, Standing::Older { .. }));
    assert_eq!(titles(&read), ["First"]);
    // Asking again does not make it true.
    let again = later.again(server.address()).await;
    let shown = again.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));

    let repaired = later.vault.repair(chart).await.unwrap();
    assert_eq!(repaired.chart.standing, Standing::Current);
    assert!(repaired.written_again.is_empty());
    let mut lost = repaired.lost.clone();
    lost.sort();
    assert_eq!(lost, ["Second", "scan.pdf"]);
    later.note(chart, "Third", "").await;
    // Who has seen the other branch accepts the repair, because it names what they remember.
    for person in [&later, &again, &patient, &reader, &doctor] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(shown.standing, Standing::Current, "{}", person.username);
        assert_eq!(titles(&shown), ["First", "Third"], "{}", person.username);
    }
}

/// A vault that is open has more than its memory: it writes again what the server lost.
#[tokio::test]
async fn an_open_vault_keeps_what_it_has_read_and_writes_it_again() {
    let mut server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    server.save("yesterday");
    patient.note(chart, "Second", "").await;
    patient.file(chart, "scan.pdf", &noise(1, 9_000)).await;
    server.restore("yesterday");
    let shown = patient.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    assert_eq!(titles(&shown), ["First", "Second", "scan.pdf"]);
    let repaired = patient.vault.repair(chart).await.unwrap();
    assert_eq!(repaired.written_again, ["Second"]);
    assert_eq!(repaired.lost, ["scan.pdf"]);
    assert_eq!(titles(&repaired.chart), ["First", "Second"]);
    let elsewhere = patient.elsewhere(server.address()).await;
    let shown = elsewhere.vault.open_chart(chart).await.unwrap();
    assert_eq!(titles(&shown), ["First", "Second"]);
}

/// Words that were changed after the state that came back are written on top of the old ones.
#[tokio::test]
async fn a_revision_that_the_server_lost_is_written_on_top_again() {
    let mut server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    let file = patient.file(chart, "scan.pdf", &noise(1, 9_000)).await;
    let note = patient.note(chart, "5 mg", "").await;
    server.save("yesterday");
    for (record, seen, title, category) in [
        (note.record, note.revision, "50 mg", Category::Prescriptions),
        (
            file.record,
            file.revision,
            "The left knee",
            Category::Clinical,
        ),
    ] {
        let changed = titled(title, category);
        let vault = &patient.vault;
        vault.revise(chart, record, seen, &changed).await.unwrap();
    }
    server.restore("yesterday");
    let shown = patient.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    let mut repaired = patient.vault.repair(chart).await.unwrap();
    repaired.written_again.sort();
    assert_eq!(repaired.written_again, ["50 mg", "The left knee"]);
    assert_eq!(repaired.lost, [""; 0]);
    for person in [&patient, &patient.elsewhere(server.address()).await] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(titles(&shown), ["50 mg", "First", "The left knee"]);
        let now = person.vault.entry(chart, note.record, None).unwrap();
        assert_eq!(
            (now.category, now.history.len()),
            (Category::Prescriptions, 2)
        );
        let scan = person.vault.entry(chart, file.record, None).unwrap();
        let opened = person
            .open(chart, scan.record, scan.revision)
            .await
            .unwrap();
        assert_eq!(opened, noise(1, 9_000));
    }
}

/// Attack 15 over time: the state that comes back has a reader in it who was sent away.
#[tokio::test]
async fn going_back_brings_no_reader_back() {
    let mut server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    server.save("yesterday");
    let sharing = patient.vault.open_chart(chart).await.unwrap().sharing;
    let stopped = patient.vault.stop_sharing(chart, sharing[0].grant).await;
    assert!(stopped.unwrap().sharing.is_empty());
    server.restore("yesterday");
    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    let repaired = later.vault.repair(chart).await.unwrap();
    assert!(repaired.chart.sharing.is_empty());
    later.note(chart, "Not for the doctor", "").await;
    assert_eq!(
        doctor.vault.open_chart(chart).await.unwrap_err(),
        Error::Refused(Code::SharingEnded)
    );
}

/// A change whose answer never came is shown to a reader and then taken back: the owner's next head
/// says that it stands in its place, so nobody takes the owner's own two heads for two histories.
#[tokio::test]
async fn a_head_that_was_taken_back_is_no_second_history() {
    let mut server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let elsewhere = patient.elsewhere(server.address()).await;
    server.save("before");
    // The server was started anew: its new window of numbers is heard of first.
    patient.vault.open_chart(chart).await.unwrap();
    patient.line.lose_one_of(1);
    let lost = titled("Never confirmed", Category::Clinical);
    assert_eq!(
        patient.vault.add_note(chart, &lost).await.unwrap_err(),
        Error::Offline
    );
    let shown = doctor.vault.open_chart(chart).await.unwrap();
    assert_eq!(titles(&shown), ["First", "Never confirmed"]);
    elsewhere.vault.open_chart(chart).await.unwrap();

    server.restore("before");
    let later = patient.again(server.address()).await;
    assert_eq!(
        later.vault.open_chart(chart).await.unwrap().standing,
        Standing::Current,
        "the device never learned that it was taken"
    );
    later.note(chart, "Written instead", "").await;
    later.note(chart, "And more", "").await;
    for person in [&doctor, &elsewhere, &later] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(shown.standing, Standing::Current, "{}", person.username);
        assert_eq!(titles(&shown), ["And more", "First", "Written instead"]);
    }
}

/// The same where another tab of the same browser goes on: what one tab has sent, the other one stands
/// for as well, though it was open all the while.
#[tokio::test]
async fn a_head_that_another_tab_has_sent_is_no_second_history() {
    let mut server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let tab = patient.again(server.address()).await;
    tab.vault.open_chart(chart).await.unwrap();
    server.save("before");
    patient.vault.open_chart(chart).await.unwrap();
    patient.line.lose_one_of(1);
    let lost = titled("Never confirmed", Category::Clinical);
    let said = patient.vault.add_note(chart, &lost).await;
    assert_eq!(said.unwrap_err(), Error::Offline);
    let shown = doctor.vault.open_chart(chart).await.unwrap();
    assert_eq!(titles(&shown), ["First", "Never confirmed"]);
    server.restore("before");
    tab.note(chart, "Written instead", "").await;
    patient.line.lose_one_of(0);
    for person in [&doctor, &tab, &patient] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(shown.standing, Standing::Current, "{}", person.username);
        assert_eq!(titles(&shown), ["First", "Written instead"]);
    }
    // It is settled for both: nobody names it for ever.
    for (person, title) in [(&patient, "By one"), (&tab, "By the other one")] {
        person.note(chart, title, "").await;
    }
    let shown = doctor.vault.open_chart(chart).await.unwrap();
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, 4)
    );
}

/// Attack 37: two devices are told two stories.
#[tokio::test]
async fn two_histories_are_noticed_by_whoever_meets_the_other_one() {
    let mut server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    let tablet = patient.elsewhere(server.address()).await;
    tablet.vault.open_chart(chart).await.unwrap();
    server.save("fork");
    patient.note(chart, "Seen by the telephone", "").await;
    patient.note(chart, "Seen by the telephone, too", "").await;
    server.save("one side");
    server.restore("fork");
    tablet.note(chart, "Seen by the tablet", "").await;
    tablet.note(chart, "Seen by the tablet, too", "").await;
    server.save("other side");

    // The same counters, other histories.
    let shown = patient.vault.open_chart(chart).await.unwrap();
    assert_eq!(shown.standing, Standing::Forked);
    assert!(titles(&shown).contains(&"Seen by the telephone"));
    assert!(!titles(&shown).contains(&"Seen by the tablet"));
    assert_eq!(
        patient
            .vault
            .add_note(chart, &titled("Not now", Category::Clinical))
            .await
            .unwrap_err(),
        Error::Blocked
    );
    // A longer other history is no better.
    tablet.note(chart, "Seen by the tablet, later", "").await;
    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert_eq!(shown.standing, Standing::Forked);

    let repaired = patient.vault.repair(chart).await.unwrap();
    assert_eq!(repaired.written_again.len(), 2);
    for person in [&patient, &tablet, &later] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(shown.standing, Standing::Current);
        assert_eq!(
            titles(&shown),
            [
                "First",
                "Seen by the tablet",
                "Seen by the tablet, later",
                "Seen by the tablet, too",
                "Seen by the telephone",
                "Seen by the telephone, too"
            ]
        );
    }
}

/// What two charts that differ only elsewhere show to a reader is the same in everything that can
/// be counted: how many answers, how long each, which epochs, counters and times.
#[tokio::test]
async fn a_reader_learns_nothing_of_other_compartments_and_readers() {
    let mut shapes = Vec::new();
    for busy in [false, true] {
        let server = Server::start();
        let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
        let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
        let other = Person::register(server.address(), "doctor-two", Role::Doctor).await;
        let chart = patient.chart().await;
        patient.compare_with(&doctor).await;
        patient.compare_with(&other).await;
        let shared = patient
            .vault
            .share_categories(chart, doctor.vault.account(), &[Category::Laboratory])
            .await
            .unwrap();
        assert_eq!(shared.sharing.len(), 1);
        let note = titled("Potassium", Category::Laboratory);
        patient.vault.add_note(chart, &note).await.unwrap();
        if busy {
            for i in 0..7 {
                let note = titled(&format!("Note {i}"), Category::Clinical);
                patient.vault.add_note(chart, &note).await.unwrap();
            }
            let categories = [Category::Clinical, Category::Financial];
            patient
                .vault
                .share_categories(chart, other.vault.account(), &categories)
                .await
                .unwrap();
            // What another author writes elsewhere, and that the owner has seen it.
            other.compare_with(&patient).await;
            for title in ["Findings", "More findings"] {
                let draft = titled(title, Category::Clinical);
                other.vault.propose(chart, &draft, None).await.unwrap();
            }
            let seen = patient.vault.see(chart).await.unwrap();
            assert_eq!(seen.waiting.len(), 2);
        }
        let tap = keepwell_tests::Wiretap::on(server.address()).await;
        let reader = doctor.elsewhere(tap.address()).await;
        let seen = reader.vault.open_chart(chart).await.unwrap();
        assert_eq!(titles(&seen), ["Potassium"]);
        assert_eq!(seen.waiting.len(), 0);
        shapes.push(tap.shape());
    }
    assert_eq!(shapes[0], shapes[1]);
    assert!(
        shapes[0].iter().sum::<usize>() > 10_000,
        "the whole visit was heard"
    );
}

/// Two tabs of one browser write their memories in the same moment: the lower one does not stay.
#[tokio::test]
async fn of_two_tabs_that_remember_at_once_the_higher_memory_stays() {
    let mut server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    patient.note(chart, "First", "").await;
    let slow = patient.again(server.address()).await;
    server.save("lower");
    let written = std::cell::Cell::new(false);
    patient.device.stop_next_write();
    // One has looked at what is kept, and is about to write; then the other one writes more.
    tokio::join!(
        async { slow.vault.open_chart(chart).await.unwrap() },
        async {
            while !patient.device.is_stopped() {
                tokio::task::yield_now().await;
            }
            patient.note(chart, "Second", "").await;
            written.set(true);
        },
        async {
            let waits = || patient.device.is_stopped() && patient.device.is_waited_for();
            while !(written.get() || waits()) {
                tokio::task::yield_now().await;
            }
            patient.device.go_on();
        },
    );
    server.restore("lower");
    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert!(
        matches!(shown.standing, Standing::Older { .. }),
        "{:?}",
        shown.standing
    );
}
