//! Taking in a file of another program.

use keepwell_record::{BadFile, Example, Source, Subject, What, json::Fault};

use crate::platform::locale;

pub(crate) const TITLE: &str = "Import a file";
pub(crate) const TEXT: &str = "If another program, a hospital or an insurer gave you your record as a FHIR file, choose it here. You see what is in it before anything is added.";
pub(crate) const FILE: &str = "The file";
pub(crate) const READING: &str = "Reading the file …";
pub(crate) const FOUND: &str = "What is in it";
pub(crate) const ABOUT: &str = "About";
pub(crate) const SPAN: &str = "From when";
pub(crate) const FORM: &str = "Kind of file";
pub(crate) const SEVERAL: &str = "This file is about more than one person";
pub(crate) const SEVERAL_TEXT: &str =
    "Please look whether it is yours. What is added goes into your own chart.";
pub(crate) const NOTICED: &str = "What we noticed";
pub(crate) const NOTHING_NEW: &str = "Everything in this file is in your chart already.";
pub(crate) const NOTHING: &str = "There is nothing in this file that could be added.";
pub(crate) const WHOLE: &str = "Add the whole file, as it is, to keep that too";
pub(crate) const WHO_READS: &str = "Only you and the people you share with can read them.";
pub(crate) const TO_CHART: &str = "Go to my chart";
pub(crate) const ANOTHER: &str = "Import another file";

pub(crate) fn limit(bytes: usize) -> String {
    format!(
        "A FHIR R4 file, which ends in .json or .ndjson, up to {}.",
        locale::limit(bytes as u64)
    )
}

pub(crate) fn source(source: Source) -> &'static str {
    match source {
        Source::Document => "A document",
        Source::Collection => "A collection",
        Source::SearchSet => "The answer to a search",
        Source::Transaction => "An exchange between programs",
        Source::Single => "A single entry",
        Source::Lines => "One entry on each line",
    }
}

pub(crate) fn subject(own: &Subject) -> String {
    match (own.name.is_empty(), own.born.is_empty()) {
        (true, _) => "somebody whom the file does not name".into(),
        (false, true) => own.name.clone(),
        (false, false) => format!("{}, born {}", own.name, own.born),
    }
}

pub(crate) fn new(number: usize) -> String {
    super::count(number, "entry is new", "entries are new")
}

pub(crate) fn same(number: usize) -> String {
    match number {
        1 => "1 entry is in your chart already, and is left out".into(),
        _ => format!("{number} entries are in your chart already, and are left out"),
    }
}

pub(crate) fn repeated(number: usize) -> String {
    match number {
        1 => "1 entry stands in the file twice, and is taken once".into(),
        _ => format!("{number} entries stand in the file more than once, and are taken once"),
    }
}

pub(crate) fn changed(number: usize) -> String {
    match number {
        1 => "1 entry says something else in your chart".into(),
        _ => format!("{number} entries say something else in your chart"),
    }
}

pub(crate) fn take_changed(number: usize) -> String {
    match number {
        1 => "Take over what the file says about it. What your chart says now stays readable in its history.".into(),
        _ => "Take over what the file says about them. What your chart says now stays readable in their history.".into(),
    }
}

pub(crate) fn add(number: usize) -> String {
    format!("Add {}", super::count(number, "entry", "entries"))
}

pub(crate) fn added(number: usize) -> String {
    super::count(number, "entry was added.", "entries were added.")
}

pub(crate) fn finding(what: What, count: usize) -> String {
    let (one, many) = match what {
        What::Unreadable => (
            "thing cannot be read, and is not added. Your file still has it.",
            "things cannot be read, and are not added. Your file still has them.",
        ),
        What::TooLong => (
            "thing is too long for an entry, and is not added. Your file still has it.",
            "things are too long for an entry, and are not added. Your file still has them.",
        ),
        What::Kind => (
            "thing is of a kind that Keepwell does not know. It is kept as it is.",
            "things are of a kind that Keepwell does not know. They are kept as they are.",
        ),
        What::Modified => (
            "thing says that its meaning is changed in a way that Keepwell does not know. It is kept as it is.",
            "things say that their meaning is changed in a way that Keepwell does not know. They are kept as they are.",
        ),
        What::Date => (
            "date does not exist. It is kept as it is, and not used.",
            "dates do not exist. They are kept as they are, and not used.",
        ),
        What::Nowhere => (
            "reference leads to nothing in this file or in your chart. It is kept as it is.",
            "references lead to nothing in this file or in your chart. They are kept as they are.",
        ),
    };
    super::count(count, one, many)
}

/// Where it was found; positions are counted from 1 for people.
pub(crate) fn example(own: &Example) -> String {
    let place = own.position.saturating_add(1);
    match own.text.as_str() {
        "" => format!("number {place} in the file"),
        text => format!("“{text}”, number {place} in the file"),
    }
}

/// Why a file is not read at all, whether anything was lost, and what to do.
pub(crate) fn bad(why: BadFile) -> &'static str {
    match why {
        BadFile::Empty => "This file is empty. Nothing was added. Please choose another file.",
        BadFile::TooLarge => {
            "This file is too large to be read at once. Nothing was added. Please ask whoever gave it to you for several smaller ones."
        }
        BadFile::TooMany => {
            "This file holds more entries than can be read at once. Nothing was added. Please ask whoever gave it to you for several smaller ones."
        }
        BadFile::Archive => {
            "This is an archive or a compressed file, whatever its name says. Nothing was added. Please unpack it on your device, and choose the file inside it."
        }
        BadFile::NoText => {
            "This is no text, so it is no FHIR file. Nothing was added. You can still keep it: add it as a file."
        }
        BadFile::Xml => {
            "This file is XML. Keepwell reads FHIR as JSON. Nothing was added. Please ask whoever gave it to you for JSON, or add it as a file."
        }
        BadFile::Json(Fault::TooDeep) => {
            "This file is nested more deeply than any record is. Nothing was added. You can still keep it: add it as a file."
        }
        BadFile::Json(Fault::TooMany) => {
            "This file holds more values than can be read at once. Nothing was added. You can still keep it: add it as a file."
        }
        BadFile::Json(Fault::Syntax(_) | Fault::Twice) => {
            "This file is damaged, or it is no FHIR file. Nothing was added. Please get it once more from where it came from, or add it as a file."
        }
        BadFile::NoFhir => {
            "This file is JSON, but no FHIR. Nothing was added. You can still keep it: add it as a file."
        }
    }
}

pub(crate) const UNREADABLE: &str = "Your device could not read this file: it may have been moved or changed. Nothing was added. Please choose it again.";
pub(crate) const STOPPED: &str = "Stopped. What had been added stays in your chart; import the file again, and the rest is added.";
