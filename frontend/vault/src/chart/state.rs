//! What is known of a chart. Everything in it verified.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, CompartmentId, RecordId},
    statement::{ChartHead, Grant, KeyBundle, State, Verified},
};

use super::{
    ByCompartment, Doubt, Keyring, Log, OpenedRevision, Record, RefusedItem, Standing, What,
    Writers, Written,
};
use crate::{
    error::{Distrust, Error},
    memory::{ChartMemory, Seen},
};

/// Cheap to clone: whoever reads a chart keeps what they read while it is read anew.
#[derive(Clone)]
pub(crate) struct ChartState {
    pub(crate) chart: ChartId,
    pub(crate) owner: Verified<KeyBundle>,
    pub(crate) own: Option<OwnState>,
    pub(crate) keyring: Rc<Keyring>,
    pub(crate) logs: ByCompartment<Rc<Log>>,
    /// What others wrote, for those compartments in which somebody did.
    pub(crate) writers: ByCompartment<Rc<Writers>>,
    /// Compartments of which nothing new could be verified.
    pub(crate) closed: Vec<CompartmentId>,
    pub(crate) standing: Standing,
    pub(crate) memory: ChartMemory,
}

impl std::fmt::Debug for ChartState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChartState(..)")
    }
}

/// What only the owner knows.
#[derive(Clone)]
pub(crate) struct OwnState {
    pub(crate) head: Verified<ChartHead>,
    pub(crate) grants: Vec<(Verified<Grant>, Verified<KeyBundle>)>,
}

impl ChartState {
    /// Takes what was seen now for what is remembered.
    pub(crate) fn note_heads(&mut self) {
        if let Some(own) = &self.own {
            let now = Seen::of(&own.head, own.head.payload().at);
            let inside = self.logs.iter().map(|(id, log)| (Some(id), log.head.id()));
            for (of, now) in inside.chain([(None, now.id)]) {
                let known = match of {
                    Some(id) => self.memory.compartment(id),
                    None => self.memory.head,
                };
                if let Some(known) = known.filter(|known| known.id != now) {
                    self.memory.passed(of, &[known.id]);
                }
            }
            self.memory.head = Some(now);
            self.memory.grants = own
                .grants
                .iter()
                .map(|(grant, _)| grant.payload().grant)
                .collect();
        }
        self.memory.compartments = self
            .logs
            .iter()
            .map(|(id, log)| (id, Seen::of(&log.head, log.head.payload().at)))
            .collect();
        for (id, writers) in self.writers.iter() {
            for written in writers.all() {
                let payload = written.statement.payload();
                let seen = Seen::of(&written.statement, payload.at);
                self.memory.note_author(id, payload.author, seen);
            }
        }
        // The titles of somebody else's entries are not this device's to keep.
        if self.own.is_some() {
            let lost: Vec<RecordId> = self
                .logs
                .values()
                .flat_map(|log| log.lost().map(|leaf| leaf.record))
                .collect();
            let kept = std::mem::take(&mut self.memory.entries)
                .into_iter()
                .filter(|(record, _)| lost.contains(record));
            self.memory.entries = self
                .logs
                .values()
                .flat_map(|log| log.chains())
                .filter_map(|(record, chain)| Some((*record, chain.last()?)))
                .filter(|(_, newest)| newest.lives())
                .map(|(record, newest)| (record, newest.entry.title.clone()))
                // What is missing keeps its name until it is signed away or comes back.
                .chain(kept)
                .collect();
        }
    }

    /// One revision of an entry; the newest where none is named.
    pub(crate) fn get(&self, record: RecordId, revision: Option<Hash>) -> Result<&Record, Error> {
        let found = match revision {
            None => self.newest_of(record),
            Some(id) => self
                .chains(record)
                .flatten()
                .find(|known| known.statement.id() == id),
        };
        found.ok_or(Error::NotFound)
    }

    /// The newest revision of an entry that lives somewhere.
    fn newest_of(&self, record: RecordId) -> Option<&Record> {
        self.chains(record)
            .filter_map(|chain| chain.last())
            .find(|newest| newest.lives())
    }

    /// Whether the entry was deleted: then it lives nowhere.
    pub(crate) fn is_deleted(&self, record: RecordId) -> bool {
        self.newest_of(record).is_none()
            && self
                .chains(record)
                .any(|chain| chain.last().is_some_and(Record::is_deleted))
    }

    /// The entries that were deleted.
    pub(crate) fn deleted(&self) -> impl Iterator<Item = RecordId> {
        let records = self.logs.values().flat_map(|log| log.chains());
        let records = records.map(|(record, _)| *record);
        records.filter(|record| self.is_deleted(*record))
    }

    /// The revisions of an entry, one chain for each compartment that it was in.
    fn chains(&self, record: RecordId) -> impl Iterator<Item = &[Record]> {
        self.logs
            .values()
            .map(move |log| log.chain(record))
            .filter(|chain| !chain.is_empty())
    }

    /// Every revision.
    #[cfg(feature = "canaries")]
    pub(crate) fn records(&self) -> impl Iterator<Item = &Record> {
        self.logs
            .values()
            .flat_map(|log| log.chains().flat_map(|(_, chain)| chain))
    }

    /// The newest revision of every entry, newest first.
    pub(crate) fn newest(&self) -> Vec<OpenedRevision> {
        let mut all: Vec<&Record> = self
            .logs
            .values()
            .flat_map(|log| log.chains().filter_map(|(_, chain)| chain.last()))
            .filter(|record| record.lives())
            .collect();
        all.sort_by_key(|record| {
            let payload = record.statement.payload();
            std::cmp::Reverse((payload.at, payload.record))
        });
        all.into_iter().map(|record| self.opened(record)).collect()
    }

