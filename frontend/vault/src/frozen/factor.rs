//! What a person reads of a second factor: key, address for the app, recovery codes. These files were
//! made by `pyotp` and Python's own base32, not here; the server's tests run the codes in them.

use keepwell_shared::{
    factor::{FactorSecret, RecoveryCode},
    username::Username,
};

use super::{
    done, flipped,
    json::{fixed, hash, id},
    load,
};
use crate::factor::{Factor, NewFactor, on_paper};

#[test]
fn keys_and_addresses_for_the_app_are_those_of_another_program() {
    let vectors = load("codes");
    let mut refused = 0;
    for vector in &vectors {
        let secret: [u8; 20] = fixed(&vector["secret"]);
        let username = Username::parse(vector["username"].as_str().unwrap()).unwrap();
        let shown = |secret: [u8; 20]| {
            let factor = NewFactor::of(FactorSecret::from_bytes(secret));
            (factor.key(), factor.uri(&username))
        };
        let (key, uri) = shown(secret);
        assert_eq!(vector["key"], key);
        assert_eq!(vector["uri"], uri);
        let other = flipped(&secret, 77).try_into().unwrap();
        assert_ne!(shown(other).0, key);
        refused += 1;
    }
    done("keys for the app", vectors.len(), refused, (24, 24));
}

#[test]
fn recovery_codes_are_read_and_hashed_as_in_another_program() {
    let vectors = load("recovery-codes");
    let mut refused = 0;
    for vector in &vectors {
        let bytes: [u8; 10] = fixed(&vector["code"]);
        let (code, account) = (RecoveryCode::from_bytes(bytes), id(&vector["account"]));
        let text = vector["text"].as_str().unwrap();
        assert_eq!(on_paper(std::slice::from_ref(&code)), [text]);
        let typed = Factor::recovery_code(text);
        assert_eq!(typed, Ok(Factor::RecoveryCode(code.clone())));
        let hash = hash(&vector["hash"]);
        assert_eq!(code.hash(account), hash);
        let other = flipped(&bytes, 33).try_into().unwrap();
        assert_ne!(RecoveryCode::from_bytes(other).hash(account), hash);
        assert_ne!(code.hash([9; 16].into()), hash);
        refused += 2;
    }
    done("recovery codes", vectors.len(), refused, (4, 8));
}
