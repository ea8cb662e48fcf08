//! What must not print: one line for each type that holds a secret, with what it prints instead,
//! and the parts that are overwritten when it goes. `tests/tests/native/secrets.rs` looks for types that
//! hold a secret and stand in no such list.

use std::fmt::Debug;

use keepwell_shared::{bytes::Hash, handshake::Suite, request::RequestKey, username::Username};
use opaque_ke::{ClientLogin, ServerLogin, ServerLoginParameters, ServerSetup};
use rand_08::rngs::OsRng;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::{
    guard::{
        proof,
        tries::Charge,
        waiting::{Login, Logins, Proven, TRIES},
    },
    secrets::{Secrets, SecretsFile},
};

fn overwritten<T: ZeroizeOnDrop>() {}

fn prints(secret: &impl Debug, expected: &str) {
    assert_eq!(format!("{secret:?}"), expected);
    assert_eq!(format!("{secret:#?}"), expected);
}

/// A type, what it prints, and which parts of it are overwritten when it goes.
macro_rules! secrets {
    ($($name:ident: $secret:expr => $printed:literal $(, overwritten $part:ty)*;)*) => {$(
        prints($secret, $printed);
        // The row is that of the type that it names.
        assert!(std::any::type_name_of_val($secret).ends_with(stringify!($name)));
        $(overwritten::<$part>();)*
    )*};
}

#[test]
fn no_secret_prints_and_all_are_overwritten() {
    let secrets = Secrets::make().unwrap();
    let file: SecretsFile = serde_json::from_slice(&secrets.to_bytes().unwrap()).unwrap();
    let (claimed, seal) = proof::samples();
    let login = login();
    prints(&Logins::logins(), "Waiting(..)");
    let proven = proven();

    secrets! {
        Secrets: &secrets => "Secrets(..)", overwritten Zeroizing<[u8; 32]>;
        SecretsFile: &file => "SecretsFile(..)", overwritten SecretsFile;
        Claimed: &claimed => "Claimed(..)", overwritten RequestKey;
        AnswerSeal: &seal => "AnswerSeal(..)", overwritten RequestKey;
        Login: &login => "Login(..)", overwritten ServerLogin<Suite>;
        Proven: &proven => "Proven(..)", overwritten Zeroizing<Vec<u8>>;
    }
}

fn login() -> Login {
    let message = ClientLogin::<Suite>::start(&mut OsRng, b"x")
        .unwrap()
        .message;
    let setup = ServerSetup::<Suite>::new(&mut OsRng);
    let parameters = ServerLoginParameters::default();
    let started = ServerLogin::start(&mut OsRng, &setup, None, message, b"x", parameters);
    Login {
        state: started.unwrap().state,
        account: None,
        username: Username::parse("anna").unwrap(),
        record: Hash::of(b"x"),
        charge: Charge::default(),
    }
}

fn proven() -> Proven {
    Proven {
        account: [1; 16].into(),
        record: Hash::of(b"x"),
        charge: Charge::default(),
        session_key: Zeroizing::new(vec![7; 64]),
        tries: TRIES,
        elsewhere: vec![],
    }
}
