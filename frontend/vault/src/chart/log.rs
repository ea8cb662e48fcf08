//! The entries of one compartment, as its newest head has them.
//!
//! What arrives is counted first: the ids of all revisions must add up to the signed root, and only
//! then is a single one believed. A revision that a leaf or a later revision names is verified by
//! its id alone, so that a chart of ten thousand entries costs one signature.
//!
//! `docs/protocol.md`, section 6.2.

use std::collections::BTreeMap;

use keepwell_shared::{
    bytes::Hash,
    id::RecordId,
    merkle::{self, Leaf},
    statement::{CompartmentHead, Revision, State, Unverified, Verified},
    wire::StoredRevision,
};

use super::{Keyring, Record, RefusedItem, What};
use crate::error::{Distrust, Error};

/// The entries of a compartment.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) head: Verified<CompartmentHead>,
    /// How many revisions were taken.
    places: u64,
    leaves: Vec<Leaf>,
    hashes: Vec<Hash>,
    index: BTreeMap<RecordId, usize>,
    chains: BTreeMap<RecordId, Vec<Record>>,
    /// What was not believed, or is not there.
    refused: Vec<RefusedItem>,
    /// Whether everything added up.
    whole: bool,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Log(..)")
    }
}

impl Log {
    /// A compartment of which nothing was read yet.
    pub(crate) fn new(head: Verified<CompartmentHead>) -> Self {
        Self {
            head,
            places: 0,
            leaves: Vec::new(),
            hashes: Vec::new(),
            index: BTreeMap::new(),
            chains: BTreeMap::new(),
            refused: Vec::new(),
            whole: true,
        }
    }

    pub(crate) fn places(&self) -> u64 {
        self.places
    }

