//! A chart as this vault has opened it: keys, heads, grants, entries.

mod benchmark;
mod by_compartment;
mod history;
mod keyring;
mod log;
mod reader;
mod record;
mod state;
mod writers;

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, GrantId, RecordId},
    words::Words,
};

use crate::{
    entry::{Category, Entry},
    error::Distrust,
    vault::Person,
};

pub use benchmark::Listing;

pub(crate) use by_compartment::ByCompartment;

pub(crate) use history::{Linked, Step, compare, stray};
pub(crate) use keyring::Keyring;
pub(crate) use log::{Log, leaf_of};
pub(crate) use reader::Reader;
pub(crate) use record::{Record, content_keys, open_entry, record_key, statement_keys};
pub(crate) use state::{ChartState, OwnState};
pub(crate) use writers::{Writers, Written};

/// A chart, opened.
#[derive(Clone)]
pub struct Chart {
    /// The chart.
    pub chart: ChartId,
    /// Whose it is.
    pub owner: Person,
    /// Whether it is one's own.
    pub own: bool,
    /// The newest revision of every entry, newest first, each with the history of its entry.
    pub entries: Vec<OpenedRevision>,
    /// With whom it is shared; only for the owner.
    pub sharing: Vec<GrantView>,
    /// What did not verify or did not open.
    pub refused: Vec<RefusedItem>,
    /// Titles of entries that are not there any more, as far as this browser knows them; an empty
    /// one where it does not.
    pub lost: Vec<String>,
    /// What others have written and its owner has not taken, newest first: what waits, what the owner
    /// asks about, and what was declined as far as it is one's own.
    pub waiting: Vec<WaitingEntry>,
    /// What is wrong with what others have written, or with what is said about it.
    pub doubts: Vec<Doubt>,
    /// The categories in which this person may write an entry that waits for the owner.
    pub writable: Vec<Category>,
    /// How the chart stands to what this browser has seen before.
    pub standing: Standing,
    /// Four words of the newest head: two browsers of one person that show the same words show the
    /// same chart. Only for the owner.
    pub check_words: Words,
}

/// Titles do not print.
impl std::fmt::Debug for Chart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Chart(..)")
    }
}

/// How a chart stands to what this browser has seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the same or follows from it.
    Current,
    /// This browser remembers nothing of it, so an earlier state would not be noticed.
    First,
    /// The server shows an earlier state than this browser has seen, or somebody who wrote into it. Times are seconds since 1970
    /// by the owner's clock.
    Older {
        /// When the state was made that the server shows.
        shown: u64,
        /// When the state was made that was seen.
        seen: u64,
    },
    /// The server shows a state that does not follow from what this browser has seen, or somebody who
    /// wrote into it.
    Forked,
    /// Entries are missing or do not belong there.
    Incomplete,
}

impl Standing {
    /// Whether the chart may be written.
    pub fn is_writable(self) -> bool {
        matches!(self, Self::Current | Self::First)
    }

    /// Whether what the server shows is not the newest state that is known of.
    pub(crate) fn is_backwards(self) -> bool {
        matches!(self, Self::Older { .. } | Self::Forked)
    }

    /// The worse of two.
    pub(crate) fn worse(self, other: Self) -> Self {
        let rank = |standing: &Self| match standing {
            Self::Current => 0,
            Self::First => 1,
            Self::Incomplete => 2,
            Self::Older { .. } => 3,
            Self::Forked => 4,
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }
}

/// One revision of an entry, verified and opened.
#[derive(Debug, Clone)]
pub struct OpenedRevision {
    /// The entry.
    pub record: RecordId,
    /// The revision.
    pub revision: Hash,
    /// Counts the revisions that can be read, from 1.
    pub number: u32,
    /// When, seconds since 1970 by the author's clock.
    pub at: u64,
    /// The user name of the author.
    pub author: String,
    /// What it belongs to.
    pub category: Category,
    /// The content.
    pub entry: Entry,
    /// All revisions of the entry, oldest first: id, number, time, user name of the author.
    pub history: Vec<(Hash, u32, u64, String)>,
}

/// An entry by somebody else than the owner, which the owner has not taken.
#[derive(Debug, Clone)]
pub struct WaitingEntry {
    /// The statement of its author.
    pub statement: Hash,
    /// The entry that it would become.
    pub record: RecordId,
    /// Who wrote it, under the keys with which it is signed.
    pub author: Person,
    /// Whether that is this person.
    pub mine: bool,
    /// Counts what this author wrote in the category.
    pub number: u64,
    /// When, seconds since 1970 by the author's clock.
    pub at: u64,
    /// What it belongs to.
    pub category: Category,
    /// The content.
    pub entry: Entry,
    /// What became of it.
    pub state: Waiting,
    /// Whether the owner's newest head says that the owner has seen it.
    pub seen: bool,
    /// Whether its author may not read the category any more: it was written before.
    pub late: bool,
    /// Whether it answers an earlier one that the owner asked about.
    pub answer: bool,
}

/// What became of an entry by somebody else.
#[derive(Clone, PartialEq, Eq)]
pub enum Waiting {
    /// The owner has not decided.
    Undecided,
    /// The owner asks about it, in these words.
    Asked(String),
    /// The owner did not take it.
    Declined,
}

/// Questions do not print.
impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Undecided => "Undecided",
            Self::Asked(_) => "Asked(..)",
            Self::Declined => "Declined",
        })
    }
}

/// Something about the entries of others that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The category.
    pub category: Category,
    /// The user name of the author that it is about; empty where that is not known.
    pub author: String,
    /// Which of the author's entries in the category; 0 where that is not known.
    pub number: u64,
    /// What does not hold.
    pub why: Distrust,
}

/// With whom a chart is shared.
#[derive(Debug, Clone)]
pub struct GrantView {
    /// The grant.
    pub grant: GrantId,
    /// With whom.
    pub person: Person,
    /// Since when, seconds since 1970.
    pub since: u64,
}

/// Something that is not shown, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedItem {
    /// What it claimed to be.
    pub what: What,
    /// Why it is not believed.
    pub why: Distrust,
}

/// What a refused thing claimed to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A revision of this entry.
    Entry(RecordId),
    /// All that is new in one category.
    Category(Category),
}
