//! What is derived, proved and hashed: the same key and input under every label. Each function must
//! give what its own label gives, and something else than every other label would.

use bip39::Language;
use hmac::{Hmac, KeyInit, Mac};
use keepwell_shared::{
    bytes::{Bytes, to_base64url},
    device::DeviceSecret,
    factor::RecoveryCode,
    id::{IdempotencyKey, ProvenId, WindowId},
    merkle::Leaf,
    puzzle::{PIECES, Search},
    request::{ProvedAnswer, ProvedRequest, RequestKey},
    statement::{Enclosure, State},
};
use sha2::Sha256;

use super::*;
use crate::{
    kit::Kit,
    words::{check_words, safety_words},
};

/// A function with a label in it, and the same written down with the label as an argument.
struct Derivation {
    label: &'static str,
    ours: fn() -> Vec<u8>,
    under: fn(&str) -> Vec<u8>,
}

const DERIVATIONS: [Derivation; 17] = [
    Derivation {
        label: label::UNLOCK_KEY,
        ours: || UnlockKey::from_export_key(&SAME).0.to_vec(),
        under: |label| kdf::derive(&SAME, label).to_vec(),
    },
    Derivation {
        label: label::KIT_KEY,
        ours: || Kit::of([7; 20]).key().0.to_vec(),
        under: |label| kdf::derive(&[7; 20], label).to_vec(),
    },
    Derivation {
        label: label::KIT_SIGNING_KEY,
        ours: || Kit::of([7; 20]).signing_key().unwrap().expose().to_vec(),
        under: |label| kdf::derive(&[7; 20], label).to_vec(),
    },
    Derivation {
        label: label::REQUEST_KEY,
        ours: || RequestKey::derive(&SAME).expose().to_vec(),
        under: |label| kdf::derive(&SAME, label).to_vec(),
    },
    Derivation {
        label: label::REQUEST_PROOF,
        ours: || {
            let request = ProvedRequest {
                method: "PUT",
                path: "/api/book",
                query: "",
                session: SessionId::from([1; 16]),
                window: WindowId::from([1; 16]),
                number: 1,
                idempotency: Some(IdempotencyKey::from([1; 16])),
                body: Hash([1; 32]),
            };
            let proof = RequestKey::from_bytes(SAME).prove(&request);
            proof.to_text().into_bytes()
        },
        under: |label| {
            let (session, window) = (SessionId::from([1; 16]), WindowId::from([1; 16]));
            let once = Bytes(IdempotencyKey::from([1; 16]).to_tagged().to_vec());
            let body = Hash([1; 32]);
            let (method, path, query) = ("PUT", "/api/book", "");
            mac(&cbor((
                label, method, path, query, session, window, 1_u64, once, body,
            )))
        },
    },
    Derivation {
        label: label::ANSWER_PROOF,
        ours: || {
            let answer = ProvedAnswer {
                session: SessionId::from([1; 16]),
                window: WindowId::from([1; 16]),
                number: 1,
                status: 200,
                body: Hash([1; 32]),
            };
            let proof = RequestKey::from_bytes(SAME).prove_answer(&answer);
            proof.to_text().into_bytes()
        },
        under: |label| {
            let (session, window) = (SessionId::from([1; 16]), WindowId::from([1; 16]));
            mac(&cbor((
                label,
                session,
                window,
                1_u64,
                200_u16,
                Hash([1; 32]),
            )))
        },
    },
    Derivation {
        label: label::RETURN_KEY,
        ours: || ReturnKey::derive(&SAME).expose().to_vec(),
        under: |label| kdf::derive(&SAME, label).to_vec(),
    },
    Derivation {
        label: label::RETURN_PROOF,
        ours: || {
            let proof = ReturnKey::from_bytes(SAME).prove(session(), ProvenId::from([1; 16]));
            proof.to_text().into_bytes()
        },
        under: |label| mac(&cbor((label, session(), ProvenId::from([1; 16])))),
    },
    Derivation {
        label: label::RECOVERY_CODE,
        ours: || {
            let code = RecoveryCode::from_bytes([7; 10]);
            code.hash(account()).0.to_vec()
        },
        under: |label| {
            let parts: [&[u8]; 4] = [label.as_bytes(), &[0], &account().to_tagged(), &[7; 10]];
            Hash::of(&parts.concat()).0.to_vec()
        },
    },
    Derivation {
        label: label::KEY_ID,
        ours: || AccountKey(SAME).id().to_text().into_bytes(),
        under: |label| mac(&[label.as_bytes(), b"\0account"].concat()),
    },
    Derivation {
        label: label::CONTENT_ROOT,
        ours: || root(1, &[Hash([1; 32])]).0.to_vec(),
        under: |label| {
            let number = 1_u64.to_be_bytes();
            let parts: [&[u8]; 5] = [label.as_bytes(), &[0], &number, &number, &[1; 32]];
            Hash::of(&parts.concat()).0.to_vec()
        },
    },
    Derivation {
        label: label::SAFETY_WORDS,
        ours: || {
            let words = safety_words(account(), Hash([1; 32]));
            words.text().join(" ").into_bytes()
        },
        under: |label| {
            let tagged = account().to_tagged();
            let parts: [&[u8]; 5] = [label.as_bytes(), &[0], &[0; 32], &tagged, &[1; 32]];
            words(Hash::of(&parts.concat()), 12).into_bytes()
        },
    },
    Derivation {
        label: label::CHECK_WORDS,
        ours: || check_words(Hash([1; 32])).text().join(" ").into_bytes(),
        under: |label| {
            let parts: [&[u8]; 3] = [label.as_bytes(), &[0], &[1; 32]];
            words(Hash::of(&parts.concat()), 4).into_bytes()
        },
    },
    Derivation {
        label: label::DEVICE_PROOF,
        ours: || {
            let proof = DeviceSecret::new([1; 16], SAME).prove("/api/a", Hash([1; 32]));
            proof.to_text().into_bytes()
        },
        under: |label| {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&SAME).unwrap();
            mac.update(&cbor((label, "/api/a", Hash([1; 32]))));
            let parts = [&[1; 16][..], &mac.finalize().into_bytes()];
            to_base64url(&parts.concat()).into_bytes()
        },
    },
    Derivation {
        label: label::PUZZLE,
        ours: || {
            let mut search = Search::new(&[1; 32], 4).unwrap();
            while !search.run(1000) {}
            search.into_solution()
        },
        under: |label| {
            let seed = Hash::of(&[label.as_bytes(), &[0], &[1; 32]].concat()).0;
            let solves = |piece: u8, number: u32| {
                let input = [&seed[..], &[piece], &number.to_be_bytes()].concat();
                Hash::of(&input).0[0] < 16
            };
            (0..PIECES)
                .map(|piece| (0..).find(|number| solves(piece, *number)).unwrap())
                .flat_map(u32::to_be_bytes)
                .collect()
        },
    },
    Derivation {
        label: label::ENCLOSURE,
        ours: || Enclosure::hash(&Bytes(vec![1; 32])).0.to_vec(),
        under: |label| {
            let parts: [&[u8]; 3] = [label.as_bytes(), &[0], &[1; 32]];
            Hash::of(&parts.concat()).0.to_vec()
        },
    },
    Derivation {
        label: label::LEAF,
        ours: || {
            let leaf = Leaf {
                record: record(),
                number: 1,
                revision: Hash([1; 32]),
                state: State::Moved,
            };
            leaf.hash().0.to_vec()
        },
        under: |label| {
            let (tagged, number) = (record().to_tagged(), 1_u32.to_be_bytes());
            let parts: [&[u8]; 7] = [
                &[0],
                label.as_bytes(),
                &[0],
                &tagged,
                &number,
                &[1; 32],
                &[1],
            ];
            Hash::of(&parts.concat()).0.to_vec()
        },
    },
];

