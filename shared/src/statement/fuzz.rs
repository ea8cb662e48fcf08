//! What a hostile server may send as a statement, and what a hostile signer may sign.

#![expect(clippy::expect_used, reason = "a target fails by panicking")]

use std::sync::OnceLock;

use coset::TaggedCborSerializable;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey, signature::Signer as _};

use super::{
    AccountHead, AuthorStatement, BlobContent, Change, ChartHead, CompartmentHead, Content,
    Enclosure, Grant, GrantedKey, HeadCompartment, KeyBundle, KitProof, MAX_LENGTH, Origin,
    Payload, RecoveryKit, Revision, Role, SeenAuthor, Signer, State, StatementError, Unverified,
    VERSION, Verified, WrappedKey, decode_payload, encode, sign,
};
use crate::{
    bytes::{Bytes, Hash},
    fuzz::Target,
    id::{AccountId, BlobId, ChartId, CompartmentId, GrantId, RecordId, RecoveryId},
    username::Username,
};

/// One line for each kind, with a payload that is in order. Two targets come of it: `statement-..`
/// is fed with whole statements, `payload-..` with payloads that their signer did sign.
macro_rules! kinds {
    ($($name:ident = $payload:expr;)*) => {
        /// The targets of every kind of statement.
        pub(crate) fn targets() -> Vec<Target> {
            let own = Target {
                name: "statement-KeyBundle-own",
                run: arrives_as_own_bundle,
                samples: || vec![signed(bundle())],
            };
            let enclosure = Target {
                name: "author-enclosure",
                run: is_enclosed,
                samples: || enclosure().to_bytes().into_iter().map(|bytes| bytes.0).collect(),
            };
            vec![own, enclosure, $(
                Target {
                    name: concat!("statement-", stringify!($name)),
                    run: arrives::<$name>,
                    samples: || vec![signed($payload)],
                },
                Target {
                    name: concat!("payload-", stringify!($name)),
                    run: is_signed::<$name>,
                    samples: || encode(&$payload).into_iter().collect(),
                },
            )*]
        }
    };
}

kinds! {
    KeyBundle = bundle();
    AccountHead = account_head();
    ChartHead = chart_head();
    CompartmentHead = compartment_head();
    Grant = grant();
    Revision = revision();
    AuthorStatement = author_statement();
    KitProof = kit_proof();
}

fn bundle() -> KeyBundle {
    KeyBundle {
        version: VERSION,
        account: AccountId::from([1; 16]),
        username: "anna".into(),
        role: Role::Doctor,
        signing: Bytes(key().public().to_sec1_point(true).as_bytes().to_vec()),
        wrapping: Bytes(vec![4; 1249]),
        at: 1,
    }
}

fn account_head() -> AccountHead {
    AccountHead {
        version: VERSION,
        account: AccountId::from([1; 16]),
        counter: 3,
        previous: Some(Hash([4; 32])),
        replaces: vec![Hash([8; 32])],
        at: 1_000_000_000,
        generation: 1,
        bundle: Hash([5; 32]),
        account_key: Hash([6; 32]),
        identity: Hash([7; 32]),
        change: Change::Recovered,
        password_at: 1_000_000_000,
        kit: Some(RecoveryKit {
            signing: bundle().signing,
            account_key: Hash([9; 32]),
            at: 1_000_000_000,
        }),
    }
}

fn kit_proof() -> KitProof {
    KitProof {
        version: VERSION,
        username: "anna".into(),
        recovery: RecoveryId::from([33; 16]),
        opaque: Hash([34; 32]),
    }
}

fn chart_head() -> ChartHead {
    ChartHead {
        version: VERSION,
        chart: ChartId::from([2; 16]),
        owner: AccountId::from([1; 16]),
        counter: 3,
        previous: Some(Hash([4; 32])),
        replaces: vec![Hash([5; 32])],
        account: Hash([6; 32]),
        at: 1_000_000_000,
        compartments: vec![HeadCompartment {
            compartment: CompartmentId::from([5; 16]),
            head: Hash([6; 32]),
        }],
        grants: vec![Hash([7; 32])],
    }
}

