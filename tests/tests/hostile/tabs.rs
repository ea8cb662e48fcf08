//! What a server says was stored and was not, what it shows one tab and hides from another one, and how
//! far a repair reaches.

use keepwell_shared::wire::{ChartGet, HeadPost, StatementPost};
use keepwell_tests::{
    Device, Native, Person,
    tamper::{Lie, Line, Tamper, answer},
};
use keepwell_vault::{Chart, Distrust, Error, Standing};
use serde_json::Value;

use crate::{
    attack,
    gossip::{as_before, look},
    list::Attack,
    rows::titles,
    stage::{Stage, TITLE, calm, draft, quiet},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            150,
            "a write said to be stored and thrown away",
            "own analysis",
            "what the server has confirmed is remembered at once, a doctor's entry too; that it is gone is said",
            thrown_away
        ),
        attack!(
            151,
            "two tabs of one browser told two stories",
            "own analysis",
            "all tabs of a browser have one memory, read before the server is asked and before anything is signed",
            two_tabs
        ),
        attack!(
            153,
            "readers who are left behind by a repair",
            "own analysis",
            "a repair names all heads of the branch that it gives up, as far as the browser knows them",
            repair_reaches_all
        ),
    ]
}

fn older(chart: &Chart) {
    let standing = chart.standing;
    assert!(matches!(standing, Standing::Older { .. }), "{standing:?}");
}

/// What a server says that stores nothing.
fn done<E: keepwell_shared::wire::Endpoint>(endpoint: E) -> Lie {
    Lie::instead(endpoint, |_| Some(Ok(answer(200, "{}")))).times(1)
}

async fn thrown_away() {
    let stage = Stage::shared().await;
    // A doctor's second entry; the first one is the control.
    let vault = &stage.doctor.vault;
    let shown = vault.propose(stage.chart, &draft("kept", ""), None).await;
    let shown = shown.unwrap();
    assert_eq!((shown.doubts.len(), shown.waiting.len()), (0, 1));
    let from = stage.doctor_line.count();
    stage.doctor_line.lie(done(StatementPost));
    let gone = draft("gone", "");
    let shown = vault.propose(stage.chart, &gone, None).await.unwrap();
    let said = |chart: &Chart| {
        assert_eq!(chart.waiting.len(), 1);
        let doubts = chart.doubts.iter();
        let doubts = doubts.map(|doubt| (doubt.author.clone(), doubt.number, doubt.why));
        assert_eq!(
            doubts.collect::<Vec<_>>(),
            [("doctor-one".to_owned(), 2, Distrust::Old)]
        );
    };
    said(&shown);
    let again = vault.propose(stage.chart, &gone, None).await;
    assert_eq!(again.map(drop), Err(Error::Blocked));
    calm(&stage.doctor_line, &stage.doctor, from).await;
    stage.doctor_line.honest();
    let device = stage.doctor.device.copy();
    let (.., shown) = look(&stage, &stage.doctor, &device, vec![]).await;
    said(&shown);

    // The patient's own change.
    let vault = &stage.patient.vault;
    let from = stage.line.count();
    stage.line.lie(done(HeadPost));
    stage.patient.note(stage.chart, "thrown away", "").await;
    let shown = vault.open_chart(stage.chart).await.unwrap();
    older(&shown);
    assert_eq!(titles(&shown), [TITLE, "thrown away"], "what it has stays");
    let never = draft("never", "stored");
    let written = vault.add_note(stage.chart, &never).await;
    assert_eq!(written.unwrap_err(), Error::Blocked);
    calm(&stage.line, &stage.patient, from).await;
    stage.line.honest();
    let device = stage.patient.device.copy();
    let (line, person, shown) = look(&stage, &stage.patient, &device, vec![]).await;
    older(&shown);
    assert_eq!(shown.lost, ["thrown away"]);
    quiet(&line, &person, 0).await;
    // An honest server takes it after all.
    let repaired = vault.repair(stage.chart).await.unwrap();
    assert_eq!(repaired.written_again, ["thrown away"]);
    let shown = stage.reads_well().await;
    assert_eq!(titles(&shown), [TITLE, "thrown away"]);
}

async fn two_tabs() {
    let stage = Stage::new().await;
    let device = &stage.patient.device;
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(Native::on(stage.server.address(), device), &line);
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let phone = &stage.patient.authenticator;
    let tab = Person::sign_in_over(platform, device, name, password, phone).await;
    let shown = tab.vault.open_chart(stage.chart).await.unwrap();
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, 1)
    );
    let before = line.newest(ChartGet).answer.unwrap();
    let before: Value = serde_json::from_slice(&before.body).unwrap();
    stage
        .patient
        .note(stage.chart, "in the other tab", "")
        .await;

    let from = line.count();
    line.lie(as_before(&before, true));
    line.lie(done(HeadPost));
    // It has not looked since. A server that takes a second head of the same number would have both.
    let second = tab.vault.add_note(stage.chart, &draft("second", "")).await;
    assert_eq!(second.unwrap_err(), Error::Blocked);
    for _ in 0..2 {
        let shown = tab.vault.open_chart(stage.chart).await.unwrap();
        older(&shown);
        assert_eq!(titles(&shown), [TITLE], "what it had stays");
    }
    let never = draft("never", "stored");
    let written = tab.vault.add_note(stage.chart, &never).await;
    assert_eq!(written.unwrap_err(), Error::Blocked);
    calm(&line, &tab, from).await;
    line.honest();
    let shown = tab.vault.open_chart(stage.chart).await.unwrap();
    assert_eq!(
        (shown.standing, shown.entries.len()),
        (Standing::Current, 2)
    );
    // The other one is alarmed by nothing of this.
    stage.reads_well().await;
}

async fn repair_reaches_all() {
    let mut stage = Stage::shared().await;
    let (_, tablet) = stage.fresh().await;
    tablet.vault.open_chart(stage.chart).await.unwrap();
    stage.server.save("before");
    // The doctor has seen what stands between the two states, and nothing else has: the patient's
    // browser looks when more was written elsewhere.
    tablet.note(stage.chart, "second", "").await;
    stage.doctor_reads_well().await;
    tablet.note(stage.chart, "third", "").await;
    tablet.note(stage.chart, "fourth", "").await;
    stage.reads_well().await;
    stage.server.restore("before");

    let (vault, doctors) = (&stage.patient.vault, &stage.doctor.vault);
    older(&doctors.open_chart(stage.chart).await.unwrap());
    let from = stage.doctor_line.count();
    let never = draft("never", "stored");
    let written = doctors.propose(stage.chart, &never, None).await;
    assert_eq!(written.map(drop), Err(Error::Blocked));
    quiet(&stage.doctor_line, &stage.doctor, from).await;
    older(&vault.open_chart(stage.chart).await.unwrap());
    let repaired = vault.repair(stage.chart).await.unwrap();
    assert_eq!(repaired.written_again.len(), 3);

    let all = ["fourth", "second", "third"];
    let shown = stage.doctor_reads_well().await;
    assert_eq!(titles(&shown)[1..], all);
    doctors
        .propose(stage.chart, &draft("goes on", ""), None)
        .await
        .unwrap();
    // A browser that knows neither of them begins as always.
    let (.., shown) = look(&stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!((shown.standing, shown.waiting.len()), (Standing::First, 1));
}
