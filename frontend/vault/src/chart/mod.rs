//! A chart as this vault has opened it: keys, head, grants, entries.

mod keyring;
mod records;

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, GrantId, RecordId},
    statement::{ChartHead, Grant, KeyBundle, Verified},
};

use crate::{
    entry::{Category, Entry},
    error::Distrust,
    vault::Person,
};

pub(crate) use keyring::Keyring;
pub(crate) use records::{Record, Records, content_keys, record_key};

/// What is known of a chart. Everything in it verified.
pub(crate) struct ChartState {
    pub(crate) chart: ChartId,
    pub(crate) owner: Verified<KeyBundle>,
    pub(crate) own: Option<OwnState>,
    pub(crate) keyring: Keyring,
    pub(crate) records: Records,
}

/// What only the owner knows.
pub(crate) struct OwnState {
    pub(crate) head: Verified<ChartHead>,
    pub(crate) grants: Vec<(Verified<Grant>, Verified<KeyBundle>)>,
}

/// A chart, opened.
#[derive(Debug, Clone)]
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
}

/// One revision of an entry, verified and opened.
#[derive(Debug, Clone)]
pub struct OpenedRevision {
    /// The entry.
    pub record: RecordId,
    /// The revision.
    pub revision: Hash,
    /// Counts the revisions, from 1.
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
    /// A revision of an entry.
    Entry,
}
