//! The server is set back to an earlier state: both people are told, what is there stays readable,
//! nobody writes on top of it by accident, and the patient can go on.

use keepwell_tests::{Native, browser::Page, enter};

use crate::{
    chart::open_list,
    share::{compare_and_share, open_shared_chart},
    stage::{DOCTOR_PASSWORD, PATIENT, PATIENT_PASSWORD, Stage, sign_in, unlock, write_note},
};

const FIRST: &str = "Blood pressure since the new tablets";
const FIRST_TEXT: &str = "Dizzy on two mornings.";
const SECOND: &str = "Rash after penicillin";
const THIRD: &str = "Knee pain";
const AFTER: &str = "It goes on";
const NEWER_PASSWORD: &str = "orchard violin seven kettles";
const LAST_PASSWORD: &str = "marble ferry eighteen larks";

/// A shared chart with a note, a copy of the server's data, and a second note that both have seen.
pub(crate) async fn two_states(stage: &mut Stage) {
    stage.register_both().await;
    let (patient, doctor) = (stage.patient(), stage.doctor());
    assert!(
        !patient.has("standing").await,
        "this browser has made the chart"
    );
    write_note(patient, FIRST, FIRST_TEXT).await;
    compare_and_share(stage).await;
    open_shared_chart(doctor).await;
    doctor.says("standing", "for the first time").await;

    stage.server.save("before");
    let (patient, doctor) = (stage.patient(), stage.doctor());
    write_note(patient, SECOND, "Lips and hands.").await;
    open_shared_chart(doctor).await;
    doctor.see_with("row-title", SECOND).await;
    doctor.gone("standing").await;
    // What reads the entries is a program of its own: it must have come before its server goes.
    doctor.see("entries-read").await;
}

/// The data goes back, and both open the chart anew.
pub(crate) async fn both_are_told(stage: &mut Stage) {
    stage.server.restore("before");
    let (patient, doctor) = (stage.patient(), stage.doctor());
    patient.click("nav-chart").await;
    patient.reload().await;
    unlock(patient, PATIENT_PASSWORD).await;
    patient.says("standing", "older state").await;
    patient.says("lost", SECOND).await;
    assert_eq!(patient.texts("row-title").await, [FIRST]);
    for hook in ["add-note", "add-file"] {
        assert!(!patient.has(hook).await, "{hook}");
    }
    patient.picture("older-own").await;
    patient.click_on("entry-row", FIRST).await;
    patient.says("entry-text", FIRST_TEXT).await;
    assert!(!patient.has("edit").await);
    patient.click("share").await;
    patient.says("standing", "older state").await;
    assert!(!patient.has("find").await && !patient.has("stop-sharing").await);

    doctor.reload().await;
    unlock(doctor, DOCTOR_PASSWORD).await;
    doctor.says("standing", "older state").await;
    doctor.says("standing", &format!("ask {PATIENT}")).await;
    assert_eq!(doctor.texts("row-title").await, [FIRST]);
    assert!(!doctor.has("repair").await, "only the owner can go on");
    doctor.picture("older-of-patient").await;
}

/// The patient goes on from what is left.
pub(crate) async fn goes_on(stage: &Stage) {
    let (patient, doctor) = (stage.patient(), stage.doctor());
    patient.click("standing-more").await;
    patient.click("repair").await;
    patient.says("repair-dialog", SECOND).await;
    patient.picture("repair").await;
    patient.click("repair-confirm").await;
    patient.says("repaired", SECOND).await;
    patient.gone("standing").await;
    patient.picture("repaired").await;
    write_note(patient, AFTER, "A note on top of it.").await;

    open_shared_chart(doctor).await;
    doctor.see_with("row-title", AFTER).await;
    doctor.gone("standing").await;
}

