//! Only the patient deletes, and what was deleted is gone: from every screen, from the server's files,
//! and for good. A server that hides a deletion or takes it back is noticed.

mod others;
mod traces;

use std::collections::BTreeSet;

use keepwell_shared::id::{ChartId, RecordId};
use keepwell_tests::{Person, Server, noise, shared_note, tamper::Operator, titled, titles};
use keepwell_vault::{Category, Distrust, Error, OpenedRevision, Standing, What};

use self::traces::{any_left, goes, sealed};

/// An entry that was changed, has a file and was in two categories.
async fn entry_with_a_past(patient: &Person, chart: ChartId) -> OpenedRevision {
    let file = patient.file(chart, "scan.pdf", &noise(1, 1_200_000)).await;
    let mut newest = file;
    for draft in [
        titled("Renamed", Category::Clinical),
        titled("Elsewhere", Category::Laboratory),
        titled("Elsewhere, too", Category::Laboratory),
    ] {
        let revised = patient
            .vault
            .revise(chart, newest.record, newest.revision, &draft);
        newest = revised.await.unwrap();
    }
    newest
}

fn record_keys(person: &Person) -> BTreeSet<Vec<u8>> {
    let secrets = person.vault.canaries().into_iter();
    let keys = secrets.filter(|(kind, _)| *kind == "RecordKey");
    keys.map(|(_, key)| key).collect()
}

#[tokio::test]
async fn what_is_deleted_is_gone_for_everybody_and_from_the_servers_files() {
    let mut server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let gone = entry_with_a_past(&patient, chart).await;
    let open = patient.elsewhere(server.address()).await;
    for (person, entries) in [(&doctor, 2), (&open, 2)] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(shown.entries.len(), entries);
    }
    let sealed = sealed(&server, gone.record);
    assert_eq!(sealed.len(), 2 * 5 + 2);
    assert!(any_left(&server, &sealed), "it is there");
    let keys = record_keys(&patient);

    // Nobody but the owner can; and not over what the owner has not read.
    let (record, seen) = (gone.record, gone.revision);
    let told = doctor.vault.delete(chart, record, seen).await;
    assert_eq!(told.unwrap_err(), Error::NotFound);
    let older = gone.history[0].0;
    let told = patient.vault.delete(chart, record, older).await;
    assert_eq!(told.unwrap_err(), Error::ChangedMeanwhile);

    patient.vault.delete(chart, record, seen).await.unwrap();
    server.crash();
    server.start_again();
    goes(&server, &sealed).await;
    let patient = patient.again(server.address()).await;
    let fresh = patient.elsewhere(server.address()).await;
    for person in [&patient, &fresh] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(titles(&shown), ["First"]);
        assert!(shown.standing.is_writable());
        assert_eq!((shown.refused.len(), shown.lost.len()), (0, 0));
    }
    // Its keys are gone with it: what is left is under keys of its own.
    let left = record_keys(&patient);
    assert_eq!((left.len(), left.intersection(&keys).count()), (3, 1));
    for person in [&doctor, &open] {
        let person = person.again(server.address()).await;
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(titles(&shown), ["First"]);
        for (revision, ..) in &gone.history {
            let told = person.open(chart, record, *revision).await;
            assert_eq!(told.unwrap_err(), Error::NotFound);
        }
    }
}

/// A window that shows an entry which another one deletes.
#[tokio::test]
async fn an_open_window_learns_of_it_and_writes_nothing_behind_it() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let gone = entry_with_a_past(&patient, chart).await;
    let other = patient.elsewhere(server.address()).await;
    other.vault.open_chart(chart).await.unwrap();
    doctor.vault.open_chart(chart).await.unwrap();
    let (record, seen) = (gone.record, gone.revision);
    patient.vault.delete(chart, record, seen).await.unwrap();
    let late = titled("Typed meanwhile", Category::Clinical);
    let told = other.vault.revise(chart, record, seen, &late).await;
    assert_eq!(told.unwrap_err(), Error::Deleted);
    other.vault.delete(chart, record, seen).await.unwrap();
    for person in [&patient, &other, &doctor] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert_eq!(titles(&shown), ["First"]);
        assert_eq!(shown.standing, Standing::Current);
        let told = person.vault.entry(chart, record, Some(seen));
        assert_eq!(
            told.unwrap_err(),
            Error::NotFound,
            "nothing stays in memory"
        );
    }
    patient.note(chart, "Life goes on", "").await;
    let shown = doctor.vault.open_chart(chart).await.unwrap();
    assert_eq!(titles(&shown), ["First", "Life goes on"]);
}

