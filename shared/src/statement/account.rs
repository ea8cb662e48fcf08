//! The account chain: what an account consists of, as its owner last said it.
//!
//! `docs/protocol.md`, section 7.1.

use p256::ecdsa::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::{Link, Payload, StatementError, compressed_point};
use crate::{
    bytes::{Bytes, Hash},
    id::{AccountId, RecoveryId},
    label,
};

/// What a statement of an account chain changed. A person is told it, because a change that they did
/// not make is one that somebody else made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Change {
    /// The account began.
    #[n(0)]
    Began,
    /// Another password.
    #[n(1)]
    Password,
    /// The account goes on from an earlier state that came back, with another password.
    #[n(2)]
    Repaired,
    /// Another recovery kit, or the first one.
    #[n(3)]
    Kit,
    /// The recovery kit took the place of password and second factor: another password, another second
    /// factor, another kit.
    #[n(4)]
    Recovered,
}

/// A recovery kit, as far as anybody may know it who does not hold it.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct RecoveryKit {
    /// Its P-256 signing key, compressed SEC1 (33 bytes).
    #[n(0)]
    pub signing: Bytes,
    /// SHA-256 of the AccountKey under its key.
    #[n(1)]
    pub account_key: Hash,
    /// When it was made, seconds since 1970 by the owner's clock.
    #[n(2)]
    pub at: u64,
}

/// The newest state of an account. The server can hand out neither other keys nor other wraps than
/// the ones that are named here, and a browser that has seen a later one notices an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct AccountHead {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The account.
    #[n(1)]
    pub account: AccountId,
    /// Counts the heads of the account, from 0.
    #[n(2)]
    pub counter: u64,
    /// The id of the head before; none for the first.
    #[n(3)]
    pub previous: Option<Hash>,
    /// Heads of a branch that a repair gives up, sorted; empty in every other one.
    #[n(4)]
    pub replaces: Vec<Hash>,
    /// When, seconds since 1970 by the owner's clock.
    #[n(5)]
    pub at: u64,
    /// Counts the replacements of AccountKey and identity, from 0.
    #[n(6)]
    pub generation: u32,
    /// The id of the key bundle.
    #[n(7)]
    pub bundle: Hash,
    /// SHA-256 of the wrapped AccountKey.
    #[n(8)]
    pub account_key: Hash,
    /// SHA-256 of the sealed identity.
    #[n(9)]
    pub identity: Hash,
    /// What this statement changed.
    #[n(10)]
    pub change: Change,
    /// When the password was chosen, seconds since 1970 by the owner's clock.
    #[n(11)]
    pub password_at: u64,
    /// The recovery kit; none where there is none.
    #[n(12)]
    pub kit: Option<RecoveryKit>,
}

impl Payload for AccountHead {
    const PURPOSE: &'static str = label::ACCOUNT_HEAD;
    fn version(&self) -> u8 {
        self.version
    }
}

impl Link for AccountHead {
    fn counter(&self) -> u64 {
        self.counter
    }
    fn previous(&self) -> Option<Hash> {
        self.previous
    }
    fn replaces(&self) -> &[Hash] {
        &self.replaces
    }
}

impl RecoveryKit {
    /// Its signing key.
    ///
    /// # Errors
    /// [`StatementError::Malformed`] when the bytes are not a point in compressed form.
    pub fn signing_key(&self) -> Result<VerifyingKey, StatementError> {
        compressed_point(&self.signing)
    }
}

/// What a recovery kit signs: somebody holds it now, and wants this recovery of this account with
/// this password, which nobody can read in it.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct KitProof {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The user name, in canonical form.
    #[n(1)]
    pub username: String,
    /// Drawn by the server for this one recovery.
    #[n(2)]
    pub recovery: RecoveryId,
    /// SHA-256 of the OPAQUE RegistrationRequest that goes with it.
    #[n(3)]
    pub opaque: Hash,
}

impl Payload for KitProof {
    const PURPOSE: &'static str = label::KIT_PROOF;
    fn version(&self) -> u8 {
        self.version
    }
}
