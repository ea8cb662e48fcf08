//! What is not in a grant: nothing tells it from what does not exist. Every route with ids of others
//! stands in `authorisation.rs`.

use keepwell_shared::{
    error::Code,
    id::{BlobId, RecordId},
    request::header,
    statement::{Revision, State, Verified},
    wire::*,
};

use crate::{
    charts::{chart_of, give},
    support::{
        Server,
        client::Answer,
        person::{Person, random},
    },
};

/// Everything of an answer but what is new in every one.
fn visible(answer: &Answer) -> (http::StatusCode, http::HeaderMap, Vec<u8>) {
    let mut headers = answer.headers.clone();
    headers.remove(header::PROOF);
    headers.remove("date");
    headers.remove("keepwell-request");
    (answer.status, headers, answer.body.clone())
}

/// A grant of one compartment shows that one alone, byte for byte.
#[tokio::test]
async fn a_grantee_of_one_compartment_sees_that_one_alone() {
    let server = Server::start().await;
    let mut owner = Person::patient(&server, "patient-one").await;
    let grantee = Person::doctor(&server, "doctor-one").await;
    let entry = random(4112);
    // Files in the first and in the second compartment, and one that moved from first to second.
    let mut files = Vec::new();
    for place in [0, 1, 0] {
        let (file, _) = owner.upload(100).await.unwrap();
        let revision = Revision {
            file: Some(file.clone()),
            ..owner.fresh(place, &entry)
        };
        let revision = owner.signed(revision);
        let change = owner.change().write(&revision, &entry);
        owner.post(change).await.unwrap();
        files.push((file, revision));
    }
    let (moved, before) = &files[2];
    let gone = owner.signed(Revision {
        number: 2,
        parent: Some(before.id()),
        state: State::Moved,
        file: None,
        ..before.payload().clone()
    });
    let here = owner.signed(Revision {
        record: before.payload().record,
        file: Some(moved.clone()),
        ..owner.fresh(1, &entry)
    });
    let change = owner.change().write(&gone, &entry).write(&here, &entry);
    owner.post(change).await.unwrap();
    give(&mut owner, &grantee, &[1]).await;

    let chart = owner.chart();
    let seen = chart_of(&grantee, chart).await.unwrap();
    assert_eq!(seen.compartments, [owner.compartments[1].to_unverified()]);
    for place in [0, 2] {
        let ids: [&dyn std::fmt::Display; 2] = [&chart, &owner.id_of(place)];
        let refused = grantee.list::<RevisionList>(&ids, "").await;
        assert_eq!(refused, Err(Code::NotFound));
        let refused = grantee.list::<CompartmentHeadList>(&ids, "").await;
        assert_eq!(refused, Err(Code::NotFound));
        let refused = grantee.list::<LeafList>(&ids, "").await;
        assert_eq!(refused, Err(Code::NotFound));
    }
    let ids: [&dyn std::fmt::Display; 2] = [&chart, &owner.id_of(1)];
    let heads = grantee.list::<CompartmentHeadList>(&ids, "").await.unwrap();
    assert_eq!(heads.heads.len(), 3);
    assert_eq!(heads.heads[2], owner.compartments[1].to_unverified());
    let leaves = grantee.list::<LeafList>(&ids, "").await.unwrap();
    assert_eq!(leaves.leaves.len(), 2);
    assert_eq!(grantee.page(&owner, 1, "").await.unwrap().len(), 2);
    let heads = grantee.list::<HeadList>(&[&chart], "").await;
    assert_eq!(heads, Err(Code::NotFound));

    // What changes elsewhere changes nothing of what this reader is shown.
    let ask = async |path: String| grantee.raw("GET", &path, "", Vec::new(), None).await;
    let shown = async || {
        let mut all = Vec::new();
        for pattern in [
            RevisionList::PATH,
            CompartmentHeadList::PATH,
            LeafList::PATH,
        ] {
            all.push(ask(fill_path(pattern, &ids).unwrap()).await.body);
        }
        all.push(
            ask(fill_path(ChartGet::PATH, &[&chart]).unwrap())
                .await
                .body,
        );
        all
    };
    let before = shown().await;
    let other = owner.signed(owner.fresh(0, &entry));
    let doctor = Person::doctor(&server, "doctor-two").await;
    let change = owner.change().raise(0).raise(2);
    let other = owner.signed(Revision {
        epoch: 1,
        ..other.payload().clone()
    });
    owner.post(change.write(&other, &entry)).await.unwrap();
    give(&mut owner, &doctor, &[0, 1, 2]).await;
    assert_eq!(shown().await, before);

    // Files: of the granted compartment, and of entries that moved into it.
    let path = |blob: BlobId| fill_path(BytesGet::PATH, &[&blob]).unwrap();
    for (place, granted) in [(0, false), (1, true), (2, true)] {
        let blob = files[place].0.blob;
        let told = grantee.bytes(blob, 0, 1).await;
        assert_eq!(told.is_ok(), granted, "{place}");
        assert!(owner.bytes(blob, 0, 1).await.is_ok());
    }
    let query = "offset=0&length=1";
    let (foreign, missing) = (path(files[0].0.blob), path(BlobId::generate()));
    let foreign = grantee.raw("GET", &foreign, query, Vec::new(), None).await;
    let missing = grantee.raw("GET", &missing, query, Vec::new(), None).await;
    assert_eq!(foreign.code(), Code::NotFound);
    assert_eq!(visible(&foreign), visible(&missing));

    // Whoever had the old compartment keeps what was written there.
    let grant = give(&mut owner, &grantee, &[0]).await;
    assert_eq!(grant.payload().keys.len(), 1);
    assert!(grantee.bytes(files[2].0.blob, 0, 1).await.is_ok());
    assert_eq!(
        grantee.bytes(files[1].0.blob, 0, 1).await,
        Err(Code::NotFound)
    );
    let end: Vec<_> = owner
        .head
        .as_ref()
        .map(Verified::payload)
        .unwrap()
        .grants
        .clone();
    assert_eq!(end.len(), 3);
    let end = owner.change().live(&[]).raise_all();
    owner.post(end).await.unwrap();
    for (file, _) in &files {
        let told = grantee.bytes(file.blob, 0, 1).await;
        assert_eq!(told, Err(Code::SharingEnded));
    }
}

