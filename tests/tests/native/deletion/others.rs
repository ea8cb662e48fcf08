//! Entries by doctors: every wrap of their keys goes, and what the doctor wrote besides stays
//! verifiable.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
    statement::Role,
};
use keepwell_tests::{Bytes, Person, Quiet, Server, noise, tamper::Operator, titled, titles};
use keepwell_vault::{Category, Chart, Decision, Error, Standing};

use super::traces::{any_left, goes, sealed};

/// A patient whose chart a doctor reads and writes.
async fn written_to(server: &Server) -> (Person, Person, ChartId) {
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
    let chart = patient.chart().await;
    patient.compare_with(&doctor).await;
    doctor.compare_with(&patient).await;
    let account = doctor.vault.account();
    patient.vault.share(chart, account).await.unwrap();
    (patient, doctor, chart)
}

/// The doctor writes; gives the statement.
async fn proposed(doctor: &Person, chart: ChartId, title: &str, answers: Option<Hash>) -> Hash {
    let draft = titled(title, Category::Clinical);
    let shown = doctor.vault.propose(chart, &draft, answers).await.unwrap();
    waiting(&shown, title)
}

fn waiting(chart: &Chart, title: &str) -> Hash {
    let mut waiting = chart.waiting.iter();
    let one = waiting.find(|one| one.entry.title == title);
    one.expect(title).statement
}

async fn decides(patient: &Person, chart: ChartId, statement: Hash, what: Decision) -> Chart {
    patient.vault.open_chart(chart).await.unwrap();
    let decided = patient.vault.decide(chart, statement, &what).await;
    decided.unwrap()
}

fn record_of(chart: &Chart, title: &str) -> (RecordId, Hash) {
    let mut entries = chart.entries.iter();
    let one = entries.find(|one| one.entry.title == title).expect(title);
    (one.record, one.revision)
}

/// Nothing is in doubt, nothing waits, and these are the entries, by the doctor.
fn stands(shown: &Chart, expected: &[&str]) {
    assert_eq!(titles(shown), expected);
    assert_eq!(shown.doubts, []);
    assert_eq!(shown.refused, []);
    assert_eq!(shown.waiting.len(), 0);
    assert!(shown.standing.is_writable());
    assert!(shown.entries.iter().all(|one| one.author == "doctor-one"));
}

/// A doctor sealed for everybody who read then: these wraps go, too, and with them what the doctor
/// wrote before being asked. The doctor's other entries stay verifiable, and the chain goes on.
#[tokio::test]
async fn what_a_doctor_wrote_goes_with_every_wrap_and_the_rest_stays_verifiable() {
    let server = Server::start();
    let (patient, doctor, chart) = written_to(&server).await;
    let source = Bytes(noise(3, 1_200_000));
    let (draft, quiet) = (titled("Scan", Category::Clinical), Quiet::default());
    let info = source.info("scan.pdf");
    let sent = doctor
        .vault
        .propose_file(chart, &draft, info, &source, &quiet);
    let scan = waiting(&sent.await.unwrap(), "Scan");
    let unclear = proposed(&doctor, chart, "Unclear", None).await;
    let stays = proposed(&doctor, chart, "Stays", None).await;
    let shown = patient.vault.open_chart(chart).await.unwrap();
    let first_try = shown.waiting.iter().find(|one| one.statement == unclear);
    let first_try = first_try.unwrap().record;
    let question = Decision::Ask("Whose is it?".into());
    decides(&patient, chart, unclear, question).await;
    let clear = proposed(&doctor, chart, "Clear", Some(unclear)).await;
    for statement in [scan, stays, clear] {
        decides(&patient, chart, statement, Decision::Accept).await;
    }
    let shown = doctor.vault.open_chart(chart).await.unwrap();
    stands(&shown, &["Clear", "Scan", "Stays"]);
    let (scan, clear) = (record_of(&shown, "Scan"), record_of(&shown, "Clear"));
    let gone: Vec<_> = [scan.0, clear.0, first_try]
        .into_iter()
        .flat_map(|record| sealed(&server, record))
        .collect();
    // Of each a revision, what was enclosed, and the entry in both; the scan in two parts.
    assert_eq!(gone.len(), 3 * 4 + 2);
    Operator::of(&server).rows("CREATE TABLE kept AS SELECT * FROM author_statement");
    for (record, seen) in [scan, clear] {
        patient.vault.delete(chart, record, seen).await.unwrap();
    }

    let fresh = patient.elsewhere(server.address()).await;
    let doctors = doctor.elsewhere(server.address()).await;
    for person in [&patient, &doctor, &fresh, &doctors] {
        let shown = person.vault.open_chart(chart).await.unwrap();
        stands(&shown, &["Stays"]);
        for (record, seen) in [scan, clear] {
            let told = person.open(chart, record, seen).await;
            assert_eq!(told.unwrap_err(), Error::NotFound);
        }
    }
    // A server that kept it all hands it out again: it is shown to nobody.
    let back = "UPDATE author_statement SET enclosure = kept.enclosure, entry = kept.entry \
         FROM kept WHERE kept.place = author_statement.place";
    assert_eq!(Operator::of(&server).rows(back), 4);
    for person in [&patient, &doctor] {
        let later = person.again(server.address()).await;
        stands(&later.vault.open_chart(chart).await.unwrap(), &["Stays"]);
    }
    // The author goes on behind it.
    let doctor = doctor.again(server.address()).await;
    let next = proposed(&doctor, chart, "Next", None).await;
    decides(&fresh, chart, next, Decision::Accept).await;
    let shown = doctors.vault.open_chart(chart).await.unwrap();
    stands(&shown, &["Next", "Stays"]);
}

/// The same, without the copy that the test made: nothing of it stands in any file.
#[tokio::test]
async fn nothing_that_a_doctor_sealed_stays_in_the_servers_files() {
    let server = Server::start();
    let (patient, doctor, chart) = written_to(&server).await;
    let note = proposed(&doctor, chart, "Note", None).await;
    let shown = decides(&patient, chart, note, Decision::Accept).await;
    let (record, seen) = record_of(&shown, "Note");
    let gone = sealed(&server, record);
    assert_eq!(gone.len(), 4);
    assert!(any_left(&server, &gone), "it is there");
    patient.vault.delete(chart, record, seen).await.unwrap();
    goes(&server, &gone).await;
    // Of the statement only what names it is left.
    assert_eq!(
        sealed(&server, record).len(),
        2,
        "the deletion and nothing else"
    );
}

/// Back to before the entry was taken: it does not wait once more.
#[tokio::test]
async fn what_waits_again_after_a_rollback_is_deleted_again() {
    let mut server = Server::start();
    let (patient, doctor, chart) = written_to(&server).await;
    let note = proposed(&doctor, chart, "Note", None).await;
    patient.vault.open_chart(chart).await.unwrap();
    server.save("before");
    let shown = decides(&patient, chart, note, Decision::Accept).await;
    let (record, seen) = record_of(&shown, "Note");
    patient.vault.delete(chart, record, seen).await.unwrap();
    server.restore("before");
    let shown = patient.vault.open_chart(chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    assert_eq!((shown.entries.len(), shown.waiting.len()), (0, 0));
    let repaired = patient.vault.repair(chart).await.unwrap();
    stands(&repaired.chart, &[]);
    let fresh = patient.elsewhere(server.address()).await;
    stands(&fresh.vault.open_chart(chart).await.unwrap(), &[]);
}
