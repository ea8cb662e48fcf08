//! Taking one's record along: as a file for other programs, and to read or print.

use crate::platform::locale;

pub(crate) const TITLE: &str = "Take it with you";
/// Leads there.
pub(crate) const LEAD: &str = "Save or print this record";
pub(crate) const TEXT: &str = "Everything that you choose here, as a file that other programs read, or as pages to read and print.";
pub(crate) const WHAT: &str = "What do you want to take along?";
pub(crate) const NOTHING: &str = "Choose at least one thing.";
pub(crate) const SAVE: &str = "Save as a FHIR file";
pub(crate) const SHOW: &str = "Show it to read or print";
pub(crate) const HIDE: &str = "Choose again";
pub(crate) const PRINT: &str = "Print, or save as PDF";
pub(crate) const SAVED: &str =
    "Saved to your downloads. It is no longer encrypted there: keep it where only you can read it.";
pub(crate) const NOT_SAVED: &str =
    "Your browser did not save the file. Nothing was changed. Please try again.";
pub(crate) const FILES: &str = "The file says which documents and pictures your chart holds, but does not hold them. Open them in your chart to save them.";
pub(crate) const EMPTY: &str = "There is nothing of this in the chart.";

pub(crate) fn name(day: &str) -> String {
    format!("keepwell-record-{day}.json")
}

pub(crate) fn of(owner: &str) -> String {
    format!("Record of {owner}")
}

pub(crate) fn made(at: u64, entries: usize) -> String {
    format!(
        "{}, {}",
        locale::day(at),
        super::count(entries, "entry", "entries")
    )
}
