//! Recovery kits: what a server can do to somebody who comes with one, and what it can make up.

use keepwell_shared::{
    bytes::{Bytes, Hash, to_base64url},
    statement::{AccountHead, Change, Role, Unverified},
    wire::{AccountGet, RecoverFinish, RecoverOpen, RecoverStart},
};
use keepwell_tests::{
    Device, Native, come_back, recover,
    tamper::{Forger, Lie, Line, Tamper, at},
};
use keepwell_vault::{Distrust, Error, Vault};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{ANSWER, CONTENT, MISPLACED, OLD, SIGNATURE, Stage, calm, quiet, set, sign_in_refused},
};

const NEW: &str = "a password of afterwards";
const FORKED: Error = Error::Distrusted(Distrust::Forked);

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            2,
            "escrow or recovery key substitution",
            "BW01, LP01, 1P01 (PM26)",
            "nothing is ever wrapped to a key that a server names; a kit opens what the account's newest signed statement names beside its own key",
            substituted
        ),
        attack!(
            191,
            "recovery on an account of an earlier day",
            "DL01 class (PM26); own analysis",
            "the newest statement must name this kit, and must follow what this browser remembers",
            earlier
        ),
        attack!(
            192,
            "recovery made up, or played again",
            "BW01 (PM26); TH23 replay class",
            "it is a statement signed by the account's own key; what a kit signs is good once",
            made_up
        ),
    ]
}

/// Somebody with the patient's kit in a browser that knows nothing, on a line of their own.
async fn with_kit(
    stage: &Stage,
    kit: &str,
    lies: Vec<Lie>,
    device: &Device,
) -> (Result<(), Error>, Line) {
    stage.operator.forget_tries();
    let line = Line::new(stage.operator.clone());
    for lie in lies {
        line.lie(lie);
    }
    let platform = Tamper::new(Native::on(stage.server.address(), device), &line);
    let said = Vault::recover(platform, "patient-one", kit, NEW).await;
    (said.map(drop), line)
}

/// What an honest server answers to the kit.
async fn opened(stage: &Stage, kit: &str, name: &str) -> Value {
    stage.operator.forget_tries();
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(Native::new(stage.server.address()), &line);
    Vault::recover(platform, name, kit, NEW).await.unwrap();
    serde_json::from_slice(&line.newest(RecoverOpen).answer.unwrap().body).unwrap()
}

async fn substituted() {
    let stage = Stage::new().await;
    let (_, other) = stage.another("patient-two", Role::Patient).await;
    let kit = stage.patient.authenticator.kit();
    let own = opened(&stage, &kit, "patient-one").await;
    let theirs = opened(&stage, &other.authenticator.kit(), "patient-two").await;
    let fresh = Device::default();
    let flipped = |field: &str| {
        let bytes: Bytes = serde_json::from_value(own[field].clone()).unwrap();
        let mut bytes = bytes.0;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        json!(to_base64url(&bytes))
    };
    for (field, to, why) in [
        ("/account", theirs["account"].clone(), CONTENT),
        ("/account", json!("nothing"), ANSWER),
        ("/key_bundle", theirs["key_bundle"].clone(), MISPLACED),
        ("/key_bundle", flipped("key_bundle"), MISPLACED),
        ("/account_head", theirs["account_head"].clone(), SIGNATURE),
        ("/account_head", flipped("account_head"), SIGNATURE),
        ("/kit", theirs["kit"].clone(), CONTENT),
        ("/kit", flipped("kit"), CONTENT),
        ("/kit", json!(""), CONTENT),
        ("/identity", theirs["identity"].clone(), CONTENT),
        ("/identity", flipped("identity"), CONTENT),
    ] {
        let lies = vec![set(RecoverOpen, field, to)];
        let (said, line) = with_kit(&stage, &kit, lies, &fresh).await;
        assert_eq!(said, Err(why), "{field}");
        calm(&line, &stage.patient, 0).await;
    }
    // All of another account at once, whose kit this is not.
    let whole = theirs.clone();
    let lie = Lie::json(RecoverOpen, move |json| *json = whole.clone());
    let (said, line) = with_kit(&stage, &kit, vec![lie], &fresh).await;
    assert_eq!(said, Err(CONTENT));
    calm(&line, &stage.patient, 0).await;
    // An AccountKey of the server's own under the kit's key it can not make: nobody but the kit has it.
    // What the kit signs is signed for one number, which the server draws: another one of its own opens
    // nothing at the server itself.
    let lie = Lie::json(RecoverStart, |json| {
        *at(json, "/recovery") = json!("rcv_AAAAAAAAAAAAAAAAAAAAAA");
    });
    let (said, line) = with_kit(&stage, &kit, vec![lie], &fresh).await;
    assert_eq!(said, Err(Error::WrongKit));
    quiet(&line, &stage.patient, 0).await;
    let lie = set(
        RecoverStart,
        "/recovery",
        json!("log_AAAAAAAAAAAAAAAAAAAAAA"),
    );
    let (said, line) = with_kit(&stage, &kit, vec![lie], &fresh).await;
    assert_eq!(said, Err(ANSWER));
    calm(&line, &stage.patient, 0).await;
    // The control.
    let (said, line) = with_kit(&stage, &kit, Vec::new(), &fresh).await;
    assert_eq!(said, Ok(()));
    quiet(&line, &stage.patient, 0).await;
    // The kit itself never left, in no form.
    for exchange in line.since(0) {
        let sent = String::from_utf8_lossy(&exchange.sent.body).into_owned();
        assert!(!sent.contains(&kit[..5]) && !sent.contains(&kit.replace('-', "")));
    }
}

