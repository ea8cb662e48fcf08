//! Whole entries, and whole states, that a server drops, repeats, puts in another order or takes back,
//! by its rows alone. `heads.rs`, `holes.rs` and `doubts` try in detail what comes of each and the way
//! out; here stands what has to hold around every one: what is said, what is left to read, that nothing is
//! written, and that nothing leaves.

use keepwell_shared::{error::Code, wire::HeadPost};
use keepwell_tests::{
    Device,
    tamper::{self, Lie, Line},
};
use keepwell_vault::{Chart, Distrust, Error, Standing};

use crate::{
    attack,
    gossip::look,
    list::Attack,
    stage::{Stage, TITLE, Watched, draft, quiet},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            34,
            "drop, duplicate, reorder of whole items",
            "DL01, 1P02 (PM26)",
            "the head names a tree over all entries; what does not add up is said and told apart",
            whole_items
        ),
        attack!(
            35,
            "rollback of one record",
            "DL01 (PM26)",
            "the head names a tree over all entries; what does not add up is said and told apart",
            one_record
        ),
        attack!(
            36,
            "whole-account rollback",
            "PM26, section 5",
            "devices remember the highest heads; an earlier state is said and can not be written on",
            whole_account
        ),
        attack!(
            37,
            "fork between clients",
            "SUNDR",
            "heads are chained; two that do not meet are an alarm that stays",
            fork
        ),
        attack!(
            46,
            "log tail cut",
            "DL01 (PM26)",
            "devices remember the highest heads; an earlier state is said and can not be written on",
            tail_cut
        ),
        attack!(
            115,
            "a write refused and kept, shown later",
            "own analysis",
            "a head that was sent and not confirmed is replaced by the next one",
            refused_and_kept
        ),
        attack!(
            140,
            "entries by doctors dropped or cut off",
            "DL01 class (PM26); own analysis",
            "each author's entries are chained, and named by others, by the owner's heads and by memories; a gap is said",
            dropped_statements
        ),
        attack!(
            141,
            "entries by doctors repeated or reordered",
            "TH23 replay class",
            "a chain has one order; what does not follow is not shown",
            repeated_statements
        ),
    ]
}

/// What stands in the chart, in the order of the letters.
const ALL: [&str; 3] = [TITLE, "second, changed", "third"];

