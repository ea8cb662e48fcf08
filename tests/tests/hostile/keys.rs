//! Recipients and grants: whose key it is, and who said so.

use keepwell_shared::{
    bytes::to_base64url,
    error::Code,
    statement::{Grant, KeyBundle, Role},
    wire::{ChartGet, ChartList, HeadPostRequest, PersonGet},
};
use keepwell_tests::tamper::{Forger, Lie, Line, at, bytes_at, payload_of};
use keepwell_vault::{Distrust, Error, Standing};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{MISPLACED, MISSING, OLD, SIGNATURE, Stage, calm, refused, refused_by_rows, set},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            1,
            "recipient key substitution on sharing",
            "LP07, DL02, 1P05 (PM26); CS24; NC24",
            "keys go only to the bundle whose words were compared, whatever the server says",
            recipient_key
        ),
        attack!(
            4,
            "key-rotation piggyback",
            "BW02 (PM26)",
            "new epochs go to the grantees whom the signed head names, under their signed bundles",
            rotation
        ),
        attack!(
            5,
            "forged wrapped key",
            "BW08, 1P03 (PM26)",
            "a wrap counts inside a statement that the owner signed, to this reader, of this chart",
            forged_wrap
        ),
        attack!(
            14,
            "ghost grantee",
            "WA25; MX22",
            "the head lists the live grants, the owner signs it; rows are hints",
            ghost_grantee
        ),
        attack!(
            15,
            "replay of a revoked grant",
            "TH23",
            "heads count up, a browser remembers the highest; ending draws new keys",
            revoked_grant
        ),
    ]
}

