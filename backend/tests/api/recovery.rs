//! Recovery kits: what opens an account that lost everything else, and what does not.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::RecoveryId,
    statement::{AccountHead, Change, KitProof, Role, Signer, VERSION, sign},
    wire::*,
};

use crate::support::{
    Reach, Server,
    factor::Phone,
    kit::{Kit, ask_recovery, say},
    password::blinded_password,
    person::{Key, Person, name, random},
};

async fn open(person: &Person, request: &RecoverOpenRequest) -> Code {
    say::<RecoverOpen>(&person.client, request).await.code()
}

async fn finish(person: &Person, request: &RecoverFinishRequest) -> Result<(), Code> {
    let answer = say::<RecoverFinish>(&person.client, request).await;
    match answer.status.as_u16() {
        200 => {
            answer.ok::<RecoverFinishResponse>();
            Ok(())
        }
        _ => Err(answer.code()),
    }
}

async fn put(person: &Person, request: &KitPutRequest) -> Result<(), Code> {
    person.call::<KitPut>(&[], request).await.map(drop)
}

/// Names that nobody has, accounts without a kit and every wrong signature: one answer (attack 57).
#[tokio::test]
async fn what_the_kit_has_not_signed_opens_nothing_and_tells_nothing() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let other = Person::patient(&server, "patient-two").await;
    let bare = {
        let mut bare = Person::draft(&server, "doctor-one", Role::Doctor);
        let head = AccountHead {
            kit: None,
            ..bare.account_head.payload().clone()
        };
        bare.account_head = sign(head, &bare.key).unwrap();
        let mut request = bare.registration().await;
        request.kit = None;
        let _: RegisterFinishResponse = bare.finish_registration(&request).await.ok();
        bare
    };
    let mine = &person.username;
    let ask = async |username| ask_recovery(&person.client, &name(username)).await;
    let signed = |key: &Key, username: &str, recovery, opaque: &Bytes| {
        let proof = KitProof {
            version: VERSION,
            username: username.to_owned(),
            recovery,
            opaque: Hash::of(opaque.as_slice()),
        };
        sign(proof, key).unwrap().to_unverified()
    };
    let kit = &person.kit.key;
    let mut shapes = Vec::new();
    // Whoever knows the key of nobody, which is everybody, signs for it.
    let nobody = Key::of(&[&[0; 31][..], &[1]].concat());
    for (username, key, said_name, changed) in [
        ("patient-one", &other.kit.key, "patient-one", false),
        ("patient-one", &nobody, "patient-one", false),
        ("patient-one", kit, "patient-two", false),
        ("patient-one", kit, "patient-one", true),
        ("patient-two", kit, "patient-two", false),
        ("patient-two", kit, "patient-one", false),
        ("doctor-one", &bare.kit.key, "doctor-one", false),
        ("doctor-one", &nobody, "doctor-one", false),
        ("nobody-here", kit, "nobody-here", false),
        ("nobody-here", &nobody, "nobody-here", false),
    ] {
        let asked = ask(username).await;
        let opaque = blinded_password();
        let recovery = match changed {
            true => RecoveryId::generate(),
            false => asked.recovery,
        };
        let request = RecoverOpenRequest {
            recovery: asked.recovery,
            proof: signed(key, said_name, recovery, &opaque),
            opaque,
        };
        let answer = say::<RecoverOpen>(&person.client, &request).await;
        assert_eq!(answer.code(), Code::WrongSignIn, "{username} {said_name}");
        shapes.push((answer.status, answer.body));
        // It was good for this one.
        let request = person.kit.open(&asked, mine, blinded_password());
        assert_eq!(open(&person, &request).await, Code::WrongSignIn);
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]));
    // Another message of a password than the one that was signed.
    let asked = ask("patient-one").await;
    let mut request = person.kit.open(&asked, mine, blinded_password());
    request.opaque = blinded_password();
    assert_eq!(open(&person, &request).await, Code::WrongSignIn);
    // None at all, and it can be asked once more.
    let asked = ask("patient-one").await;
    let bad = person.kit.open(&asked, mine, Bytes(random(31)));
    assert_eq!(open(&person, &bad).await, Code::BadRequest);
    // Too late.
    server.clock.advance(120);
    let late = person.kit.open(&asked, mine, blinded_password());
    assert_eq!(open(&person, &late).await, Code::WrongSignIn);
    // The control, once.
    let asked = ask("patient-one").await;
    let good = person.kit.open(&asked, mine, blinded_password());
    let opened: RecoverOpenResponse = say::<RecoverOpen>(&person.client, &good).await.ok();
    assert_eq!(opened.account, person.account);
    assert_eq!(opened.earlier, []);
    assert_eq!(open(&person, &good).await, Code::WrongSignIn, "a replay");
}

