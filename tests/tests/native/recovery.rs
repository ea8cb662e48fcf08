//! Recovery kits: made, kept, lost, and used in a browser that knows nothing. Bad input first.

use keepwell_shared::{error::Code, statement::Role};
use keepwell_tests::{
    Authenticator, Device, Native, Person, Server, asked_for, enter, recover, shared_note,
    tamper::Operator, titles,
};
use keepwell_vault::{BadKit, Distrust, Entered, Error, NewKit, Vault};

const NEW: &str = "a password of afterwards";
const THIRD: &str = "a third long password";

/// In a browser that knows nothing.
async fn try_kit(server: &Server, name: &str, kit: &str) -> Result<(), Error> {
    let native = Native::new(server.address());
    Vault::recover(native, name, kit, NEW).await.map(drop)
}

async fn got_back(server: &Server, name: &str, kit: &str, password: &str) -> Person {
    let device = Device::default();
    let native = Native::on(server.address(), &device);
    recover(native, &device, name, kit, password).await.unwrap()
}

async fn sign_in(server: &Server, person: &Person, password: &str) -> Result<(), Error> {
    let native = Native::new(server.address());
    enter(native, &person.username, password, &person.authenticator)
        .await
        .map(drop)
}

fn with_another_first_sign(kit: &str) -> String {
    let other = if kit.starts_with('A') { "B" } else { "A" };
    format!("{other}{}", &kit[1..])
}

/// Somebody who did not keep a kit.
async fn without_kit(server: &Server, name: &str) -> Vault<Native> {
    let native = Native::new(server.address());
    let drawn = Vault::register(native, name, "a long password of hers", Role::Patient);
    let drawn = drawn.await.unwrap();
    let phone = Authenticator::of(drawn.factor());
    let made = drawn.finish(&phone.first_code()).await;
    made.map_err(|(error, _)| error).unwrap()
}

#[tokio::test]
async fn a_kit_that_is_misread_wrong_or_old_opens_nothing() {
    // Nobody listens there: whatever is sent fails as offline.
    let nowhere = "127.0.0.1:9".parse().unwrap();
    let good = NewKit::draw().groups().join("-");
    let (two, bad) = (good.len() - 1, with_another_first_sign(&good));
    for (kit, expected) in [
        ("", Error::BadKit(BadKit::Length(0))),
        (&good[..two], Error::BadKit(BadKit::Groups(1 << 7))),
        (&good[..two - 6], Error::BadKit(BadKit::Length(34))),
        (&bad, Error::BadKit(BadKit::Groups(1))),
        (&bad.to_lowercase(), Error::BadKit(BadKit::Groups(1))),
        (&good, Error::Offline),
    ] {
        let native = Native::new(nowhere);
        let said = Vault::recover(native, "patient-one", kit, NEW).await;
        assert_eq!(said.map(drop), Err(expected), "{kit}");
    }

    let server = Server::start();
    let operator = Operator::of(&server);
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let other = Person::register(server.address(), "patient-two", Role::Patient).await;
    let bare = without_kit(&server, "patient-bare").await;
    assert_eq!(bare.protection().kit_at, None);
    // Without a kit every one is wrong, and so it is for a name that nobody has.
    for name in ["patient-one", "patient-bare", "nobody-here", "no name", ""] {
        assert_eq!(try_kit(&server, name, &good).await, Err(Error::WrongKit));
    }
    let (first, theirs) = (person.authenticator.kit(), other.authenticator.kit());
    operator.forget_tries();
    let second = person.new_kit().await;
    for kit in [&good, &theirs, &first] {
        let said = try_kit(&server, "patient-one", kit).await;
        assert_eq!(said, Err(Error::WrongKit));
    }
    operator.forget_tries();
    let short = Vault::recover(
        Native::new(server.address()),
        "patient-one",
        &second,
        "short",
    );
    assert!(matches!(short.await.map(drop), Err(Error::Password(_))));
    // Whoever only looks has changed nothing.
    assert_eq!(try_kit(&server, "patient-one", &second).await, Ok(()));
    sign_in(&server, &person, &person.password).await.unwrap();
}