    /// A revision with the history of its entry.
    pub(crate) fn opened(&self, record: &Record) -> OpenedRevision {
        let payload = record.statement.payload();
        // In the order in which they follow each other; between compartments, by time.
        let place = |known: &Record| {
            let payload = known.statement.payload();
            (payload.at, payload.number)
        };
        let mut all: Vec<&Record> = Vec::new();
        for known in self
            .chains(payload.record)
            .flatten()
            .filter(|known| known.lives())
        {
            let at = all.partition_point(|other| place(other) <= place(known));
            all.insert(at, known);
        }
        let history: Vec<_> = (1u32..)
            .zip(all)
            .map(|(number, known)| {
                let (id, at) = (known.statement.id(), known.statement.payload().at);
                (id, number, at, self.author_of(known))
            })
            .collect();
        let number = history
            .iter()
            .find(|(id, ..)| *id == record.statement.id())
            .map_or(payload.number, |(_, number, ..)| *number);
        OpenedRevision {
            record: payload.record,
            revision: record.statement.id(),
            number,
            at: payload.at,
            author: self.author_of(record),
            category: record.category,
            entry: record.entry.clone(),
            history,
        }
    }

    /// Who wrote a revision: its signer, or whose statement it took over, word for word.
    fn author_of(&self, record: &Record) -> String {
        match self.taken_from(record) {
            None => self.owner.payload().username.clone(),
            Some(Ok(written)) => written.author.payload().username.clone(),
            Some(Err(_)) => String::new(),
        }
    }

    /// The statement that a revision took over; none for what its owner wrote.
    fn taken_from(&self, record: &Record) -> Option<Result<&Written, Distrust>> {
        let payload = record.statement.payload();
        let origin = payload.origin?;
        let writers = self.writers.get(payload.compartment);
        let Some(written) = writers.and_then(|writers| writers.get(origin.statement)) else {
            return Some(Err(Distrust::Missing));
        };
        let about = written.statement.payload();
        let taken = match &written.enclosed {
            _ if payload.state != State::Live => true,
            Ok(enclosed) => (&enclosed.entry, &enclosed.file) == (&payload.entry, &payload.file),
            Err(why) => return Some(Err(*why)),
        };
        let same = taken && (about.author, about.record) == (origin.author, payload.record);
        Some(match same {
            true => Ok(written),
            false => Err(Distrust::Content),
        })
    }

    /// What is wrong with what others wrote, or with who is said to have written it.
    pub(crate) fn doubts(&self) -> Vec<Doubt> {
        let mut doubts: Vec<Doubt> = Vec::new();
        for writers in self.writers.values() {
            doubts.extend_from_slice(writers.doubts());
        }
        let records = self.logs.values().flat_map(|log| log.chains());
        for record in records.flat_map(|(_, chain)| chain) {
            if let Some(Err(why)) = self.taken_from(record) {
                doubts.push(Doubt {
                    category: record.category,
                    author: String::new(),
                    number: 0,
                    why,
                });
            }
        }
        doubts
    }

    /// What somebody else wrote of an entry, and the earlier tries that it answers.
    pub(crate) fn tries_at(&self, record: RecordId) -> Vec<&Written> {
        let mut tries: Vec<&Written> = Vec::new();
        for writers in self.writers.values() {
            let of = |written: &&Written| written.statement.payload().record == record;
            let mut next = writers.all().find(of);
            while let Some(written) = next {
                tries.push(written);
                let payload = written.statement.payload();
                let same = |other: &&Written| other.statement.payload().author == payload.author;
                let answered = payload.answers.and_then(|id| writers.get(id));
                next = answered.filter(same);
            }
        }
        tries
    }

    /// What the owner has decided about a statement, when anything.
    pub(crate) fn decision(&self, written: &Written) -> Option<&Record> {
        let payload = written.statement.payload();
        let log = self.logs.get(payload.compartment)?;
        log.chain(payload.record).first()
    }

    /// What is not shown.
    pub(crate) fn refused(&self) -> Vec<RefusedItem> {
        let entries = self.logs.values().flat_map(|log| log.refused().to_vec());
        let closed = self.closed.iter().filter_map(|id| {
            let what = What::Category(self.keyring.compartment(*id)?.category);
            let why = Distrust::Missing;
            Some(RefusedItem { what, why })
        });
        entries.chain(closed).collect()
    }

    /// Titles of entries that this browser has seen or that were signed away as lost, and that can
    /// not be read now.
    pub(crate) fn lost(&self) -> Vec<String> {
        let mut lost: Vec<(RecordId, String)> = Vec::new();
        for log in self.logs.values() {
            for leaf in log.lost() {
                lost.push((leaf.record, String::new()));
            }
            for (record, chain) in log.chains() {
                if let Some(newest) = chain.last()
                    && newest.statement.payload().state == State::Lost
                {
                    lost.push((*record, newest.entry.title.clone()));
                }
            }
        }
        for (record, title) in &self.memory.entries {
            if let Some((_, known)) = lost.iter_mut().find(|(lost, _)| lost == record) {
                if known.is_empty() {
                    known.clone_from(title);
                }
            } else if self.chains(*record).next().is_none() {
                lost.push((*record, title.clone()));
            }
        }
        lost.into_iter().map(|(_, title)| title).collect()
    }
}
