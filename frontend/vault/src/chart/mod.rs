//! A chart as this vault has opened it: keys, heads, grants, entries.

mod benchmark;
mod by_compartment;
mod history;
mod keyring;
mod log;
mod record;
mod state;

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, GrantId, RecordId},
};

use crate::{
    entry::{Category, Entry},
    error::Distrust,
    vault::Person,
};

pub use benchmark::Listing;

pub(crate) use by_compartment::ByCompartment;

pub(crate) use history::{Linked, Step, compare};
pub(crate) use keyring::Keyring;
pub(crate) use log::{Log, leaf_of};
pub(crate) use record::{Record, content_keys, record_key};
pub(crate) use state::{ChartState, OwnState};

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
    /// How the chart stands to what this browser has seen before.
    pub standing: Standing,
    /// Four words of the newest head: two browsers of one person that show the same words show the
    /// same chart. Only for the owner.
    pub check_words: Vec<String>,
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
    /// The server shows an earlier state than this browser has seen. Times are seconds since 1970
    /// by the owner's clock.
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
    /// Whether the chart may be written.
    pub fn is_writable(self) -> bool {
        matches!(self, Self::Current | Self::First)
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
    /// All revisions of the entry, oldest first: id, number, time.
    pub history: Vec<(Hash, u32, u64)>,
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