async fn earlier() {
    let stage = Stage::new().await;
    let first = stage.patient.authenticator.kit();
    let before = opened(&stage, &first, "patient-one").await;
    let remembers_first = stage.patient.device.copy();
    let second = stage.patient.new_kit().await;
    let now = opened(&stage, &second, "patient-one").await;
    let fresh = Device::default();
    // The holder of the newest kit, who is shown the state before it: another kit is named there.
    for (fields, why) in [
        (vec!["account_head"], MISPLACED),
        (vec!["kit"], CONTENT),
        (vec!["account_head", "kit"], CONTENT),
    ] {
        let (from, names) = (before.clone(), fields.clone());
        let lie = Lie::json(RecoverOpen, move |json| {
            for field in &names {
                json[*field] = from[*field].clone();
            }
        });
        let (said, line) = with_kit(&stage, &second, vec![lie], &fresh).await;
        assert_eq!(said, Err(why), "{fields:?}");
        calm(&line, &stage.patient, 0).await;
    }
    // The holder of the kit that was replaced, and a server that goes back for them: a browser that has
    // seen the newer statement says so.
    let whole = before.clone();
    let lies = || {
        let whole = whole.clone();
        vec![Lie::instead(RecoverOpen, move |_| {
            Some(Ok(keepwell_tests::tamper::answer(200, &whole.to_string())))
        })]
    };
    let (said, line) = with_kit(&stage, &first, lies(), &stage.patient.device.copy()).await;
    assert_eq!(said, Err(OLD));
    calm(&line, &stage.patient, 0).await;
    // A browser that knows the first statement follows the chain, and no lie about it helps.
    stage
        .patient
        .vault
        .change_password(&stage.patient.password, NEW)
        .await
        .unwrap();
    let changed = opened(&stage, &second, "patient-one").await;
    assert_eq!(changed["earlier"].as_array().unwrap().len(), 2);
    for (list, why) in [
        (json!([]), FORKED),
        (json!([changed["earlier"][0]]), FORKED),
        (json!(["AAAA"]), SIGNATURE),
    ] {
        let lie = set(RecoverOpen, "/earlier", list);
        let (said, line) = with_kit(&stage, &second, vec![lie], &remembers_first).await;
        assert_eq!(said, Err(why));
        calm(&line, &stage.patient, 0).await;
    }
    let (said, _) = with_kit(&stage, &second, Vec::new(), &remembers_first).await;
    assert_eq!(said, Ok(()), "the control");
    assert_ne!(now["account_head"], changed["account_head"]);
}

async fn made_up() {
    let stage = Stage::new().await;
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(stage.returning(&stage.patient), &line);
    come_back(platform, "patient-one", &stage.patient.password)
        .await
        .unwrap();
    let told: Value =
        serde_json::from_slice(&line.newest(AccountGet).answer.unwrap().body).unwrap();
    let head: Unverified<AccountHead> =
        serde_json::from_value(told["account_head"].clone()).unwrap();
    let head = head.verify_named(head.id().unwrap()).unwrap();
    // A recovery that its owner has not signed, with a kit of the server's own.
    let forger = Forger::with(&[7; 32]);
    let mut made = head.payload().clone();
    made.counter += 1;
    made.previous = Some(head.id());
    made.change = Change::Recovered;
    made.kit.as_mut().unwrap().account_key = Hash::of(b"a wrap of the server");
    let made = forger.sign(made).to_unverified();
    let to = serde_json::to_value(&made).unwrap();
    sign_in_refused(&stage, SIGNATURE, set(AccountGet, "/account_head", to)).await;
    // A kit that was taken away, or put beside the one that is named.
    for wrap in [Value::Null, json!("AAAA")] {
        sign_in_refused(&stage, MISPLACED, set(AccountGet, "/kit", wrap)).await;
    }

    // Whoever has read the whole line of a recovery plays it again.
    let kit = stage.patient.authenticator.kit();
    let line = Line::new(stage.operator.clone());
    let device = Device::default();
    let platform = Tamper::new(Native::on(stage.server.address(), &device), &line);
    let person = recover(platform, &device, "patient-one", &kit, NEW)
        .await
        .unwrap();
    person.vault.home().await.unwrap();
    for (sent, code) in [
        (line.newest(RecoverOpen).sent, "wrong_sign_in"),
        (line.newest(RecoverFinish).sent, "sign_in_over"),
    ] {
        let request = keepwell_vault::platform::Request {
            method: sent.method,
            target: sent.target.clone(),
            headers: Vec::new(),
        };
        let native = Native::new(stage.server.address());
        let answer = keepwell_vault::platform::Platform::call(&native, request, sent.body).await;
        let answer = answer.unwrap();
        assert_eq!(answer.status, 401);
        assert_eq!(answer.body, format!("{{\"code\":\"{code}\"}}").as_bytes());
    }
    person.vault.home().await.unwrap();

    // A success that was none: the account stays as it was, and the new password opens nothing.
    let kit = person.authenticator.kit();
    let line = Line::new(stage.operator.clone());
    line.lie(Lie::instead(RecoverFinish, |_| {
        let body = json!({ "session": "ses_AAAAAAAAAAAAAAAAAAAAAA" }).to_string();
        Some(Ok(keepwell_tests::tamper::answer(200, &body)))
    }));
    let fresh = Device::default();
    let platform = Tamper::new(Native::on(stage.server.address(), &fresh), &line);
    let other = "a password that nobody had";
    let said = recover(platform, &fresh, "patient-one", &kit, other).await;
    assert_eq!(said.map(drop), Err(Error::WrongSignIn));
    person.vault.home().await.unwrap();
}
