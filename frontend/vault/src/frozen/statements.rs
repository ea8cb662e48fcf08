//! Statements: one line for each here, and one for each new kind in the test below.

use keepwell_shared::bytes::Hash;
use keepwell_shared::statement::{
    AccountHead, AuthorStatement, ChartHead, CompartmentHead, Grant, KeyBundle, KitProof, Payload,
    Revision, Signer, Unverified, Verified, sign,
};
use p256::ecdsa::VerifyingKey;
use serde_json::{Value, json};

use super::{
    author, done, flipped, heads, hpke,
    json::{bytes, fixed, hash, payload, render, unbytes},
    kit, load, revision,
    world::{Person, World},
};
use crate::crypto::sign::SecretKey as SigningKey;

pub(super) fn make(world: &World) -> Vec<Value> {
    let (patient, doctor) = (&world.patient, &world.doctor);
    let first = revision::first(world);
    let second = revision::second(world, &first);
    vec![
        statement("a patient's keys", &patient.bundle, patient),
        statement("a doctor's keys", &doctor.bundle, doctor),
        statement("a grant of two compartments", &hpke::grant(world), patient),
        statement("an entry's first revision", &first, patient),
        statement("its second, a file", &second, patient),
        statement(
            "its third, moved",
            &revision::moved(world, &second),
            patient,
        ),
        statement(
            "another entry, lost",
            &revision::lost(world, &first),
            patient,
        ),
        statement("an entry by a doctor", &author::statement(world), doctor),
        statement("its doctor's next", &author::answer(world), doctor),
        statement("the entry, taken", &author::accepted(world), patient),
        statement(
            "one more, deleted",
            &revision::deleted(world, &first),
            patient,
        ),
        statement("an account head", &heads::account(world), patient),
        statement(
            "a later account head",
            &heads::later_account(world),
            patient,
        ),
        statement(
            "an account head with a recovery kit",
            &heads::kit_account(world),
            patient,
        ),
        statement_by("what a kit signed", &kit::proof(world), &kit::signer()),
        statement(
            "an account head, a repair",
            &heads::repaired_account(world),
            patient,
        ),
        statement("a first compartment head", &heads::first(world), patient),
        statement("a compartment head", &heads::before_repair(world), patient),
        statement("its next, a repair", &heads::repaired(world), patient),
        statement("the one after", &heads::written(world), patient),
        statement("a first chart head", &heads::first_chart(world), patient),
        statement("a later chart head", &heads::later_chart(world), patient),
    ]
}

fn statement<T: Payload>(name: &str, statement: &Verified<T>, signer: &Person) -> Value {
    statement_by(name, statement, &signer.signer())
}

fn statement_by<T: Payload>(name: &str, statement: &Verified<T>, signer: &SigningKey) -> Value {
    let key = signer.public().to_sec1_point(true);
    json!({
        "name": name,
        "label": T::PURPOSE,
        "signing_scalar": bytes(&*signer.expose()),
        "signing_key": bytes(key.as_bytes()),
        "kid": bytes(&Hash::of(key.as_bytes()).0),
        "payload": render(&payload(statement.as_bytes())),
        "statement": bytes(statement.as_bytes()),
        "id": bytes(&statement.id().0),
    })
}

#[test]
fn frozen_vectors_of_statements() {
    let vectors = load("statements");
    let mut refused = 0;
    for vector in &vectors {
        refused += match vector["label"].as_str().unwrap() {
            KeyBundle::PURPOSE => check_statement::<KeyBundle>(vector),
            Grant::PURPOSE => check_statement::<Grant>(vector),
            AccountHead::PURPOSE => check_statement::<AccountHead>(vector),
            ChartHead::PURPOSE => check_statement::<ChartHead>(vector),
            CompartmentHead::PURPOSE => check_statement::<CompartmentHead>(vector),
            AuthorStatement::PURPOSE => check_statement::<AuthorStatement>(vector),
            Revision::PURPOSE => check_statement::<Revision>(vector),
            KitProof::PURPOSE => check_statement::<KitProof>(vector),
            other => panic!("{other}"),
        };
    }
    done("statements", vectors.len(), refused, (22, 22 * 4));
}

fn check_statement<T: Payload>(vector: &Value) -> usize {
    let key = VerifyingKey::from_sec1_bytes(&unbytes(&vector["signing_key"])).unwrap();
    let signer = SigningKey::from_scalar(&fixed(&vector["signing_scalar"])).unwrap();
    assert_eq!(*signer.public(), key);
    let statement = unbytes(&vector["statement"]);
    let last = statement.len() * 8 - 1;
    // In the tag, the protected header, the payload and the signature.
    let bits = [0, 8 * 8, last / 2, last];
    for bit in bits {
        let bad = Unverified::<T>::from_bytes(flipped(&statement, bit));
        assert!(bad.verify(&key).is_err(), "{} bit {bit}", vector["name"]);
    }
    let verified = Unverified::<T>::from_bytes(statement.clone())
        .verify(&key)
        .unwrap();
    assert_eq!(verified.id(), hash(&vector["id"]));
    assert_eq!(render(&payload(&statement)), vector["payload"]);
    // Signing is deterministic: the same payload gives the same statement.
    let decoded: T = minicbor::decode(&payload(&statement)).unwrap();
    assert_eq!(sign(decoded, &signer).unwrap().as_bytes(), statement);
    bits.len()
}
