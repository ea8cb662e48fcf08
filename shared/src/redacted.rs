//! What must not print: one line for each type that holds a secret, with what it prints instead,
//! and the parts that are overwritten when it goes. `tests/tests/native/secrets.rs` looks for types that
//! hold a secret and stand in no such list.

use zeroize::ZeroizeOnDrop;

use crate::{
    device::DeviceSecret,
    factor::{FactorSecret, OneTimeCode, RecoveryCode},
    password::Password,
    request::{ProvedRequest, RequestKey},
    returning::ReturnKey,
};

fn overwritten<T: ZeroizeOnDrop>() {}

#[test]
fn no_secret_prints_and_all_are_overwritten() {
    let key = RequestKey::derive(b"a secret of the sign-in");
    let proof = key.prove(&ProvedRequest {
        method: "GET",
        path: "/api/account",
        query: "",
        session: [1; 16].into(),
        window: [2; 16].into(),
        number: 1,
        idempotency: None,
        body: crate::bytes::Hash::of(b""),
    });
    let password = Password::prepare("Canary", str::to_owned).unwrap();
    let back = ReturnKey::derive(b"a secret of the sign-in");
    let secret = FactorSecret::from_bytes([7; 20]);
    let code = OneTimeCode::parse("123456").unwrap();
    let recovery = RecoveryCode::from_bytes([7; 10]);
    let device = DeviceSecret::new([1; 16], [2; 32]);
    let shown = device.prove("/api/sign-in/start", crate::bytes::Hash::of(b""));
    for (printed, pretty, expected) in [
        (
            format!("{device:?}"),
            format!("{device:#?}"),
            "DeviceSecret(..)",
        ),
        (
            format!("{shown:?}"),
            format!("{shown:#?}"),
            "DeviceProof(..)",
        ),
        (format!("{key:?}"), format!("{key:#?}"), "RequestKey(..)"),
        (format!("{proof:?}"), format!("{proof:#?}"), "Proof(..)"),
        (
            format!("{password:?}"),
            format!("{password:#?}"),
            "Password(..)",
        ),
        (format!("{back:?}"), format!("{back:#?}"), "ReturnKey(..)"),
        (
            format!("{secret:?}"),
            format!("{secret:#?}"),
            "FactorSecret(..)",
        ),
        (format!("{code:?}"), format!("{code:#?}"), "OneTimeCode(..)"),
        (
            format!("{recovery:?}"),
            format!("{recovery:#?}"),
            "RecoveryCode(..)",
        ),
    ] {
        assert_eq!((printed.as_str(), pretty.as_str()), (expected, expected));
    }
    overwritten::<RequestKey>();
    overwritten::<DeviceSecret>();
    overwritten::<Password>();
    overwritten::<ReturnKey>();
    overwritten::<FactorSecret>();
    overwritten::<OneTimeCode>();
    overwritten::<RecoveryCode>();
}
