//! An honest race is no attack: devices and a doctor that write at once, lost answers, browsers that
//! die in the middle of a change. Nothing is lost, and nobody sees an alarm.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use keepwell_shared::{id::ChartId, statement::Role};
use keepwell_tests::{Person, Server};
use keepwell_vault::{Category, Chart, Decision, Draft, Standing};

/// Changes of each device, and of the doctor.
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
    assert_eq!(chart.doubts, []);
    assert_eq!(chart.lost, [""; 0]);
}

/// What waits, by its title.
fn waiting(chart: &Chart) -> BTreeSet<String> {
    let waiting = chart.waiting.iter();
    waiting.map(|one| one.entry.title.clone()).collect()
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
        if number % DIES == DIES - 1 {
            take_some(&person, chart).await;
        }
    }
    person
}

/// A doctor who writes entries in all categories, loses answers, and whose browser dies.
async fn author(mut person: Person, server: &Server, chart: ChartId) -> Person {
    for number in 0..CHANGES {
        person.line.lose_one_of(LOSES);
        let title = format!("doctor {number}");
        if number % DIES == DIES / 2 {
            person.line.lose_one_of(1);
            let lost = draft(title.clone(), number);
            assert!(person.vault.propose(chart, &lost, None).await.is_err());
            person = person.again(server.address()).await;
            let now = person.vault.open_chart(chart).await.unwrap();
            calm(&now);
            if waiting(&now)
                .union(&titles(&now))
                .any(|known| *known == title)
            {
                continue;
            }
        }
        let draft = draft(title, number);
        let written = person.vault.propose(chart, &draft, None).await;
        calm(&written.unwrap());
    }
    person.line.lose_one_of(0);
    person
}

/// Takes every third entry that waits, and looks at the others.
async fn take_some(person: &Person, chart: ChartId) {
    let now = person.vault.open_chart(chart).await.unwrap();
    calm(&now);
    for one in now.waiting.iter().filter(|one| one.number % 3 == 0) {
        let taken = person.vault.decide(chart, one.statement, &Decision::Accept);
        taken.await.unwrap();
    }
}

#[tokio::test]
async fn two_devices_and_a_doctor_at_once() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let reader = Person::register(server.address(), "doctor-two", Role::Doctor).await;
    let chart = patient.chart().await;
    doctor.compare_with(&patient).await;
    for person in [&doctor, &reader] {
        patient.compare_with(person).await;
        let account = person.vault.account();
        patient.vault.share(chart, account).await.unwrap();
    }
    let tablet = patient.elsewhere(server.address()).await;
    calm(&tablet.vault.open_chart(chart).await.unwrap());
    calm(&patient.vault.open_chart(chart).await.unwrap());

    let over = Cell::new(false);
    let visits = Cell::new(0u32);
    let devices = RefCell::new(Vec::new());
    let writing = async {
        let (one, two, three) = tokio::join!(
            device(patient, &server, chart, "telephone"),
            device(tablet, &server, chart, "tablet"),
            author(doctor, &server, chart),
        );
        devices.borrow_mut().extend([one, two, three]);
        over.set(true);
    };
    let reading = async {
        while !over.get() {
            calm(&reader.vault.open_chart(chart).await.unwrap());
            visits.set(visits.get() + 1);
        }
    };
    tokio::join!(writing, reading);
    assert!(visits.get() > 10, "the other doctor looked on");

    let wanted: BTreeSet<String> = ["telephone", "tablet"]
        .into_iter()
        .flat_map(|name| (0..CHANGES).map(move |number| (name, number)))
        .map(|(name, number)| match number % 10 {
            9 => format!("{name} {number} revised"),
            _ => format!("{name} {number}"),
        })
        .chain((0..CHANGES).map(|number| format!("doctor {number}")))
        .collect();
    let fresh = reader.elsewhere(server.address()).await;
    let devices = devices.into_inner();
    let elsewhere = devices[0].elsewhere(server.address()).await;
    for person in devices.iter().chain([&reader, &fresh, &elsewhere]) {
        let now = person.vault.open_chart(chart).await.unwrap();
        calm(&now);
        let (taken, waits) = (titles(&now), waiting(&now));
        assert!(waits.len() > 50 && waits.len() < CHANGES, "{}", waits.len());
        assert_eq!(&taken | &waits, wanted, "{}", person.username);
        let all = now.entries.len() + now.waiting.len();
        assert_eq!(all, wanted.len(), "nothing twice");
        for entry in &now.entries {
            let by_doctor = entry.entry.title.starts_with("doctor ");
            assert_eq!(entry.author == "doctor-one", by_doctor);
        }
    }
}
