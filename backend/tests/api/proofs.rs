//! Request proofs: missing, forged, replayed, out of any window.

use std::sync::atomic::Ordering;

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{IdempotencyKey, SessionId, WindowId},
    request::{Proof, ProvedRequest, RequestKey, header},
    wire::*,
};

use crate::support::{
    Reach, Server,
    person::{Person, random},
};

/// Every route of a session refuses a request without headers, and one with half of them.
#[tokio::test]
async fn without_a_proof_nobody_is_anybody() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let session = person.session();
    let all = [
        (header::SESSION, session.id.to_string()),
        (header::WINDOW, session.window.to_string()),
        (header::NUMBER, "0".to_owned()),
        (
            header::PROOF,
            Proof::parse(&"A".repeat(43)).unwrap().to_text(),
        ),
    ];
    let ids: [&dyn std::fmt::Display; 2] = [&"x", &0];
    for (name, method, pattern, access) in ALL {
        if *access == Access::Open {
            continue;
        }
        let path = fill_path(pattern, &ids[..pattern.matches('{').count()]).unwrap();
        for missing in 0..=all.len() {
            let mut headers = all.to_vec();
            if missing < all.len() {
                headers.remove(missing);
            }
            let answer = person
                .client
                .send(method.as_str(), &path, &headers, Vec::new())
                .await;
            assert_eq!(answer.code(), Code::SignedOut, "{name}");
            assert!(!answer.headers.contains_key(header::PROOF), "{name}");
        }
    }
    let _: AccountResponse = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
}

/// Headers twice, in other spellings, of other kinds.
#[tokio::test]
async fn headers_have_one_spelling() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let session = person.session();
    let proved = ProvedRequest {
        method: "GET",
        path: AccountGet::PATH,
        query: "",
        session: session.id,
        window: session.window,
        number: 10,
        idempotency: None,
        body: Hash::of(b""),
    };
    let good = vec![
        (header::SESSION, session.id.to_string()),
        (header::WINDOW, session.window.to_string()),
        (header::NUMBER, "10".to_owned()),
        (header::PROOF, session.key.prove(&proved).to_text()),
    ];
    for (at, value) in [
        (0, session.window.to_string()),
        (1, session.id.to_string()),
        (2, "+10".to_owned()),
        (2, "010".to_owned()),
        (2, "0xa".to_owned()),
        (2, "18446744073709551616".to_owned()),
        (3, format!("{}=", good[3].1)),
        (3, String::new()),
    ] {
        let mut bad = good.clone();
        bad[at].1 = value;
        let answer = person
            .client
            .send("GET", AccountGet::PATH, &bad, Vec::new())
            .await;
        assert_eq!(answer.code(), Code::SignedOut, "{bad:?}");
    }
    for twice in 0..good.len() {
        let mut bad = good.clone();
        bad.push(good[twice].clone());
        let answer = person
            .client
            .send("GET", AccountGet::PATH, &bad, Vec::new())
            .await;
        assert_eq!(answer.code(), Code::SignedOut, "{bad:?}");
    }
    // All that did not use the number up.
    let answer = person
        .client
        .send("GET", AccountGet::PATH, &good, Vec::new())
        .await;
    let _: AccountResponse = answer.ok();
}

#[tokio::test]
async fn a_forged_proof_is_refused_and_uses_up_nothing() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    let session = person.session();
    let body = serde_json::to_vec(&BookPutRequest {
        counter: 1,
        sealed: random(100).into(),
    })
    .unwrap();
    let good = ProvedRequest {
        method: "PUT",
        path: BookPut::PATH,
        query: "",
        session: session.id,
        window: session.window,
        number: 5,
        idempotency: Some(IdempotencyKey::generate()),
        body: Hash::of(&body),
    };
    let proof = session.key.prove(&good);
    let forged = [
        // Another request under this proof.
        (
            ProvedRequest {
                path: AccountGet::PATH,
                method: "GET",
                ..good.clone()
            },
            Vec::new(),
        ),
        (
            ProvedRequest {
                query: "a=1",
                ..good.clone()
            },
            body.clone(),
        ),
        (
            ProvedRequest {
                number: 6,
                ..good.clone()
            },
            body.clone(),
        ),
        (
            ProvedRequest {
                idempotency: None,
                ..good.clone()
            },
            body.clone(),
        ),
        (
            ProvedRequest {
                idempotency: Some(IdempotencyKey::generate()),
                ..good.clone()
            },
            body.clone(),
        ),
        (
            ProvedRequest {
                window: WindowId::generate(),
                ..good.clone()
            },
            body.clone(),
        ),
        (
            ProvedRequest {
                session: other.session().id,
                ..good.clone()
            },
            body.clone(),
        ),
        (
            ProvedRequest {
                session: SessionId::generate(),
                ..good.clone()
            },
            body.clone(),
        ),
        // Another body.
        (good.clone(), [&body[..], b" "].concat()),
        (good.clone(), Vec::new()),
    ];
    for (request, body) in forged {
        let answer = person.send(&request, proof, body).await;
        assert_eq!(answer.code(), Code::SignedOut, "{request:?}");
        assert!(!answer.headers.contains_key(header::PROOF));
    }
    // This request under another key.
    for key in [&other.session().key, &RequestKey::derive(b"guess")] {
        let answer = person.send(&good, key.prove(&good), body.clone()).await;
        assert_eq!(answer.code(), Code::SignedOut);
    }
    let answer = person.send(&good, proof, body).await;
    let _: Empty = answer.ok();
    person.assert_proved(&answer, session.window, 5);
}

