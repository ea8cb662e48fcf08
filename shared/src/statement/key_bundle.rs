//! Who somebody is: the public keys of an account, signed by themselves.

use p256::ecdsa::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::{Payload, StatementError, Unverified, Verified, decode_payload, verify_parsed};
use crate::{
    bytes::{Bytes, Hash},
    id::AccountId,
    label,
    username::Username,
};

/// What a person is here for. Without a clinic's certificate it is a claim, shown as one.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    minicbor::Encode,
    minicbor::Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Role {
    /// Owns a chart.
    #[n(0)]
    Patient,
    /// Reads what patients share.
    #[n(1)]
    Doctor,
}

/// SHA-256 of a signing key in compressed SEC1 form: the `kid` of its statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningKeyId(pub Hash);

impl SigningKeyId {
    /// The id of a key.
    pub fn of(key: &VerifyingKey) -> Self {
        Self(Hash::of(key.to_sec1_point(true).as_bytes()))
    }
}

/// The public keys of an account. Signed by its own signing key, which proves possession and
/// nothing else; whose it is, people find out by comparing safety words.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct KeyBundle {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The account.
    #[n(1)]
    pub account: AccountId,
    /// The user name, in canonical form.
    #[n(2)]
    pub username: String,
    /// The role that the person claims.
    #[n(3)]
    pub role: Role,
    /// P-256 signing key, compressed SEC1 (33 bytes).
    #[n(4)]
    pub signing: Bytes,
    /// MLKEM768-P256 wrapping key (1,249 bytes).
    #[n(5)]
    pub wrapping: Bytes,
    /// When it was made, seconds since 1970 by its maker's clock.
    #[n(6)]
    pub at: u64,
}

impl Payload for KeyBundle {
    const PURPOSE: &'static str = label::KEY_BUNDLE;
    fn version(&self) -> u8 {
        self.version
    }
}

impl KeyBundle {
    /// The signing key.
    ///
    /// # Errors
    /// [`StatementError::Malformed`] when the bytes are not a point in compressed form.
    pub fn signing_key(&self) -> Result<VerifyingKey, StatementError> {
        compressed_point(&self.signing)
    }
}

/// A signing key in compressed SEC1 form, and in no other one: there is a compact form of the same
/// length.
pub(super) fn compressed_point(bytes: &Bytes) -> Result<VerifyingKey, StatementError> {
    match bytes.as_slice() {
        bytes @ [2 | 3, ..] if bytes.len() == 33 => {
            VerifyingKey::from_sec1_bytes(bytes).map_err(|_| StatementError::Malformed)
        }
        _ => Err(StatementError::Malformed),
    }
}

impl Unverified<KeyBundle> {
    /// Verifies a bundle with the key inside it, and that its user name is one.
    ///
    /// # Errors
    /// As [`Unverified::verify`].
    pub fn verify_own(&self) -> Result<Verified<KeyBundle>, StatementError> {
        let envelope = self.parse()?;
        let payload: KeyBundle = decode_payload(&envelope)?;
        let canonical =
            Username::parse(&payload.username).is_ok_and(|name| name.as_str() == payload.username);
        if !canonical {
            return Err(StatementError::Malformed);
        }
        let key = payload.signing_key()?;
        verify_parsed(&envelope, payload, &self.bytes, &key)
    }
}
