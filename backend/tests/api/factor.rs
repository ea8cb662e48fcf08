//! The second factor of a sign-in: bad ones first.

use keepwell_shared::{
    error::Code,
    factor::{OneTimeCode, STEP},
    id::{ProvenId, SessionId},
    request::{ProvedRequest, RequestKey},
    returning::ReturnKey,
    statement::Signer,
    wire::*,
};

use crate::support::{
    Server,
    factor::Phone,
    person::Person,
    sign_in::{Proven, factor_request},
};

async fn with_code(person: &Person, proven: ProvenId, code: OneTimeCode) -> Code {
    let mut request = factor_request(proven);
    request.code = Some(code);
    person.ask_factor(&request).await.code()
}

async fn signs_in(person: &mut Person, code: OneTimeCode) -> Result<(), Code> {
    let proven = person.show_password().await?;
    let mut request = factor_request(proven.id);
    request.code = Some(code);
    person.show(&proven, &request).await
}

async fn comes_back(person: &mut Person, session: SessionId, key: &ReturnKey) -> Result<(), Code> {
    let proven = person.show_password().await?;
    let mut request = factor_request(proven.id);
    request.returning = Some(Returning {
        session,
        proof: key.prove(session, proven.id),
    });
    person.show(&proven, &request).await
}

/// A right password is not a session: with all that it gives, no route answers but one (attack 57).
#[tokio::test]
async fn a_right_password_alone_opens_nothing() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let Proven { id, session_key } = person.show_password().await.unwrap();
    let key = RequestKey::derive(&session_key);
    let live = person.session();
    for session in [SessionId::from(*id.as_bytes()), live.id] {
        for (name, method, pattern, access) in ALL {
            if *access == Access::Open {
                continue;
            }
            let path = pattern.replace("{chart}", &person.chart().to_string());
            let request = ProvedRequest {
                method: method.as_str(),
                path: &path,
                query: "",
                session,
                window: live.window,
                number: 900,
                idempotency: None,
                body: keepwell_shared::bytes::Hash::of(b""),
            };
            let answer = person.send(&request, key.prove(&request), Vec::new()).await;
            assert_eq!(answer.code(), Code::SignedOut, "{name}");
            assert_eq!(answer.body, b"{\"code\":\"signed_out\"}", "{name}");
        }
    }
    // And the one that does takes exactly one factor.
    let now = server.clock.now() + STEP;
    let none = factor_request(id);
    let mut two = factor_request(id);
    two.code = Some(person.phone.code(now));
    two.recovery_code = person.phone.sheet.first().cloned();
    for request in [none, two] {
        let answer = person.ask_factor(&request).await;
        assert_eq!(answer.code(), Code::BadRequest);
    }
    let unknown = with_code(&person, ProvenId::generate(), person.phone.code(now)).await;
    assert_eq!(unknown, Code::SignInOver);
}

#[tokio::test]
async fn a_code_works_once_and_no_earlier_one_after_it() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let now = server.clock.now();
    let code = |person: &Person, steps: u64| person.phone.code(now + steps * STEP);
    // The code with which the account was made is used up.
    let first = code(&person, 0);
    assert_eq!(signs_in(&mut person, first).await, Err(Code::CodeUsed));
    let early = code(&person, 2);
    assert_eq!(signs_in(&mut person, early).await, Err(Code::WrongCode));
    let next = code(&person, 1);
    assert_eq!(signs_in(&mut person, next.clone()).await, Ok(()));
    assert_eq!(
        signs_in(&mut person, next.clone()).await,
        Err(Code::CodeUsed)
    );
    server.clock.advance(2 * STEP);
    assert_eq!(signs_in(&mut person, next).await, Err(Code::CodeUsed));
    let late = code(&person, 3);
    assert_eq!(signs_in(&mut person, late).await, Ok(()));
    // The present one is before the one that was taken.
    let before = code(&person, 2);
    assert_eq!(signs_in(&mut person, before).await, Err(Code::CodeUsed));
}

