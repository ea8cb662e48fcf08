//! The account chain: sessions and states that a change of the password should have ended.

use keepwell_shared::{
    error::Code,
    statement::{AccountHead, Role, Unverified},
    wire::{
        AccountGet, AccountHeadList, AccountPut, AccountPutRequest, Endpoint, PasswordStart,
        SignInStart,
    },
};
use keepwell_tests::{
    Device, Native, Person, both_steps, come_back, enter,
    tamper::{self, Lie, Line, Tamper},
};
use keepwell_vault::{Behind, Distrust, Entered, Error, Unlocking};
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
        attack!(
            182,
            "rolled back account, and its repair bent",
            "DL01 class (PM26); own analysis",
            "the browser says so and can do nothing but sign a state above both, with a new password",
            bent_repair
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
        let Person {
            username,
            password,
            authenticator,
            ..
        } = &stage.patient;
        let platform = Tamper::new(native, &line);
        async move {
            let said = enter(platform, username, password, authenticator).await;
            (said.map(drop), line)
        }
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
    back_to_the_first_day(&stage);
    let line = Line::new(stage.operator.clone());
    let native = Native::on(stage.server.address(), &stage.patient.device.copy());
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let factor = stage.patient.authenticator.next();
    let unlocking = Unlocking::begin_anew(Tamper::new(native, &line), name, password, &factor);
    let unlocking = unlocking.await.unwrap();
    refused_by_rows(&line, &stage.patient, OLD, unlocking.open()).await;
    let (line, fresh) = stage.fresh().await;
    let open = fresh.vault.open_chart(stage.chart);
    refused_by_rows(&line, &fresh, MISPLACED, open).await;
}

fn back_to_the_first_day(stage: &Stage) {
    stage
        .operator
        .rows("DELETE FROM account_head WHERE counter > 0");
    stage.operator.rows(
        "UPDATE account SET (opaque_record, account_key) = (SELECT kept.opaque_record, \
         kept.account_key FROM kept WHERE kept.account = account.account) \
         WHERE username = 'patient-one'",
    );
}

/// What a server can do about the way out: nothing is offered for a state that its owner has not
/// signed, nothing is written before the owner goes on, and no lie on that way leads to an account that
/// is not the owner's.
async fn bent_repair() {
    let (stage, before, _) = changed().await;
    let (theirs, _) = stage.another("patient-two", Role::Patient).await;
    let theirs = theirs.newest(AccountGet).answer.unwrap();
    let theirs: Value = serde_json::from_slice(&theirs.body).unwrap();
    back_to_the_first_day(&stage);
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let enter = |device: &Device, lie: Option<Lie>| {
        stage.operator.forget_tries();
        let line = Line::new(stage.operator.clone());
        if let Some(lie) = lie {
            line.lie(lie);
        }
        let native = Native::on(stage.server.address(), device);
        let (platform, phone) = (Tamper::new(native, &line), &stage.patient.authenticator);
        async move { (both_steps(platform, name, password, phone).await, line) }
    };
    let device = &stage.patient.device;

    // A state that does not verify is no state to go on from.
    for (field, to, why) in [
        ("/account_head", theirs["account_head"].clone(), SIGNATURE),
        ("/account_key", theirs["account_key"].clone(), CONTENT),
        ("/identity", theirs["identity"].clone(), CONTENT),
        ("/account", theirs["account"].clone(), CONTENT),
        ("/key_bundle", theirs["key_bundle"].clone(), MISPLACED),
    ] {
        let (said, line) = enter(device, Some(set(AccountGet, field, to))).await;
        assert_eq!(said.map(|_| ()), Err(why), "{field}");
        calm(&line, &stage.patient, 0).await;
    }

    // Neither looking nor a wrong password writes anything, here or there.
    let kept = device.memories();
    let (found, line) = enter(device, None).await;
    let found = is_behind(found);
    let new = "a password that nobody had";
    let (said, found) = found.go_on("not the password", new).await.unwrap_err();
    assert_eq!(said, Error::WrongSignIn);
    assert_eq!(puts(&line), 0);
    assert_eq!(
        device.memories(),
        kept,
        "the memory of the newer state stays"
    );
    quiet(&line, &stage.patient, 0).await;

    // A server that bends the way: what the password unlocks, and whether anything was stored.
    let found = found.unwrap();
    line.lie(Lie::json(SignInStart, |json| {
        tamper::edit_bytes(json, "/opaque", |bytes| bytes[0] ^= 1);
    }));
    let (said, found) = found.go_on(password, new).await.unwrap_err();
    assert_eq!(said, ANSWER);
    line.honest();
    line.lie(set(PasswordStart, "/opaque", json!("AAAA")));
    let (said, found) = found.unwrap().go_on(password, new).await.unwrap_err();
    assert_eq!(said, ANSWER);
    line.honest();
    assert_eq!(puts(&line), 0);
    line.lie(Lie::instead(AccountPut, |_| {
        Some(Ok(tamper::answer(200, "{}")))
    }));
    let vault = found.unwrap().go_on(password, new).await;
    let vault = vault.map_err(|(error, _)| error).unwrap();
    assert_eq!(puts(&line), 1);
    line.honest();
    drop(vault);
    // It was not stored: the new password opens nothing, and the old state is said again, above all
    // that this browser has signed.
    let native = Native::on(stage.server.address(), device);
    let said = come_back(native, name, new).await;
    assert_eq!(said.map(drop), Err(Error::WrongSignIn));
    let (found, line) = enter(device, None).await;
    let found = is_behind(found);
    assert_eq!(found.why(), Distrust::Old);

    // The control: with an honest server it leads into the account, by one statement that names both
    // branches, and whatever was given up is refused from then on.
    let vault = found.go_on(password, new).await.map_err(|(error, _)| error);
    let sent = line.newest(AccountPut).sent.body;
    let sent: AccountPutRequest = serde_json::from_slice(&sent).unwrap();
    let head = sent
        .account_head
        .verify_named(sent.account_head.id().unwrap());
    let head = head.unwrap();
    let first = before["account_head"].clone();
    let first: Unverified<AccountHead> = serde_json::from_value(first).unwrap();
    assert_eq!(head.payload().previous, Some(first.id().unwrap()));
    assert_eq!(head.payload().replaces.len(), 1);
    assert_eq!(
        head.payload().counter,
        4,
        "above the one that was not stored"
    );
    vault.unwrap().home().await.unwrap();
    quiet(&line, &stage.patient, 0).await;
    let old = set(AccountGet, "/account_head", before["account_head"].clone());
    let line = Line::new(stage.operator.clone());
    line.lie(old);
    let native = Native::on(stage.server.address(), device);
    let said = come_back(Tamper::new(native, &line), name, new).await;
    assert_eq!(said.map(drop), Err(MISPLACED));
    calm(&line, &stage.patient, 0).await;
    let native = Native::on(stage.server.address(), device);
    come_back(native, name, new).await.unwrap();
}

fn is_behind(entered: Result<Entered<Tamper<Native>>, Error>) -> Behind<Tamper<Native>> {
    match entered.unwrap() {
        Entered::Behind(behind) => *behind,
        other => panic!("nothing was noticed: {other:?}"),
    }
}

/// How many statements of an account were sent on this line.
fn puts(line: &Line) -> usize {
    let sent = line.since(0).into_iter();
    sent.filter(|e| (e.sent.method, e.sent.target.as_str()) == ("PUT", AccountPut::PATH))
        .count()
}