fn compartment_head() -> CompartmentHead {
    CompartmentHead {
        version: VERSION,
        chart: ChartId::from([2; 16]),
        owner: AccountId::from([1; 16]),
        compartment: CompartmentId::from([5; 16]),
        counter: 3,
        previous: Some(Hash([4; 32])),
        replaces: vec![Hash([5; 32])],
        at: 1_000_000_000,
        epoch: 1,
        key_id: Hash([6; 32]),
        entries: 2,
        revisions: 3,
        root: Hash([7; 32]),
        readers: vec![Hash([21; 32])],
        authors: vec![seen_author()],
    }
}

fn grant() -> Grant {
    Grant {
        version: VERSION,
        grant: GrantId::from([8; 16]),
        chart: ChartId::from([2; 16]),
        grantor: AccountId::from([1; 16]),
        grantee: AccountId::from([9; 16]),
        grantee_bundle: Hash([10; 32]),
        at: 1_000_000_000,
        keys: vec![GrantedKey {
            compartment: CompartmentId::from([5; 16]),
            epoch: 1,
            key_id: Hash([6; 32]),
            enc: Bytes(vec![11; 40]),
            sealed: Bytes(vec![12; 49]),
        }],
    }
}

fn revision() -> Revision {
    let content = Content {
        sealed_length: 4112,
        root: Hash([13; 32]),
        salt: Bytes(vec![14; 24]),
        commitment: Hash([15; 32]),
        content_key: Bytes(vec![16; 93]),
    };
    Revision {
        version: VERSION,
        chart: ChartId::from([2; 16]),
        compartment: CompartmentId::from([5; 16]),
        record: RecordId::from([17; 16]),
        number: 2,
        parent: Some(Hash([18; 32])),
        author: AccountId::from([1; 16]),
        at: 1_000_000_000,
        epoch: 1,
        record_key: Bytes(vec![19; 93]),
        entry: content.clone(),
        file: Some(BlobContent {
            blob: BlobId::from([20; 16]),
            content,
        }),
        state: State::Moved,
        origin: Some(Origin {
            author: AccountId::from([9; 16]),
            statement: Hash([22; 32]),
        }),
    }
}

fn seen_author() -> SeenAuthor {
    SeenAuthor {
        author: AccountId::from([9; 16]),
        number: 4,
        statement: Hash([23; 32]),
    }
}

fn author_statement() -> AuthorStatement {
    let revision = revision();
    AuthorStatement {
        version: VERSION,
        chart: revision.chart,
        compartment: revision.compartment,
        author: AccountId::from([9; 16]),
        bundle: Hash([24; 32]),
        number: 2,
        previous: Some(Hash([25; 32])),
        replaces: vec![Hash([26; 32])],
        head_counter: 3,
        head: Hash([27; 32]),
        seen: vec![seen_author()],
        at: 1_000_000_000,
        record: revision.record,
        answers: Some(Hash([28; 32])),
        key_id: Hash([29; 32]),
        enclosure: Hash([32; 32]),
    }
}

fn enclosure() -> Enclosure {
    let revision = revision();
    let wrap = WrappedKey {
        enc: Bytes(vec![30; 40]),
        sealed: Bytes(vec![31; 48]),
    };
    Enclosure {
        version: VERSION,
        entry: revision.entry,
        file: revision.file,
        wraps: vec![Some(wrap), None],
    }
}

/// What a statement encloses: its author may be hostile, too.
fn is_enclosed(bytes: &[u8]) -> bool {
    let bytes = Bytes(bytes.to_vec());
    let statement = AuthorStatement {
        enclosure: Enclosure::hash(&bytes),
        ..author_statement()
    };
    let signed = sign(statement, key()).expect("a payload that is in order");
    let Ok(enclosed) = signed.enclosed(&bytes) else {
        return false;
    };
    assert_eq!(enclosed.version, VERSION);
    assert_eq!(enclosed.to_bytes().as_ref(), Ok(&bytes), "has two forms");
    let other = sign(author_statement(), key()).expect("a payload that is in order");
    assert!(other.enclosed(&bytes).is_err(), "is that of another one");
    true
}

