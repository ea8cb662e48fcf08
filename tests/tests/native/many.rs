//! Many entries at once: as many under one head as a request has room for, all of them or none.

use keepwell_shared::{id::ChartId, statement::Role, wire::MAX_NEW_REVISIONS};
use keepwell_tests::{Person, Server};
use keepwell_vault::{Addition, Category, Draft, Error};

fn one(title: &str, text: &str, category: Category) -> Addition {
    Addition {
        draft: Draft {
            title: title.into(),
            text: text.into(),
            category,
        },
        over: None,
    }
}

/// Takes all of them in, and says how many requests that took.
async fn take_in(patient: &Person, chart: ChartId, all: &[Addition]) -> usize {
    let (mut from, mut requests) = (0, 0);
    while from < all.len() {
        let taken = patient.vault.take_in(chart, &all[from..]).await.unwrap();
        assert!(taken > 0);
        from += taken;
        requests += 1;
    }
    requests
}

#[tokio::test]
async fn one_bad_entry_keeps_all_of_its_head_out() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let endless = "x".repeat(500 * 1024);
    let all = [
        one("Good", "text", Category::Clinical),
        one("Too long", &endless, Category::Clinical),
    ];
    let taken = patient.vault.take_in(chart, &all).await;
    assert_eq!(taken.unwrap_err(), Error::TextTooLong);

    let first = patient.note(chart, "First", "").await;
    let mut late = one("Late", "text", Category::Clinical);
    late.over = Some((first.record, first.revision));
    let second = patient
        .vault
        .revise(chart, first.record, first.revision, &late.draft)
        .await
        .unwrap();
    let all = [one("Good", "text", Category::Clinical), late];
    let taken = patient.vault.take_in(chart, &all).await;
    assert_eq!(taken.unwrap_err(), Error::ChangedMeanwhile);

    let opened = patient.vault.open_chart(chart).await.unwrap();
    assert_eq!(opened.entries.len(), 1);
    assert_eq!(opened.entries[0].revision, second.revision);
    assert_eq!(patient.vault.take_in(chart, &[]).await, Ok(0));
}

#[tokio::test]
async fn many_entries_take_few_requests_and_all_arrive() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let old = patient.note(chart, "Old", "said before").await;
    let mut all: Vec<Addition> = (0..2 * MAX_NEW_REVISIONS + 50)
        .map(|number| {
            let category = Category::ALL[number % Category::ALL.len()];
            one(&format!("Entry {number}"), "text", category)
        })
        .collect();
    // A revision of what is there, which moves into another category by two revisions.
    let mut moved = one("Old", "said now", Category::Laboratory);
    moved.over = Some((old.record, old.revision));
    all.insert(7, moved);
    // Long ones fill a request by their bytes.
    let long = "y".repeat(300_000);
    all.extend((0..4).map(|number| one(&format!("Long {number}"), &long, Category::Clinical)));
    let requests = take_in(&patient, chart, &all).await;
    assert!((4..=7).contains(&requests), "{requests} requests");

    // Another browser reads all of it, and the history of what was revised.
    let elsewhere = patient.elsewhere(server.address()).await;
    let opened = elsewhere.vault.open_chart(chart).await.unwrap();
    assert!(opened.refused.is_empty() && opened.lost.is_empty());
    let mut found: Vec<(String, Category)> = opened
        .entries
        .iter()
        .map(|own| (own.entry.title.clone(), own.category))
        .collect();
    let mut expected: Vec<(String, Category)> = all
        .iter()
        .map(|own| (own.draft.title.clone(), own.draft.category))
        .collect();
    found.sort();
    expected.sort();
    assert!(found == expected);
    let revised = elsewhere.vault.entry(chart, old.record, None).unwrap();
    assert_eq!(revised.entry.text, "said now");
    assert!(revised.history.len() > 1);
}
