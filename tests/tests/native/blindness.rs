//! The server is blind: nothing of what people write, name, type or hold as a key is found in the
//! database, its write-ahead log, the server's log, or anything that travelled.

use keepwell_shared::statement::Role;
use keepwell_tests::{Bytes, Person, Quiet, Server, Wiretap, contains, files, forms, noise};
use keepwell_vault::{Category, Draft, Unlocking};

#[tokio::test]
async fn nothing_of_content_names_passwords_or_keys_reaches_the_server() {
    let mut server = Server::start();
    let tap = Wiretap::on(server.address()).await;
    let patient = Person::register(tap.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(tap.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    let draft = Draft {
        title: "canary-title-7Qx".into(),
        text: "canary-text-9Zp with more words".into(),
        category: Category::Laboratory,
    };
    let note = patient.vault.add_note(chart, &draft).await.unwrap();
    let changed = Draft {
        text: "canary-revised-3Kd".into(),
        ..draft
    };
    patient
        .vault
        .revise(chart, note.record, note.revision, &changed)
        .await
        .unwrap();
    let content = Bytes(
        [
            noise(1, 100_000),
            b"canary-bytes-5Wn".to_vec(),
            noise(2, 200_000),
        ]
        .concat(),
    );
    let file_draft = Draft {
        title: String::new(),
        text: String::new(),
        category: Category::Personal,
    };
    let info = keepwell_vault::FileInfo {
        media_type: "canary/type-2Vb".into(),
        ..content.info("canary-name-8Jh.pdf")
    };
    let file = patient
        .vault
        .add_file(chart, &file_draft, info, &content, &Quiet::default())
        .await
        .unwrap();
    patient.compare_with(&doctor).await;
    let shared = patient
        .vault
        .share(chart, doctor.vault.account())
        .await
        .unwrap();
    doctor.vault.open_chart(chart).await.unwrap();
    assert!(
        doctor
            .open(chart, file.record, file.revision)
            .await
            .unwrap()
            == content.0
    );
    patient
        .vault
        .stop_sharing(chart, shared.sharing[0].grant)
        .await
        .unwrap();

    let mut canaries: Vec<(&str, Vec<u8>)> = [
        "canary-title-7Qx",
        "canary-text-9Zp",
        "canary-revised-3Kd",
        "canary-bytes-5Wn",
        "canary-name-8Jh",
        "canary/type-2Vb",
    ]
    .into_iter()
    .map(|canary| (canary, canary.as_bytes().to_vec()))
    .collect();
    for person in [&patient, &doctor] {
        canaries.push(("password", person.password.clone().into_bytes()));
        canaries.extend(person.vault.canaries());
        let unlocking = Unlocking::begin(person.line.clone(), &person.username, &person.password);
        canaries.extend(unlocking.await.unwrap().canaries());
    }
    canaries.push(("bytes of the file", content.0[5_000..5_032].to_vec()));
    assert!(
        canaries
            .iter()
            .filter(|(name, _)| *name == "CompartmentKey")
            .count()
            >= 12
    );
    for key in ["RecordKey", "ContentKey", "UnlockKey", "RequestKey"] {
        let many = canaries.iter().filter(|(name, _)| *name == key).count();
        assert!(many >= 2, "{many} of {key}");
    }

    let mut places = vec![("traffic".to_owned(), tap.heard())];
    places.extend(files(&server));
    let before_stop = places.len();
    server.stop();
    places.extend(files(&server));
    assert!(
        places
            .iter()
            .any(|(name, bytes)| name.ends_with("-wal") && !bytes.is_empty()),
        "a log was searched too"
    );
    assert!(places.iter().any(|(name, _)| name.ends_with("log")));
    assert!(places.len() > before_stop);

    // The search finds what is there: a user name is no secret, and it is in the database.
    assert!(
        places
            .iter()
            .any(|(_, bytes)| contains(bytes, b"patient-one"))
    );
    for (place, bytes) in &places {
        for (name, canary) in &canaries {
            for (form, needle) in forms(canary) {
                assert!(!contains(bytes, &needle), "{name} as {form} in {place}");
            }
        }
        // The log names nobody at all.
        if place.ends_with("log") {
            for name in ["patient-one", "doctor-one", &chart.to_string()] {
                assert!(!contains(bytes, name.as_bytes()), "{name} in the log");
            }
        }
    }
}
