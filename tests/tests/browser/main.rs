//! The main job in a real browser: two people, two profiles, the real server, and an ear on the
//! line between them. `cargo xtask test` runs it; without a browser each journey says that it is
//! skipped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod chart;
mod devices;
mod door;
mod drafts;
mod exchange;
mod fixtures;
mod full;
mod hostile;
mod locker;
mod propose;
mod record;
mod rollback;
mod secrets;
mod share;
mod stage;
mod transfers;
mod trouble;
mod viewing;

use std::{fs, path::Path};

use keepwell_tests::{
    Server,
    browser::{Screen, journey, step},
};

use crate::{exchange::Files, fixtures::Fixtures, stage::Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_keep_and_share_a_chart() {
    journey("main job", 1, async |browsers| {
        let fixtures = Fixtures::new();
        let mut stage = Stage::of_two(browsers).await;
        step("the patient registers");
        door::patient_registers(&stage).await;
        step("the doctor registers");
        door::doctor_registers(&stage).await;
        step("signing out and in, locking, reloading");
        door::out_and_in(&stage).await;
        step("a note is written and revised");
        let note = chart::note(&stage).await;
        step("a deep link, and a closed tab");
        door::deep_link_and_closed_tab(&stage, &note).await;
        step("a FHIR bundle is added and replaced");
        transfers::bundle(&stage, &fixtures).await;
        step("a file of 64 MiB is added, another one stopped");
        transfers::large(&stage, &fixtures).await;
        step("an empty file, and one over the limit");
        transfers::refused(&stage, &fixtures).await;
        step("everything is in the list");
        chart::list(&stage, &fixtures).await;
        step("the words are compared, and the chart is shared");
        share::share(&stage).await;
        step("the doctor reads");
        share::doctor_reads(&stage, &fixtures).await;
        step("the patient stops sharing");
        share::stop(&stage).await;
        step("nothing of it is found where it must not be");
        secrets::search(&mut stage, &fixtures);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_entered_found_and_read() {
    journey("record", 130, async |browsers| {
        let stage = Stage::of_one(browsers).await;
        stage.register_patient().await;
        step("an allergy by its form");
        record::allergy(&stage).await;
        step("a blood pressure, and a change of it");
        record::blood_pressure(&stage).await;
        step("words that look like a resource");
        record::words(&stage).await;
        step("the search, and a lock");
        record::search(&stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_other_programs_are_taken_in_and_seen_over_time() {
    journey("exchange", 150, async |browsers| {
        let stage = Stage::of_one(browsers).await;
        let files = Files::new();
        stage.register_patient().await;
        step("files that are no records");
        exchange::no_records(&stage, &files).await;
        step("a summary, once and not twice");
        exchange::summary(&stage, &files).await;
        step("what was measured, over time");
        exchange::over_time(&stage).await;
        step("the whole record, out and in again");
        exchange::along(&stage, &files).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_and_texts_are_seen_in_the_page() {
    journey("viewing", 190, async |browsers| {
        let stage = Stage::of_two(browsers).await;
        let folder = tempfile::tempdir().expect("a folder for files");
        stage.register_both().await;
        share::compare_and_share(&stage).await;
        step("files that are not what they say");
        viewing::refused(&stage, folder.path()).await;
        step("files that can not be shown");
        viewing::hidden(&stage, folder.path()).await;
        step("a writer who lies");
        viewing::lying_writer(&stage).await;
        step("pictures and texts");
        viewing::shown(&stage, folder.path()).await;
        step("a file that is saved locked");
        let locked = locker::saved(&stage).await;
        step("locked files that stay closed");
        locker::closed(&stage, folder.path(), &locked).await;
        step("locked files that open");
        locker::opened(&stage, folder.path(), &locked).await;
        step("nothing that was seen is kept");
        viewing::nothing_kept(&stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doctor_writes_by_forms_and_the_patient_decides() {
    journey("propose", 240, async |browsers| {
        let stage = Stage::of_two(browsers).await;
        step("a doctor writes by a form");
        propose::doctor_writes(&stage).await;
        step("the patient asks and takes");
        propose::patient_decides(&stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_saved_outlives_a_lock_and_a_reload() {
    journey("drafts", 220, async |browsers| {
        let stage = Stage::of_one(browsers).await;
        stage.register_patient().await;
        step("a note that is not saved");
        drafts::note(&stage).await;
        step("a form that is not saved");
        drafts::form(&stage).await;
        step("who signs out, and who shares the device");
        drafts::forgotten(&stage, browsers).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_on_the_way_is_said_and_loses_nothing() {
    journey("trouble", 60, async |browsers| {
        let fixtures = Fixtures::new();
        let mut stage = Stage::of_one(browsers).await;
        step("the line drops in mid-upload and comes back");
        trouble::short_drop(&stage, &fixtures).await;
        step("the line drops in mid-upload and stays away");
        trouble::long_drop(&stage, &fixtures).await;
        step("the line drops in mid-upload and the person stops it");
        trouble::stopped_without_a_line(&stage, &fixtures).await;
        step("the server is gone at sign-in");
        trouble::server_gone(&mut stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_loses_nothing() {
    journey("full disk", 170, async |browsers| {
        let fixtures = Fixtures::new();
        let mut stage = Stage::of_one(browsers).await;
        stage.register_patient().await;
        step("nothing typed where a password is asked for");
        full::empty_passwords(&stage).await;
        step("the server has no space left for a note and a file");
        full::no_space(&mut stage, &fixtures).await;
        step("there is space again");
        full::space_again(&mut stage, &fixtures).await;
        step("a vault outside the browser opens what was sealed inside, and the reverse");
        full::either_engine(&stage, &fixtures).await;
        step("what breaks the policy is heard");
        full::policy_is_heard(&stage).await;
        step("what is hard to use is found");
        full::hindrances_are_found(&stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_went_back_is_noticed_and_survived() {
    journey("rollback", 100, async |browsers| {
        let mut stage = Stage::of_two(browsers).await;
        step("two states of a shared chart");
        rollback::two_states(&mut stage).await;
        step("the server goes back, and both are told");
        rollback::both_are_told(&mut stage).await;
        step("the patient goes on");
        rollback::goes_on(&stage).await;
        step("the server goes back under an open window");
        rollback::writes_again(&mut stage).await;
        step("another browser of the patient");
        let other = stage.another(browsers, "other", Screen::Tablet).await;
        rollback::another_browser(&stage, &other).await;
        stage.calm().await;
        step("the account goes back");
        rollback::account_goes_back(&mut stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worst_lies_of_a_server_are_noticed() {
    journey("hostile", 110, async |browsers| {
        let mut stage = Stage::of_two(browsers).await;
        step("an honest chart that a doctor reads");
        hostile::honest(&mut stage).await;
        step("rows that lie");
        hostile::lies(&mut stage).await;
        step("a grant that ended lives again");
        hostile::ended_grant(&mut stage).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_chooses_a_password_and_looks_after_their_devices() {
    journey("devices", 80, async |browsers| {
        let stage = Stage::of_one(browsers).await;
        step("weak passwords are refused while they are typed");
        devices::passwords(&stage).await;
        step("two browsers, and one sends the other away");
        devices::two_browsers(&stage, browsers).await;
        step("two tabs take turns");
        devices::tabs_take_turns(&stage).await;
        step("nobody is there");
        devices::nobody_is_there(&stage).await;
        step("another password");
        devices::another_password(&stage, browsers).await;
    })
    .await;
}

/// The ear on the console hears workers, too: without this, their silence would show nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_breaks_the_policy_is_heard() {
    journey("policy", 98, async |browsers| {
        let server = Server::start_with_changed_pages(a_worker_asks_elsewhere);
        let stage = Stage::with(server).await;
        let page = stage.another(browsers, "visitor", Screen::Phone).await;
        page.go("/").await;
        page.until("a report of the policy", async || {
            let said = page.trouble(&[]).await;
            let report = |line: &String| {
                line.contains("Content Security Policy") && line.contains("elsewhere.invalid")
            };
            said.iter().any(report).then_some(())
        })
        .await;
    })
    .await;
}

/// Adds a request to another origin to the loader of the worker that hears the password.
fn a_worker_asks_elsewhere(pages: &Path) {
    let names = fs::read_dir(pages).expect("the pages");
    let names = names.map(|entry| entry.expect("a page").file_name().into_string().unwrap());
    let is_loader = |name: &String| name.starts_with("entry_loader-") && name.ends_with(".js");
    let loader = pages.join(names.into_iter().find(is_loader).expect("the loader"));
    let script = fs::read_to_string(&loader).expect("a script");
    let asks = format!("fetch('https://elsewhere.invalid/').catch(() => 0);{script}");
    fs::write(&loader, asks).expect("another script");
    fs::remove_file(format!("{}.br", loader.display())).expect("the one that is sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_without_a_secure_connection_says_so() {
    journey("insecure", 96, async |browsers| {
        let stage = Stage::server_only().await;
        // Chromium takes addresses of this very machine for secure, so it gets another name.
        let name = "keepwell.test";
        let rule = format!("--host-resolver-rules=MAP {name} 127.0.0.1");
        let origin = format!("http://{name}:{}", stage.tap.address().port());
        let page = browsers
            .open_with("visitor", &origin, Screen::Phone, &[&rule, NO_UPGRADE])
            .await;
        page.go("/").await;
        page.says("not-secure", "https").await;
        assert!(!page.has("to-register").await);
        page.picture("not-secure").await;
        // Chromium tells developers that it ignores this header on such a page.
        page.calm(&["Cross-Origin-Opener-Policy"]).await;
    })
    .await;
}

/// Chromium would try https first.
const NO_UPGRADE: &str = "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable";
