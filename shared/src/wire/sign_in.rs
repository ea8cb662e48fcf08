//! Registering and signing in.

use serde::{Deserialize, Serialize};

use super::NewHead;
use crate::{
    bytes::Bytes,
    id::{AccountId, LoginId, SessionId, WindowId},
    statement::{AccountHead, KeyBundle, Unverified},
    username::Username,
};

/// First message of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterStartRequest {
    /// The user name that is wished for.
    pub username: Username,
    /// OPAQUE RegistrationRequest.
    pub opaque: Bytes,
}

/// Answer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterStartResponse {
    /// OPAQUE RegistrationResponse.
    pub opaque: Bytes,
}

/// A whole account: stored in one transaction, so that no half account can exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterFinishRequest {
    /// The user name.
    pub username: Username,
    /// The account id, drawn by the browser because signed statements name it.
    pub account: AccountId,
    /// OPAQUE RegistrationRecord.
    pub opaque: Bytes,
    /// The public keys, signed by themselves.
    pub key_bundle: Unverified<KeyBundle>,
    /// The first statement of the account chain.
    pub account_head: Unverified<AccountHead>,
    /// AccountKey under the unlock key.
    pub account_key: Bytes,
    /// IdentityKeys under the AccountKey.
    pub identity: Bytes,
    /// A patient's empty chart: head 0 and its keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<NewHead>,
}

/// First message of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInStartRequest {
    /// The user name.
    pub username: Username,
    /// OPAQUE KE1.
    pub opaque: Bytes,
}

/// Answer to it; an unknown name gets one that looks and costs the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInStartResponse {
    /// Names this sign-in until its third message, for two minutes.
    pub login: LoginId,
    /// OPAQUE KE2.
    pub opaque: Bytes,
}

/// Third message of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInFinishRequest {
    /// The sign-in.
    pub login: LoginId,
    /// OPAQUE KE3.
    pub opaque: Bytes,
}

/// A session. Neither id authorises anything: requests are proved with the session key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInFinishResponse {
    /// The session.
    pub session: SessionId,
    /// The first window of request numbers.
    pub window: WindowId,
}
