//! The account chain: what an account consists of, as its owner last said it.
//!
//! `docs/protocol.md`, section 7.1.

use serde::{Deserialize, Serialize};

use super::{Link, Payload};
use crate::{bytes::Hash, id::AccountId, label};

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
