//! Notes, and the list of everything.

use keepwell_tests::browser::{Page, Screen};

use crate::{fixtures::Fixtures, stage::Stage};

pub(crate) const TITLE: &str = "Blood pressure since the new tablets";
pub(crate) const FIRST_TEXT: &str = "Dizzy on two mornings. Half a tablet from now on.";
pub(crate) const REVISED_TEXT: &str = "No longer dizzy. A whole tablet again since Monday.";

/// Writes a note, revises it, reads the first revision again. Gives the address of the note.
pub(crate) async fn note(stage: &Stage) -> String {
    let page = stage.patient();
    page.click("add-note").await;
    page.click("save").await;
    page.says("note-title-error", "title").await;
    page.says("note-text-error", "Write something").await;
    page.says("error-summary", "Write something").await;
    page.fill("note-title", TITLE).await;
    page.fill("note-text", FIRST_TEXT).await;
    page.picture("new-note").await;
    page.click("save").await;
    page.says("entry-title", TITLE).await;
    page.says("entry-text", FIRST_TEXT).await;
    page.says("entry-revision", "Revision 1").await;
    page.says("notice", "Added").await;
    page.picture("note").await;
    let address = page.address().await;

    page.click("edit").await;
    page.fill("note-text", REVISED_TEXT).await;
    page.click("save").await;
    page.says("entry-text", REVISED_TEXT).await;
    page.says("entry-revision", "Revision 2").await;
    assert_eq!(page.address().await, address);
    page.click_on("history-row", "Revision 1").await;
    page.see("older").await;
    page.says("entry-text", FIRST_TEXT).await;
    page.picture("older-revision").await;
    page.click("to-newest").await;
    page.says("entry-text", REVISED_TEXT).await;
    stage.calm().await;
    address
}

/// Opens the list and waits until it holds this entry.
pub(crate) async fn open_list(page: &Page, title: &str) {
    page.click("nav-chart").await;
    page.see_with("row-title", title).await;
}

/// Everything by name and date, on every device.
pub(crate) async fn list(stage: &Stage, fixtures: &Fixtures) {
    let page = stage.patient();
    open_list(page, fixtures.large.name()).await;
    let titles = page.texts("row-title").await;
    let expected = [fixtures.large.name(), fixtures.bundle.name(), TITLE];
    assert_eq!(
        titles, expected,
        "newest first, and nothing that was stopped or refused"
    );

    let today = page
        .run("return new Date().toISOString().slice(0, 10)", &[])
        .await;
    let today = today.as_str().expect("a day");
    let dates = page.attributes("row-date", "datetime").await;
    assert_eq!(dates.len(), 3);
    for date in &dates {
        assert!(date.starts_with(today), "{date} is not {today}");
    }
    let shown = page.texts("row-date").await;
    assert!(
        shown.iter().all(|date| date.contains(&today[..4])),
        "{shown:?}"
    );

    for screen in [Screen::Tablet, Screen::Desk, Screen::Phone] {
        page.look_on(screen).await;
        page.see("row-title").await;
        page.picture("chart").await;
    }
    page.look_on(Screen::Desk).await;
    page.click_on("entry-row", TITLE).await;
    page.says("entry-text", REVISED_TEXT).await;
    page.picture("chart-and-note").await;
    page.look_on(Screen::Phone).await;
    stage.calm().await;
}
