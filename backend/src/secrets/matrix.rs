//! What the server seals, each against everything that could stand in for it under the same key, and
//! what it marks as its own (attack 12); the vault's `keys/matrix` has the rest.

use super::*;

/// The bytes of every key.
const SAME: [u8; 32] = [7; 32];

/// Something that is sealed: its label, the ids that say where it belongs, and how it is opened
/// there.
struct Sealing {
    label: &'static str,
    place: fn() -> Vec<u8>,
    opens: fn(&Secrets, &[u8]) -> bool,
}

const KINDS: [Sealing; 3] = [
    Sealing {
        label: label::SERVER_SEAL_SESSION,
        place: in_session,
        opens: |secrets, sealed| secrets.open_session(session(), account(), sealed).is_some(),
    },
    Sealing {
        label: label::SERVER_SEAL_RETURN,
        place: in_session,
        opens: |secrets, sealed| secrets.open_return(session(), account(), sealed).is_some(),
    },
    Sealing {
        label: label::SERVER_SEAL_FACTOR,
        place: || account().to_tagged().to_vec(),
        opens: |secrets, sealed| secrets.open_factor(account(), sealed).is_some(),
    },
];

fn session() -> SessionId {
    SessionId::from([1; 16])
}

fn account() -> AccountId {
    AccountId::from([1; 16])
}

fn in_session() -> Vec<u8> {
    [session().to_tagged(), account().to_tagged()].concat()
}

/// One key for everything, so that the context alone tells two things apart.
fn secrets() -> Secrets {
    let mut secrets = Secrets::make().unwrap();
    (secrets.session_key, secrets.factor_key) = (Zeroizing::new(SAME), Zeroizing::new(SAME));
    secrets
}

/// Whether something sealed in this context, of any length in use, opens as `kind`.
fn opens(kind: &Sealing, context: &[u8]) -> bool {
    let secrets = secrets();
    let sealed = |length| seal(&SAME, context, &vec![2; length]).unwrap();
    (kind.opens)(&secrets, &sealed(32)) || (kind.opens)(&secrets, &sealed(20))
}

#[test]
fn everything_opens_in_its_place_and_under_its_label_only() {
    for kind in &KINDS {
        let mut diagonal = 0;
        for label::Label { name, text, .. } in label::ALL {
            let own = *text == kind.label;
            let context = [text.as_bytes(), &[0], &(kind.place)()].concat();
            diagonal += usize::from(own);
            assert_eq!(opens(kind, &context), own, "{} as {name}", kind.label);
            assert!(!opens(kind, text.as_bytes()), "{name} alone");
        }
        assert_eq!(diagonal, 1);
        assert!(!opens(kind, b""));
    }
}

#[test]
fn nothing_opens_in_another_place() {
    let (session2, account2) = (SessionId::from([2; 16]), AccountId::from([2; 16]));
    let (one, two) = (session().to_tagged(), session2.to_tagged());
    let (account, account2) = (account().to_tagged(), account2.to_tagged());
    let elsewhere = [
        [two, account].concat(),
        [one, account2].concat(),
        [two, account2].concat(),
        // The two ids in the other order: same bytes but for their kinds.
        [account, one].concat(),
        account2.to_vec(),
        one.to_vec(),
    ];
    for kind in &KINDS {
        for place in &elsewhere {
            let context = [kind.label.as_bytes(), &[0], place].concat();
            assert!(!opens(kind, &context), "{} in {place:?}", kind.label);
        }
    }
}

#[test]
fn every_label_of_the_server_has_a_row() {
    let marked = [
        label::SERVER_TRIES,
        label::SERVER_PUZZLE,
        label::SERVER_DEVICE,
    ];
    let mut theirs: Vec<_> = label::ALL.iter().map(|label| label.text).collect();
    theirs.retain(|text| text.contains("/server/") && !marked.contains(text));
    assert_eq!(theirs, KINDS.map(|kind| kind.label));
}

/// What the server marks under its own key, and the same with the label as an argument.
#[test]
fn every_mark_of_the_server_is_that_of_its_own_label_only() {
    let secrets = Secrets::make().unwrap();
    let record = b"an OPAQUE record";
    let same = [&[7; 16][..], &Hash::of(record).0].concat();
    let mut rows = [
        label::SERVER_TRIES,
        label::SERVER_PUZZLE,
        label::SERVER_DEVICE,
    ];
    let ours = [
        secrets.tries_key(same[0], &same[1..]).to_vec(),
        secrets.puzzle_mark(&same).to_vec(),
        secrets.device([7; 16], record).to_bytes()[16..].to_vec(),
    ];
    for (own, ours) in rows.iter().zip(&ours) {
        for label::Label { name, text, .. } in label::ALL {
            let under = secrets.guard_mac(text, &same);
            let is_same = under.starts_with(ours);
            assert_eq!(is_same, text == own, "{own} under {name}");
        }
    }
    let mut labels: Vec<_> = label::for_jobs(&["MAC of the server:"]).collect();
    labels.sort_unstable();
    rows.sort_unstable();
    assert_eq!(labels, rows);
}