#[tokio::test]
async fn a_replay_is_refused_and_the_session_stays() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let session = person.session();
    let at = |number| ProvedRequest {
        method: "GET",
        path: AccountGet::PATH,
        query: "",
        session: session.id,
        window: session.window,
        number,
        idempotency: None,
        body: Hash::of(b""),
    };
    let get = async |number| {
        let request = at(number);
        person
            .send(&request, session.key.prove(&request), Vec::new())
            .await
    };
    let _: AccountResponse = get(7).await.ok();
    for _ in 0..3 {
        let answer = get(7).await;
        assert_eq!(answer.code(), Code::BadRequest);
        person.assert_proved(&answer, session.window, 7);
    }
    let _: AccountResponse = get(3).await.ok();
    let _: AccountResponse = get(5000).await.ok();
    assert_eq!(get(5000 - 1024).await.code(), Code::BadRequest, "too old");
    let _: AccountResponse = get(5000 - 1023).await.ok();
    assert_eq!(get(0).await.code(), Code::BadRequest);
}

#[tokio::test]
async fn after_a_restart_a_session_lives_on_in_a_new_window() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let _: AccountResponse = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    let server = server.restart().await;
    person.client = server.client();
    let path = AccountGet::PATH;
    let first = person.raw("GET", path, "", Vec::new(), None).await;
    assert_eq!(first.code(), Code::NewWindow);
    let again = person.raw("GET", path, "", Vec::new(), None).await;
    assert_eq!(
        again.body, first.body,
        "the same window, however often asked"
    );
    person.adopt_window(&first);
    let _: AccountResponse = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
}

#[tokio::test]
async fn a_window_of_another_session_is_unknown() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    person.session.as_mut().unwrap().window = other.session().window;
    let code = person.call::<AccountGet>(&[], &Empty {}).await.unwrap_err();
    assert_eq!(code, Code::NewWindow);
    let _: AccountResponse = other.call::<AccountGet>(&[], &Empty {}).await.unwrap();
}

#[tokio::test]
async fn a_session_ends_when_it_is_told_to_and_after_twelve_hours() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let _: Empty = person.call::<SessionEnd>(&[], &Empty {}).await.unwrap();
    let session = person.session();
    let request = ProvedRequest {
        method: "GET",
        path: AccountGet::PATH,
        query: "",
        session: session.id,
        window: session.window,
        number: session.number.fetch_add(1, Ordering::SeqCst),
        idempotency: None,
        body: Hash::of(b""),
    };
    let answer = person
        .send(&request, session.key.prove(&request), Vec::new())
        .await;
    assert_eq!(answer.code(), Code::SignedOut);

    person.sign_in().await.unwrap();
    for seconds in [[60 * 60; 11].as_slice(), &[60 * 60 - 1]].concat() {
        server.clock.advance(seconds);
        let _: AccountResponse = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    }
    server.clock.advance(1);
    let session = person.session();
    let request = ProvedRequest {
        session: session.id,
        window: session.window,
        number: 9,
        ..request
    };
    let answer = person
        .send(&request, session.key.prove(&request), Vec::new())
        .await;
    assert_eq!(answer.code(), Code::SignedOut);
}

#[tokio::test]
async fn a_repeat_under_the_same_mark_is_done_once() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    let mark = Some(IdempotencyKey::generate());
    let request = BlobPostRequest {
        sealed_length: 4112,
    };
    let reserve = async |person: &Person, request: &BlobPostRequest| {
        person
            .call_once::<BlobPost>(&[&person.chart()], request, mark)
            .await
    };
    let first = reserve(&person, &request).await.unwrap();
    for _ in 0..3 {
        assert_eq!(reserve(&person, &request).await.unwrap(), first);
    }
    let account = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    assert_eq!(account.used, 4112, "reserved once");
    // The mark is the account's own, and stands for this change alone.
    assert_ne!(reserve(&other, &request).await.unwrap(), first);
    let changed = BlobPostRequest {
        sealed_length: 4113,
    };
    assert_eq!(
        reserve(&person, &changed).await.unwrap_err(),
        Code::BadRequest
    );
    server.clock.advance(11 * 60 * 60);
    server.running.sweep().await;
    let mut person = person;
    person.sign_in().await.unwrap();
    assert_eq!(reserve(&person, &request).await.unwrap(), first);
    server.clock.advance(13 * 60 * 60);
    server.running.sweep().await;
    person.sign_in().await.unwrap();
    assert_ne!(reserve(&person, &request).await.unwrap(), first);
}

/// What failed changed nothing and is tried again under the same mark.
#[tokio::test]
async fn a_refusal_is_not_kept() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let mark = Some(IdempotencyKey::generate());
    let second = BookPutRequest {
        counter: 2,
        sealed: random(100).into(),
    };
    let put = async |request: &BookPutRequest, mark| {
        person.call_once::<BookPut>(&[], request, mark).await
    };
    assert_eq!(put(&second, mark).await.unwrap_err(), Code::Conflict);
    let first = BookPutRequest {
        counter: 1,
        ..second.clone()
    };
    put(&first, None).await.unwrap();
    put(&second, mark).await.unwrap();
    put(&second, mark).await.unwrap();
    assert_eq!(put(&second, None).await.unwrap_err(), Code::Conflict);
    let book = person.call::<BookGet>(&[], &Empty {}).await.unwrap();
    assert_eq!((book.counter, book.sealed), (2, second.sealed));
}