    /// Whether everything that the head stands for is there.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole && self.places == self.head.payload().revisions
    }

    pub(crate) fn refused(&self) -> &[RefusedItem] {
        &self.refused
    }

    pub(crate) fn chains(&self) -> impl Iterator<Item = (&RecordId, &Vec<Record>)> {
        self.chains.iter()
    }

    pub(crate) fn chain(&self, record: RecordId) -> &[Record] {
        self.chains.get(&record).map_or(&[], Vec::as_slice)
    }

    /// The leaf of an entry: what a new revision of it follows.
    pub(crate) fn leaf(&self, record: RecordId) -> Option<&Leaf> {
        self.index.get(&record).and_then(|at| self.leaves.get(*at))
    }

    /// Whether the owner has deleted an entry here.
    pub(crate) fn is_deleted(&self, record: RecordId) -> bool {
        self.leaf(record)
            .is_some_and(|leaf| leaf.state == State::Deleted)
    }

    /// Leaves of entries whose content is not there.
    pub(crate) fn lost(&self) -> impl Iterator<Item = &Leaf> {
        self.leaves.iter().filter(|leaf| {
            self.chain(leaf.record)
                .last()
                .is_none_or(|record| record.statement.id() != leaf.revision)
        })
    }

    /// The newest revisions of entries that have a hole in their history.
    pub(crate) fn torn(&self) -> impl Iterator<Item = &Record> {
        self.leaves.iter().filter_map(|leaf| {
            let chain = self.chain(leaf.record);
            let newest = chain.last()?;
            let there = newest.statement.id() == leaf.revision;
            (there && !hangs_together(chain)).then_some(newest)
        })
    }

    /// Count and root of the tree with these leaves set.
    pub(crate) fn preview(&self, leaves: &[Leaf]) -> (u64, Hash) {
        let mut next = self.clone_tree();
        for leaf in leaves {
            next.set(*leaf);
        }
        (next.leaves.len() as u64, next.root())
    }

    /// Takes what this vault wrote itself, once the server has it.
    pub(crate) fn push(&mut self, head: Verified<CompartmentHead>, records: Vec<Record>) {
        for record in records {
            let leaf = leaf_of(&record.statement);
            self.set(leaf);
            let chain = self.chains.entry(leaf.record).or_default();
            if leaf.state.begins_anew() {
                chain.clear();
            }
            chain.push(record);
            self.places = self.places.saturating_add(1);
        }
        self.head = head;
    }

    /// Takes the revisions that are new under a new head. The root fixes the newest revision of each
    /// entry; whether everything before it is there and opens is found out as well.
    ///
    /// # Errors
    /// [`Distrust::Missing`] when they do not add up to it; nothing is taken then.
    pub(crate) fn advance(
        &mut self,
        head: Verified<CompartmentHead>,
        arrived: &[StoredRevision],
        keyring: &Keyring,
    ) -> Result<(), Error> {
        let mut next = self.clone_tree();
        let mut ids = Vec::with_capacity(arrived.len());
        for stored in arrived {
            let id = stored.revision.as_ref().map(Unverified::id).transpose()?;
            ids.extend(id.map(|id| (id, stored)));
            next.set(Leaf {
                record: stored.record,
                number: stored.number,
                // A deleted revision keeps the place of its entry. No root has this for its newest
                // one: it is no hash of anything.
                revision: id.unwrap_or(Hash([0; 32])),
                state: stored.state,
            });
        }
        let payload = head.payload();
        let places = self.places.saturating_add(arrived.len() as u64);
        let adds_up = places == payload.revisions
            && next.leaves.len() as u64 == payload.entries
            && next.root() == payload.root;
        if !adds_up {
            return Err(Distrust::Missing.into());
        }
        (self.leaves, self.hashes, self.index) = (next.leaves, next.hashes, next.index);
        self.places = places;
        self.head = head;
        let stored = by_id(ids.into_iter());
        self.fill(stored, keyring);
        self.whole = self.refused.is_empty();
        Ok(())
    }

    /// When entries do not add up: takes the leaves, which must, and finds out what is missing and
    /// what does not belong there.
    ///
    /// # Errors
    /// [`Distrust::Missing`] when the leaves do not add up either: then nothing can be said.
    pub(crate) fn diagnose(
        &mut self,
        head: Verified<CompartmentHead>,
        leaves: Vec<Leaf>,
        arrived: &[StoredRevision],
        keyring: &Keyring,
    ) -> Result<(), Error> {
        let mut next = Self::new(head);
        for leaf in &leaves {
            next.set(*leaf);
        }
        let payload = next.head.payload();
        let adds_up = next.leaves.len() == leaves.len()
            && leaves.len() as u64 == payload.entries
            && next.root() == payload.root;
        if !adds_up {
            return Err(Distrust::Missing.into());
        }
        next.places = payload.revisions;
        // What had verified before stays, as far as the head still names it.
        next.chains = std::mem::take(&mut self.chains);
        next.chains
            .retain(|record, _| next.index.contains_key(record));
        let identified = arrived
            .iter()
            .filter_map(|stored| Some((stored.revision.as_ref()?.id().ok()?, stored)));
        let stored = by_id(identified);
        next.fill(stored, keyring);
        // Rows that are gone are no fault any more once the owner has signed them away: then every
        // leaf leads to a beginning all the same.
        next.whole = next.refused.is_empty();
        *self = next;
        Ok(())
    }

    /// Says that nothing could be verified beyond what is there already.
    pub(crate) fn give_up(&mut self) {
        self.whole = false;
    }

    /// Verifies revisions from the leaves backwards: a leaf names the newest one, each names the one
    /// before it. What nothing names does not belong here.
    fn fill(&mut self, mut stored: BTreeMap<Hash, &StoredRevision>, keyring: &Keyring) {
        self.refused.clear();
        for leaf in self.leaves.clone() {
            let chain = self.chains.entry(leaf.record).or_default();
            let known = chain.last().map(|record| record.statement.id());
            if known == Some(leaf.revision) {
                continue;
            }
            let mut fresh = Vec::new();
            let mut wanted = Some((leaf.revision, leaf.number));
            let mut why = None;
            while let Some((id, number)) = wanted.filter(|(id, _)| Some(*id) != known) {
                match take_one(&self.head, &leaf, id, number, stored.remove(&id), keyring) {
                    Ok((record, before)) => {
                        fresh.push(record);
                        wanted = before;
                    }
                    Err(Refusal::Sealed(before)) => {
                        why = Some(Distrust::Content);
                        wanted = before;
                    }
                    Err(Refusal::Gone(distrust)) => {
                        why = Some(distrust);
                        break;
                    }
                }
            }
            if let Some(why) = why {
                let what = What::Entry(leaf.record);
                self.refused.push(RefusedItem { what, why });
            }
            fresh.reverse();
            // Behind a gap nothing is known to follow: only what hangs together is kept.
            let linked = wanted.map(|(id, _)| id) == known;
            if !linked {
                chain.clear();
            }
            chain.extend(fresh);
            // An older revision is never shown in the place of the newest.
            if chain.last().map(|record| record.statement.id()) != Some(leaf.revision) {
                chain.clear();
            }
            if chain.iter().rev().skip(1).any(Record::is_deleted) {
                chain.clear();
                let what = What::Entry(leaf.record);
                let why = Distrust::Misplaced;
                self.refused.push(RefusedItem { what, why });
            }
        }
        self.chains.retain(|_, chain| !chain.is_empty());
        for known in self.chains.values().flatten() {
            stored.remove(&known.statement.id());
        }
        for stray in stored.values() {
            // What stood before a loss or a deletion was given up by the owner, whatever is left
            // of it.
            let given_up = |known: &Record| known.statement.payload().state.begins_anew();
            if self.chain(stray.record).iter().any(given_up) {
                continue;
            }
            let what = What::Entry(stray.record);
            let why = Distrust::Misplaced;
            self.refused.push(RefusedItem { what, why });
        }
    }

    fn set(&mut self, leaf: Leaf) {
        let hash = leaf.hash();
        match self.index.get(&leaf.record) {
            Some(at) => {
                if let (Some(old), Some(old_hash)) =
                    (self.leaves.get_mut(*at), self.hashes.get_mut(*at))
                {
                    (*old, *old_hash) = (leaf, hash);
                }
            }
            None => {
                self.index.insert(leaf.record, self.leaves.len());
                self.leaves.push(leaf);
                self.hashes.push(hash);
            }
        }
    }

    fn root(&self) -> Hash {
        merkle::root(self.hashes.iter().copied())
    }

    fn clone_tree(&self) -> Self {
        Self {
            leaves: self.leaves.clone(),
            hashes: self.hashes.clone(),
            index: self.index.clone(),
            ..Self::new(self.head.clone())
        }
    }
}