/// Three entries, one of them in two revisions: places 1 to 4.
async fn three_entries() -> Stage {
    let stage = Stage::new().await;
    let second = stage.patient.note(stage.chart, "second", "").await;
    let changed = draft("second, changed", "");
    let vault = &stage.patient.vault;
    let changed = vault.revise(stage.chart, second.record, second.revision, &changed);
    changed.await.unwrap();
    stage.patient.note(stage.chart, "third", "").await;
    stage
        .operator
        .rows("CREATE TABLE kept AS SELECT * FROM revision");
    let (.., shown) = look(&stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!(
        (shown.standing, titles(&shown)),
        (Standing::First, ALL.into()),
        "the control"
    );
    stage
}

pub fn titles(chart: &Chart) -> Vec<&str> {
    let entries = chart.entries.iter();
    let mut titles: Vec<&str> = entries.map(|entry| entry.entry.title.as_str()).collect();
    titles.sort_unstable();
    titles
}

/// These rows are noticed by a browser that knows nothing yet, which shows what is left; with the true
/// rows all is well again.
async fn are_noticed(stage: &Stage, lies: &[&str], left: &[&str]) {
    for lie in lies {
        assert!(stage.operator.rows(lie) > 0, "{lie}");
    }
    let (line, person, shown) = look(stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!(shown.standing, Standing::Incomplete, "{lies:?}");
    assert_eq!(titles(&shown), left, "{lies:?}");
    assert!(
        !shown.lost.is_empty() || !shown.refused.is_empty(),
        "{lies:?}"
    );
    is_paused(stage, &line, &person).await;
    stage.operator.rows("DELETE FROM revision");
    stage
        .operator
        .rows("INSERT INTO revision SELECT * FROM kept");
    let (.., shown) = look(stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!(
        (shown.standing, titles(&shown)),
        (Standing::First, ALL.into())
    );
}

/// Nothing can be written, nothing was since the sign-in, and nothing leaves.
async fn is_paused(stage: &Stage, line: &Line, person: &Watched) {
    let typed = draft("never", "stored");
    let said = person.vault.add_note(stage.chart, &typed).await;
    assert_eq!(said.map(drop), Err(Error::Blocked));
    only_read(line, person).await;
}

pub async fn only_read(line: &Line, person: &Watched) {
    let written = line.since(0).into_iter().filter(|exchange| {
        let sent = &exchange.sent;
        sent.method != "GET" && !sent.target.starts_with("/api/sign-in/")
    });
    assert_eq!(written.count(), 0, "written on what is not believed");
    quiet(line, person, 0).await;
}

async fn whole_items() {
    let stage = three_entries().await;
    for (place, left) in [
        (1, ["second, changed", "third"]),
        (4, [TITLE, "second, changed"]),
    ] {
        let drop = format!("DELETE FROM revision WHERE place = {place}");
        are_noticed(&stage, &[&drop], &left).await;
    }
    let twice = "UPDATE revision SET (statement, entry) = \
         (SELECT statement, entry FROM kept WHERE place = 1) WHERE place = 4";
    are_noticed(&stage, &[twice], &[TITLE, "second, changed"]).await;
    are_noticed(&stage, &["DELETE FROM revision"], &[]).await;

    // Another order shows nothing else: each entry stands where the signed tree has it.
    for (from, to) in [(1, 99), (4, 1), (99, 4)] {
        let swap = format!("UPDATE revision SET place = {to} WHERE place = {from}");
        assert_eq!(stage.operator.rows(&swap), 1);
    }
    let (line, person, shown) = look(&stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!(titles(&shown), ALL);
    only_read(&line, &person).await;
}

async fn one_record() {
    let stage = three_entries().await;
    // The newest revision gives way to the one before.
    let older = "UPDATE revision SET (statement, entry) = \
         (SELECT statement, entry FROM kept WHERE place = 2) WHERE place = 3";
    are_noticed(&stage, &[older], &[TITLE, "third"]).await;
    let without = "DELETE FROM revision WHERE place = 3";
    are_noticed(&stage, &[without], &[TITLE, "third"]).await;
}

async fn tail_cut() {
    let stage = three_entries().await;
    for (after, left) in [(3, &ALL[..2]), (1, &ALL[..1]), (0, &[])] {
        let cut = format!("DELETE FROM revision WHERE place > {after}");
        are_noticed(&stage, &[&cut], left).await;
    }
}

async fn whole_account() {
    let mut stage = three_entries().await;
    stage.server.save("before");
    stage.patient.note(stage.chart, "fourth", "").await;
    let device = stage.patient.device.copy();
    stage.server.save("after");
    stage.server.restore("before");
    for _ in 0..2 {
        let (line, person, shown) = look(&stage, &stage.patient, &device, vec![]).await;
        assert!(matches!(shown.standing, Standing::Older { .. }));
        assert_eq!(
            (titles(&shown), shown.lost.as_slice()),
            (ALL.into(), &["fourth".to_owned()][..])
        );
        is_paused(&stage, &line, &person).await;
    }
    stage.server.restore("after");
    let (.., shown) = look(&stage, &stage.patient, &device, vec![]).await;
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, 4),
        "the control"
    );
}

async fn fork() {
    let mut stage = three_entries().await;
    stage.server.save("before");
    stage.patient.note(stage.chart, "here", "").await;
    let here = stage.patient.device.copy();
    stage.server.save("here");
    stage.server.restore("before");
    let there = Device::default();
    let (_, other, _) = look(&stage, &stage.patient, &there, vec![]).await;
    other.note(stage.chart, "there", "").await;
    other.note(stage.chart, "there again", "").await;
    let (line, person, shown) = look(&stage, &stage.patient, &here, vec![]).await;
    assert_eq!(shown.standing, Standing::Forked);
    is_paused(&stage, &line, &person).await;
    // The other way round as well, and each with its own history is well.
    let (.., shown) = look(&stage, &stage.patient, &there, vec![]).await;
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, 5),
        "the control"
    );
    stage.server.restore("here");
    let (.., shown) = look(&stage, &stage.patient, &here, vec![]).await;
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, 4),
        "the control"
    );
    let (line, person, shown) = look(&stage, &stage.patient, &there, vec![]).await;
    assert!(shown.standing != Standing::Current && !shown.standing.is_writable());
    is_paused(&stage, &line, &person).await;
}

