//! The worst that a server can do to its own rows, in real browsers. Each lie is told, both people
//! look, and the honest rows come back: nothing of the lie may stay. The tenth one, a server that
//! goes back as a whole, is `rollback`.

use crate::{
    share::{compare_and_share, open_shared_chart},
    stage::{DOCTOR, DOCTOR_PASSWORD, PATIENT, PATIENT_PASSWORD, Stage, unlock, write_note},
};

const FIRST: &str = "Penicillin is not tolerated";
const SECOND: &str = "Blood pressure tablets";
const REVISED: &str = "Blood pressure tablets, halved";

/// A row that lies, and what the person whose rows they are sees.
struct Lie {
    name: &'static str,
    sql: &'static str,
    sees: Sees,
}

enum Sees {
    /// The password opens nothing.
    NoSignIn(&'static str),
    /// The chart does not open.
    Failure(&'static str),
    /// The chart opens in part, with a warning that names what is missing.
    Warning { left: &'static [&'static str] },
}

const LIES: &[Lie] = &[
    Lie {
        name: "9, a changed private key",
        sql: "UPDATE account SET identity = zeroblob(length(identity)) WHERE username = 'patient-one'",
        sees: Sees::NoSignIn("does not believe"),
    },
    Lie {
        name: "6, another key for what is written next",
        sql: "UPDATE compartment_key SET own_wrap = (SELECT own_wrap FROM compartment_key \
              WHERE own_wrap IS NOT NULL LIMIT 1) WHERE own_wrap IS NOT NULL",
        sees: Sees::Failure("does not open"),
    },
    Lie {
        name: "14, a reader whom nobody let in",
        sql: "INSERT INTO consent SELECT randomblob(32), chart, randomblob(16), grantee, statement, \
              begun_by, NULL FROM consent LIMIT 1",
        sees: Sees::Failure("something is missing"),
    },
    Lie {
        name: "1, other keys for the doctor",
        sql: "UPDATE account SET key_bundle = (SELECT key_bundle FROM account WHERE \
              username = 'patient-one') WHERE username = 'doctor-one'",
        sees: Sees::Failure("signature does not hold"),
    },
    Lie {
        name: "34, an entry that is left out",
        sql: "DELETE FROM revision WHERE number = 1 AND record NOT IN \
              (SELECT record FROM revision WHERE number = 2)",
        sees: Sees::Warning { left: &[REVISED] },
    },
    Lie {
        name: "35, an older revision in the place of the newest",
        sql: "UPDATE revision SET statement = old.statement, entry = old.entry FROM \
              (SELECT record, statement, entry FROM revision WHERE number = 1) AS old \
              WHERE revision.record = old.record AND number = 2",
        sees: Sees::Warning { left: &[FIRST] },
    },
    Lie {
        name: "26, changed bytes of an entry",
        sql: "UPDATE revision SET entry = zeroblob(length(entry)) WHERE number = 1 AND record \
              NOT IN (SELECT record FROM revision WHERE number = 2)",
        sees: Sees::Warning { left: &[REVISED] },
    },
    Lie {
        name: "46, a cut tail",
        sql: "DELETE FROM revision WHERE place = (SELECT max(place) FROM revision)",
        sees: Sees::Warning { left: &[FIRST] },
    },
];

/// A chart of two entries, one of them revised, that a doctor reads.
pub(crate) async fn honest(stage: &mut Stage) {
    stage.register_both().await;
    let (patient, doctor) = (stage.patient(), stage.doctor());
    write_note(patient, FIRST, FIRST).await;
    write_note(patient, SECOND, SECOND).await;
    patient.click("edit").await;
    patient.fill("note-title", REVISED).await;
    patient.click("save").await;
    patient.says("entry-revision", "Revision 2").await;
    compare_and_share(stage).await;
    open_shared_chart(doctor).await;
    doctor.see_with("row-title", REVISED).await;
    stage.server.save("honest");
}

/// Every lie in its turn.
pub(crate) async fn lies(stage: &mut Stage) {
    stage.patient().click("nav-chart").await;
    for lie in LIES {
        println!("    attack {}", lie.name);
        tell(stage, lie.sql);
        let page = stage.patient();
        page.reload().await;
        page.see("locked").await;
        page.fill("password", PATIENT_PASSWORD).await;
        page.click("submit").await;
        match lie.sees {
            Sees::NoSignIn(why) => {
                page.says("error-summary", why).await;
                page.see("locked").await;
            }
            Sees::Failure(why) => {
                page.gone("locked").await;
                page.says("failure", why).await;
                assert!(!page.has("row-title").await, "{}", lie.name);
            }
            Sees::Warning { left } => {
                page.gone("locked").await;
                page.says("standing", "missing or ").await;
                assert_eq!(page.texts("row-title").await, left, "{}", lie.name);
                page.see("lost").await;
                assert!(!page.has("add-note").await, "{}", lie.name);
            }
        }
        page.picture(&format!("attack-{}", lie.name.split(',').next().unwrap()))
            .await;
        stage.server.restore("honest");
        let page = stage.patient();
        page.reload().await;
        // The session to which this browser returns came while the server lied, and went with that.
        unlock(page, PATIENT_PASSWORD).await;
        stage.second_step(page, PATIENT).await;
        page.see_with("row-title", REVISED).await;
        page.gone("standing").await;
        assert_eq!(page.texts("row-title").await.len(), 2, "{}", lie.name);
    }
}

/// Attack 15: a grant that ended lives again.
pub(crate) async fn ended_grant(stage: &mut Stage) {
    let patient = stage.patient();
    patient.click("share").await;
    patient.click("stop-sharing").await;
    patient.fill("stop-confirm", DOCTOR).await;
    patient.click("stop-now").await;
    patient.says("notice", "stopped sharing with").await;
    write_note(patient, "Not for the doctor", "Not for the doctor").await;
    tell(stage, "UPDATE consent SET ended_by = NULL");
    let doctor = stage.doctor();
    doctor.click("nav-patients").await;
    doctor.reload().await;
    unlock(doctor, DOCTOR_PASSWORD).await;
    doctor.click_on("patient-row", PATIENT).await;
    doctor.says("failure", "older than what").await;
    assert!(!doctor.has("row-title").await);
    doctor.picture("attack-15").await;
    stage.calm().await;
}

fn tell(stage: &Stage, sql: &str) {
    let path = stage.server.data().join("keepwell.sqlite3");
    let database = rusqlite::Connection::open(path).expect("the server's rows");
    let changed = database.execute(sql, []).expect("a lie");
    assert!(changed > 0, "{sql}");
}
