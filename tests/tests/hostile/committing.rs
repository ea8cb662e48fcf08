//! Ciphertexts that open under more than one key.

use keepwell_shared::{
    bytes::to_base64url,
    id::CompartmentId,
    label,
    statement::Role,
    wire::{AccountGet, ChartGet, SignInStart},
};
use keepwell_tests::{
    Native, noise,
    tamper::{Gcm, Lie, Line, Salamander, Tamper, at, bytes_at, edit_bytes},
};
use keepwell_vault::{Distrust, Error, Unlocking};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{CONTENT, Stage, calm, places, set, sign_in_refused},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            39,
            "invisible salamander",
            "SAL18",
            "ids of keys and commitments are checked before anything is opened",
            salamander
        ),
        attack!(
            40,
            "partitioning oracle",
            "POA21",
            "the password opens an OPAQUE envelope and a committing wrap only",
            partitioning
        ),
    ]
}

async fn salamander() {
    let stage = Stage::shared().await;
    let grant = stage.reads_well().await.sharing[0].grant;
    stage
        .patient
        .vault
        .stop_sharing(stage.chart, grant)
        .await
        .unwrap();
    stage.reads_well().await;
    let told = stage.line.newest(ChartGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    let compartment = at(&mut told, "/back_chain/0/compartment").as_str().unwrap();
    let compartment: CompartmentId = compartment.parse().unwrap();
    let real = bytes_at(&mut told, "/back_chain/0/wrapped");
    let (id, nonce) = (real[1..33].to_vec(), real[33..45].try_into().unwrap());
    let context = (label::WRAP_COMPARTMENT_BACK, stage.chart, compartment, 0u32);
    let context = minicbor::to_vec(context).unwrap();

    // The key that the browser opens this wrap with, and one of the attacker's.
    let keys = stage.patient.vault.canaries().into_iter();
    let held = keys
        .filter(|(name, _)| *name == "CompartmentKey")
        .map(|(_, key)| Gcm::new(&key.try_into().unwrap(), nonce))
        .find(|gcm| gcm.open(&context, &real[45..]).is_some())
        .unwrap();
    let other = Gcm::new(&[8; 32], nonce);
    let two_faced = Salamander::make(&held, &other, &context);
    let (one, two) = (
        held.open(&context, &two_faced.sealed).unwrap(),
        other.open(&context, &two_faced.sealed).unwrap(),
    );
    assert_ne!(
        one, two,
        "the control: AES-GCM itself opens it under both keys"
    );

    // Sealed for the other key: refused before it is opened, although it would open.
    let envelope = |id: &[u8]| [&[1][..], id, &nonce, &two_faced.sealed].concat();
    let lie = set(
        ChartGet,
        "/back_chain/0/wrapped",
        json!(to_base64url(&envelope(&[5; 32]))),
    );
    stage.chart_is_refused(CONTENT, lie).await;

    // With the right id it opens to a key, and everything under that key is refused by its id.
    let wrap = to_base64url(&envelope(&id));
    let (line, fresh) = stage.fresh().await;
    line.lie(Lie::json(ChartGet, move |json| {
        for back in at(json, "/back_chain").as_array_mut().unwrap() {
            if back["compartment"] == json!(compartment) {
                back["wrapped"] = json!(wrap);
            }
        }
    }));
    let chart = fresh.vault.open_chart(stage.chart).await.unwrap();
    let shown = chart.entries.len();
    assert_eq!(shown + chart.refused.len(), 1);
    assert!(
        chart
            .refused
            .iter()
            .all(|refused| refused.why == Distrust::Content)
    );
    calm(&line, &fresh, 0).await;
}

async fn partitioning() {
    let stage = Stage::new().await;
    let (puppets_line, _) = stage.another("patient-two", Role::Patient).await;
    // An answer for another record, and for every record at once.
    let told = puppets_line.newest(SignInStart).answer.unwrap();
    let told: Value = serde_json::from_slice(&told.body).unwrap();
    let lie = set(SignInStart, "/opaque", told["opaque"].clone());
    sign_in_refused(&stage, Error::WrongSignIn, lie).await;
    let mut told = told;
    let length = bytes_at(&mut told, "/opaque").len();
    for place in places(length, 6) {
        let lie = Lie::json(SignInStart, move |json| {
            edit_bytes(json, "/opaque", |bytes| bytes[place] ^= 1);
        });
        stage.operator.forget_tries();
        let line = Line::new(stage.operator.clone());
        line.lie(lie);
        let platform = Tamper::new(Native::new(stage.server.address()), &line);
        let (name, password) = (&stage.patient.username, &stage.patient.password);
        let tried = keepwell_vault::Vault::enter(platform, name, password).await;
        let why = tried.err().unwrap();
        // A point that is none is told apart from a proof that does not hold; either way nothing
        // follows, so the server learns nothing of the password.
        assert!(
            [Error::WrongSignIn, crate::stage::ANSWER].contains(&why),
            "{why:?}"
        );
        assert_eq!(line.traffic(0), line.traffic(0)[..1], "no third message");
    }

    // A wrap that opens under two guesses looks to the server like noise does.
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(stage.returning(&stage.patient), &line);
    let (name, password) = (&stage.patient.username, &stage.patient.password);
    let unlocking = Unlocking::begin(platform, name, password).await.unwrap();
    assert_eq!(unlocking.open().await, Ok(()));
    let told = line.newest(AccountGet).answer.unwrap();
    let mut told: Value = serde_json::from_slice(&told.body).unwrap();
    let real = bytes_at(&mut told, "/account_key");
    let nonce = real[33..45].try_into().unwrap();
    let context = (label::WRAP_ACCOUNT_KEY, stage.patient.vault.account());
    let context = minicbor::to_vec(context).unwrap();
    let guesses = [Gcm::new(&[1; 32], nonce), Gcm::new(&[2; 32], nonce)];
    let both = Salamander::make(&guesses[0], &guesses[1], &context);
    assert!(
        guesses
            .iter()
            .all(|guess| guess.open(&context, &both.sealed).is_some())
    );
    let mut seen = Vec::new();
    for (id, sealed) in [
        (&real[1..33], both.sealed.clone()),
        (&[0; 32][..], both.sealed),
        (&real[1..33], noise(1, 48)),
        (&[0; 32][..], noise(2, 48)),
    ] {
        let wrap = to_base64url(&[&[1][..], id, &nonce, &sealed].concat());
        line.lie(set(AccountGet, "/account_key", json!(wrap)));
        let from = line.count();
        assert_eq!(unlocking.open().await, Err(CONTENT));
        seen.push(line.traffic(from));
        line.honest();
    }
    assert!(seen.iter().all(|traffic| *traffic == seen[0]), "{seen:?}");
}
