use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use p256::ecdsa::{SigningKey, signature::Signer as _};

use super::*;
use crate::id::{AccountId, ChartId};

pub(super) struct Key(SigningKey);

impl Key {
    pub(super) fn new(seed: u8) -> Self {
        Self(SigningKey::from_slice(&[seed; 32]).unwrap())
    }
}

impl Signer for Key {
    fn public(&self) -> &VerifyingKey {
        self.0.verifying_key()
    }
    fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.normalize_s().to_bytes().into()
    }
}

fn head() -> ChartHead {
    ChartHead {
        version: VERSION,
        chart: ChartId::from([1; 16]),
        owner: AccountId::from([2; 16]),
        counter: 3,
        previous: Some(Hash([4; 32])),
        replaces: vec![],
        account: Hash([6; 32]),
        at: 5,
        compartments: vec![],
        grants: vec![],
    }
}

#[test]
fn a_statement_verifies_with_its_key_only() {
    let key = Key::new(1);
    let signed = sign(head(), &key).unwrap();
    let arrived = Unverified::<ChartHead>::from_bytes(signed.as_bytes().to_vec());
    let verified = arrived.verify(key.public()).unwrap();
    assert_eq!(verified.payload(), &head());
    assert_eq!(verified.id(), signed.id());
    assert_eq!(
        arrived.verify(Key::new(2).public()).unwrap_err(),
        StatementError::Signature
    );
}

#[test]
fn every_flipped_bit_is_refused() {
    let key = Key::new(1);
    let signed = sign(head(), &key).unwrap();
    for at in 0..signed.as_bytes().len() {
        for bit in 0..8 {
            let mut bytes = signed.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            assert!(
                Unverified::<ChartHead>::from_bytes(bytes)
                    .verify(key.public())
                    .is_err(),
                "byte {at} bit {bit}"
            );
        }
    }
}

#[test]
fn truncated_and_extended_statements_are_refused() {
    let key = Key::new(1);
    let signed = sign(head(), &key).unwrap();
    for cut in 0..signed.as_bytes().len() {
        let bytes = signed.as_bytes()[..cut].to_vec();
        assert!(
            Unverified::<ChartHead>::from_bytes(bytes)
                .verify(key.public())
                .is_err()
        );
    }
    let mut longer = signed.as_bytes().to_vec();
    longer.push(0);
    assert_eq!(
        Unverified::<ChartHead>::from_bytes(longer)
            .verify(key.public())
            .unwrap_err(),
        StatementError::Malformed
    );
}

#[test]
fn the_other_half_of_a_malleable_signature_is_refused() {
    let key = Key::new(1);
    let signed = sign(head(), &key).unwrap();
    let mut cose = CoseSign1::from_tagged_slice(signed.as_bytes()).unwrap();
    let signature = Signature::from_slice(&cose.signature).unwrap();
    let high = Signature::from_scalars(*signature.r(), -*signature.s()).unwrap();
    cose.signature = high.to_bytes().to_vec();
    let bytes = cose.to_tagged_vec().unwrap();
    assert_eq!(
        Unverified::<ChartHead>::from_bytes(bytes)
            .verify(key.public())
            .unwrap_err(),
        StatementError::Signature
    );
}

#[test]
fn an_unknown_version_is_refused_by_name() {
    let key = Key::new(1);
    for version in (0..=255).filter(|v| *v != VERSION) {
        let signed = sign(ChartHead { version, ..head() }, &key).unwrap();
        assert_eq!(
            signed.to_unverified().verify(key.public()).unwrap_err(),
            StatementError::Version
        );
    }
}

#[test]
fn a_statement_of_one_kind_is_none_of_another() {
    let key = Key::new(1);
    let bytes = sign(head(), &key).unwrap().as_bytes().to_vec();
    assert!(
        Unverified::<Grant>::from_bytes(bytes.clone())
            .verify(key.public())
            .is_err()
    );
    assert!(
        Unverified::<Revision>::from_bytes(bytes.clone())
            .verify(key.public())
            .is_err()
    );
    assert!(
        Unverified::<KeyBundle>::from_bytes(bytes)
            .verify_own()
            .is_err()
    );
}

/// Same payload, non-shortest integer: valid CBOR, valid signature, refused all the same.
#[test]
fn a_second_spelling_is_refused() {
    let key = Key::new(1);
    let mut payload = encode(&head()).unwrap();
    let counter = payload.iter().position(|b| *b == 3).unwrap();
    payload.splice(counter..=counter, [0x18, 3]);
    let cose = CoseSign1Builder::new()
        .protected(
            HeaderBuilder::new()
                .algorithm(iana::Algorithm::ES256)
                .key_id(SigningKeyId::of(key.public()).0.0.to_vec())
                .build(),
        )
        .payload(payload)
        .create_signature(ChartHead::PURPOSE.as_bytes(), |message| {
            key.sign(message).to_vec()
        })
        .build();
    let arrived = Unverified::<ChartHead>::from_bytes(cose.to_tagged_vec().unwrap());
    assert_eq!(
        arrived.verify(key.public()).unwrap_err(),
        StatementError::Malformed
    );
}

#[test]
fn a_named_statement_needs_its_id_and_nothing_else_does() {
    let key = Key::new(1);
    let signed = sign(head(), &key).unwrap();
    let arrived = signed.to_unverified();
    assert_eq!(arrived.id(), Ok(signed.id()));
    assert_eq!(
        arrived.verify_named(signed.id()).unwrap().payload(),
        &head()
    );
    let other = sign(ChartHead { at: 6, ..head() }, &key).unwrap();
    assert_eq!(
        arrived.verify_named(other.id()).unwrap_err(),
        StatementError::Signature
    );
    // The same words by another signer are another statement: the kid is part of it.
    let forged = sign(head(), &Key::new(2)).unwrap();
    assert_eq!(
        forged
            .to_unverified()
            .verify_named(signed.id())
            .unwrap_err(),
        StatementError::Signature
    );
    // As another kind it has another id.
    let kind = Unverified::<AccountHead>::from_bytes(signed.as_bytes().to_vec());
    assert_eq!(
        kind.verify_named(signed.id()).unwrap_err(),
        StatementError::Malformed
    );
}
