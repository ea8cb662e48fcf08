//! The server, its log, the line, the addresses and the device hold nothing of what the two people
//! wrote, named or typed.

use keepwell_tests::{browser::Page, contains, files, forms};

use crate::{
    chart::{FIRST_TEXT, REVISED_TEXT, TITLE},
    fixtures::{Fixtures, Held},
    share::{LATER_TEXT, LATER_TITLE},
    stage::{DOCTOR_PASSWORD, PATIENT, PATIENT_PASSWORD, Stage},
    transfers::{REMARK, STOPPED},
};

pub(crate) fn search(stage: &mut Stage, fixtures: &Fixtures) {
    let canaries = canaries(fixtures);
    // While the server runs there is a write-ahead log, and afterwards all is in one file.
    let mut places = files(&stage.server);
    let log = |(name, bytes): &(String, Vec<u8>)| name.ends_with("-wal") && !bytes.is_empty();
    assert!(places.iter().any(log), "a write-ahead log was searched too");
    stage.server.stop();
    places.extend(files(&stage.server));

    // The search finds what is there: a user name is no secret.
    assert!(
        places
            .iter()
            .any(|(_, bytes)| contains(bytes, PATIENT.as_bytes()))
    );
    assert!(stage.tap.has_heard(PATIENT.as_bytes()));
    assert!(stage.tap.has_heard(b"GET /api/"));
    for (name, canary) in &canaries {
        for (form, needle) in forms(canary) {
            assert!(
                !stage.tap.has_heard(&needle),
                "{name} as {form} on the line"
            );
            for (place, bytes) in &places {
                assert!(!contains(bytes, &needle), "{name} as {form} in {place}");
            }
        }
    }
    for page in [stage.patient(), stage.doctor()] {
        nothing_kept(page, &canaries, fixtures);
        let addresses = page.addresses();
        assert!(addresses.len() > 5, "{addresses:?}");
        for address in &addresses {
            names_nobody(address);
        }
    }
}

/// The browser keeps nothing on the device but the names in its own list of what was saved.
fn nothing_kept(page: &Page, canaries: &[(String, Vec<u8>)], fixtures: &Fixtures) {
    let kept = page.kept();
    let saved = [&fixtures.bundle, &fixtures.letter, &fixtures.large].map(Held::stem);
    for (place, bytes) in &kept {
        let own_list = ["/Default/History", "/shared_proto_db/"];
        let own_list = own_list.iter().any(|list| place.contains(list));
        for (name, canary) in canaries {
            if own_list && saved.iter().any(|stem| stem.as_bytes() == canary) {
                continue;
            }
            for (form, needle) in forms(canary) {
                assert!(!contains(bytes, &needle), "{name} as {form} in {place}");
            }
        }
    }
    // The search finds what is there: where the browser was.
    let found = kept.iter().any(|(_, bytes)| contains(bytes, b"localhost"));
    assert!(found, "what the browser keeps was searched");
}

/// An address holds words of this app, random ids and numbers, and nothing else.
fn names_nobody(address: &str) {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let then = query.strip_prefix("then=").unwrap_or(query);
    let then = then.replace("%2F", "/");
    for part in path.split('/').chain(then.split('/')) {
        let is_id = ["cha_", "rec_", "gra_"].iter().any(|kind| {
            let random = part.strip_prefix(kind).unwrap_or_default();
            random.len() == 22
        });
        let known = WORDS.contains(&part) || is_id || part.parse::<u32>().is_ok();
        assert!(known, "{part:?} in the address {address}");
    }
}

/// The words of this app's addresses.
const WORDS: [&str; 17] = [
    "", "sign-in", "register", "locked", "patients", "chart", "new-note", "new-file", "entry",
    "revision", "edit", "share", "stop", "words", "compare", "devices", "home",
];

fn canaries(fixtures: &Fixtures) -> Vec<(String, Vec<u8>)> {
    let texts = [
        TITLE,
        FIRST_TEXT,
        REVISED_TEXT,
        LATER_TITLE,
        LATER_TEXT,
        REMARK,
        STOPPED,
        PATIENT_PASSWORD,
        DOCTOR_PASSWORD,
    ];
    let mut canaries = Vec::new();
    for text in texts {
        canaries.push((text.to_owned(), text.as_bytes().to_vec()));
        // The beginning alone: what follows may have been cut off or encoded.
        canaries.push((text.to_owned(), text.as_bytes()[..12].to_vec()));
    }
    for file in [&fixtures.bundle, &fixtures.letter, &fixtures.large] {
        canaries.push((file.name().to_owned(), file.stem().as_bytes().to_vec()));
        // From the beginning and from the middle of the content.
        let middle = file.bytes.len() / 2;
        for at in [0, middle] {
            let piece = &file.bytes[at..(at + 32).min(file.bytes.len())];
            canaries.push((format!("{} at {at}", file.name()), piece.to_vec()));
        }
    }
    canaries
}