/// Attack 59: whatever is sent at once, a code opens one session.
#[tokio::test]
async fn of_two_at_once_with_one_code_one_gets_in() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    for round in 1..=5 {
        server.clock.advance(STEP);
        let code = person.phone.code(server.clock.now());
        // Of one sign-in, and of two.
        let one = person.show_password().await.unwrap();
        let two = person.show_password().await.unwrap();
        let ask = |proven: ProvenId| {
            let mut request = factor_request(proven);
            request.code = Some(code.clone());
            let person = &person;
            async move { person.ask_factor(&request).await }
        };
        let answers =
            futures::future::join_all([ask(one.id), ask(one.id), ask(two.id), ask(two.id)]).await;
        let let_in = answers.iter().filter(|one| one.status.is_success()).count();
        assert_eq!(let_in, 1, "round {round}");
        for answer in answers.iter().filter(|one| !one.status.is_success()) {
            assert!([Code::CodeUsed, Code::SignInOver].contains(&answer.code()));
        }
    }
}

async fn left(person: &Person) -> u32 {
    let account = person.call::<AccountGet>(&[], &Empty {}).await;
    account.unwrap().recovery_codes
}

#[tokio::test]
async fn a_recovery_code_works_once_and_for_its_account_only() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    let code = person.phone.sheet[3].clone();
    let proven = other.show_password().await.unwrap();
    let mut request = factor_request(proven.id);
    request.recovery_code = Some(code.clone());
    let foreign = other.ask_factor(&request).await;
    assert_eq!(foreign.code(), Code::WrongCode);
    assert_eq!(left(&person).await, 10);
    for expected in [Ok(()), Err(Code::WrongCode)] {
        let proven = person.show_password().await.unwrap();
        let mut request = factor_request(proven.id);
        request.recovery_code = Some(code.clone());
        assert_eq!(person.show(&proven, &request).await, expected);
        assert_eq!(left(&person).await, 9);
    }
}

