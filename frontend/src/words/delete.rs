//! Deleting an entry.

pub(crate) const DELETE: &str = "Delete";
pub(crate) const DELETE_TITLE: &str = "Delete this entry";
pub(crate) const DELETE_NOW: &str = "Delete for good";
pub(crate) const KEEP: &str = "Keep it";
pub(crate) const UNDO: &str = "Undo";
pub(crate) const UNDO_SAID: &str = "It is not deleted yet: you can still undo this.";
pub(crate) const DELETING: &str = "Deleting …";
pub(crate) const GONE: &str = "There is nothing to delete here: this entry is gone already, or it is not in a chart of yours.";
pub(crate) const STAYS: &str = "What stays is that something was deleted, and when, without a word of what it said: so nobody can hide it. What somebody has read or saved elsewhere is theirs, and an old backup of the server may keep locked bytes.";

pub(crate) fn what(revisions: usize, file: bool) -> String {
    let what = match (revisions, file) {
        (0 | 1, false) => "This entry goes".to_owned(),
        (0 | 1, true) => "This entry and its file go".to_owned(),
        (some, false) => format!("This entry goes with all its {some} revisions"),
        (some, true) => format!("This entry goes with its files and all its {some} revisions"),
    };
    format!("{what} for good. Nobody can bring it back, not even you.")
}

pub(crate) fn for_whom(readers: &[String]) -> String {
    match readers {
        [] => "It goes for you; nobody else can read it now.".into(),
        [one] => format!("It goes for you and for {one}."),
        [some @ .., last] => format!(
            "It goes for you, for {} and for {last}.",
            some.join(", for ")
        ),
    }
}

pub(crate) fn counting(seconds: u32) -> String {
    match seconds {
        0 | 1 => "It goes in a second. Leave this page, and it stays.".into(),
        _ => format!("It goes in {seconds} seconds. Leave this page, and it stays."),
    }
}

pub(crate) fn deleted(title: &str) -> String {
    format!("“{title}” is deleted.")
}
