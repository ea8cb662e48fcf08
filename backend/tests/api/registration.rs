//! Registrations, whole and in pieces.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, ChartId, CompartmentId},
    statement::{AccountHead, ChartHead, CompartmentHead, Role, Verified, sign},
    wire::*,
};

use crate::support::{
    Reach, Server,
    factor::Phone,
    person::{Key, Person, name, random},
};

#[tokio::test]
async fn the_same_registration_again_succeeds_and_another_one_does_not() {
    let server = Server::start().await;
    let person = Person::draft(&server, "patient-one", Role::Patient);
    let request = person.registration().await;
    for _ in 0..3 {
        let _: RegisterFinishResponse = person.finish_registration(&request).await.ok();
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
    other.account_head = request.account_head.clone();
    other.account_key = request.account_key.clone();
    other.identity = request.identity.clone();
    other.kit = request.kit.clone();
    other.chart = request.chart.clone();
    let answer = person.finish_registration(&other).await;
    assert_eq!(answer.code(), Code::Conflict);
}

/// Whoever has the password, and once had a session, can say all of a registration again but the
/// secret of the codes (attack 57).
#[tokio::test]
async fn a_registration_again_opens_nothing_without_the_second_factor_of_now() {
    let server = Server::start().await;
    let mut person = Person::draft(&server, "patient-one", Role::Patient);
    let first = person.registration().await;
    let answer = person.finish_registration(&first).await;
    person.registered(&answer);
    person.sign_in().await.unwrap();

    let sessions = async |person: &Person| {
        let answer = person.call::<SessionList>(&[], &Empty {}).await.unwrap();
        answer.sessions.len()
    };
    let before = sessions(&person).await;
    let now = server.clock.now();
    let stranger = Phone::draw().new_factor(person.account, now);
    let mut secret = first.clone();
    secret.second_factor.secret = stranger.secret.clone();
    let mut whole = first.clone();
    whole.second_factor = stranger;
    for other in [secret, whole] {
        let answer = person.finish_registration(&other).await;
        assert_eq!(answer.code(), Code::Conflict);
    }
    assert_eq!(sessions(&person).await, before);

    let new = Phone::draw().new_factor(person.account, now);
    person.confirm().await.unwrap();
    person.call::<SecondFactorPut>(&[], &new).await.unwrap();
    let before = sessions(&person).await;
    let answer = person.finish_registration(&first).await;
    assert_eq!(answer.code(), Code::Conflict);
    assert_eq!(sessions(&person).await, before);
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
    // Account head and chart head say again what the request holds now, so that something else is
    // at fault.
    let restate = |r: &mut RegisterFinishRequest| {
        let mut account = person.account_head.payload().clone();
        account.bundle = r.key_bundle.id().unwrap();
        account.account_key = Hash::of(r.account_key.as_slice());
        account.identity = Hash::of(r.identity.as_slice());
        let account = sign(account, &person.key).unwrap();
        r.account_head = account.to_unverified();
        if let Some(chart) = &mut r.chart {
            let mut head = head.clone();
            head.account = account.id();
            chart.head = sign(head, &person.key).unwrap().to_unverified();
        }
    };
    let mut same = good.clone();
    restate(&mut same);
    assert_eq!(same, good);
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
    add("no account key", &|r| {
        r.account_key = Bytes(vec![]);
        restate(r);
    });
    add("huge account key", &|r| {
        r.account_key = Bytes(random(2000));
        restate(r);
    });
    add("no identity", &|r| {
        r.identity = Bytes(vec![]);
        restate(r);
    });
    add("another account key", &|r| {
        r.account_key = Bytes(random(61))
    });
    add("another identity", &|r| r.identity = Bytes(random(200)));
    let account = |change: &dyn Fn(&mut AccountHead)| {
        let mut head = person.account_head.payload().clone();
        change(&mut head);
        sign(head, &person.key).unwrap().to_unverified()
    };
    add("account head of another", &|r| {
        r.account_head = account(&|h| h.account = AccountId::generate());
    });
    add("account head with a counter", &|r| {
        r.account_head = account(&|h| h.counter = 1);
    });
    add("account head after another", &|r| {
        r.account_head = account(&|h| h.previous = Some(Hash::of(b"x")));
    });
    add("account head with a generation", &|r| {
        r.account_head = account(&|h| h.generation = 1);
    });
    add("account head of another bundle", &|r| {
        r.account_head = account(&|h| h.bundle = Hash::of(b"x"));
    });
    add("account head of another account key", &|r| {
        r.account_head = account(&|h| h.account_key = Hash::of(b"x"));
    });
    add("account head of another identity", &|r| {
        r.account_head = account(&|h| h.identity = Hash::of(b"x"));
    });
    add("account head with a password of another day", &|r| {
        r.account_head = account(&|h| h.password_at += 1);
    });
    add("account head without the kit", &|r| {
        r.account_head = account(&|h| h.kit = None);
    });
    add("account head with a kit of another day", &|r| {
        r.account_head = account(&|h| h.kit = Some(person.kit.named(2)));
    });
    add("account head with a kit that signs nothing", &|r| {
        r.account_head = account(&|h| h.kit.as_mut().unwrap().signing = Bytes(vec![2; 32]));
    });
    add("a kit missing", &|r| r.kit = None);
    add("another kit", &|r| r.kit = Some(Bytes(random(93))));
    add("another account head than the chart names", &|r| {
        r.account_head = account(&|h| h.at += 1);
    });
    add("account head signed by another", &|r| {
        let head = person.account_head.payload().clone();
        r.account_head = sign(head, &stranger).unwrap().to_unverified();
    });
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
        restate(r);
    });
    add("doctor with a chart", &|r| {
        let mut bundle = person.bundle.payload().clone();
        bundle.role = Role::Doctor;
        r.key_bundle = sign(bundle, &person.key).unwrap().to_unverified();
        restate(r);
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
    add("head that replaces another", &|r| {
        let mut head = head.clone();
        head.replaces = vec![Hash::of(b"x")];
        r.chart = signed(head);
    });
    add("head of another account head", &|r| {
        let mut head = head.clone();
        head.account = Hash::of(b"x");
        r.chart = signed(head);
    });
    add("head without compartments", &|r| {
        let mut head = head.clone();
        head.compartments.clear();
        r.chart = signed(head);
    });
    add("head with a compartment twice", &|r| {
        let mut head = head.clone();
        head.compartments[1] = head.compartments[0];
        r.chart = signed(head);
    });
    add("head signed by another", &|r| {
        let mut chart = chart.clone();
        chart.head = sign(head.clone(), &stranger).unwrap().to_unverified();
        r.chart = Some(chart);
    });
    let with_compartment = |change: &dyn Fn(&mut CompartmentHead)| {
        let mut chart = chart.clone();
        let mut compartments = person.compartments.clone();
        let mut first = compartments[0].payload().clone();
        change(&mut first);
        compartments[0] = sign(first, &person.key).unwrap();
        let mut head = head.clone();
        for (at, compartment) in head.compartments.iter_mut().zip(&compartments) {
            at.head = compartment.id();
        }
        chart.head = sign(head, &person.key).unwrap().to_unverified();
        chart.compartments = compartments.iter().map(Verified::to_unverified).collect();
        Some(chart)
    };
    type Bend<'a> = (&'static str, &'a dyn Fn(&mut CompartmentHead));
    let bends: [Bend<'_>; 10] = [
        ("compartment of another chart", &|h| {
            h.chart = ChartId::generate();
        }),
        ("compartment of another owner", &|h| {
            h.owner = AccountId::generate();
        }),
        ("head of another compartment", &|h| {
            h.compartment = CompartmentId::generate();
        }),
        ("compartment with a counter", &|h| h.counter = 1),
        ("compartment after another", &|h| {
            h.previous = Some(Hash::of(b"x"));
        }),
        ("compartment that replaces another", &|h| {
            h.replaces = vec![Hash::of(b"x")];
        }),
        ("compartment with an epoch", &|h| h.epoch = 1),
        ("compartment with entries", &|h| h.entries = 1),
        ("compartment with revisions", &|h| h.revisions = 1),
        ("compartment with a root", &|h| h.root = Hash::of(b"x")),
    ];
    for (what, bend) in bends {
        add(what, &|r| r.chart = with_compartment(bend));
    }
    add("a compartment head missing", &|r| {
        r.chart.as_mut().unwrap().compartments.truncate(2);
    });
    add("a compartment head twice", &|r| {
        let heads = &mut r.chart.as_mut().unwrap().compartments;
        heads[1] = heads[0].clone();
    });
    add("a compartment head signed by another", &|r| {
        let first = person.compartments[0].payload().clone();
        let heads = &mut r.chart.as_mut().unwrap().compartments;
        heads[0] = sign(first, &stranger).unwrap().to_unverified();
    });
    add("an entry", &|r| {
        let entry = random(4112);
        let revision = person.signed(person.fresh(0, &entry));
        r.chart.as_mut().unwrap().revisions.push(NewRevision {
            revision: revision.to_unverified(),
            entry: Bytes(entry),
        });
    });
    add("a key missing", &|r| {
        r.chart.as_mut().unwrap().keys.truncate(2);
    });
    add("a key twice", &|r| {
        let keys = &mut r.chart.as_mut().unwrap().keys;
        keys[1] = keys[0].clone();
    });
    add("a recovery code missing", &|r| {
        r.second_factor.recovery_codes.pop();
    });
    add("a recovery code twice", &|r| {
        r.second_factor.recovery_codes[1] = r.second_factor.recovery_codes[0];
    });
    add("recovery codes in another order", &|r| {
        r.second_factor.recovery_codes.reverse();
    });
    add("a short return key", &|r| r.return_key = Bytes(random(31)));
    for (what, request) in &bad {
        let answer = person.finish_registration(request).await;
        assert_eq!(answer.code(), Code::BadRequest, "{what}");
    }
    // A second factor whose first code is not right makes no account either.
    let now = person.client.clock.now();
    for (code, said) in [
        (person.phone.wrong_code(now), Code::WrongCode),
        (person.phone.code(now + 3600), Code::ClockWrong),
        (person.phone.code(now - 3600), Code::ClockWrong),
    ] {
        let mut request = good.clone();
        request.second_factor.code = code;
        let answer = person.finish_registration(&request).await;
        assert_eq!(answer.code(), said);
    }
    let _: RegisterFinishResponse = person.finish_registration(&good).await.ok();

    // Somebody else's chart id.
    let thief = Person::draft(&server, "patient-two", Role::Patient);
    let mut request = thief.registration().await;
    let mut stolen = thief.head.as_ref().unwrap().payload().clone();
    stolen.chart = head.chart;
    let theirs = request.chart.as_mut().unwrap();
    theirs.compartments.clear();
    for (compartment, at) in thief.compartments.iter().zip(&mut stolen.compartments) {
        let mut compartment = compartment.payload().clone();
        compartment.chart = head.chart;
        let compartment = sign(compartment, &thief.key).unwrap();
        at.head = compartment.id();
        theirs.compartments.push(compartment.to_unverified());
    }
    theirs.head = sign(stolen, &thief.key).unwrap().to_unverified();
    let answer = thief.finish_registration(&request).await;
    assert_eq!(answer.code(), Code::Conflict);
    // The whole registration was undone: the name is still free.
    let honest = Person::draft(&server, "patient-two", Role::Patient);
    let request = honest.registration().await;
    let _: RegisterFinishResponse = honest.finish_registration(&request).await.ok();
}
