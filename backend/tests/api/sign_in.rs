//! Registering and signing in.

use keepwell_shared::{
    bytes::Bytes, error::Code, handshake::Suite, id::LoginId, statement::Role, wire::*,
};
use opaque_ke::{ClientLogin, ClientRegistration};
use rand_08::rngs::OsRng;

use crate::support::{
    Server,
    client::{Answer, Client},
    person::{Person, name, random},
};

async fn start(client: &Client, username: &str) -> Answer {
    let started = ClientLogin::<Suite>::start(&mut OsRng, b"not the password").unwrap();
    let request = SignInStartRequest {
        username: name(username),
        opaque: Bytes(started.message.serialize().to_vec()),
    };
    let body = serde_json::to_vec(&request).unwrap();
    client.json("POST", SignInStart::PATH, body).await
}

async fn finish(client: &Client, login: LoginId, message: Vec<u8>) -> Answer {
    let request = SignInFinishRequest {
        login,
        opaque: Bytes(message),
    };
    let body = serde_json::to_vec(&request).unwrap();
    client.json("POST", SignInFinish::PATH, body).await
}

/// A wrong password and a name that does not exist: the same answers, in shape and size.
#[tokio::test]
async fn an_unknown_name_looks_like_a_wrong_password() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let client = &person.client;
    let mut shapes = Vec::new();
    for username in ["patient-one", "nobody-here", "patient-0ne", "nobody-here"] {
        let first = start(client, username).await;
        let response: SignInStartResponse = first.ok();
        let last = finish(client, response.login, random(64)).await;
        assert_eq!(last.code(), Code::WrongSignIn);
        let names = |headers: &http::HeaderMap| {
            let mut names: Vec<_> = headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        shapes.push((
            first.status,
            first.body.len(),
            names(&first.headers),
            response.opaque.as_slice().len(),
            last.status,
            last.body,
            names(&last.headers),
        ));
    }
    for shape in &shapes {
        assert_eq!(shape, &shapes[0]);
    }
    // The server's share of the function is fixed for an unknown name too: asking twice with one
    // message must not tell.
    let started = ClientLogin::<Suite>::start(&mut OsRng, b"x").unwrap();
    for username in ["patient-one", "nobody-here"] {
        let request = SignInStartRequest {
            username: name(username),
            opaque: Bytes(started.message.serialize().to_vec()),
        };
        let mut evaluations = Vec::new();
        for _ in 0..2 {
            let body = serde_json::to_vec(&request).unwrap();
            let answer = client.json("POST", SignInStart::PATH, body).await;
            let response: SignInStartResponse = answer.ok();
            evaluations.push(response.opaque.as_slice()[..32].to_vec());
        }
        assert_eq!(evaluations[0], evaluations[1], "{username}");
    }
}

#[tokio::test]
async fn a_sign_in_has_one_try_for_two_minutes() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let client = &person.client;
    for opaque in [random(64), random(63), Vec::new()] {
        let login = start(client, "patient-one")
            .await
            .ok::<SignInStartResponse>()
            .login;
        assert_eq!(
            finish(client, login, opaque).await.code(),
            Code::WrongSignIn
        );
        assert_eq!(
            finish(client, login, random(64)).await.code(),
            Code::WrongSignIn
        );
    }
    let unknown = finish(client, LoginId::generate(), random(64)).await;
    assert_eq!(unknown.code(), Code::WrongSignIn);
}

#[tokio::test]
async fn ten_failures_close_for_a_minute_and_successes_do_not_count() {
    let server = Server::start_with(|config| config.throttle = true).await;
    let mut person = Person::patient(&server, "patient-one").await;
    for _ in 0..12 {
        person.sign_in().await.unwrap();
    }
    for _ in 0..10 {
        let _: SignInStartResponse = start(&person.client, "patient-one").await.ok();
    }
    assert_eq!(
        start(&person.client, "patient-one").await.code(),
        Code::Busy
    );
    assert_eq!(person.sign_in().await, Err(Code::Busy));
    server.clock.advance(59);
    assert_eq!(person.sign_in().await, Err(Code::Busy));
    server.clock.advance(1);
    person.sign_in().await.unwrap();
}

#[tokio::test]
async fn a_name_and_what_looks_like_it_is_given_once() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    for username in ["patient-one", "patient.one", "patlent0ne", "patientone"] {
        let started = ClientRegistration::<Suite>::start(&mut OsRng, b"x").unwrap();
        let request = RegisterStartRequest {
            username: name(username),
            opaque: Bytes(started.message.serialize().to_vec()),
        };
        let body = serde_json::to_vec(&request).unwrap();
        let answer = person.client.json("POST", RegisterStart::PATH, body).await;
        assert_eq!(answer.code(), Code::NameTaken, "{username}");
        // Somebody who skips the first step meets the same refusal at the second.
        let elsewhere = Server::start().await;
        let draft = Person::draft(&elsewhere, username, Role::Doctor);
        let request = draft.registration().await;
        let answer = person.finish_registration(&request).await;
        assert_eq!(answer.code(), Code::NameTaken, "{username}");
    }
    assert_eq!(
        person
            .call::<PersonGet>(&[&"patientone"], &Empty {})
            .await
            .unwrap_err(),
        Code::NotFound
    );
}
