//! Registering and signing in.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    handshake::Suite,
    id::{AccountId, LoginId},
    statement::{ChartHead, Role, sign},
    wire::*,
};
use opaque_ke::{ClientLogin, ClientRegistration};
use rand_08::rngs::OsRng;

use crate::support::{
    Reach, Server,
    client::{Answer, Client},
    person::{Key, Person, name, random},
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

#[tokio::test]
async fn the_same_registration_again_succeeds_and_another_one_does_not() {
    let server = Server::start().await;
    let person = Person::draft(&server, "patient-one", Role::Patient);
    let request = person.registration().await;
    for _ in 0..3 {
        let _: Empty = person.finish_registration(&request).await.ok();
    }
    // The same account with another password: a second registration, not a repeat.
    let elsewhere = Server::start().await;
    let copy = Person {
        client: elsewhere.client(),
        ..Person::draft(&elsewhere, "patient-one", Role::Patient)
    };
    let mut other = copy.registration().await;
    other.account = request.account;
    other.key_bundle = request.key_bundle.clone();
    other.chart = request.chart.clone();
    let answer = person.finish_registration(&other).await;
    assert_eq!(answer.code(), Code::Conflict);
}

/// Everything in an account must fit together; what does not leaves no trace.
#[tokio::test]
async fn half_an_account_is_none() {
    let server = Server::start().await;
    let person = Person::draft(&server, "patient-one", Role::Patient);
    let good = person.registration().await;
    let chart = good.chart.clone().unwrap();
    let head = person.head.as_ref().unwrap().payload().clone();
    let stranger = Key::generate();
    let mut bad = Vec::new();
    let mut add = |what: &'static str, change: &dyn Fn(&mut RegisterFinishRequest)| {
        let mut request = good.clone();
        change(&mut request);
        bad.push((what, request));
    };
    add("no chart", &|r| r.chart = None);
    add("other account", &|r| r.account = AccountId::generate());
    add("other name", &|r| r.username = name("patient-two"));
    add("no record", &|r| r.opaque = Bytes(vec![]));
    add("cut record", &|r| r.opaque.0.truncate(100));
    add("no account key", &|r| r.account_key = Bytes(vec![]));
    add("huge account key", &|r| r.account_key = Bytes(random(2000)));
    add("no identity", &|r| r.identity = Bytes(vec![]));
    add("bundle of another", &|r| {
        let mut bundle = person.bundle.payload().clone();
        bundle.signing = Bytes(random(33));
        r.key_bundle = sign(bundle, &person.key).unwrap().to_unverified();
    });
    add("bundle signed by another", &|r| {
        let bundle = person.bundle.payload().clone();
        r.key_bundle = sign(bundle, &stranger).unwrap().to_unverified();
    });
    add("short wrapping key", &|r| {
        let mut bundle = person.bundle.payload().clone();
        bundle.wrapping = Bytes(random(1248));
        r.key_bundle = sign(bundle, &person.key).unwrap().to_unverified();
    });
    add("doctor with a chart", &|r| {
        let mut bundle = person.bundle.payload().clone();
        bundle.role = Role::Doctor;
        r.key_bundle = sign(bundle, &person.key).unwrap().to_unverified();
    });
    let signed = |head: ChartHead| {
        let mut chart = chart.clone();
        chart.head = sign(head, &person.key).unwrap().to_unverified();
        Some(chart)
    };
    add("head of another owner", &|r| {
        let mut head = head.clone();
        head.owner = AccountId::generate();
        r.chart = signed(head);
    });
    add("head with a counter", &|r| {
        let mut head = head.clone();
        head.counter = 1;
        r.chart = signed(head);
    });
    add("head after another", &|r| {
        let mut head = head.clone();
        head.previous = Some(Hash::of(b"x"));
        r.chart = signed(head);
    });
    add("head with a grant", &|r| {
        let mut head = head.clone();
        head.grants = vec![Hash::of(b"x")];
        r.chart = signed(head);
    });
    add("head with an epoch", &|r| {
        let mut head = head.clone();
        head.compartments[0].epoch = 1;
        r.chart = signed(head);
    });
    add("head without compartments", &|r| {
        let mut head = head.clone();
        head.compartments.clear();
        r.chart = signed(head);
    });
    add("head with a compartment twice", &|r| {
        let mut head = head.clone();
        head.compartments[1] = head.compartments[0].clone();
        r.chart = signed(head);
    });
    add("head signed by another", &|r| {
        let mut chart = chart.clone();
        chart.head = sign(head.clone(), &stranger).unwrap().to_unverified();
        r.chart = Some(chart);
    });
    add("a key missing", &|r| {
        r.chart.as_mut().unwrap().keys.truncate(2);
    });
    add("a key twice", &|r| {
        let keys = &mut r.chart.as_mut().unwrap().keys;
        keys[1] = keys[0].clone();
    });
    for (what, request) in &bad {
        let answer = person.finish_registration(request).await;
        assert_eq!(answer.code(), Code::BadRequest, "{what}");
    }
    let _: Empty = person.finish_registration(&good).await.ok();

    // Somebody else's chart id.
    let thief = Person::draft(&server, "patient-two", Role::Patient);
    let mut request = thief.registration().await;
    let mut stolen = thief.head.as_ref().unwrap().payload().clone();
    stolen.chart = head.chart;
    request.chart.as_mut().unwrap().head = sign(stolen, &thief.key).unwrap().to_unverified();
    let answer = thief.finish_registration(&request).await;
    assert_eq!(answer.code(), Code::Conflict);
    // The whole registration was undone: the name is still free.
    let honest = Person::draft(&server, "patient-two", Role::Patient);
    let request = honest.registration().await;
    let _: Empty = honest.finish_registration(&request).await.ok();
}
