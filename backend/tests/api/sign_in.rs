//! Registering and signing in.

use keepwell_shared::{
    bytes::Bytes, error::Code, handshake::Suite, id::LoginId, statement::Role, wire::*,
};
use opaque_ke::{ClientLogin, ClientRegistration};
use rand_08::rngs::OsRng;

use crate::support::{
    Reach, Server,
    client::{Answer, Client},
    person::{Person, name, random},
};

async fn start(client: &Client, username: &str) -> Answer {
    client
        .json("POST", SignInStart::PATH, first(username))
        .await
}

fn first(username: &str) -> Vec<u8> {
    let started = ClientLogin::<Suite>::start(&mut OsRng, b"not the password").unwrap();
    let request = SignInStartRequest {
        username: name(username),
        opaque: Bytes(started.message.serialize().to_vec()),
    };
    serde_json::to_vec(&request).unwrap()
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
async fn five_first_messages_close_for_a_minute_and_whole_sign_ins_do_not_count() {
    let mut server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    server.config.throttle = true;
    let server = server.restart().await;
    person.client = server.client();
    for _ in 0..12 {
        person.sign_in().await.unwrap();
    }
    for username in ["patient-one", "nobody", "patient-one", "nobody", "nobody"] {
        let _: SignInStartResponse = start(&person.client, username).await.ok();
    }
    // Known and unknown names are refused alike.
    for username in ["patient-one", "nobody"] {
        let refused = start(&person.client, username).await;
        assert_eq!(refused.status.as_u16(), 429);
        assert_eq!(refused.text(), r#"{"code":"wait","wait":60}"#);
    }
    // A restart forgives nobody.
    let server = server.restart().await;
    person.client = server.client();
    server.clock.advance(59);
    assert_eq!(person.sign_in().await, Err(Code::Wait));
    server.clock.advance(1);
    person.sign_in().await.unwrap();
    // What was right is taken back: the next one waits for the five that were not.
    let _: SignInStartResponse = start(&person.client, "nobody").await.ok();
    let refused = start(&person.client, "nobody").await;
    assert_eq!(refused.text(), r#"{"code":"wait","wait":120}"#);
}

/// A name that costs a puzzle costs it whether or not somebody has it, in the same words.
#[tokio::test]
async fn a_puzzle_is_asked_alike_for_known_and_unknown_names() {
    let server = Server::start_with(|config| config.throttle = true).await;
    let client = server.client();
    let started = ClientRegistration::<Suite>::start(&mut OsRng, b"x").unwrap();
    let mut sizes = Vec::new();
    for username in ["patient-one", "patient-two"] {
        let request = RegisterStartRequest {
            username: name(username),
            opaque: Bytes(started.message.serialize().to_vec()),
        };
        let body = serde_json::to_vec(&request).unwrap();
        let answer = client.json("POST", RegisterStart::PATH, body).await;
        assert_eq!(answer.code(), Code::Puzzle);
        sizes.push(answer.body.len());
    }
    assert_eq!(sizes[0], sizes[1]);
    // What stands for a solved puzzle and is none.
    for bad in ["", "AA", "=", &"A".repeat(249)] {
        let header = ("keepwell-puzzle", bad.to_owned());
        let kind = ("content-type", "application/json".to_owned());
        let answer = client
            .send("POST", SignInStart::PATH, &[kind, header], first("anna"))
            .await;
        assert_eq!(answer.code(), Code::BadRequest, "{bad}");
    }
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
