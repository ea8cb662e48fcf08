//! Files that are seen in the page, and those that are not.

use std::{fs, path::Path};

use keepwell_tests::{
    Bytes, Device, Native, Person, Quiet, TwoFaced,
    browser::{Page, Screen},
    contains, forms,
};
use keepwell_vault::{Category, Draft, FileInfo};
use serde_json::json;

use crate::{
    locker::PASSPHRASE,
    share::open_shared_chart,
    stage::{PATIENT, PATIENT_PASSWORD, Stage},
};

pub(crate) const WORDS: &str = "Left knee: a tear of the meniscus.\n\tNo fracture.";
pub(crate) const SCRIPT: &str = "<script>document.title = 'taken'</script>";

/// Another kind than the name says, and kinds that are never kept.
pub(crate) async fn refused(stage: &Stage, folder: &Path) {
    let page = stage.patient();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (name, bytes, why) in [
        ("scan.svg", &svg[..], "not keep files of this kind"),
        ("scan.png", &svg[..], "not what its name says"),
        ("scan.jpg", b"%PDF-1.7", "not what its name says"),
        ("scan.txt", b"\x89PNG\r\n\x1a\n", "not what its name says"),
    ] {
        choose(page, folder, name, bytes).await;
        page.click("save").await;
        page.says("transfer-failed", why).await;
        page.click("transfer-close").await;
        page.gone("transfer-failed").await;
    }
    stage.calm().await;
}

/// They are what they say by their beginning, and no further.
pub(crate) async fn hidden(stage: &Stage, folder: &Path) {
    let page = stage.patient();
    let jpeg = encoded(page, "image/jpeg").await;
    let mut huge = encoded(page, "image/png").await;
    // Width and height of the first chunk.
    huge[16..24].copy_from_slice(b"\0\0\xff\xff\0\0\xff\xff");
    let mut other = encoded(page, "image/png").await;
    other[16..24].copy_from_slice(b"\0\0\0\x09\0\0\0\x09");
    let latin = [&[b'a'; 5000][..], b" caf\xe9"].concat();
    for (name, bytes, why) in [
        ("cut-off.jpg", &jpeg[..30], "cannot be drawn"),
        ("huge.png", &huge, "more pixels"),
        ("another-size.png", &other, "cannot be drawn"),
        ("latin.txt", &latin, "cannot be read"),
        ("long.txt", &[b'a'; 2_000_001], "longer than 2"),
    ] {
        add(page, folder, name, bytes).await;
        page.click("show-file").await;
        page.says("file-hidden", why).await;
        assert!(!page.has("file-picture").await && !page.has("file-words").await);
        if name == "huge.png" {
            page.picture("not-shown").await;
        }
    }
    add(page, folder, "letter.pdf", b"%PDF-1.7 and more").await;
    page.says("file-save-only", "download it").await;
    assert!(!page.has("show-file").await);
    page.picture("save-only").await;
    stage.calm().await;
}

/// Somebody's own program lies about what it sends: every reader's browser looks again.
pub(crate) async fn lying_writer(stage: &Stage) {
    let device = Device::default();
    let line = Native::on(stage.server.address(), &device);
    let phone = stage.phone(PATIENT);
    let patient = Person::sign_in_over(line, &device, PATIENT, PATIENT_PASSWORD, &phone).await;
    let page = b"<html><script>alert(1)</script></html>";
    let source = TwoFaced {
        shown: [b"\x89PNG\r\n\x1a\n", &[0; 30][..]].concat(),
        sent: Bytes(page.to_vec()),
    };
    let name = "liar.png";
    let info = FileInfo {
        length: source.shown.len() as u64,
        ..source.sent.info(name)
    };
    let draft = Draft {
        title: name.into(),
        text: String::new(),
        category: Category::Clinical,
    };
    let chart = patient.chart().await;
    patient.vault.open_chart(chart).await.expect("the chart");
    let (vault, watch) = (&patient.vault, Quiet::default());
    let sent = vault.add_file(chart, &draft, info, &source, &watch).await;
    sent.expect("the server can not look into it");

    let doctor = stage.doctor();
    open_shared_chart(doctor).await;
    doctor.click_on("entry-row", name).await;
    for hook in ["show-file", "download"] {
        doctor.click(hook).await;
        doctor
            .says("transfer-failed", "not what its name says")
            .await;
        assert!(!doctor.has("file-picture").await);
        doctor.picture("a-writer-lied").await;
        doctor.click("transfer-close").await;
        doctor.gone("transfer-failed").await;
    }
    stage.calm().await;
}

