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

/// Series of failed tries to sign in to the caller's account, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedTryListResponse {
    /// The series.
    pub series: Vec<FailedTries>,
}

/// Tries that came without a longer pause, and of which none let anybody in. All of it is the server's
/// word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailedTries {
    /// When the first one was, seconds since 1970, to the minute.
    pub began_at: u64,
    /// When the last one was.
    pub last_at: u64,
    /// How many there were.
    pub tries: u32,
    /// How many of them came from devices that had signed in before.
    pub known: u32,
    /// From how many networks the first 64 of them came.
    pub places: u32,
    /// Whether the caller's session is the first one since.
    pub new: bool,
}
