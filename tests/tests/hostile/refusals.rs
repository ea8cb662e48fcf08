//! Refusals, redirects and successes that are none.

use keepwell_shared::{
    error::Code,
    id::WindowId,
    wire::{BytesGet, ChartGet, HeadPost, PartPut, SignInStart},
};
use keepwell_tests::{
    Bytes, Native, Quiet, noise,
    tamper::{Lie, Line, Tamper, answer, refusal},
};
use keepwell_vault::{Error, Standing, Vault, platform::Answer};
use serde_json::json;

use crate::{
    attack,
    list::Attack,
    stage::{ANSWER, Stage, draft, quiet, refused},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            109,
            "lying refusals",
            "DL-INC class; own analysis",
            "only proved refusals count, and none makes the browser forget its own chart or reveal more",
            lying_refusals
        ),
        attack!(
            110,
            "redirect to elsewhere",
            "CVE-2022-0235, CVE-2026-40895 class",
            "redirects are errors; nothing follows them",
            redirects
        ),
        attack!(
            111,
            "new window without end",
            "element-web 24117 class",
            "two new windows for a request, each proved",
            endless_windows
        ),
        attack!(
            170,
            "puzzle without end",
            "own analysis",
            "no puzzle is harder than a phone solves in seconds, and two are the most for a request",
            endless_puzzles
        ),
        attack!(
            175,
            "wait without end",
            "DL-INC class; own analysis",
            "how long is said, and nothing waits by itself; whoever has a session is never kept waiting",
            endless_wait
        ),
        attack!(
            114,
            "success that was none",
            "TLS-terminating middle box",
            "a success without the session's proof is none",
            unproved_success
        ),
    ]
}

