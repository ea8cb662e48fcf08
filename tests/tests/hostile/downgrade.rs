//! Downgrades: weaker parameters, older formats, fewer features.

use std::{cell::Cell, rc::Rc};

use keepwell_shared::{
    bytes::to_base64url,
    label,
    statement::{Grant, Revision, Role, Unverified},
    wire::{AccountGet, ChartGet, RegisterStart, RevisionList, SignInStart},
};
use keepwell_tests::{
    Native, come_back,
    tamper::{Lie, Line, Tamper, bytes_at, edit_bytes, payload_bytes, payload_of},
};
use keepwell_vault::{Unlocking, Vault};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{
        ANSWER, CONTENT, MISSING, SIGNATURE, Stage, draft, refused, revisions_sent, set,
        sign_in_refused, with_field,
    },
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            21,
            "KDF parameter downgrade",
            "BW07, LP04, 1P04, DL04 (PM26); CS24",
            "Argon2id's cost is compiled in; no message names it, and one that does is refused",
            parameters
        ),
        attack!(
            22,
            "algorithm downgrade to legacy mode",
            "BW11, BW12, DL03-06 (PM26)",
            "one suite for each format version, no older readers",
            versions
        ),
        attack!(
            23,
            "feature downgrade through server version or config",
            "BW10 (PM26)",
            "what is written has one form, whatever the server says of itself",
            features
        ),
        attack!(
            24,
            "container version not authenticated",
            "Cryptomator 149 (CM)",
            "every byte in front of a sealed thing is checked or bound",
            headers
        ),
    ]
}

async fn parameters() {
    let stage = Stage::new().await;
    let weak = [
        ("kdf", json!({"m": 8, "t": 1, "p": 1})),
        ("iterations", json!(1)),
        ("argon2_memory_kib", json!(8)),
    ];
    for (name, value) in weak {
        let lie = with_field(SignInStart, "", name, value.clone());
        sign_in_refused(&stage, ANSWER, lie).await;
        let lie = with_field(AccountGet, "", name, value.clone());
        sign_in_refused(&stage, ANSWER, lie).await;

        let line = Line::new(stage.operator.clone());
        line.lie(with_field(RegisterStart, "", name, value));
        let platform = Tamper::new(Native::new(stage.server.address()), &line);
        let register = Vault::register(platform, "patient-new", "a long password", Role::Patient);
        refused(&line, &stage.patient, ANSWER, register).await;
        assert_eq!(line.count(), 1, "no record of the password was sent");
    }
    stage.reads_well().await;
}

/// The payload of a statement under another version.
fn with_version(payload: &[u8], version: u8) -> Vec<u8> {
    let number = minicbor::to_vec(version).unwrap();
    [&payload[..1], &number, &payload[2..]].concat()
}

