//! The way out when a server went back, told two stories, or lost something: the owner signs a head
//! above everything that was seen, which names both branches, and the chart goes on from there.
//!
//! `docs/protocol.md`, section 6.4.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Bytes,
    id::{ChartId, CompartmentId, RecordId},
    statement::{Revision, State},
    wire::MAX_NEW_REVISIONS,
};

use super::{
    commit::{Branch, Change},
    write::{File, TakenFile},
};
use crate::{
    chart::{Chart, ChartState, Record, Standing, Written},
    entry::Draft,
    error::{Distrust, Error},
    platform::Platform,
    vault::Vault,
};

/// What a repair did.
#[derive(Clone)]
pub struct Repaired {
    /// The chart as it is now.
    pub chart: Chart,
    /// Titles of entries that this browser still had and has written again.
    pub written_again: Vec<String>,
    /// Titles of entries that are gone; an empty one where this browser never knew it.
    pub lost: Vec<String>,
}

/// Titles do not print.
impl std::fmt::Debug for Repaired {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Repaired(..)")
    }
}

/// What stood in the branch that is given up.
struct Rescue {
    /// Entries that can be written again.
    again: Vec<(RecordId, Draft)>,
    /// Titles of those that can not.
    lost: Vec<String>,
    /// Entries that were deleted there: they are deleted again.
    deleted: Vec<RecordId>,
}

impl<P: Platform> Vault<P> {
    /// Goes on from what the server shows now. Every compartment gets a new key, because the state
    /// that came back may have former readers in it; only who is a reader on both sides stays one.
    ///
    /// # Errors
    /// [`Error::Distrusted`] when the server shows nothing that verifies, and then there is nothing
    /// to go on from.
    pub async fn repair(&self, chart: ChartId) -> Result<Repaired, Error> {
        let turn = self.turn(chart);
        let mine = turn.lock().await;
        let known = self.state(chart)?;
        let (answer, owner) = self.ask_for_chart(chart).await?;
        let memory = known.memory.clone();
        let shown = self.read_chart(chart, owner, &answer, None, memory).await?;
        if shown.standing.is_writable() {
            drop(mine);
            return Ok(Repaired {
                chart: self.open_chart(chart).await?,
                written_again: Vec::new(),
                lost: Vec::new(),
            });
        }
        if !shown.closed.is_empty() {
            return Err(Distrust::Missing.into());
        }
        let rescue = rescue(&known, &shown);
        let own = shown.own.as_ref().ok_or(Error::NotFound)?;
        let mut change = self.raise(&shown, own, |grant| shown.memory.grants.contains(&grant))?;
        change.repaired = other_branch(&shown);
        let mut next = self.send(&shown, own, change).await?;
        next.standing = Standing::Current;
        self.charts.borrow_mut().insert(chart, Rc::new(next));
        drop(mine);
        self.write_again(chart, &rescue).await?;
        Ok(Repaired {
            chart: self.view(chart)?,
            written_again: rescue
                .again
                .into_iter()
                .map(|(_, draft)| draft.title)
                .collect(),
            lost: rescue.lost,
        })
    }

    /// Signs away what is gone, and writes again what this browser still has. What belongs to one
    /// entry goes under one head: a readable entry is never lost on the way.
    async fn write_again(&self, chart: ChartId, rescue: &Rescue) -> Result<(), Error> {
        loop {
            let left = std::cell::Cell::new(false);
            self.commit(chart, |state, _| {
                let mut after = state.clone();
                let mut revisions = Vec::new();
                left.set(false);
                for (compartment, record) in broken(state) {
                    if revisions.len().saturating_add(2) > MAX_NEW_REVISIONS {
                        left.set(true);
                        break;
                    }
                    let lost = self.sign_away(state, compartment, record)?;
                    let log = after.logs.get_mut(compartment).ok_or(Error::Program)?;
                    let log = Rc::make_mut(log);
                    let torn = log.torn().find(|t| t.statement.payload().record == record);
                    let newest = torn.cloned();
                    log.push(log.head.clone(), vec![lost.0.clone()]);
                    revisions.push(lost);
                    if let Some(newest) = newest {
                        revisions.push(self.begin_anew(&after, compartment, &newest)?);
                    }
                }
                for record in &rescue.deleted {
                    let mut deletions = self.deletions(state, *record)?;
                    if let Some(waits) = self.waits_again(state, *record) {
                        // Only what was decided can be deleted: that is done in the next head.
                        deletions.push(self.put_aside(state, waits, State::Declined, "")?);
                        left.set(true);
                    }
                    let mut written = revisions.iter().map(|(new, _)| new.statement.payload());
                    let fits = revisions.len().saturating_add(deletions.len()) <= MAX_NEW_REVISIONS;
                    let again = |new: &Revision| {
                        let same = |(other, _): &(Record, Bytes)| {
                            other.statement.payload().record == new.record
                        };
                        deletions.iter().any(same)
                    };
                    // One that begins anew in this head is deleted in the next one.
                    if !fits || written.any(again) {
                        left.set(true);
                        continue;
                    }
                    revisions.extend(deletions);
                }
                // What is written again stands behind the loss of the same entry.
                for (record, draft) in rescue.again.iter().filter(|_| !left.get()) {
                    let anew = revisions.iter().any(|(new, _)| {
                        let payload = new.statement.payload();
                        payload.record == *record && payload.state != State::Lost
                    });
                    let there = after.get(*record, None).ok();
                    if anew || there.is_some_and(|there| says_the_same(there, draft)) {
                        continue;
                    }
                    // A change of category takes two.
                    if revisions.len().saturating_add(2) > MAX_NEW_REVISIONS {
                        left.set(true);
                        break;
                    }
                    let seen = there.map(|there| there.statement.id());
                    revisions.extend(self.revisions(&after, *record, seen, draft, &File::Kept)?);
                }
                Ok((!revisions.is_empty()).then(|| Change {
                    revisions,
                    ..Change::default()
                }))
            })
            .await?;
            if !left.get() {
                return Ok(());
            }
        }
    }

