//! Every text that a person reads. Short, kind, active; an error says what happened, whether
//! anything was lost and what to do now.

pub(crate) mod behind;
pub(crate) mod changes;
pub(crate) mod chart;
pub(crate) mod delete;
pub(crate) mod devices;
pub(crate) mod door;
pub(crate) mod entry;
pub(crate) mod export;
pub(crate) mod factor;
pub(crate) mod failure;
pub(crate) mod file;
pub(crate) mod frame;
pub(crate) mod import;
pub(crate) mod locker;
pub(crate) mod password;
pub(crate) mod record;
pub(crate) mod security;
pub(crate) mod server;
pub(crate) mod share;
pub(crate) mod standing;
pub(crate) mod trend;
pub(crate) mod tries;
pub(crate) mod waiting;

use crate::message::Category;
use keepwell_shared::statement::Role;

/// The name of this product.
pub(crate) const NAME: &str = "Keepwell";
/// While something is on its way.
pub(crate) const LOADING: &str = "Opening …";
/// Leads back.
pub(crate) const BACK: &str = "Back";
/// Takes a notice away.
pub(crate) const CLOSE: &str = "Close";
/// Ends something that runs.
pub(crate) const CANCEL: &str = "Cancel";
/// Asks once more.
pub(crate) const TRY_AGAIN: &str = "Try again";
/// The heading above a list of what is wrong in a form.
pub(crate) const SUMMARY: &str = "Please look at this again";

/// The title of the tab.
pub(crate) fn tab(title: &str) -> String {
    format!("{title} – {NAME}")
}

/// A data category, in short.
pub(crate) fn category(category: Category) -> &'static str {
    match category {
        Category::Personal => "About me",
        Category::Clinical => "Findings and letters",
        Category::Prescriptions => "Medicines",
        Category::Laboratory => "Laboratory",
        Category::Financial => "Bills",
        Category::Research => "Research",
    }
}

/// What belongs to a data category, for choosing one.
pub(crate) fn category_long(category: Category) -> &'static str {
    match category {
        Category::Personal => "About me: name, contacts, wishes",
        Category::Clinical => "Findings and letters, history",
        Category::Prescriptions => "Medicines",
        Category::Laboratory => "Laboratory values",
        Category::Financial => "Bills and payments",
        Category::Research => "Consent to research",
    }
}

/// A role, as a word in a sentence.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Patient => "patient",
        Role::Doctor => "doctor",
    }
}

/// "1 person", "2 people".
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// Stands instead of the app where the browser offers no cryptography.
pub(crate) const NOT_SECURE: &str = "Keepwell cannot protect anything on this page, because it was opened over a connection that is not secure: please open it again with an address that begins with https, and ask the people who run this server for that address if you do not know it.";
/// Its heading.
pub(crate) const NOT_SECURE_TITLE: &str = "This connection is not secure";

/// The heading of a page that does not exist.
pub(crate) const NOTHING_HERE: &str = "There is nothing at this address";
/// What to do then.
pub(crate) const NOTHING_HERE_TEXT: &str =
    "The address may be incomplete. Nothing was lost or changed.";
/// Leads to the start.
pub(crate) const TO_START: &str = "Go to the start page";
