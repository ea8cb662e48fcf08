//! The server, its log and the line hold nothing of what the two people wrote, named or typed.

use keepwell_tests::{contains, files, forms};

use crate::{
    chart::{FIRST_TEXT, REVISED_TEXT, TITLE},
    fixtures::Fixtures,
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
        let addresses = page.addresses();
        assert!(addresses.len() > 5, "{addresses:?}");
        for address in &addresses {
            assert!(!address.contains("canary"), "{address}");
            assert!(!address.contains(PATIENT), "{address}");
        }
    }
}

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
        let word = text.split(' ').next().expect("a word");
        let word = word.trim_end_matches(':');
        canaries.push((word.to_owned(), word.as_bytes().to_vec()));
    }
    for file in [&fixtures.bundle, &fixtures.letter, &fixtures.large] {
        let stem = file.name().split('.').next().expect("a name");
        canaries.push((stem.to_owned(), stem.as_bytes().to_vec()));
        // From the beginning and from the middle of the content.
        let middle = file.bytes.len() / 2;
        for at in [0, middle] {
            let piece = &file.bytes[at..(at + 32).min(file.bytes.len())];
            canaries.push((format!("{} at {at}", file.name()), piece.to_vec()));
        }
    }
    canaries
}
