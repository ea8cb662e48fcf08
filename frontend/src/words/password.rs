//! Changing the password.

pub(crate) const TITLE: &str = "Change your password";
pub(crate) const TEXT: &str = "Your record stays as it is and opens with the new password. You are signed out everywhere but in this browser.";
pub(crate) const CURRENT: &str = "Your present password";
pub(crate) const CURRENT_MISSING: &str = "Please enter your present password.";
pub(crate) const CURRENT_WRONG: &str =
    "This is not your present password. Nothing was changed. Please try again.";
pub(crate) const NEW: &str = "Your new password";
pub(crate) const SUBMIT: &str = "Change password";
pub(crate) const SUBMITTING: &str = "Changing your password …";
pub(crate) const DONE: &str =
    "Your password is changed. You are signed out everywhere but in this browser.";
pub(crate) const STOPPED: &str =
    "Stopped. Your password was not changed, and what you typed is still here.";
pub(crate) const UNSURE: &str = "The server cannot be reached, so it is not known whether your password was changed. Nothing was lost. Please try again; if your old password is refused, the new one holds.";
pub(crate) const MEANWHILE: &str = "Your account was changed in another browser just now. Nothing was changed here. Please sign in again and look at it.";
pub(crate) const LIMIT_TITLE: &str = "When a new password is not enough";
pub(crate) const LIMIT: &str = "It keeps out whoever knows the old one. But somebody who knew the old one and also has a copy of what the server kept, for example from a break-in there, can open that copy, and with the keys in it what you write from now on. Only new keys shut them out, and Keepwell cannot make these yet.";
