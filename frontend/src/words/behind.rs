//! The server shows another state of the account than this browser has seen.

use crate::{message::Behind, platform::locale};

/// What happened, in one sentence.
pub(crate) fn title(found: Behind) -> &'static str {
    match found.forked {
        false => {
            "The server shows an older state of your account than this browser has seen. Nothing was changed."
        }
        true => {
            "The server shows another history of your account than this browser has seen. Nothing was changed."
        }
    }
}

pub(crate) const HEADING: &str = "How you can go on";

/// Which states, and what the cause can be.
pub(crate) fn cause(found: Behind) -> String {
    let (mut shown, mut seen) = (locale::moment(found.shown), locale::moment(found.seen));
    if shown == seen {
        (shown, seen) = (locale::second(found.shown), locale::second(found.seen));
    }
    let cause = match found.forked {
        false => "Perhaps a backup was put back, or the server holds something back.",
        true => {
            "Perhaps a backup was put back and you changed your password in another browser since, or the server shows your browsers different things."
        }
    };
    format!(
        "It shows your account as it was on {shown}. This browser has seen it as it was on {seen}. {cause}"
    )
}

pub(crate) const ASK: &str = "First ask the people who run this server. If they can bring everything back, sign in with your newest password, and this message goes away by itself.";
pub(crate) const CHOOSE: &str = "If they cannot, go on from here: choose a new password. You are signed out everywhere else, and the newer state no longer counts if it comes back later. Your chart then tells you whether entries are missing.";
pub(crate) const CURRENT: &str = "The password with which you signed in now";
pub(crate) const GO_ON: &str = "Go on from here";
pub(crate) const GOING_ON: &str = "Putting your account in order …";
pub(crate) const MEANWHILE: &str = "Your account was changed in another browser just now. Nothing was changed here. Please sign in again.";
pub(crate) const NOT_NOW: &str = "Not now";
