//! The second factor, from the first code to another phone: bad codes first.

use keepwell_shared::{error::Code, statement::Role};
use keepwell_tests::{Authenticator, Native, Person, Server, come_back};
use keepwell_vault::{Admission, Entered, Error, Factor, NewFactor, PasswordProven, Vault};

/// Somebody whose password was right, in a browser that was never let in.
async fn at_the_second_step(server: &Server, person: &Person) -> PasswordProven<Native> {
    let native = Native::new(server.address());
    match Vault::enter(native, &person.username, &person.password).await {
        Ok(Entered::NeedsFactor(proven)) => proven,
        other => panic!("no second factor was asked for: {other:?}"),
    }
}

async fn refused(proven: PasswordProven<Native>, typed: &str) -> (Error, PasswordProven<Native>) {
    let factor = Factor::code(typed).unwrap();
    let (error, proven) = proven.show(&factor).await.unwrap_err();
    (error, proven.unwrap())
}

#[tokio::test]
async fn wrong_codes_of_a_wrong_clock_are_said_and_a_recovery_code_works_once() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let phone = &person.authenticator;
    for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
        assert_eq!(Factor::code(typed), Err(Error::NotACode), "{typed}");
    }
    let proven = at_the_second_step(&server, &person).await;
    let (error, proven) = refused(proven, &phone.code_off(3600)).await;
    assert_eq!(error, Error::Refused(Code::WrongCode));
    let (error, proven) = refused(proven, &phone.code_off(3630)).await;
    assert_eq!(error, Error::Refused(Code::ClockWrong), "two show it");
    let typed = phone.recovery_code();
    let code = Factor::recovery_code(&typed.to_lowercase()).unwrap();
    // In a browser, another program opens the account with what this one hands over.
    let handed_over = proven.admit(&code).await.unwrap().to_bytes().unwrap();
    let over = |bytes: &[u8]| Admission::from_bytes(Native::new(server.address()), bytes);
    for length in [0, 31, 32, 48, 64, 127, 128, 130] {
        assert_eq!(over(&handed_over[..length]).unwrap_err(), Error::Program);
    }
    let entered = over(&handed_over).unwrap().open().await;
    assert!(matches!(entered, Ok(Entered::In(_))));
    let proven = at_the_second_step(&server, &person).await;
    let (error, _) = proven.show(&code).await.unwrap_err();
    assert_eq!(error, Error::Refused(Code::WrongCode), "it works once");
    assert_eq!(
        person
            .again(server.address())
            .await
            .vault
            .protection()
            .recovery_codes,
        9
    );
}

/// Another phone: nothing changes before its first code, and afterwards the old one and every other
/// session are worth nothing (attack 61).
#[tokio::test]
async fn another_phone_needs_both_factors_and_ends_all_other_sessions() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let elsewhere = person.elsewhere(server.address()).await;
    let old = person.authenticator.clone();
    let drawn = NewFactor::draw();
    let new = Authenticator::of(&drawn);
    let vault = &person.vault;
    let wrong = vault.confirm("not the password", &old.next()).await;
    assert_eq!(wrong, Err(Error::WrongSignIn));
    vault.confirm(&person.password, &old.next()).await.unwrap();
    let said = vault
        .change_second_factor(&drawn, &new.code_off(86_400))
        .await;
    assert_eq!(said, Err(Error::Refused(Code::WrongCode)));
    elsewhere.vault.home().await.unwrap();

    let changed = vault.change_second_factor(&drawn, &new.first_code()).await;
    changed.unwrap();
    vault.home().await.unwrap();
    let ended = elsewhere.vault.home().await.unwrap_err();
    assert_eq!(ended, Error::Refused(Code::SignedOut));
    let proven = at_the_second_step(&server, &person).await;
    let code = Factor::recovery_code(&old.recovery_code()).unwrap();
    let (error, proven) = proven.show(&code).await.unwrap_err();
    assert_eq!(error, Error::Refused(Code::WrongCode));
    let code = Factor::recovery_code(&new.recovery_code()).unwrap();
    assert!(matches!(
        proven.unwrap().show(&code).await,
        Ok(Entered::In(_))
    ));
    // This browser comes back with the password alone, as before.
    let native = Native::on(server.address(), &person.device);
    come_back(native, &person.username, &person.password)
        .await
        .unwrap();
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones() {
    let server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let phone = &person.authenticator;
    // Coming back with the password alone is not enough.
    let back = person.again(server.address()).await;
    person
        .vault
        .confirm(&person.password, &phone.next())
        .await
        .unwrap();
    let sheet = person.vault.new_recovery_codes().await.unwrap();
    assert_eq!(sheet.len(), 10);
    back.vault.home().await.unwrap();
    for (typed, lets_in) in [(phone.recovery_code(), false), (sheet[0].clone(), true)] {
        let proven = at_the_second_step(&server, &person).await;
        let shown = proven.show(&Factor::recovery_code(&typed).unwrap()).await;
        assert_eq!(shown.is_ok(), lets_in);
    }
    let again = person.again(server.address()).await;
    assert_eq!(again.vault.protection().recovery_codes, 9);
}