fn cbor<T: minicbor::Encode<()>>(fields: T) -> Vec<u8> {
    minicbor::to_vec(fields).unwrap()
}

/// HMAC-SHA-256 in base64url, as proofs and ids of keys are written.
fn mac(input: &[u8]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&SAME).unwrap();
    mac.update(input);
    to_base64url(&mac.finalize().into_bytes()).into_bytes()
}

/// The first bits of a hash, eleven for each, as words of BIP 39.
fn words(hash: Hash, count: usize) -> String {
    let bits: String = hash.0.iter().map(|byte| format!("{byte:08b}")).collect();
    let word = |at: usize| {
        let index = usize::from_str_radix(&bits[at * 11..at * 11 + 11], 2).unwrap();
        Language::English.word_list()[index]
    };
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_derivation_is_that_of_its_own_label_only() {
    for derivation in &DERIVATIONS {
        for label::Label { name, text, .. } in label::ALL {
            assert_eq!(
                (derivation.ours)() == (derivation.under)(text),
                *text == derivation.label,
                "{} under {name}",
                derivation.label
            );
        }
    }
}

/// The same key and the same input under two labels never give the same bytes.
#[test]
fn no_two_labels_derive_the_same() {
    for derivation in &DERIVATIONS {
        let mut all: Vec<_> = label::ALL
            .iter()
            .map(|label| (derivation.under)(label.text))
            .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), label::ALL.len(), "{}", derivation.label);
    }
}

/// What is derived from one key for different jobs is pairwise different.
#[test]
fn no_two_jobs_derive_the_same() {
    let mut all: Vec<_> = DERIVATIONS.iter().map(|one| (one.ours)()).collect();
    let ids = [
        UnlockKey(SAME).id(),
        KitKey(SAME).id(),
        CompartmentKey(SAME).id(),
        RecordKey(SAME).id(),
    ];
    all.extend(ids.map(|id| id.to_text().into_bytes()));
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn every_label_of_a_derivation_has_a_row() {
    let mut rows: Vec<_> = DERIVATIONS.iter().map(|one| one.label).collect();
    // The library of OPAQUE mixes these into its own transcript and envelope (RFC 9807, sections
    // 6.4 and 4): there is no function of ours with one of them in it.
    rows.extend([label::OPAQUE_CONTEXT, label::OPAQUE_SERVER]);
    rows.sort_unstable();
    let jobs = ["HKDF info:", "MAC input:", "Prefix of the", "OPAQUE "];
    let mut labels: Vec<_> = label::for_jobs(&jobs).collect();
    labels.sort_unstable();
    assert_eq!(rows, labels);
}
