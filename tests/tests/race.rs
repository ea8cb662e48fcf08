//! An honest race is no attack: devices that write at once, lost answers, browsers that die in the
//! middle of a change. Nothing is lost, and nobody sees an alarm.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use keepwell_shared::{id::ChartId, statement::Role};
use keepwell_tests::{Person, Server};
use keepwell_vault::{Category, Chart, Draft, Standing};

/// Changes of each device.
const CHANGES: usize = 200;

/// One of so many answers is lost.
const LOSES: u32 = 7;

/// After so many changes a browser dies while it waits for an answer.
const DIES: usize = 50;

fn calm(chart: &Chart) {
    assert!(
        matches!(chart.standing, Standing::Current | Standing::First),
        "{:?}",
        chart.standing
    );
    assert_eq!(chart.refused, []);
    assert_eq!(chart.lost, [""; 0]);
}

fn titles(chart: &Chart) -> BTreeSet<String> {
    let entries = chart.entries.iter();
    entries.map(|entry| entry.entry.title.clone()).collect()
}

fn draft(title: String, number: usize) -> Draft {
    Draft {
        title,
        text: String::new(),
        category: Category::ALL[number % Category::ALL.len()],
    }
}

/// One device: notes in all categories, every tenth one revised, answers lost, the browser dying.
async fn device(mut person: Person, server: &Server, chart: ChartId, name: &str) -> Person {
    for number in 0..CHANGES {
        person.line.lose_one_of(LOSES);
        let title = format!("{name} {number}");
        if number % DIES == DIES / 2 {
            // It sends the change and never hears of it.
            person.line.lose_one_of(1);
            let lost = draft(title.clone(), number);
            assert!(person.vault.add_note(chart, &lost).await.is_err());
            person = person.again(server.address()).await;
            let now = person.vault.open_chart(chart).await.unwrap();
            calm(&now);
            if titles(&now).contains(&title) {
                continue;
            }
        }
        let written = person
            .vault
            .add_note(chart, &draft(title, number))
            .await
            .unwrap();
        if number % 10 == 9 {
            let again = draft(format!("{name} {number} revised"), number + 1);
            person
                .vault
                .revise(chart, written.record, written.revision, &again)
                .await
                .unwrap();
        }
    }
    person
}

#[tokio::test]
async fn two_devices_and_a_reader_at_once() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    patient.compare_with(&doctor).await;
    patient
        .vault
        .share(chart, doctor.vault.account())
        .await
        .unwrap();
    let tablet = patient.elsewhere(server.address()).await;
    calm(&tablet.vault.open_chart(chart).await.unwrap());
    calm(&patient.vault.open_chart(chart).await.unwrap());

    let over = Cell::new(false);
    let visits = Cell::new(0u32);
    let devices = RefCell::new(Vec::new());
    let writing = async {
        let (one, two) = tokio::join!(
            device(patient, &server, chart, "telephone"),
            device(tablet, &server, chart, "tablet"),
        );
        devices.borrow_mut().extend([one, two]);
        over.set(true);
    };
    let reading = async {
        while !over.get() {
            calm(&doctor.vault.open_chart(chart).await.unwrap());
            visits.set(visits.get() + 1);
        }
    };
    tokio::join!(writing, reading);
    assert!(visits.get() > 10, "the doctor looked on");

    let wanted: BTreeSet<String> = ["telephone", "tablet"]
        .into_iter()
        .flat_map(|name| (0..CHANGES).map(move |number| (name, number)))
        .map(|(name, number)| match number % 10 {
            9 => format!("{name} {number} revised"),
            _ => format!("{name} {number}"),
        })
        .collect();
    let fresh = doctor.elsewhere(server.address()).await;
    let devices = devices.into_inner();
    for person in devices.iter().chain([&doctor, &fresh]) {
        let now = person.vault.open_chart(chart).await.unwrap();
        calm(&now);
        assert_eq!(titles(&now), wanted, "{}", person.username);
        assert_eq!(now.entries.len(), wanted.len(), "nothing twice");
    }
}
