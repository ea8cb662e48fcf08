//! The timeline of a chart and the doctor's list of patients.

pub(crate) const MY_CHART: &str = "My chart";
pub(crate) const CHART: &str = "Chart";
pub(crate) const ADD_NOTE: &str = "Write a note";
pub(crate) const ADD_FILE: &str = "Add a file";
pub(crate) const ENTRIES: &str = "Entries";
pub(crate) const EMPTY_OWN: &str = "Your chart is empty";
pub(crate) const EMPTY_OWN_TEXT: &str = "Here you will see everything you keep, newest first. A good first step: write down which medicines you take, or add the last letter from your doctor.";
pub(crate) const EMPTY_SHARED: &str = "Nothing here yet";
pub(crate) const EMPTY_SHARED_TEXT: &str = "You will see entries here as soon as they are written.";
pub(crate) const NOTE: &str = "Note";
pub(crate) const FILE: &str = "File";
pub(crate) const FILTER: &str = "Find in this chart";
pub(crate) const NO_MATCH: &str = "No entry holds these words.";
pub(crate) const MORE: &str = "Show more";
pub(crate) const CHOOSE: &str = "Choose an entry to read it here.";

pub(crate) fn by(author: &str) -> String {
    format!("by {author}")
}

pub(crate) fn found(number: usize) -> String {
    super::count(number, "entry", "entries")
}

pub(crate) const PATIENTS: &str = "Patients";
pub(crate) const PATIENTS_SHARED: &str = "Shared with me";
pub(crate) const PATIENTS_TEXT: &str = "These people share their charts with you.";
pub(crate) const NO_PATIENTS: &str = "Nobody shares a chart with you yet";
pub(crate) const NO_PATIENTS_TEXT: &str = "A patient finds you by your user name, compares safety words with you, and shares. The chart then appears here.";

pub(crate) fn your_name(name: &str) -> String {
    format!("Your user name is {name}.")
}

pub(crate) fn shares_since(day: &str) -> String {
    format!("shares since {day}")
}

pub(crate) const COMPARED: &str = "Words compared";
pub(crate) const NOT_COMPARED: &str = "Words not compared";
pub(crate) const CHANGED: &str = "Keys have changed";

pub(crate) fn not_compared(owner: &str) -> String {
    format!(
        "You have not compared safety words with {owner}. Until you do, only the server says that this chart is theirs."
    )
}

pub(crate) const COMPARE_NOW: &str = "Compare words";

pub(crate) const ENDED: &str = "Sharing has ended";

pub(crate) fn ended(owner: &str) -> String {
    let owner = if owner.is_empty() { "The owner" } else { owner };
    format!(
        "{owner} has stopped sharing this chart with you. It is closed here now, and what is written from now on is not open to you. Files that you saved on your device are still there. If you think this is a mistake, ask {} to share again.",
        if owner == "The owner" {
            "the owner"
        } else {
            owner
        }
    )
}

pub(crate) const TO_PATIENTS: &str = "Back to the list";

pub(crate) fn refused(number: usize) -> String {
    if number == 1 {
        "1 thing was not shown".into()
    } else {
        format!("{number} things were not shown")
    }
}

pub(crate) const REFUSED_TEXT: &str = "They did not pass the checks of this browser, or the server did not send them at all. Everything that you see here passed. Please tell the people who run this server.";

pub(crate) const MISSING_TITLE: &str = "A chart of yours is missing on this server";
pub(crate) const MISSING_TEXT: &str = "This browser has seen it here, and the server does not show it any more. You did nothing wrong. Please tell the people who run this server: they may be able to bring it back.";

/// Something stands in a form that is not saved.
pub(crate) const UNSAVED: &str = "You have begun to write something, and it is not saved yet.";
/// Leads there.
pub(crate) const GO_ON: &str = "Go on writing";
