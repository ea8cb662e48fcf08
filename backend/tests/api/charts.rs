//! Heads, grants and revisions.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, ChartId, CompartmentId, GrantId},
    statement::{ChartHead, Grant, Verified, sign},
    wire::*,
};

use crate::support::{
    Server,
    person::{Key, Person, random},
};

/// A patient who shares with a doctor, and a second doctor who has nothing.
pub async fn shared(server: &Server) -> (Person, Person, Person, Verified<Grant>) {
    let mut patient = Person::patient(server, "patient-one").await;
    let doctor = Person::doctor(server, "doctor-one").await;
    let other = Person::doctor(server, "doctor-two").await;
    let grant = give(&mut patient, &doctor, &[]).await;
    (patient, doctor, other, grant)
}

/// Shares everything with one more person.
async fn give(patient: &mut Person, to: &Person, live: &[Hash]) -> Verified<Grant> {
    let head = patient.next_head(&[], false);
    let grant = patient.grant_to(to, &head, GrantId::generate());
    let head = patient.next_head(&[live, &[grant.id()]].concat(), false);
    patient.post_head(head, &[&grant]).await.unwrap();
    grant
}

async fn chart_of(person: &Person, chart: ChartId) -> Result<ChartResponse, Code> {
    person.call::<ChartGet>(&[&chart], &Empty {}).await
}

#[tokio::test]
async fn a_grant_opens_a_chart_and_its_end_closes_it() {
    let server = Server::start().await;
    let (mut patient, doctor, other, grant) = shared(&server).await;
    let chart = patient.chart();

    let own = chart_of(&patient, chart).await.unwrap().own.unwrap();
    assert_eq!(own.grants[0].grant, grant.to_unverified());
    assert_eq!(own.grants[0].grantee, doctor.bundle.to_unverified());
    assert_eq!(own.keys.len(), 3);
    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert_eq!(theirs.grant, Some(grant.to_unverified()));
    assert_eq!(theirs.owner, patient.bundle.to_unverified());
    assert!(theirs.own.is_none() && theirs.back_chain.is_empty());
    let list = doctor.call::<ChartList>(&[], &Empty {}).await.unwrap();
    assert_eq!((list.own.len(), list.shared.len()), (0, 1));
    assert_eq!(list.shared[0].grant, grant.to_unverified());
    doctor.page(chart, "").await.unwrap();
    assert_eq!(chart_of(&other, chart).await, Err(Code::NotFound));

    let head = patient.next_head(&[], true);
    patient.post_head(head, &[]).await.unwrap();
    assert_eq!(chart_of(&doctor, chart).await, Err(Code::SharingEnded));
    assert_eq!(doctor.page(chart, "").await, Err(Code::SharingEnded));
    assert_eq!(chart_of(&other, chart).await, Err(Code::NotFound));
    let list = doctor.call::<ChartList>(&[], &Empty {}).await.unwrap();
    assert!(list.shared.is_empty());
    let own = chart_of(&patient, chart).await.unwrap();
    assert_eq!(own.back_chain.len(), 3);
    let own = own.own.unwrap();
    assert!(own.grants.is_empty());
    assert!(own.keys.iter().all(|k| k.epoch == 1));

    // What ended does not begin again, but a new grant may.
    let replay = patient.next_head(&[grant.id()], false);
    assert_eq!(patient.post_head(replay, &[]).await, Err(Code::BadRequest));
    let again = give(&mut patient, &doctor, &[]).await;
    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert_eq!(theirs.grant, Some(again.to_unverified()));
    assert_eq!(theirs.back_chain.len(), 3, "the past opens");
}

