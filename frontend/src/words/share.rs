//! Safety words, sharing, and stopping it.

pub(crate) const SHARE_TITLE: &str = "Share with your doctor";
pub(crate) const SHARED_WITH: &str = "Who can read your chart";
pub(crate) const ONLY_YOU: &str = "Only you can read your chart.";
pub(crate) const YOU: &str = "You";
pub(crate) const YOU_TEXT: &str = "It is your chart.";
pub(crate) const STOP: &str = "Stop sharing";
pub(crate) const FIND_TITLE: &str = "Find somebody";
pub(crate) const FIND_USERNAME: &str = "Their user name";
pub(crate) const FIND_HELP: &str = "Ask the person for it: it must match exactly.";
pub(crate) const FIND: &str = "Find";
pub(crate) const FINDING: &str = "Looking …";
pub(crate) const FIND_MISSING: &str = "Type the user name of the person.";
pub(crate) const FIND_NOBODY: &str =
    "Nobody has this user name. Please check the spelling with the person. Nothing was shared.";
pub(crate) const YOURSELF: &str = "This is your own user name. Type the name of the other person.";

pub(crate) fn says(role: &str) -> String {
    format!("says: {role}")
}

pub(crate) const SAYS_HELP: &str =
    "Anybody can claim a name and a role. The words below show whether this is the right person.";

pub(crate) const WORDS_TITLE: &str = "Compare the words";
pub(crate) const WORDS_TEXT: &str = "Read both lines to each other, in person or on the telephone: the other screen shows the same two lines. If every word is the same, nobody stands between you, not even the server.";
pub(crate) const WORDS_WHERE_DOCTOR: &str =
    "The other person sees them under “Compare words” after looking for your user name.";
pub(crate) const WORDS_WHERE_PATIENT: &str =
    "The other person sees them under “Share” after looking for your user name.";

pub(crate) fn words_of(name: &str) -> String {
    format!("Words of {name}")
}

pub(crate) const YOURS: &str = "(you)";
pub(crate) const SAME: &str = "The words are the same on both screens";
pub(crate) const DIFFER: &str = "They differ";
pub(crate) const DIFFER_TITLE: &str = "Do not share with this account";

pub(crate) fn differ(name: &str) -> String {
    format!(
        "Different words mean that the server shows you keys that are not those of {name}, or that one of you looked for the wrong user name. Nothing was shared. Check the spelling of both names and look again. If the words still differ, do not share, and tell the people who run this server."
    )
}

pub(crate) const LOOK_AGAIN: &str = "Look again";
pub(crate) const ALREADY: &str = "You compared the words with this person in this browser.";
pub(crate) const CONFIRMED: &str = "Kept: the words are the same.";

pub(crate) fn share_now(name: &str) -> String {
    format!("Share my chart with {name}")
}

pub(crate) const SHARING: &str = "Sharing …";

pub(crate) fn share_what(name: &str) -> String {
    format!("{name} will be able to read your whole chart, and what you add to it, until you stop.")
}

pub(crate) fn shared(name: &str) -> String {
    format!("{name} can read your chart now.")
}

pub(crate) fn already_shared(name: &str) -> String {
    format!("You share your chart with {name} already.")
}

pub(crate) fn patient_warning(name: &str) -> String {
    format!(
        "{name} says to be a patient, not a doctor. Go on only if you want to share with this person."
    )
}

pub(crate) const CHANGED: &str = "The keys of this person have changed";

pub(crate) fn changed(name: &str) -> String {
    format!(
        "They are not the ones that you compared. Either {name} has made a new account, or the server is not telling the truth. Ask {name}, and compare the words again before you share anything."
    )
}

pub(crate) fn since(day: &str) -> String {
    format!("since {day}")
}

pub(crate) fn stop_title(name: &str) -> String {
    format!("Stop sharing with {name}")
}

pub(crate) fn stop_text(name: &str) -> String {
    format!(
        "This cannot be undone: what {name} has already read stays with them. What you write from now on is closed to them."
    )
}

pub(crate) fn stop_confirm(name: &str) -> String {
    format!("To go on, type the user name: {name}")
}

pub(crate) fn stop_mismatch(name: &str) -> String {
    format!("This is not the name. Type {name} to stop sharing with this person.")
}

pub(crate) const STOPPING: &str = "Changing the keys …";
pub(crate) const KEEP_SHARING: &str = "Keep sharing";

pub(crate) fn stopped(name: &str) -> String {
    format!("You have stopped sharing with {name}. What you write from now on is closed to them.")
}

pub(crate) const STOP_GONE: &str = "You do not share with this person any more.";
pub(crate) const TO_SHARE: &str = "Back to sharing";

pub(crate) const COMPARE_TITLE: &str = "Compare words";
pub(crate) const COMPARE_TEXT: &str = "With twelve words each, you and a patient make sure that the server shows both of you the right keys.";
