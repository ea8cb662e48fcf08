//! Where somebody is signed in, and what protects the account.

use keepwell_shared::{bytes::Hash, id::SessionId, words::Words};
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

/// What protects an account, by what its owner has signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Protection {
    /// The id of one's own key bundle.
    pub bundle: Hash,
    /// One's own twelve safety words.
    pub words: Words,
    /// When the keys were made, seconds since 1970.
    pub keys_at: u64,
    /// When the password was chosen, seconds since 1970.
    pub password_at: u64,
    /// Recovery codes that were not used yet, as the server says.
    pub recovery_codes: u32,
}
