//! The entries of a chart: verified, opened, in chains of revisions.

use std::collections::{BTreeMap, BTreeSet};

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
    statement::{Content, KeyBundle, Revision, Verified},
    wire::StoredRevision,
};

use super::{Keyring, OpenedRevision, RefusedItem, What};
use crate::{
    crypto::content::{MessageKeys, open_small},
    entry::{Category, Entry},
    error::{Distrust, Error},
    keys::{Context, Kind, RecordKey},
};

/// All entries that were read so far.
#[derive(Default)]
pub(crate) struct Records {
    /// Where reading goes on.
    pub(crate) cursor: u64,
    /// What was refused while reading, by the hash of what arrived: the last page is read again
    /// each time, and the same bad thing counts once.
    refused: BTreeMap<Hash, RefusedItem>,
    /// What was taken already, likewise: nothing is verified twice.
    taken: BTreeSet<Hash>,
    records: BTreeMap<RecordId, Vec<Record>>,
}

/// One verified and opened revision.
pub(crate) struct Record {
    pub(crate) statement: Verified<Revision>,
    pub(crate) entry: Entry,
    category: Category,
}

impl Records {
    /// Takes what the server keeps. What does not hold is counted and left out; what does is shown.
    pub(crate) fn take(
        &mut self,
        chart: ChartId,
        owner: &Verified<KeyBundle>,
        keyring: &Keyring,
        stored: &StoredRevision,
    ) {
        let arrived = Hash::of(stored.revision.as_bytes());
        if self.taken.contains(&arrived) {
            return;
        }
        match self.check(chart, owner, keyring, stored) {
            Ok(record) => {
                self.refused.remove(&arrived);
                self.push(record);
            }
            Err(why) => {
                self.refused.insert(
                    arrived,
                    RefusedItem {
                        what: What::Entry,
                        why,
                    },
                );
            }
        }
    }

    /// What is not shown.
    pub(crate) fn refused(&self) -> Vec<RefusedItem> {
        self.refused.values().copied().collect()
    }

    /// Takes what this vault wrote itself.
    pub(crate) fn push(&mut self, record: Record) {
        // What was just written will be read back once more.
        if self.taken.insert(Hash::of(record.statement.as_bytes())) {
            self.records
                .entry(record.statement.payload().record)
                .or_default()
                .push(record);
        }
    }

    fn check(
        &self,
        chart: ChartId,
        owner: &Verified<KeyBundle>,
        keyring: &Keyring,
        stored: &StoredRevision,
    ) -> Result<Record, Distrust> {
        let statement = stored.revision.verify(&owner.payload().signing_key()?)?;
        let payload = statement.payload();
        if payload.chart != chart || payload.author != owner.payload().account {
            return Err(Distrust::Misplaced);
        }
        let chain = self
            .records
            .get(&payload.record)
            .map_or(&[][..], Vec::as_slice);
        let newest = chain.last().map(|known| &known.statement);
        let follows = match newest {
            None => payload.number == 1 && payload.parent.is_none(),
            Some(newest) => {
                payload.parent == Some(newest.id())
                    && payload.number == newest.payload().number.saturating_add(1)
            }
        };
        if !follows {
            return Err(Distrust::Missing);
        }
        let category = keyring
            .compartment(payload.compartment)
            .ok_or(Distrust::Misplaced)?
            .category;
        let keys = entry_keys(keyring, payload).map_err(|_| Distrust::Content)?;
        if stored.entry.as_slice().len() as u64 != payload.entry.sealed_length {
            return Err(Distrust::Content);
        }
        let plain =
            open_small(&keys, &stored.entry, payload.entry.root).map_err(|_| Distrust::Content)?;
        let entry = Entry::from_plaintext(&plain).map_err(|_| Distrust::Content)?;
        // A file that is named must be sealed here, and what is sealed here must be named.
        if entry.file.is_some() != payload.file.is_some() {
            return Err(Distrust::Content);
        }
        Ok(Record {
            statement,
            entry,
            category,
        })
    }

    /// One revision of an entry; the newest where none is named.
    pub(crate) fn get(&self, record: RecordId, revision: Option<Hash>) -> Result<&Record, Error> {
        let chain = self.records.get(&record).ok_or(Error::NotFound)?;
        match revision {
            None => chain.last(),
            Some(id) => chain.iter().find(|known| known.statement.id() == id),
        }
        .ok_or(Error::NotFound)
    }

    /// Every revision.
    #[cfg(feature = "canaries")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.values().flatten()
    }

    /// The newest revision of every entry, newest first.
    pub(crate) fn newest(&self, author: &str) -> Vec<OpenedRevision> {
        let mut all: Vec<_> = self
            .records
            .values()
            .filter_map(|chain| chain.last())
            .collect();
        all.sort_by_key(|record| {
            let payload = record.statement.payload();
            std::cmp::Reverse((payload.at, payload.record))
        });
        all.into_iter()
            .map(|record| self.opened(record, author))
            .collect()
    }

    /// A revision with the history of its entry.
    pub(crate) fn opened(&self, record: &Record, author: &str) -> OpenedRevision {
        let payload = record.statement.payload();
        let history = self.records.get(&payload.record).into_iter().flatten();
        OpenedRevision {
            record: payload.record,
            revision: record.statement.id(),
            number: payload.number,
            at: payload.at,
            author: author.to_owned(),
            category: record.category,
            entry: record.entry.clone(),
            history: history
                .map(|known| {
                    let payload = known.statement.payload();
                    (known.statement.id(), payload.number, payload.at)
                })
                .collect(),
        }
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
    let wrap = Context::ContentKey(revision.chart, revision.record, kind);
    let key = record_key.unwrap_key(&content.content_key, &wrap)?;
    let context = match kind {
        Kind::Entry => Context::Entry(revision.chart, revision.record, revision.number),
        Kind::File => Context::File(revision.chart, revision.record),
    };
    MessageKeys::open(&key, &content.salt, content.commitment, &context.encode())
}

fn entry_keys(keyring: &Keyring, revision: &Revision) -> Result<MessageKeys, Error> {
    content_keys(
        &record_key(keyring, revision)?,
        revision,
        &revision.entry,
        Kind::Entry,
    )
}
