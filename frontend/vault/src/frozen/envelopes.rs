//! Envelopes: keys under keys, the identity, the address book, each in its context.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{RecordId, SessionId},
    label,
    statement::VERSION,
};
use minicbor::Encoder;
use serde_json::{Value, json};

use super::{
    content::{Sealed, entry, file},
    done, flipped,
    json::{bytes, fixed, hash, id, render, unbytes},
    kit, load, memory,
    world::{Person, World, drawn},
};
use crate::{
    book::Book,
    crypto::{aead, kdf},
    device::{Browser, Device, System},
    drafts,
    entry::Category,
    error::{Distrust, Error},
    identity::Identity,
    keys::{AccountKey, CompartmentKey, Context, Kind, KitKey, RecordKey, UnlockKey},
    memory::{AccountMemory, ChartMemory, Memory},
    padded::pad,
};

/// A thing sealed under a key that has a role.
pub(super) struct Envelope {
    name: String,
    role: &'static str,
    key: [u8; 32],
    context: Context,
    plaintext: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}

fn envelope(
    name: &str,
    role: &'static str,
    (key, id): ([u8; 32], Hash),
    context: Context,
    plaintext: Vec<u8>,
) -> Envelope {
    let nonce = drawn(&format!("nonce of {name}"));
    let sealed = aead::seal_frozen(nonce, &key, id, &context.encode(), &plaintext);
    Envelope {
        name: name.to_owned(),
        role,
        key,
        context,
        plaintext,
        sealed,
    }
}

pub(super) fn record_key(world: &World, record: RecordId) -> Envelope {
    let name = world.of_entry(record);
    let key = drawn("key of compartment");
    envelope(
        &format!("RecordKey{name} under CompartmentKey"),
        "compartment",
        (key, CompartmentKey::frozen(key).id()),
        Context::RecordKey(world.chart, world.compartment, 3, record),
        drawn::<32>(&format!("record key{name}")).to_vec(),
    )
}

pub(super) fn content_key(world: &World, thing: &Sealed) -> Envelope {
    let key = drawn(&format!("record key{}", world.of_entry(thing.record)));
    envelope(
        &format!("ContentKey of {} under RecordKey", thing.name),
        "record",
        (key, RecordKey::frozen(key).id()),
        Context::ContentKey(world.chart, thing.record, thing.kind),
        thing.key().expose().to_vec(),
    )
}

/// The AccountKey with its id.
fn under_account() -> ([u8; 32], Hash) {
    let key = drawn("account key");
    (key, AccountKey::frozen(key).id())
}

pub(super) fn account_key(person: &Person) -> Envelope {
    let unlock = kdf::derive(&drawn::<32>("export key").repeat(2), label::UNLOCK_KEY);
    envelope(
        "AccountKey under UnlockKey",
        "unlock",
        (unlock, UnlockKey::frozen(unlock).id()),
        Context::AccountKey(person.account),
        under_account().0.to_vec(),
    )
}

pub(super) fn kit_account_key(person: &Person) -> Envelope {
    let key = kdf::derive(&kit::kit(), label::KIT_KEY);
    envelope(
        "AccountKey under KitKey",
        "kit",
        (key, KitKey::frozen(key).id()),
        Context::KitAccountKey(person.account),
        under_account().0.to_vec(),
    )
}

fn return_key() -> Envelope {
    let unlock = kdf::derive(&drawn::<32>("export key").repeat(2), label::UNLOCK_KEY);
    envelope(
        "ReturnKey under UnlockKey",
        "unlock",
        (unlock, UnlockKey::frozen(unlock).id()),
        Context::ReturnKey(SessionId::from(drawn("session"))),
        drawn::<32>("return key").to_vec(),
    )
}

pub(super) fn sealed_identity(person: &Person) -> Envelope {
    envelope(
        "identity under AccountKey",
        "account",
        under_account(),
        Context::Identity(person.account),
        identity(person),
    )
}

pub(super) fn address_book(world: &World) -> Envelope {
    envelope(
        "address book under AccountKey",
        "account",
        under_account(),
        Context::Book(world.patient.account, 7),
        book(&world.doctor),
    )
}

