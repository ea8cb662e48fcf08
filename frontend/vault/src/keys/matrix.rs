//! Every ciphertext against every opener, with the same key: only the diagonal opens (attack 12).
//!
//! All keys here are the same 32 bytes, so that nothing but kind, context and label can tell two
//! ciphertexts apart. A new kind is one entry in [`kinds`], a new place one line in [`places`]; a
//! new label without one fails a test.

mod derivations;
mod places;
mod remembered;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::root,
    id::{AccountId, ChartId, CompartmentId, GrantId, RecordId, SessionId},
    label,
    statement::{Role, WrappedKey},
    username::Username,
};
use zeroize::Zeroizing;

use super::*;
use crate::{
    book::Book,
    crypto::{
        content::{MessageKeys, open_small, seal_small},
        hpke,
    },
    device::Device,
    identity::Identity,
};

/// The bytes of every key.
const SAME: [u8; 32] = [7; 32];
/// The length of an encapsulated key of HPKE.
const ENC: usize = 1153;
const SALT: usize = 24;
const COMMITMENT: usize = 32;

/// A ciphertext as one string of bytes, how it is made and how it is opened.
struct Sealing {
    name: &'static str,
    label: &'static str,
    seal: fn() -> Vec<u8>,
    open: fn(&[u8]) -> Result<(), Error>,
}

fn account() -> AccountId {
    AccountId::from([1; 16])
}

fn session() -> SessionId {
    SessionId::from([1; 16])
}

fn chart() -> ChartId {
    ChartId::from([1; 16])
}

fn compartment() -> CompartmentId {
    CompartmentId::from([1; 16])
}

fn record() -> RecordId {
    RecordId::from([1; 16])
}

fn bytes(envelope: &[u8]) -> Bytes {
    Bytes(envelope.to_vec())
}