#[tokio::test]
async fn a_kit_belongs_to_an_account_once_it_is_on_paper() {
    let server = Server::start();
    let native = Native::new(server.address());
    let password = "a long password of hers";
    let drawn = Vault::register(native, "patient-one", password, Role::Patient);
    let mut drawn = drawn.await.unwrap();
    for typed in ["", "AAAAA", &drawn.kit().groups().join("-")] {
        assert_eq!(drawn.keep_kit(typed), Err(Error::NotTheKit), "{typed}");
    }
    let typed = asked_for(drawn.kit());
    drawn.keep_kit(&typed.to_lowercase()).unwrap();
    let kit = drawn.kit().groups().join(" ");
    let phone = Authenticator::of(drawn.factor());
    let (error, drawn) = drawn.finish(&phone.code_off(86_400)).await.unwrap_err();
    assert_eq!(error, Error::Refused(Code::WrongCode));
    let vault = drawn
        .finish(&phone.first_code())
        .await
        .map_err(|(error, _)| error);
    let vault = vault.unwrap();
    let made = vault.protection();
    assert_eq!(made.kit_at, Some(made.password_at));
    got_back(&server, "patient-one", &kit, NEW).await;
}

/// Everything at once: whoever had something of the account before has nothing any more, and a device
/// that remembers it sees an honest step.
#[tokio::test]
async fn with_the_kit_alone_an_account_is_its_owners_again() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let kit = patient.authenticator.kit();
    patient.note(chart, "Before it was lost", "").await;
    let remembers = patient.device.copy();
    let before = patient.vault.protection();

    let device = Device::default();
    let native = Native::on(server.address(), &device);
    let drawn = Vault::recover(native, "patient-one", &kit, NEW)
        .await
        .unwrap();
    let phone = Authenticator::of(drawn.factor());
    // Nothing happens before the new kit is on paper.
    let (error, mut drawn) = drawn.finish(&phone.first_code()).await.unwrap_err();
    assert_eq!(error, Error::NotTheKit);
    drawn.keep_kit(&asked_for(drawn.kit())).unwrap();
    let (error, drawn) = drawn.finish(&phone.code_off(86_400)).await.unwrap_err();
    assert_eq!(error, Error::Refused(Code::WrongCode));
    patient.vault.home().await.unwrap();
    let new_kit = drawn.kit().groups().join("-");
    let vault = drawn
        .finish(&phone.first_code())
        .await
        .map_err(|(error, _)| error);
    let vault = vault.unwrap();
    let after = vault.protection();
    assert_eq!(
        (&after.words, after.keys_at),
        (&before.words, before.keys_at)
    );
    assert_eq!(
        (after.kit_at, after.recovery_codes),
        (Some(after.password_at), 10)
    );
    let opened = vault.open_chart(chart).await.unwrap();
    assert!(opened.standing.is_writable(), "{:?}", opened.standing);
    assert_eq!(titles(&opened).len(), 2);

    // The old browser is out, the old password and the old app are nothing, the old kit is none.
    let out = patient.vault.home().await.unwrap_err();
    assert_eq!(out, Error::Refused(Code::SignedOut));
    let old = patient.password.as_str();
    assert_eq!(
        sign_in(&server, &patient, old).await,
        Err(Error::WrongSignIn)
    );
    let code = Error::Refused(Code::WrongCode);
    assert_eq!(sign_in(&server, &patient, NEW).await, Err(code));
    let said = try_kit(&server, "patient-one", &kit).await;
    assert_eq!(said, Err(Error::WrongKit));

    // A device that remembers follows, and so does one that remembers nothing.
    for device in [&remembers, &Device::default()] {
        let native = Native::on(server.address(), device);
        let again = Person::sign_in_over(native, device, "patient-one", NEW, &phone).await;
        let opened = again.vault.open_chart(chart).await.unwrap();
        assert!(opened.standing.is_writable(), "{:?}", opened.standing);
        again.note(chart, "Afterwards", "").await;
    }
    assert_eq!(
        doctor.vault.open_chart(chart).await.unwrap().entries.len(),
        4
    );

    // And the new kit does it once more, where the account is remembered too.
    let native = Native::on(server.address(), &remembers);
    let person = recover(native, &remembers, "patient-one", &new_kit, THIRD)
        .await
        .unwrap();
    assert!(person.vault.home().await.unwrap().refused.is_empty());
    // A change of the password leaves the kit.
    let kit_at = person.vault.protection().kit_at;
    person.vault.change_password(THIRD, NEW).await.unwrap();
    assert_eq!(person.vault.protection().kit_at, kit_at);
}

