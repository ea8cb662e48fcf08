//! What was typed and not saved outlives a lock and a reload, and nothing else.

use keepwell_tests::browser::{Browsers, Page, Screen};
use serde_json::{Value, json};

use crate::stage::{PATIENT, PATIENT_PASSWORD, Stage, sign_in, unlock};

const TITLE: &str = "Half a thought about the knee";
const TEXT: &str = "It hurts on the stairs, and";
const ALLERGY: &str = "Hazelnuts, perhaps";

/// A note over a reload and over a lock, until it is saved.
pub(crate) async fn note(stage: &Stage) {
    let page = stage.patient();
    page.click("add-note").await;
    page.fill("note-title", TITLE).await;
    page.fill("note-text", TEXT).await;
    is_kept(page, 1).await;
    page.reload().await;
    unlock(page, PATIENT_PASSWORD).await;
    page.see("note-text").await;
    assert_eq!(page.value("note-title").await, TITLE);
    assert_eq!(page.value("note-text").await, TEXT);

    page.click("lock").await;
    page.see("locked").await;
    unlock(page, PATIENT_PASSWORD).await;
    page.click("nav-chart").await;
    page.says("unsaved", "not saved yet").await;
    for screen in [Screen::Tablet, Screen::Desk, Screen::Phone] {
        page.look_on(screen).await;
        page.picture("unsaved").await;
    }
    page.click("to-unsaved").await;
    assert_eq!(page.value("note-text").await, TEXT);
    page.click("save").await;
    page.says("entry-title", TITLE).await;
    is_kept(page, 0).await;
    page.click("nav-chart").await;
    page.see("add-note").await;
    assert!(!page.has("unsaved").await, "it is saved");
    stage.calm().await;
}

/// A form is kept like a note; what does not open is nothing.
pub(crate) async fn form(stage: &Stage) {
    let page = stage.patient();
    page.click("add").await;
    page.click("add-allergy").await;
    page.fill("record-name", ALLERGY).await;
    is_kept(page, 1).await;
    page.reload().await;
    unlock(page, PATIENT_PASSWORD).await;
    page.see("record-name").await;
    assert_eq!(page.value("record-name").await, ALLERGY);

    page.run(DAMAGE, &[]).await;
    page.until("a damaged draft", async || {
        (page.run("return window.damaged === true", &[]).await == json!(true)).then_some(())
    })
    .await;
    page.reload().await;
    unlock(page, PATIENT_PASSWORD).await;
    page.see("record-name").await;
    assert_eq!(page.value("record-name").await, "");
    stage.calm().await;
}

/// Signing out asks, and leaves nothing; a device that others use keeps nothing.
pub(crate) async fn forgotten(stage: &Stage, browsers: &Browsers) {
    let page = stage.patient();
    page.fill("record-name", ALLERGY).await;
    is_kept(page, 1).await;
    page.click("sign-out").await;
    page.see("leave-dialog").await;
    page.click("leave-anyway").await;
    page.see("to-sign-in").await;
    is_kept(page, 0).await;

    let other = stage.another(browsers, "library", Screen::Desk).await;
    other.go("/sign-in").await;
    other.click("shared").await;
    sign_in(&other, PATIENT, PATIENT_PASSWORD).await;
    stage.second_step(&other, PATIENT).await;
    other.click("add-note").await;
    other.fill("note-title", TITLE).await;
    // Nothing is kept here, so a lock would lose it.
    other.click("lock").await;
    other.see("leave-dialog").await;
    assert_eq!(kept(&other).await, 0);
    other.click("leave-anyway").await;
    other.see("locked").await;
    other.calm(&[]).await;
    stage.calm().await;
}

/// So many accounts have drafts in this browser.
async fn is_kept(page: &Page, count: u64) {
    page.until(&format!("{count} kept"), async || {
        (kept(page).await == count).then_some(())
    })
    .await;
}

/// How many drafts the browser keeps, as of the last time that this was asked.
async fn kept(page: &Page) -> u64 {
    page.run(COUNT, &[]).await;
    page.until("an answer of the browser's database", async || {
        match page.run("return window.counted ?? null", &[]).await {
            Value::Null => None,
            counted => counted.as_u64(),
        }
    })
    .await
}

const COUNT: &str = "window.counted = null; const asking = indexedDB.open('keepwell');\
    asking.onsuccess = () => { const opened = asking.result;\
        if (!opened.objectStoreNames.contains('memory')) { window.counted = 0; opened.close(); return; }\
        const keys = opened.transaction('memory').objectStore('memory').getAllKeys();\
        keys.onsuccess = () => {\
            window.counted = keys.result.filter(key => key.startsWith('drafts/')).length; opened.close(); } }";

const DAMAGE: &str = "const asking = indexedDB.open('keepwell');\
    asking.onsuccess = () => { const opened = asking.result;\
        const store = opened.transaction('memory', 'readwrite').objectStore('memory');\
        const keys = store.getAllKeys();\
        keys.onsuccess = () => { const key = keys.result.find(key => key.startsWith('drafts/'));\
            const put = store.put(new Uint8Array(4200).fill(7), key);\
            put.onsuccess = () => { window.damaged = true; opened.close(); } } }";