/// Attack 57: ten thousand guesses of somebody who knows the password.
#[tokio::test]
async fn of_ten_thousand_guesses_a_few_are_looked_at_and_recovery_codes_still_work() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let wrong = person.phone.wrong_code(server.clock.now());
    let (mut looked_at, mut closed, mut over) = (0, 0, 0);
    for _ in 0..20 {
        let proven = person.show_password().await.unwrap();
        for _ in 0..500 {
            match with_code(&person, proven.id, wrong.clone()).await {
                Code::WrongCode => looked_at += 1,
                Code::CodesClosed => closed += 1,
                Code::SignInOver => over += 1,
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(looked_at, 5);
    assert_eq!(looked_at + closed + over, 10_000);
    // The right code is not looked at either, however one comes.
    let right = person.phone.code(server.clock.now() + STEP);
    let said = signs_in(&mut person, right.clone()).await;
    assert_eq!(said, Err(Code::CodesClosed));
    // The person has the sheet (attack 58), and coming back needs no code.
    person.left = None;
    assert_eq!(person.sign_in().await, Ok(()));
    assert_eq!(person.sign_in().await, Ok(()));
    // The sheet does not open the codes for the guesser.
    assert_eq!(signs_in(&mut person, right).await, Err(Code::CodesClosed));
    // After the pause one more is looked at, and the next pause is longer.
    server.clock.advance(60);
    let now = server.clock.now();
    assert_eq!(
        signs_in(&mut person, wrong.clone()).await,
        Err(Code::WrongCode)
    );
    server.clock.advance(119);
    assert_eq!(signs_in(&mut person, wrong).await, Err(Code::CodesClosed));
    server.clock.advance(1);
    let right = person.phone.code(now + 120);
    assert_eq!(signs_in(&mut person, right).await, Ok(()));
}

#[tokio::test]
async fn a_right_password_waits_five_minutes_for_its_second_factor() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let proven = person.show_password().await.unwrap();
    server.clock.advance(300);
    let code = person.phone.code(server.clock.now());
    assert_eq!(
        with_code(&person, proven.id, code.clone()).await,
        Code::SignInOver
    );
    // Nothing was used up by it.
    let mut person = person;
    assert_eq!(signs_in(&mut person, code).await, Ok(()));
}

/// Whoever knew the password of before, and began with it in time, is not let in with it later.
#[tokio::test]
async fn a_right_password_is_over_when_another_one_takes_its_place() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let by_code = person.show_password().await.unwrap();
    let by_sheet = person.show_password().await.unwrap();
    let by_return = person.show_password().await.unwrap();
    let (late, late_third, _) = person.prove().await.unwrap();

    let (login, third, _) = person.prove().await.unwrap();
    let change = person.another_password(login, third).await;
    person.call::<AccountPut>(&[], &change).await.unwrap();
    person.account_head = change.account_head.verify(person.key.public()).unwrap();

    let code = person.phone.code(server.clock.now() + STEP);
    let mut requests = [by_code.id, by_sheet.id, by_return.id].map(factor_request);
    requests[0].code = Some(code.clone());
    requests[1].recovery_code = person.phone.sheet.first().cloned();
    let (session, key) = person.left.as_ref().unwrap();
    requests[2].returning = Some(Returning {
        session: *session,
        proof: key.prove(*session, by_return.id),
    });
    for request in &requests {
        let refused = person.ask_factor(request).await;
        assert_eq!(refused.code(), Code::SignInOver);
    }
    // Neither does it set another password.
    let again = person.another_password(late, late_third).await;
    let refused = person.call::<AccountPut>(&[], &again).await;
    assert_eq!(refused.unwrap_err(), Code::WrongSignIn);
    // Nothing was used up by it.
    assert_eq!(left(&person).await, 10);
    assert_eq!(signs_in(&mut person, code).await, Ok(()));
}

/// Two wrong codes in their order show a wrong clock; neither lets anybody in, and one is not enough.
#[tokio::test]
async fn a_clock_that_is_wrong_by_an_hour_is_told_after_two_codes() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    for hour in [-3600, 3600] {
        server.clock.advance(STEP);
        let at = server.clock.now().checked_add_signed(hour).unwrap();
        let proven = person.show_password().await.unwrap();
        let (one, two) = (person.phone.code(at), person.phone.code(at + STEP));
        assert_eq!(with_code(&person, proven.id, one).await, Code::WrongCode);
        assert_eq!(with_code(&person, proven.id, two).await, Code::ClockWrong);
    }
    // They were counted: the fifth closes.
    let proven = person.show_password().await.unwrap();
    let wrong = person.phone.wrong_code(server.clock.now());
    assert_eq!(
        with_code(&person, proven.id, wrong.clone()).await,
        Code::WrongCode
    );
    assert_eq!(
        with_code(&person, proven.id, wrong).await,
        Code::CodesClosed
    );
}

