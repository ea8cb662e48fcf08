//! Whose chart, whose name, which key: what is between one reading and the next.

use keepwell_shared::{
    bytes::to_base64url,
    error::Code,
    id::{AccountId, CompartmentId},
    statement::{ChartHead, CompartmentHead, Grant, KeyBundle, Role},
    wire::{BookGet, BookPut, ChartGet, PersonGet},
};
use keepwell_tests::tamper::{Forger, Lie, at, bytes_at, payload_of, refusal};
use keepwell_vault::Error;
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{
        CONTENT, MISPLACED, MISSING, OLD, OTHER_KEYS, SIGNATURE, Stage, calm, key, quiet, refused,
        set,
    },
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            107,
            "keys twice, keys too many",
            "own analysis",
            "exactly the compartments that the head names, each category once",
            surplus_keys
        ),
        attack!(
            108,
            "epochs that make the browser count for ever",
            "algorithmic complexity class",
            "a step back is walked only when it is there",
            huge_epochs
        ),
        attack!(
            112,
            "a chart changes hands",
            "MX22 room membership class; own analysis",
            "a chart that was opened keeps its owner",
            other_owner
        ),
        attack!(
            113,
            "a known name on a new account",
            "homograph and re-registration class",
            "a compared name on another account is said as other keys",
            known_name
        ),
        attack!(
            116,
            "public keys that are none",
            "RustCrypto KEMs 172; FIPS 203, 7.2",
            "points and encapsulation keys are checked before words are compared",
            no_keys
        ),
        attack!(
            119,
            "address book of an earlier day",
            "DL01 class (PM26)",
            "the counter is bound into the seal; whoever was compared stays compared in this browser",
            older_book
        ),
        attack!(
            121,
            "somebody else under a name",
            "homograph class",
            "names are ASCII in one form, and the bundle must carry the one that was asked for",
            other_names
        ),
    ]
}

async fn surplus_keys() {
    let stage = Stage::shared().await;
    let grant = stage.reads_well().await.sharing[0].grant;
    stage
        .patient
        .vault
        .stop_sharing(stage.chart, grant)
        .await
        .unwrap();
    // Surplus that nobody named changes nothing.
    let lie = Lie::json(ChartGet, |json| {
        let more = at(json, "/own/keys/0").clone();
        let keys = at(json, "/own/keys").as_array_mut().unwrap();
        let foreign = json!({"compartment": CompartmentId::generate(), "epoch": 0, "wrapped": more["wrapped"]});
        keys.extend([more, foreign]);
        let more = at(json, "/back_chain/0").clone();
        let chain = at(json, "/back_chain").as_array_mut().unwrap();
        let far = json!({"compartment": more["compartment"], "epoch": u32::MAX, "wrapped": "AAAA"});
        chain.extend([more, far]);
    });
    stage.line.lie(lie);
    let from = stage.line.count();
    stage.reads_well().await;
    calm(&stage.line, &stage.patient, from).await;
    stage.line.honest();
    // In front of the real ones it is refused.
    for (list, why) in [("/own/keys", CONTENT), ("/back_chain", CONTENT)] {
        let lie = Lie::json(ChartGet, move |json| {
            let keys = at(json, list).as_array_mut().unwrap();
            let mut first = keys[0].clone();
            first["wrapped"] = keys[1]["wrapped"].clone();
            keys.insert(0, first);
        });
        stage.chart_is_refused(why, lie).await;
    }
    // Two compartments under one id.
    let lie = Lie::json(ChartGet, |json| {
        let other = at(json, "/own/keys/1/compartment").clone();
        *at(json, "/own/keys/0/compartment") = other;
    });
    stage.chart_is_refused(MISSING, lie).await;
    // A step of the past left out.
    let lie = Lie::json(ChartGet, |json| {
        at(json, "/back_chain").as_array_mut().unwrap().remove(3);
    });
    stage.chart_is_refused(MISSING, lie).await;
}

