//! What belongs to the caller alone.

use serde::{Deserialize, Serialize};

use crate::{
    bytes::Bytes,
    id::AccountId,
    statement::{AccountHead, KeyBundle, Unverified},
    username::Username,
};

/// What a browser needs to unlock after signing in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountResponse {
    /// The account.
    pub account: AccountId,
    /// The user name.
    pub username: Username,
    /// The public keys.
    pub key_bundle: Unverified<KeyBundle>,
    /// The newest statement of the account chain.
    pub account_head: Unverified<AccountHead>,
    /// AccountKey under the unlock key.
    pub account_key: Bytes,
    /// IdentityKeys under the AccountKey.
    pub identity: Bytes,
    /// The largest file, in sealed bytes, that this server takes. Advice, not a security limit.
    pub max_file: u64,
    /// Sealed bytes that the account may keep.
    pub quota: u64,
    /// Sealed bytes that it keeps now, reservations included.
    pub used: u64,
}

/// The address book: whose safety words the caller has compared, sealed under the AccountKey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookResponse {
    /// Counts the changes; 0 where there is no book yet.
    pub counter: u64,
    /// The sealed book; empty where there is none.
    pub sealed: Bytes,
}

/// A new address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookPutRequest {
    /// One more than the counter of the book that it replaces, else [`crate::error::Code::Conflict`].
    pub counter: u64,
    /// The sealed book.
    pub sealed: Bytes,
}