async fn refused_and_kept() {
    let stage = three_entries().await;
    let from = stage.line.count();
    stage.line.lie(Lie::at(HeadPost, |_, answer| {
        *answer = tamper::refusal(Code::Internal);
    }));
    let typed = draft("kept in secret", "");
    let said = stage.patient.vault.add_note(stage.chart, &typed).await;
    assert_eq!(said.map(|_| ()), Err(Error::Refused(Code::Internal)));
    quiet(&stage.line, &stage.patient, from).await;
    stage.line.honest();
    // The next change stands in its place or on top of it, on this device and on every other one.
    stage.patient.note(stage.chart, "fourth", "").await;
    let shown = stage.reads_well().await;
    assert_eq!(
        titles(&shown)[1..],
        ["fourth", "kept in secret", "second, changed", "third"]
    );
    for (device, standing) in [
        (stage.patient.device.copy(), Standing::Current),
        (Device::default(), Standing::First),
    ] {
        let (.., shown) = look(&stage, &stage.patient, &device, vec![]).await;
        assert_eq!((shown.standing, shown.entries.len()), (standing, 5));
    }
}

/// A doctor wrote three entries that wait.
pub async fn three_statements() -> Stage {
    let stage = Stage::shared().await;
    for title in ["One", "Two", "Three"] {
        let typed = draft(title, "");
        let vault = &stage.doctor.vault;
        vault.propose(stage.chart, &typed, None).await.unwrap();
    }
    stage
        .operator
        .rows("CREATE TABLE said AS SELECT * FROM author_statement");
    stage
}

/// What is said of these rows, by the device; the chart itself is whole all the while.
pub async fn doubted(
    stage: &Stage,
    lies: &[&str],
    device: &Device,
    said: &[(u64, Distrust)],
    left: &[&str],
) {
    for lie in lies {
        assert!(stage.operator.rows(lie) > 0, "{lie}");
    }
    let (line, person, shown) = look(stage, &stage.patient, &device.copy(), vec![]).await;
    assert!(shown.standing.is_writable(), "{:?}", shown.standing);
    assert_eq!(titles(&shown), [TITLE]);
    let doubts = shown.doubts.iter().map(|doubt| {
        assert_eq!(doubt.author, "doctor-one");
        (doubt.number, doubt.why)
    });
    assert_eq!(doubts.collect::<Vec<_>>(), said, "{lies:?}");
    let waiting = shown.waiting.iter().map(|one| one.entry.title.as_str());
    let mut waiting: Vec<&str> = waiting.collect();
    waiting.sort_unstable();
    assert_eq!(waiting, left, "{lies:?}");
    only_read(&line, &person).await;
    stage.operator.rows("DELETE FROM author_statement");
    stage
        .operator
        .rows("INSERT INTO author_statement SELECT * FROM said");
    let (.., shown) = look(stage, &stage.patient, &device.copy(), vec![]).await;
    assert_eq!(
        (shown.doubts.len(), shown.waiting.len()),
        (0, 3),
        "the control"
    );
}

async fn dropped_statements() {
    let stage = three_statements().await;
    let fresh = Device::default();
    for (place, gap, left) in [(1, 2, ["Three", "Two"]), (2, 3, ["One", "Three"])] {
        let drop = format!("DELETE FROM author_statement WHERE place = {place}");
        doubted(&stage, &[&drop], &fresh, &[(gap, Distrust::Missing)], &left).await;
    }
    // A tail shows to whoever has seen it.
    stage.patient.vault.open_chart(stage.chart).await.unwrap();
    let seen = stage.patient.device.copy();
    let cut = "DELETE FROM author_statement WHERE place = 3";
    doubted(
        &stage,
        &[cut],
        &seen,
        &[(3, Distrust::Old)],
        &["One", "Two"],
    )
    .await;
}

async fn repeated_statements() {
    let stage = three_statements().await;
    let fresh = Device::default();
    let again = "INSERT INTO author_statement SELECT chart, compartment, 4, author, 99, \
         statement_id, randomblob(16), head_counter, bundle_id, statement, enclosure, entry, \
         blob FROM author_statement WHERE place = 1";
    let all = ["One", "Three", "Two"];
    doubted(&stage, &[again], &fresh, &[(1, Distrust::Misplaced)], &all).await;
    let swap = [(1, 9), (2, 1), (9, 2)]
        .map(|(from, to)| format!("UPDATE author_statement SET place = {to} WHERE place = {from}"));
    let said = [(2, Distrust::Missing), (1, Distrust::Misplaced)];
    let swap = swap.each_ref().map(String::as_str);
    doubted(&stage, &swap, &fresh, &said, &["Three", "Two"]).await;
}