pub(super) fn make(world: &World) -> Vec<Value> {
    let patient = &world.patient;
    let (chart, compartment) = (world.chart, world.compartment);
    let under_account = under_account();
    let newest = drawn("key of compartment");
    let all = [
        account_key(patient),
        kit_account_key(patient),
        return_key(),
        sealed_identity(patient),
        address_book(world),
        envelope(
            "device under AccountKey",
            "account",
            under_account,
            Context::Device(patient.account, SessionId::from(drawn("session"))),
            device(),
        ),
        envelope(
            "memory of an account under AccountKey",
            "account",
            under_account,
            Context::Memory(patient.account, None),
            memory::account(world),
        ),
        envelope(
            "memory of a chart under AccountKey",
            "account",
            under_account,
            Context::Memory(patient.account, Some(chart)),
            memory::chart(world),
        ),
        envelope(
            "drafts under AccountKey",
            "account",
            under_account,
            Context::Drafts(patient.account),
            pad(TYPED.as_bytes()).unwrap().to_vec(),
        ),
        envelope(
            "newest CompartmentKey under AccountKey",
            "account",
            under_account,
            Context::CompartmentOwn(chart, compartment, 3),
            CompartmentKey::frozen(newest)
                .with_category(Category::Laboratory.code())
                .to_vec(),
        ),
        envelope(
            "older CompartmentKey under the next one",
            "compartment",
            (newest, CompartmentKey::frozen(newest).id()),
            Context::CompartmentBack(chart, compartment, 2),
            drawn::<32>("older key of compartment").to_vec(),
        ),
        record_key(world, world.record),
        record_key(world, world.lost_record),
        content_key(world, &entry(world)),
        content_key(world, &file(world, 1_100_000)),
    ];
    all.iter()
        .map(|one| {
            json!({
                "name": one.name,
                "role": one.role,
                "key": bytes(&one.key),
                "key_id": bytes(&kdf::key_id(&one.key, one.role).0),
                "context": render(&one.context.encode()),
                "plaintext": bytes(&one.plaintext),
                "envelope": bytes(&one.sealed),
            })
        })
        .collect()
}

fn identity(person: &Person) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder
        .array(4)
        .and_then(|e| e.u8(VERSION))
        .and_then(|e| e.bytes(&person.scalar))
        .and_then(|e| e.bytes(&person.seed))
        .and_then(|e| e.bytes(person.bundle.as_bytes()))
        .unwrap();
    encoder.into_writer()
}

fn book(friend: &Person) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encoder
        .array(2)
        .and_then(|e| e.u8(VERSION))
        .and_then(|e| e.array(1))
        .and_then(|e| e.bytes(friend.bundle.as_bytes()))
        .unwrap();
    pad(&encoder.into_writer()).unwrap().to_vec()
}

/// What was typed and is not saved, in the words of the program that keeps it.
const TYPED: &str = "[\"Zoë\", null]";

/// Firefox on an iPad that others use too.
fn device() -> Vec<u8> {
    let body = minicbor::to_vec((VERSION, 1, 6, true)).unwrap();
    pad(&body).unwrap().to_vec()
}

#[test]
fn frozen_vectors_of_envelopes() {
    let vectors = load("envelopes");
    let mut refused = 0;
    for vector in &vectors {
        let (key, envelope) = (fixed(&vector["key"]), unbytes(&vector["envelope"]));
        let key_id = kdf::key_id(&key, vector["role"].as_str().unwrap());
        assert_eq!(key_id, hash(&vector["key_id"]));
        let (context, encoded) = context(&vector["context"]);
        assert_eq!(render(&encoded), vector["context"]);
        let plain = unbytes(&vector["plaintext"]);
        let opened = aead::open(&key, key_id, &encoded, &envelope).unwrap();
        assert_eq!(*opened, plain, "{}", vector["name"]);
        for bit in [0, 8, 33 * 8, 45 * 8, envelope.len() * 8 - 1] {
            let bad = flipped(&envelope, bit);
            assert!(aead::open(&key, key_id, &encoded, &bad).is_none());
            assert_eq!(
                open_typed(context, key, Bytes(bad), &plain).unwrap_err(),
                Distrust::Content.into()
            );
            refused += 1;
        }
        open_typed(context, key, Bytes(envelope), &plain).unwrap();
    }
    done("envelopes", vectors.len(), refused, (15, 15 * 5));
}