/// Ending one grant re-issues the others under new keys; the back chain ends where a grant does.
#[tokio::test]
async fn those_who_stay_get_new_keys_and_nothing_about_other_compartments() {
    let server = Server::start().await;
    let (mut patient, doctor, other, first) = shared(&server).await;
    let second = give(&mut patient, &other, &[first.id()]).await;
    let chart = patient.chart();

    let draft = patient.next_head(&[], true);
    let mut narrow = patient
        .grant_to(&doctor, &draft, first.payload().grant)
        .payload()
        .clone();
    narrow.keys.truncate(1);
    let kept = narrow.keys[0].compartment;
    let narrow = sign(narrow, &patient.key).unwrap();
    let mut head = draft.clone();
    head.grants = vec![narrow.id()];
    patient.post_head(head, &[&narrow]).await.unwrap();

    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert_eq!(theirs.grant, Some(narrow.to_unverified()));
    assert_eq!(theirs.back_chain.len(), 1);
    assert_eq!(theirs.back_chain[0].compartment, kept);
    assert_eq!(chart_of(&other, chart).await, Err(Code::SharingEnded));
    let own = chart_of(&patient, chart).await.unwrap().own.unwrap();
    assert_eq!(own.grants.len(), 1);
    assert_ne!(second.id(), narrow.id());

    // A later epoch shows nothing new to a grant of this one.
    let head = patient.next_head(&[narrow.id()], true);
    patient.post_head(head, &[]).await.unwrap();
    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert!(theirs.back_chain.iter().all(|wrap| wrap.epoch == 0));
    assert_eq!(chart_of(&patient, chart).await.unwrap().back_chain.len(), 6);
}

#[tokio::test]
async fn the_slower_of_two_heads_is_told() {
    let server = Server::start().await;
    let (mut patient, _, _, grant) = shared(&server).await;
    let (one, mut two) = (
        patient.next_head(&[grant.id()], false),
        patient.next_head(&[], true),
    );
    let lost = patient.head_request(&two, &[]);
    patient.post_head(one, &[]).await.unwrap();
    let chart = patient.chart();
    let told = patient.call::<HeadPost>(&[&chart], &lost).await;
    assert_eq!(told.unwrap_err(), Code::Conflict);
    // Right counter, wrong predecessor.
    two.counter += 1;
    let request = patient.head_request(&two, &[]);
    let told = patient.call::<HeadPost>(&[&chart], &request).await;
    assert_eq!(told.unwrap_err(), Code::Conflict);
}

