//! Entries: revised, moved, written from two devices at once, and bundles byte for byte.

use keepwell_shared::statement::Role;
use keepwell_tests::{Person, Server, fhir_folder, noise};
use keepwell_vault::{Category, Draft, Error};

fn draft(title: &str, text: &str) -> Draft {
    Draft {
        title: title.into(),
        text: text.into(),
        category: Category::Clinical,
    }
}

#[tokio::test]
async fn revisions_follow_one_another_and_old_ones_stay_readable() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let first = patient.file(chart, "one.pdf", &noise(4, 20_000)).await;
    let second = patient
        .vault
        .revise(
            chart,
            first.record,
            first.revision,
            &draft("Renamed", "a word on it"),
        )
        .await
        .unwrap();
    assert_eq!((second.number, second.history.len()), (2, 2));

    // Another device that has seen only the first revision is told, and nothing is overwritten.
    let elsewhere = patient.elsewhere(server.address()).await;
    elsewhere.vault.open_chart(chart).await.unwrap();
    let late = elsewhere
        .vault
        .revise(chart, first.record, first.revision, &draft("Lost?", ""))
        .await;
    assert_eq!(late.unwrap_err(), Error::ChangedMeanwhile);

    let opened = elsewhere
        .vault
        .entry(chart, first.record, Some(first.revision))
        .unwrap();
    assert_eq!(opened.entry.title, "one.pdf");
    for revision in [first.revision, second.revision] {
        assert_eq!(
            elsewhere.open(chart, first.record, revision).await.unwrap(),
            noise(4, 20_000)
        );
    }
}

/// A revision under another category moves the entry and hands the file's key on.
#[tokio::test]
async fn an_entry_moves_to_another_category_with_its_file() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let first = patient.file(chart, "bill.pdf", &noise(5, 9_000)).await;
    let moved = Draft {
        category: Category::Financial,
        ..draft("bill.pdf", "")
    };
    let second = patient
        .vault
        .revise(chart, first.record, first.revision, &moved)
        .await
        .unwrap();
    assert_eq!(second.category, Category::Financial);
    assert_eq!(
        patient
            .open(chart, second.record, second.revision)
            .await
            .unwrap(),
        noise(5, 9_000)
    );
}

#[tokio::test]
async fn two_devices_write_at_once_and_nothing_is_lost() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let elsewhere = patient.elsewhere(server.address()).await;
    let chart = patient.chart().await;
    patient.compare_with(&doctor).await;
    elsewhere.vault.open_chart(chart).await.unwrap();
    // One device changes the head while the other one writes on the old head.
    patient
        .vault
        .share(chart, doctor.vault.account())
        .await
        .unwrap();
    elsewhere.note(chart, "Written on an old head", "").await;
    let both = async |person: &Person, name: &str| {
        for i in 0..5 {
            person.note(chart, &format!("{name} {i}"), "").await;
        }
    };
    tokio::join!(both(&patient, "here"), both(&elsewhere, "there"));
    assert_eq!(
        patient.vault.open_chart(chart).await.unwrap().entries.len(),
        11
    );
    assert_eq!(
        doctor.vault.open_chart(chart).await.unwrap().entries.len(),
        11
    );
}

/// Real bundles, byte for byte; our own small one always.
#[tokio::test]
async fn bundles_come_back_byte_for_byte() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let own = r#"{"resourceType":"Bundle","type":"collection","entry":[]}"#
        .as_bytes()
        .to_vec();
    let mut files = vec![("own.json".to_owned(), own)];
    for entry in fhir_folder()
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
    {
        let path = entry.unwrap().path();
        files.push((
            path.file_name().unwrap().to_string_lossy().into_owned(),
            std::fs::read(path).unwrap(),
        ));
    }
    for (name, bytes) in files {
        let added = patient.file(chart, &name, &bytes).await;
        assert_eq!(
            added.entry.file.as_ref().unwrap().length,
            bytes.len() as u64
        );
        assert!(
            patient
                .open(chart, added.record, added.revision)
                .await
                .unwrap()
                == bytes,
            "{name}"
        );
    }
}
