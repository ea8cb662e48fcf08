//! Heads of charts and of compartments that are not in order, and those after a repair.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, ChartId, CompartmentId},
    statement::{ChartHead, CompartmentHead, Verified, sign},
    wire::*,
};

use crate::{
    charts::{Bad, all_refused, shared},
    support::{
        Server,
        chart::Change,
        person::{Key, Person, random},
    },
};

#[tokio::test]
async fn chart_heads_that_are_not_in_order_are_refused() {
    let server = Server::start().await;
    let (mut patient, _, _, live) = shared(&server).await;
    let stranger = Key::generate();
    let plain = patient.change();
    let two = patient.change().with(0, |_| {}).with(1, |_| {});
    let mut bad: Bad = Vec::new();
    let mut head = |what, change: &Change, bend: &dyn Fn(&mut ChartHead)| {
        bad.push((what, patient.bent_request(change, bend)));
    };
    head("other chart", &plain, &|h| h.chart = ChartId::generate());
    head("other owner", &plain, &|h| h.owner = AccountId::generate());
    head("a compartment less", &plain, &|h| {
        h.compartments.truncate(2)
    });
    head("a compartment more", &plain, &|h| {
        let mut more = h.compartments[2];
        more.compartment = CompartmentId::from([255; 16]);
        h.compartments.push(more);
    });
    head("another compartment", &plain, &|h| {
        h.compartments[2].compartment = CompartmentId::from([255; 16]);
    });
    head("another order", &plain, &|h| h.compartments.swap(0, 1));
    head("a head of nowhere", &plain, &|h| {
        h.compartments[0].head = Hash::of(b"x");
    });
    head("the head of another compartment", &plain, &|h| {
        h.compartments[0].head = h.compartments[1].head;
    });
    head("new heads swapped", &two, &|h| {
        let first = h.compartments[0].head;
        h.compartments[0].head = h.compartments[1].head;
        h.compartments[1].head = first;
    });
    head("a new head that is not named", &two, &|h| {
        h.compartments[1].head = patient.compartments[1].id();
    });
    head("a counter that stands still", &plain, &|h| h.counter -= 1);
    head("a jump without a repair", &plain, &|h| h.counter += 1);
    head("a repair that goes back", &plain, &|h| {
        h.counter = 0;
        h.replaces = vec![Hash::of(b"x")];
    });
    head("a counter beyond counting", &plain, &|h| {
        h.counter = u64::MAX;
        h.replaces = vec![Hash::of(b"x")];
    });
    head("a head replaced twice", &plain, &|h| {
        h.replaces = vec![Hash::of(b"x"); 2];
    });
    head("replaced heads that fall", &plain, &|h| {
        h.replaces = vec![Hash([2; 32]), Hash([1; 32])];
    });
    head("too many replaced heads", &plain, &|h| {
        h.replaces = (0..65).map(|n| Hash([n; 32])).collect();
    });
    head("an unknown grant", &plain, &|h| {
        h.grants = vec![Hash::of(b"x")];
    });
    head("a grant twice", &plain, &|h| h.grants = vec![live.id(); 2]);
    let mut forged = patient.request(&plain);
    forged.new.head = sign(plain.head.clone(), &stranger).unwrap().to_unverified();
    bad.push(("signed by another", forged));
    all_refused(&patient, &bad).await;

    for (what, bend) in [
        (
            "no predecessor",
            (&|h: &mut ChartHead| h.previous = None) as &dyn Fn(&mut ChartHead),
        ),
        ("another predecessor", &|h| {
            h.previous = Some(Hash::of(b"x"))
        }),
        ("another account head", &|h| h.account = Hash::of(b"x")),
    ] {
        let told = patient.send_head(&patient.bent_request(&plain, bend)).await;
        assert_eq!(told, Err(Code::Conflict), "{what}");
    }
    // After all that, nothing has changed.
    patient.post(two).await.unwrap();
    patient.post(patient.change()).await.unwrap();
}

