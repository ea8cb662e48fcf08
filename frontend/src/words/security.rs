//! What protects an account.

pub(crate) const TITLE: &str = "What protects your account";
pub(crate) const THERE: &str = "In place";
pub(crate) const MISSING: &str = "Missing";
pub(crate) const PASSWORD: &str = "Your password";
pub(crate) const CHANGE_PASSWORD: &str = "Change your password";
pub(crate) const CHANGE_FACTOR: &str = "Change your second step";
pub(crate) const KEYS: &str = "Your keys";
pub(crate) const FACTOR: &str = "A second step when you sign in";
pub(crate) const RECOVERY: &str = "A way back if you forget your password";
pub(crate) const RECOVERY_NONE: &str = "There is none yet: then nobody can open your record any more. Write the password down and keep it where you keep your passport.";
pub(crate) const SESSIONS: &str = "Where you are signed in";
pub(crate) const LOOK: &str = "Look at the list";
pub(crate) const WORDS_TITLE: &str = "How others know your keys";
pub(crate) const WORDS: &str = "Your safety words";
pub(crate) const WORDS_TEXT: &str = "Whoever shares with you, or reads what you share, sees the same words for you. If somebody's screen shows other words for you, these are not your keys: share nothing, and tell the people who run this server.";
pub(crate) const FINGERPRINT: &str = "The same in full, for whoever wants to compare all of it:";

/// Since when the password is what it is.
pub(crate) fn password(at: &str) -> String {
    format!("Chosen {at}. It never leaves your browsers.")
}

/// What the second step is, and how many ways around a lost phone are left.
pub(crate) fn factor(recovery_codes: u32) -> String {
    let left = super::count(
        recovery_codes as usize,
        "recovery code is",
        "recovery codes are",
    );
    format!("Signing in asks for a code of your authenticator app. {left} left, says the server.")
}

/// Since when the keys are what they are.
pub(crate) fn keys(at: &str) -> String {
    format!("Made {at} in your browser. The server keeps them locked and cannot open them.")
}

/// In how many other browsers one is signed in, as far as the server says.
pub(crate) fn sessions(others: Option<usize>) -> String {
    match others {
        None => "The server did not say where.".into(),
        Some(0) => "Only in this browser, says the server.".into(),
        Some(others) => {
            let others = super::count(others, "other one", "other ones");
            format!("In this browser and {others}, says the server.")
        }
    }
}

/// After how long this browser locks.
pub(crate) fn locks(minutes: u32) -> String {
    let minutes = super::count(minutes as usize, "minute", "minutes");
    format!("This browser locks when nobody has used it for {minutes}.")
}
