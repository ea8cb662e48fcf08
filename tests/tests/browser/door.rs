//! Registering, signing in and out, locking, reloading, closing the tab.

use keepwell_tests::browser::{Page, Screen};

use crate::stage::{
    DOCTOR, DOCTOR_PASSWORD, PATIENT, PATIENT_PASSWORD, Stage, register, sign_in, unlock,
};

pub(crate) async fn patient_registers(stage: &Stage) {
    let page = stage.patient();
    page.go("/").await;
    page.see("to-sign-in").await;
    page.picture("welcome").await;
    page.look_on(Screen::Desk).await;
    page.picture("welcome").await;
    page.look_on(Screen::Phone).await;
    page.click("to-register").await;

    page.see("submit").await;
    shows_and_hides(page).await;
    page.click("submit").await;
    page.says("role-error", "patient or a doctor").await;
    page.says("username-error", "Choose a user name").await;
    page.says("password-error", "at least 12 characters").await;

    register(
        page,
        "role-patient",
        PATIENT,
        PATIENT_PASSWORD,
        "something else",
    )
    .await;
    page.says("password-again-error", "not the same").await;
    page.says("error-summary", "not the same").await;
    assert_eq!(page.focused().await, "error-summary");
    assert_eq!(page.value("username").await, PATIENT);
    assert_eq!(page.value("password").await, PATIENT_PASSWORD);
    page.picture("passwords-differ").await;

    register(page, "role-patient", PATIENT, "too short", "too short").await;
    page.says("password-error", "3 more characters").await;
    page.says("error-summary", "3 more characters").await;
    assert_eq!(page.value("username").await, PATIENT);

    register(
        page,
        "role-patient",
        PATIENT,
        PATIENT_PASSWORD,
        PATIENT_PASSWORD,
    )
    .await;
    page.see("qr").await;
    page.picture("second-factor").await;
    for (typed, said) in [("", "six digits"), ("12345", "six digits")] {
        page.fill("code", typed).await;
        page.click("finish").await;
        page.says("code-error", said).await;
    }
    stage.set_up_factor(page, PATIENT).await;
    page.says("empty", "Your chart is empty").await;
    page.says("mark", "Only you").await;
    page.picture("empty-chart").await;
    stage.calm().await;
}

pub(crate) async fn doctor_registers(stage: &Stage) {
    let page = stage.doctor();
    page.go("/register").await;
    register(
        page,
        "role-doctor",
        PATIENT,
        DOCTOR_PASSWORD,
        DOCTOR_PASSWORD,
    )
    .await;
    page.says("username-error", "belongs to somebody already")
        .await;
    page.says("error-summary", "belongs to somebody already")
        .await;
    assert_eq!(page.value("username").await, PATIENT);
    assert_eq!(page.value("password").await, DOCTOR_PASSWORD);
    page.picture("name-taken").await;
    page.fill("username", DOCTOR).await;
    page.click("submit").await;
    stage.set_up_factor(page, DOCTOR).await;
    page.says("own-name", DOCTOR).await;
    page.picture("no-patients").await;
    stage.calm().await;
}

pub(crate) async fn out_and_in(stage: &Stage) {
    let page = stage.patient();
    page.click("sign-out").await;
    page.click("to-sign-in").await;
    page.see("submit").await;
    assert_eq!(
        page.value("username").await,
        "",
        "signing out forgets the name"
    );

    sign_in(page, PATIENT, "not the password at all").await;
    let wrong = page.says("error-summary", "do not belong together").await;
    assert_eq!(page.value("username").await, PATIENT);
    page.picture("wrong-password").await;
    page.go("/sign-in").await;
    sign_in(page, "nobody-here", PATIENT_PASSWORD).await;
    let unknown = page.says("error-summary", "do not belong together").await;
    assert_eq!(wrong, unknown, "nobody learns which names there are");
    sign_in(page, PATIENT, PATIENT_PASSWORD).await;
    page.see("second-step").await;
    assert_eq!(
        page.attributes("code", "autocomplete").await,
        ["one-time-code"]
    );
    assert_eq!(page.attributes("code", "inputmode").await, ["numeric"]);
    page.picture("second-step").await;
    // The clock of the phone is wrong by an hour: two codes of it say so.
    let phone = stage.phone(PATIENT);
    for (by, said) in [(3600, "not right"), (3630, "The clock")] {
        page.fill("code", &phone.code_off(by)).await;
        page.click("show-factor").await;
        page.says("code-error", said).await;
    }
    stage.second_step(page, PATIENT).await;
    page.see("add-note").await;
    // The two that were refused.
    page.calm(&["401"]).await;

    page.click("lock").await;
    page.see("locked").await;
    assert_eq!(page.value("username").await, PATIENT);
    page.picture("locked").await;
    page.fill("password", "not the password at all").await;
    page.click("submit").await;
    page.says("password-error", "not the password").await;
    unlock(page, PATIENT_PASSWORD).await;
    page.see("add-note").await;

    page.reload().await;
    page.says("locked-why", "loaded again").await;
    assert_eq!(page.value("username").await, PATIENT);
    unlock(page, PATIENT_PASSWORD).await;
    page.see("add-note").await;

    let doctor = stage.doctor();
    doctor.click("sign-out").await;
    doctor.click("to-sign-in").await;
    sign_in(doctor, DOCTOR, DOCTOR_PASSWORD).await;
    stage.second_step(doctor, DOCTOR).await;
    doctor.says("own-name", DOCTOR).await;
    doctor.click("lock").await;
    unlock(doctor, DOCTOR_PASSWORD).await;
    doctor.says("own-name", DOCTOR).await;
    stage.calm().await;
}

/// `note` is the address of a note of the patient.
pub(crate) async fn deep_link_and_closed_tab(stage: &Stage, note: &str) {
    let page = stage.patient();
    page.go(note).await;
    unlock(page, PATIENT_PASSWORD).await;
    page.says("entry-title", crate::chart::TITLE).await;
    assert_eq!(page.address().await, note);

    page.close_tab().await;
    page.go(note).await;
    page.see("submit").await;
    assert_eq!(
        page.value("username").await,
        "",
        "a closed tab leaves no name"
    );
    assert!(!page.text().await.contains(crate::chart::TITLE));
    page.go("/").await;
    page.see("to-sign-in").await;
    page.go(note).await;
    sign_in(page, PATIENT, PATIENT_PASSWORD).await;
    page.says("entry-title", crate::chart::TITLE).await;
    assert_eq!(page.address().await, note);
    stage.calm().await;
}

/// What is typed is hidden until one asks to see it, and Caps Lock is mentioned.
async fn shows_and_hides(page: &Page) {
    for field in ["password", "password-again"] {
        assert_eq!(page.attributes(field, "type").await, ["password"]);
        let button = format!("{field}-show");
        page.click(&button).await;
        page.until("the password shown", async || {
            (page.attributes(field, "type").await == ["text"]).then_some(())
        })
        .await;
        page.click(&button).await;
        page.until("the password hidden", async || {
            (page.attributes(field, "type").await == ["password"]).then_some(())
        })
        .await;
    }
    // A driver can not press Caps Lock, only say that it is on.
    let key = "document.getElementById('password').dispatchEvent(new KeyboardEvent('keydown', \
        { key: 'A', bubbles: true, modifierCapsLock: true }))";
    page.run(key, &[]).await;
    page.says("password-caps", "Caps Lock is on").await;
}
