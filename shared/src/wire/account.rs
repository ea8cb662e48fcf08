//! What belongs to the caller alone.

use serde::{Deserialize, Serialize};

use crate::{
    bytes::Bytes,
    id::{AccountId, LoginId},
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
    /// AccountKey under the key of the recovery kit, where there is one: a browser sees at every sign-in
    /// that it is still there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<Bytes>,
    /// The largest file, in sealed bytes, that this server takes. Advice, not a security limit.
    pub max_file: u64,
    /// Sealed bytes that the account may keep.
    pub quota: u64,
    /// Sealed bytes that it keeps now, reservations included.
    pub used: u64,
    /// Recovery codes that were not used yet.
    pub recovery_codes: u32,
    /// A secret by which the server knows this device again when it signs in, 48 bytes, a fresh one in
    /// every answer; see [`crate::device`].
    pub device: Bytes,
}

/// A page of the statements of the caller's account chain, by rising counters; at most
/// [`super::MAX_PAGE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountHeadListResponse {
    /// The statements.
    pub heads: Vec<Unverified<AccountHead>>,
}

/// First message of a new password, as of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordStartRequest {
    /// OPAQUE RegistrationRequest.
    pub opaque: Bytes,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordStartResponse {
    /// OPAQUE RegistrationResponse.
    pub opaque: Bytes,
}

/// The next statement of the caller's account chain with everything that it names and that is new.
/// Refused with [`crate::error::Code::Conflict`] when it does not follow the newest one; nothing of
/// it is stored then. It ends every other session of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountPutRequest {
    /// That whoever sits at the open browser knows the password: the third message of a sign-in, and
    /// which one. It opens no session.
    pub login: LoginId,
    /// OPAQUE KE3 of that sign-in.
    pub login_opaque: Bytes,
    /// The statement.
    pub account_head: Unverified<AccountHead>,
    /// The new password.
    pub password: NewPassword,
}

/// What a new password brings along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// OPAQUE RegistrationRecord.
    pub opaque: Bytes,
    /// AccountKey under its unlock key.
    pub account_key: Bytes,
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