/// Everything that the vault seals, through the very functions that the flows call.
fn kinds() -> Vec<Sealing> {
    let mut all = vec![
        Sealing {
            name: "AccountKey",
            label: label::WRAP_ACCOUNT_KEY,
            seal: || {
                let context = Context::AccountKey(account());
                UnlockKey(SAME).wrap(&AccountKey(SAME), &context).unwrap().0
            },
            open: |envelope| {
                let context = Context::AccountKey(account());
                let key = UnlockKey(SAME).unwrap_key(&bytes(envelope), &context)?;
                assert_eq!(key.0, SAME);
                Ok(())
            },
        },
        Sealing {
            name: "AccountKey, by the kit",
            label: label::WRAP_ACCOUNT_KEY_KIT,
            seal: || {
                let context = Context::KitAccountKey(account());
                KitKey(SAME).wrap(&AccountKey(SAME), &context).unwrap().0
            },
            open: |envelope| {
                let context = Context::KitAccountKey(account());
                let key = KitKey(SAME).unwrap_key(&bytes(envelope), &context)?;
                assert_eq!(key.0, SAME);
                Ok(())
            },
        },
        Sealing {
            name: "ReturnKey",
            label: label::WRAP_RETURN_KEY,
            seal: || {
                let context = Context::ReturnKey(session());
                let key = ReturnKey::from_bytes(SAME);
                UnlockKey(SAME).wrap_return(&key, &context).unwrap().0
            },
            open: |envelope| {
                let context = Context::ReturnKey(session());
                let key = UnlockKey(SAME).unwrap_return(&bytes(envelope), &context)?;
                assert_eq!(*key.expose(), SAME);
                Ok(())
            },
        },
        Sealing {
            name: "identity",
            label: label::SEAL_IDENTITY,
            seal: || {
                let name = Username::parse("patient-one").unwrap();
                let identity = Identity::make(account(), &name, Role::Patient, 1).unwrap();
                identity.seal(&AccountKey(SAME)).unwrap().0
            },
            open: |envelope| {
                Identity::open(&AccountKey(SAME), account(), &bytes(envelope)).map(drop)
            },
        },
        Sealing {
            name: "address book",
            label: label::SEAL_ADDRESS_BOOK,
            seal: || {
                let name = Username::parse("doctor-one").unwrap();
                let other = Identity::make(account(), &name, Role::Doctor, 1).unwrap();
                let book = Book::default().with(other.bundle);
                book.seal(&AccountKey(SAME), account()).unwrap().0
            },
            open: |envelope| {
                Book::open(&AccountKey(SAME), account(), 1, &bytes(envelope)).map(drop)
            },
        },
        Sealing {
            name: "device",
            label: label::SEAL_DEVICE,
            seal: || {
                let device = Device::from_user_agent("", false);
                let session = SessionId::from([1; 16]);
                device
                    .seal(&AccountKey(SAME), account(), session)
                    .unwrap()
                    .0
            },
            open: |envelope| {
                let session = SessionId::from([1; 16]);
                Device::open(&AccountKey(SAME), account(), session, &bytes(envelope)).map(drop)
            },
        },
        Sealing {
            name: "CompartmentKey, own",
            label: label::WRAP_COMPARTMENT_OWN,
            seal: || {
                let context = Context::CompartmentOwn(chart(), compartment(), 1);
                let key = CompartmentKey(SAME);
                AccountKey(SAME).wrap(&key, 1, &context).unwrap().0
            },
            open: |envelope| {
                let context = Context::CompartmentOwn(chart(), compartment(), 1);
                let (key, category) = AccountKey(SAME).unwrap_key(&bytes(envelope), &context)?;
                assert_eq!((key.0, category), (SAME, 1));
                Ok(())
            },
        },
        Sealing {
            name: "CompartmentKey, back",
            label: label::WRAP_COMPARTMENT_BACK,
            seal: || {
                let context = Context::CompartmentBack(chart(), compartment(), 1);
                let older = CompartmentKey(SAME);
                CompartmentKey(SAME).wrap_older(&older, &context).unwrap().0
            },
            open: |envelope| {
                let context = Context::CompartmentBack(chart(), compartment(), 1);
                let key = CompartmentKey(SAME).unwrap_older(&bytes(envelope), &context)?;
                assert_eq!(key.0, SAME);
                Ok(())
            },
        },
        Sealing {
            name: "RecordKey",
            label: label::WRAP_RECORD_KEY,
            seal: || {
                let context = Context::RecordKey(chart(), compartment(), 1, record());
                let key = RecordKey(SAME);
                CompartmentKey(SAME).wrap(&key, &context).unwrap().0
            },
            open: |envelope| {
                let context = Context::RecordKey(chart(), compartment(), 1, record());
                let key = CompartmentKey(SAME).unwrap_key(&bytes(envelope), &context)?;
                assert_eq!(key.0, SAME);
                Ok(())
            },
        },
        Sealing {
            name: "ContentKey of an entry",
            label: label::WRAP_CONTENT_KEY,
            seal: || wrap_content_key(Kind::Entry),
            open: |envelope| open_content_key(Kind::Entry, envelope),
        },
        Sealing {
            name: "ContentKey of a file",
            label: label::WRAP_CONTENT_KEY,
            seal: || wrap_content_key(Kind::File),
            open: |envelope| open_content_key(Kind::File, envelope),
        },
        Sealing {
            name: "CompartmentKey, granted",
            label: label::HPKE_GRANT,
            seal: || {
                let (info, context) = granted();
                let plain = CompartmentKey(SAME).with_category(1);
                seal_hpke(&info, &context, &plain)
            },
            open: |message| {
                let (info, context) = granted();
                let (key, category) =
                    CompartmentKey::from_wrapped(&open_hpke(&info, &context, message)?)?;
                assert_eq!((key.0, category), (SAME, 1));
                Ok(())
            },
        },
        Sealing {
            name: "RecordKey, by another author",
            label: label::HPKE_ENTRY,
            seal: || {
                let public = wrapping().public();
                let wrap = RecordKey(SAME).seal_to(&public, &written().0).unwrap();
                [wrap.enc.0, wrap.sealed.0].concat()
            },
            open: |message| {
                let (enc, sealed) = message.split_at_checked(ENC).ok_or(Distrust::Content)?;
                let (enc, sealed) = (bytes(enc), bytes(sealed));
                let (named, wrap) = (RecordKey(SAME).id(), WrappedKey { enc, sealed });
                let key = RecordKey::open_from(&wrapping(), &written().0, named, &wrap)?;
                assert_eq!(key.0, SAME);
                Ok(())
            },
        },
        Sealing {
            name: "entry",
            label: label::CONTENT_ENTRY,
            seal: || seal_content(&entry().encode()),
            open: |message| open_content(&entry().encode(), message).map(drop),
        },
        Sealing {
            name: "file",
            label: label::CONTENT_FILE,
            seal: || seal_content(&Context::File(chart(), record()).encode()),
            open: |message| {
                open_content(&Context::File(chart(), record()).encode(), message).map(drop)
            },
        },
    ];
    all.extend(remembered::kinds());
    all
}