async fn versions() {
    let stage = Stage::shared().await;
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(stage.returning(&stage.patient), &line);
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let unlocking = Unlocking::begin(platform, name, password).await.unwrap();
    let others = (0..=255u8).filter(|version| *version != 1);

    // Envelopes.
    let version = Rc::new(Cell::new(1));
    for field in ["/account_key", "/identity"] {
        let byte = Rc::clone(&version);
        line.lie(Lie::json(AccountGet, move |json| {
            edit_bytes(json, field, |bytes| bytes[0] = byte.get());
        }));
        version.set(1);
        assert_eq!(unlocking.open().await, Ok(()), "the control");
        for other in others.clone() {
            version.set(other);
            assert_eq!(unlocking.open().await, Err(CONTENT), "{field} {other}");
        }
        line.honest();
    }
    let byte = Rc::clone(&version);
    stage.line.lie(Lie::json(ChartGet, move |json| {
        edit_bytes(json, "/own/keys/3/wrapped", |bytes| bytes[0] = byte.get());
    }));
    for other in others.clone() {
        version.set(other);
        let open = stage.patient.vault.open_chart(stage.chart);
        assert_eq!(open.await.unwrap_err(), CONTENT, "{other}");
    }
    stage.line.honest();
    stage.reads_well().await;

    // Statements, signed by the owner's own hand under every other version and algorithm.
    let signer = stage.patients_own_key();
    let told = stage.line.newest(ChartGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    for (pointer, purpose) in [
        ("/own/head", label::CHART_HEAD),
        ("/own/grants/0/grant", label::GRANT),
        ("/owner", label::KEY_BUNDLE),
        ("/compartments/0", label::COMPARTMENT_HEAD),
    ] {
        let statement = bytes_at(&mut told, pointer);
        let payload = payload_bytes(&statement);
        assert_eq!(signer.sign_raw(purpose, payload), statement, "the control");
        let made = others
            .clone()
            .map(|version| signer.sign_raw(purpose, &with_version(payload, version)))
            .chain(
                [-8, -16, -35, -36, -47, 1, 4, 5, 0]
                    .map(|algorithm| signer.sign_with(algorithm, purpose, payload)),
            );
        for made in made {
            stage
                .line
                .lie(set(ChartGet, pointer, json!(to_base64url(&made))));
            // A grant is believed because the head names its id; there it is another one.
            let another = Unverified::<Grant>::from_bytes(made.clone()).id().is_ok();
            let why = if another && pointer.ends_with("/grant") {
                MISSING
            } else {
                SIGNATURE
            };
            let open = stage.patient.vault.open_chart(stage.chart);
            assert_eq!(open.await.unwrap_err(), why, "{pointer}");
            stage.line.honest();
        }
    }
    stage.reads_well().await;

    // The same for an entry.
    let mut told = stage.page().await;
    let statement = bytes_at(&mut told, "/revisions/0/revision");
    let payload = payload_bytes(&statement);
    let probe = stage.probe().await;
    for other in others {
        let made = signer.sign_raw(label::REVISION, &with_version(payload, other));
        let lie = set(
            RevisionList,
            "/revisions/0/revision",
            json!(to_base64url(&made)),
        );
        let why = probe.instead_of(&statement, &made).unwrap();
        probe.note_is_refused(&why, lie).await;
    }
    probe.recovers(1).await;
}

async fn features() {
    let stage = Stage::shared().await;
    for (name, value) in [
        ("version", json!("0.0.1")),
        ("server_version", json!("0.0.1")),
        ("features", json!([])),
        ("padding", json!(false)),
    ] {
        let lie = with_field(AccountGet, "", name, value.clone());
        sign_in_refused(&stage, ANSWER, lie).await;
        stage
            .chart_is_refused(ANSWER, with_field(ChartGet, "", name, value))
            .await;
    }
    // The numbers that a server may choose change nothing about the form of what is written.
    let shape = |line: &Line, from: usize| -> Vec<(usize, u64, usize, usize, u8, u8)> {
        let sent = revisions_sent(line, from).into_iter();
        sent.map(|new| {
            let revision: Revision = payload_of(Unverified::as_bytes(&new.revision));
            (
                new.entry.as_slice().len(),
                revision.entry.sealed_length,
                revision.entry.salt.as_slice().len(),
                revision.record_key.as_slice().len(),
                revision.version,
                revision.record_key.as_slice()[0],
            )
        })
        .collect()
    };
    let from = stage.line.count();
    stage
        .patient
        .vault
        .add_note(stage.chart, &draft("a", "b"))
        .await
        .unwrap();
    let honest = shape(&stage.line, from);
    assert_eq!(honest, [(4112, 4112, 24, 93, 1, 1)]);
    for (pointer, value) in [
        ("/max_file", json!(0)),
        ("/max_file", json!(u64::MAX)),
        ("/quota", json!(0)),
        ("/used", json!(u64::MAX)),
    ] {
        let line = Line::new(stage.operator.clone());
        line.lie(set(AccountGet, pointer, value));
        let platform = Tamper::new(stage.returning(&stage.patient), &line);
        let (name, password) = (&stage.patient.username, &stage.patient.password);
        let vault = come_back(platform, name, password).await.unwrap();
        vault.max_file();
        vault.add_note(stage.chart, &draft("a", "b")).await.unwrap();
        assert_eq!(shape(&line, 0), honest, "{pointer}");
    }
}

async fn headers() {
    let stage = Stage::shared().await;
    let grant = stage.reads_well().await.sharing[0].grant;
    stage
        .patient
        .vault
        .stop_sharing(stage.chart, grant)
        .await
        .unwrap();
    for pointer in ["/own/keys/0/wrapped", "/back_chain/0/wrapped"] {
        let place = Rc::new(Cell::new(0));
        let byte = Rc::clone(&place);
        stage.line.lie(Lie::json(ChartGet, move |json| {
            edit_bytes(json, pointer, |bytes| bytes[byte.get()] ^= 1);
        }));
        // Version, id of the key, nonce.
        for at in 0..1 + 32 + 12 {
            place.set(at);
            let from = stage.line.count();
            let open = stage.patient.vault.open_chart(stage.chart);
            assert_eq!(open.await.unwrap_err(), CONTENT, "{pointer} {at}");
            assert_eq!(stage.line.count(), from + 1);
        }
        stage.line.honest();
        stage.reads_well().await;
    }
}