fn by_id<'a>(
    identified: impl Iterator<Item = (Hash, &'a StoredRevision)>,
) -> BTreeMap<Hash, &'a StoredRevision> {
    let mut by_id = BTreeMap::new();
    for (id, stored) in identified {
        by_id.insert(id, stored);
    }
    by_id
}

/// Whether each revision names the one before it, back to the first one, to a loss or to a deletion.
fn hangs_together(chain: &[Record]) -> bool {
    let mut later = chain.iter().rev().peekable();
    while let Some(record) = later.next() {
        let payload = record.statement.payload();
        if payload.parent.is_none() || payload.state.begins_anew() {
            return true;
        }
        if later.peek().map(|before| before.statement.id()) != payload.parent {
            return false;
        }
    }
    false
}

enum Refusal {
    /// It is the right one and does not open; the one before it may.
    Sealed(Option<(Hash, u32)>),
    /// It is not there, or is not what it should be.
    Gone(Distrust),
}

/// Verifies and opens one revision, and says which one must stand before it.
fn take_one(
    head: &Verified<CompartmentHead>,
    leaf: &Leaf,
    id: Hash,
    number: u32,
    stored: Option<&StoredRevision>,
    keyring: &Keyring,
) -> Result<(Record, Option<(Hash, u32)>), Refusal> {
    let stored = stored.ok_or(Refusal::Gone(Distrust::Missing))?;
    let revision = stored.revision.as_ref();
    let statement = revision
        .ok_or(Refusal::Gone(Distrust::Missing))?
        .verify_named(id)
        .map_err(|_| Refusal::Gone(Distrust::Signature))?;
    let (payload, of) = (statement.payload(), head.payload());
    let fits = payload.chart == of.chart
        && payload.compartment == of.compartment
        && payload.author == of.owner
        && payload.record == leaf.record
        && payload.number == number
        && payload.epoch <= of.epoch
        && payload.parent.is_none() == (number == 1)
        && (leaf.revision != id || payload.state == leaf.state);
    if !fits {
        return Err(Refusal::Gone(Distrust::Misplaced));
    }
    // A lost or deleted entry begins anew: what its parent names is gone.
    let before = payload
        .parent
        .filter(|_| !payload.state.begins_anew())
        .map(|parent| (parent, number.saturating_sub(1)));
    match Record::open(statement, &stored.entry, keyring) {
        Ok(record) => Ok((record, before)),
        Err(_) => Err(Refusal::Sealed(before)),
    }
}

/// The leaf that a revision makes.
pub(crate) fn leaf_of(revision: &Verified<Revision>) -> Leaf {
    let payload = revision.payload();
    Leaf {
        record: payload.record,
        number: payload.number,
        revision: revision.id(),
        state: payload.state,
    }
}
