//! One revision of an entry, verified and opened, and the keys that open it.

use keepwell_shared::{
    bytes::Bytes,
    id::{ChartId, RecordId},
    statement::{AuthorStatement, Content, Revision, State, Verified},
};

use super::Keyring;
use crate::{
    crypto::content::{MessageKeys, open_small},
    entry::{Category, Entry},
    error::{Distrust, Error},
    keys::{Context, Kind, RecordKey},
};

/// One verified and opened revision.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) statement: Verified<Revision>,
    pub(crate) entry: Entry,
    pub(crate) category: Category,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Record(..)")
    }
}

impl Record {
    pub(crate) fn new(statement: Verified<Revision>, entry: Entry, category: Category) -> Self {
        Self {
            statement,
            entry,
            category,
        }
    }

    /// Opens a verified revision.
    pub(crate) fn open(
        statement: Verified<Revision>,
        sealed: &Bytes,
        keyring: &Keyring,
    ) -> Result<Self, Distrust> {
        let payload = statement.payload();
        let category = keyring
            .compartment(payload.compartment)
            .ok_or(Distrust::Misplaced)?
            .category;
        let keys = entry_keys(keyring, payload).map_err(|_| Distrust::Content)?;
        let entry = open_entry(&keys, &payload.entry, sealed, payload.file.is_some())?;
        // A deletion says nothing.
        if payload.state == State::Deleted && !entry.is_empty() {
            return Err(Distrust::Content);
        }
        Ok(Self {
            statement,
            entry,
            category,
        })
    }

    /// Whether the entry was deleted by it.
    pub(crate) fn is_deleted(&self) -> bool {
        self.statement.payload().state == State::Deleted
    }

    /// Whether the entry lives on in this compartment after it.
    pub(crate) fn lives(&self) -> bool {
        self.statement.payload().state == State::Live
    }
}

/// The RecordKey of a revision.
pub(crate) fn record_key(keyring: &Keyring, revision: &Revision) -> Result<RecordKey, Error> {
    let key = keyring
        .get(revision.compartment, revision.epoch)
        .ok_or(Distrust::Misplaced)?;
    let context = Context::RecordKey(
        revision.chart,
        revision.compartment,
        revision.epoch,
        revision.record,
    );
    key.unwrap_key(&revision.record_key, &context)
}

/// The keys of some content of a revision.
pub(crate) fn content_keys(
    record_key: &RecordKey,
    revision: &Revision,
    content: &Content,
    kind: Kind,
) -> Result<MessageKeys, Error> {
    let place = Context::Entry(
        revision.chart,
        revision.compartment,
        revision.record,
        revision.number,
    );
    keys_at(
        record_key,
        revision.chart,
        revision.record,
        place,
        content,
        kind,
    )
}

/// The keys of some content of an entry by another author, which is the first revision wherever it
/// is taken.
pub(crate) fn statement_keys(
    record_key: &RecordKey,
    statement: &AuthorStatement,
    content: &Content,
    kind: Kind,
) -> Result<MessageKeys, Error> {
    let (chart, record) = (statement.chart, statement.record);
    let place = Context::Entry(chart, statement.compartment, record, 1);
    keys_at(record_key, chart, record, place, content, kind)
}

fn keys_at(
    record_key: &RecordKey,
    chart: ChartId,
    record: RecordId,
    entry: Context,
    content: &Content,
    kind: Kind,
) -> Result<MessageKeys, Error> {
    let wrap = Context::ContentKey(chart, record, kind);
    let key = record_key.unwrap_key(&content.content_key, &wrap)?;
    let context = match kind {
        Kind::Entry => entry,
        Kind::File => Context::File(chart, record),
    };
    MessageKeys::open(&key, &content.salt, content.commitment, &context.encode())
}

/// Opens the sealed bytes of an entry.
pub(crate) fn open_entry(
    keys: &MessageKeys,
    content: &Content,
    sealed: &Bytes,
    has_file: bool,
) -> Result<Entry, Distrust> {
    if sealed.as_slice().len() as u64 != content.sealed_length {
        return Err(Distrust::Content);
    }
    let plain = open_small(keys, sealed, content.root).map_err(|_| Distrust::Content)?;
    let entry = Entry::from_plaintext(&plain).map_err(|_| Distrust::Content)?;
    // A file that is named must be sealed here, and what is sealed here must be named.
    if entry.file.is_some() != has_file {
        return Err(Distrust::Content);
    }
    Ok(entry)
}

fn entry_keys(keyring: &Keyring, revision: &Revision) -> Result<MessageKeys, Error> {
    content_keys(
        &record_key(keyring, revision)?,
        revision,
        &revision.entry,
        Kind::Entry,
    )
}