async fn huge_epochs() {
    let stage = Stage::shared().await;
    let told = stage.line.newest(ChartGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    // Everything by the owner's own hand, so that nothing but the count itself is in the way.
    let signer = stage.patients_own_key();
    let mut head: ChartHead = payload_of(&bytes_at(&mut told, "/own/head"));
    head.counter += 1;
    let mut compartments = Vec::new();
    for (at, named) in head.compartments.iter_mut().enumerate() {
        let real = bytes_at(&mut told, &format!("/compartments/{at}"));
        let mut compartment: CompartmentHead = payload_of(&real);
        compartment.epoch = u32::MAX;
        let made = signer.sign(compartment);
        named.head = made.id();
        compartments.push(json!(to_base64url(made.as_bytes())));
    }
    let head = to_base64url(signer.sign(head).as_bytes());
    let lie = Lie::json(ChartGet, move |json| {
        *at(json, "/own/head") = json!(head);
        *at(json, "/compartments") = json!(compartments);
    });
    stage.chart_is_refused(MISSING, lie).await;
    let mut grant: Grant = payload_of(&bytes_at(&mut told, "/own/grants/0/grant"));
    for key in &mut grant.keys {
        key.epoch = u32::MAX;
    }
    let grant = to_base64url(signer.sign(grant).as_bytes());
    stage
        .doctors_chart_is_refused(OLD, set(ChartGet, "/grant", json!(grant)))
        .await;
    // A past of a hundred thousand steps that nobody asked for.
    let lie = Lie::json(ChartGet, |json| {
        let compartment = at(json, "/own/keys/0/compartment").clone();
        let chain = at(json, "/back_chain").as_array_mut().unwrap();
        for epoch in 0..100_000 {
            chain.push(json!({"compartment": compartment, "epoch": epoch, "wrapped": ""}));
        }
    });
    stage.line.lie(lie);
    stage.reads_well().await;
    stage.line.honest();
}

async fn other_owner() {
    let stage = Stage::shared().await;
    // The doctor knows both people and has compared words with both.
    let (puppets_line, puppet) = stage.another("patient-two", Role::Patient).await;
    puppet.compare_with(&stage.doctor).await;
    stage.doctor.compare_with(&puppet).await;
    let theirs = puppet.chart().await;
    puppet
        .vault
        .share(theirs, stage.doctor.vault.account())
        .await
        .unwrap();
    stage.doctor.vault.open_chart(theirs).await.unwrap();
    let told = stage.doctor_line.newest(ChartGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();

    // The puppet signs a grant of the patient's chart, and the server says that it is the puppet's.
    let puppets_own = Forger::with(&key(&puppet, "signing key"));
    let mut grant: Grant = payload_of(&bytes_at(&mut told, "/grant"));
    grant.chart = stage.chart;
    let grant = to_base64url(puppets_own.sign(grant).as_bytes());
    let (owner, chart) = (told["owner"].clone(), json!(stage.chart));
    let lie = Lie::json(ChartGet, move |json| {
        json["chart"] = chart.clone();
        json["owner"] = owner.clone();
        json["grant"] = json!(grant);
    });
    stage.doctors_chart_is_refused(OTHER_KEYS, lie).await;
    let note = stage
        .doctor
        .vault
        .entry(stage.chart, stage.note.record, None)
        .unwrap();
    assert_eq!(note.author, "patient-one");
    let _ = puppets_line;
}

async fn known_name() {
    let stage = Stage::shared().await;
    let real = bundle_of(&stage, "doctor-one").await;
    let forger = Forger::with(&[9; 32]);
    let vault = &stage.patient.vault;
    for (name, account) in [
        ("doctor-one", AccountId::generate()),
        ("doctor-one", real.account),
        ("patient-one", AccountId::generate()),
        ("patient-one", vault.account()),
    ] {
        let made = forger.bundle(account, name, real.wrapping.0.clone());
        let lie = set(
            PersonGet,
            "/key_bundle",
            json!(to_base64url(made.as_bytes())),
        );
        stage.line.lie(lie);
        let from = stage.line.count();
        let found = vault.find_person(name).await.unwrap();
        assert!(found.changed && !found.compared, "{name}");
        calm(&stage.line, &stage.patient, from).await;
        stage.line.honest();
    }
    let found = vault.find_person("doctor-one").await.unwrap();
    assert!(found.compared && !found.changed, "the control");
    stage.another("doctor-two", Role::Doctor).await;
    let found = vault.find_person("doctor-two").await.unwrap();
    assert!(!found.compared && !found.changed, "the control");
}

async fn bundle_of(stage: &Stage, name: &str) -> KeyBundle {
    stage.patient.vault.find_person(name).await.unwrap();
    let told = stage.line.newest(PersonGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    payload_of(&bytes_at(&mut told, "/key_bundle"))
}

async fn no_keys() {
    let stage = Stage::new().await;
    let real = bundle_of(&stage, "doctor-one").await;
    let forger = Forger::with(&[9; 32]);
    let wrapping = real.wrapping.0.clone();
    let with = |place: std::ops::Range<usize>, byte: u8| {
        let mut bytes = wrapping.clone();
        bytes[place].fill(byte);
        bytes
    };
    let end = wrapping.len();
    for wrapping in [
        Vec::new(),
        vec![0; end],
        vec![0xff; end],
        // A coefficient that is not reduced, no point, the point at infinity, a point too short.
        with(0..3, 0xff),
        with(end - 65..end, 0),
        with(end - 32..end, 1),
        wrapping[..end - 1].to_vec(),
        [&wrapping[..], &[0]].concat(),
    ] {
        let made = forger.bundle(real.account, "doctor-one", wrapping);
        stage.line.lie(set(
            PersonGet,
            "/key_bundle",
            json!(to_base64url(made.as_bytes())),
        ));
        let find = stage.patient.vault.find_person("doctor-one");
        refused(&stage.line, &stage.patient, SIGNATURE, find).await;
        stage.line.honest();
    }
    // Signing keys that are none.
    for signing in [vec![0; 33], vec![2; 33], vec![4; 65], Vec::new(), vec![0]] {
        let bundle = KeyBundle {
            signing: signing.into(),
            ..real.clone()
        };
        let made = to_base64url(forger.sign(bundle).as_bytes());
        stage.line.lie(set(PersonGet, "/key_bundle", json!(made)));
        let find = stage.patient.vault.find_person("doctor-one");
        refused(&stage.line, &stage.patient, SIGNATURE, find).await;
        stage.line.honest();
    }
    stage.patient.compare_with(&stage.doctor).await;
}

async fn older_book() {
    let stage = Stage::shared().await;
    let vault = &stage.patient.vault;
    for name in ["doctor-two", "doctor-three"] {
        let (_, doctor) = stage.another(name, Role::Doctor).await;
        stage.patient.compare_with(&doctor).await;
    }
    let (_, doctor) = stage.another("doctor-four", Role::Doctor).await;
    let found = vault.find_person("doctor-four").await.unwrap();
    assert_eq!(found.words, doctor.vault.own_words());
    // A conflict, and then the empty book of the first day: nobody is forgotten. And the real one
    // under counters that are not its own.
    for (counter, sealed, why) in [
        (json!(0), json!(""), Error::Refused(Code::Conflict)),
        (json!(1), Value::Null, CONTENT),
        (json!(2), Value::Null, CONTENT),
        (json!(4), Value::Null, CONTENT),
        (json!(u64::MAX), Value::Null, CONTENT),
    ] {
        let conflict = |_: &_| Some(Ok(refusal(Code::Conflict)));
        stage.line.lie(Lie::instead(BookPut, conflict).times(1));
        stage.line.lie(Lie::json(BookGet, move |json| {
            json["counter"] = counter.clone();
            if !sealed.is_null() {
                json["sealed"] = sealed.clone();
            }
        }));
        let from = stage.line.count();
        let confirm = vault.confirm_person(found.account, found.bundle).await;
        assert_eq!(confirm.map(|_| ()), Err(why));
        quiet(&stage.line, &stage.patient, from).await;
        stage.line.honest();
        assert!(vault.people().len() >= 3, "nobody is forgotten");
    }
    vault
        .confirm_person(found.account, found.bundle)
        .await
        .unwrap();
    assert_eq!(vault.people().len(), 4);
}

async fn other_names() {
    let stage = Stage::new().await;
    let real = bundle_of(&stage, "doctor-one").await;
    let forger = Forger::with(&[9; 32]);
    for (name, why) in [
        ("d0ctor-one", MISPLACED),
        ("doctor.one", MISPLACED),
        ("patient-one", MISPLACED),
        ("Doctor-One", SIGNATURE),
        (" doctor-one", SIGNATURE),
        ("doctor-one\u{200b}", SIGNATURE),
        ("d\u{3bf}ctor-one", SIGNATURE),
        ("", SIGNATURE),
    ] {
        let made = forger.bundle(real.account, name, real.wrapping.0.clone());
        stage.line.lie(set(
            PersonGet,
            "/key_bundle",
            json!(to_base64url(made.as_bytes())),
        ));
        let find = stage.patient.vault.find_person("doctor-one");
        refused(&stage.line, &stage.patient, why, find).await;
        stage.line.honest();
    }
    stage.patient.compare_with(&stage.doctor).await;
}
