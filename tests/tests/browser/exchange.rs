//! What comes from other programs: files that are none, one that is, and what it says over time.

use std::{fs, path::PathBuf};

use keepwell_tests::browser::{Page, Screen};
use tempfile::TempDir;

use crate::stage::Stage;

/// A summary with a hostile text, a date that does not exist, and a reference to nobody.
const SUMMARY: &str = include_str!("../../../frontend/record/tests/fixtures/summary.json");

/// Files in a folder that goes when the journey ends.
pub(crate) struct Files {
    folder: TempDir,
}

impl Files {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for files");
        Self { folder }
    }

    fn with(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        path
    }
}

/// Each file that can not be taken in gets its sentence, and nothing is added.
pub(crate) async fn no_records(stage: &Stage, files: &Files) {
    let page = stage.patient();
    page.click("add").await;
    page.click("import").await;
    let deep = "[".repeat(100_000);
    let deep = format!(r#"{{"resourceType":"Bundle","entry":{deep}"#);
    let cases: [(&str, &[u8], &str); 7] = [
        ("nothing.json", b"", "empty"),
        ("archive.json", b"PK\x03\x04\x14\x00\x00\x00", "an archive"),
        ("picture.json", b"\x89PNG\r\n\x1a\n\xff", "no text"),
        (
            "old.json",
            b"<Bundle xmlns=\"http://hl7.org/fhir\"/>",
            "XML",
        ),
        (
            "cut-off.json",
            br#"{"resourceType":"Bundle","entry":[{"#,
            "damaged",
        ),
        ("settings.json", br#"{"theme":"dark"}"#, "no FHIR"),
        // A hundred thousand brackets that nobody closes.
        ("deep.json", deep.as_bytes(), "damaged"),
    ];
    for (name, bytes, sentence) in cases {
        page.choose_file(&files.with(name, bytes)).await;
        page.says("file-chosen", name).await;
        let said = page.says("file-input-error", sentence).await;
        assert!(said.contains("Nothing was added"), "{name}: {said}");
        assert!(!page.has("take-in").await, "{name}");
    }
    page.picture("import-refused").await;
    // 100 MB of nothing that is JSON.
    let large = files.folder.path().join("large.json");
    let file = fs::File::create(&large).expect("a file");
    file.set_len(100_000_000).expect("its length");
    page.choose_file(&large).await;
    page.says("file-chosen", "large.json").await;
    page.says("file-input-error", "damaged").await;
    // A bundle whose resources are none is read, and nothing is offered.
    let wrong =
        br#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":7}},{"resource":[]}]}"#;
    page.choose_file(&files.with("wrong.json", wrong)).await;
    page.says("findings", "2 things cannot be read").await;
    page.says("nothing-new", "nothing in this file").await;
    stage.calm().await;
}

/// The summary: what is in it is seen before it is added, and once only.
pub(crate) async fn summary(stage: &Stage, files: &Files) {
    let page = stage.patient();
    let file = files.with("summary.json", SUMMARY.as_bytes());
    page.choose_file(&file).await;
    page.says("preview-numbers", "7 entries are new").await;
    page.says("several", "Ada Example").await;
    let noticed = page.says("findings", "1 date does not exist").await;
    assert!(noticed.contains("leads to nothing") && noticed.contains("does not know"));
    page.picture("import-preview").await;
    page.click("take-in").await;
    page.says("taken-in", "7 entries were added").await;
    page.picture("import-done").await;
    page.click("to-chart").await;
    page.says("overview-allergies", "Penicillin").await;
    page.says("overview-medicines", "Anastrozole").await;
    page.says("overview-results", "95.0 mg/dL").await;
    page.says("overview-problems", "<img src=x onerror=alert(1)>")
        .await;
    let entries = page.texts("row-title").await.len();

    known_already(page, &file).await;
    page.click("nav-chart").await;
    page.says("overview-allergies", "Penicillin").await;
    assert_eq!(page.texts("row-title").await.len(), entries);
    stage.calm().await;
}

async fn known_already(page: &Page, file: &std::path::Path) {
    page.click("nav-chart").await;
    page.click("add").await;
    page.click("import").await;
    page.choose_file(file).await;
    page.says("preview-numbers", "7 entries are in your chart already")
        .await;
    page.says("nothing-new", "Everything in this file").await;
    assert!(!page.has("take-in").await);
}

/// A second glucose by its form, and both over time: by the bar, in words, and as a table.
pub(crate) async fn over_time(stage: &Stage) {
    let page = stage.patient();
    page.click("add").await;
    page.click("add-laboratory").await;
    page.fill("record-value", "104").await;
    page.fill("record-low", "70").await;
    page.fill("record-high", "100").await;
    page.click("save").await;
    page.says("facts", "104").await;
    page.click("to-trend").await;
    page.says("trend-title", "Glucose").await;
    page.says("trend-value", "104 mg/dL").await;
    page.says("trend-value", "usual range 70 to 100 mg/dL")
        .await;
    let said = page.attributes("reading", "aria-valuetext").await;
    assert!(said[0].starts_with("104 mg/dL"), "{said:?}");
    page.run(EARLIER, &[]).await;
    page.says("trend-value", "95.0 mg/dL").await;
    page.click("trend-table").await;
    let rows = page.says("trend-rows", "95.0 mg/dL").await;
    assert!(rows.contains("104 mg/dL") && rows.contains("70 to 100"));
    for screen in [Screen::Tablet, Screen::Desk, Screen::Phone] {
        page.look_on(screen).await;
        page.picture("trend").await;
    }
    page.click("back").await;
    page.see_with("trend-row", "Glucose").await;
    page.picture("trends").await;
    stage.calm().await;
}

/// What a key or a finger does to the bar.
const EARLIER: &str = "
    const bar = document.querySelector('[data-test=reading]');
    bar.stepDown();
    bar.dispatchEvent(new Event('input', { bubbles: true }));
";

/// The whole record as a file, which is known when it comes back, and as pages.
pub(crate) async fn along(stage: &Stage, files: &Files) {
    let page = stage.patient();
    page.click("nav-chart").await;
    page.click("to-export").await;
    for hook in [
        "personal",
        "clinical",
        "prescriptions",
        "laboratory",
        "financial",
        "research",
    ] {
        page.click(&format!("export-{hook}")).await;
    }
    page.see("nothing-chosen").await;
    assert!(!page.has("export").await);
    for hook in ["personal", "clinical", "prescriptions", "laboratory"] {
        page.click(&format!("export-{hook}")).await;
    }
    page.picture("export").await;
    page.click("show-document").await;
    let pages = page.says("document", "Penicillin").await;
    assert!(pages.contains("104 mg/dL") && pages.contains("<img src=x onerror=alert(1)>"));
    page.picture("document").await;
    page.click("hide-document").await;
    page.click("export").await;
    page.says("exported", "no longer encrypted").await;
    let bundle = page.saved_like("keepwell-record-", ".json").await;
    let file = files.with("again.json", &bundle);
    page.click("nav-chart").await;
    page.click("add").await;
    page.click("import").await;
    page.choose_file(&file).await;
    page.says("preview-numbers", "8 entries are in your chart already")
        .await;
    page.says("nothing-new", "Everything in this file").await;
    stage.calm().await;
}
