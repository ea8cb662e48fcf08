//! Every route with ids of others: nothing tells them from ids that do not exist.

use keepwell_shared::{
    bytes::Bytes,
    error::Code,
    id::{BlobId, ChartId, GrantId, RecordId},
    request::header,
    wire::*,
};

use crate::support::{
    Server,
    chart::part_of,
    person::{Person, random},
};

#[tokio::test]
async fn foreign_looks_like_missing_on_every_route() {
    let server = Server::start().await;
    let mut owner = Person::patient(&server, "patient-one").await;
    let grantee = Person::doctor(&server, "doctor-one").await;
    let stranger = Person::doctor(&server, "doctor-two").await;
    let neighbour = Person::patient(&server, "patient-two").await;

    let draft = owner.next_head(&[], false);
    let grant = owner.grant_to(&grantee, &draft, GrantId::generate());
    let head = owner.next_head(&[grant.id()], false);
    owner.post_head(head, &[&grant]).await.unwrap();
    let (file, sealed) = owner.upload(100).await.unwrap();
    let (open, _) = owner.upload(100).await.unwrap();
    let entry = random(4112);
    let revision = owner.revision(RecordId::generate(), 1, None, &entry, Some(file.clone()));
    owner.post_revision(revision, &entry).await.unwrap();

    let head = owner.next_head(&[grant.id()], false);
    let bodies = |name: &str| match name {
        "HeadPost" => serde_json::to_vec(&owner.head_request(&head, &[])).unwrap(),
        "RevisionPost" => {
            let revision = owner.revision(RecordId::generate(), 1, None, &entry, None);
            let signed = keepwell_shared::statement::sign(revision, &owner.key).unwrap();
            let request = RevisionPostRequest {
                revision: signed.to_unverified(),
                entry: Bytes(entry.clone()),
                head: owner.head.as_ref().unwrap().id(),
            };
            serde_json::to_vec(&request).unwrap()
        }
        "BlobPost" => b"{\"sealed_length\":4112}".to_vec(),
        "PartPut" => part_of(&sealed, 0).to_vec(),
        _ => Vec::new(),
    };
    let mut tried = 0;
    for (name, method, pattern, _) in ALL {
        let foreign: Vec<String> = if pattern.contains("{chart}") {
            vec![owner.chart().to_string()]
        } else if pattern.contains("{blob}") {
            vec![file.blob.to_string(), open.blob.to_string()]
        } else {
            continue;
        };
        let missing = match pattern.contains("{chart}") {
            true => ChartId::generate().to_string(),
            false => BlobId::generate().to_string(),
        };
        let query = match *name {
            "BytesGet" => "offset=0&length=1",
            _ => "",
        };
        let body = match method {
            Method::Get => Vec::new(),
            _ => bodies(name),
        };
        for foreign in foreign {
            for person in [&stranger, &neighbour, &grantee] {
                let readable = matches!(*name, "ChartGet" | "RevisionList")
                    || (*name == "BytesGet" && foreign == file.blob.to_string());
                if readable && person.account == grantee.account {
                    continue;
                }
                let ask = async |id: &str| {
                    let ids: [&dyn std::fmt::Display; 2] = [&id, &0];
                    let path = fill_path(pattern, &ids[..pattern.matches('{').count()]).unwrap();
                    person
                        .raw(method.as_str(), &path, query, body.clone(), None)
                        .await
                };
                let (theirs, nothing) = (ask(&foreign).await, ask(&missing).await);
                assert_eq!(theirs.code(), Code::NotFound, "{name}");
                assert_eq!(theirs.body, nothing.body, "{name}");
                let visible = |headers: &http::HeaderMap| {
                    let mut headers = headers.clone();
                    headers.remove(header::PROOF);
                    headers.remove("date");
                    headers
                };
                assert_eq!(visible(&theirs.headers), visible(&nothing.headers));
                tried += 1;
            }
        }
    }
    assert!(tried > 30);
    // The owner's things are untouched.
    assert_eq!(owner.bytes(file.blob, 0, 1).await.unwrap(), sealed[..1]);
    let state = owner.call::<BlobGet>(&[&open.blob], &Empty {}).await;
    assert_eq!(state.unwrap().parts, [0]);
}

/// Somebody else's file in one's own revision.
#[tokio::test]
async fn nobody_commits_the_file_of_another() {
    let server = Server::start().await;
    let owner = Person::patient(&server, "patient-one").await;
    let thief = Person::patient(&server, "patient-two").await;
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
