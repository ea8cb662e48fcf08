//! The list of sessions, and the end of some of them.

use http::StatusCode;
use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    factor::STEP,
    id::{IdempotencyKey, SessionId},
    request::ProvedRequest,
    statement::Role,
    wire::*,
};

use crate::support::{
    START, Server,
    person::{Person, random},
    sign_in::factor_request,
};

const HOUR: u64 = 60 * 60;

/// The same person in another browser.
async fn elsewhere(server: &Server, person: &Person) -> Person {
    let mut other = Person::draft(server, person.username.as_str(), Role::Doctor);
    other.account = person.account;
    other.phone = person.phone.clone();
    let now = server.clock.now();
    let proven = other.show_password().await.unwrap();
    let mut request = factor_request(proven.id);
    if now / STEP > START / STEP {
        request.code = Some(other.phone.code(now));
    } else {
        // The code of this step made the account. Each browser uses another line of the sheet.
        let line = list(person).await.len();
        request.recovery_code = other.phone.sheet.get(line).cloned();
    }
    other.show(&proven, &request).await.unwrap();
    other
}

async fn list(person: &Person) -> Vec<SessionLine> {
    let answer = person.call::<SessionList>(&[], &Empty {}).await;
    answer.unwrap().sessions
}

async fn ids(person: &Person) -> Vec<SessionId> {
    list(person).await.iter().map(|line| line.session).collect()
}

async fn lives(person: &Person) -> Result<(), Code> {
    let answer = person.call::<AccountGet>(&[], &Empty {}).await;
    answer.map(drop)
}

#[tokio::test]
async fn what_a_browser_says_of_itself_has_bounds_and_stays_in_its_own_line() {
    let server = Server::start().await;
    let here = Person::doctor(&server, "doctor-one").await;
    let there = elsewhere(&server, &here).await;
    for (length, code) in [
        (0, Code::BadRequest),
        (8193, Code::TooLarge),
        (20_000, Code::TooLarge),
    ] {
        let request = DevicePutRequest {
            device: Bytes(random(length)),
        };
        let said = here.call::<DevicePut>(&[], &request).await;
        assert_eq!(said.unwrap_err(), code, "{length}");
    }
    let device = Bytes(random(4157));
    let request = DevicePutRequest {
        device: device.clone(),
    };
    here.call::<DevicePut>(&[], &request).await.unwrap();
    for line in list(&there).await {
        let expected = match line.session == here.session().id {
            true => device.clone(),
            false => Bytes::default(),
        };
        assert_eq!(line.device, expected);
    }
}

#[tokio::test]
async fn the_list_tells_when_a_session_began_and_was_used_to_the_minute() {
    let server = Server::start().await;
    let here = Person::doctor(&server, "doctor-one").await;
    server.clock.advance(1000);
    let there = elsewhere(&server, &here).await;
    server.clock.advance(HOUR);
    let line = |session: SessionId, began_at, used_at| SessionLine {
        session,
        began_at,
        used_at,
        device: Bytes::default(),
    };
    let (here_id, there_id) = (here.session().id, there.session().id);
    let now = (START + 1000 + HOUR) / 60 * 60;
    let before = (START + 1000) / 60 * 60;
    let expected = vec![
        line(there_id, START + 1000, Some(before)),
        line(here_id, START, Some(now)),
    ];
    assert_eq!(list(&here).await, expected);
    // What was only in memory is gone with it.
    let server = server.restart().await;
    let mut here = here;
    here.client = crate::support::Reach::client(&server);
    let refused = here.raw("GET", SessionList::PATH, "", vec![], None).await;
    here.adopt_window(&refused);
    let expected = vec![
        line(there_id, START + 1000, None),
        line(here_id, START, Some(now)),
    ];
    assert_eq!(list(&here).await, expected);
}

