//! The messages of OPAQUE (RFC 9807) that travel in either direction.
//!
//! The library leaves bytes after the end of a message alone; what it reads, it writes again as the
//! same bytes.

use opaque_ke::{
    CredentialFinalization, CredentialRequest, CredentialResponse, RegistrationRequest,
    RegistrationResponse, RegistrationUpload, ServerRegistration,
};

use super::Target;
use crate::handshake::Suite;

/// The generator of Ristretto255 (RFC 9496, section 4): an element and a public key.
const POINT: [u8; 32] = [
    0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71, 0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
    0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d, 0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76,
];
/// A nonce, and half of a MAC.
const NOISE: [u8; 32] = [7; 32];

macro_rules! messages {
    ($($name:literal $message:ident $sample:expr;)*) => {
        pub(super) fn targets() -> Vec<Target> {
            vec![$(Target {
                name: $name,
                run: |bytes| {
                    let Ok(message) = $message::<Suite>::deserialize(bytes) else {
                        return false;
                    };
                    let again = message.serialize();
                    assert!(bytes.starts_with(&again), "is written as other bytes");
                    true
                },
                samples: || vec![$sample.concat()],
            }),*]
        }
    };
}

messages! {
    "opaque-registration-request" RegistrationRequest [POINT];
    "opaque-registration-response" RegistrationResponse [POINT, POINT];
    "opaque-registration-upload" RegistrationUpload [POINT, NOISE, NOISE, NOISE, NOISE, NOISE];
    "opaque-record" ServerRegistration [POINT, NOISE, NOISE, NOISE, NOISE, NOISE];
    "opaque-credential-request" CredentialRequest [POINT, NOISE, POINT];
    "opaque-credential-response" CredentialResponse
        [POINT, NOISE, NOISE, NOISE, NOISE, NOISE, NOISE, POINT, NOISE, NOISE];
    "opaque-credential-finalization" CredentialFinalization [NOISE, NOISE];
}
