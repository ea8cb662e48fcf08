//! Targets: every parser of this crate that reads what somebody else wrote, as a plain function
//! over bytes. Built with the feature `fuzz` only, which no product has.
//!
//! Seals keep a stranger's bytes away from most of these; but whoever holds the key, an author or
//! the person's own other device, may be hostile too. Where a seal or a root stands before a parser
//! there is one target for the seal and another one for what comes after it.

#![expect(clippy::expect_used, reason = "a target fails by panicking")]

use std::{collections::BTreeSet, fmt::Debug, sync::OnceLock};

use keepwell_shared::{
    bytes::{Bytes, Hash, from_base64url},
    content::{MAX_PLAIN, root},
    fuzz::Target,
    id::AccountId,
    statement::{KeyBundle, Role, Signer, VERSION, Verified, sign},
};
use zeroize::Zeroizing;

use crate::{
    book::Book,
    crypto::{
        aead,
        content::{MessageKeys, Plan, open_small, seal_small},
        hpke, kdf,
        sign::SecretKey,
    },
    device::Device,
    drafts,
    entry::{Category, Draft, Entry, FileInfo},
    identity::Identity,
    keys::CompartmentKey,
    memory::{self, AccountMemory, ChartMemory, Memory},
    padded::{pad, unpad},
};

/// Every parser of this crate.
pub fn targets() -> Vec<Target> {
    let mut all = vec![
        Target {
            name: "envelope",
            run: envelope,
            samples: || vec![sealed(b""), sealed(&[7; 32]), sealed(&[7; 33])],
        },
        Target {
            name: "wrapped-compartment-key",
            run: compartment_key,
            samples: || vec![vec![7; 33]],
        },
        Target {
            name: "hpke-wrap",
            run: hpke_wrap,
            samples: || vec![frozen_wrap()],
        },
        Target {
            name: "hpke-public-key",
            run: hpke_public_key,
            samples: || vec![wrapping().public()],
        },
        Target {
            name: "content",
            run: content,
            samples: || vec![content_of(0), content_of(100), content_of(40_000)],
        },
        Target {
            name: "content-with-its-root",
            run: content_with_its_root,
            samples: || vec![content_of(0), content_of(100), content_of(40_000)],
        },
        Target {
            name: "content-plan",
            run: content_plan,
            samples: || {
                [0, 1, 16_384, (1 << 20) - 1, 1 << 20, MAX_PLAIN]
                    .map(|plain: u64| plain.to_be_bytes().to_vec())
                    .to_vec()
            },
        },
        Target {
            name: "device-in-its-padding",
            run: |body| Device::from_plaintext(&plain(body)).is_ok(),
            samples: || vec![vec![0x84, 1, 1, 6, 0xf5]],
        },
        Target {
            name: "drafts-in-their-padding",
            run: |body| drafts::from_plaintext(&plain(body)).is_ok(),
            samples: || vec![b"[\"typed\"]".to_vec()],
        },
        Target {
            name: "padded",
            run: padded_body,
            samples: || vec![plain(b""), plain(&[7; 4093])],
        },
        Target {
            name: "entry",
            run: entry,
            samples: || entries().iter().map(|one| plain(one)).collect(),
        },
        Target {
            name: "entry-in-its-padding",
            run: |body| entry(&plain(body)),
            samples: entries,
        },
        Target {
            name: "address-book",
            run: book,
            samples: || vec![plain(&book_body())],
        },
        Target {
            name: "address-book-in-its-padding",
            run: |body| book(&plain(body)),
            samples: || vec![book_body()],
        },
        Target {
            name: "identity",
            run: identity,
            samples: || vec![own().to_plaintext().expect("an identity").to_vec()],
        },
        Target {
            name: "memory-of-an-account",
            run: memory::<AccountMemory>,
            samples: || vec![remembered(&memory::samples().0)],
        },
        Target {
            name: "memory-of-a-chart",
            run: memory::<ChartMemory>,
            samples: || vec![remembered(&memory::samples().1)],
        },
    ];
    all.extend(crate::file_type::samples::targets());
    all
}

const KEY: [u8; 32] = [3; 32];
const OWNER: [u8; 16] = [1; 16];

fn key_id() -> Hash {
    kdf::key_id(&KEY, "fuzz")
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    aead::sample([5; 12], &KEY, key_id(), b"context", plaintext).expect("an envelope")
}

