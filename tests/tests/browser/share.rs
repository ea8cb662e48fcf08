//! Finding each other, comparing words, sharing, reading, and the end of it.

use keepwell_tests::browser::{Page, Screen};

use crate::{
    chart::{FIRST_TEXT, REVISED_TEXT, TITLE},
    fixtures::Fixtures,
    stage::{DOCTOR, PATIENT, Stage},
    transfers::save,
};

/// Written after the sharing has ended.
pub(crate) const LATER_TITLE: &str = "Another opinion";
pub(crate) const LATER_TEXT: &str = "I will ask somebody else about the dizziness.";

pub(crate) async fn share(stage: &Stage) {
    let (patient, doctor) = (stage.patient(), stage.doctor());
    patient.click("share").await;
    find(patient, "nobody-here").await;
    patient
        .says("find-username-error", "Nobody has this user name")
        .await;
    find(patient, PATIENT).await;
    patient
        .says("find-username-error", "your own user name")
        .await;
    find(patient, DOCTOR).await;
    patient.says("person-name", DOCTOR).await;
    patient.says("person-role", "doctor").await;
    assert!(
        !patient.has("share-now").await,
        "first the words are compared"
    );

    doctor.click("nav-compare").await;
    find(doctor, PATIENT).await;
    doctor.says("person-name", PATIENT).await;
    doctor.says("person-role", "patient").await;

    let here = words(patient).await;
    let there = words(doctor).await;
    assert_eq!(
        here, there,
        "the same two lines in the same order on both screens"
    );
    assert!(here.len() == 2 && here[0] != here[1], "{here:?}");
    assert!(here.iter().all(|line| line.len() == 12), "{here:?}");
    patient.picture("words").await;
    doctor.picture("words").await;

    doctor.click("words-same").await;
    doctor.see("compared").await;
    patient.click("words-same").await;
    patient.click("share-now").await;
    patient.says("notice", "can read your chart now").await;
    patient.says("sharing-name", DOCTOR).await;
    patient.says("mark", "1 other").await;
    patient.picture("shared").await;
    stage.calm().await;
}

/// The short way: nothing but what leads to a shared chart.
pub(crate) async fn compare_and_share(stage: &Stage) {
    let (patient, doctor) = (stage.patient(), stage.doctor());
    patient.click("share").await;
    find(patient, DOCTOR).await;
    patient.click("words-same").await;
    patient.click("share-now").await;
    patient.says("sharing-name", DOCTOR).await;
    doctor.click("nav-compare").await;
    find(doctor, PATIENT).await;
    doctor.click("words-same").await;
    doctor.see("compared").await;
}

/// The doctor opens the patient's chart, or opens it once more.
pub(crate) async fn open_shared_chart(doctor: &Page) {
    doctor.click("nav-patients").await;
    doctor.click_on("patient-row", PATIENT).await;
    doctor.see("row-title").await;
}

pub(crate) async fn doctor_reads(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.doctor();
    page.click("nav-patients").await;
    page.see_with("patient-row", PATIENT).await;
    page.picture("patients").await;
    page.click_on("patient-row", PATIENT).await;
    page.says("chart-of", PATIENT).await;
    page.see_with("row-title", TITLE).await;
    assert_eq!(page.texts("row-title").await.len(), 3);
    assert!(
        !page.has("add-note").await,
        "a doctor writes nothing that does not wait"
    );
    for screen in [Screen::Desk, Screen::Tablet] {
        page.look_on(screen).await;
        page.picture("chart-of-patient").await;
    }

    page.click_on("entry-row", fixtures.large.name()).await;
    page.says("file-name", fixtures.large.name()).await;
    save(page, &fixtures.large).await;
    page.click("nav-patients").await;
    page.click_on("patient-row", PATIENT).await;
    page.click_on("entry-row", fixtures.bundle.name()).await;
    page.click_on("history-row", "Revision 1").await;
    page.see("older").await;
    save(page, &fixtures.bundle).await;

    page.click("back-to-list").await;
    page.click_on("entry-row", TITLE).await;
    page.says("entry-text", REVISED_TEXT).await;
    page.says("entry-author", PATIENT).await;
    page.click_on("history-row", "Revision 1").await;
    page.says("entry-text", FIRST_TEXT).await;
    page.click("to-newest").await;
    page.says("entry-text", REVISED_TEXT).await;
    page.picture("note-of-patient").await;
    stage.calm().await;
}

/// The doctor has the note open when the patient stops.
pub(crate) async fn stop(stage: &Stage) {
    let (patient, doctor) = (stage.patient(), stage.doctor());
    patient.click("share").await;
    patient.click("stop-sharing").await;
    patient.see("stop-warning").await;
    patient.fill("stop-confirm", "somebody-else").await;
    patient.click("stop-now").await;
    patient.says("stop-confirm-error", "not the name").await;
    assert_eq!(patient.value("stop-confirm").await, "somebody-else");
    patient.picture("stop-sharing").await;
    patient.fill("stop-confirm", DOCTOR).await;
    patient.click("stop-now").await;
    patient.says("notice", "stopped sharing with").await;
    patient.gone("sharing-name").await;
    patient.says("mark", "Only you").await;
    patient.picture("stopped-sharing").await;

    doctor.click_on("history-row", "Revision 1").await;
    let why = format!("{PATIENT} has stopped sharing this chart with you");
    doctor.says("sharing-ended", &why).await;
    nothing_left(doctor).await;
    doctor.picture("sharing-ended").await;
    doctor.back().await;
    doctor.see("sharing-ended").await;
    nothing_left(doctor).await;
    let address = doctor.address().await;
    doctor.click("to-patients").await;
    doctor.says("empty", "Nobody shares").await;

    // What is written afterwards, and what the doctor asks for by its address.
    patient.click("nav-chart").await;
    patient.click("add-note").await;
    patient.fill("note-title", LATER_TITLE).await;
    patient.fill("note-text", LATER_TEXT).await;
    patient.click("save").await;
    patient.says("entry-text", LATER_TEXT).await;
    doctor.go(&address).await;
    crate::stage::unlock(doctor, crate::stage::DOCTOR_PASSWORD).await;
    doctor
        .until("a sentence instead of the chart", async || {
            let said = doctor.has("sharing-ended").await || doctor.has("failure").await;
            said.then_some(())
        })
        .await;
    nothing_left(doctor).await;
    doctor.picture("asked-again").await;
    stage.calm().await;
}

async fn find(page: &Page, username: &str) {
    page.fill("find-username", username).await;
    page.click("find").await;
}

/// The lines of words from top to bottom, whosever they are.
async fn words(page: &Page) -> Vec<Vec<String>> {
    page.see("words-theirs").await;
    let script = "return [...document.querySelectorAll('[data-test=words-mine],[data-test=words-theirs]')]\
        .map(line => [...line.querySelectorAll('li')].map(word => word.innerText.trim()))";
    let lines = page.run(script, &[]).await;
    serde_json::from_value(lines).expect("two lines of words")
}

/// Nothing of the chart is on the screen, nor behind it.
async fn nothing_left(page: &Page) {
    let all = page
        .run("return document.documentElement.outerHTML", &[])
        .await;
    let all = all.as_str().expect("the page");
    for text in [TITLE, FIRST_TEXT, REVISED_TEXT, LATER_TITLE, LATER_TEXT] {
        assert!(!all.contains(text), "{text:?} is still in the page");
    }
}
