//! Files that are locked with a passphrase.

use keepwell_age::Closed;

pub(crate) const DOWNLOAD_LOCKED: &str = "Download locked";
pub(crate) const LOCK_TITLE: &str = "Choose a password for this file";
pub(crate) const LOCK_TEXT: &str = "The file is saved encrypted. Whoever has it needs this password, and nobody can find it out or change it: please keep it in a safe place. The file opens again here, under “Open a locked file”, and with other programs that open .age files.";
pub(crate) const PASSPHRASE: &str = "Password of this file";
pub(crate) const GUESSER: &str = "Somebody who has the file";
pub(crate) const LOCK: &str = "Lock and save";
pub(crate) const LOCKING: &str = "Looking at it …";
pub(crate) const NOT_NOW: &str = "Not now";

pub(crate) const OPEN: &str = "Open a locked file";
pub(crate) const OPEN_TEXT: &str = "A locked file opens with the password that was chosen for it. It is opened in this browser: nothing of it is sent or kept.";
pub(crate) const FILE: &str = "Locked file";
pub(crate) const FILE_HELP: &str = "A file whose name ends in .age.";
pub(crate) const UNLOCK: &str = "Open with its password";
pub(crate) const UNLOCK_HELP: &str = "The one that was chosen when the file was locked.";
pub(crate) const SUBMIT: &str = "Open";
pub(crate) const OPENING: &str = "Opening …";
pub(crate) const SAVE_OPEN: &str = "Download without its lock";
pub(crate) const SAVE_OPEN_TEXT: &str =
    "In your downloads it is not encrypted: whoever uses this device can open it there.";
pub(crate) const MISSING: &str = "Type the password of this file first.";

pub(crate) fn saved(name: &str) -> String {
    format!(
        "{name}.age was saved to your downloads. It stays encrypted there, and opens with its password alone."
    )
}

pub(crate) fn opened(name: &str) -> String {
    format!("{name} is open.")
}

/// Why a locked file stays closed, and what to do.
pub(crate) fn closed(why: Closed) -> &'static str {
    match why {
        Closed::NotAge => {
            "This is not a locked file: it does not begin as one. Nothing was opened. Please choose the file that ends in .age."
        }
        Closed::Armored => {
            "This file is locked in the form that is made for mail, which Keepwell does not open. Nothing was opened. Another program that opens .age files can open it."
        }
        Closed::Keys => {
            "This file is locked with keys, not with a password. Nothing was opened. The program with those keys opens it."
        }
        Closed::Work => {
            "Opening this file would take more memory than a browser has. Nothing was opened. Another program that opens .age files can open it."
        }
        Closed::Passphrase => {
            "This is not the password of this file. Nothing was opened. Please look at capital letters and spaces, and type it again."
        }
        Closed::Damaged => {
            "This file is damaged, cut off, or somebody has changed it. Nothing of it is shown. If you have a copy, please try that one."
        }
    }
}