#[tokio::test]
async fn heads_that_are_not_in_order_are_refused() {
    let server = Server::start().await;
    let (mut patient, doctor, other, live) = shared(&server).await;
    let chart = patient.chart();
    let stranger = Key::generate();
    let plain = patient.next_head(&[live.id()], false);
    let mut bad: Vec<(&str, HeadPostRequest)> = Vec::new();

    let mut head = |what, change: &dyn Fn(&mut ChartHead)| {
        let mut head = plain.clone();
        change(&mut head);
        bad.push((what, patient.head_request(&head, &[])));
    };
    head("other chart", &|h| h.chart = ChartId::generate());
    head("other owner", &|h| h.owner = AccountId::generate());
    head("a compartment less", &|h| h.compartments.truncate(2));
    head("another compartment", &|h| {
        h.compartments[2].compartment = CompartmentId::from([255; 16]);
    });
    head("a key changed under its epoch", &|h| {
        h.compartments[0].key_id = Hash::of(b"x");
    });
    head("an epoch that jumps", &|h| {
        h.compartments[0].epoch += 2;
        h.compartments[0].key_id = Hash::of(b"x");
    });
    head("an epoch that keeps its key", &|h| {
        h.compartments[0].epoch += 1
    });
    head("an unknown grant", &|h| {
        h.grants = vec![Hash::of(b"x")];
    });
    head("a grant twice", &|h| h.grants = vec![live.id(); 2]);

    let raised = patient.next_head(&[live.id()], true);
    let mut request = |what, head: &ChartHead, change: &dyn Fn(&mut NewHead)| {
        let mut request = patient.head_request(head, &[]);
        change(&mut request.new);
        bad.push((what, request));
    };
    request("a wrap missing", &raised, &|n| n.keys.truncate(2));
    request("a back wrap missing", &raised, &|n| {
        drop(n.back_chain.pop())
    });
    request("an empty wrap", &raised, &|n| {
        n.keys[0].wrapped = Bytes(vec![])
    });
    request("a huge wrap", &raised, &|n| {
        n.back_chain[0].wrapped = Bytes(random(2000));
    });
    request("a wrap of another epoch", &raised, &|n| {
        n.keys[0].epoch += 1
    });
    request("a wrap twice", &raised, &|n| n.keys[1] = n.keys[0].clone());
    request("a wrap of nothing new", &plain, &|n| {
        n.keys = vec![OwnWrap {
            compartment: plain.compartments[0].compartment,
            epoch: 0,
            wrapped: Bytes(random(61)),
        }];
    });
    request("signed by another", &plain, &|n| {
        n.head = sign(plain.clone(), &stranger).unwrap().to_unverified();
    });

    let mut grant = |what, signer: &Key, change: &dyn Fn(&mut Grant)| {
        let grant = patient.grant_to(&other, &plain, GrantId::generate());
        let mut payload = grant.payload().clone();
        change(&mut payload);
        let grant = sign(payload, signer).unwrap();
        let mut grants = vec![live.id(), grant.id()];
        grants.sort();
        let mut head = plain.clone();
        head.grants = grants;
        bad.push((what, patient.head_request(&head, &[&grant])));
    };
    let key = &patient.key;
    grant("grant signed by another", &stranger, &|_| {});
    grant("grant of another chart", key, &|g| {
        g.chart = ChartId::generate()
    });
    grant("grant by another", key, &|g| g.grantor = doctor.account);
    grant("grant to oneself", key, &|g| g.grantee = patient.account);
    grant("grant without keys", key, &|g| g.keys.clear());
    grant("grant of a key twice", key, &|g| {
        g.keys[1] = g.keys[0].clone()
    });
    grant("grant of an old key", key, &|g| g.keys[0].epoch = 7);
    grant("grant of another key", key, &|g| {
        g.keys[0].key_id = Hash::of(b"x")
    });
    grant("live grant moved to another", key, &|g| {
        g.grant = live.payload().grant;
    });
    // Signed, but the head does not name it.
    let unnamed = patient.grant_to(&other, &plain, GrantId::generate());
    bad.push(("unnamed", patient.head_request(&plain, &[&unnamed])));
    // The same grant in two statements.
    let reissue = patient.grant_to(&doctor, &plain, live.payload().grant);
    let both = patient.next_head(&[live.id(), reissue.id()], false);
    bad.push(("both issues", patient.head_request(&both, &[&reissue])));

    for (what, request) in &bad {
        let told = patient.call::<HeadPost>(&[&chart], request).await;
        assert_eq!(told.unwrap_err(), Code::BadRequest, "{what}");
    }

    // To nobody, and to somebody whose keys are not the ones that were compared.
    let nobody = Grant {
        grantee: AccountId::generate(),
        ..unnamed.payload().clone()
    };
    let other_keys = Grant {
        grantee_bundle: Hash::of(b"x"),
        ..unnamed.payload().clone()
    };
    for (payload, code) in [(nobody, Code::NotFound), (other_keys, Code::Conflict)] {
        let grant = sign(payload, &patient.key).unwrap();
        let head = patient.next_head(&[live.id(), grant.id()], false);
        let request = patient.head_request(&head, &[&grant]);
        let told = patient.call::<HeadPost>(&[&chart], &request).await;
        assert_eq!(told.unwrap_err(), code);
    }
    // After all that, nothing has changed.
    patient.post_head(plain, &[]).await.unwrap();
    chart_of(&doctor, chart).await.unwrap();
    assert_eq!(chart_of(&other, chart).await, Err(Code::NotFound));
}