fn envelope(bytes: &[u8]) -> bool {
    let Some(plain) = aead::open(&KEY, key_id(), b"context", bytes) else {
        return false;
    };
    let nonce = bytes.get(33..45).and_then(|nonce| nonce.try_into().ok());
    let again = nonce.map(|nonce| aead::sample(nonce, &KEY, key_id(), b"context", &plain));
    assert!(
        matches!(again, Some(Ok(again)) if again == bytes),
        "opens in two forms"
    );
    true
}

fn compartment_key(bytes: &[u8]) -> bool {
    let Ok((key, category)) = CompartmentKey::from_wrapped(bytes) else {
        return false;
    };
    assert_eq!(key.with_category(category).as_slice(), bytes);
    if let Some(known) = Category::from_code(category) {
        assert_eq!(known.code(), category);
    }
    true
}

fn wrapping() -> &'static hpke::SecretKey {
    static KEY: OnceLock<hpke::SecretKey> = OnceLock::new();
    KEY.get_or_init(|| hpke::SecretKey::from_seed(Zeroizing::new([7; 32])).expect("a seed"))
}

/// Bytes of an encapsulated key of MLKEM768-P256: 1,088 and an uncompressed point.
const ENC: usize = 1088 + 65;

fn hpke_wrap(bytes: &[u8]) -> bool {
    let Some((enc, sealed)) = bytes.split_at_checked(ENC) else {
        return false;
    };
    let Some(plain) = wrapping().open(enc, b"info", b"context", sealed) else {
        return false;
    };
    // Nobody but who made it can make another one that opens.
    assert_eq!(bytes, frozen_wrap(), "opens although it was changed");
    assert_eq!(plain.as_slice(), b"a key and its category");
    true
}

fn frozen_wrap() -> Vec<u8> {
    let vector = include_str!("crypto/vectors/hpke-mlkem768-p256.txt");
    let lines = vector.lines().filter(|line| !line.starts_with('#'));
    lines.skip(1).flat_map(from_base64url).flatten().collect()
}

fn hpke_public_key(bytes: &[u8]) -> bool {
    hpke::seal(bytes, b"info", b"context", b"key").is_some()
}

fn content_of(length: usize) -> Vec<u8> {
    let (sealed, _) = seal_small(&MessageKeys::sample(), &vec![7; length]).expect("content");
    sealed
}

/// As the server may send it: the root is that of a revision that names other bytes.
fn content(bytes: &[u8]) -> bool {
    let lengths = [0, 100, 40_000];
    lengths.into_iter().any(|length| {
        let keys = MessageKeys::sample();
        let (sealed, root) = seal_small(&keys, &vec![7; length]).expect("content");
        let opened = open_small(&keys, &Bytes(bytes.to_vec()), root);
        assert_eq!(opened.is_ok(), bytes == sealed, "only what the root names");
        opened.is_ok()
    })
}

/// As a hostile author may sign it: the root is right, what is below it need not be.
fn content_with_its_root(bytes: &[u8]) -> bool {
    let leaves: Vec<Hash> = bytes
        .chunks(keepwell_shared::content::PART_SEALED as usize)
        .map(Hash::of)
        .collect();
    let keys = MessageKeys::sample();
    let signed = root(bytes.len() as u64, &leaves);
    let Ok(plain) = open_small(&keys, &Bytes(bytes.to_vec()), signed) else {
        return false;
    };
    let (again, root) = seal_small(&keys, &plain).expect("what was opened can be sealed");
    assert_eq!((again.as_slice(), root), (bytes, signed), "has two forms");
    true
}

/// How any length falls into parts and chunks: the parts join, and no nonce comes twice.
fn content_plan(bytes: &[u8]) -> bool {
    let Some(plain) = bytes.try_into().ok().map(u64::from_be_bytes) else {
        return false;
    };
    let Some(plan) = MessageKeys::sample().plan(plain) else {
        assert!(plain > MAX_PLAIN);
        return false;
    };
    // A plan of a terabyte has a million parts: its beginning and its sums are looked at.
    let few = plain <= 1 << 24;
    let (mut offset, mut sealed, mut nonces) = (0, 0, BTreeSet::new());
    for part in plan.parts().take(if few { usize::MAX } else { 4 }) {
        assert_eq!(part.plain_offset(), offset);
        let (mut plain_end, mut sealed_end) = (0, 0);
        for chunk in part.chunks() {
            assert_eq!(
                (chunk.plain_start, chunk.sealed_start),
                (plain_end, sealed_end)
            );
            plain_end += chunk.plain_length;
            sealed_end += chunk.sealed_length;
            assert!(nonces.insert(chunk.nonce), "a nonce comes twice");
        }
        assert_eq!(
            (plain_end, sealed_end),
            (part.plain_length(), part.sealed_length())
        );
        offset += plain_end;
        sealed += sealed_end;
    }
    assert!(offset <= plan.plain_length() && sealed <= plan.sealed_length());
    assert!(!few || whole(&plan) == (offset, sealed));
    true
}

