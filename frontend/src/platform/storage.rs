//! What outlives a reload: who was here, so that only the password is asked again, and when the
//! browser locks by itself.
//!
//! `sessionStorage` belongs to the tab and goes with it. It holds the user name, the role, and
//! whether others use the device; signing out forgets them. `localStorage` holds the minutes after
//! which this browser locks. Nothing else is ever kept here.

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

/// Forgets the name, and what was said of the device.
pub(crate) fn forget() {
    if let Some(storage) = storage() {
        for key in [KEY, SHARED, LOCK] {
            let _ = storage.remove_item(key);
        }
    }
}

fn storage() -> Option<Storage> {
    super::window()?.session_storage().ok()?
}

const KEY: &str = "keepwell";

/// Minutes among which one chooses when a browser locks by itself.
pub(crate) const LOCK_AFTER: [u32; 8] = [1, 2, 3, 5, 10, 15, 30, 60];

/// Says whether others use this device too. It is forgotten with the name.
pub(crate) fn set_shared(shared: bool) {
    if let Some(storage) = storage() {
        // As with the name: without storage the device counts as one's own.
        let _ = match shared {
            true => storage.set_item(SHARED, "yes"),
            false => storage.remove_item(SHARED),
        };
    }
}

/// Whether others use this device too, as the person said when they signed in.
pub(crate) fn is_shared() -> bool {
    storage().is_some_and(|storage| matches!(storage.get_item(SHARED), Ok(Some(_))))
}

/// After how many minutes this browser locks by itself.
pub(crate) fn lock_after() -> u32 {
    let default = if is_shared() { 3 } else { 15 };
    let chosen = lock_storage().and_then(|storage| storage.get_item(LOCK).ok().flatten());
    let chosen = chosen.and_then(|minutes| minutes.parse().ok());
    chosen
        .filter(|minutes| LOCK_AFTER.contains(minutes))
        .unwrap_or(default)
}

/// Keeps another choice: with the browser, or on a device of many with the tab.
pub(crate) fn set_lock_after(minutes: u32) {
    if let Some(storage) = lock_storage() {
        let _ = storage.set_item(LOCK, &minutes.to_string());
    }
}

fn lock_storage() -> Option<Storage> {
    if is_shared() {
        storage()
    } else {
        super::window()?.local_storage().ok()?
    }
}

const SHARED: &str = "keepwell-shared";
const LOCK: &str = "keepwell-lock";
