//! What a browser notices when a server loses or changes single entries, and the way out of it. The
//! server is the real one; its rows are changed behind its back.

use keepwell_shared::id::{ChartId, RecordId};
use keepwell_tests::{Person, Server, noise, shared_note, titled, titles};
use keepwell_vault::{Category, Distrust, Error, OpenedRevision, Standing, What};

fn database(server: &Server) -> rusqlite::Connection {
    rusqlite::Connection::open(server.data().join("keepwell.sqlite3")).unwrap()
}

/// Attacks 34, 35 and 38: rows are dropped, planted, repeated, swapped.
#[tokio::test]
async fn what_is_dropped_is_named_and_the_rest_stays_readable() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let gone = patient.note(chart, "Penicillin", "").await;
    patient.note(chart, "Third", "").await;
    patient.vault.open_chart(chart).await.unwrap();
    let deleted = database(&server)
        .execute(
            "DELETE FROM revision WHERE record = ?1",
            [gone.record.as_bytes()],
        )
        .unwrap();
    assert_eq!(deleted, 1);
    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert_eq!(shown.standing, Standing::Incomplete);
    assert_eq!(titles(&shown), ["First", "Third"]);
    assert_eq!(shown.lost, ["Penicillin"]);
    assert_eq!(shown.refused.len(), 1);
    assert_eq!(shown.refused[0].what, What::Entry(gone.record));
    assert_eq!(shown.refused[0].why, Distrust::Missing);
    assert_eq!(
        later
            .vault
            .add_note(chart, &titled("Not now", Category::Clinical))
            .await
            .unwrap_err(),
        Error::Blocked
    );
    // A reader is told as well, without the name.
    let read = doctor.vault.open_chart(chart).await.unwrap();
    assert_eq!(read.standing, Standing::Incomplete);
    assert_eq!(titles(&read), ["First", "Third"]);
    assert_eq!(
        read.refused, shown.refused,
        "what it had before is no stray"
    );

    let repaired = later.vault.repair(chart).await.unwrap();
    assert_eq!(repaired.chart.standing, Standing::Current);
    assert_eq!(
        repaired.chart.lost,
        ["Penicillin"],
        "it stays known as lost"
    );
    later.note(chart, "Fourth", "").await;
    let read = doctor.vault.open_chart(chart).await.unwrap();
    assert_eq!(read.standing, Standing::Current);
    assert_eq!(titles(&read), ["First", "Fourth", "Third"]);
    assert_eq!(read.lost, ["Penicillin"]);
}

#[tokio::test]
async fn an_older_revision_in_the_place_of_the_newest_is_noticed() {
    let server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    let first = patient.note(chart, "5 mg", "").await;
    let second = patient
        .vault
        .revise(
            chart,
            first.record,
            first.revision,
            &titled("50 mg", Category::Clinical),
        )
        .await
        .unwrap();
    assert_eq!(second.number, 2);
    // The newest revision says what the one before said.
    database(&server)
        .execute(
            "UPDATE revision SET statement = old.statement, entry = old.entry \
             FROM (SELECT statement, entry FROM revision WHERE record = ?1 AND number = 1) AS old \
             WHERE record = ?1 AND number = 2",
            [first.record.as_bytes()],
        )
        .unwrap();
    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert_eq!(shown.standing, Standing::Incomplete);
    assert_eq!(titles(&shown), ["First"]);
    assert_eq!(shown.lost, ["50 mg"]);
}

/// Attack 46: every number of entries cut off from the end.
#[tokio::test]
async fn a_tail_that_is_cut_is_noticed() {
    let server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    for i in 0..6 {
        patient.note(chart, &format!("Note {i}"), "").await;
    }
    for cut in 1..=6u32 {
        let deleted = database(&server)
            .execute(
                "DELETE FROM revision WHERE place = (SELECT max(place) FROM revision)",
                [],
            )
            .unwrap();
        assert_eq!(deleted, 1);
        let later = patient.again(server.address()).await;
        let shown = later.vault.open_chart(chart).await.unwrap();
        assert_eq!(shown.standing, Standing::Incomplete);
        assert_eq!(shown.lost.len(), cut as usize);
        assert_eq!(shown.entries.len(), 7 - cut as usize);
    }
}