fn whole(plan: &Plan) -> (u64, u64) {
    (plan.plain_length(), plan.sealed_length())
}

fn plain(body: &[u8]) -> Vec<u8> {
    pad(body).map(|plain| plain.to_vec()).unwrap_or_default()
}

fn padded_body(bytes: &[u8]) -> bool {
    assert_eq!(unpad(&plain(bytes)), Some(bytes), "any body comes back");
    let Some(body) = unpad(bytes) else {
        return false;
    };
    assert_eq!(plain(body), bytes, "has two forms");
    true
}

fn entries() -> Vec<Vec<u8>> {
    let draft = Draft {
        title: "Title".into(),
        text: "Text, ä, 中".into(),
        category: Category::Clinical,
    };
    let file = FileInfo {
        name: "a.txt".into(),
        media_type: "text/plain".into(),
        length: 70_000,
    };
    [None, Some(file)]
        .into_iter()
        .filter_map(|file| Entry::new(&draft, file).to_plaintext().ok())
        .filter_map(|padded| unpad(&padded).map(<[u8]>::to_vec))
        .collect()
}

fn entry(bytes: &[u8]) -> bool {
    let Ok(entry) = Entry::from_plaintext(bytes) else {
        return false;
    };
    // What is longer than anybody may write is read all the same.
    if let Ok(again) = entry.to_plaintext() {
        assert_eq!(again.as_slice(), bytes, "has two forms");
    }
    assert_eq!(format!("{entry:?}"), "Entry(..)");
    true
}

/// An identity that is the same every time.
fn own() -> Identity {
    let signing = SecretKey::from_scalar(&[1; 32]).expect("a scalar");
    let wrapping = hpke::SecretKey::from_seed(Zeroizing::new([7; 32])).expect("a seed");
    let bundle = bundle(&signing, wrapping.public());
    Identity {
        signing,
        wrapping,
        bundle,
    }
}

fn bundle(signing: &SecretKey, wrapping: Vec<u8>) -> Verified<KeyBundle> {
    let bundle = KeyBundle {
        version: VERSION,
        account: AccountId::from(OWNER),
        username: "anna".into(),
        role: Role::Patient,
        signing: Bytes(signing.public().to_sec1_point(true).as_bytes().to_vec()),
        wrapping: Bytes(wrapping),
        at: 1,
    };
    sign(bundle, signing).expect("a key bundle")
}

fn identity(bytes: &[u8]) -> bool {
    let Ok(identity) = Identity::from_plaintext(AccountId::from(OWNER), bytes) else {
        return false;
    };
    let again = identity.to_plaintext().expect("what was read is written");
    assert_eq!(again.as_slice(), bytes, "has two forms");
    let bundle = identity.bundle.payload();
    assert_eq!(bundle.wrapping.as_slice(), identity.wrapping.public());
    true
}

fn book_body() -> Vec<u8> {
    let book = Book::default().with(own().bundle);
    let padded = book.to_plaintext().expect("an address book");
    unpad(&padded).expect("its own padding").to_vec()
}

fn book(bytes: &[u8]) -> bool {
    let Ok(book) = Book::from_plaintext(1, bytes) else {
        return false;
    };
    let again = book.to_plaintext().expect("what was read is written");
    let once = Book::from_plaintext(1, &again).expect("and read again");
    assert!(
        once.people()
            .map(Verified::id)
            .eq(book.people().map(Verified::id))
    );
    true
}

fn remembered(memory: &impl Memory) -> Vec<u8> {
    let plain = memory.to_plaintext().expect("a memory");
    plain.to_vec()
}

/// Whoever has the device may put back an earlier memory; whoever has the key, write any at all.
fn memory<T: Memory + Debug>(bytes: &[u8]) -> bool {
    let Some(memory) = T::from_plaintext(bytes) else {
        return false;
    };
    assert_eq!(remembered(&memory), bytes, "has two forms");
    assert!(format!("{memory:?}").ends_with("Memory(..)"));
    true
}