fn entry() -> Context {
    Context::Entry(chart(), compartment(), record(), 1)
}

fn wrap_content_key(kind: Kind) -> Vec<u8> {
    let context = Context::ContentKey(chart(), record(), kind);
    RecordKey(SAME).wrap(&ContentKey(SAME), &context).unwrap().0
}

fn open_content_key(kind: Kind, envelope: &[u8]) -> Result<(), Error> {
    let context = Context::ContentKey(chart(), record(), kind);
    let key = RecordKey(SAME).unwrap_key(&bytes(envelope), &context)?;
    assert_eq!(key.0, SAME);
    Ok(())
}

fn granted() -> (Vec<u8>, Vec<u8>) {
    let bundle = Hash([1; 32]);
    (
        grant_info(chart(), GrantId::from([1; 16]), account(), bundle),
        grant_context(compartment(), 1, CompartmentKey(SAME).id()),
    )
}

fn written() -> (Vec<u8>, Vec<u8>) {
    let bundle = Hash([1; 32]);
    (
        entry_info(chart(), compartment(), record(), account(), bundle),
        entry_context(RecordKey(SAME).id()),
    )
}

fn wrapping() -> hpke::SecretKey {
    hpke::SecretKey::from_seed(Zeroizing::new(SAME)).unwrap()
}

/// `enc || sealed`.
fn seal_hpke(info: &[u8], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let key = wrapping();
    let (enc, sealed) = hpke::seal(&key.public(), info, context, plain).unwrap();
    assert_eq!(enc.len(), ENC);
    [enc, sealed].concat()
}

fn open_hpke(info: &[u8], context: &[u8], message: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let key = wrapping();
    let opened = message
        .split_at_checked(ENC)
        .and_then(|(enc, sealed)| key.open(enc, info, context, sealed));
    opened.ok_or(Distrust::Content.into())
}

/// `salt || commitment || chunks`: a Cobblestone-256 message.
fn seal_content(context: &[u8]) -> Vec<u8> {
    let keys = MessageKeys::make(&ContentKey(SAME), context);
    let (sealed, _) = seal_small(&keys, b"some content").unwrap();
    [keys.salt.as_slice(), &keys.commitment.0, &sealed].concat()
}

/// The adversary signs whatever root and commitment fits the bytes that it hands out: neither may
/// be what tells two ciphertexts apart.
fn open_content(context: &[u8], message: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (salt, rest) = message.split_at_checked(SALT).ok_or(Distrust::Content)?;
    let (commitment, sealed) = rest.split_at_checked(COMMITMENT).ok_or(Distrust::Content)?;
    let commitment = Hash(commitment.try_into().unwrap());
    let keys = MessageKeys::open(&ContentKey(SAME), &bytes(salt), commitment, context)?;
    let root = root(sealed.len() as u64, &[Hash::of(sealed)]);
    open_small(&keys, &bytes(sealed), root)
}

#[test]
fn every_ciphertext_opens_as_its_own_kind_only() {
    for sealed in kinds() {
        for opener in kinds() {
            let said = (opener.open)(&(sealed.seal)());
            let expected = match sealed.name == opener.name {
                true => Ok(()),
                false => Err(Distrust::Content.into()),
            };
            assert_eq!(said, expected, "{} as {}", sealed.name, opener.name);
        }
    }
}

#[test]
fn every_label_of_a_ciphertext_has_a_row() {
    // The server's own, opened by the server alone: `secrets/matrix.rs` of the server has their rows.
    let elsewhere = [
        label::SERVER_SEAL_SESSION,
        label::SERVER_SEAL_RETURN,
        label::SERVER_SEAL_FACTOR,
    ];
    let mut rows: Vec<_> = kinds().iter().map(|kind| kind.label).collect();
    rows.extend(elsewhere);
    rows.sort_unstable();
    rows.dedup();
    let jobs = ["Associated data:", "HPKE info:", "Context of a sealed"];
    let mut labels: Vec<_> = label::for_jobs(&jobs).collect();
    labels.sort_unstable();
    assert_eq!(rows, labels);
}
