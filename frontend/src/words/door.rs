//! Before one is in: what this is, signing in, registering, unlocking.

use keepwell_shared::password::{Rule, SHORTEST};

use crate::session::state::Why;

pub(crate) const WELCOME: &str = "Your medical record, kept for you alone";
pub(crate) const WELCOME_LEAD: &str = "You decide who reads it. Everything is encrypted in your browser before it leaves it, so the server that stores your record cannot read it.";
pub(crate) const POINTS: [(&str, &str); 3] = [
    (
        "Keep everything together",
        "Notes, letters, laboratory values and files of any size, in one timeline.",
    ),
    (
        "Share with your doctor",
        "You compare twelve words once. From then on your doctor reads what you share.",
    ),
    (
        "Stop whenever you like",
        "What you write after that is closed to them.",
    ),
];
pub(crate) const SIGN_IN: &str = "Sign in";
pub(crate) const SIGNING_IN: &str = "Signing in …";
pub(crate) const REGISTER: &str = "Create an account";
pub(crate) const NEXT: &str = "Next";
pub(crate) const REGISTERING: &str = "Creating your account …";
pub(crate) const NO_ACCOUNT: &str = "No account yet?";
pub(crate) const HAVE_ACCOUNT: &str = "You have an account already?";

pub(crate) const USERNAME: &str = "User name";
pub(crate) const USERNAME_HELP: &str =
    "3 to 32 characters: letters a to z, digits, dots, hyphens. Others find you by this name.";
pub(crate) const PASSWORD: &str = "Password";
pub(crate) const PASSWORD_NEW_HELP: &str = "A few words that only you would put together are good.";
pub(crate) const PASSWORD_AGAIN: &str = "Password once more";
pub(crate) const SHOW: &str = "Show";
pub(crate) const HIDE: &str = "Hide";
pub(crate) const SHOW_PASSWORD: &str = "Show password";
pub(crate) const HIDE_PASSWORD: &str = "Hide password";
pub(crate) const CAPS_LOCK: &str = "Caps Lock is on.";
pub(crate) const NO_RESET_TITLE: &str = "Nobody can reset this password";
pub(crate) const NO_RESET: &str = "It never leaves your browser, so the server cannot give it back to you. Keep it in a password manager, or on paper in a safe place.";

pub(crate) const ROLE: &str = "What are you here for?";
pub(crate) const ROLE_PATIENT: &str = "I am a patient";
pub(crate) const ROLE_PATIENT_HELP: &str = "I keep my own chart and share it.";
pub(crate) const ROLE_DOCTOR: &str = "I am a doctor";
pub(crate) const ROLE_DOCTOR_HELP: &str = "I read what patients share with me.";

pub(crate) const USERNAME_MISSING: &str = "Type your user name.";
pub(crate) const USERNAME_CHOOSE: &str = "Choose a user name.";
pub(crate) const PASSWORD_MISSING: &str = "Type your password.";
pub(crate) const PASSWORD_CHOOSE: &str = "Choose a password of at least 12 characters.";
pub(crate) const PASSWORD_REPEAT: &str = "Type the password once more.";
pub(crate) const PASSWORDS_DIFFER: &str =
    "The two passwords are not the same. Type the second one again.";
pub(crate) const ROLE_MISSING: &str = "Choose whether you are a patient or a doctor.";

pub(crate) fn password_short(missing: usize) -> String {
    let characters = super::count(missing, "more character", "more characters");
    format!(
        "This password is a little short. Please add {characters}; a few words in a row are easy to remember."
    )
}

pub(crate) const PASSWORD_COMMON: &str = "Many people use this password, so it is tried first. Nothing was sent. Please choose another one.";
pub(crate) const PASSWORD_WEAK: &str = "This password can be guessed too soon. Nothing was sent. Please make it longer; a few words that only you would put together are good.";
pub(crate) const PASSWORD_NOT_JUDGED: &str = "The list of common passwords could not be loaded, so this one was not checked. Nothing was sent. Please check your connection, and try again.";
pub(crate) const STRENGTH: &str = "How hard it is to guess";
pub(crate) const JUDGING: &str = "Thinking about it …";
pub(crate) const RULE_KEPT: &str = " – yes";
pub(crate) const RULE_BROKEN: &str = " – not yet";
pub(crate) const RULE_OPEN: &str = "";

/// What a new password keeps to.
pub(crate) fn rule(rule: Rule) -> String {
    match rule {
        Rule::Length => format!("At least {SHORTEST} characters"),
        Rule::NoUsername => "Your user name is not in it".into(),
        Rule::NotCommon => "Not one that many people use".into(),
        Rule::Guesses => "Would take too long to guess".into(),
    }
}

/// The stable name of a rule's line, for tests.
pub(crate) fn rule_hook(rule: Rule) -> &'static str {
    match rule {
        Rule::Length => "rule-length",
        Rule::NoUsername => "rule-username",
        Rule::NotCommon => "rule-common",
        Rule::Guesses => "rule-guesses",
    }
}

/// How long guessing takes, of so many guesses as a power of ten. Ten thousand guesses a second are
/// what a thousand computers do: each takes a tenth of a second and 64 MiB for one.
pub(crate) fn guessing(who: &str, guesses_log10: f64) -> String {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 60.0 * MINUTE;
    const DAY: f64 = 24.0 * HOUR;
    const YEAR: f64 = 365.0 * DAY;
    let seconds = js_sys::Math::pow(10.0, guesses_log10 - 4.0);
    let about = |unit: f64, one: &str, many: &str| {
        let many_of_them = (seconds / unit).round().max(1.0) as usize;
        format!("about {}", super::count(many_of_them, one, many))
    };
    let long = match seconds {
        s if s < MINUTE => "less than a minute".to_owned(),
        s if s < HOUR => about(MINUTE, "minute", "minutes"),
        s if s < 2.0 * DAY => about(HOUR, "hour", "hours"),
        s if s < 2.0 * YEAR => about(DAY, "day", "days"),
        s if s < 1000.0 * YEAR => about(YEAR, "year", "years"),
        _ => "longer than anybody can wait".to_owned(),
    };
    format!("{who} and has a thousand computers needs {long} to guess it.")
}

/// Who can try passwords without asking the server.
pub(crate) const GUESSER: &str = "Somebody who broke into the server";

pub(crate) const PUZZLE: &str = "Your device is calculating for a moment";
pub(crate) const PUZZLE_WHY: &str = "The server asks for this so that nobody can try names and passwords in great numbers. It takes some seconds, on a slow device up to half a minute. You need not do anything.";

pub(crate) const LOCKED: &str = "Locked";
pub(crate) const UNLOCK: &str = "Unlock";
pub(crate) const UNLOCKING: &str = "Unlocking …";
pub(crate) const WRONG_PASSWORD: &str =
    "This is not the password of this account. Nothing was changed. Please try again.";
pub(crate) const SOMEBODY_ELSE: &str = "I am somebody else";

/// After a lock and a reload, except on a device that others use.
pub(crate) const DRAFTS_KEPT: &str =
    "What you typed and did not save is kept on this device, encrypted.";

pub(crate) fn locked(why: Why) -> &'static str {
    match why {
        Why::Reload => {
            "The page was loaded again, so your keys were forgotten. Type your password to go on where you were."
        }
        Why::Asked => {
            "Your keys and everything you had open are forgotten in this browser. Type your password to go on."
        }
        Why::Unused => {
            "Nobody used this page for a while, so your keys are forgotten in this browser. Type your password to go on."
        }
        Why::Ended => {
            "Your session on the server has ended. Nothing was lost: what you typed is still here. Type your password to go on."
        }
    }
}