#[tokio::test]
async fn of_two_recoveries_at_once_one_wins() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let kit = person.authenticator.kit();
    let (one, two) = (Device::default(), Device::default());
    let (first, second) = tokio::join!(
        recover(
            Native::on(server.address(), &one),
            &one,
            "patient-one",
            &kit,
            NEW
        ),
        recover(
            Native::on(server.address(), &two),
            &two,
            "patient-one",
            &kit,
            THIRD
        ),
    );
    let lost = |said: &Result<_, Error>| {
        let ends = [Error::Refused(Code::Conflict), Error::WrongKit];
        said.as_ref().is_err_and(|error| ends.contains(error))
    };
    assert!(
        (first.is_ok() && lost(&second)) || (second.is_ok() && lost(&first)),
        "{:?} {:?}",
        first.err(),
        second.err()
    );
}

/// An answer that does not arrive changes nothing about what was done, once: whoever has typed
/// everything signs in with it.
#[tokio::test]
async fn a_lost_answer_does_not_lose_the_account() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let kit = person.authenticator.kit();
    let native = Native::new(server.address());
    let drawn = Vault::recover(native.clone(), "patient-one", &kit, NEW);
    let mut drawn = drawn.await.unwrap();
    drawn.keep_kit(&asked_for(drawn.kit())).unwrap();
    let phone = Authenticator::of(drawn.factor());
    native.lose_one_of(1);
    let (error, drawn) = drawn.finish(&phone.first_code()).await.unwrap_err();
    assert_eq!(error, Error::Offline);
    native.lose_one_of(0);
    let (error, _) = drawn.finish(&phone.first_code()).await.unwrap_err();
    assert_eq!(error, Error::Refused(Code::SignInOver));
    enter(native, "patient-one", NEW, &phone).await.unwrap();
}

/// A kit asks for both factors, and the page for a part of it.
#[tokio::test]
async fn a_new_kit_needs_both_factors_and_its_paper() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let back = person.again(server.address()).await;
    let elsewhere = person.elsewhere(server.address()).await;
    let kit = NewKit::draw();
    let said = person.vault.change_kit(&kit, "AAAAA").await;
    assert_eq!(said, Err(Error::NotTheKit));
    let factor = person.authenticator.next();
    let said = back.vault.confirm("not the password", &factor).await;
    assert_eq!(said, Err(Error::WrongSignIn));
    elsewhere.vault.home().await.unwrap();
    let old = person.authenticator.kit();
    assert_ne!(back.new_kit().await, old);
    let out = elsewhere.vault.home().await.unwrap_err();
    assert_eq!(out, Error::Refused(Code::SignedOut));
}

/// A server that went back behind a recovery, and one that tells two stories: a browser that remembers
/// says so, and the owner goes on from there as after any rollback.
#[tokio::test]
async fn a_server_that_goes_back_behind_a_recovery_is_noticed() {
    let mut server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let kit = person.authenticator.kit();
    server.save("before");
    let device = person.device.clone();
    let native = Native::on(server.address(), &device);
    recover(native, &device, "patient-one", &kit, NEW)
        .await
        .unwrap();
    server.restore("before");
    // The old kit opens the old state again, and this browser knows better.
    let native = Native::on(server.address(), &device);
    let said = Vault::recover(native, "patient-one", &kit, THIRD).await;
    assert_eq!(said.map(drop), Err(Error::Distrusted(Distrust::Old)));
    let native = Native::on(server.address(), &device);
    let entered = Vault::enter(native, "patient-one", &person.password).await;
    let Ok(Entered::NeedsFactor(proven)) = entered else {
        panic!("the old password is that of the state that came back: {entered:?}");
    };
    let behind = proven.show(&person.authenticator.next()).await;
    let Ok(Entered::Behind(behind)) = behind else {
        panic!("nothing was noticed: {behind:?}");
    };
    assert_eq!(behind.why(), Distrust::Old);
    // Somebody recovers on the state that came back: two histories.
    let fresh = got_back(&server, "patient-one", &kit, THIRD).await;
    let forked = enter(
        Native::on(server.address(), &device),
        "patient-one",
        THIRD,
        &fresh.authenticator,
    );
    let forked = forked.await.map(drop);
    assert_eq!(forked, Err(Error::Distrusted(Distrust::Forked)));
}
