//! Grants, and two heads at once.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{AccountId, ChartId, GrantId},
    statement::{Grant, Verified, sign},
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
    let grant = give(&mut patient, &doctor, &[0, 1, 2]).await;
    (patient, doctor, other, grant)
}

/// Shares some compartments with one more person.
pub async fn give(patient: &mut Person, to: &Person, places: &[usize]) -> Verified<Grant> {
    let change = patient.change();
    let grant = patient.grant_of(to, &change, GrantId::generate(), places);
    patient.post(change.share(&grant)).await.unwrap();
    grant
}

pub async fn chart_of(person: &Person, chart: ChartId) -> Result<ChartResponse, Code> {
    person.call::<ChartGet>(&[&chart], &Empty {}).await
}

#[tokio::test]
async fn a_grant_opens_a_chart_and_its_end_closes_it() {
    let server = Server::start().await;
    let (mut patient, doctor, other, grant) = shared(&server).await;
    let chart = patient.chart();

    let whole = chart_of(&patient, chart).await.unwrap();
    let heads: Vec<_> = patient
        .compartments
        .iter()
        .map(Verified::to_unverified)
        .collect();
    assert_eq!(whole.compartments, heads);
    let own = whole.own.unwrap();
    assert_eq!(own.head, patient.head.as_ref().unwrap().to_unverified());
    assert_eq!(own.grants[0].grant, grant.to_unverified());
    assert_eq!(own.grants[0].grantee, doctor.bundle.to_unverified());
    assert_eq!(own.keys.len(), 3);
    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert_eq!(theirs.grant, Some(grant.to_unverified()));
    assert_eq!(theirs.owner, patient.bundle.to_unverified());
    assert_eq!(theirs.compartments, heads);
    assert!(theirs.own.is_none() && theirs.back_chain.is_empty());
    let list = doctor.call::<ChartList>(&[], &Empty {}).await.unwrap();
    assert_eq!((list.own.len(), list.shared.len()), (0, 1));
    assert_eq!(list.shared[0].grant, grant.to_unverified());
    doctor.page(&patient, 0, "").await.unwrap();
    assert_eq!(chart_of(&other, chart).await, Err(Code::NotFound));

    let end = patient.change().live(&[]).raise_all();
    patient.post(end).await.unwrap();
    assert_eq!(chart_of(&doctor, chart).await, Err(Code::SharingEnded));
    assert_eq!(doctor.page(&patient, 0, "").await, Err(Code::SharingEnded));
    let ended = doctor.list::<HeadList>(&[&chart], "").await;
    assert_eq!(ended, Err(Code::SharingEnded));
    assert_eq!(chart_of(&other, chart).await, Err(Code::NotFound));
    let list = doctor.call::<ChartList>(&[], &Empty {}).await.unwrap();
    assert!(list.shared.is_empty());
    let own = chart_of(&patient, chart).await.unwrap();
    assert_eq!(own.back_chain.len(), 3);
    let own = own.own.unwrap();
    assert!(own.grants.is_empty());
    assert!(own.keys.iter().all(|k| k.epoch == 1));

    // What ended does not begin again, but a new grant may.
    let replay = patient.change().live(&[grant.id()]);
    assert_eq!(patient.post(replay).await, Err(Code::BadRequest));
    let again = give(&mut patient, &doctor, &[0, 1, 2]).await;
    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert_eq!(theirs.grant, Some(again.to_unverified()));
    assert_eq!(theirs.back_chain.len(), 3, "the past opens");
}

