//! Two tabs of one browser, and what is typed into each and not saved yet.

use std::collections::BTreeMap;

use keepwell_shared::statement::Role;
use keepwell_tests::{Person, Server};

fn typed(form: &str, text: &str) -> Vec<(String, Option<String>)> {
    vec![(form.to_owned(), Some(text.to_owned()))]
}

fn dropped(form: &str) -> Vec<(String, Option<String>)> {
    vec![(form.to_owned(), None)]
}

async fn kept(person: &Person) -> BTreeMap<String, String> {
    let text = person.vault.drafts().await;
    text.map_or_else(BTreeMap::new, |text| serde_json::from_str(&text).unwrap())
}

fn both() -> BTreeMap<String, String> {
    [("note", "knee"), ("form", "hazelnuts")]
        .map(|(form, text)| (form.to_owned(), text.to_owned()))
        .into()
}

#[tokio::test]
async fn no_tab_erases_or_brings_back_what_another_one_typed() {
    let server = Server::start();
    let one = Person::register(server.address(), "patient-one", Role::Patient).await;
    let two = one.again(server.address()).await;

    // Both at once: the first one has looked at what is kept, and is about to write.
    let written = std::cell::Cell::new(false);
    one.device.stop_next_write();
    let (first, (), ()) = tokio::join!(
        one.vault.keep_drafts(typed("note", "knee")),
        async {
            while !one.device.is_stopped() {
                tokio::task::yield_now().await;
            }
            assert!(two.vault.keep_drafts(typed("form", "hazelnuts")).await);
            written.set(true);
        },
        async {
            let waits = || one.device.is_stopped() && one.device.is_waited_for();
            while !(written.get() || waits()) {
                tokio::task::yield_now().await;
            }
            one.device.go_on();
        },
    );
    assert!(first);
    assert_eq!(kept(&one).await, both());
    assert_eq!(kept(&two).await, both());

    // One saves its note: the other one's next keep does not bring it back.
    assert!(one.vault.keep_drafts(dropped("note")).await);
    assert!(
        two.vault
            .keep_drafts(typed("form", "hazelnuts, perhaps"))
            .await
    );
    assert_eq!(kept(&one).await.len(), 1);
    // And the other one's last drop takes nothing of the first one with it.
    assert!(one.vault.keep_drafts(typed("note", "hip")).await);
    assert!(two.vault.keep_drafts(dropped("form")).await);
    assert_eq!(
        kept(&two).await,
        [("note".to_owned(), "hip".to_owned())].into()
    );
    // With the last one nothing is left at all.
    assert!(one.vault.keep_drafts(dropped("note")).await);
    assert!(one.vault.drafts().await.is_none());
}

#[tokio::test]
async fn nothing_is_kept_where_others_use_the_device_and_after_signing_out() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    assert!(person.vault.keep_drafts(typed("note", "knee")).await);
    let shared = person.again(server.address()).await;
    shared.vault.forget_device().await;
    assert!(person.vault.drafts().await.is_none());
    assert!(!shared.vault.keep_drafts(typed("note", "knee")).await);
    assert!(shared.vault.drafts().await.is_none());

    assert!(person.vault.keep_drafts(typed("note", "knee")).await);
    let tab = person.again(server.address()).await;
    tab.vault.sign_out().await.unwrap();
    // What is typed in the other tab after that is all that it keeps.
    assert!(person.vault.keep_drafts(typed("form", "hazelnuts")).await);
    assert_eq!(kept(&person).await.len(), 1);
}
