//! Codes of the second factor that somebody has heard, shown again.

use keepwell_shared::{error::Code, wire::SignInFactor};
use keepwell_tests::{
    Native,
    tamper::{Line, Tamper},
};
use keepwell_vault::{
    Entered, Error, Factor, PasswordProven, Vault,
    platform::{Platform, Request},
};

use crate::{
    attack,
    list::Attack,
    stage::{Stage, quiet},
};

pub fn attacks() -> Vec<Attack> {
    vec![attack!(
        59,
        "TOTP replay",
        "CVE-2025-6015",
        "the last accepted step is stored with the session in one transaction",
        codes_again
    )]
}

/// Somebody who knows the password, in a browser that was never let in.
async fn begun(stage: &Stage) -> (Line, PasswordProven<Tamper<Native>>) {
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(Native::new(stage.server.address()), &line);
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    match Vault::enter(platform, name, password).await {
        Ok(Entered::NeedsFactor(proven)) => (line, proven),
        other => panic!("no second factor was asked for: {other:?}"),
    }
}

/// Nothing of the account was asked for, because there is no session to ask in.
async fn stays_outside(stage: &Stage, line: &Line) {
    for sent in line.since(0) {
        assert!(sent.sent.target.starts_with("/api/sign-in/"));
    }
    quiet(line, &stage.patient, 0).await;
}

async fn codes_again() {
    let stage = Stage::new().await;
    let phone = &stage.patient.authenticator;
    // Two at once with one code: one of them is let in, which is the control.
    let code = phone.next();
    let (one_line, one) = begun(&stage).await;
    let (two_line, two) = begun(&stage).await;
    let (one, two) = tokio::join!(one.show(&code), two.show(&code));
    let (line, refused) = match (one, two) {
        (Ok(Entered::In(_)), Err((error, _))) => (two_line, error),
        (Err((error, _)), Ok(Entered::In(_))) => (one_line, error),
        other => panic!("one code opens one session: {other:?}"),
    };
    assert_eq!(refused, Error::Refused(Code::CodeUsed));
    stays_outside(&stage, &line).await;
    // The same one later, and an earlier one behind it.
    let earlier = Factor::code(&phone.code_off(0)).unwrap();
    for code in [code, earlier] {
        let (line, proven) = begun(&stage).await;
        let (error, left) = proven.show(&code).await.unwrap_err();
        assert_eq!(error, Error::Refused(Code::CodeUsed));
        assert!(left.is_some(), "another one can be typed");
        stays_outside(&stage, &line).await;
    }
    // A recovery code opens one session as well.
    let sheet = Factor::recovery_code(&phone.recovery_code()).unwrap();
    let (_, proven) = begun(&stage).await;
    assert!(matches!(proven.show(&sheet).await, Ok(Entered::In(_))));
    let (line, proven) = begun(&stage).await;
    let (error, _) = proven.show(&sheet).await.unwrap_err();
    assert_eq!(error, Error::Refused(Code::WrongCode));
    stays_outside(&stage, &line).await;
    // The very message of somebody who came back, once more: it was for one sign-in.
    let (line, _) = stage.fresh().await;
    let heard = line.newest(SignInFactor).sent;
    let again = Request {
        method: heard.method,
        target: heard.target,
        headers: heard.headers,
    };
    let native = Native::new(stage.server.address());
    let said = native.call(again, heard.body).await.unwrap();
    assert_eq!(said.status, Code::SignInOver.status());
    assert_eq!(said.body, b"{\"code\":\"sign_in_over\"}");
    stage.reads_well().await;
}
