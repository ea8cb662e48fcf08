//! Whoever guesses waits and calculates; whose account it is gets in.

use std::net::SocketAddr;

use keepwell_shared::{error::Code, statement::Role};
use keepwell_tests::{Authenticator, Device, Native, Person, Server, enter};
use keepwell_vault::{Error, Vault};

const RIGHT: &str = "a long password of hers";

fn at(server: SocketAddr, place: &str) -> Native {
    Native::new(server).from_place(place.parse().unwrap())
}

async fn sign_in(native: Native, phone: &Authenticator) -> Result<(), Error> {
    enter(native, "anna", RIGHT, phone).await.map(drop)
}

async fn guess_on(native: Native, name: &str) -> Error {
    let tried = Vault::enter(native, name, "a guess at it all").await;
    tried.map(drop).unwrap_err()
}

async fn guess(server: SocketAddr, place: &str, name: &str) -> Error {
    guess_on(at(server, place), name).await
}

async fn registered(proxy: bool) -> (Server, Authenticator) {
    let trusted = ["--trusted-proxy", "127.0.0.1"];
    let server = Server::start_with(if proxy { &trusted } else { &[] });
    let native = at(server.address(), "192.0.2.1");
    let drawn = Vault::register(native.clone(), "anna", RIGHT, Role::Patient);
    let drawn = drawn.await.unwrap();
    let phone = Authenticator::of(drawn.factor());
    let wrong = drawn.finish(&phone.code_off(86_400)).await;
    let (error, drawn) = wrong.unwrap_err();
    assert_eq!(error, Error::Refused(Code::WrongCode));
    drawn.finish(&phone.first_code()).await.unwrap();
    let puzzles = native.puzzles();
    assert_eq!(puzzles, 1, "asking for a name costs a puzzle, and no more");
    (server, phone)
}

fn waits(error: Error) -> bool {
    matches!(error, Error::Wait(1..=60))
}

#[tokio::test]
async fn who_guesses_waits_and_who_knows_gets_in() {
    let (mut server, phone) = registered(true).await;
    let address = server.address();
    for name in ["anna", "nobody", "anna", "nobody", "nobody"] {
        let wrong = guess(address, "203.0.113.1", name).await;
        assert_eq!(wrong, Error::WrongSignIn);
    }
    // The place waits, whoever is tried next, and a restart forgives nobody.
    assert!(waits(guess(address, "203.0.113.1", "anna").await));
    server.restart();
    assert!(waits(guess(address, "203.0.113.1", "somebody").await));
    let own = at(address, "192.0.2.1");
    for _ in 0..12 {
        sign_in(own.clone(), &phone).await.unwrap();
    }
    assert_eq!(own.puzzles(), 0, "what is right is free");
}

#[tokio::test]
async fn guesses_from_everywhere_cost_the_owner_a_puzzle_and_no_wait() {
    let (server, phone) = registered(true).await;
    let address = server.address();
    for place in 1..=10 {
        let wrong = guess(address, &format!("203.0.113.{place}"), "anna").await;
        assert_eq!(wrong, Error::WrongSignIn);
    }
    let own = at(address, "192.0.2.1");
    let impatient = own.clone().impatient();
    let ended = sign_in(impatient, &phone).await;
    assert_eq!(ended, Err(Error::Cancelled));
    sign_in(own.clone(), &phone).await.unwrap();
    assert_eq!(own.puzzles(), 1);
    // Whoever guesses on calculates for every guess, and so does the next one.
    let attacker = at(address, "203.0.113.77");
    let wrong = guess_on(attacker.clone(), "anna").await;
    assert_eq!(wrong, Error::WrongSignIn);
    assert_eq!(attacker.puzzles(), 1);
    // Another name is not concerned.
    let elsewhere = at(address, "203.0.113.78");
    let wrong = guess_on(elsewhere.clone(), "nobody").await;
    assert_eq!((wrong, elsewhere.puzzles()), (Error::WrongSignIn, 0));
}

