//! Answers: to another question, from another time, endless, huge.

use std::{cell::RefCell, rc::Rc};

use keepwell_shared::{
    error::Code,
    id::BlobId,
    statement::Role,
    wire::{
        AccountGet, BlobPost, BookGet, BytesGet, ChartGet, ChartList, FailedTryList, LeafList,
        PersonGet, RevisionList, SessionList, SignInFactor,
    },
};
use keepwell_tests::{
    Bytes, Native, Quiet, noise,
    tamper::{Lie, at, edit},
};
use keepwell_vault::{Device, Distrust, Error, Standing, Vault};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{ANSWER, CONTENT, MISPLACED, Stage, calm, draft, quiet, refused, set, sign_in_refused},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            101,
            "answer to another question",
            "nheko CVE-2022-39264 class",
            "an answer is proved for its own request, and says itself what it is about",
            other_questions
        ),
        attack!(
            102,
            "answer of an earlier time or session",
            "TH23 replay class",
            "an answer's proof covers session, window and number",
            earlier_answers
        ),
        attack!(
            103,
            "blob of another file",
            "CS24 class; own analysis",
            "the signed root fixes the bytes; what does not arrive is not listed",
            other_blobs
        ),
        attack!(
            104,
            "list that never ends",
            "movim 665; synapse 3032",
            "the signed head says how much there is; nothing is asked beyond it",
            endless_lists
        ),
        attack!(
            105,
            "oversized and deeply nested answers",
            "parser bombs",
            "bounds on depth and on statements; what the head does not count is not looked at",
            huge_answers
        ),
        attack!(
            118,
            "session fixation",
            "general",
            "the key of a session comes from the password, not from its id",
            other_sessions
        ),
        attack!(
            131,
            "another device in the list of sessions",
            "own analysis",
            "what a browser says of itself is bound to account and session; what does not open is said",
            other_devices
        ),
        attack!(
            132,
            "failed tries hidden or made up",
            "own analysis",
            "they are said to be the server's word, and nothing but that sentence hangs on them",
            other_tries
        ),
    ]
}

async fn other_devices() {
    let stage = Stage::new().await;
    let vault = &stage.patient.vault;
    let (_, there) = stage.fresh().await;
    let ipad = Device::from_user_agent("Safari on an iPad", false);
    let library = Device::from_user_agent("Firefox on Linux", true);
    vault.tell_device(ipad).await.unwrap();
    there.vault.tell_device(library).await.unwrap();
    let devices = async || {
        let mut list = vault.sessions().await.unwrap();
        list.sort_by_key(|view| !view.here);
        list.into_iter().map(|view| view.device).collect::<Vec<_>>()
    };
    assert_eq!(devices().await, [Some(Ok(ipad)), Some(Ok(library))]);
    // The stranger's session in the clothes of the person's own, and the other way round.
    stage.line.lie(Lie::at(SessionList, |_, answer| {
        edit(answer, |list| {
            let devices = [0, 1].map(|line| at(list, &format!("/sessions/{line}/device")).clone());
            for (line, device) in devices.into_iter().rev().enumerate() {
                *at(list, &format!("/sessions/{line}/device")) = device;
            }
        });
    }));
    assert_eq!(devices().await, [Some(Err(CONTENT)), Some(Err(CONTENT))]);
    // Sealed bytes of another kind.
    let book = stage.line.newest(AccountGet).answer.unwrap().body;
    let identity: Value = serde_json::from_slice(&book).unwrap();
    let identity = identity["identity"].clone();
    stage.line.lie(Lie::at(SessionList, move |_, answer| {
        edit(answer, |list| {
            for line in 0..2 {
                *at(list, &format!("/sessions/{line}/device")) = identity.clone();
            }
        });
    }));
    assert_eq!(devices().await, [Some(Err(CONTENT)), Some(Err(CONTENT))]);
    stage.line.honest();
    assert_eq!(devices().await, [Some(Ok(ipad)), Some(Ok(library))]);
    stage.reads_well().await;
}

async fn other_tries() {
    let stage = Stage::new().await;
    let vault = &stage.patient.vault;
    let native = Native::new(stage.server.address());
    let guessed = Vault::enter(native, "patient-one", "a guess at it all").await;
    assert_eq!(guessed.map(drop), Err(Error::WrongSignIn));
    let honest = vault.failed_tries().await.unwrap();
    let said = (honest[0].tries, honest[0].known, honest[0].places);
    assert_eq!((honest.len(), said), (1, (1, 0, 1)));
    let lie = |series: Value| {
        stage.line.lie(Lie::at(FailedTryList, move |_, answer| {
            edit(answer, |list| *at(list, "/series") = series.clone());
        }));
    };
    // Hidden, or the largest numbers there are: it is what the server says, and no more.
    lie(json!([]));
    assert_eq!(vault.failed_tries().await, Ok(vec![]));
    let (most, times) = (u32::MAX, u64::MAX);
    let huge = json!({ "began_at": times, "last_at": 0, "tries": most, "known": most, "places": most, "new": true });
    lie(json!([huge, huge]));
    assert_eq!(vault.failed_tries().await.unwrap().len(), 2);
    // What is none of the kind is refused.
    for bad in [
        json!({ "began_at": 1, "last_at": 1, "tries": -1, "known": 0, "places": 1, "new": true }),
        json!({ "began_at": 1, "last_at": 1, "tries": 1, "known": 0, "places": 1, "new": true, "text": "call us" }),
        json!("call us"),
    ] {
        lie(json!([bad]));
        assert_eq!(vault.failed_tries().await, Err(ANSWER));
    }
    stage.line.honest();
    assert_eq!(vault.failed_tries().await, Ok(honest));
    stage.reads_well().await;
}

