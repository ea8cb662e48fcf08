//! Files that are locked with a passphrase.

use std::{fs, path::Path};

use keepwell_age::Locking;
use keepwell_tests::{
    browser::{Page, Screen},
    contains,
};

use crate::{
    chart::open_list,
    stage::Stage,
    viewing::{SCRIPT, WORDS, add, encoded, is_drawn},
};

pub(crate) const PASSPHRASE: &str = "orbit Füchse seven lanterns";
const FINDING: &str = "finding.txt";

/// The patient saves a text locked: what is no passphrase first. Gives the locked file.
pub(crate) async fn saved(stage: &Stage) -> Vec<u8> {
    let page = stage.patient();
    open_list(page, FINDING).await;
    page.click_on("entry-row", FINDING).await;
    page.click("download-locked").await;
    for (password, again, field, why) in [
        ("", "", "password-error", "Choose"),
        ("short", "short", "password-error", "more"),
        (PASSPHRASE, "another", "password-again-error", "not"),
    ] {
        page.fill("password", password).await;
        page.fill("password-again", again).await;
        page.click("lock-file").await;
        page.says(field, why).await;
    }
    page.picture("lock-wrong").await;
    page.fill("password", PASSPHRASE).await;
    page.fill("password-again", PASSPHRASE).await;
    page.picture("lock").await;
    page.click("lock-file").await;
    page.says("transfer-done", "stays encrypted").await;
    page.gone("lock-form").await;
    page.picture("locked-file-saved").await;
    let locked = page.saved_like(FINDING, ".age").await;
    assert!(locked.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    assert!(!contains(&locked, b"meniscus") && !contains(&locked, PASSPHRASE.as_bytes()));
    page.click("transfer-close").await;
    stage.calm().await;
    locked
}

/// Nothing is shown of a file that is damaged, is none, or is something else inside.
pub(crate) async fn closed(stage: &Stage, folder: &Path, locked: &[u8]) {
    let page = stage.patient();
    let mut bent = locked.to_vec();
    *bent.last_mut().expect("a file") ^= 1;
    let inside = lock(b"<html><script>alert(1)</script></html>");
    for (name, bytes, why) in [
        ("none.age", &b"%PDF-1.7"[..], "not a locked file"),
        (
            "keys.age",
            b"age-encryption.org/v1\n-> X25519 a\n",
            "with keys",
        ),
        ("cut.txt.age", &locked[..locked.len() - 1], "damaged"),
        ("bent.txt.age", &bent, "damaged"),
        ("liar.png.age", &inside, "not what its name says"),
        ("program.exe.age", &inside, "not keep files of this kind"),
    ] {
        choose(page, folder, name, bytes).await;
        page.fill("passphrase", PASSPHRASE).await;
        page.click("unlock-file").await;
        page.says("error-summary", why).await;
        assert!(!page.has("unlocked").await, "{name}");
    }
    choose(page, folder, "finding.txt.age", locked).await;
    page.click("unlock-file").await;
    page.says("passphrase-error", "first").await;
    page.fill("passphrase", "orbit Füchse seven lantern").await;
    page.click("unlock-file").await;
    page.says("passphrase-error", "not the password").await;
    page.picture("wrong-passphrase").await;
    assert!(!page.has("unlocked").await);
    stage.calm().await;
}

/// From the device, by whoever has the passphrase, and from the chart.
pub(crate) async fn opened(stage: &Stage, folder: &Path, locked: &[u8]) {
    let (page, doctor) = (stage.patient(), stage.doctor());
    let words = format!("{WORDS}\n{SCRIPT}");
    page.fill("passphrase", PASSPHRASE).await;
    page.click("unlock-file").await;
    page.see("unlocked").await;
    page.says("file-words", "meniscus").await;
    assert_eq!(page.texts("file-words").await, std::slice::from_ref(&words));
    page.click("save-unlocked").await;
    let saved = page.saved(FINDING, words.len() as u64).await;
    assert_eq!(saved, words.as_bytes());

    let picture = lock(&encoded(doctor, "image/png").await);
    doctor.click("nav-patients").await;
    doctor.click("open-locked").await;
    for screen in [Screen::Desk, Screen::Phone, Screen::Tablet] {
        doctor.look_on(screen).await;
        doctor.picture("open-locked").await;
    }
    put(doctor, folder, "photo.png.age", &picture).await;
    doctor.fill("passphrase", PASSPHRASE).await;
    doctor.click("unlock-file").await;
    is_drawn(doctor).await;
    doctor.picture("unlocked").await;

    add(page, folder, "kept.txt.age", locked).await;
    assert!(!page.has("download-locked").await, "it is locked already");
    page.click("show-file").await;
    page.fill("passphrase", PASSPHRASE).await;
    page.click("unlock-file").await;
    page.says("file-words", "meniscus").await;
    page.picture("unlocked-entry").await;
    stage.calm().await;
}

/// Locked by the crate itself, as another program would.
fn lock(plain: &[u8]) -> Vec<u8> {
    let (mut locking, mut file) = Locking::begin(PASSPHRASE).expect("a locked file");
    file.extend(locking.seal(plain, true).expect("one chunk"));
    file
}

async fn choose(page: &Page, folder: &Path, name: &str, bytes: &[u8]) {
    page.click("nav-chart").await;
    page.click("add").await;
    page.click("open-locked").await;
    put(page, folder, name, bytes).await;
}

async fn put(page: &Page, folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file");
    page.choose_file(&path).await;
}