/// The context that an array of the file says, and its bytes.
pub(super) fn context(array: &Value) -> (Context, Vec<u8>) {
    let number = |at: usize| array[at].as_u64().unwrap();
    let epoch = |at: usize| u32::try_from(number(at)).unwrap();
    let context = match array[0].as_str().unwrap() {
        label::WRAP_ACCOUNT_KEY => Context::AccountKey(id(&array[1])),
        label::WRAP_ACCOUNT_KEY_KIT => Context::KitAccountKey(id(&array[1])),
        label::WRAP_RETURN_KEY => Context::ReturnKey(id(&array[1])),
        label::SEAL_IDENTITY => Context::Identity(id(&array[1])),
        label::SEAL_ADDRESS_BOOK => Context::Book(id(&array[1]), number(2)),
        label::SEAL_DEVICE => Context::Device(id(&array[1]), id(&array[2])),
        label::WRAP_COMPARTMENT_OWN => {
            Context::CompartmentOwn(id(&array[1]), id(&array[2]), epoch(3))
        }
        label::WRAP_COMPARTMENT_BACK => {
            Context::CompartmentBack(id(&array[1]), id(&array[2]), epoch(3))
        }
        label::WRAP_RECORD_KEY => {
            Context::RecordKey(id(&array[1]), id(&array[2]), epoch(3), id(&array[4]))
        }
        label::WRAP_CONTENT_KEY => {
            let kind = match array[3].as_bool().unwrap() {
                true => Kind::File,
                false => Kind::Entry,
            };
            Context::ContentKey(id(&array[1]), id(&array[2]), kind)
        }
        label::SEAL_MEMORY => {
            let chart = (!array[2].is_null()).then(|| id(&array[2]));
            Context::Memory(id(&array[1]), chart)
        }
        label::SEAL_DRAFTS => Context::Drafts(id(&array[1])),
        label::CONTENT_ENTRY => {
            Context::Entry(id(&array[1]), id(&array[2]), id(&array[3]), epoch(4))
        }
        label::CONTENT_FILE => Context::File(id(&array[1]), id(&array[2])),
        other => panic!("{other}"),
    };
    (context, context.encode())
}

/// Opens an envelope by the function that the product uses for its kind.
fn open_typed(context: Context, key: [u8; 32], sealed: Bytes, plain: &[u8]) -> Result<(), Error> {
    let inner = || <[u8; 32]>::try_from(&plain[..32]).unwrap();
    match context {
        Context::AccountKey(_) => {
            let opened = UnlockKey::frozen(key).unwrap_key(&sealed, &context)?;
            assert_eq!(opened.id(), AccountKey::frozen(inner()).id());
        }
        Context::KitAccountKey(_) => {
            let opened = KitKey::frozen(key).unwrap_key(&sealed, &context)?;
            assert_eq!(opened.id(), AccountKey::frozen(inner()).id());
        }
        Context::ReturnKey(_) => {
            let opened = UnlockKey::frozen(key).unwrap_return(&sealed, &context)?;
            assert_eq!(*opened.expose(), inner());
        }
        Context::Identity(account) => {
            let identity = Identity::open(&AccountKey::frozen(key), account, &sealed)?;
            assert_eq!(identity.bundle.payload().account, account);
        }
        Context::Book(owner, counter) => {
            let book = Book::open(&AccountKey::frozen(key), owner, counter, &sealed)?;
            assert_eq!(book.people().count(), 1);
        }
        Context::Device(account, session) => {
            let device = Device::open(&AccountKey::frozen(key), account, session, &sealed)?;
            let read = (device.browser, device.system, device.shared);
            assert_eq!(read, (Browser::Firefox, System::Ipad, true));
        }
        Context::Memory(account, None) => {
            let memory = AccountMemory::open(
                &AccountKey::frozen(key),
                &Context::Memory(account, None),
                &sealed,
            )
            .ok_or(Distrust::Content)?;
            assert_eq!(minicbor::to_vec(&memory).unwrap(), plain);
        }
        Context::Memory(account, Some(chart)) => {
            let memory = ChartMemory::open(
                &AccountKey::frozen(key),
                &Context::Memory(account, Some(chart)),
                &sealed,
            )
            .ok_or(Distrust::Content)?;
            assert_eq!(minicbor::to_vec(&memory).unwrap(), plain);
        }
        Context::Drafts(account) => {
            let typed = drafts::open(&AccountKey::frozen(key), account, &sealed)?;
            assert_eq!(*typed, TYPED);
        }
        Context::CompartmentOwn(..) => {
            let (opened, category) = AccountKey::frozen(key).unwrap_key(&sealed, &context)?;
            assert_eq!(opened.id(), CompartmentKey::frozen(inner()).id());
            assert_eq!(category, plain[32]);
        }
        Context::CompartmentBack(..) => {
            let opened = CompartmentKey::frozen(key).unwrap_older(&sealed, &context)?;
            assert_eq!(opened.id(), CompartmentKey::frozen(inner()).id());
        }
        Context::RecordKey(..) => {
            let opened = CompartmentKey::frozen(key).unwrap_key(&sealed, &context)?;
            assert_eq!(opened.id(), RecordKey::frozen(inner()).id());
        }
        Context::ContentKey(..) => {
            let opened = RecordKey::frozen(key).unwrap_key(&sealed, &context)?;
            assert_eq!(*opened.expose(), inner());
        }
        Context::Entry(..) | Context::File(..) => panic!("no envelope"),
    }
    Ok(())
}
