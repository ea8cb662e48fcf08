//! A chart and what is in it.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, GrantId, RecordId},
    words::Words,
};
use serde::{Deserialize, Serialize};

use super::{Doubt, Person, Refused, Waiting};

/// A chart, opened.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// The chart.
    pub chart: ChartId,
    /// Whose it is.
    pub owner: Person,
    /// Whether it is the person's own.
    pub own: bool,
    /// The newest revision of every entry, newest first.
    pub entries: Vec<Entry>,
    /// With whom it is shared; only for the owner.
    pub sharing: Vec<Sharing>,
    /// Entries that did not verify or did not open. What did is shown all the same.
    pub refused: Vec<Refused>,
    /// Titles of entries that are not there any more, as far as this browser knows them; an empty
    /// one where it does not.
    pub lost: Vec<String>,
    /// What others wrote and the owner has not taken, newest first.
    pub waiting: Vec<Waiting>,
    /// What is wrong with what others wrote.
    pub doubts: Vec<Doubt>,
    /// Where the person may write an entry that waits for the owner.
    pub proposable: Vec<Category>,
    /// How it stands to what this browser has seen before.
    pub standing: Standing,
    /// Four words that are the same in every browser that shows the same chart; only for the owner.
    pub check_words: Words,
}

impl Chart {
    /// Whether the person may write to it now.
    pub fn writable(&self) -> bool {
        self.own && self.standing.is_calm()
    }

    /// Whether the person may write an entry for its owner: somebody whose words were compared.
    pub fn takes_proposals(&self) -> bool {
        !self.proposable.is_empty() && self.owner.compared && self.standing.is_calm()
    }
}

/// How a chart stands to what this browser has seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It is the same or follows from it.
    Current,
    /// This browser remembers nothing of it, so an earlier state would not be noticed.
    First,
    /// The server shows an earlier state. Times are seconds since 1970 by the owner's clock.
    Older {
        /// When the state was made that the server shows.
        shown: u64,
        /// When the state was made that this browser has seen.
        seen: u64,
    },
    /// The server shows a state that does not follow from what this browser has seen.
    Forked,
    /// Entries are missing or do not belong there.
    Incomplete,
}

impl Standing {
    /// Whether nothing contradicts what this browser has seen.
    pub fn is_calm(self) -> bool {
        matches!(self, Self::Current | Self::First)
    }
}

/// A chart that was put in order, and what became of its entries.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Repaired {
    /// The chart as it is now.
    pub chart: Chart,
    /// Titles of entries that this browser still had and has written again.
    pub written_again: Vec<String>,
    /// Titles of entries that are gone; an empty one where this browser never knew it.
    pub lost: Vec<String>,
}

/// With whom a chart is shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sharing {
    /// The grant.
    pub grant: GrantId,
    /// With whom.
    pub person: Person,
    /// Since when, seconds since 1970.
    pub since: u64,
}

/// One revision of an entry.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The entry.
    pub record: RecordId,
    /// The revision.
    pub revision: Hash,
    /// Counts the revisions, from 1.
    pub number: u32,
    /// Its heading.
    pub title: String,
    /// Its text; may be empty for a file.
    pub text: String,
    /// What it belongs to.
    pub category: Category,
    /// The file, when it is one.
    pub file: Option<FileInfo>,
    /// The user name of the author.
    pub author: String,
    /// When it was written, seconds since 1970 by the author's clock.
    pub at: u64,
    /// All revisions, oldest first, this one included.
    pub history: Vec<RevisionInfo>,
}

/// A line of an entry's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RevisionInfo {
    /// The revision.
    pub revision: Hash,
    /// Counts the revisions, from 1.
    pub number: u32,
    /// When, seconds since 1970.
    pub at: u64,
    /// The user name of the author.
    pub author: String,
}

/// What is known of a file without opening it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Its name.
    pub name: String,
    /// Its media type as the writer's browser named it; may be empty.
    pub media_type: String,
    /// Its true length in bytes.
    pub length: u64,
}

/// One of many entries that are taken in at once.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Addition {
    /// What stands in it.
    pub draft: Draft,
    /// The entry of which it becomes a new revision, and its newest one; none for a new entry.
    pub over: Option<(RecordId, Hash)>,
}

/// What a person typed for an entry: heading, text, and what it belongs to.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the line above says it all")]
pub struct Draft {
    pub title: String,
    pub text: String,
    pub category: Category,
}

/// What was typed and is not saved, as a JSON object of the forms; empty where there is nothing.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept(pub String);

/// What somebody wrote does not print.
macro_rules! prints_its_name {
    ($($name:ident)*) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

prints_its_name! { Chart Repaired Entry FileInfo Draft Addition Kept }

/// The data categories; each is a compartment of the chart with keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Name, contacts, wishes.
    Personal,
    /// Findings, letters, history.
    Clinical,
    /// Medicines.
    Prescriptions,
    /// Laboratory values.
    Laboratory,
    /// Bills.
    Financial,
    /// Consent to research.
    Research,
}