/// An entry that was written three times.
async fn thrice(patient: &Person, chart: ChartId) -> OpenedRevision {
    let mut newest = patient.note(chart, "5 mg", "").await;
    for title in ["50 mg", "500 mg"] {
        let next = titled(title, Category::Clinical);
        let revised = patient
            .vault
            .revise(chart, newest.record, newest.revision, &next);
        newest = revised.await.unwrap();
    }
    newest
}

/// Puts one revision of an entry into the place of another.
fn replace(server: &Server, record: RecordId, place: u32, by: u32) {
    let changed = database(server).execute(
        "UPDATE revision SET statement = other.statement, entry = other.entry \
         FROM (SELECT statement, entry FROM revision WHERE record = ?1 AND number = ?3) AS other \
         WHERE record = ?1 AND number = ?2",
        rusqlite::params![record.as_bytes(), place, by],
    );
    assert_eq!(changed.unwrap(), 1);
}

/// Changes a byte of the sealed text of a revision.
fn spoil(server: &Server, record: RecordId, number: u32) {
    let database = database(server);
    let read = "SELECT entry FROM revision WHERE record = ?1 AND number = ?2";
    let of = rusqlite::params![record.as_bytes(), number];
    let mut entry: Vec<u8> = database.query_row(read, of, |row| row.get(0)).unwrap();
    entry[100] ^= 1;
    let write = "UPDATE revision SET entry = ?3 WHERE record = ?1 AND number = ?2";
    let of = rusqlite::params![record.as_bytes(), number, entry];
    assert_eq!(database.execute(write, of).unwrap(), 1);
}

/// The chart says what is wrong to everybody and takes nothing; the owner's repair is the way out,
/// and afterwards everybody reads `left` and nothing is wrong.
async fn incomplete_until_repaired(
    server: &Server,
    (patient, doctor, chart): (&Person, &Person, ChartId),
    wrong: &[(RecordId, Distrust)],
    left: &[&str],
) {
    let reader = doctor.elsewhere(server.address()).await;
    let read = reader.vault.open_chart(chart).await.unwrap();
    assert_eq!(read.standing, Standing::Incomplete);
    let later = patient.again(server.address()).await;
    let shown = later.vault.open_chart(chart).await.unwrap();
    assert_eq!(shown.standing, Standing::Incomplete);
    for chart in [&shown, &read] {
        let mut refused: Vec<_> = chart.refused.clone();
        refused.sort_by_key(|item| item.why == Distrust::Misplaced);
        let named: Vec<_> = refused.iter().map(|item| (item.what, item.why)).collect();
        let wrong: Vec<_> = wrong
            .iter()
            .map(|(id, why)| (What::Entry(*id), *why))
            .collect();
        assert_eq!(named, wrong);
    }
    let older = titles(&shown).contains(&"50 mg");
    assert!(
        !older,
        "no older revision stands in the place of the newest"
    );
    let note = titled("Not now", Category::Clinical);
    assert_eq!(
        later.vault.add_note(chart, &note).await.unwrap_err(),
        Error::Blocked
    );
    later.vault.repair(chart).await.unwrap();
    later.note(chart, "Later", "").await;
    let anew = later.again(server.address()).await;
    let elsewhere = patient.elsewhere(server.address()).await;
    for person in [&later, &anew, &elsewhere, &reader, doctor] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert!(shown.standing.is_writable(), "{:?}", shown.standing);
        assert_eq!(shown.refused, [], "{}", person.username);
        assert_eq!(titles(&shown), left, "{}", person.username);
    }
}

