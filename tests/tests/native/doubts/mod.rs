//! What is noticed when a server plants, drops, moves or repeats what doctors wrote, or a doctor
//! signs what no honest one would. The server is the real one; its rows are changed behind its back.

mod stage;

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::RecordId,
    statement::{AuthorStatement, KeyBundle, Role, sign},
};
use keepwell_tests::{
    Person,
    tamper::{Forger, payload_of},
    titled, titles,
};
use keepwell_vault::{Category, Chart, Decision, Distrust, Error, Standing};

use self::stage::Stage;

fn doubts(chart: &Chart) -> Vec<(&str, u64, Distrust)> {
    // The chart itself is whole, and can be written.
    assert!(chart.standing.is_writable(), "{:?}", chart.standing);
    assert_eq!(chart.refused, []);
    let doubts = chart.doubts.iter();
    doubts
        .map(|doubt| (doubt.author.as_str(), doubt.number, doubt.why))
        .collect()
}

fn waiting(chart: &Chart) -> Vec<&str> {
    let mut titles: Vec<_> = chart
        .waiting
        .iter()
        .map(|w| w.entry.title.as_str())
        .collect();
    titles.sort_unstable();
    titles
}

/// Attack 140.
#[tokio::test]
async fn an_entry_that_is_dropped_leaves_a_gap() {
    let stage = Stage::new().await;
    assert_eq!(doubts(&stage.fresh().await), [], "the control");
    assert_eq!(
        stage.rows("DELETE FROM author_statement WHERE place = 2"),
        1
    );
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 3, Distrust::Missing)]);
    assert_eq!(waiting(&shown), ["One", "Three"]);
    // The owner goes on all the same, and what verified can be taken.
    stage.patient.note(stage.chart, "Own", "").await;
    let one = shown
        .waiting
        .iter()
        .find(|w| w.entry.title == "One")
        .unwrap();
    let fresh = stage.patient.elsewhere(stage.server.address()).await;
    fresh.vault.open_chart(stage.chart).await.unwrap();
    let taken = fresh
        .vault
        .decide(stage.chart, one.statement, &Decision::Accept)
        .await
        .unwrap();
    assert_eq!(titles(&taken), ["One", "Own"]);
}

/// Attack 140, at the end: whoever remembers says so, and whoever is shown a reference.
#[tokio::test]
async fn a_tail_that_is_cut_shows_to_whoever_has_seen_it_or_is_told_of_it() {
    const CUT: &str = "DELETE FROM author_statement WHERE place = 3";
    // By the memory of a device, of the owner's and of the author's.
    let stage = Stage::new().await;
    stage.patient.vault.open_chart(stage.chart).await.unwrap();
    assert_eq!(stage.rows(CUT), 1);
    assert_eq!(
        doubts(&stage.later().await),
        [("doctor-one", 3, Distrust::Old)]
    );
    let doctor = stage.doctor.again(stage.server.address()).await;
    let shown = doctor.vault.open_chart(stage.chart).await.unwrap();
    assert_eq!(doubts(&shown), [("doctor-one", 3, Distrust::Old)]);
    let draft = titled("Not now", Category::Clinical);
    for author in [&doctor, &stage.doctor] {
        author.vault.open_chart(stage.chart).await.unwrap();
        let said = author.vault.propose(stage.chart, &draft, None).await;
        assert_eq!(
            said.unwrap_err(),
            Error::Blocked,
            "a number is not given twice"
        );
    }
    // Nobody told this one: as with heads, a browser without memory is shown an earlier day.
    assert_eq!(doubts(&stage.fresh().await), []);

    // By the owner's head.
    let stage = Stage::new().await;
    stage.patient.vault.see(stage.chart).await.unwrap();
    assert_eq!(stage.rows(CUT), 1);
    assert_eq!(
        doubts(&stage.fresh().await),
        [("doctor-one", 3, Distrust::Missing)]
    );
    // A later head does not forget it.
    stage.patient.note(stage.chart, "Own", "").await;
    assert_eq!(
        doubts(&stage.fresh().await),
        [("doctor-one", 3, Distrust::Missing)]
    );

    // By another author.
    let stage = Stage::new().await;
    let draft = titled("Four", Category::Clinical);
    stage
        .other
        .vault
        .propose(stage.chart, &draft, None)
        .await
        .unwrap();
    assert_eq!(stage.rows(CUT), 1);
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 3, Distrust::Missing)]);
    assert_eq!(waiting(&shown), ["Four", "One", "Two"]);
}