/// Ending one grant re-issues the others under new keys; the back chain ends where a grant does.
#[tokio::test]
async fn those_who_stay_get_new_keys_and_nothing_about_other_compartments() {
    let server = Server::start().await;
    let (mut patient, doctor, other, first) = shared(&server).await;
    let second = give(&mut patient, &other, &[0, 1, 2]).await;
    let chart = patient.chart();

    let change = patient.change().live(&[]).raise_all();
    let narrow = patient.grant_of(&doctor, &change, first.payload().grant, &[1]);
    let kept = narrow.payload().keys[0].compartment;
    patient.post(change.share(&narrow)).await.unwrap();

    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert_eq!(theirs.grant, Some(narrow.to_unverified()));
    assert_eq!(
        theirs.compartments,
        [patient.compartments[1].to_unverified()]
    );
    assert_eq!(theirs.back_chain.len(), 1);
    assert_eq!(theirs.back_chain[0].compartment, kept);
    assert_eq!(chart_of(&other, chart).await, Err(Code::SharingEnded));
    let own = chart_of(&patient, chart).await.unwrap().own.unwrap();
    assert_eq!(own.grants.len(), 1);
    assert_ne!(second.id(), narrow.id());

    // A later epoch shows nothing new to a grant of this one.
    patient.post(patient.change().raise_all()).await.unwrap();
    let theirs = chart_of(&doctor, chart).await.unwrap();
    assert!(theirs.back_chain.iter().all(|wrap| wrap.epoch == 0));
    assert_eq!(chart_of(&patient, chart).await.unwrap().back_chain.len(), 6);
}

/// Only the compartments that a former reader had need new keys.
#[tokio::test]
async fn one_compartment_gets_a_new_key_alone() {
    let server = Server::start().await;
    let mut patient = Person::patient(&server, "patient-one").await;
    patient.post(patient.change().raise(1)).await.unwrap();
    let own = chart_of(&patient, patient.chart()).await.unwrap();
    let epochs: Vec<_> = own.own.unwrap().keys.iter().map(|k| k.epoch).collect();
    assert_eq!(epochs, [0, 1, 0]);
    let heads: Vec<_> = patient
        .compartments
        .iter()
        .map(Verified::to_unverified)
        .collect();
    assert_eq!(own.compartments, heads);
    // The same key as before, and nothing else: that is a head too.
    patient.post(patient.change()).await.unwrap();
    patient
        .post(patient.change().with(2, |_| {}))
        .await
        .unwrap();
}

/// Every row of every table, counted.
fn rows(server: &Server) -> Vec<(String, i64)> {
    let db = rusqlite::Connection::open(server.data("keepwell.sqlite3")).unwrap();
    let tables = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .unwrap()
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    tables
        .into_iter()
        .map(|table| {
            let count = format!("SELECT count(*) FROM {table}");
            let count = db.query_row(&count, [], |row| row.get(0)).unwrap();
            (table, count)
        })
        .collect()
}

#[tokio::test]
async fn the_slower_of_two_heads_is_told_and_leaves_nothing_behind() {
    let server = Server::start().await;
    let (mut patient, _, other, _) = shared(&server).await;
    let entry = random(4112);
    let (file, _) = patient.upload(100).await.unwrap();
    let mut one = patient.fresh(0, &entry);
    one.file = Some(file.clone());
    let lost = patient
        .change()
        .raise(1)
        .write(&patient.signed(one), &entry);
    let grant = patient.grant_to(&other, &lost, GrantId::generate());
    let lost = lost.share(&grant);
    let control = lost.clone();

    let two = patient.signed(patient.fresh(0, &entry));
    patient
        .post(patient.change().write(&two, &entry))
        .await
        .unwrap();
    let before = rows(&server);
    let told = patient.send_head(&patient.request(&lost)).await;
    assert_eq!(told, Err(Code::Conflict));
    // Right counter, wrong predecessor.
    let mut late = lost.clone();
    late.head.counter += 1;
    let told = patient.send_head(&patient.request(&late)).await;
    assert_eq!(told, Err(Code::Conflict));
    // The right predecessor, but a revision that another one overtook: its heads are undone too.
    let mut stale = patient.fresh(0, &entry);
    stale.record = two.payload().record;
    let stale = patient
        .change()
        .raise(1)
        .write(&patient.signed(stale), &entry);
    let told = patient.send_head(&patient.request(&stale)).await;
    assert_eq!(told, Err(Code::Conflict));
    assert_eq!(rows(&server), before);
    let blob = patient.call::<BlobGet>(&[&file.blob], &Empty {}).await;
    assert!(!blob.unwrap().committed);
    assert_eq!(chart_of(&other, patient.chart()).await, Err(Code::NotFound));

    // What was lost is written again on top of what won.
    let mut again = patient.change().raise(1);
    let revision = control.revisions[0]
        .revision
        .verify_named(control.revisions[0].revision.id().unwrap());
    again.head.replaces = vec![patient.request(&control).new.head.id().unwrap()];
    let again = again.write(&revision.unwrap(), &entry);
    patient.post(again).await.unwrap();
    assert_ne!(rows(&server), before);
}

