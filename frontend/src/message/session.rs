//! Where somebody is signed in.

use keepwell_shared::id::SessionId;
use serde::{Deserialize, Serialize};

/// A session, as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Which.
    pub session: SessionId,
    /// Whether it is this one.
    pub here: bool,
    /// When it began, seconds since 1970 by the server's clock.
    pub began_at: u64,
    /// When it was last used, by the server's clock; nothing where the server does not know.
    pub used_at: Option<u64>,
    /// What its browser said of itself.
    pub device: DeviceInfo,
}

/// What a browser said of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceInfo {
    /// It did.
    Told {
        /// The name of the browser; nothing for one that is not known here.
        browser: Option<String>,
        /// The name of the system.
        system: Option<String>,
        /// Whether others use it too.
        shared: bool,
    },
    /// It said nothing.
    Untold,
    /// What the server shows for it does not open.
    Refused,
}