#[tokio::test]
async fn a_hole_in_a_history_blocks_until_the_owner_repairs_it() {
    for gone in [1, 2] {
        let server = Server::start();
        let (patient, doctor, chart) = shared_note(&server).await;
        let newest = thrice(&patient, chart).await;
        let whole = patient.again(server.address()).await;
        let whole = whole.vault.open_chart(chart).await.unwrap();
        assert_eq!(
            (whole.standing, whole.refused.len()),
            (Standing::Current, 0)
        );
        // One that is there already stands in the place of the one that is gone.
        replace(&server, newest.record, gone, 3);
        let wrong = match gone {
            1 => vec![(newest.record, Distrust::Missing)],
            // The first one is there still, and nothing leads to it.
            _ => vec![
                (newest.record, Distrust::Missing),
                (newest.record, Distrust::Misplaced),
            ],
        };
        let left = ["500 mg", "First", "Later"];
        incomplete_until_repaired(&server, (&patient, &doctor, chart), &wrong, &left).await;
    }
}

#[tokio::test]
async fn an_older_revision_that_does_not_open_blocks_until_the_owner_repairs_it() {
    for spoiled in [1, 2] {
        let server = Server::start();
        let (patient, doctor, chart) = shared_note(&server).await;
        let newest = thrice(&patient, chart).await;
        spoil(&server, newest.record, spoiled);
        let wrong = [(newest.record, Distrust::Content)];
        let left = ["500 mg", "First", "Later"];
        incomplete_until_repaired(&server, (&patient, &doctor, chart), &wrong, &left).await;
    }
}

/// What the newest revision said is gone, and no older one is shown in its place.
#[tokio::test]
async fn a_newest_revision_that_does_not_open_blocks_and_is_signed_away() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let newest = thrice(&patient, chart).await;
    spoil(&server, newest.record, 3);
    let wrong = [(newest.record, Distrust::Content)];
    let left = ["First", "Later"];
    incomplete_until_repaired(&server, (&patient, &doctor, chart), &wrong, &left).await;
}

/// A vault that is open has it still, and writes it again behind the loss.
#[tokio::test]
async fn an_open_vault_writes_again_what_does_not_open_any_more() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let newest = thrice(&patient, chart).await;
    for broken in [3, 5] {
        spoil(&server, newest.record, broken);
        let reader = doctor.elsewhere(server.address()).await;
        let read = reader.vault.open_chart(chart).await.unwrap();
        assert_eq!(read.standing, Standing::Incomplete);
        let repaired = patient.vault.repair(chart).await.unwrap();
        assert_eq!(repaired.written_again, ["500 mg"]);
        assert!(repaired.lost.is_empty());
        for person in [&patient, &reader, &doctor] {
            let shown = person.vault.open_chart(chart).await.unwrap();
            assert!(shown.standing.is_writable(), "{:?}", shown.standing);
            assert_eq!(titles(&shown), ["500 mg", "First"]);
            assert_eq!((shown.refused.len(), shown.lost.len()), (0, 0));
        }
    }
}

/// A repair writes an entry again as it was: its file is there and opens.
#[tokio::test]
async fn a_repaired_history_keeps_its_file() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let bytes = noise(1, 9_000);
    let first = patient.file(chart, "scan.pdf", &bytes).await;
    let renamed = titled("Scan", Category::Clinical);
    let revised = patient
        .vault
        .revise(chart, first.record, first.revision, &renamed);
    revised.await.unwrap();
    spoil(&server, first.record, 1);
    let wrong = [(first.record, Distrust::Content)];
    let left = ["First", "Later", "Scan"];
    incomplete_until_repaired(&server, (&patient, &doctor, chart), &wrong, &left).await;
    let shown = doctor.vault.open_chart(chart).await.unwrap();
    let scan = shown
        .entries
        .iter()
        .find(|entry| entry.entry.title == "Scan")
        .unwrap();
    let opened = doctor.open(chart, scan.record, scan.revision).await;
    assert_eq!(opened.unwrap(), bytes);
}