/// Somebody else's file in one's own revision.
#[tokio::test]
async fn nobody_commits_the_file_of_another() {
    let server = Server::start().await;
    let mut owner = Person::patient(&server, "patient-one").await;
    let mut thief = Person::patient(&server, "patient-two").await;
    let (file, _) = owner.upload(100).await.unwrap();
    let entry = random(4112);
    let revision = thief.revision(RecordId::generate(), 1, None, &entry, Some(file.clone()));
    assert_eq!(
        thief.post_revision(revision, &entry).await,
        Err(Code::NotFound)
    );
    let revision = owner.revision(RecordId::generate(), 1, None, &entry, Some(file));
    owner.post_revision(revision, &entry).await.unwrap();
}

/// An id of one kind is none of another.
#[tokio::test]
async fn ids_of_another_kind_name_nothing() {
    let server = Server::start().await;
    let owner = Person::patient(&server, "patient-one").await;
    let chart = owner.chart().to_string();
    let blob = chart.replace("cha_", "blo_");
    for path in [
        format!("/api/charts/{blob}"),
        format!("/api/charts/{}", chart.trim_start_matches("cha_")),
        format!("/api/charts/{chart}="),
        format!("/api/charts/{}", chart.to_uppercase()),
        format!("/api/charts/{}%20", chart),
        format!("/api/blobs/{chart}"),
        format!("/api/blobs/{blob}"),
        "/api/people/Patient-One".to_owned(),
        "/api/people/patient%2Done".to_owned(),
        "/api/people/".to_owned(),
    ] {
        let answer = owner.raw("GET", &path, "", Vec::new(), None).await;
        assert_eq!(answer.code(), Code::NotFound, "{path}");
    }
    let person = owner
        .call::<PersonGet>(&[&"patient-one"], &Empty {})
        .await
        .unwrap();
    assert_eq!(person.key_bundle, owner.bundle.to_unverified());
}