/// Locking and unlocking within one step of the clock needs no second code.
#[tokio::test]
async fn whoever_locks_comes_back_with_the_password_until_the_session_ends() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    for _ in 0..3 {
        person.call::<SessionLock>(&[], &Empty {}).await.unwrap();
        let locked = person.call::<AccountGet>(&[], &Empty {}).await;
        assert_eq!(
            locked.unwrap_err(),
            Code::SignedOut,
            "nothing is asked in it"
        );
        person.sign_in().await.unwrap();
        person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    }
    let (session, key) = person.left.take().unwrap();
    // Another key, another session, somebody else's.
    let forged = ReturnKey::from_bytes([7; 32]);
    assert_eq!(
        comes_back(&mut person, session, &forged).await,
        Err(Code::WrongCode)
    );
    let (foreign, theirs) = other.left.as_ref().unwrap();
    assert_eq!(
        comes_back(&mut person, *foreign, theirs).await,
        Err(Code::WrongCode)
    );
    // A proof is that of one sign-in.
    let one = person.show_password().await.unwrap();
    let two = person.show_password().await.unwrap();
    let mut request = factor_request(two.id);
    let proof = key.prove(session, one.id);
    request.returning = Some(Returning { session, proof });
    assert_eq!(person.ask_factor(&request).await.code(), Code::WrongCode);
    // Coming back does not prolong it: twelve hours after both factors it is over.
    server.clock.advance(12 * 60 * 60 - 1);
    assert_eq!(comes_back(&mut person, session, &key).await, Ok(()));
    server.clock.advance(1);
    let over = person.call::<AccountGet>(&[], &Empty {}).await;
    assert_eq!(over.unwrap_err(), Code::SignedOut);
    let (session, key) = person.left.take().unwrap();
    assert_eq!(
        comes_back(&mut person, session, &key).await,
        Err(Code::WrongCode)
    );
    // And one that was signed out of is gone at once.
    person.sign_in().await.unwrap();
    person.call::<SessionEnd>(&[], &Empty {}).await.unwrap();
    let (session, key) = person.left.take().unwrap();
    assert_eq!(
        comes_back(&mut person, session, &key).await,
        Err(Code::WrongCode)
    );
}

/// Changing it ends all other sessions (attack 61), and asks for both factors anew.
#[tokio::test]
async fn another_second_factor_needs_both_factors_and_ends_all_other_sessions() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let old = person.session.take().unwrap();
    // An ordinary sign-in is none that confirms: whoever finds its page has shown nothing.
    person.sign_in().await.unwrap();
    let new = Phone::draw();
    let early = new.new_factor(person.account, server.clock.now());
    let found = person.call::<SecondFactorPut>(&[], &early).await;
    assert_eq!(found.unwrap_err(), Code::ConfirmFirst);
    person.confirm().await.unwrap();
    server.clock.advance(300);
    let now = server.clock.now();
    let request = new.new_factor(person.account, now);
    let recovery_codes = new.hashes(person.account);
    let codes = RecoveryCodesPutRequest { recovery_codes };
    let stale = person.call::<RecoveryCodesPut>(&[], &codes).await;
    assert_eq!(stale.unwrap_err(), Code::ConfirmFirst);
    // Coming back with the password alone does not make it fresh.
    for _ in 0..2 {
        let stale = person.call::<SecondFactorPut>(&[], &request).await;
        assert_eq!(stale.unwrap_err(), Code::ConfirmFirst);
        person.sign_in().await.unwrap();
    }
    person.confirm().await.unwrap();
    let mut wrong = request.clone();
    wrong.code = new.wrong_code(now);
    let refused = person.call::<SecondFactorPut>(&[], &wrong).await;
    assert_eq!(refused.unwrap_err(), Code::WrongCode);
    let live = person.session.replace(old).unwrap();
    person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    let old = person.session.replace(live).unwrap();
    person.call::<SecondFactorPut>(&[], &request).await.unwrap();
    person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    person.session = Some(old);
    let ended = person.call::<AccountGet>(&[], &Empty {}).await;
    assert_eq!(ended.unwrap_err(), Code::SignedOut);

    // The old phone and the old sheet open nothing; the new ones do.
    server.clock.advance(STEP);
    let now = server.clock.now();
    let code = person.phone.code(now);
    assert_eq!(signs_in(&mut person, code).await, Err(Code::WrongCode));
    person.left = None;
    assert_eq!(person.sign_in().await, Err(Code::WrongCode));
    let sheet = new.sheet[0].clone();
    person.phone = new;
    let code = person.phone.code(now);
    assert_eq!(signs_in(&mut person, code).await, Ok(()));
    let proven = person.show_password().await.unwrap();
    let mut request = factor_request(proven.id);
    request.recovery_code = Some(sheet);
    assert_eq!(person.show(&proven, &request).await, Ok(()));
}