#[tokio::test]
async fn compartment_heads_that_are_not_in_order_are_refused() {
    let server = Server::start().await;
    let (mut patient, _, _, _) = shared(&server).await;
    let neighbour = Person::patient(&server, "patient-two").await;
    let stranger = Key::generate();
    let entry = random(4112);
    patient
        .post_revision(patient.fresh(0, &entry), &entry)
        .await
        .unwrap();
    let written = patient.signed(patient.fresh(0, &entry));
    let written = patient.change().write(&written, &entry);
    let mut bad: Bad = Vec::new();
    let mut both = |what, bend: &dyn Fn(&mut CompartmentHead)| {
        // With an entry, where the tree is built anew, and without.
        for change in [written.clone(), patient.change()] {
            bad.push((what, patient.request(&change.with(0, bend))));
        }
    };
    both("other chart", &|h| h.chart = neighbour.chart());
    both("other owner", &|h| h.owner = neighbour.account);
    both("other compartment", &|h| h.compartment = patient.id_of(1));
    both("no predecessor", &|h| h.previous = None);
    both("another predecessor", &|h| {
        h.previous = Some(patient.compartments[1].id());
    });
    both("a counter that stands still", &|h| h.counter -= 1);
    both("a jump without a repair", &|h| h.counter += 1);
    both("a head replaced twice", &|h| {
        h.replaces = vec![Hash::of(b"x"); 2];
    });
    both("another root", &|h| h.root = Hash::of(b"x"));
    both("the root of nothing", &|h| h.root = Hash::of(b""));
    both("an entry more", &|h| h.entries += 1);
    both("an entry less", &|h| h.entries -= 1);
    both("a revision more", &|h| h.revisions += 1);
    both("a revision less", &|h| h.revisions -= 1);
    both("a key changed under its epoch", &|h| {
        h.key_id = Hash::of(b"x");
    });
    both("an epoch that jumps", &|h| {
        h.epoch += 2;
        h.key_id = Hash::of(b"x");
    });
    both("an epoch that keeps its key", &|h| h.epoch += 1);

    let raised = patient.change().raise_all();
    let plain = patient.change().with(0, |_| {});
    let mut request = |what, change: &Change, bend: &dyn Fn(&mut NewHead)| {
        let mut request = patient.request(change);
        bend(&mut request.new);
        bad.push((what, request));
    };
    request("a head missing", &plain, &|n| n.compartments.clear());
    request("a head twice", &plain, &|n| {
        n.compartments.push(n.compartments[0].clone());
    });
    request("a head of another chart beside it", &plain, &|n| {
        n.compartments
            .push(neighbour.compartments[0].to_unverified());
    });
    request("heads without end", &plain, &|n| {
        n.compartments = vec![n.compartments[0].clone(); 100];
    });
    request("signed by another", &plain, &|n| {
        let head = plain.newest(0).clone();
        n.compartments = vec![sign(head, &stranger).unwrap().to_unverified()];
    });
    request("a wrap missing", &raised, &|n| n.keys.truncate(2));
    request("a back wrap missing", &raised, &|n| {
        drop(n.back_chain.pop());
    });
    request("an empty wrap", &raised, &|n| {
        n.keys[0].wrapped = Bytes(vec![]);
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
            compartment: plain.newest(0).compartment,
            epoch: 0,
            wrapped: Bytes(random(61)),
        }];
    });
    all_refused(&patient, &bad).await;
    // The untouched ones are taken.
    patient.post(written).await.unwrap();
    patient.post(patient.change().raise_all()).await.unwrap();
}

/// After a rollback a repair jumps above everything that anybody may have seen.
#[tokio::test]
async fn a_repair_jumps() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    let entry = random(4112);
    patient
        .post_revision(patient.fresh(1, &entry), &entry)
        .await
        .unwrap();
    let jump = |change: Change, by: u64, replaces: Vec<Hash>| {
        let mut change = change.with(1, |h| {
            h.counter += by;
            h.replaces = replaces.clone();
        });
        change.head.counter += by;
        change.head.replaces = replaces;
        change
    };
    let written = patient.signed(patient.fresh(1, &entry));
    let change = patient.change().write(&written, &entry);
    let without = jump(change.clone(), 1000, vec![]);
    assert_eq!(patient.post(without).await, Err(Code::BadRequest));
    let replaces: Vec<_> = (0..64).map(|n| Hash([n; 32])).collect();
    patient.post(jump(change, 1000, replaces)).await.unwrap();
    patient
        .post_revision(patient.fresh(1, &entry), &entry)
        .await
        .unwrap();

    let chart = patient.chart();
    let counters = |heads: &[keepwell_shared::statement::Unverified<ChartHead>]| -> Vec<u64> {
        let key = patient.bundle.payload().signing_key().unwrap();
        let counter = |h: &Verified<ChartHead>| h.payload().counter;
        heads
            .iter()
            .map(|h| counter(&h.verify(&key).unwrap()))
            .collect()
    };
    for (query, expected) in [
        ("", vec![0, 1, 1002, 1003]),
        ("after=0", vec![1, 1002, 1003]),
        ("after=1", vec![1002, 1003]),
        ("after=500", vec![1002, 1003]),
        ("after=1002", vec![1003]),
        ("after=1003", vec![]),
        ("after=18446744073709551615", vec![]),
    ] {
        let page = patient.list::<HeadList>(&[&chart], query).await.unwrap();
        assert_eq!(counters(&page.heads), expected, "{query}");
        let ids: [&dyn std::fmt::Display; 2] = [&chart, &patient.id_of(1)];
        let page = patient
            .list::<CompartmentHeadList>(&ids, query)
            .await
            .unwrap();
        assert_eq!(page.heads.len(), expected.len(), "{query}");
    }
    for query in ["after=-1", "after=x", "before=1", "after=1&after=2"] {
        let told = patient.list::<HeadList>(&[&chart], query).await;
        assert_eq!(told, Err(Code::BadRequest), "{query}");
    }
}
