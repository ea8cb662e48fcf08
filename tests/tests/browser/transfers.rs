//! Files on their way in and out.

use keepwell_tests::browser::Page;

use crate::{
    chart::open_list,
    fixtures::{Fixtures, Held},
    stage::Stage,
};

/// The name of a file that is not to stay.
pub(crate) const STOPPED: &str = "knee-tomography.pdf";
pub(crate) const REMARK: &str = "Everything that the practice had of me";

/// Adds the bundle, replaces it, and saves both revisions.
pub(crate) async fn bundle(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    let bundle = &fixtures.bundle;
    page.click("nav-chart").await;
    page.click("add-file").await;
    page.click("save").await;
    page.says("file-input-error", "Choose a file first").await;
    page.choose_file(&bundle.path).await;
    page.gone("file-input-error").await;
    page.fill("note-text", REMARK).await;
    page.picture("new-file").await;
    page.click("save").await;
    page.says("file-name", bundle.name()).await;
    page.says("entry-title", bundle.name()).await;
    page.picture("bundle").await;
    save(page, bundle).await;

    page.click("edit").await;
    page.choose_file(&fixtures.letter.path).await;
    page.click("save").await;
    page.says("entry-revision", "Revision 2").await;
    page.says("file-name", fixtures.letter.name()).await;
    save(page, &fixtures.letter).await;
    page.click_on("history-row", "Revision 1").await;
    page.see("older").await;
    page.says("file-name", bundle.name()).await;
    save(page, bundle).await;
    stage.calm().await;
}

/// Adds 64 MiB and sees the bar move; stops another one on its way.
pub(crate) async fn large(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    let large = &fixtures.large;
    stage.tap.pace(Some(PACE));
    begin(page, large).await;
    page.click("save").await;
    let mut seen = Vec::new();
    page.until("three positions of the bar", async || {
        let done = progress(page).await?;
        if seen.last() != Some(&done) {
            seen.push(done);
        }
        (seen.len() == 3).then_some(())
    })
    .await;
    assert!(seen.is_sorted(), "the bar went back: {seen:?}");
    page.picture("upload").await;
    // It goes on while one reads elsewhere.
    page.click("nav-chart").await;
    page.see("tray").await;
    page.click_on("entry-row", fixtures.bundle.name()).await;
    page.says("file-name", fixtures.letter.name()).await;
    page.picture("upload-elsewhere").await;
    page.says("transfer-done", large.name()).await;
    page.click("transfer-open").await;
    page.says("file-name", large.name()).await;
    page.gone("tray").await;

    let stopped = fixtures.another_large(STOPPED);
    page.click("nav-chart").await;
    page.click("add-file").await;
    page.choose_file(&stopped).await;
    page.click("save").await;
    page.until("something on its way", async || {
        (progress(page).await? > 0.0).then_some(())
    })
    .await;
    page.click("cancel").await;
    page.says("notice", "Nothing was added").await;
    page.says("file-chosen", STOPPED).await;
    stage.tap.pace(None);
    open_list(page, large.name()).await;
    assert!(!page.text().await.contains(STOPPED));
    page.click_on("entry-row", large.name()).await;
    page.says("file-name", large.name()).await;
    save(page, large).await;
    stage.calm().await;
}

/// What can not be kept is refused in a sentence before anything is sent.
pub(crate) async fn refused(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    page.click("nav-chart").await;
    page.click("add-file").await;
    // What was chosen before the stop is still there.
    page.says("file-chosen", STOPPED).await;
    page.choose_file(&fixtures.zeros("empty.txt", 0)).await;
    page.says("file-input-error", "This file is empty").await;
    page.says("error-summary", "Nothing was added").await;
    let larger = fixtures.zeros("larger.pdf", 101 << 20);
    page.choose_file(&larger).await;
    page.says("file-input-error", "larger than").await;
    page.click("save").await;
    page.says("error-summary", "Nothing was added").await;
    assert!(!page.has("transfer").await);
    page.picture("too-large").await;
    // What was chosen is a draft now: leaving for good asks first.
    page.click("lock").await;
    page.see("leave-dialog").await;
    page.picture("not-saved").await;
    page.click("stay").await;
    page.gone("leave-dialog").await;
    page.choose_file(&fixtures.letter.path).await;
    page.gone("file-input-error").await;
    stage.calm().await;
}

/// Opens the form for a file and chooses one.
pub(crate) async fn begin(page: &Page, file: &Held) {
    page.click("nav-chart").await;
    page.click("add-file").await;
    page.choose_file(&file.path).await;
}

/// Saves the file of the open entry on the device and compares every byte.
pub(crate) async fn save(page: &Page, file: &Held) {
    page.click("download").await;
    page.says("transfer-done", file.name()).await;
    file.is(&page.saved(file.name(), file.length()).await);
    page.click("transfer-close").await;
    page.gone("transfer-done").await;
}

/// Where the bar stands, when there is one that stands anywhere.
pub(crate) async fn progress(page: &Page) -> Option<f64> {
    let script = "return document.querySelector('[data-test=progress][value]')?.value ?? null";
    page.run(script, &[]).await.as_f64()
}

/// A line over which one has to wait: bytes a second on each connection.
pub(crate) const PACE: u64 = 8 << 20;
