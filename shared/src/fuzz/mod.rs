//! Targets: every parser of this crate that reads what somebody else wrote, as a plain function
//! over bytes. Built with the feature `fuzz` only, which no product has.
//!
//! A target says whether it took the bytes, and panics when something does not hold that must: that
//! what is taken is written again as the same bytes, for one. The program that feeds them is
//! `tests/tests/native/fuzz.rs`.

mod opaque;
mod sample;
mod tree;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    bytes::{Hash, from_base64url, to_base64url},
    content::{MAX_PLAIN, part_count, part_length, sealed_length},
    error::{Code, ErrorBody},
    id,
    padding::{FLOOR, padded},
    request::Proof,
    statement,
    username::Username,
    wire,
};

/// One parser.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is also the name of its folder below `tests/fuzz/corpus`.
    pub name: &'static str,
    /// Feeds it; tells whether it took the bytes.
    ///
    /// # Panics
    /// When something does not hold that must: that is what is looked for.
    pub run: fn(&[u8]) -> bool,
    /// Bytes that it takes. The same ones every time.
    pub samples: fn() -> Vec<Vec<u8>>,
}

/// Every parser of this crate.
pub fn targets() -> Vec<Target> {
    let mut all = vec![
        Target {
            name: "id-text",
            run: id_text,
            samples: || texts(&id::one_of_every_kind()),
        },
        Target {
            name: "id-cbor",
            run: id_cbor,
            samples: || vec![[&[0x51, 4][..], &[7; 16]].concat()],
        },
        Target {
            name: "username",
            run: username,
            samples: || texts(&["anna", " Anna.K ", "a-b_c.d9"].map(String::from)),
        },
        Target {
            name: "base64url",
            run: base64url,
            samples: || texts(&["", "AA", "AAA", "AAAA", "-_-_"].map(String::from)),
        },
        Target {
            name: "proof",
            run: proof,
            samples: || texts(&[Hash([7; 32]).to_text()]),
        },
        Target {
            name: "padding",
            run: padding,
            samples: || numbers(&[0, 4095, 4096, 4097, 70_000, 1 << 40, (1 << 62) - 1]),
        },
        Target {
            name: "content-sizes",
            run: content_sizes,
            samples: || numbers(&[0, 1, 16_383, 16_384, 1 << 20, (1 << 20) + 1, MAX_PLAIN]),
        },
        json::<ErrorBody>("error-body"),
        Target {
            name: "error-code",
            run: parse_json::<Code>,
            samples: || Code::ALL.iter().flat_map(serde_json::to_vec).collect(),
        },
    ];
    all.extend(opaque::targets());
    all.push(tree::target());
    all.extend(statement::fuzz::targets());
    all.extend(wire::fuzz_targets());
    all
}

/// A type that travels as JSON.
pub(crate) fn json<T: Serialize + DeserializeOwned>(name: &'static str) -> Target {
    Target {
        name,
        run: parse_json::<T>,
        samples: sample::json::<T>,
    }
}

/// What is read is written in one form, and that form is read again as the same.
fn parse_json<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else {
        return false;
    };
    let once = serde_json::to_string(&value).unwrap_or_default();
    let again = serde_json::from_str::<T>(&once).map(|value| serde_json::to_string(&value));
    assert!(
        matches!(again, Ok(Ok(twice)) if twice == once),
        "is read again as the same"
    );
    true
}

fn id_text(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    one_of_one_kind(&id::every_kind_of_text(text), &text.to_owned())
}

fn id_cbor(bytes: &[u8]) -> bool {
    let kinds = id::every_kind_of_cbor(bytes);
    // The decoder leaves what comes after the id alone, and takes lengths in a longer form; whole
    // statements are compared with what they encode to.
    let taken: Vec<Vec<u8>> = kinds.into_iter().filter(|again| again == bytes).collect();
    one_of_one_kind(&taken, &bytes.to_vec())
}

fn one_of_one_kind<T: PartialEq + std::fmt::Debug>(kinds: &[T], given: &T) -> bool {
    assert!(kinds.len() <= 1, "is an id of several kinds");
    assert!(kinds.iter().all(|again| again == given), "has two forms");
    !kinds.is_empty()
}

fn username(bytes: &[u8]) -> bool {
    let Some(name) = str::from_utf8(bytes).ok().map(Username::parse) else {
        return false;
    };
    let Ok(name) = name else {
        return false;
    };
    let text = name.as_str();
    assert!((3..=32).contains(&text.len()) && text.is_ascii());
    assert_eq!(
        Username::parse(text).as_ref(),
        Ok(&name),
        "is canonical at once"
    );
    assert!(!name.folded().contains(['.', '_', '-', '0', '1', 'i']));
    true
}

fn base64url(bytes: &[u8]) -> bool {
    assert_eq!(
        from_base64url(&to_base64url(bytes)).as_deref(),
        Some(bytes),
        "any bytes travel"
    );
    let Some(decoded) = str::from_utf8(bytes).ok().and_then(from_base64url) else {
        return false;
    };
    assert_eq!(to_base64url(&decoded).as_bytes(), bytes, "has two forms");
    true
}

fn proof(bytes: &[u8]) -> bool {
    let Some(proof) = str::from_utf8(bytes).ok().and_then(Proof::parse) else {
        return false;
    };
    assert_eq!(proof.to_text().as_bytes(), bytes, "has two forms");
    true
}

fn padding(bytes: &[u8]) -> bool {
    let Some(length) = number(bytes) else {
        return false;
    };
    let Some(size) = padded(length) else {
        assert!(length > 1 << 62, "{length} is refused");
        return false;
    };
    assert!(size >= length.max(FLOOR));
    assert_eq!(padded(size), Some(size), "padding is idempotent");
    assert!(length < FLOOR || u128::from(size - length) * 100 <= u128::from(length) * 12);
    true
}

fn content_sizes(bytes: &[u8]) -> bool {
    let Some(number) = number(bytes) else {
        return false;
    };
    // Any number may arrive as a sealed length: nothing may overflow, and the parts must fit.
    let parts = part_count(number);
    if let Some(last) = parts.checked_sub(1) {
        let length = part_length(number, last).unwrap_or_default();
        assert!(length > 0 && length <= number);
    }
    assert_eq!(part_length(number, parts), None, "nothing past the end");
    assert_eq!(part_length(number, u64::MAX), None);
    let Some(sealed) = sealed_length(number) else {
        assert!(number > MAX_PLAIN);
        return false;
    };
    assert!(sealed > number);
    true
}

fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

fn numbers(all: &[u64]) -> Vec<Vec<u8>> {
    all.iter()
        .map(|number| number.to_be_bytes().to_vec())
        .collect()
}

fn texts(all: &[String]) -> Vec<Vec<u8>> {
    all.iter().map(|text| text.clone().into_bytes()).collect()
}