#[tokio::test]
async fn everything_is_new_at_once_or_nothing_is() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let before = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    let (kit, phone, stranger) = (Kit::draw(), Phone::draw(), Key::generate());
    let good = person.recovery(&kit, &phone).await;
    let payload = good.account_head.verify(person.key.public()).unwrap();
    let payload = payload.payload().clone();
    type Bend<'a> = (Code, &'a dyn Fn(&mut AccountHead));
    let heads: [Bend<'_>; 14] = [
        (Code::BadRequest, &|h| h.counter += 1),
        (Code::BadRequest, &|h| h.change = Change::Password),
        (Code::BadRequest, &|h| h.change = Change::Repaired),
        (Code::BadRequest, &|h| h.change = Change::Kit),
        (Code::BadRequest, &|h| h.replaces = vec![Hash::of(b"x")]),
        (Code::BadRequest, &|h| h.generation = 1),
        (Code::BadRequest, &|h| h.bundle = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.identity = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.account_key = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.password_at = 1),
        (Code::BadRequest, &|h| h.kit = None),
        // The old kit can not stay.
        (Code::BadRequest, &|h| h.kit = Some(person.kit.named(1))),
        (Code::BadRequest, &|h| h.kit.as_mut().unwrap().at = 1),
        (Code::BadRequest, &|h| {
            h.kit.as_mut().unwrap().signing = Bytes(vec![5; 33])
        }),
    ];
    for (code, bend) in heads {
        let mut bent = payload.clone();
        bend(&mut bent);
        let mut request = good.clone();
        request.account_head = sign(bent.clone(), &person.key).unwrap().to_unverified();
        assert_eq!(finish(&person, &request).await, Err(code), "{bent:?}");
    }
    type BendRequest<'a> = &'a dyn Fn(&mut RecoverFinishRequest);
    let bodies: [(Code, BendRequest<'_>); 7] = [
        (Code::BadRequest, &|r| r.kit = Bytes(random(93))),
        (Code::BadRequest, &|r| {
            r.password.account_key = Bytes(random(61))
        }),
        (Code::BadRequest, &|r| {
            r.password.opaque = Bytes(random(100))
        }),
        (Code::BadRequest, &|r| r.return_key = Bytes(random(31))),
        (Code::BadRequest, &|r| {
            r.second_factor.recovery_codes.pop();
        }),
        (Code::BadRequest, &|r| {
            r.account_head = sign(payload.clone(), &stranger).unwrap().to_unverified();
        }),
        (Code::SignInOver, &|r| r.recovery = RecoveryId::generate()),
    ];
    for (code, bend) in bodies {
        let mut request = good.clone();
        bend(&mut request);
        assert_eq!(finish(&person, &request).await, Err(code));
    }
    let now = server.clock.now();
    for (code, said) in [
        (phone.wrong_code(now), Code::WrongCode),
        (phone.code(now + 3600), Code::ClockWrong),
    ] {
        let mut request = good.clone();
        request.second_factor.code = code;
        assert_eq!(finish(&person, &request).await, Err(said));
    }
    let after = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
    assert_eq!(
        (after.account_head, after.kit),
        (before.account_head, before.kit)
    );

    assert_eq!(finish(&person, &good).await, Ok(()));
    assert_eq!(finish(&person, &good).await, Err(Code::SignInOver), "once");
    // Whoever was signed in is not any more, nor comes back; the old app and the old kit let nobody in.
    let out = person.call::<AccountGet>(&[], &Empty {}).await;
    assert_eq!(out.unwrap_err(), Code::SignedOut);
    assert_eq!(person.sign_in().await, Err(Code::WrongCode));
    person.account_head = good.account_head.verify(person.key.public()).unwrap();
    let asked = ask_recovery(&person.client, &person.username).await;
    let old = person
        .kit
        .open(&asked, &person.username, blinded_password());
    assert_eq!(open(&person, &old).await, Code::WrongSignIn);
    (person.kit, person.phone) = (kit, phone);
    person.sign_in().await.unwrap();
    // And the new kit does.
    let (kit, phone) = (Kit::draw(), Phone::draw());
    let again = person.recovery(&kit, &phone).await;
    assert_eq!(finish(&person, &again).await, Ok(()));
}