async fn other_questions() {
    let stage = Stage::shared().await;
    let vault = &stage.patient.vault;
    let (other_line, other) = stage.another("patient-two", Role::Patient).await;
    let theirs = other.chart().await;
    other.note(theirs, "theirs", "").await;
    other.vault.open_chart(theirs).await.unwrap();

    // Another chart's answer, proved by the operator for this question.
    let told = other_line.newest(ChartGet).answer.unwrap().body;
    let lie = Lie::at(ChartGet, move |_, answer| answer.body.clone_from(&told));
    stage.chart_is_refused(MISPLACED, lie).await;
    // Another person's.
    other.vault.find_person("doctor-one").await.unwrap();
    let told = other_line.newest(PersonGet).answer.unwrap().body;
    stage.line.lie(Lie::at(PersonGet, move |_, answer| {
        answer.body.clone_from(&told)
    }));
    let find = vault.find_person("patient-two");
    refused(&stage.line, &stage.patient, MISPLACED, find).await;
    stage.line.honest();
    // Answers of other kinds.
    let list = stage.line.newest(ChartList).answer.unwrap().body;
    let lie = Lie::at(ChartGet, move |_, answer| answer.body.clone_from(&list));
    stage.chart_is_refused(ANSWER, lie).await;
    let chart = stage.line.newest(ChartGet).answer.unwrap().body;
    stage.line.lie(Lie::at(ChartList, move |_, answer| {
        answer.body.clone_from(&chart)
    }));
    refused(&stage.line, &stage.patient, ANSWER, vault.home()).await;
    stage.line.honest();
    // A real answer of this session with its real proof, to another of its questions.
    let list = stage.line.newest(ChartList).answer.unwrap();
    let lie = Lie::at(ChartGet, move |_, answer| answer.clone_from(&list)).unproved();
    stage.chart_is_refused(ANSWER, lie).await;
}

async fn earlier_answers() {
    let stage = Stage::shared().await;
    let vault = &stage.patient.vault;
    // The same question, the same answer, but not this time's.
    let old = stage.line.newest(ChartGet).answer.unwrap();
    let lie = Lie::at(ChartGet, move |_, answer| answer.clone_from(&old)).unproved();
    stage.chart_is_refused(ANSWER, lie).await;
    let old = stage.page_of(&stage.patient).await;
    let (line, fresh) = stage.fresh().await;
    line.lie(Lie::at(RevisionList, move |_, answer| answer.clone_from(&old)).unproved());
    refused(&line, &fresh, ANSWER, fresh.vault.open_chart(stage.chart)).await;
    vault.home().await.unwrap();
    let old = stage.line.newest(ChartList).answer.unwrap();
    stage
        .line
        .lie(Lie::at(ChartList, move |_, answer| answer.clone_from(&old)).unproved());
    refused(&stage.line, &stage.patient, ANSWER, vault.home()).await;
    stage.line.honest();
    // An earlier session's, whatever it says.
    let old = stage.line.newest(AccountGet).answer.unwrap();
    let lie = Lie::at(AccountGet, move |_, answer| answer.clone_from(&old)).unproved();
    sign_in_refused(&stage, ANSWER, lie).await;
    let old = stage.line.newest(BookGet).answer.unwrap();
    let lie = Lie::at(BookGet, move |_, answer| answer.clone_from(&old)).unproved();
    sign_in_refused(&stage, ANSWER, lie).await;
    // No proof, half a proof, a proof of zeros.
    for proof in [
        None,
        Some("AAAA".to_owned()),
        Some("A".repeat(43)),
        Some(String::new()),
    ] {
        let lie = Lie::at(ChartGet, move |_, answer| answer.proof.clone_from(&proof)).unproved();
        stage.chart_is_refused(ANSWER, lie).await;
    }
}

