//! Choosing a password, where one is signed in, a device of many, and a page that nobody uses.

use keepwell_tests::browser::{Browsers, Page, Screen};

use crate::stage::{PATIENT, PATIENT_PASSWORD, Stage, register, sign_in, unlock, write_note};

/// Weak ones are refused where they are typed, and the list says why.
pub(crate) async fn passwords(stage: &Stage) {
    let page = stage.patient();
    page.go("/register").await;
    for (password, broken) in [
        ("password1234", "rule-guesses"),
        ("abcdefghijklmnopqrstuvwxyz", "rule-guesses"),
        ("the name is PATIENT-one, isn't it", "rule-username"),
        ("kettle", "rule-length"),
    ] {
        register(page, "role-patient", PATIENT, password, password).await;
        page.says("error-summary", "password").await;
        page.says(broken, "not yet").await;
        assert_eq!(page.value("password").await, password);
    }
    // Ten thousand characters, pasted.
    page.run(
        "const of = document.getElementById('password'); of.value = 'kettle harb'.repeat(1000); \
         of.dispatchEvent(new Event('input', { bubbles: true }))",
        &[],
    )
    .await;
    page.click("submit").await;
    page.says("password-error", "1000 characters").await;
    page.fill("password", "password").await;
    page.says("rule-common", "not yet").await;
    page.says("strength-words", "less than a minute").await;
    page.picture("weak-password").await;

    page.fill("password", PATIENT_PASSWORD).await;
    for rule in [
        "rule-length",
        "rule-username",
        "rule-common",
        "rule-guesses",
    ] {
        page.says(rule, "yes").await;
    }
    page.says("strength-words", "thousand computers").await;
    page.picture("strong-password").await;
    page.fill("password-again", PATIENT_PASSWORD).await;
    page.click("submit").await;
    stage.set_up_factor(page, PATIENT).await;
    page.see("empty").await;
    stage.calm().await;
}

/// Two browsers see each other, and one sends the other away.
pub(crate) async fn two_browsers(stage: &Stage, browsers: &Browsers) {
    let page = stage.patient();
    let other = stage.another(browsers, "library", Screen::Desk).await;
    other.go("/sign-in").await;
    other.click("shared").await;
    sign_in(&other, PATIENT, PATIENT_PASSWORD).await;
    stage.second_step(&other, PATIENT).await;
    other.see("add-note").await;

    page.click("nav-devices").await;
    page.says("session-here", "This one").await;
    page.see_with("session", "used by others").await;
    let lines = page.texts("session").await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in &lines {
        assert!(line.contains("Chrome on Linux"), "{line}");
    }
    page.picture("devices").await;
    page.look_on(Screen::Desk).await;
    page.picture("devices").await;
    page.look_on(Screen::Phone).await;

    page.click("end-session").await;
    page.gone("end-session").await;
    assert_eq!(page.texts("session").await.len(), 1);
    other.click("nav-devices").await;
    other
        .says("locked-why", "session on the server has ended")
        .await;

    // Signed out on a device of many, nothing of the name is left in the tab or in the browser.
    other.click("somebody-else").await;
    other.see("shared").await;
    assert_eq!(other.value("username").await, "");
    let left = "return JSON.stringify([{ ...sessionStorage }, { ...localStorage }])";
    assert_eq!(other.run(left, &[]).await, "[{},{}]");
    other.calm(&["401"]).await;
}

/// While another tab has its turn at what the browser remembers, this one waits for it.
pub(crate) async fn tabs_take_turns(stage: &Stage) {
    let page = stage.patient();
    // What another tab would do: it holds every name under which something is kept.
    page.run(
        "window.held = 0; window.asked = 0; const asking = indexedDB.open('keepwell'); \
         asking.onsuccess = () => { const keys = asking.result.transaction('memory') \
         .objectStore('memory').getAllKeys(); keys.onsuccess = () => { asking.result.close(); \
         const over = new Promise((free) => { window.free = free; }); \
         window.asked = keys.result.length; \
         for (const name of keys.result) { navigator.locks.request(name, () => { \
         window.held += 1; return over; }); } }; }",
        &[],
    )
    .await;
    let held = "return window.asked > 1 && window.held === window.asked";
    page.until("every name is held", async || {
        (page.run(held, &[]).await == true).then_some(())
    })
    .await;
    page.click("nav-chart").await;
    page.click("add-note").await;
    page.fill("note-title", "In turn").await;
    page.fill("note-text", "One after the other.").await;
    page.click("save").await;
    let waits = "navigator.locks.query().then((all) => { window.waits = all.pending.length; }); \
                 return window.waits > 0";
    page.until("this tab waits", async || {
        (page.run(waits, &[]).await == true).then_some(())
    })
    .await;
    assert!(!page.has("entry-title").await);
    page.run("window.free()", &[]).await;
    page.says("entry-title", "In turn").await;
}