#[tokio::test]
async fn one_session_ends_and_only_the_account_s_own() {
    let server = Server::start().await;
    let here = Person::doctor(&server, "doctor-one").await;
    let there = elsewhere(&server, &here).await;
    let stranger = Person::doctor(&server, "doctor-two").await;
    let end = async |who: &Person, session: SessionId| {
        let said = who.call::<SessionRevoke>(&[&session], &Empty {}).await;
        said.map(drop)
    };
    for session in [stranger.session().id, SessionId::generate()] {
        assert_eq!(end(&here, session).await, Err(Code::NotFound));
    }
    assert_eq!(lives(&stranger).await, Ok(()));
    assert_eq!(end(&here, there.session().id).await, Ok(()));
    assert_eq!(end(&here, there.session().id).await, Err(Code::NotFound));
    assert_eq!(lives(&there).await, Err(Code::SignedOut));
    assert_eq!(ids(&here).await, [here.session().id]);
    // One's own is an end like any other.
    assert_eq!(end(&here, here.session().id).await, Ok(()));
    assert_eq!(lives(&here).await, Err(Code::SignedOut));
}

#[tokio::test]
async fn all_others_end_and_nobody_else_s() {
    let server = Server::start().await;
    let here = Person::doctor(&server, "doctor-one").await;
    let others = [
        elsewhere(&server, &here).await,
        elsewhere(&server, &here).await,
    ];
    let stranger = Person::doctor(&server, "doctor-two").await;
    assert_eq!(list(&here).await.len(), 3);
    let key = Some(IdempotencyKey::generate());
    for _ in 0..2 {
        here.call_once::<SessionsEndOthers>(&[], &Empty {}, key)
            .await
            .unwrap();
    }
    for other in &others {
        assert_eq!(lives(other).await, Err(Code::SignedOut));
    }
    assert_eq!(ids(&here).await, [here.session().id]);
    assert_eq!(lives(&stranger).await, Ok(()));
}

/// A request that a session proved before it ended is worth nothing afterwards, on whatever window.
#[tokio::test]
async fn what_an_ended_session_proved_before_is_refused() {
    let server = Server::start().await;
    let here = Person::doctor(&server, "doctor-one").await;
    let there = elsewhere(&server, &here).await;
    let session = there.session();
    let body = serde_json::to_vec(&BookPutRequest {
        counter: 1,
        sealed: Bytes(random(100)),
    })
    .unwrap();
    let proved = ProvedRequest {
        method: "PUT",
        path: BookPut::PATH,
        query: "",
        session: session.id,
        window: session.window,
        number: 900,
        idempotency: Some(IdempotencyKey::generate()),
        body: Hash::of(&body),
    };
    let proof = session.key.prove(&proved);
    here.call::<SessionsEndOthers>(&[], &Empty {})
        .await
        .unwrap();
    for _ in 0..2 {
        let answer = there.send(&proved, proof, body.clone()).await;
        assert_eq!(answer.code(), Code::SignedOut);
    }
    // Under the session that lives its proof does not hold.
    let moved = ProvedRequest {
        session: here.session().id,
        window: here.session().window,
        ..proved
    };
    let answer = here.send(&moved, proof, body).await;
    assert_eq!(answer.code(), Code::SignedOut);
    let book = here.call::<BookGet>(&[], &Empty {}).await.unwrap();
    assert_eq!(book.counter, 0);
}

#[tokio::test]
async fn an_unused_session_ends_and_a_used_one_at_its_absolute_end() {
    let server = Server::start().await;
    let here = Person::doctor(&server, "doctor-one").await;
    let there = elsewhere(&server, &here).await;
    for hour in 1..12 {
        server.clock.advance(HOUR);
        assert_eq!(lives(&here).await, Ok(()), "hour {hour}");
        let expected = if hour < 2 { 2 } else { 1 };
        assert_eq!(list(&here).await.len(), expected, "hour {hour}");
    }
    assert_eq!(lives(&there).await, Err(Code::SignedOut));
    server.clock.advance(HOUR - 1);
    assert_eq!(lives(&here).await, Ok(()));
    server.clock.advance(1);
    assert_eq!(lives(&here).await, Err(Code::SignedOut));
}

#[tokio::test]
async fn an_account_has_so_many_sessions_and_the_first_goes() {
    let server = Server::start().await;
    let first = Person::doctor(&server, "doctor-one").await;
    server.clock.advance(STEP);
    let mut last = elsewhere(&server, &first).await;
    for second in 0..49 {
        let who = if second == 0 { &first } else { &last };
        assert_eq!(lives(who).await, Ok(()));
        server.clock.advance(STEP);
        last = elsewhere(&server, &first).await;
    }
    assert_eq!(list(&last).await.len(), 50);
    assert_eq!(lives(&first).await, Err(Code::SignedOut));
    let answer = last.client.get(SessionList::PATH).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