    /// What somebody else wrote of an entry that was deleted, when it waits once more.
    fn waits_again<'a>(&self, state: &'a ChartState, record: RecordId) -> Option<&'a Written> {
        let tries = state.tries_at(record).into_iter();
        let mut waits = tries.filter(|written| {
            let payload = written.statement.payload();
            let log = state.logs.get(payload.compartment);
            payload.record == record && log.is_some_and(|log| log.leaf(record).is_none())
        });
        waits.next()
    }

    /// The newest revision of an entry whose history has a hole, once more behind its loss: nothing
    /// is missing below it then.
    fn begin_anew(
        &self,
        state: &ChartState,
        compartment: CompartmentId,
        newest: &Record,
    ) -> Result<(Record, Bytes), Error> {
        let draft = Draft {
            title: newest.entry.title.clone(),
            text: newest.entry.text.clone(),
            category: newest.category,
        };
        let payload = newest.statement.payload();
        let file = self.new_revision(state, Some(newest), &File::Kept)?;
        self.seal_revision(
            state,
            compartment,
            payload.record,
            &draft,
            payload.state,
            file,
        )
    }

    /// The revision that says that an entry is gone; its title stays, as far as it is known.
    fn sign_away(
        &self,
        state: &ChartState,
        compartment: CompartmentId,
        record: RecordId,
    ) -> Result<(Record, Bytes), Error> {
        let category = state
            .keyring
            .compartment(compartment)
            .ok_or(Distrust::Missing)?
            .category;
        let title = state
            .memory
            .entries
            .iter()
            .find(|(known, _)| *known == record)
            .map_or_else(String::new, |(_, title)| title.clone());
        let draft = Draft {
            title,
            text: String::new(),
            category,
        };
        // What was deleted stays deleted, whatever became of the revision that says so.
        let log = state.logs.get(compartment).ok_or(Error::Program)?;
        let (draft, becomes) = match log.leaf(record).map(|leaf| leaf.state) {
            Some(State::Deleted) => (Draft::empty(category), State::Deleted),
            _ => (draft, State::Lost),
        };
        self.seal_revision(state, compartment, record, &draft, becomes, TakenFile::None)
    }
}

/// Entries whose newest revision can not be read, and those with a hole before it.
fn broken(state: &ChartState) -> Vec<(CompartmentId, RecordId)> {
    let mut broken = Vec::new();
    for (id, log) in state.logs.iter() {
        let torn = log.torn().map(|newest| newest.statement.payload().record);
        let lost = log.lost().map(|leaf| leaf.record);
        broken.extend(lost.chain(torn).map(|record| (id, record)));
    }
    broken
}

/// The heads that this browser has seen and that the new one gives up. Whoever has seen an earlier one
/// of them finds it named as well.
fn other_branch(shown: &ChartState) -> Vec<(Option<CompartmentId>, Branch)> {
    let mut branch = Vec::new();
    let of = |chain, seen| (chain, Branch::of(seen, shown.memory.before(chain)));
    let head = shown.own.as_ref().map(|own| own.head.id());
    if let Some(seen) = shown.memory.head.filter(|seen| Some(seen.id) != head) {
        branch.push(of(None, seen));
    }
    for (id, seen) in &shown.memory.compartments {
        let same = shown
            .logs
            .get(*id)
            .is_some_and(|log| log.head.id() == seen.id);
        if !same {
            branch.push(of(Some(*id), *seen));
        }
    }
    branch
}

/// Whether an entry reads already as it is to be written again.
fn says_the_same(there: &Record, draft: &Draft) -> bool {
    let entry = &there.entry;
    (&entry.title, &entry.text, there.category) == (&draft.title, &draft.text, draft.category)
}

/// What the shown state lacks: entries that are not in it at all, and those whose newest words in
/// this window are not. The latter are written on top of what is there, so that both stay.
fn rescue(known: &ChartState, shown: &ChartState) -> Rescue {
    let mut rescue = Rescue {
        again: Vec::new(),
        lost: shown.lost(),
        deleted: known.deleted().collect(),
    };
    for entry in known.newest() {
        let deleted = shown.is_deleted(entry.record);
        if deleted || shown.get(entry.record, Some(entry.revision)).is_ok() {
            continue;
        }
        // The bytes of a file are not in this browser; where the server has it still, it stays.
        if entry.entry.file.is_some() && shown.get(entry.record, None).is_err() {
            if !rescue.lost.contains(&entry.entry.title) {
                rescue.lost.push(entry.entry.title);
            }
            continue;
        }
        rescue.lost.retain(|title| *title != entry.entry.title);
        rescue.again.push((
            entry.record,
            Draft {
                title: entry.entry.title,
                text: entry.entry.text,
                category: entry.category,
            },
        ));
    }
    rescue
}
