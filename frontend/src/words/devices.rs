//! Where one is signed in, and when a browser locks by itself.

pub(crate) const NAV: &str = "Where you are signed in";
pub(crate) const NAV_SHORT: &str = "Devices";
pub(crate) const TITLE: &str = "Where you are signed in";
pub(crate) const SERVER_SAYS: &str = "The server keeps this list, and its times are by the server's clock. It does not know what stands on the lines: each browser has told that to your other browsers alone.";
pub(crate) const HERE: &str = "This one";
pub(crate) const END: &str = "Sign out there";
pub(crate) const END_OTHERS: &str = "Sign out everywhere else";
pub(crate) const UNKNOWN: &str = "Is there a line that is not yours? Sign out everywhere else, and choose another password: whoever is sent away comes back with the old one.";
pub(crate) const UNTOLD: &str = "A browser that said nothing of itself";
pub(crate) const REFUSED: &str =
    "What the server shows for this line was not written by a browser of yours";
pub(crate) const USED_NOW: &str = "In use now";
pub(crate) const USED_UNKNOWN: &str = "Not used since the server was last started";
pub(crate) const LOCK_AFTER: &str = "Lock this browser when nobody has used it for";
pub(crate) const LOCK_AFTER_HELP: &str =
    "It counts while the device sleeps, too. This choice stays in this browser.";
pub(crate) const LOCK_AFTER_SHARED: &str =
    "Others use this device, too: this choice is forgotten when you sign out.";
pub(crate) const STILL_THERE: &str = "Are you still there?";
pub(crate) const STILL_THERE_TEXT: &str = "Nobody has used this page for a while, so it is about to lock. What you typed stays until you unlock it.";
pub(crate) const STAY: &str = "I am here";
pub(crate) const LOCK_NOW: &str = "Lock now";
pub(crate) const SHARED_DEVICE: &str = "Others use this device, too";
pub(crate) const SHARED_DEVICE_HELP: &str =
    "It then locks sooner, and forgets what you typed and your name.";

/// The browser and its system.
pub(crate) fn device(browser: Option<&str>, system: Option<&str>, shared: bool) -> String {
    let browser = browser.unwrap_or("Another browser");
    let on = system.map(|system| format!(" on {system}"));
    let shared = if shared { ", used by others, too" } else { "" };
    format!("{browser}{}{shared}", on.unwrap_or_default())
}

pub(crate) fn began(moment: &str) -> String {
    format!("Signed in {moment}")
}

pub(crate) fn used(moment: &str) -> String {
    format!("Last used {moment}")
}

pub(crate) fn minutes(minutes: u32) -> String {
    super::count(minutes as usize, "minute", "minutes")
}

pub(crate) fn locks_in(seconds: u32) -> String {
    let seconds = super::count(seconds as usize, "second", "seconds");
    format!("It locks in {seconds}.")
}