/// Attack 171: a server that kept everything hides a deletion, takes it back, or makes one up.
#[tokio::test]
async fn a_server_can_not_hide_a_deletion_or_take_it_back_or_make_one_up() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let kept = patient.note(chart, "Stays", "").await;
    let gone = patient.note(chart, "Goes", "").await;
    doctor.vault.open_chart(chart).await.unwrap();
    let operator = Operator::of(&server);
    operator.rows("CREATE TABLE kept AS SELECT * FROM revision");
    let (record, seen) = (gone.record, gone.revision);
    patient.vault.delete(chart, record, seen).await.unwrap();
    let bytes = |record: RecordId| {
        let hex: String = record
            .as_bytes()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        format!("x'{hex}'")
    };
    let check = async |standing, shown: &[&str], refused: Option<RecordId>| {
        for person in [&patient, &doctor] {
            let later = person.again(server.address()).await;
            let chart = later.vault.open_chart(chart).await.unwrap();
            assert_eq!(chart.standing, standing);
            assert_eq!(titles(&chart), shown);
            // What it hands out of a deleted entry is told apart from what it holds back.
            let told = chart
                .refused
                .iter()
                .filter(|one| one.why == Distrust::Missing);
            let told: Vec<_> = told.map(|one| one.what).collect();
            assert_eq!(told, Vec::from_iter(refused.map(What::Entry)));
        }
    };
    check(Standing::Current, &["First", "Stays"], None).await;

    // What stood there before comes back beside the deletion: nobody is shown it.
    let back = format!(
        "UPDATE revision SET statement = kept.statement, entry = kept.entry FROM kept \
         WHERE revision.place = kept.place AND revision.compartment = kept.compartment \
         AND revision.record = {}",
        bytes(record)
    );
    assert_eq!(operator.rows(&back), 1);
    check(Standing::Current, &["First", "Stays"], None).await;

    // The deletion alone is held back.
    let hidden = format!(
        "DELETE FROM revision WHERE record = {} AND state = 5",
        bytes(record)
    );
    assert_eq!(operator.rows(&hidden), 1);
    check(Standing::Incomplete, &["First", "Stays"], Some(record)).await;
    let later = patient.again(server.address()).await;
    later.vault.open_chart(chart).await.unwrap();
    later.vault.repair(chart).await.unwrap();
    check(Standing::Current, &["First", "Stays"], None).await;

    // An entry that nobody deleted is handed out as a place.
    let made_up = format!(
        "UPDATE revision SET statement = NULL, entry = NULL WHERE record = {}",
        bytes(kept.record)
    );
    assert_eq!(operator.rows(&made_up), 1);
    check(Standing::Incomplete, &["First"], Some(kept.record)).await;
}

/// Back to the day before: it is noticed, and a window that saw the deletion deletes again.
#[tokio::test]
async fn what_a_server_brings_back_is_deleted_again() {
    let mut server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    let gone = entry_with_a_past(&patient, chart).await;
    server.save("before");
    let (record, seen) = (gone.record, gone.revision);
    patient.vault.delete(chart, record, seen).await.unwrap();
    server.restore("before");
    let shown = patient.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    assert_eq!(titles(&shown), ["First"], "what is known stays as it is");
    let repaired = patient.vault.repair(chart).await.unwrap();
    assert_eq!(titles(&repaired.chart), ["First"]);
    assert_eq!(repaired.written_again, [""; 0]);
    let fresh = patient.elsewhere(server.address()).await;
    let shown = fresh.vault.open_chart(chart).await.unwrap();
    assert_eq!(titles(&shown), ["First"]);
    let told = fresh.vault.entry(chart, record, None);
    assert_eq!(told.unwrap_err(), Error::NotFound);
}
