//! Every kind of statement against every verifier and under every label: only the diagonal passes
//! (attack 12: a signature made for one purpose replayed in another).
//!
//! A new kind is one line in [`KINDS`]. A new label of a statement without one fails a test.

use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana};
use p256::ecdsa::VerifyingKey;

use super::{tests::Key, *};
use crate::{
    id::{AccountId, BlobId, ChartId, CompartmentId, GrantId, RecordId, RecoveryId},
    label,
};

/// What is signed for one kind, and how it is verified.
struct Kind {
    name: &'static str,
    purpose: &'static str,
    signed: fn(&Key) -> Vec<u8>,
    payload: fn(&Key) -> Vec<u8>,
    verify: fn(Vec<u8>, &VerifyingKey) -> Result<(), StatementError>,
    /// Verified by the id that something verified names, whoever signed it.
    verify_named: fn(Vec<u8>, Hash) -> Result<(), StatementError>,
    /// The id that bytes have as this kind.
    id: fn(Vec<u8>) -> Result<Hash, StatementError>,
    /// Whether bytes are a payload of this kind.
    fits: fn(Vec<u8>) -> bool,
}

macro_rules! kinds {
    ($($kind:ident: $sample:expr;)*) => {
        const KINDS: &[Kind] = &[$({
            fn sample(key: &Key) -> $kind {
                ($sample)(key)
            }
            Kind {
                name: stringify!($kind),
                purpose: $kind::PURPOSE,
                signed: |key| sign(sample(key), key).unwrap().as_bytes().to_vec(),
                payload: |key| encode(&sample(key)).unwrap(),
                verify: |bytes, key| {
                    Unverified::<$kind>::from_bytes(bytes).verify(key).map(drop)
                },
                verify_named: |bytes, id| {
                    let named = Unverified::<$kind>::from_bytes(bytes).verify_named(id)?;
                    assert_eq!(named.id(), id);
                    Ok(())
                },
                id: |bytes| Unverified::<$kind>::from_bytes(bytes).id(),
                fits: |bytes| {
                    minicbor::decode::<$kind>(&bytes)
                        .is_ok_and(|payload| encode(&payload).unwrap() == bytes)
                },
            }
        }),*];
    };
}

kinds! {
    KeyBundle: key_bundle;
    AccountHead: |_| account_head();
    ChartHead: |_| chart_head();
    CompartmentHead: |_| compartment_head();
    Grant: |_| grant();
    Revision: |_| revision();
    AuthorStatement: |_| author_statement();
    KitProof: |_| kit_proof();
}

fn key_bundle(key: &Key) -> KeyBundle {
    KeyBundle {
        version: VERSION,
        account: AccountId::from([1; 16]),
        username: "patient-one".into(),
        role: Role::Patient,
        signing: Bytes(key.public().to_sec1_point(true).as_bytes().to_vec()),
        wrapping: Bytes(vec![2; 1249]),
        at: 3,
    }
}

fn account_head() -> AccountHead {
    AccountHead {
        version: VERSION,
        account: AccountId::from([1; 16]),
        counter: 2,
        previous: Some(Hash([3; 32])),
        replaces: Vec::new(),
        at: 4,
        generation: 5,
        bundle: Hash([6; 32]),
        account_key: Hash([7; 32]),
        identity: Hash([8; 32]),
        change: Change::Password,
        password_at: 4,
        kit: Some(RecoveryKit {
            signing: Bytes(vec![2; 33]),
            account_key: Hash([9; 32]),
            at: 3,
        }),
    }
}

fn kit_proof() -> KitProof {
    KitProof {
        version: VERSION,
        username: "patient-one".into(),
        recovery: RecoveryId::from([1; 16]),
        opaque: Hash([2; 32]),
    }
}

fn chart_head() -> ChartHead {
    ChartHead {
        version: VERSION,
        chart: ChartId::from([1; 16]),
        owner: AccountId::from([1; 16]),
        counter: 2,
        previous: Some(Hash([3; 32])),
        replaces: vec![Hash([4; 32])],
        account: Hash([5; 32]),
        at: 4,
        compartments: vec![HeadCompartment {
            compartment: CompartmentId::from([1; 16]),
            head: Hash([6; 32]),
        }],
        grants: vec![Hash([7; 32])],
    }
}

