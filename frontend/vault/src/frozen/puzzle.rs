//! A puzzle that is solved, as it travels back.

use keepwell_shared::{
    bytes::to_base64url,
    puzzle::{MIN_BITS, PIECES, Search, is_solved},
};
use serde_json::{Value, json};

use super::{
    done, flipped,
    json::{bytes, unbytes},
    load,
    world::drawn,
};

pub(super) fn make() -> Vec<Value> {
    let marked = [
        &[1, 1, MIN_BITS][..],
        &1_800_000_000_u64.to_be_bytes(),
        &drawn::<32>("puzzle")[..16],
        &drawn::<32>("mark of a puzzle"),
    ]
    .concat();
    let mut search = Search::new(&marked, MIN_BITS).unwrap();
    while !search.run(u32::MAX) {}
    let solution = search.into_solution();
    vec![json!({
        "name": "the easiest puzzle of a sign-in",
        "challenge": bytes(&marked),
        "bits": MIN_BITS,
        "solution": bytes(&solution),
        "header": to_base64url(&[marked, solution].concat()),
    })]
}

#[test]
fn frozen_vectors_of_puzzles() {
    let vectors = load("puzzles");
    let mut refused = 0;
    for vector in &vectors {
        let challenge = unbytes(&vector["challenge"]);
        let solution = unbytes(&vector["solution"]);
        let bits = u8::try_from(vector["bits"].as_u64().unwrap()).unwrap();
        assert!(is_solved(&challenge, bits, &solution));
        let header = to_base64url(&[&challenge[..], &solution].concat());
        assert_eq!(vector["header"].as_str(), Some(header.as_str()));
        for piece in 0..usize::from(PIECES) {
            let bent = flipped(&solution, piece * 32 + 31);
            assert!(!is_solved(&challenge, bits, &bent), "piece {piece}");
            refused += 1;
        }
        for bent in [flipped(&challenge, 0), flipped(&challenge, 200)] {
            assert!(!is_solved(&bent, bits, &solution));
            refused += 1;
        }
    }
    done("puzzles", vectors.len(), refused, (1, 34));
}
