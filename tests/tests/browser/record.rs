//! What a record says: forms, the important first, the search.

use keepwell_tests::browser::Screen;

use crate::stage::{PATIENT_PASSWORD, Stage, unlock, write_note};

const ALLERGY: &str = "Penicillin";

/// An allergy by its form: bad input first, and nothing that was typed is lost.
pub(crate) async fn allergy(stage: &Stage) {
    let page = stage.patient();
    page.click("add").await;
    page.picture("add").await;
    page.click("add-allergy").await;
    page.fill("record-since", "last spring").await;
    page.click("save").await;
    page.says("record-name-error", "fill this in").await;
    page.says("record-since-error", "a date").await;
    page.picture("record-form-wrong").await;
    assert_eq!(page.value("record-since").await, "last spring");
    page.fill("record-name", ALLERGY).await;
    page.fill("record-reaction", "Rash").await;
    page.fill("record-since", "2009").await;
    page.click("record-risk").await;
    page.click("save").await;
    page.says("entry-title", ALLERGY).await;
    let facts = page.says("facts", "Rash").await;
    assert!(facts.contains("2009") && facts.contains("life-threatening"));
    page.picture("record-entry").await;
    stage.calm().await;
}

/// A blood pressure, and a change of it.
pub(crate) async fn blood_pressure(stage: &Stage) {
    let page = stage.patient();
    page.click("nav-chart").await;
    page.says("overview-allergies", ALLERGY).await;
    page.click("add").await;
    page.click("add-blood-pressure").await;
    page.fill("record-value", "high").await;
    page.click("save").await;
    page.says("record-value-error", "number").await;
    page.says("record-second-error", "fill this in").await;
    page.fill("record-value", "132").await;
    page.fill("record-second", "84").await;
    page.click("save").await;
    page.says("facts", "132").await;
    page.click("edit").await;
    page.fill("record-value", "128").await;
    page.click("save").await;
    page.says("entry-revision", "Revision 2").await;
    page.says("facts", "128").await;
    page.click_on("history-row", "Revision 1").await;
    page.see("older").await;
    page.says("facts", "132").await;
    page.click("nav-chart").await;
    page.says("overview-results", "128 / 84 mmHg").await;
    page.says("overview-medicines", "Nothing is written down")
        .await;
    for screen in [Screen::Tablet, Screen::Desk, Screen::Phone] {
        page.look_on(screen).await;
        page.see("overview").await;
        page.picture("overview").await;
    }
    stage.calm().await;
}

/// Words that look like a resource and are none stay words.
pub(crate) async fn words(stage: &Stage) {
    let page = stage.patient();
    let pasted = r#"{ "resourceType": "Condition" }"#;
    write_note(page, "Pasted <b>text</b>", pasted).await;
    page.says("entry-text", pasted).await;
    page.click("nav-chart").await;
    page.see_with("row-title", "Pasted <b>text</b>").await;
}

/// The search as one types, and what is left after a lock.
pub(crate) async fn search(stage: &Stage) {
    let page = stage.patient();
    for number in 1..=4 {
        write_note(page, &format!("Walk {number}"), "Two hours in the wood").await;
    }
    page.click("nav-chart").await;
    page.fill("filter", "nowhere").await;
    page.says("filter-count", "No entry").await;
    page.fill("filter", "rash").await;
    page.says("filter-count", "1 entry").await;
    assert_eq!(page.texts("row-title").await, [ALLERGY]);
    page.fill("filter", "wood").await;
    page.says("filter-count", "4 entries").await;
    page.picture("record-search").await;
    page.click("lock").await;
    unlock(page, PATIENT_PASSWORD).await;
    page.says("overview-allergies", ALLERGY).await;
    stage.calm().await;
}