/// The clock of the page is moved; nobody waits.
pub(crate) async fn nobody_is_there(stage: &Stage) {
    let page = stage.patient();
    write_note(page, "A note", "Nothing special.").await;
    page.click("nav-devices").await;
    assert_eq!(page.value("lock-after").await, "15");
    page.run(
        "const of = document.querySelector('[data-test=\"lock-after\"]'); of.value = '5'; \
         of.dispatchEvent(new Event('change', { bubbles: true }))",
        &[],
    )
    .await;
    let kept = "return localStorage.getItem('keepwell-lock')";
    page.until("the choice is kept", async || {
        (page.run(kept, &[]).await == "5").then_some(())
    })
    .await;
    later(page, 4.5).await;
    page.says("idle-seconds", "It locks in").await;
    page.picture("still-there").await;
    page.click("idle-stay").await;
    page.gone("idle-dialog").await;
    assert!(!page.has("locked").await);

    // What was typed comes back with the person.
    page.click("nav-chart").await;
    page.click("add-note").await;
    page.fill("note-title", "Half a thought").await;
    later(page, 480.0).await;
    page.says("locked-why", "Nobody used this page").await;
    assert!(!page.text().await.contains("Half a thought"));
    page.picture("locked-unused").await;
    unlock(page, PATIENT_PASSWORD).await;
    page.until("the draft", async || {
        (page.value("note-title").await == "Half a thought").then_some(())
    })
    .await;
    stage.calm().await;
}

/// Another password: the present one is asked for, and every other browser is signed out.
pub(crate) async fn another_password(stage: &Stage, browsers: &Browsers) {
    const NEW: &str = "marble otters seventeen quiet";
    let page = stage.patient();
    let other = stage.another(browsers, "kitchen", Screen::Desk).await;
    other.go("/sign-in").await;
    sign_in(&other, PATIENT, PATIENT_PASSWORD).await;
    stage.second_step(&other, PATIENT).await;
    other.see("nav-devices").await;

    page.click("nav-devices").await;
    page.click("to-security").await;
    page.says("has-sessions", "1 other one").await;
    page.click("change-password").await;
    page.see("password-page").await;
    page.picture("change-password").await;
    page.click("submit").await;
    page.says("current-error", "present password").await;
    page.fill("current", "not the password at all").await;
    page.fill("password", "password1234").await;
    page.fill("password-again", "password1234").await;
    page.click("submit").await;
    page.says("password-error", "Many people use").await;
    page.fill("password", NEW).await;
    page.fill("password-again", NEW).await;
    page.says("rule-guesses", "yes").await;
    page.click("submit").await;
    page.says("current-error", "Nothing was changed").await;
    for (field, typed) in [
        ("current", "not the password at all"),
        ("password", NEW),
        ("password-again", NEW),
    ] {
        assert_eq!(page.value(field).await, typed, "what was typed stays");
    }
    page.picture("change-password-wrong").await;
    page.look_on(Screen::Tablet).await;
    page.picture("change-password-wrong").await;
    page.look_on(Screen::Phone).await;
    page.fill("current", PATIENT_PASSWORD).await;
    page.click("submit").await;
    page.says("notice", "Your password is changed").await;
    page.says("has-sessions", "Only in this browser").await;
    protections(page).await;
    another_phone(stage, NEW).await;

    other.click("nav-devices").await;
    other
        .says("locked-why", "session on the server has ended")
        .await;
    other.fill("password", PATIENT_PASSWORD).await;
    other.click("submit").await;
    other.see("password-error").await;
    unlock(&other, NEW).await;
    stage.second_step(&other, PATIENT).await;
    other.see("session-here").await;
    // The slip of this browser. That of the other one came before the session in which the phone was
    // changed, and stands in the list.
    other.says("failed-tries", "1 failed try").await;
    other.says("failed-tries", "what the server says").await;
    other.picture("failed-tries").await;
    other.click("failed-tries-seen").await;
    other.gone("failed-tries").await;
    other.click("to-security").await;
    other.see("tried-line").await;
    assert_eq!(other.texts("tried-line").await.len(), 2);
    other.picture("tried").await;
    other.calm(&["401"]).await;
    stage.calm().await;
}

/// Another phone: both factors are shown again, and nothing changes before its first code.
async fn another_phone(stage: &Stage, password: &str) {
    let page = stage.patient();
    page.click("change-second").await;
    page.see("factor-page").await;
    page.click("new-app").await;
    page.says("password-error", "password").await;
    page.says("code-error", "six digits").await;
    page.picture("second-factor-change").await;
    page.fill("password", password).await;
    page.click("other-factor").await;
    let code = stage.phone(PATIENT).recovery_code();
    page.fill("recovery-code", &code).await;
    page.click("new-app").await;
    page.see("qr").await;
    page.picture("second-factor-new").await;
    stage.take_factor(page, PATIENT).await;
    let phone = stage.phone(PATIENT);
    page.fill("code", &phone.code_off(86_400)).await;
    page.click("change-factor").await;
    page.says("code-error", "not right").await;
    page.fill("code", &phone.first_code()).await;
    page.click("change-factor").await;
    page.says("notice", "Your second step is changed").await;
    page.says("has-factor", "10 recovery codes").await;
    page.calm(&["401"]).await;
}

/// What protects the account, in one look.
async fn protections(page: &Page) {
    page.says("has-password", "Chosen").await;
    page.says("has-keys", "Made").await;
    page.says("has-factor", "recovery codes are left").await;
    page.says("has-recovery", "Missing").await;
    let words = page.texts("own-words").await.concat();
    assert_eq!(words.split_whitespace().count(), 12, "{words}");
    let fingerprint = page.texts("fingerprint").await.concat();
    assert_eq!(fingerprint.replace(' ', "").len(), 64, "{fingerprint}");
    for screen in [Screen::Desk, Screen::Tablet, Screen::Phone] {
        page.look_on(screen).await;
        page.picture("security").await;
    }
}

/// Moves the clock of the page forward by minutes.
async fn later(page: &Page, minutes: f64) {
    let script =
        "const now = Date.now; const by = arguments[0] * 60000; Date.now = () => now() + by";
    page.run(script, &[minutes.into()]).await;
}