#[tokio::test]
async fn an_address_that_no_trusted_proxy_says_is_not_believed() {
    let (server, _) = registered(false).await;
    let address = server.address();
    for place in 1..=5 {
        let wrong = guess(address, &format!("203.0.113.{place}"), "nobody").await;
        assert_eq!(wrong, Error::WrongSignIn);
    }
    assert!(waits(guess(address, "203.0.113.6", "nobody").await));
}

#[tokio::test]
async fn whether_a_name_is_taken_costs_a_puzzle_each_time_and_then_a_wait() {
    let (server, _) = registered(true).await;
    let address = server.address();
    let ask = |native: Native| async move {
        let asked = Vault::register(native, "anna", "any password at all", Role::Doctor);
        asked.await.unwrap_err()
    };
    let native = at(address, "203.0.113.1");
    for asked in 1..=3 {
        let taken = ask(native.clone()).await;
        assert_eq!(taken, Error::Refused(Code::NameTaken));
        assert_eq!(native.puzzles(), asked);
    }
    let ended = ask(native.impatient()).await;
    assert_eq!(ended, Error::Cancelled);
}

/// What the server tells the owner: series, of how many tries, how many from the owner's own devices,
/// from how many places.
async fn told<P: keepwell_vault::platform::Platform>(
    vault: &Vault<P>,
) -> Vec<(u32, u32, u32, bool)> {
    let series = vault.failed_tries().await.unwrap();
    assert!(
        series
            .iter()
            .all(|series| series.began_at <= series.last_at)
    );
    let line = |series: &keepwell_shared::wire::FailedTries| {
        (series.tries, series.known, series.places, series.new)
    };
    series.iter().map(line).collect()
}

#[tokio::test]
async fn failed_tries_are_told_to_the_owner_once_and_listed() {
    let (mut server, phone) = registered(true).await;
    let address = server.address();
    let device = Device::default();
    let own = || Native::on(address, &device).from_place("192.0.2.1".parse().unwrap());
    let first = enter(own(), "anna", RIGHT, &phone).await.unwrap();
    assert_eq!(told(&first).await, [], "what was right is no failed try");
    for place in 1..=3 {
        guess(address, &format!("203.0.113.{place}"), "anna").await;
    }
    // About nobody.
    guess(address, "203.0.113.4", "bert").await;
    // The owner's own slip.
    assert_eq!(guess_on(own(), "anna").await, Error::WrongSignIn);
    assert_eq!(told(&first).await, [(4, 1, 4, false)]);
    server.restart();
    let second = enter(own(), "anna", RIGHT, &phone).await.unwrap();
    assert_eq!(told(&second).await, [(4, 1, 4, true)]);
    let third = enter(own(), "anna", RIGHT, &phone).await.unwrap();
    assert_eq!(
        told(&third).await,
        [(4, 1, 4, false)],
        "told once, and listed"
    );
    // Whoever finds an open browser and guesses at the password there is told of too.
    let guessed = third.change_password("a guess at it all", "another long one");
    assert_eq!(guessed.await, Err(Error::WrongSignIn));
    // So is the password alone, when no code follows.
    let stolen = Vault::enter(at(address, "203.0.113.5"), "anna", RIGHT).await;
    assert!(matches!(
        stolen,
        Ok(keepwell_vault::Entered::NeedsFactor(_))
    ));
    assert_eq!(told(&third).await, [(2, 1, 2, false), (4, 1, 4, false)]);
    let elsewhere = enter(at(address, "192.0.2.9"), "anna", RIGHT, &phone).await;
    assert_eq!(
        told(&elsewhere.unwrap()).await,
        [(2, 1, 2, true), (4, 1, 4, false)]
    );
    // Somebody else sees nothing of it.
    let bert = Native::new(address).from_place("192.0.2.2".parse().unwrap());
    let bert = Person::register_over(bert, &device, "bert", Role::Patient).await;
    assert_eq!(told(&bert.vault).await, []);
}
