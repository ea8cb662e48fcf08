//! One's own account: its keys, its ids, its messages.

use std::{cell::Cell, rc::Rc};

use keepwell_shared::{
    bytes::to_base64url,
    statement::Role,
    wire::{AccountGet, BookGet, ChartGet, ChartList, SignInFactor, SignInFinish, SignInStart},
};
use keepwell_tests::tamper::{Lie, Line, Tamper, at, bytes_at, edit_bytes};
use keepwell_vault::Unlocking;
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{
        ANSWER, CONTENT, MISPLACED, MISSING, SIGNATURE, Stage, refused, refused_by_rows, set,
        sign_in_refused, with_field,
    },
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            6,
            "vault-key overwrite at creation",
            "BW09, 1P06 (PM26); CS24",
            "own keys are wrapped symmetrically, with account, chart and epoch bound in",
            own_wraps
        ),
        attack!(
            8,
            "forced migration dialog",
            "BW03 (PM26)",
            "unknown fields are refused; no message can ask for a key",
            unknown_fields
        ),
        attack!(
            9,
            "private-key blob overwriting",
            "KO; MEGA",
            "the identity is one sealed structure, its public half computed again",
            every_byte_of_the_account
        ),
        attack!(
            11,
            "identifier confusion",
            "MX22, CVE-2022-39250",
            "ids carry their kind, in text and inside signed bytes",
            other_kinds_of_ids
        ),
    ]
}

async fn own_wraps() {
    let stage = Stage::new().await;
    let (puppets_line, puppet) = stage.another("patient-two", Role::Patient).await;
    let theirs = puppet.chart().await;
    puppet.vault.open_chart(theirs).await.unwrap();

    // The key of an account: of somebody whose password the server knows.
    let told = puppets_line.newest(AccountGet).answer.unwrap();
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    let wrap = told["account_key"].clone();
    sign_in_refused(&stage, CONTENT, set(AccountGet, "/account_key", wrap)).await;
    sign_in_refused(&stage, CONTENT, set(AccountGet, "", told)).await;
    let swap = "UPDATE account SET account_key = \
                (SELECT account_key FROM account WHERE username = 'patient-two') \
                WHERE username = 'patient-one'";
    stage
        .operator
        .rows("CREATE TABLE kept AS SELECT account, account_key FROM account");
    stage.operator.rows(swap);
    let (line, native) = (
        Line::new(stage.operator.clone()),
        stage.returning(&stage.patient),
    );
    let again = Unlocking::begin(
        Tamper::new(native, &line),
        &stage.patient.username,
        &stage.patient.password,
    );
    let again = again.await.unwrap();
    refused_by_rows(&line, &stage.patient, CONTENT, again.open()).await;
    let back = "UPDATE account SET account_key = \
                (SELECT kept.account_key FROM kept WHERE kept.account = account.account)";
    stage.operator.rows(back);
    assert_eq!(again.open().await, Ok(()));

    // The key of a compartment: another account's, and another compartment's.
    let told = puppets_line.newest(ChartGet).answer.unwrap();
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    let wrap = told["own"]["keys"][0]["wrapped"].clone();
    stage
        .chart_is_refused(CONTENT, set(ChartGet, "/own/keys/0/wrapped", wrap))
        .await;
    let lie = Lie::json(ChartGet, |json| {
        let other = at(json, "/own/keys/1/wrapped").clone();
        *at(json, "/own/keys/0/wrapped") = other;
    });
    stage.chart_is_refused(CONTENT, lie).await;
    let lie = Lie::json(ChartGet, |json| {
        at(json, "/own/keys").as_array_mut().unwrap().remove(0);
    });
    stage.chart_is_refused(MISSING, lie).await;
    stage
        .patient
        .note(stage.chart, "written afterwards", "")
        .await;
}

async fn unknown_fields() {
    let stage = Stage::new().await;
    let legacy = [
        ("must_migrate", json!(true)),
        ("keyConnectorUrl", json!("/migrate")),
        ("legacy_key", json!("AAAA")),
    ];
    for (name, value) in legacy {
        let value = || value.clone();
        sign_in_refused(&stage, ANSWER, with_field(SignInStart, "", name, value())).await;
        sign_in_refused(&stage, ANSWER, with_field(SignInFinish, "", name, value())).await;
        sign_in_refused(&stage, ANSWER, with_field(SignInFactor, "", name, value())).await;
        sign_in_refused(&stage, ANSWER, with_field(AccountGet, "", name, value())).await;
        sign_in_refused(&stage, ANSWER, with_field(BookGet, "", name, value())).await;
        stage
            .chart_is_refused(ANSWER, with_field(ChartGet, "", name, value()))
            .await;
        stage
            .chart_is_refused(ANSWER, with_field(ChartGet, "/own", name, value()))
            .await;
        stage.line.lie(with_field(ChartList, "", name, value()));
        refused(
            &stage.line,
            &stage.patient,
            ANSWER,
            stage.patient.vault.home(),
        )
        .await;
        stage.line.honest();
    }
    // Neither does the code of a refusal that nobody knows lead anywhere.
    let lie = Lie::at(AccountGet, |_, answer| {
        answer.status = 409;
        answer.body = br#"{"code":"must_migrate"}"#.to_vec();
    });
    sign_in_refused(&stage, ANSWER, lie).await;
}