fn compartment_head() -> CompartmentHead {
    CompartmentHead {
        version: VERSION,
        chart: ChartId::from([1; 16]),
        owner: AccountId::from([1; 16]),
        compartment: CompartmentId::from([1; 16]),
        counter: 2,
        previous: Some(Hash([3; 32])),
        replaces: vec![Hash([4; 32])],
        at: 4,
        epoch: 5,
        key_id: Hash([6; 32]),
        entries: 7,
        revisions: 8,
        root: Hash([9; 32]),
        readers: vec![Hash([10; 32])],
        authors: vec![seen_author()],
    }
}

fn grant() -> Grant {
    Grant {
        version: VERSION,
        grant: GrantId::from([1; 16]),
        chart: ChartId::from([1; 16]),
        grantor: AccountId::from([1; 16]),
        grantee: AccountId::from([2; 16]),
        grantee_bundle: Hash([3; 32]),
        at: 4,
        keys: vec![GrantedKey {
            compartment: CompartmentId::from([1; 16]),
            epoch: 5,
            key_id: Hash([6; 32]),
            enc: Bytes(vec![7; 1153]),
            sealed: Bytes(vec![8; 49]),
        }],
    }
}

fn revision() -> Revision {
    let content = Content {
        sealed_length: 4112,
        root: Hash([2; 32]),
        salt: Bytes(vec![3; 24]),
        commitment: Hash([4; 32]),
        content_key: Bytes(vec![5; 93]),
    };
    Revision {
        version: VERSION,
        chart: ChartId::from([1; 16]),
        compartment: CompartmentId::from([1; 16]),
        record: RecordId::from([1; 16]),
        number: 1,
        parent: None,
        author: AccountId::from([1; 16]),
        at: 6,
        epoch: 7,
        record_key: Bytes(vec![8; 93]),
        entry: content.clone(),
        file: Some(BlobContent {
            blob: BlobId::from([1; 16]),
            content,
        }),
        state: State::Live,
        origin: Some(Origin {
            author: AccountId::from([2; 16]),
            statement: Hash([9; 32]),
        }),
    }
}

fn seen_author() -> SeenAuthor {
    SeenAuthor {
        author: AccountId::from([2; 16]),
        number: 3,
        statement: Hash([4; 32]),
    }
}

fn author_statement() -> AuthorStatement {
    let revision = revision();
    AuthorStatement {
        version: VERSION,
        chart: revision.chart,
        compartment: revision.compartment,
        author: AccountId::from([1; 16]),
        bundle: Hash([2; 32]),
        number: 2,
        previous: Some(Hash([3; 32])),
        replaces: vec![Hash([4; 32])],
        head_counter: 5,
        head: Hash([6; 32]),
        seen: vec![seen_author()],
        at: 7,
        record: revision.record,
        answers: Some(Hash([8; 32])),
        key_id: Hash([9; 32]),
        enclosure: Hash([32; 32]),
    }
}

/// A statement of the one shape, with any payload under any label.
fn sign_under(purpose: &str, payload: Vec<u8>, key: &Key) -> Vec<u8> {
    CoseSign1Builder::new()
        .protected(
            HeaderBuilder::new()
                .algorithm(iana::Algorithm::ES256)
                .key_id(SigningKeyId::of(key.public()).0.0.to_vec())
                .build(),
        )
        .payload(payload)
        .create_signature(purpose.as_bytes(), |message| key.sign(message).to_vec())
        .build()
        .to_tagged_vec()
        .unwrap()
}

#[test]
fn every_statement_verifies_as_its_own_kind_only() {
    let key = Key::new(1);
    for signed in KINDS {
        for verifier in KINDS {
            let said = (verifier.verify)((signed.signed)(&key), key.public());
            let expected = if signed.name == verifier.name {
                Ok(())
            } else if (verifier.fits)((signed.payload)(&key)) {
                Err(StatementError::Signature)
            } else {
                Err(StatementError::Malformed)
            };
            assert_eq!(said, expected, "{} as {}", signed.name, verifier.name);
        }
    }
}

