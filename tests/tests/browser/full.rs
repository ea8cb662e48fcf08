//! The disk of the server is full: a sentence says so, what was typed is kept, and nothing half-written is
//! listed.

use keepwell_tests::{Device, Native, Person, browser::Page, noise};

use crate::{
    chart::open_list,
    fixtures::{Fixtures, Held},
    stage::{ARGUMENTS, PATIENT, PATIENT_PASSWORD, Stage, sign_in, unlock, write_note},
    transfers::{begin, save},
};

const KEPT: &str = "Before the disk was full";
const TITLE: &str = "Fever since the night";
const TEXT: &str = "38.9 at six in the morning.";
/// More than any disk has.
const FULL: &str = "4000000000000000000";

/// Nothing is sent where no password was typed.
pub(crate) async fn empty_passwords(stage: &Stage) {
    let page = stage.patient();
    write_note(page, KEPT, KEPT).await;
    page.click("lock").await;
    page.see("locked").await;
    page.click("submit").await;
    page.says("password-error", "Type your password").await;
    unlock(page, PATIENT_PASSWORD).await;
    page.see_with("row-title", KEPT).await;
    page.click("sign-out").await;
    page.click("to-sign-in").await;
    page.fill("username", PATIENT).await;
    page.click("submit").await;
    page.says("password-error", "Type your password").await;
    assert_eq!(page.value("username").await, PATIENT);
    sign_in(page, PATIENT, PATIENT_PASSWORD).await;
    stage.second_step(page, PATIENT).await;
    open_list(page, KEPT).await;
    page.picture("chart").await;
    stage.calm().await;
}

pub(crate) async fn no_space(stage: &mut Stage, fixtures: &Fixtures) {
    let [limit, bytes] = ARGUMENTS;
    let more = [limit, bytes, "--keep-free", FULL];
    stage.server.restart_with(&more);
    let page = stage.patient();
    page.click("add-note").await;
    page.fill("note-title", TITLE).await;
    page.fill("note-text", TEXT).await;
    page.click("save").await;
    says_so(page).await;
    assert_eq!(page.value("note-title").await, TITLE);
    assert_eq!(page.value("note-text").await, TEXT);
    page.picture("no-space").await;

    page.click("nav-chart").await;
    page.click("add-file").await;
    page.choose_file(&fixtures.letter.path).await;
    page.click("save").await;
    says_so(page).await;
    page.says("file-chosen", fixtures.letter.name()).await;
    open_list(page, KEPT).await;
    assert_eq!(page.texts("row-title").await, [KEPT]);
    // The browser itself notes that an answer was a refusal.
    page.calm(&["507"]).await;
}

/// What was typed is still there, and is saved now.
pub(crate) async fn space_again(stage: &mut Stage, fixtures: &Fixtures) {
    stage.server.restart_with(&ARGUMENTS);
    let page = stage.patient();
    page.click("add-file").await;
    page.says("file-chosen", fixtures.letter.name()).await;
    page.click("save").await;
    page.says("file-name", fixtures.letter.name()).await;
    page.click("nav-chart").await;
    page.click("add-note").await;
    assert_eq!(page.value("note-title").await, TITLE);
    page.click("save").await;
    page.says("entry-text", TEXT).await;
    open_list(page, TITLE).await;
    // What was written within one second stands in any order.
    let mut shown = page.texts("row-title").await;
    shown.sort();
    assert_eq!(shown, [KEPT, TITLE, fixtures.letter.name()]);
    stage.calm().await;
}

/// WebCrypto and `aes-gcm` give the same bytes: each opens files of several parts that the other sealed.
pub(crate) async fn either_engine(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    begin(page, &fixtures.bundle).await;
    page.click("save").await;
    page.says("file-name", fixtures.bundle.name()).await;

    let device = Device::default();
    let line = Native::on(stage.server.address(), &device);
    let phone = stage.phone(PATIENT);
    let patient = Person::sign_in_over(line, &device, PATIENT, PATIENT_PASSWORD, &phone).await;
    let chart = patient.chart().await;
    let shown = patient.vault.open_chart(chart).await.expect("the chart");
    let mut entries = shown.entries.iter();
    let bundle = entries.find(|entry| entry.entry.title == fixtures.bundle.name());
    let bundle = bundle.expect("what the browser added");
    let opened = patient.open(chart, bundle.record, bundle.revision).await;
    fixtures.bundle.is(&opened.expect("the file"));

    let elsewhere = Held {
        path: "sealed-elsewhere.pdf".into(),
        bytes: noise(5, 3 << 20),
    };
    patient
        .file(chart, elsewhere.name(), &elsewhere.bytes)
        .await;
    open_list(page, elsewhere.name()).await;
    page.click_on("entry-row", elsewhere.name()).await;
    page.says("file-name", elsewhere.name()).await;
    save(page, &elsewhere).await;
    stage.calm().await;
}

/// The ear on the console hears: without this, silence would show nothing.
pub(crate) async fn policy_is_heard(stage: &Stage) {
    let page = stage.patient();
    let script = "try { new Worker('data:text/javascript,1') } catch { }";
    page.run(script, &[]).await;
    page.until("a report of the policy", async || {
        let said = page.trouble(&[]).await;
        let report = |line: &String| line.contains("securitypolicyviolation");
        said.iter().any(report).then_some(())
    })
    .await;
    page.run("console.error('heard')", &[]).await;
    page.until("an error in the console", async || {
        let said = page.trouble(&["what nobody said"]).await;
        said.iter().any(|line| line.contains("heard")).then_some(())
    })
    .await;
}

/// What is hard to use is found: without this, that nothing is found would show nothing.
pub(crate) async fn hindrances_are_found(stage: &Stage) {
    let page = stage.patient();
    let Some(found) = page.hard_to_use().await else {
        println!("skipped: axe-core is not named");
        return;
    };
    assert_eq!(found, [""; 0]);
    let break_it = "const [picture, wide] = ['img', 'div'].map(name => document.createElement(name)); \
        wide.style.width = '3000px'; wide.textContent = 'wide'; \
        document.querySelector('main').append(picture, wide)";
    page.run(break_it, &[]).await;
    let found = page.hard_to_use().await.unwrap_or_default();
    for what in ["image-alt", "wider"] {
        assert!(
            found.iter().any(|line| line.contains(what)),
            "{what}: {found:?}"
        );
    }
}

async fn says_so(page: &Page) {
    page.until("the sentence about space", async || {
        let text = page.text().await;
        text.contains("The server has no space left").then_some(())
    })
    .await;
}
