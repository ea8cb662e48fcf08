//! The recovery kit: making one, and getting an account back with it.

use serde::{Deserialize, Serialize};

use super::{NewPassword, NewSecondFactor};
use crate::{
    bytes::Bytes,
    id::{AccountId, RecoveryId, SessionId},
    statement::{AccountHead, KeyBundle, KitProof, Unverified},
    username::Username,
};

/// Another recovery kit, or the first one. Refused with [`crate::error::Code::ConfirmFirst`] unless
/// both factors were just shown, and with [`crate::error::Code::Conflict`] when the statement does not
/// follow the newest one. It ends every other session of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KitPutRequest {
    /// The statement of the account chain that names the kit.
    pub account_head: Unverified<AccountHead>,
    /// AccountKey under the key of the kit.
    pub kit: Bytes,
}

/// Somebody says to hold the recovery kit of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverStartRequest {
    /// The user name.
    pub username: Username,
}

/// Answer to it, the same for names that nobody has and for accounts without a kit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverStartResponse {
    /// What the kit has to sign within two minutes.
    pub recovery: RecoveryId,
}

/// The kit has signed, and there is the first message of a new password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverOpenRequest {
    /// The recovery.
    pub recovery: RecoveryId,
    /// Signed by the kit.
    pub proof: Unverified<KitProof>,
    /// OPAQUE RegistrationRequest.
    pub opaque: Bytes,
}

/// What the holder of the kit needs to open the account, for half an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverOpenResponse {
    /// The account.
    pub account: AccountId,
    /// The public keys.
    pub key_bundle: Unverified<KeyBundle>,
    /// The newest statement of the account chain.
    pub account_head: Unverified<AccountHead>,
    /// The statements before it, by rising counters; at most [`super::MAX_PAGE`], the newest of them.
    pub earlier: Vec<Unverified<AccountHead>>,
    /// AccountKey under the key of the kit.
    pub kit: Bytes,
    /// IdentityKeys under the AccountKey.
    pub identity: Bytes,
    /// OPAQUE RegistrationResponse.
    pub opaque: Bytes,
}

/// Another password, another second factor and another kit, in one transaction. It ends every session
/// of the account, and this recovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverFinishRequest {
    /// The recovery.
    pub recovery: RecoveryId,
    /// The statement of the account chain that says so.
    pub account_head: Unverified<AccountHead>,
    /// The new password.
    pub password: NewPassword,
    /// AccountKey under the key of the new kit.
    pub kit: Bytes,
    /// The new second factor, with its first code.
    pub second_factor: NewSecondFactor,
    /// As in [`super::RegisterFinishRequest`].
    pub return_key: Bytes,
}

/// The account is its owner's again. Its session holds nothing yet: signing in returns to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverFinishResponse {
    /// The session.
    pub session: SessionId,
}