async fn every_byte_of_the_account() {
    let stage = Stage::shared().await;
    let line = Line::new(stage.operator.clone());
    let native = stage.returning(&stage.patient);
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let unlocking = Unlocking::begin(Tamper::new(native, &line), name, password);
    let unlocking = unlocking.await.unwrap();
    assert_eq!(unlocking.open().await, Ok(()), "the control");
    let told = line.newest(AccountGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    let at_byte = Rc::new(Cell::new(0));
    for (field, why) in [
        ("/account_key", CONTENT),
        ("/identity", CONTENT),
        ("/key_bundle", MISPLACED),
        ("/account_head", SIGNATURE),
    ] {
        let length = bytes_at(&mut told, field).len();
        assert!(length > 90, "{field}");
        for change in ["flip", "cut"] {
            let place = Rc::clone(&at_byte);
            line.lie(Lie::json(AccountGet, move |json| {
                edit_bytes(json, field, |bytes| match change {
                    "flip" => bytes[place.get()] ^= 1 << (place.get() % 8),
                    _ => bytes.truncate(place.get()),
                });
            }));
            let from = line.count();
            for place in 0..length {
                at_byte.set(place);
                assert_eq!(unlocking.open().await, Err(why), "{change} {field} {place}");
            }
            assert_eq!(
                line.count(),
                from + length,
                "nothing was asked after a refusal"
            );
            assert!(line.writes_after_the_first_lie(from).is_empty());
            line.honest();
        }
    }
    // Two good identities in one account: halves of one with halves of the other.
    let book = set(BookGet, "/sealed", told["identity"].clone());
    line.lie(book);
    assert_eq!(unlocking.open().await, Err(CONTENT));
    line.honest();
    assert_eq!(unlocking.open().await, Ok(()));
}

async fn other_kinds_of_ids() {
    let stage = Stage::shared().await;
    let kinds = [
        "acc_", "cha_", "com_", "rec_", "blo_", "gra_", "ses_", "win_", "log_", "ide_",
    ];
    let other = |pointer: &'static str, own: &'static str| {
        kinds
            .into_iter()
            .filter(move |kind| *kind != own)
            .map(move |kind| {
                move |json: &mut Value| {
                    let id = at(json, pointer).as_str().unwrap().to_owned();
                    *at(json, pointer) = json!(id.replacen(own, kind, 1));
                }
            })
    };
    for change in other("/chart", "cha_") {
        stage
            .chart_is_refused(ANSWER, Lie::json(ChartGet, change))
            .await;
    }
    for change in other("/own/keys/0/compartment", "com_") {
        stage
            .chart_is_refused(ANSWER, Lie::json(ChartGet, change))
            .await;
    }
    for change in other("/shared/0/chart", "cha_") {
        stage.doctor_line.lie(Lie::json(ChartList, change));
        let home = stage.doctor.vault.home();
        refused(&stage.doctor_line, &stage.doctor, ANSWER, home).await;
        stage.doctor_line.honest();
    }
    let unlocking = Unlocking::begin(
        Tamper::new(stage.returning(&stage.patient), &stage.line),
        &stage.patient.username,
        &stage.patient.password,
    );
    let unlocking = unlocking.await.unwrap();
    for change in other("/account", "acc_") {
        stage.line.lie(Lie::json(AccountGet, change));
        refused(&stage.line, &stage.patient, ANSWER, unlocking.open()).await;
        stage.line.honest();
    }
    // Inside signed bytes, by the owner's own hand: a compartment's id where the chart's belongs.
    let told = stage.line.newest(ChartGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    let head = bytes_at(&mut told, "/own/head");
    let mut payload = keepwell_tests::tamper::payload_bytes(&head).to_vec();
    let chart = keepwell_shared::id::ChartId::KIND;
    let place = payload
        .windows(17)
        .position(|w| w[0] == chart && w[1..] == *stage.chart.as_bytes());
    for kind in [1u8, 3, 4, 5, 6, 0, 255] {
        payload[place.unwrap()] = kind;
        let signer = stage.patients_own_key();
        let made = signer.sign_raw(keepwell_shared::label::CHART_HEAD, &payload);
        let lie = set(ChartGet, "/own/head", json!(to_base64url(&made)));
        stage.chart_is_refused(SIGNATURE, lie).await;
    }
    payload[place.unwrap()] = chart;
    let signer = stage.patients_own_key();
    let made = signer.sign_raw(keepwell_shared::label::CHART_HEAD, &payload);
    assert_eq!(made, head, "the control: by hand it is the same statement");
}