/// The same for what verifies by its name: only the right kind under its own id passes, and no two
/// of these ids are equal.
#[test]
fn every_statement_verifies_by_its_own_id_as_its_own_kind_only() {
    let key = Key::new(1);
    let bytes = |kind: &Kind| (kind.signed)(&key);
    let id_of = |kind: &Kind| (kind.id)(bytes(kind)).unwrap();
    for signed in KINDS {
        for verifier in KINDS {
            let is_same = signed.name == verifier.name;
            // As another kind it is hashed under another label.
            let read_as = (verifier.id)(bytes(signed)).unwrap();
            assert_eq!(read_as == id_of(signed), is_same, "{}", verifier.name);
            for named in KINDS {
                let said = (verifier.verify_named)(bytes(signed), id_of(named));
                let expected = match is_same {
                    true if named.name == signed.name => Ok(()),
                    true => Err(StatementError::Signature),
                    false => Err(StatementError::Malformed),
                };
                let (a, b, c) = (signed.name, verifier.name, named.name);
                assert_eq!(said, expected, "{a} as {b} by the id of {c}");
            }
            // Nor when the one who names it takes it for the wrong kind as well.
            if !is_same {
                let said = (verifier.verify_named)(bytes(signed), read_as);
                assert_eq!(said, Err(StatementError::Malformed), "{}", signed.name);
            }
        }
    }
}

/// What was signed for another purpose has another id, although the payload is the same.
#[test]
fn every_payload_is_named_under_its_own_label_only() {
    let key = Key::new(1);
    for kind in KINDS {
        for label::Label { name, text, .. } in label::ALL {
            let signed = sign_under(text, (kind.payload)(&key), &key);
            let cose = CoseSign1::from_tagged_slice(&signed).unwrap();
            let id = Hash::of(&cose.tbs_data(text.as_bytes()));
            let expected = match *text == kind.purpose {
                true => Ok(()),
                false => Err(StatementError::Signature),
            };
            let said = (kind.verify_named)(signed, id);
            assert_eq!(said, expected, "{} under {name}", kind.name);
        }
    }
}

/// The payload is right, and so is the key: the label alone tells them apart.
#[test]
fn every_payload_verifies_under_its_own_label_only() {
    let key = Key::new(1);
    let mut tried = 0;
    for kind in KINDS {
        for label::Label { name, text, .. } in label::ALL {
            let signed = sign_under(text, (kind.payload)(&key), &key);
            let expected = match *text == kind.purpose {
                true => Ok(()),
                false => Err(StatementError::Signature),
            };
            let said = (kind.verify)(signed, key.public());
            assert_eq!(said, expected, "{} under {name}", kind.name);
            tried += 1;
        }
        // Labels that nobody wrote down.
        let (cut, longer) = (&kind.purpose[1..], format!("{} ", kind.purpose));
        for text in ["", cut, &longer, "Signature1"] {
            let signed = sign_under(text, (kind.payload)(&key), &key);
            let said = (kind.verify)(signed, key.public());
            assert_eq!(said, Err(StatementError::Signature), "{}", kind.name);
        }
    }
    assert!(tried >= KINDS.len() * 20);
}

/// What a key signs of itself is no exception, and no other statement passes for it.
#[test]
fn a_key_bundle_that_speaks_for_itself_is_a_key_bundle() {
    let key = Key::new(1);
    let own = |bytes| Unverified::<KeyBundle>::from_bytes(bytes).verify_own();
    for kind in KINDS {
        let said = own((kind.signed)(&key)).map(drop);
        match kind.name {
            "KeyBundle" => assert_eq!(said, Ok(())),
            name => assert_eq!(said, Err(StatementError::Malformed), "{name}"),
        }
    }
    for label::Label { name, text, .. } in label::ALL {
        let signed = sign_under(text, encode(&key_bundle(&key)).unwrap(), &key);
        let expected = match *text == label::KEY_BUNDLE {
            true => Ok(()),
            false => Err(StatementError::Signature),
        };
        assert_eq!(own(signed).map(drop), expected, "under {name}");
    }
    // Signed by another key than the one inside.
    let signed = sign(key_bundle(&key), &Key::new(2)).unwrap();
    assert_eq!(
        own(signed.as_bytes().to_vec()).map(drop),
        Err(StatementError::Signature)
    );
}

#[test]
fn no_kind_verifies_with_another_key() {
    let (key, other) = (Key::new(1), Key::new(2));
    for kind in KINDS {
        assert_eq!(
            (kind.verify)((kind.signed)(&key), other.public()),
            Err(StatementError::Signature),
            "{}",
            kind.name
        );
    }
}

#[test]
fn every_label_of_a_statement_has_a_row() {
    let mut rows: Vec<_> = KINDS.iter().map(|kind| kind.purpose).collect();
    let mut labels: Vec<_> = label::for_jobs(&["COSE external_aad of"]).collect();
    rows.sort_unstable();
    labels.sort_unstable();
    assert_eq!(rows, labels);
}
