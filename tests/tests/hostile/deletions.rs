//! Deletions that a server which kept everything hides, takes back, moves or makes up.

use keepwell_shared::id::RecordId;
use keepwell_tests::{Device, tamper::Lie};
use keepwell_vault::{Chart, Distrust, Error, Standing, What};
use serde_json::Value;

use crate::{
    attack,
    gossip::{as_before, look},
    list::Attack,
    rows::{only_read, titles},
    stage::{Stage, TITLE, calm, draft},
};

pub fn attacks() -> Vec<Attack> {
    vec![attack!(
        171,
        "a deletion hidden, taken back or made up",
        "own analysis",
        "a signed deletion stands in the tree, nothing follows it, and what stood before it is shown to nobody",
        bent_deletions
    )]
}

fn bytes(record: RecordId) -> String {
    let hex = record.as_bytes().iter().map(|b| format!("{b:02x}"));
    format!("x'{}'", hex.collect::<String>())
}

/// A chart of three entries, two of which are deleted; the rows of before are kept.
struct Deleted {
    stage: Stage,
    stays: RecordId,
    gone: [RecordId; 2],
    /// What the server said of the chart before.
    before: Value,
}

impl Deleted {
    async fn new() -> Self {
        let stage = Stage::shared().await;
        let chart = stage.chart;
        let stays = stage.patient.note(chart, "stays", "").await.record;
        let one = stage.patient.note(chart, "goes", "").await;
        let two = stage.patient.note(chart, "goes, too", "").await;
        stage.reads_well().await;
        let told = stage.line.newest(keepwell_shared::wire::ChartGet).answer;
        let before = serde_json::from_slice(&told.unwrap().body).unwrap();
        stage.doctor_reads_well().await;
        stage
            .operator
            .rows("CREATE TABLE kept AS SELECT * FROM revision");
        for gone in [&one, &two] {
            let vault = &stage.patient.vault;
            vault
                .delete(chart, gone.record, gone.revision)
                .await
                .unwrap();
        }
        stage
            .operator
            .rows("CREATE TABLE now AS SELECT * FROM revision");
        let gone = [one.record, two.record];
        let deleted = Self {
            stage,
            stays,
            gone,
            before,
        };
        deleted.shows(&[], &["stays"], None).await;
        deleted
    }

    /// Under these rows everybody's fresh browser shows the note of the stage and these entries, and
    /// says that this one is missing; with the true rows all is well again.
    async fn shows(&self, lies: &[String], left: &[&str], missing: Option<RecordId>) {
        let stage = &self.stage;
        for lie in lies {
            assert!(stage.operator.rows(lie) > 0, "{lie}");
        }
        for person in [&stage.patient, &stage.doctor] {
            let (line, reader, shown) = look(stage, person, &Device::default(), vec![]).await;
            let expected = match missing {
                None => Standing::First,
                Some(_) => Standing::Incomplete,
            };
            assert_eq!(shown.standing, expected, "{lies:?}");
            assert_eq!(titles(&shown)[0], TITLE);
            assert_eq!(titles(&shown)[1..], *left, "{lies:?}");
            let refused: Vec<What> = refused(&shown, Distrust::Missing);
            assert_eq!(
                refused,
                Vec::from_iter(missing.map(What::Entry)),
                "{lies:?}"
            );
            self.keeps_quiet(&reader.vault);
            only_read(&line, &reader).await;
        }
        stage.operator.rows("DELETE FROM revision");
        stage
            .operator
            .rows("INSERT INTO revision SELECT * FROM now");
    }

    /// Nothing of what was deleted is there to be looked at.
    fn keeps_quiet<P: keepwell_vault::platform::Platform>(&self, vault: &keepwell_vault::Vault<P>) {
        for record in self.gone {
            let told = vault.entry(self.stage.chart, record, None);
            assert_eq!(told.map(drop), Err(Error::NotFound));
        }
    }
}

fn refused(chart: &Chart, why: Distrust) -> Vec<What> {
    let told = chart.refused.iter().filter(|one| one.why == why);
    told.map(|one| one.what).collect()
}

async fn bent_deletions() {
    let deleted = Deleted::new().await;
    let [one, two] = deleted.gone.map(bytes);
    // What stood there before comes back beside the deletion.
    let back = "UPDATE revision SET statement = kept.statement, entry = kept.entry FROM kept \
                WHERE revision.place = kept.place AND revision.compartment = kept.compartment \
                AND revision.state <> 5"
        .to_owned();
    deleted
        .shows(std::slice::from_ref(&back), &["stays"], None)
        .await;
    // The deletion is held back, alone or with what it deleted in its place.
    let hide = format!("DELETE FROM revision WHERE record = {one} AND state = 5");
    let missing = Some(deleted.gone[0]);
    deleted
        .shows(std::slice::from_ref(&hide), &["stays"], missing)
        .await;
    deleted.shows(&[back, hide], &["stays"], missing).await;
    // The deletion of one entry in the place of that of another one.
    let moved = format!(
        "UPDATE revision SET (statement, entry) = (SELECT statement, entry FROM now \
         WHERE record = {two} AND state = 5) WHERE record = {one} AND state = 5"
    );
    deleted.shows(&[moved], &["stays"], missing).await;
    // An entry that nobody deleted is handed out as a place, or under another's deletion.
    let stays = bytes(deleted.stays);
    let made_up =
        format!("UPDATE revision SET statement = NULL, entry = NULL WHERE record = {stays}");
    let under = format!(
        "UPDATE revision SET (statement, entry) = (SELECT statement, entry FROM now \
         WHERE record = {two} AND state = 5), state = 5 WHERE record = {stays}"
    );
    for lie in [made_up, under] {
        deleted.shows(&[lie], &[], Some(deleted.stays)).await;
    }
    // What the server says of a state is never what is believed.
    let lives = "UPDATE revision SET state = 0 WHERE state = 5".to_owned();
    deleted.shows(&[lives], &["stays"], None).await;

    // The whole chart of before, to a browser that has seen the deletion.
    let stage = &deleted.stage;
    let from = stage.line.count();
    let lie: Lie = as_before(&deleted.before, true);
    stage.line.lie(lie);
    let shown = stage.patient.vault.open_chart(stage.chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    assert_eq!(titles(&shown), [TITLE, "stays"]);
    deleted.keeps_quiet(&stage.patient.vault);
    let never = draft("never", "stored");
    let written = stage.patient.vault.add_note(stage.chart, &never).await;
    assert_eq!(written.unwrap_err(), Error::Blocked);
    calm(&stage.line, &stage.patient, from).await;
    stage.line.honest();
    stage.reads_well().await;
}