async fn other_blobs() {
    let stage = Stage::new().await;
    let vault = &stage.patient.vault;
    let kept = stage.file("kept.pdf", 1, 30_000).await;
    let told = stage.line.newest(BlobPost).answer.unwrap();
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    let taken = told["blob"].clone();
    let entries = stage.reads_well().await.entries.len();
    let unknown = json!(BlobId::generate());
    for (blob, why) in [(taken, Code::Conflict), (unknown, Code::NotFound)] {
        stage.line.lie(set(BlobPost, "/blob", blob));
        let (source, watch) = (Bytes(noise(2, 30_000)), Quiet::default());
        let info = source.info("new.pdf");
        let from = stage.line.count();
        let added = vault
            .add_file(stage.chart, &draft("new", ""), info, &source, &watch)
            .await;
        assert_eq!(added.unwrap_err(), Error::Refused(why));
        quiet(&stage.line, &stage.patient, from).await;
        stage.line.honest();
        let chart = stage.reads_well().await;
        assert_eq!(
            chart.entries.len(),
            entries,
            "nothing half-written is listed"
        );
        let opened = stage
            .patient
            .open(stage.chart, kept.record, kept.revision)
            .await;
        assert!(opened.unwrap() == noise(1, 30_000), "and nothing was lost");
    }
    let other = stage.file("other.pdf", 3, 30_000).await;
    let from = stage.line.count();
    stage
        .patient
        .open(stage.chart, other.record, other.revision)
        .await
        .unwrap();
    let body = stage.line.since(from)[0].answer.clone().unwrap().body;
    stage.line.lie(Lie::at(BytesGet, move |_, answer| {
        answer.body.clone_from(&body)
    }));
    let open = stage.patient.open(stage.chart, kept.record, kept.revision);
    refused(&stage.line, &stage.patient, CONTENT, open).await;
}

async fn endless_lists() {
    let stage = Stage::new().await;
    for title in ["second", "third"] {
        stage.patient.note(stage.chart, title, "").await;
    }
    // The same first entry for ever, and the same first leaf: the signed counts end it.
    let page = |list: &'static str| {
        move |json: &mut Value| at(json, list).as_array_mut().unwrap().truncate(1)
    };
    let first = Rc::new(RefCell::new(None::<Value>));
    let again = move |json: &mut Value| {
        page("/revisions")(json);
        let mut first = first.borrow_mut();
        let first = first.get_or_insert_with(|| json.clone());
        json.clone_from(first);
    };
    let leaf = Rc::new(RefCell::new(None::<Value>));
    let leaves = move |json: &mut Value| {
        page("/leaves")(json);
        let mut leaf = leaf.borrow_mut();
        let leaf = leaf.get_or_insert_with(|| json.clone());
        json.clone_from(leaf);
    };
    let (line, fresh) = stage.fresh().await;
    line.lie(Lie::json(RevisionList, again));
    line.lie(Lie::json(LeafList, leaves));
    let from = line.count();
    let chart = fresh.vault.open_chart(stage.chart).await.unwrap();
    assert_eq!(chart.standing, Standing::Incomplete);
    assert!(chart.entries.is_empty(), "nothing could be verified");
    assert!(line.count() - from <= 10, "{:?}", line.traffic(from));
    calm(&line, &fresh, from).await;
    line.honest();
    assert_eq!(
        fresh
            .vault
            .open_chart(stage.chart)
            .await
            .unwrap()
            .entries
            .len(),
        3
    );
}

async fn huge_answers() {
    let stage = Stage::new().await;
    for junk in [10usize, 100_000] {
        let statement = keepwell_shared::bytes::to_base64url(&vec![0xd2; junk]);
        let count = (2_000_000 / junk).min(5_000);
        let lie = |in_front: bool| {
            let statement = statement.clone();
            Lie::json(RevisionList, move |json| {
                let revisions = at(json, "/revisions").as_array_mut().unwrap();
                let real = revisions[0].clone();
                let mut junk: Vec<Value> = vec![real.clone(); count];
                for (number, junk) in junk.iter_mut().enumerate() {
                    // Each is another one, as far as its bytes go.
                    junk["revision"] = json!(format!("{number:04}{}", &statement[4..]));
                    junk["entry"] = json!("");
                }
                *revisions = match in_front {
                    true => junk.into_iter().chain([real]).collect(),
                    false => [real].into_iter().chain(junk).collect(),
                };
            })
        };
        stage.probe().await.entries(1, &[], lie(false)).await;
        stage
            .probe()
            .await
            .entries(0, &[Distrust::Missing], lie(true))
            .await;
    }
    for bomb in [
        "[".repeat(1 << 20),
        format!("{}{}", "{\"a\":".repeat(200_000), "1"),
        "9".repeat(1 << 20),
    ] {
        let lie = Lie::at(ChartGet, move |_, answer| {
            answer.body = bomb.clone().into_bytes()
        });
        stage.chart_is_refused(ANSWER, lie).await;
    }
}

async fn other_sessions() {
    let stage = Stage::shared().await;
    let sent = stage.doctor_line.newest(ChartGet).sent;
    let header = |name: &str| {
        let mut headers = sent.headers.iter();
        headers.find(|(is, _)| *is == name).unwrap().1.clone()
    };
    let (session, window) = (header("keepwell-session"), header("keepwell-window"));
    let why = Error::Refused(Code::SignedOut);
    let lie = set(SignInFactor, "/session", json!(session));
    sign_in_refused(&stage, why, lie).await;
    let lie = Lie::json(SignInFactor, move |json| {
        json["session"] = json!(session);
        json["window"] = json!(window);
    });
    sign_in_refused(&stage, why, lie).await;
    stage.reads_well().await;
    stage.doctor_reads_well().await;
}
