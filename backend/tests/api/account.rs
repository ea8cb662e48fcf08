//! The chain of an account, and what it takes to change one.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, IdempotencyKey, LoginId},
    request::ProvedRequest,
    statement::{AccountHead, Change, Signer, Unverified, sign},
    wire::*,
};

use crate::support::{
    Server,
    person::{Key, Person, random},
};

async fn put(person: &Person, request: &AccountPutRequest) -> Result<(), Code> {
    person.call::<AccountPut>(&[], request).await.map(|_| ())
}

async fn kept(person: &Person) -> (AccountResponse, Vec<Unverified<AccountHead>>) {
    let mut account = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    // Another one in every answer.
    account.device = Bytes::default();
    let chain = person.call::<AccountHeadList>(&[], &Empty {}).await;
    (account, chain.unwrap().heads)
}

/// What does not follow, is not proved or does not fit leaves everything as it was.
#[tokio::test]
async fn half_a_change_of_an_account_is_none() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    let before = kept(&person).await;
    type Bad<'a, T> = (Code, &'a dyn Fn(&mut T));
    let heads: [Bad<'_, AccountHead>; 15] = [
        (Code::BadRequest, &|h| h.account = AccountId::generate()),
        (Code::BadRequest, &|h| h.counter = 0),
        (Code::BadRequest, &|h| h.counter = 2),
        (Code::BadRequest, &|h| h.counter = u64::MAX),
        (Code::Conflict, &|h| h.previous = None),
        (Code::Conflict, &|h| h.previous = Some(Hash::of(b"x"))),
        (Code::BadRequest, &|h| h.generation = 1),
        (Code::BadRequest, &|h| h.bundle = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.account_key = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.identity = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.change = Change::Began),
        // A repair says so, gives up another branch, and names it in order.
        (Code::BadRequest, &|h| h.change = Change::Repaired),
        (Code::BadRequest, &|h| h.replaces = vec![Hash::of(b"x")]),
        (Code::BadRequest, &|h| {
            *h = AccountHead {
                replaces: vec![Hash::of(b"x"); 2],
                change: Change::Repaired,
                ..h.clone()
            }
        }),
        (Code::BadRequest, &|h| {
            *h = AccountHead {
                counter: 0,
                replaces: vec![Hash::of(b"x")],
                change: Change::Repaired,
                ..h.clone()
            }
        }),
    ];
    for (code, change) in heads {
        let (login, third, _) = person.prove().await.unwrap();
        let mut request = person.another_password(login, third).await;
        let head = request.account_head.verify(person.key.public()).unwrap();
        let mut payload = head.payload().clone();
        change(&mut payload);
        request.account_head = sign(payload.clone(), &person.key).unwrap().to_unverified();
        assert_eq!(put(&person, &request).await, Err(code), "{payload:?}");
    }
    let requests: [Bad<'_, AccountPutRequest>; 6] = [
        (Code::WrongSignIn, &|r| r.login = LoginId::generate()),
        (Code::WrongSignIn, &|r| r.login_opaque = Bytes(random(64))),
        (Code::BadRequest, &|r| r.password.opaque = Bytes(vec![])),
        (Code::BadRequest, &|r| {
            r.password.account_key = Bytes(random(61))
        }),
        (Code::BadRequest, &|r| {
            r.account_head = other.account_head.to_unverified()
        }),
        (Code::BadRequest, &|r| {
            let head = r.account_head.verify(person.key.public()).unwrap();
            let forged = sign(head.payload().clone(), &Key::generate()).unwrap();
            r.account_head = forged.to_unverified();
        }),
    ];
    for (code, change) in requests {
        let (login, third, _) = person.prove().await.unwrap();
        let mut request = person.another_password(login, third).await;
        change(&mut request);
        assert_eq!(put(&person, &request).await, Err(code));
    }
    // Somebody else's right password is not this one's.
    let (login, third, _) = other.prove().await.unwrap();
    let request = person.another_password(login, third).await;
    assert_eq!(put(&person, &request).await, Err(Code::WrongSignIn));
    assert_eq!(kept(&person).await, before);
}

#[tokio::test]
async fn a_change_ends_every_other_session_and_is_done_once() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let stranger = Person::patient(&server, "patient-two").await;
    let other = person.session.take();
    person.sign_in().await.unwrap();

    let (login, third, _) = person.prove().await.unwrap();
    let request = person.another_password(login, third).await;
    let once = IdempotencyKey::generate();
    for _ in 0..3 {
        let said = person.call_once::<AccountPut>(&[], &request, Some(once));
        assert_eq!(said.await, Ok(Empty {}));
    }
    let (account, chain) = kept(&person).await;
    assert_eq!(account.account_head, request.account_head);
    assert_eq!(account.account_key, request.password.account_key);
    let first = person.account_head.to_unverified();
    assert_eq!(chain, [first, request.account_head]);
    kept(&stranger).await;
    person.session = other;
    let request = ProvedRequest {
        method: AccountGet::METHOD.as_str(),
        path: AccountGet::PATH,
        query: "",
        session: person.session().id,
        window: person.session().window,
        number: 1,
        idempotency: None,
        body: Hash::of(b""),
    };
    let proof = person.session().key.prove(&request);
    let said = person.send(&request, proof, vec![]).await;
    assert_eq!(said.code(), Code::SignedOut);
}

/// A repair counts on above the branch that it gives up, of which nothing is kept; the next change
/// follows it as any other.
#[tokio::test]
async fn a_repair_jumps_above_what_it_gives_up() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    for repairs in [true, false] {
        let (login, third, _) = person.prove().await.unwrap();
        let mut request = person.another_password(login, third).await;
        if repairs {
            let head = request.account_head.verify(person.key.public()).unwrap();
            let head = AccountHead {
                counter: 8,
                replaces: vec![Hash::of(b"another branch")],
                change: Change::Repaired,
                ..head.payload().clone()
            };
            request.account_head = sign(head, &person.key).unwrap().to_unverified();
        }
        assert_eq!(put(&person, &request).await, Ok(()));
        person.account_head = request.account_head.verify(person.key.public()).unwrap();
    }
    assert_eq!(person.account_head.payload().counter, 9);
    assert_eq!(kept(&person).await.1.len(), 3);
}
