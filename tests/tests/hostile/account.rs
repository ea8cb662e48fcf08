//! The account chain: sessions and states that a change of the password should have ended.

use keepwell_shared::{
    error::Code,
    statement::Role,
    wire::{AccountGet, AccountHeadList},
};
use keepwell_tests::{
    Device, Native,
    tamper::{Lie, Line, Tamper},
};
use keepwell_vault::{Distrust, Error, Unlocking, Vault};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{
        ANSWER, CONTENT, MISPLACED, OLD, SIGNATURE, Stage, calm, quiet, refused_by_rows, set,
        sign_in_refused,
    },
};

const FORKED: Error = Error::Distrusted(Distrust::Forked);

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            61,
            "old sessions survive a credential change",
            "Vaultwarden GHSA-6j4w-g4jh-xjfx (VW)",
            "a change ends every other session in the same transaction",
            old_sessions
        ),
        attack!(
            181,
            "account of an earlier day",
            "DL01 class (PM26); own analysis",
            "a chain of statements names every wrap; browsers remember the newest, charts name it",
            earlier_account
        ),
    ]
}

async fn old_sessions() {
    let stage = Stage::new().await;
    let (line, elsewhere) = stage.fresh().await;
    elsewhere.vault.open_chart(stage.chart).await.unwrap();
    let password = &stage.patient.password;
    let new = "another long password";
    let change = stage.patient.vault.change_password(password, new);
    change.await.unwrap();
    let out = Error::Refused(Code::SignedOut);
    let from = line.count();
    let said = elsewhere.vault.open_chart(stage.chart).await;
    assert_eq!(said.unwrap_err(), out);
    assert_eq!(elsewhere.vault.home().await.unwrap_err(), out);
    let said = elsewhere.vault.change_password(new, password).await;
    assert_eq!(said, Err(out), "not even with the password of now");
    quiet(&line, &elsewhere, from).await;
    stage.reads_well().await;
}

/// The stage after two changes of the password back to itself, each with a note behind it, and the
/// answers of before.
async fn changed() -> (Stage, Value, Device) {
    let stage = Stage::new().await;
    let device = stage.patient.device.copy();
    let (line, _) = stage.fresh().await;
    let before = line.newest(AccountGet).answer.unwrap();
    let before = serde_json::from_slice(&before.body).unwrap();
    stage
        .operator
        .rows("CREATE TABLE kept AS SELECT account, opaque_record, account_key FROM account");
    let password = &stage.patient.password;
    for title in ["after one change", "after two"] {
        let vault = &stage.patient.vault;
        vault.change_password(password, password).await.unwrap();
        stage.patient.note(stage.chart, title, "").await;
    }
    (stage, before, device)
}

async fn earlier_account() {
    let (stage, before, device) = changed().await;
    // Parts of the earlier answer: the statement names the wraps that belong to it.
    for field in ["/account_head", "/account_key"] {
        let old = before.pointer(field).unwrap().clone();
        let why = match field {
            "/account_head" => MISPLACED,
            _ => CONTENT,
        };
        sign_in_refused(&stage, why, set(AccountGet, field, old)).await;
    }
    let (theirs, _) = stage.another("patient-two", Role::Patient).await;
    let theirs = theirs.newest(AccountGet).answer.unwrap();
    let theirs: Value = serde_json::from_slice(&theirs.body).unwrap();
    let lie = set(AccountGet, "/account_head", theirs["account_head"].clone());
    sign_in_refused(&stage, SIGNATURE, lie).await;

    // A browser that remembers the first statement asks for those between; no lie about them helps.
    let sign_in = |device: &Device, lie: Option<Lie>| {
        let line = Line::new(stage.operator.clone());
        if let Some(lie) = lie {
            line.lie(lie);
        }
        let native = Native::on(stage.server.address(), &device.copy());
        let (name, password) = (&stage.patient.username, &stage.patient.password);
        let vault = Vault::sign_in(Tamper::new(native, &line), name, password);
        async move { (vault.await.map(drop), line) }
    };
    let (said, line) = sign_in(&device, None).await;
    said.unwrap();
    let told = line.newest(AccountHeadList).answer.unwrap();
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    let heads = told["heads"].as_array().unwrap().clone();
    assert_eq!(heads.len(), 2, "the control");
    let first = before["account_head"].clone();
    for (list, why) in [
        (json!([]), FORKED),
        (json!([heads[1]]), FORKED),
        (json!([first]), FORKED),
        (json!([first, heads[1]]), FORKED),
        (json!([theirs["account_head"], heads[1]]), FORKED),
        (json!(["AAAA"]), SIGNATURE),
        (json!([1]), ANSWER),
    ] {
        let (said, line) = sign_in(&device, Some(set(AccountHeadList, "/heads", list))).await;
        assert_eq!(said, Err(why));
        calm(&line, &stage.patient, 0).await;
        let asked = line.answers(keepwell_shared::wire::Method::Get, "/api/account/heads");
        assert!(asked.len() < 4, "asked without end");
    }

    // Everything of the first day but the chart: rows, as a backup has them. Whoever remembers says
    // so; a fresh browser finds a chart that names what the account does not have.
    stage
        .operator
        .rows("DELETE FROM account_head WHERE counter > 0");
    stage.operator.rows(
        "UPDATE account SET (opaque_record, account_key) = (SELECT kept.opaque_record, \
         kept.account_key FROM kept WHERE kept.account = account.account) \
         WHERE username = 'patient-one'",
    );
    let line = Line::new(stage.operator.clone());
    let native = Native::on(stage.server.address(), &stage.patient.device.copy());
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let unlocking = Unlocking::begin(Tamper::new(native, &line), name, password);
    let unlocking = unlocking.await.unwrap();
    refused_by_rows(&line, &stage.patient, OLD, unlocking.open()).await;
    let (line, fresh) = stage.fresh().await;
    let open = fresh.vault.open_chart(stage.chart);
    refused_by_rows(&line, &fresh, MISPLACED, open).await;
}