/// Attack 141.
#[tokio::test]
async fn what_is_repeated_or_put_in_another_order_is_noticed() {
    let stage = Stage::new().await;
    let again = "INSERT INTO author_statement SELECT chart, compartment, 4, author, 99, \
         statement_id, randomblob(16), head_counter, bundle_id, statement, enclosure, entry, blob \
         FROM author_statement WHERE place = 1";
    assert_eq!(stage.rows(again), 1);
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 1, Distrust::Misplaced)]);
    assert_eq!(waiting(&shown), ["One", "Three", "Two"], "nothing twice");

    let stage = Stage::new().await;
    for (from, to) in [(1, 9), (2, 1), (9, 2)] {
        let swap = format!("UPDATE author_statement SET place = {to} WHERE place = {from}");
        assert_eq!(stage.rows(&swap), 1);
    }
    let shown = stage.fresh().await;
    let expected = [
        ("doctor-one", 2, Distrust::Missing),
        ("doctor-one", 1, Distrust::Misplaced),
    ];
    assert_eq!(doubts(&shown), expected);
    assert_eq!(waiting(&shown), ["Three", "Two"]);
}

/// Attack 142.
#[tokio::test]
async fn what_is_moved_to_another_category_or_chart_is_refused() {
    let stage = Stage::new().await;
    let move_it = "UPDATE author_statement SET compartment = (SELECT compartment \
         FROM compartment_head WHERE chart = author_statement.chart \
         AND compartment <> author_statement.compartment LIMIT 1), place = 1 WHERE place = 3";
    assert_eq!(stage.rows(move_it), 1);
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown).len(), 1);
    assert_eq!(shown.doubts[0].why, Distrust::Misplaced);
    assert_eq!(waiting(&shown), ["One", "Two"]);

    let stage = Stage::new().await;
    let theirs = Person::register(stage.server.address(), "patient-two", Role::Patient).await;
    let copies = "INSERT INTO author_statement SELECT c.chart, c.compartment, a.place, a.author, \
         a.number, a.statement_id, a.record, a.head_counter, a.bundle_id, a.statement, a.enclosure, \
         a.entry, a.blob FROM author_statement AS a, (SELECT chart, compartment FROM compartment_head \
         WHERE chart NOT IN (SELECT chart FROM author_statement) LIMIT 1) AS c WHERE a.place = 1";
    assert_eq!(stage.rows(copies), 1);
    let keys = "INSERT INTO author SELECT chart.chart, bundle_id, key_bundle FROM author, chart \
         WHERE chart.chart <> author.chart";
    assert_eq!(stage.rows(keys), 1);
    let chart = theirs.chart().await;
    let shown = theirs.vault.open_chart(chart).await.unwrap();
    assert_eq!(shown.doubts.len(), 1);
    assert_eq!(shown.doubts[0].why, Distrust::Misplaced);
    assert_eq!(waiting(&shown), [""; 0]);
}

/// Attack 143.
#[tokio::test]
async fn what_nobody_wrote_who_may_is_refused() {
    // Under keys of the server's own, in the doctor's name.
    let stage = Stage::new().await;
    let real: Vec<u8> = stage
        .database()
        .query_row("SELECT key_bundle FROM author", [], |row| row.get(0))
        .unwrap();
    let real: KeyBundle = payload_of(&real);
    let forger = Forger::with(&[9; 32]);
    let forged = forger.bundle(real.account, "doctor-one", real.wrapping.0);
    let keep = "INSERT INTO author SELECT chart, ?1, ?2 FROM author";
    let kept = stage
        .database()
        .execute(keep, rusqlite::params![forged.id().0, forged.as_bytes()])
        .unwrap();
    assert_eq!(kept, 1);
    stage.bent(&forger, |statement, _| statement.bundle = forged.id());
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 4, Distrust::NotAReader)]);
    assert_eq!(waiting(&shown), ["One", "Three", "Two"]);

    // With the doctor's keys named, and another signature.
    let stage = Stage::new().await;
    stage.bent(&forger, |_, _| {});
    assert_eq!(doubts(&stage.fresh().await), [("", 0, Distrust::Signature)]);

    // By somebody who read, and names a head from before.
    let stage = Stage::new().await;
    let doctor = stage.as_(&stage.doctor);
    let (first, _, _) = stage.newest();
    let before: Vec<u8> = stage
        .database()
        .query_row(
            "SELECT statement FROM compartment_head WHERE compartment = ?1 AND counter = 0",
            [first.compartment.as_bytes()],
            |row| row.get(0),
        )
        .unwrap();
    let before = keepwell_shared::statement::Unverified::<
        keepwell_shared::statement::CompartmentHead,
    >::from_bytes(before);
    stage.bent(&doctor, |statement, enclosed| {
        (statement.head_counter, statement.head) = (0, before.id().unwrap());
        enclosed.wraps.truncate(1);
    });
    assert_eq!(
        doubts(&stage.fresh().await),
        [("doctor-one", 4, Distrust::NotAReader)]
    );
}

