//! The line drops, the server goes away: a sentence says so, and nothing is lost or half-written.

use std::time::{Duration, Instant};

use keepwell_tests::browser::{Page, Screen};

use crate::{
    chart::open_list,
    fixtures::Fixtures,
    stage::{PATIENT, PATIENT_PASSWORD, Stage, sign_in},
    transfers::{PACE, begin, progress, save},
};

/// The line is away for a moment: the file arrives without anybody doing anything.
pub(crate) async fn short_drop(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    stage.register_patient().await;
    stage.tap.pace(Some(PACE));
    begin(page, &fixtures.large).await;
    page.click("save").await;
    let before = on_its_way(page).await;
    stage.tap.cut(true);
    // The bar stands still while the line is away.
    stands_still(page).await;
    stage.tap.cut(false);
    page.until("the bar moving again", async || {
        (progress(page).await? > before).then_some(())
    })
    .await;
    stage.tap.pace(None);
    page.says("file-name", fixtures.large.name()).await;
    save(page, &fixtures.large).await;
    stage.calm().await;
}

/// The line stays away: the client gives up after half a minute, says so, and keeps the form.
pub(crate) async fn long_drop(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    let name = "hip-tomography.pdf";
    let dropped = fixtures.another_large(name);
    page.click("nav-chart").await;
    page.click("add-file").await;
    page.choose_file(&dropped).await;
    page.fill("note-title", TYPED).await;
    stage.tap.pace(Some(PACE));
    page.click("save").await;
    on_its_way(page).await;
    stage.tap.cut(true);
    page.says("transfer-failed", "cannot be reached").await;
    page.says("transfer-failed", "Nothing was lost").await;
    page.picture("line-dropped").await;
    assert_eq!(page.value("note-title").await, TYPED);
    page.says("file-chosen", name).await;
    stage.tap.cut(false);
    stage.tap.pace(None);

    open_list(page, fixtures.large.name()).await;
    page.until("only what was complete", async || {
        (page.texts("row-title").await == [fixtures.large.name()]).then_some(())
    })
    .await;
    page.click("add-file").await;
    page.says("file-chosen", name).await;
    assert_eq!(page.value("note-title").await, TYPED);
    page.click("save").await;
    page.says("entry-title", TYPED).await;
    open_list(page, TYPED).await;
    assert_eq!(
        page.texts("row-title").await,
        [TYPED, fixtures.large.name()]
    );
    stage.calm().await;
}

/// The person does not wait for the line and stops: that does not take as long as giving up does.
pub(crate) async fn stopped_without_a_line(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    stage.tap.pace(Some(PACE));
    begin(page, &fixtures.large).await;
    page.click("save").await;
    on_its_way(page).await;
    stage.tap.cut(true);
    stands_still(page).await;
    let pressed = Instant::now();
    page.click("cancel").await;
    page.says("notice", "Nothing was added").await;
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
    stage.tap.cut(false);
    stage.tap.pace(None);
    open_list(page, TYPED).await;
    assert_eq!(page.texts("row-title").await.len(), 2);
    stage.calm().await;
}

/// Nobody answers at sign-in: a sentence at once, and the same form works when the server is back.
pub(crate) async fn server_gone(stage: &mut Stage) {
    let page = stage.patient().clone();
    // The file that was stopped is still chosen, and that is not saved.
    page.click("sign-out").await;
    page.click("leave-anyway").await;
    page.click("to-sign-in").await;
    page.see("submit").await;
    page.look_on(Screen::Desk).await;
    stage.server.stop();
    sign_in(&page, PATIENT, PATIENT_PASSWORD).await;
    page.says("error-summary", "cannot be reached").await;
    assert_eq!(page.value("username").await, PATIENT);
    assert_eq!(page.value("password").await, PATIENT_PASSWORD);
    page.picture("server-gone").await;
    stage.server.restart();
    page.click("submit").await;
    stage.second_step(&page, PATIENT).await;
    page.see_with("row-title", TYPED).await;
    stage.calm().await;
}

/// Waits until a part of the file has arrived.
async fn on_its_way(page: &Page) -> f64 {
    page.until("something on its way", async || {
        progress(page).await.filter(|done| *done > 0.0)
    })
    .await
}

/// Waits until the bar is where it was for several looks in a row.
async fn stands_still(page: &Page) {
    let mut last = (None, 0);
    page.until("the bar standing still", async || {
        let now = progress(page).await;
        last = (now, if last.0 == now { last.1 + 1 } else { 0 });
        (last.1 == 20).then_some(())
    })
    .await;
}

/// Half of what the client waits for a line by itself.
const SOON: Duration = Duration::from_secs(15);
const TYPED: &str = "Pictures of my hip";