/// Keys of the server's own in the doctor's name.
async fn forged(stage: &Stage) -> (Forger, String) {
    stage.patient.vault.find_person("doctor-one").await.unwrap();
    let told = stage.line.newest(PersonGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    let real: KeyBundle = payload_of(&bytes_at(&mut told, "/key_bundle"));
    let forger = Forger::with(&[9; 32]);
    let bundle = forger.bundle(real.account, "doctor-one", real.wrapping.0);
    (forger, to_base64url(bundle.as_bytes()))
}

/// To whose keys the heads wrap that were sent since `from`.
fn recipients(line: &Line, from: usize) -> Vec<keepwell_shared::bytes::Hash> {
    let posts = line.since(from).into_iter();
    let posts = posts.filter(|e| e.sent.target.ends_with("/head"));
    posts
        .flat_map(|e| {
            let body: HeadPostRequest = serde_json::from_slice(&e.sent.body).unwrap();
            let grants = body.new.grants.into_iter();
            grants
                .map(|grant| payload_of::<Grant>(grant.as_bytes()).grantee_bundle)
                .collect::<Vec<_>>()
        })
        .collect()
}

async fn recipient_key() {
    let stage = Stage::new().await;
    let (vault, doctor) = (&stage.patient.vault, stage.doctor.vault.account());
    let (_, bundle) = forged(&stage).await;
    let lie = || set(PersonGet, "/key_bundle", json!(bundle));

    // At first contact the words differ, and without comparing there is no sharing.
    stage.line.lie(lie());
    let act = async {
        let found = vault.find_person("doctor-one").await?;
        assert!(!found.compared);
        assert_ne!(found.words, stage.doctor.vault.own_words());
        vault.share(stage.chart, found.account).await
    };
    refused(&stage.line, &stage.patient, Error::NotCompared, act).await;
    stage.line.honest();

    // After comparing, other keys are said, and sharing goes to the compared ones.
    stage.patient.compare_with(&stage.doctor).await;
    let real = vault.people()[0].bundle;
    stage.line.lie(lie());
    let found = vault.find_person("doctor-one").await.unwrap();
    assert!(found.changed && !found.compared);
    let sql = "UPDATE account SET key_bundle = zeroblob(0) WHERE username = 'doctor-one'";
    let keep = "CREATE TABLE kept AS SELECT key_bundle FROM account WHERE username = 'doctor-one'";
    stage.operator.rows(keep);
    stage.operator.rows(sql);
    let from = stage.line.count();
    assert!(vault.share(stage.chart, doctor).await.is_err());
    let back = "UPDATE account SET key_bundle = (SELECT key_bundle FROM kept) WHERE username = 'doctor-one'";
    stage.operator.rows(back);
    vault.share(stage.chart, doctor).await.unwrap();
    let wrapped_to = recipients(&stage.line, from);
    assert!(!wrapped_to.is_empty());
    assert!(
        wrapped_to.iter().all(|to| *to == real),
        "wrapped to other keys"
    );
    stage.line.honest();

    // And the other keys do not get in beside a grant that is real.
    let lie = set(ChartGet, "/own/grants/0/grantee", json!(bundle));
    stage.chart_is_refused(SIGNATURE, lie).await;
}

async fn rotation() {
    let stage = Stage::shared().await;
    let (_, other) = stage.another("doctor-two", Role::Doctor).await;
    stage.patient.compare_with(&other).await;
    let vault = &stage.patient.vault;
    let sharing = vault
        .share(stage.chart, other.vault.account())
        .await
        .unwrap()
        .sharing;
    let ending = sharing
        .iter()
        .find(|g| g.person.username == "doctor-two")
        .unwrap();
    let (_, bundle) = forged(&stage).await;

    let swapped = bundle.clone();
    let lie = Lie::json(ChartGet, move |json| {
        for grant in at(json, "/own/grants").as_array_mut().unwrap() {
            grant["grantee"] = json!(swapped);
        }
    });
    stage.line.lie(lie);
    let stop = vault.stop_sharing(stage.chart, ending.grant);
    refused(&stage.line, &stage.patient, SIGNATURE, stop).await;
    stage.line.honest();

    // One more recipient: a real grant with the server's keys beside it, and a grant twice.
    for (grantee, why) in [(Some(bundle), MISSING), (None, MISSING)] {
        let lie = Lie::json(ChartGet, move |json| {
            let grants = at(json, "/own/grants").as_array_mut().unwrap();
            let mut more = grants[0].clone();
            if let Some(grantee) = &grantee {
                more["grantee"] = json!(grantee);
            }
            grants.push(more);
        });
        stage.line.lie(lie);
        let stop = vault.stop_sharing(stage.chart, ending.grant);
        refused(&stage.line, &stage.patient, why, stop).await;
        stage.line.honest();
    }

    let from = stage.line.count();
    let after = vault.stop_sharing(stage.chart, ending.grant).await.unwrap();
    assert_eq!(after.sharing.len(), 1);
    let doctor = vault
        .people()
        .into_iter()
        .find(|p| p.username == "doctor-one")
        .unwrap();
    assert_eq!(recipients(&stage.line, from), [doctor.bundle]);
}

async fn forged_wrap() {
    let stage = Stage::shared().await;
    // The server's puppet shares a chart of its own with the doctor: a wrap that opens.
    let (_, puppet) = stage.another("patient-two", Role::Patient).await;
    puppet.compare_with(&stage.doctor).await;
    let theirs = puppet.chart().await;
    puppet
        .vault
        .share(theirs, stage.doctor.vault.account())
        .await
        .unwrap();
    stage.doctor.vault.open_chart(theirs).await.unwrap();
    let opened = stage.doctor_line.newest(ChartGet).answer.unwrap();
    let mut opened: Value = serde_json::from_slice(&opened.body).unwrap();
    let wrap = bytes_at(&mut opened, "/grant");
    let lie = set(ChartGet, "/grant", json!(to_base64url(&wrap)));
    stage.doctors_chart_is_refused(SIGNATURE, lie).await;

    // The same, made out to this chart and signed by the server.
    let mut grant: Grant = payload_of(&wrap);
    grant.chart = stage.chart;
    grant.grantor = stage.patient.vault.account();
    let made = Forger::with(&[9; 32]).sign(grant.clone());
    let lie = set(ChartGet, "/grant", json!(to_base64url(made.as_bytes())));
    stage.doctors_chart_is_refused(SIGNATURE, lie).await;

    // Signed by the owner's own hand, but to another reader.
    grant.grantee = puppet.vault.account();
    let made = stage.patients_own_key().sign(grant);
    let lie = set(ChartGet, "/grant", json!(to_base64url(made.as_bytes())));
    stage.doctors_chart_is_refused(MISPLACED, lie).await;

    // In the list of charts it is counted and not shown.
    let wrap = to_base64url(&wrap);
    let lie = Lie::json(ChartList, move |json| {
        for shared in at(json, "/shared").as_array_mut().unwrap() {
            shared["grant"] = json!(wrap);
        }
    });
    stage.doctor_line.lie(lie);
    let from = stage.doctor_line.count();
    let home = stage.doctor.vault.home().await.unwrap();
    assert_eq!(
        home.shared.len(),
        1,
        "the puppet's own chart, which is real"
    );
    assert_eq!(home.refused, [Distrust::Signature]);
    calm(&stage.doctor_line, &stage.doctor, from).await;
}

async fn ghost_grantee() {
    let stage = Stage::shared().await;
    let (_, puppet) = stage.another("patient-two", Role::Patient).await;
    puppet.compare_with(&stage.doctor).await;
    let theirs = puppet.chart().await;
    puppet
        .vault
        .share(theirs, stage.doctor.vault.account())
        .await
        .unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let (mine, theirs) = (hex(stage.chart.as_bytes()), hex(theirs.as_bytes()));
    let vault = &stage.patient.vault;
    let listed = vault.open_chart(stage.chart).await.unwrap().sharing.len();

    let ghost = format!(
        "INSERT INTO consent SELECT zeroblob(32), x'{mine}', randomblob(16), grantee, statement, 1, NULL \
         FROM consent WHERE chart = x'{theirs}'"
    );
    assert_eq!(stage.operator.rows(&ghost), 1);
    let open = vault.open_chart(stage.chart);
    refused_by_rows(&stage.line, &stage.patient, MISSING, open).await;
    let (line, fresh) = stage.fresh().await;
    let open = fresh.vault.open_chart(stage.chart);
    refused_by_rows(&line, &fresh, MISSING, open).await;
    stage.still_reads();
    stage
        .operator
        .rows("DELETE FROM consent WHERE statement_id = zeroblob(32)");
    assert_eq!(stage.reads_well().await.sharing.len(), listed);

    // A live one left out.
    let hide = format!("UPDATE consent SET ended_by = 9 WHERE chart = x'{mine}'");
    assert_eq!(stage.operator.rows(&hide), 1);
    let open = vault.open_chart(stage.chart);
    refused_by_rows(&stage.line, &stage.patient, MISSING, open).await;
    stage.operator.rows(&format!(
        "UPDATE consent SET ended_by = NULL WHERE chart = x'{mine}'"
    ));

    // One that was real and has ended, living again: nobody is wrapped to because of it.
    let grant = stage.reads_well().await.sharing[0].grant;
    vault.stop_sharing(stage.chart, grant).await.unwrap();
    stage.operator.rows(&format!(
        "UPDATE consent SET ended_by = NULL WHERE chart = x'{mine}'"
    ));
    let open = vault.open_chart(stage.chart);
    refused_by_rows(&stage.line, &stage.patient, MISSING, open).await;
    let share = vault.share(stage.chart, stage.doctor.vault.account());
    refused_by_rows(&stage.line, &stage.patient, MISSING, share).await;
    stage.still_reads();
}

async fn revoked_grant() {
    let stage = Stage::shared().await;
    let vault = &stage.patient.vault;
    let before = stage.line.newest(ChartGet).answer.unwrap();
    let grant = stage.reads_well().await.sharing[0].grant;
    vault.stop_sharing(stage.chart, grant).await.unwrap();

    // To the owner who saw the end: the state before it.
    let lie = Lie::at(ChartGet, move |_, answer| {
        answer.body.clone_from(&before.body)
    });
    let older = |standing| matches!(standing, Standing::Older { .. });
    stage.chart_stands(older, lie).await;

    // To the reader: the grant that ended leads to no head that was made after it.
    stage
        .patient
        .note(stage.chart, "after", "not for the doctor")
        .await;
    stage.operator.rows("UPDATE consent SET ended_by = NULL");
    let open = stage.doctor.vault.open_chart(stage.chart);
    refused_by_rows(&stage.doctor_line, &stage.doctor, OLD, open).await;
    stage.operator.rows("UPDATE consent SET ended_by = 3");
    let ended = stage.doctor.vault.open_chart(stage.chart).await;
    assert_eq!(ended.unwrap_err(), Error::Refused(Code::SharingEnded));
}