/// Attack 144.
#[tokio::test]
async fn a_doctor_who_seals_wrongly_is_named() {
    let stage = Stage::new().await;
    let doctor = stage.as_(&stage.doctor);
    stage.bent(&doctor, |statement, _| statement.key_id = Hash([1; 32]));
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 4, Distrust::Content)]);
    // The wraps of another record do not open here either, so nothing is taken by mistake.
    let (_, id, _) = stage.newest();
    let fresh = stage.patient.elsewhere(stage.server.address()).await;
    fresh.vault.open_chart(stage.chart).await.unwrap();
    assert_eq!(
        fresh
            .vault
            .decide(stage.chart, id, &Decision::Accept)
            .await
            .unwrap_err(),
        Error::Distrusted(Distrust::Content)
    );

    let stage = Stage::new().await;
    stage.bent(&doctor_of(&stage), |_, enclosed| enclosed.wraps[0] = None);
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 4, Distrust::NotForMe)]);

    // Another commitment than the key's.
    let stage = Stage::new().await;
    stage.bent(&doctor_of(&stage), |_, enclosed| {
        enclosed.entry.commitment = Hash([1; 32]);
    });
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 4, Distrust::Content)]);

    // Two under one number.
    let stage = Stage::new().await;
    let (third, _, entry) = stage.newest();
    let twin = AuthorStatement {
        record: RecordId::generate(),
        ..third
    };
    let enclosed = stage.enclosed();
    stage.plant(&sign(twin, &doctor_of(&stage)).unwrap(), &enclosed, &entry);
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), [("doctor-one", 3, Distrust::Forked)]);
    assert_eq!(waiting(&shown), ["One", "Three", "Two"]);
}

fn doctor_of(stage: &Stage) -> Forger {
    stage.as_(&stage.doctor)
}

/// Attack 145.
#[tokio::test]
async fn an_entry_that_was_taken_keeps_its_author_or_has_none() {
    let stage = Stage::new().await;
    let shown = stage.patient.vault.open_chart(stage.chart).await.unwrap();
    let one = shown
        .waiting
        .iter()
        .find(|w| w.entry.title == "One")
        .unwrap();
    stage
        .patient
        .vault
        .decide(stage.chart, one.statement, &Decision::Accept)
        .await
        .unwrap();
    // The account's own row may go: what stands with the chart is enough.
    let shown = stage.fresh().await;
    assert_eq!(doubts(&shown), []);
    assert_eq!(shown.entries[0].author, "doctor-one");
    // Without what it encloses nobody is said to have written it, and what waits is not there.
    assert_eq!(
        stage.rows("CREATE TABLE kept AS SELECT * FROM author_statement"),
        0
    );
    stage.rows("UPDATE author_statement SET enclosure = NULL, entry = NULL");
    let shown = stage.fresh().await;
    assert_eq!(
        (titles(&shown), shown.entries[0].author.as_str()),
        (vec!["One"], "")
    );
    let expected = [2, 3].map(|number| ("doctor-one", number, Distrust::Missing));
    let said = doubts(&shown);
    assert!(
        expected.iter().all(|doubt| said.contains(doubt)),
        "{said:?}"
    );
    assert_eq!((said.len(), waiting(&shown).len()), (3, 0));
    // Nor with what another one encloses.
    let swapped = "UPDATE author_statement SET enclosure = kept.enclosure, entry = kept.entry \
         FROM kept WHERE kept.place = 4 - author_statement.place";
    assert_eq!(stage.rows(swapped), 3);
    let shown = stage.fresh().await;
    assert_eq!(
        (titles(&shown), shown.entries[0].author.as_str()),
        (vec!["One"], "")
    );
    assert_eq!(doubts(&shown).len(), 2, "the one in the middle has its own");
    assert_eq!(waiting(&shown), ["Two"]);
    // Without the statement neither.
    assert_eq!(stage.rows("DELETE FROM author_statement"), 3);
    let shown = stage.fresh().await;
    assert_eq!(titles(&shown), ["One"]);
    assert_eq!(shown.entries[0].author, "");
    let why: Vec<_> = doubts(&shown).into_iter().map(|(.., why)| why).collect();
    assert!(
        why.len() >= 2 && why.iter().all(|why| *why == Distrust::Missing),
        "{why:?}"
    );
    assert!(matches!(shown.standing, Standing::First));
}

/// Attack 146.
#[tokio::test]
async fn an_author_seals_for_nobody_whom_the_owner_did_not_name() {
    let stage = Stage::new().await;
    let sent = |stage: &Stage| {
        let count = "SELECT count(*) FROM author_statement";
        stage
            .database()
            .query_row(count, [], |row| row.get::<_, u32>(0))
            .unwrap()
    };
    let before = sent(&stage);
    // Another reader's keys are the server's own now.
    let real: Vec<u8> = stage
        .database()
        .query_row(
            "SELECT key_bundle FROM account WHERE username = 'doctor-two'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let real: KeyBundle = payload_of(&real);
    let forged = Forger::with(&[9; 32]).bundle(real.account, "doctor-two", real.wrapping.0);
    let changed = stage
        .database()
        .execute(
            "UPDATE account SET key_bundle = ?1 WHERE username = 'doctor-two'",
            [forged.as_bytes()],
        )
        .unwrap();
    assert_eq!(changed, 1);
    let draft = titled("For whom?", Category::Clinical);
    let said = stage.doctor.vault.propose(stage.chart, &draft, None).await;
    assert_eq!(said.unwrap_err(), Error::Refused(Code::Conflict));
    assert_eq!(sent(&stage), before, "nothing was sealed");
}
