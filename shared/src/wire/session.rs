//! Where somebody is signed in.

use serde::{Deserialize, Serialize};

use crate::{bytes::Bytes, id::SessionId};

/// The live sessions of the caller, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionListResponse {
    /// At most 50.
    pub sessions: Vec<SessionLine>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionLine {
    /// The session. Knowing it authorises nothing.
    pub session: SessionId,
    /// When it began, in seconds since 1970 by the server's clock.
    pub began_at: u64,
    /// When it was last used, in seconds since 1970 by the server's clock, to the minute; nothing
    /// where the server has been started since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<u64>,
    /// What the browser said of itself, sealed under the AccountKey; empty where it said nothing.
    pub device: Bytes,
}

/// What a browser says of itself, for the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevicePutRequest {
    /// Sealed under the AccountKey.
    pub device: Bytes,
}
