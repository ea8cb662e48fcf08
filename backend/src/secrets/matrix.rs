//! The one thing that the server seals, and what it marks as its own, against everything that could stand in for it under the
//! same key (attack 12); the vault's `keys/matrix` has the rest.

use super::*;

/// Seals under the session key with any associated data.
fn seal(secrets: &Secrets, context: &[u8]) -> Vec<u8> {
    let nonce = [1; NONCE];
    let payload = Payload {
        msg: &[2; 32],
        aad: context,
    };
    let sealed = secrets
        .cipher()
        .encrypt(&Nonce::from(nonce), payload)
        .unwrap();
    [&[VERSION][..], &nonce, &sealed].concat()
}

#[test]
fn a_session_key_opens_in_its_place_and_under_its_label_only() {
    let secrets = Secrets::make().unwrap();
    let (session, account) = (SessionId::from([1; 16]), AccountId::from([1; 16]));
    let opened = |context: &[u8]| {
        secrets
            .open_session(session, account, &seal(&secrets, context))
            .map(|key| *key.expose())
    };
    let mut diagonal = 0;
    for label::Label { name, text, .. } in label::ALL {
        let (session, account) = (session.to_tagged(), account.to_tagged());
        let context = [text.as_bytes(), &[0], &session, &account].concat();
        let own = *text == label::SERVER_SEAL_SESSION;
        diagonal += usize::from(own);
        assert_eq!(opened(&context), own.then_some([2; 32]), "{name}");
        assert_eq!(opened(text.as_bytes()), None, "{name} alone");
    }
    assert_eq!(diagonal, 1);
    for (other_session, other_account) in [
        (SessionId::from([2; 16]), account),
        (session, AccountId::from([2; 16])),
        (SessionId::from([2; 16]), AccountId::from([2; 16])),
    ] {
        assert_eq!(opened(&session_context(other_session, other_account)), None);
    }
    // The two ids in the other order: same bytes but for their kinds.
    let label = label::SERVER_SEAL_SESSION.as_bytes();
    let swapped = [label, &[0], &account.to_tagged(), &session.to_tagged()].concat();
    assert_eq!(opened(&swapped), None);
    assert_eq!(opened(b""), None);
}

/// What the server marks under its own key, and the same with the label as an argument.
#[test]
fn every_mark_of_the_server_is_that_of_its_own_label_only() {
    let secrets = Secrets::make().unwrap();
    let same = [7; 40];
    let mut rows = [label::SERVER_TRIES, label::SERVER_PUZZLE];
    let ours = [
        secrets.tries_key(same[0], &same[1..]).to_vec(),
        secrets.puzzle_mark(&same).to_vec(),
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
