//! Recovery kits: what stands on paper, and what a kit signs.

use keepwell_shared::{
    bytes::Hash,
    statement::{KitProof, Signer, VERSION, Verified, sign},
};
use serde_json::{Value, json};

use super::{
    done,
    json::{bytes, fixed},
    load,
    world::{World, drawn, named},
};
use crate::{
    crypto::sign::SecretKey,
    error::Error,
    kit::{BadKit, Kit},
};

/// The kit of the other files.
pub(super) fn kit() -> [u8; 20] {
    drawn("recovery kit")
}

/// With what it signs.
pub(super) fn signer() -> SecretKey {
    Kit::of(kit()).signing_key().unwrap()
}

/// What it signs to be let at its account.
pub(super) fn proof(world: &World) -> Verified<KitProof> {
    let proof = KitProof {
        version: VERSION,
        username: world.patient.bundle.payload().username.clone(),
        recovery: named("recovery"),
        opaque: Hash(drawn("a message of OPAQUE")),
    };
    sign(proof, &signer()).unwrap()
}

pub(super) fn make() -> Vec<Value> {
    [kit(), [0; 20], [255; 20], drawn("another recovery kit")]
        .map(|kit| {
            json!({
                "kit": bytes(&kit),
                "text": Kit::of(kit).groups().join("-"),
                "signing_key": bytes(
                    Kit::of(kit).signing_key().unwrap().public().to_sec1_point(true).as_bytes(),
                ),
            })
        })
        .into()
}

#[test]
fn frozen_vectors_of_kits() {
    let vectors = load("kits");
    let mut refused = 0;
    for vector in &vectors {
        let text = vector["text"].as_str().unwrap();
        let read = Kit::parse(text).unwrap();
        let signing = read.signing_key().unwrap();
        let public = signing.public().to_sec1_point(true);
        assert_eq!(bytes(public.as_bytes()), vector["signing_key"]);
        let same = Kit::of(fixed(&vector["kit"]));
        assert_eq!(
            (read.groups(), read.key().id()),
            (same.groups(), same.key().id())
        );
        for (at, sign) in text.char_indices().filter(|(_, sign)| *sign != '-') {
            let other = if sign == 'A' { "B" } else { "A" };
            let mut wrong = text.to_owned();
            wrong.replace_range(at..=at, other);
            let expected = Error::BadKit(BadKit::Groups(1 << (at / 6)));
            assert_eq!(Kit::parse(&wrong).unwrap_err(), expected);
            refused += 1;
        }
    }
    done("recovery kits", vectors.len(), refused, (4, 4 * 40));
}
