//! Reading, writing and changing an entry; files on their way.

use crate::{platform::locale, session::transfers::What};

pub(crate) const NEW_NOTE: &str = "Write a note";
pub(crate) const NEW_FILE: &str = "Add a file";
pub(crate) const EDIT: &str = "Edit";
pub(crate) const EDIT_TITLE: &str = "Edit this entry";
pub(crate) const ENTRY: &str = "Entry";
pub(crate) const TITLE: &str = "Title";
pub(crate) const TITLE_HELP: &str = "A few words by which you will find it again.";
pub(crate) const TITLE_FILE: &str = "Title (optional)";
pub(crate) const TITLE_FILE_HELP: &str = "Without one, the name of the file is the title.";
pub(crate) const TEXT: &str = "Text";
pub(crate) const REMARK: &str = "Remark (optional)";
pub(crate) const CATEGORY: &str = "Belongs to";
pub(crate) const SAVE: &str = "Save";
pub(crate) const SAVING: &str = "Saving …";
pub(crate) const ADD: &str = "Add this file";
pub(crate) const ADDED: &str = "Added. Only you and the people you share with can read it.";
pub(crate) const SAVED: &str = "Saved. The revision before stays readable below.";
pub(crate) const TITLE_MISSING: &str = "Give the note a title.";
pub(crate) const TITLE_MISSING_EDIT: &str = "Give the entry a title.";
pub(crate) const TEXT_MISSING: &str = "Write something first.";

pub(crate) const CHOOSE_FILE: &str = "Choose a file";
pub(crate) const CHOOSE_OTHER: &str = "Choose another file";
pub(crate) const DROP_HERE: &str = "or drop it here";
pub(crate) const REPLACE_FILE: &str = "Replace the file (optional)";
pub(crate) const REPLACE_HELP: &str = "Without a new file, the present one stays.";
pub(crate) const KEEP_FILE: &str = "Keep the present file";
pub(crate) const FILE_MISSING: &str = "Choose a file first.";

pub(crate) fn file_limit(bytes: u64) -> String {
    format!(
        "Text, PDF, pictures, DICOM, FHIR, tables and office documents, up to {}.",
        locale::limit(bytes)
    )
}

pub(crate) const CONFLICT: &str = "This entry has changed in the meantime";
pub(crate) const CONFLICT_TEXT: &str = "A newer revision was written somewhere else while you were typing. Nothing was overwritten, and your text is still in the form. Compare the two, then save yours as the newest revision, or keep the other one.";
pub(crate) const NEWER: &str = "The newer revision";
pub(crate) const KEEP_NEWER: &str = "Keep the other one";

pub(crate) const DOWNLOAD: &str = "Download";
pub(crate) const NO_TEXT: &str = "This entry has no text.";
pub(crate) const HISTORY: &str = "History";
pub(crate) const OLDER: &str = "You are reading an older revision.";
pub(crate) const TO_NEWEST: &str = "Go to the newest";
pub(crate) const PRINT: &str = "Print";
pub(crate) const BACK_TO_LIST: &str = "Back to the list";

pub(crate) fn revision(number: u32) -> String {
    format!("Revision {number}")
}

pub(crate) const NEWEST: &str = "newest";
pub(crate) const SHOWN: &str = "shown here";

pub(crate) const STOPPED: &str = "Stopped. Nothing was added or changed.";
pub(crate) const STOPPED_OPENING: &str = "Stopped. Nothing was saved on your device.";
pub(crate) const OPEN_IT: &str = "Open it";

pub(crate) fn doing(what: What, name: &str) -> String {
    match what {
        What::Add => format!("Adding {name}"),
        What::Replace => format!("Replacing the file by {name}"),
        What::Open | What::Show => format!("Opening {name}"),
        What::Lock => format!("Locking {name}"),
        What::TakeIn => format!("Importing {name}"),
    }
}

pub(crate) fn done(what: What, name: &str) -> String {
    match what {
        What::Add => format!("{name} was added."),
        What::Replace => format!("{name} is the file now."),
        What::TakeIn => format!("{name} was imported."),
        What::Open => {
            format!("{name} was saved to your downloads. It is no longer encrypted there.")
        }
        What::Lock => super::locker::saved(name),
        What::Show => format!("{name} was opened."),
    }
}

pub(crate) fn failed(what: What, name: &str) -> String {
    match what {
        What::Add => format!("{name} was not added."),
        What::Replace => format!("The file was not replaced by {name}."),
        What::Open | What::Show => format!("{name} was not opened."),
        What::Lock => format!("{name} was not saved."),
        What::TakeIn => format!(
            "{name} was not imported to its end. What was added stays; import it again, and the rest is added."
        ),
    }
}

pub(crate) fn progress(done: u64, total: u64, percent: u64) -> String {
    format!(
        "{} of {} ({percent} %)",
        locale::size(done),
        locale::size(total)
    )
}

pub(crate) fn remaining(seconds: u64) -> String {
    match seconds {
        0..=4 => "a few seconds left".into(),
        5..=59 => format!("about {} seconds left", seconds.div_ceil(5) * 5),
        60..=89 => "about a minute left".into(),
        _ => format!("about {} minutes left", (seconds + 30) / 60),
    }
}

pub(crate) const STARTING: &str = "Starting …";
