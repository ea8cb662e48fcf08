//! Keys that are derived from what OPAQUE gives, and the proofs that are made with one of them.

use keepwell_shared::{
    bytes::Hash,
    id::{IdempotencyKey, SessionId, WindowId},
    label,
    request::{Proof, ProvedAnswer, ProvedRequest, RequestKey},
    returning::ReturnKey,
};
use serde_json::{Value, json};

use super::{
    done, flipped,
    json::{bytes, fixed, id, unbytes},
    kit::{kit, signer},
    load,
    world::{drawn, named},
};
use crate::{
    crypto::{kdf, sign::SecretKey},
    keys::{KitKey, UnlockKey},
};

pub(super) fn make_keys() -> Vec<Value> {
    let export_key = drawn::<32>("export key").repeat(2);
    let session_key = drawn::<32>("session key").repeat(2);
    vec![
        json!({
            "name": "UnlockKey",
            "label": label::UNLOCK_KEY,
            "input": bytes(&export_key),
            "key": bytes(&kdf::derive(&export_key, label::UNLOCK_KEY)),
        }),
        json!({
            "name": "KitKey",
            "label": label::KIT_KEY,
            "input": bytes(&kit()),
            "key": bytes(&kdf::derive(&kit(), label::KIT_KEY)),
        }),
        json!({
            "name": "signing key of a kit",
            "label": label::KIT_SIGNING_KEY,
            "input": bytes(&kit()),
            "key": bytes(&*signer().expose()),
        }),
        json!({
            "name": "request key",
            "label": label::REQUEST_KEY,
            "input": bytes(&session_key),
            "key": bytes(RequestKey::derive(&session_key).expose()),
        }),
        json!({
            "name": "return key",
            "label": label::RETURN_KEY,
            "input": bytes(&session_key),
            "key": bytes(ReturnKey::derive(&session_key).expose()),
        }),
    ]
}

pub(super) fn make() -> Vec<Value> {
    let session_key = drawn::<32>("session key").repeat(2);
    let key = RequestKey::derive(&session_key);
    let (session, window): (SessionId, WindowId) = (named("session"), named("window"));
    let idempotency: IdempotencyKey = named("idempotency");
    let cases = [
        ("a question", "GET", "/api/charts", "after=3", None, ""),
        (
            "a change",
            "POST",
            "/api/charts",
            "",
            Some(idempotency),
            "{}",
        ),
    ];
    let mut all: Vec<Value> = cases
        .into_iter()
        .map(|(name, method, path, query, idempotency, body)| {
            let request = ProvedRequest {
                method,
                path,
                query,
                session,
                window,
                number: 1_000,
                idempotency,
                body: Hash::of(body.as_bytes()),
            };
            json!({
                "name": name,
                "key": bytes(key.expose()),
                "method": method,
                "path": path,
                "query": query,
                "session": bytes(&session.to_tagged()),
                "window": bytes(&window.to_tagged()),
                "number": request.number,
                "idempotency": idempotency.map(|key| bytes(&key.to_tagged())),
                "body": body,
                "proof": key.prove(&request).to_text(),
            })
        })
        .collect();
    let answer = ProvedAnswer {
        session,
        window,
        number: 1_000,
        status: 409,
        body: Hash::of(b"{}"),
    };
    all.push(json!({
        "name": "an answer",
        "key": bytes(key.expose()),
        "session": bytes(&session.to_tagged()),
        "window": bytes(&window.to_tagged()),
        "number": answer.number,
        "status": answer.status,
        "body": "{}",
        "proof": key.prove_answer(&answer).to_text(),
    }));
    all
}

#[test]
fn frozen_vectors_of_derived_keys() {
    let vectors = load("keys");
    for vector in &vectors {
        let (input, key) = (unbytes(&vector["input"]), fixed(&vector["key"]));
        match vector["label"].as_str().unwrap() {
            label::UNLOCK_KEY => assert_eq!(
                UnlockKey::from_export_key(&input).id(),
                UnlockKey::frozen(key).id()
            ),
            label::KIT_KEY => {
                let kit = KitKey::from_kit(&input.try_into().unwrap());
                assert_eq!(kit.id(), KitKey::frozen(key).id());
            }
            label::KIT_SIGNING_KEY => {
                let signing = SecretKey::from_kit(&input.try_into().unwrap()).unwrap();
                assert_eq!(*signing.expose(), key);
            }
            label::REQUEST_KEY => assert_eq!(*RequestKey::derive(&input).expose(), key),
            label::RETURN_KEY => assert_eq!(*ReturnKey::derive(&input).expose(), key),
            other => panic!("{other}"),
        }
    }
    done("derived keys", vectors.len(), 0, (5, 0));
}

#[test]
fn frozen_vectors_of_proofs() {
    let vectors = load("proofs");
    let mut refused = 0;
    for vector in &vectors {
        let key = RequestKey::from_bytes(fixed(&vector["key"]));
        let other = RequestKey::from_bytes(flipped(key.expose(), 0).try_into().unwrap());
        let text = |field: &str| vector[field].as_str().unwrap();
        let (session, window): (SessionId, WindowId) =
            (id(&vector["session"]), id(&vector["window"]));
        let number = vector["number"].as_u64().unwrap();
        let body = Hash::of(text("body").as_bytes());
        let proof = Proof::parse(text("proof")).unwrap();
        if let Some(status) = vector.get("status") {
            let answer = ProvedAnswer {
                session,
                window,
                number,
                status: u16::try_from(status.as_u64().unwrap()).unwrap(),
                body,
            };
            assert!(key.answer_holds(&answer, &proof));
            assert!(!other.answer_holds(&answer, &proof));
        } else {
            let request = ProvedRequest {
                method: text("method"),
                path: text("path"),
                query: text("query"),
                session,
                window,
                number,
                idempotency: match &vector["idempotency"] {
                    Value::Null => None,
                    key => Some(id::<IdempotencyKey>(key)),
                },
                body,
            };
            assert!(key.holds(&request, &proof));
            assert!(!other.holds(&request, &proof));
        }
        refused += 1;
    }
    done("request proofs", vectors.len(), refused, (3, 3));
}