/// A request without its chart, for many bad ones.
pub type Bad = Vec<(&'static str, HeadPostRequest)>;

pub async fn all_refused(patient: &Person, bad: &Bad) {
    for (what, request) in bad {
        let told = patient.send_head(request).await;
        assert_eq!(told, Err(Code::BadRequest), "{what}");
    }
}

#[tokio::test]
async fn grants_that_are_not_in_order_are_refused() {
    let server = Server::start().await;
    let (mut patient, doctor, other, live) = shared(&server).await;
    let neighbour = Person::patient(&server, "patient-two").await;
    let stranger = Key::generate();
    let plain = patient.change();
    let mut bad: Bad = Vec::new();
    let mut grant = |what, signer: &Key, bend: &dyn Fn(&mut Grant)| {
        let grant = patient.grant_to(&other, &plain, GrantId::generate());
        let mut payload = grant.payload().clone();
        bend(&mut payload);
        let grant = sign(payload, signer).unwrap();
        bad.push((what, patient.request(&plain.clone().share(&grant))));
    };
    let key = &patient.key;
    grant("signed by another", &stranger, &|_| {});
    grant("of another chart", key, &|g| g.chart = ChartId::generate());
    grant("by another", key, &|g| g.grantor = doctor.account);
    grant("to oneself", key, &|g| g.grantee = patient.account);
    grant("without keys", key, &|g| g.keys.clear());
    grant("of a key twice", key, &|g| g.keys[1] = g.keys[0].clone());
    grant("of a later key", key, &|g| g.keys[0].epoch = 7);
    grant("of another key", key, &|g| {
        g.keys[0].key_id = Hash::of(b"x")
    });
    grant("of a compartment of another chart", key, &|g| {
        g.keys[0].compartment = neighbour.id_of(0);
    });
    grant("of a compartment under the key of another", key, &|g| {
        g.keys.truncate(1);
        g.keys[0].compartment = patient.id_of(1);
    });
    grant("live grant moved to another", key, &|g| {
        g.grant = live.payload().grant;
    });
    // Signed, but the head does not name it.
    let unnamed = patient.grant_to(&other, &plain, GrantId::generate());
    let mut request = patient.request(&plain);
    request.new.grants = vec![unnamed.to_unverified()];
    bad.push(("unnamed", request));
    // The same grant in two statements.
    let reissue = patient.grant_to(&doctor, &plain, live.payload().grant);
    bad.push((
        "both issues",
        patient.request(&plain.clone().share(&reissue)),
    ));
    // Under the key that this very head retires.
    let retired = patient.grant_to(&other, &plain, GrantId::generate());
    let raised = patient.change().raise(0).share(&retired);
    bad.push(("of a key that ends", patient.request(&raised)));
    all_refused(&patient, &bad).await;

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
        let told = patient.post(plain.clone().share(&grant)).await;
        assert_eq!(told, Err(code));
    }
    // After all that, nothing has changed.
    patient.post(plain).await.unwrap();
    chart_of(&doctor, patient.chart()).await.unwrap();
    assert_eq!(chart_of(&other, patient.chart()).await, Err(Code::NotFound));
}