/// Every kind that is shown, to both, and what becomes of it.
pub(crate) async fn shown(stage: &Stage, folder: &Path) {
    let (page, doctor) = (stage.patient(), stage.doctor());
    for (name, media_type) in [
        ("photo.png", "image/png"),
        ("photo.jpg", "image/jpeg"),
        ("photo.webp", "image/webp"),
    ] {
        let bytes = encoded(page, media_type).await;
        add(page, folder, name, &bytes).await;
        page.click("show-file").await;
        is_drawn(page).await;
        page.click("show-file").await;
        page.gone("file-picture").await;
    }
    add(page, folder, "photo.gif", GIF).await;
    page.click("show-file").await;
    page.see("file-picture").await;

    let words = format!("{WORDS}\n{SCRIPT}");
    add(page, folder, "finding.txt", words.as_bytes()).await;
    page.click("show-file").await;
    page.says("file-words", "meniscus").await;
    assert_eq!(page.texts("file-words").await, [words]);
    assert_ne!(page.run("return document.title", &[]).await, json!("taken"));
    for screen in [Screen::Tablet, Screen::Desk, Screen::Phone] {
        page.look_on(screen).await;
        page.picture("words").await;
    }

    open_shared_chart(doctor).await;
    doctor.click_on("entry-row", "photo.jpg").await;
    doctor.click("show-file").await;
    is_drawn(doctor).await;
    for screen in [Screen::Phone, Screen::Desk, Screen::Tablet] {
        doctor.look_on(screen).await;
        doctor.picture("picture").await;
    }
    stage.calm().await;
}

/// Neither words nor pixels stand in what the browsers keep.
pub(crate) async fn nothing_kept(stage: &Stage) {
    let (patient, doctor) = (stage.patient(), stage.doctor());
    doctor.click("lock").await;
    doctor.see("locked").await;
    assert!(!doctor.has("file-picture").await);
    patient.click("sign-out").await;
    patient.gone("bar").await;
    for page in [patient, doctor] {
        let kept = page.kept();
        for canary in ["tear of the meniscus", PASSPHRASE] {
            for (form, needle) in forms(canary.as_bytes()) {
                for (place, bytes) in &kept {
                    assert!(!contains(bytes, &needle), "{canary} as {form} in {place}");
                }
            }
        }
        let found = kept.iter().any(|(_, bytes)| contains(bytes, b"localhost"));
        assert!(found, "what the browser keeps was searched");
    }
}

/// A picture of 40 by 30: red on the left, blue on the right.
pub(crate) async fn encoded(page: &Page, media_type: &str) -> Vec<u8> {
    let bytes = page.run(ENCODE, &[json!(media_type)]).await;
    let bytes: Vec<u8> = serde_json::from_value(bytes).expect("bytes");
    assert!(bytes.len() > 30, "{media_type}");
    bytes
}

/// The picture of [`encoded`] is on the screen.
pub(crate) async fn is_drawn(page: &Page) {
    page.see("file-picture").await;
    let expected = json!([40, 30, true, true]);
    page.until("red on the left, blue on the right", async || {
        (page.run(PIXELS, &[]).await == expected).then_some(())
    })
    .await;
}

async fn choose(page: &Page, folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file");
    page.click("nav-chart").await;
    page.click("add-file").await;
    page.choose_file(&path).await;
}

pub(crate) async fn add(page: &Page, folder: &Path, name: &str, bytes: &[u8]) {
    choose(page, folder, name, bytes).await;
    page.click("save").await;
    page.says("file-name", name).await;
}

const ENCODE: &str = "const canvas = document.createElement('canvas');\
    canvas.width = 40; canvas.height = 30;\
    const pen = canvas.getContext('2d');\
    pen.fillStyle = '#f00'; pen.fillRect(0, 0, 20, 30);\
    pen.fillStyle = '#00f'; pen.fillRect(20, 0, 20, 30);\
    const address = canvas.toDataURL(arguments[0]);\
    if (!address.startsWith('data:' + arguments[0])) return [];\
    return [...atob(address.split(',')[1])].map(letter => letter.charCodeAt(0))";

/// What is drawn is copied first: Chromium remarks on whoever reads from the canvas itself.
const PIXELS: &str = "const canvas = document.querySelector('[data-test=file-picture]');\
    const copy = document.createElement('canvas');\
    copy.width = canvas.width; copy.height = canvas.height;\
    const pen = copy.getContext('2d', { willReadFrequently: true });\
    pen.drawImage(canvas, 0, 0);\
    const [left, right] = [5, 35].map(x => pen.getImageData(x, 15, 1, 1).data);\
    return [canvas.width, canvas.height, left[0] > 200 && left[2] < 60, right[2] > 200 && right[0] < 60]";

/// One pixel.
const GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
