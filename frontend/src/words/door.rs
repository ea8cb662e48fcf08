//! Before one is in: what this is, signing in, registering, unlocking.

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
pub(crate) const REGISTERING: &str = "Creating your account …";
pub(crate) const NO_ACCOUNT: &str = "No account yet?";
pub(crate) const HAVE_ACCOUNT: &str = "You have an account already?";

pub(crate) const USERNAME: &str = "User name";
pub(crate) const USERNAME_HELP: &str =
    "3 to 32 characters: letters a to z, digits, dots, hyphens. Others find you by this name.";
pub(crate) const PASSWORD: &str = "Password";
pub(crate) const PASSWORD_NEW_HELP: &str =
    "At least 12 characters. A few words that only you would put together are good.";
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

pub(crate) const LOCKED: &str = "Locked";
pub(crate) const UNLOCK: &str = "Unlock";
pub(crate) const UNLOCKING: &str = "Unlocking …";
pub(crate) const WRONG_PASSWORD: &str =
    "This is not the password of this account. Nothing was changed. Please try again.";
pub(crate) const SOMEBODY_ELSE: &str = "I am somebody else";

pub(crate) fn locked(why: Why) -> &'static str {
    match why {
        Why::Reload => {
            "The page was loaded again, so your keys were forgotten. Type your password to go on where you were."
        }
        Why::Asked => {
            "Your keys and everything you had open are forgotten in this browser. Type your password to go on."
        }
        Why::Ended => {
            "Your session on the server has ended. Nothing was lost: what you typed is still here. Type your password to go on."
        }
    }
}
