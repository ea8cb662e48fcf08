//! The one thing that outlives a reload: who was here, so that only the password is asked again.
//!
//! `sessionStorage` belongs to the tab and goes with it. It holds the user name and the role, and
//! never anything else.

use keepwell_shared::statement::Role;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

/// Who was here before the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    /// The user name as the account has it.
    pub(crate) username: String,
    /// The role of the account.
    pub(crate) role: Role,
}

/// Keeps the name for a reload.
pub(crate) fn remember(known: &Known) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(known)) {
        // A full or forbidden storage costs comfort only: the name has to be typed again.
        let _ = storage.set_item(KEY, &text);
    }
}

/// Who was here before the reload.
pub(crate) fn recall() -> Option<Known> {
    let text = storage()?.get_item(KEY).ok()??;
    serde_json::from_str(&text).ok()
}

/// Forgets the name.
pub(crate) fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
    }
}

fn storage() -> Option<Storage> {
    super::window()?.session_storage().ok()?
}

const KEY: &str = "keepwell";