/// The data goes back under an open window, which still has what the server has lost.
pub(crate) async fn writes_again(stage: &mut Stage) {
    stage.server.save("after");
    write_note(stage.patient(), THIRD, "Since the walk.").await;
    stage.doctor().see("entries-read").await;
    stage.server.restore("after");
    let patient = stage.patient();
    patient.click("nav-chart").await;
    patient.says("standing", "older state").await;
    patient.see_with("row-title", THIRD).await;
    patient.click("repair").await;
    patient.click("repair-confirm").await;
    patient.says("written-again", THIRD).await;
    patient.picture("written-again").await;
    patient.reload().await;
    unlock(patient, PATIENT_PASSWORD).await;
    patient.see_with("row-title", THIRD).await;
    patient.gone("standing").await;
}

/// A browser that knows nothing shows the same four words as the one that does.
pub(crate) async fn another_browser(stage: &Stage, other: &Page) {
    let patient = stage.patient();
    other.go("/sign-in").await;
    sign_in(other, PATIENT, PATIENT_PASSWORD).await;
    stage.second_step(other, PATIENT).await;
    other.says("standing", "for the first time").await;
    let there = other.says("check-words", " ").await;
    other.picture("first-time").await;
    patient.click("share").await;
    let summary = "document.querySelector('[data-test=check] summary').click()";
    patient.see("check").await;
    patient.run(summary, &[]).await;
    let here = patient.says("check-words", " ").await;
    assert_eq!(here, there);
    assert_eq!(here.split_whitespace().count(), 4);
    open_list(other, THIRD).await;
    other.gone("standing").await;
    patient.picture("check-words").await;
}

/// The password is changed elsewhere, and then the data goes back: the browser that has been in since
/// says so, and its person goes on under a new password.
pub(crate) async fn account_goes_back(stage: &mut Stage) {
    stage.server.save("account");
    let native = Native::new(stage.server.address());
    let phone = stage.phone(PATIENT);
    let elsewhere = enter(native, PATIENT, PATIENT_PASSWORD, &phone).await;
    let elsewhere = elsewhere.expect("signed in");
    let changed = elsewhere.change_password(PATIENT_PASSWORD, NEWER_PASSWORD);
    changed.await.expect("another password");
    let patient = stage.patient();
    patient.click("nav-chart").await;
    patient.reload().await;
    type_password(stage, NEWER_PASSWORD, "row-title").await;

    stage.server.restore("account");
    let patient = stage.patient();
    patient.reload().await;
    type_password(stage, PATIENT_PASSWORD, "behind").await;
    patient
        .says("error-summary", "older state of your account")
        .await;
    patient.says("behind", "backup was put back").await;
    patient.picture("account-older").await;
    // Not now leads back to the question, and what was typed is still there.
    patient.click("not-now").await;
    patient.gone("behind").await;
    assert_eq!(patient.value("password").await, PATIENT_PASSWORD);
    type_password(stage, PATIENT_PASSWORD, "behind").await;
    patient.fill("password", "kettle").await;
    patient.fill("password-again", "kettle").await;
    patient.click("submit").await;
    patient.says("error-summary", "little short").await;
    patient.fill("password", LAST_PASSWORD).await;
    patient.fill("password-again", LAST_PASSWORD).await;
    patient.click("submit").await;
    patient.see_with("row-title", THIRD).await;
    patient.reload().await;
    type_password(stage, LAST_PASSWORD, "row-title").await;
    patient.see_with("row-title", THIRD).await;
    patient.gone("standing").await;
}

/// Types the password of a locked page, and shows the second factor where one is asked for.
async fn type_password(stage: &Stage, password: &str, leads_to: &str) {
    let page = stage.patient();
    page.see("locked").await;
    page.fill("password", password).await;
    page.click("submit").await;
    let asked = page.until("the next screen", async || {
        match (page.has("second-step").await, page.has(leads_to).await) {
            (false, false) => None,
            (asked, _) => Some(asked),
        }
    });
    if asked.await {
        stage.second_step(page, PATIENT).await;
    }
    page.see(leads_to).await;
}