#[tokio::test]
async fn of_two_recoveries_at_once_one_wins_and_a_slow_one_is_over() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let (kit, phone) = (Kit::draw(), Phone::draw());
    let (one, two) = (
        person.recovery(&kit, &phone).await,
        person.recovery(&Kit::draw(), &Phone::draw()).await,
    );
    let (first, second) = tokio::join!(finish(&person, &one), finish(&person, &two));
    let won = [&first, &second].map(|said| said.is_ok());
    assert!(won[0] != won[1], "{first:?} {second:?}");
    let lost = [first, second].into_iter().find_map(Result::err);
    assert_eq!(lost, Some(Code::Conflict));

    let person = Person::patient(&server, "patient-two").await;
    let slow = person.recovery(&kit, &phone).await;
    server.clock.advance(30 * 60);
    assert_eq!(finish(&person, &slow).await, Err(Code::SignInOver));
}

#[tokio::test]
async fn another_kit_asks_for_both_factors_and_ends_all_other_sessions() {
    let server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    let kit = Kit::draw();
    let good = person.another_kit(&kit);
    person.left = None;
    person.sign_in().await.unwrap();
    assert_eq!(put(&person, &good).await, Err(Code::ConfirmFirst));
    person.confirm().await.unwrap();
    server.clock.advance(5 * 60);
    assert_eq!(put(&person, &good).await, Err(Code::ConfirmFirst));
    person.confirm().await.unwrap();

    let payload = good.account_head.verify(person.key.public()).unwrap();
    let payload = payload.payload().clone();
    type Bend<'a> = (Code, &'a dyn Fn(&mut AccountHead));
    let heads: [Bend<'_>; 8] = [
        (Code::Conflict, &|h| h.previous = None),
        (Code::BadRequest, &|h| h.counter = 2),
        (Code::BadRequest, &|h| h.change = Change::Recovered),
        (Code::BadRequest, &|h| h.replaces = vec![Hash::of(b"x")]),
        (Code::BadRequest, &|h| h.account_key = Hash::of(b"x")),
        (Code::BadRequest, &|h| h.password_at = 2),
        (Code::BadRequest, &|h| h.kit = None),
        (Code::BadRequest, &|h| {
            h.kit.as_mut().unwrap().account_key = Hash::of(b"x")
        }),
    ];
    for (code, bend) in heads {
        let mut bent = payload.clone();
        bend(&mut bent);
        let mut request = good.clone();
        request.account_head = sign(bent.clone(), &person.key).unwrap().to_unverified();
        assert_eq!(put(&person, &request).await, Err(code), "{bent:?}");
    }
    let first = person.session.take();
    person.confirm().await.unwrap();
    assert_eq!(put(&person, &good).await, Ok(()));
    assert_eq!(put(&person, &good).await, Err(Code::Conflict));
    person.session = first;
    let out = person.call::<AccountGet>(&[], &Empty {}).await;
    assert_eq!(out.unwrap_err(), Code::SignedOut);
    let asked = ask_recovery(&person.client, &person.username).await;
    let old = person
        .kit
        .open(&asked, &person.username, blinded_password());
    assert_eq!(open(&person, &old).await, Code::WrongSignIn);
}

/// Five first messages close, of whichever of the two kinds; one that led to the end does not count.
#[tokio::test]
async fn a_recovery_counts_as_a_sign_in() {
    let mut server = Server::start().await;
    let mut person = Person::patient(&server, "patient-one").await;
    server.config.throttle = true;
    let server = server.restart().await;
    person.client = server.client();
    let (kit, phone) = (Kit::draw(), Phone::draw());
    let good = person.recovery(&kit, &phone).await;
    for username in ["patient-one", "nobody", "patient-one", "nobody"] {
        ask_recovery(&person.client, &name(username)).await;
    }
    // The fifth was the one that leads to the end.
    for username in ["patient-one", "nobody"] {
        let username = name(username);
        let request = RecoverStartRequest { username };
        let refused = say::<RecoverStart>(&person.client, &request).await;
        assert_eq!(refused.text(), r#"{"code":"wait","wait":60}"#);
    }
    assert_eq!(person.sign_in().await, Err(Code::Wait), "one counter");
    assert_eq!(finish(&person, &good).await, Ok(()));
    ask_recovery(&person.client, &name("nobody")).await;
}