async fn lying_refusals() {
    let stage = Stage::shared().await;
    let vault = &stage.patient.vault;
    let before = stage.line.newest(ChartGet).answer.unwrap();
    let grant = stage.reads_well().await.sharing[0].grant;
    vault.stop_sharing(stage.chart, grant).await.unwrap();
    vault
        .share(stage.chart, stage.doctor.vault.account())
        .await
        .unwrap();
    stage.doctor_reads_well().await;

    // Every code, proved: it is said, and one's own chart is not forgotten, nor its newest head.
    for code in Code::ALL
        .into_iter()
        .filter(|code| *code != Code::NewWindow)
    {
        let lie = Lie::instead(ChartGet, move |_| Some(Ok(refusal(code))));
        stage.chart_is_refused(Error::Refused(code), lie).await;
        stage
            .line
            .lie(Lie::instead(ChartGet, move |_| Some(Ok(refusal(code)))).times(1));
        let open = vault.open_chart(stage.chart).await;
        assert_eq!(open.unwrap_err(), Error::Refused(code));
        stage.line.honest();
        let replayed = before.clone();
        let lie = Lie::at(ChartGet, move |_, answer| {
            answer.body.clone_from(&replayed.body)
        });
        let older = |standing| matches!(standing, Standing::Older { .. });
        stage.chart_stands(older, lie).await;
    }
    // Unproved, from the line: only what a server says before it knows the caller.
    for code in Code::ALL {
        let said = [
            Code::SignedOut,
            Code::Busy,
            Code::Internal,
            Code::TooLarge,
            Code::BadRequest,
        ];
        let why = if said.contains(&code) {
            Error::Refused(code)
        } else {
            ANSWER
        };
        let lie = Lie::instead(ChartGet, move |_| Some(Ok(refusal(code)))).unproved();
        stage.doctor_line.lie(lie);
        let open = stage.doctor.vault.open_chart(stage.chart);
        refused(&stage.doctor_line, &stage.doctor, why, open).await;
        stage.doctor_line.honest();
        let note = stage
            .doctor
            .vault
            .entry(stage.chart, stage.note.record, None);
        assert!(note.is_ok(), "{code:?} made the doctor's browser forget");
    }
    // A conflict for ever: a few tries, and nothing is listed as written.
    let from = stage.line.count();
    stage.line.lie(Lie::instead(HeadPost, |_| {
        Some(Ok(refusal(Code::Conflict)))
    }));
    let note = vault.add_note(stage.chart, &draft("never", "stored")).await;
    assert_eq!(note.unwrap_err(), Error::Refused(Code::Conflict));
    assert!(stage.line.count() - from <= 200);
    quiet(&stage.line, &stage.patient, from).await;
    stage.line.honest();
    assert_eq!(stage.reads_well().await.entries.len(), 1);
    // Answers that say nothing.
    for (status, body, why) in [
        (500, "<html>oops</html>", Error::Refused(Code::Busy)),
        (503, "", Error::Refused(Code::Busy)),
        (418, "", ANSWER),
        (404, "{}", ANSWER),
        (
            404,
            r#"{"code":"not_found","hint":"send your key"}"#,
            ANSWER,
        ),
        (200, r#"{"code":"not_found"}"#, ANSWER),
    ] {
        let lie = Lie::instead(ChartGet, move |_| Some(Ok(answer(status, body))));
        stage.chart_is_refused(why, lie).await;
    }
}

async fn endless_puzzles() {
    let stage = Stage::new().await;
    let puzzle = |bits: u8| {
        let puzzle = json!({"challenge": "AAAA", "bits": bits});
        answer(
            429,
            &json!({"code": "puzzle", "puzzle": puzzle}).to_string(),
        )
    };
    // One that is too hard is not begun; easy ones are, but not for ever. With each the browser
    // sends the same first message again, and what it calculated from the puzzle alone.
    for (bits, requests) in [(19, 1), (32, 1), (255, 1), (0, 3), (1, 3)] {
        stage.operator.forget_tries();
        let line = Line::new(stage.operator.clone());
        line.lie(Lie::instead(SignInStart, move |_| Some(Ok(puzzle(bits)))));
        let platform = Tamper::new(Native::new(stage.server.address()), &line);
        let (name, password) = (&stage.patient.username, &stage.patient.password);
        let tried = Vault::enter(platform, name, password).await;
        assert_eq!(tried.map(|_| ()), Err(ANSWER), "{bits} bits");
        assert_eq!(line.count(), requests, "{bits} bits");
        quiet(&line, &stage.patient, 0).await;
    }
    // Whoever has a session is set none.
    let lie = Lie::instead(ChartGet, move |_| Some(Ok(puzzle(0))));
    stage
        .chart_is_refused(Error::Refused(Code::Puzzle), lie)
        .await;
}

async fn endless_wait() {
    let stage = Stage::new().await;
    let waits =
        |wait: &serde_json::Value| answer(429, &json!({"code": "wait", "wait": wait}).to_string());
    for (wait, why) in [
        (json!(0), Error::Wait(0)),
        (json!(u32::MAX), Error::Wait(u32::MAX)),
        (json!(null), Error::Refused(Code::Wait)),
        (json!(u64::from(u32::MAX) + 1), ANSWER),
        (json!(-1), ANSWER),
        (json!("1"), ANSWER),
        (json!([1]), ANSWER),
    ] {
        stage.operator.forget_tries();
        let line = Line::new(stage.operator.clone());
        let said = waits(&wait);
        line.lie(Lie::instead(SignInStart, move |_| Some(Ok(said.clone()))));
        let platform = Tamper::new(Native::new(stage.server.address()), &line);
        let (name, password) = (&stage.patient.username, &stage.patient.password);
        let tried = Vault::enter(platform, name, password).await;
        assert_eq!(tried.map(|_| ()), Err(why), "{wait}");
        assert_eq!(line.count(), 1, "asked once: {wait}");
        quiet(&line, &stage.patient, 0).await;
    }
    let lie = Lie::instead(ChartGet, move |_| Some(Ok(waits(&json!(u32::MAX)))));
    stage
        .chart_is_refused(Error::Refused(Code::Wait), lie)
        .await;
}

async fn redirects() {
    let stage = Stage::new().await;
    let file = stage.file("scan.pdf", 1, 5_000).await;
    for status in [201u16, 204, 206, 300, 301, 302, 303, 304, 307, 308] {
        let said = move || Answer {
            proof: None,
            ..answer(status, "")
        };
        let lie = Lie::instead(ChartGet, move |_| Some(Ok(said())));
        stage.chart_is_refused(ANSWER, lie).await;
        stage
            .line
            .lie(Lie::instead(BytesGet, move |_| Some(Ok(said()))));
        let from = stage.line.count();
        let open = stage.patient.open(stage.chart, file.record, file.revision);
        refused(&stage.line, &stage.patient, ANSWER, open).await;
        assert_eq!(stage.line.count(), from + 1, "asked once");
        stage.line.honest();
    }
    // In the browser it is the platform that must not follow.
    let source = include_str!("../../../frontend/src/worker/browser.rs");
    assert!(source.contains("set_redirect(RequestRedirect::Error)"));
}

fn new_window() -> Answer {
    let body = json!({"code": "new_window", "window": WindowId::generate()}).to_string();
    answer(401, &body)
}

async fn endless_windows() {
    let stage = Stage::new().await;
    let from = stage.line.count();
    let lie = Lie::instead(ChartGet, |_| Some(Ok(new_window())));
    stage.line.lie(lie);
    let open = stage.patient.vault.open_chart(stage.chart);
    refused(&stage.line, &stage.patient, ANSWER, open).await;
    assert_eq!(stage.line.count(), from + 3);
    stage.line.honest();
    // The server does not know those windows: it gives one of its own, and all goes on.
    stage.reads_well().await;
    let from = stage.line.count();
    stage
        .line
        .lie(Lie::instead(ChartGet, |_| Some(Ok(new_window()))).unproved());
    let open = stage.patient.vault.open_chart(stage.chart);
    refused(&stage.line, &stage.patient, ANSWER, open).await;
    assert_eq!(stage.line.count(), from + 1);
    stage.line.honest();

    // A write that is told of a new window is one write, however often it is sent.
    let lie = Lie::at(HeadPost, |_, answer| answer.clone_from(&new_window()));
    stage.line.lie(lie.times(2));
    let from = stage.line.count();
    let _ = stage
        .patient
        .vault
        .add_note(stage.chart, &draft("once", ""))
        .await;
    let keys: Vec<String> = stage
        .line
        .since(from)
        .into_iter()
        .filter_map(|e| {
            e.sent
                .headers
                .into_iter()
                .find(|(name, _)| *name == "keepwell-idempotency")
        })
        .map(|(_, key)| key)
        .collect();
    assert!(
        keys.len() > 1 && keys.iter().all(|key| *key == keys[0]),
        "{keys:?}"
    );
    stage.line.honest();
    assert_eq!(stage.reads_well().await.entries.len(), 2);
}

async fn unproved_success() {
    let stage = Stage::new().await;
    let vault = &stage.patient.vault;
    for (status, body) in [(200u16, ""), (200, "{}"), (204, ""), (200, "null")] {
        let lie = Lie::instead(PartPut, move |_| Some(Ok(answer(status, body)))).unproved();
        stage.line.lie(lie);
        let (source, watch) = (Bytes(noise(2, 30_000)), Quiet::default());
        let info = source.info("new.pdf");
        let from = stage.line.count();
        let added = vault
            .add_file(stage.chart, &draft("new", ""), info, &source, &watch)
            .await;
        assert_eq!(added.unwrap_err(), ANSWER, "{status} {body}");
        // The room is given back; nothing is listed.
        let told = stage.line.traffic(from);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[2].starts_with("DELETE /api/blobs/"));
        quiet(&stage.line, &stage.patient, from).await;
        stage.line.honest();

        let lie = Lie::instead(HeadPost, move |_| Some(Ok(answer(status, body)))).unproved();
        stage.line.lie(lie);
        let typed = draft("never", "stored");
        let note = vault.add_note(stage.chart, &typed);
        refused(&stage.line, &stage.patient, ANSWER, note).await;
        stage.line.honest();
        assert_eq!(stage.reads_well().await.entries.len(), 1);
    }
    stage.file("kept.pdf", 1, 5_000).await;
    assert_eq!(stage.reads_well().await.entries.len(), 2);
}