/// The one key that signs here.
struct Key(SigningKey);

fn key() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| Key(SigningKey::from_slice(&[1; 32]).expect("a scalar")))
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

fn signed<T: Payload>(payload: T) -> Vec<u8> {
    let signed = sign(payload, key()).expect("a payload that is in order");
    signed.as_bytes().to_vec()
}

/// Whole statements.
fn arrives<T: Payload + Clone>(bytes: &[u8]) -> bool {
    let arrived = Unverified::<T>::from_bytes(bytes.to_vec());
    is_named::<T>(&arrived);
    match arrived.verify(key().public()) {
        Ok(verified) => {
            holds(&verified, bytes);
            true
        }
        Err(_) => false,
    }
}

/// By its id a statement verifies whoever signed it, and by no other one; its payload is read no
/// less strictly.
fn is_named<T: Payload + Clone>(arrived: &Unverified<T>) {
    let Ok(id) = arrived.id() else {
        let said = arrived.verify_named(Hash([0; 32]));
        assert!(said.is_err(), "has no id and is named");
        return;
    };
    let mut other = id;
    other.0[0] ^= 1;
    assert!(arrived.verify_named(other).is_err(), "has another id");
    if let Ok(named) = arrived.verify_named(id) {
        assert_eq!(named.id(), id);
        assert_eq!(named.as_bytes(), arrived.as_bytes());
        let payload = encode(named.payload()).expect("what was read can be written");
        let cose = arrived.parse().expect("what has an id has the one shape");
        assert_eq!(cose.payload, payload, "has two forms");
    }
}

/// Bundles, which bring their own key.
fn arrives_as_own_bundle(bytes: &[u8]) -> bool {
    let arrived = Unverified::<KeyBundle>::from_bytes(bytes.to_vec());
    let Ok(verified) = arrived.verify_own() else {
        return false;
    };
    let bundle = verified.payload();
    let name = Username::parse(&bundle.username).expect("a user name");
    assert_eq!(name.as_str(), bundle.username, "is canonical");
    let own = bundle.signing_key().expect("a key");
    assert!(arrived.verify(&own).is_ok(), "holds with the key inside");
    assert_eq!(verified.as_bytes(), bytes);
    true
}

/// Payloads: whoever signs may be hostile too.
fn is_signed<T: Payload + Clone>(bytes: &[u8]) -> bool {
    let unsigned = super::envelope::Envelope {
        kid: &[0; 32],
        payload: bytes,
        signature: &[0; 64],
    };
    let Ok(payload) = decode_payload::<T>(&unsigned) else {
        return false;
    };
    assert_eq!(encode(&payload).as_deref(), Ok(bytes), "has two forms");
    let signed = sign(payload, key()).expect("what was read can be written");
    let verified = signed.to_unverified().verify(key().public());
    if signed.as_bytes().len() > MAX_LENGTH {
        assert_eq!(verified.err(), Some(StatementError::Malformed));
        return false;
    }
    let verified = verified.expect("what was signed verifies");
    assert_eq!(verified.id(), signed.id());
    holds(&verified, signed.as_bytes());
    true
}

/// What verified has the one version and the one form: signing its payload gives it again, because
/// signatures are deterministic.
fn holds<T: Payload + Clone>(verified: &Verified<T>, bytes: &[u8]) {
    assert_eq!(verified.payload().version(), VERSION);
    assert_eq!(verified.as_bytes(), bytes);
    let named = verified.to_unverified().verify_named(verified.id());
    assert_eq!(named.map(|named| named.id()), Ok(verified.id()));
    let again = sign(verified.payload().clone(), key()).expect("it was signed before");
    assert_eq!((again.as_bytes(), again.id()), (bytes, verified.id()));
    // A general reader of COSE sees the same.
    let other = coset::CoseSign1::from_tagged_slice(bytes).expect("a COSE_Sign1");
    assert!(other.unprotected.is_empty());
    let again = other.to_tagged_vec().expect("what was read can be written");
    assert_eq!(again, bytes, "another form");
}
