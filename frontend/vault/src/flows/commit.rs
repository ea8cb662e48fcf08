//! Every change of a chart is a new head: taken by the server whole or not at all.
//!
//! `docs/protocol.md`, section 6.2.

use std::rc::Rc;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{ChartId, CompartmentId},
    merkle::Leaf,
    statement::{
        ChartHead, CompartmentHead, Grant, HeadCompartment, KeyBundle, VERSION, Verified, sign,
    },
    wire::{BackWrap, HeadPost, HeadPostRequest, NewHead, NewRevision, OwnWrap},
};

use crate::{
    chart::{ByCompartment, ChartState, OwnState, Record, leaf_of},
    error::Error,
    keys::CompartmentKey,
    memory::Seen,
    platform::Platform,
    vault::Vault,
};

/// How often a change is made again on a newer head before it is given up. Each time somebody else
/// has got through, so a chart that many write at once still moves on.
pub(super) const ATTEMPTS: u32 = 40;

/// What is to be different under the next head.
#[derive(Default)]
pub(super) struct Change {
    /// New revisions with their sealed entries, in order.
    pub(super) revisions: Vec<(Record, Bytes)>,
    /// The live grants from now on; none where they stay.
    pub(super) grants: Option<Vec<(Verified<Grant>, Verified<KeyBundle>)>>,
    /// Compartments with a new key: its epoch and itself.
    pub(super) raised: ByCompartment<(u32, Rc<CompartmentKey>)>,
    /// Own wraps of the new keys.
    pub(super) keys: Vec<OwnWrap>,
    /// The keys before them, wrapped under them.
    pub(super) back_chain: Vec<BackWrap>,
    /// Whether the heads say how far the owner has seen what others wrote, wherever that is new.
    pub(super) sees: bool,
    /// Another branch that this one gives up: in the chart's chain and in the compartments'.
    pub(super) repaired: Vec<(Option<CompartmentId>, Branch)>,
}

/// A branch of a chain that is given up: its newest head, and those before it that are known.
#[derive(Clone)]
pub(super) struct Branch {
    newest: Seen,
    before: Vec<Hash>,
}

impl Branch {
    pub(super) fn of(newest: Seen, before: Vec<Hash>) -> Self {
        Self { newest, before }
    }
}

/// A change that is signed and ready to go.
struct Prepared {
    request: HeadPostRequest,
    head: Verified<ChartHead>,
    compartments: ByCompartment<(Verified<CompartmentHead>, Vec<Record>)>,
    grants: Option<Vec<(Verified<Grant>, Verified<KeyBundle>)>>,
    raised: ByCompartment<(u32, Rc<CompartmentKey>)>,
}

impl<P: Platform> Vault<P> {
    /// Makes a change and sends it; makes it again on the newest head when somebody else was first.
    /// `make` gives none where there is nothing to change.
    ///
    /// # Errors
    /// [`Error::Blocked`] when the chart contradicts what this browser has seen, and whatever
    /// `make` refuses. Nothing was changed then.
    pub(super) async fn commit(
        &self,
        chart: ChartId,
        make: impl Fn(&ChartState, &OwnState) -> Result<Option<Change>, Error>,
    ) -> Result<(), Error> {
        let turn = self.turn(chart);
        let _mine = turn.lock().await;
        if !self.has_opened(chart) {
            self.refresh_in_turn(chart).await?;
        }
        for attempt in 0..ATTEMPTS {
            let state = self.state(chart)?;
            let own = state.own.as_ref().ok_or(Error::NotFound)?;
            if !state.standing.is_writable() {
                return Err(Error::Blocked);
            }
            let Some(change) = make(&state, own)? else {
                return Ok(());
            };
            match self.send(&state, own, change).await {
                Ok(next) => {
                    self.charts.borrow_mut().insert(chart, Rc::new(next));
                    return Ok(());
                }
                Err(Error::Refused(Code::Conflict)) => {
                    // Whoever was first has had its turn; the next ones draw lots by waiting.
                    self.api.platform.sleep(jitter(attempt)).await;
                    self.refresh_in_turn(chart).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Refused(Code::Conflict))
    }

    /// Signs a change, sends it, and gives the chart as it is when the server has taken it.
    pub(super) async fn send(
        &self,
        state: &ChartState,
        own: &OwnState,
        change: Change,
    ) -> Result<ChartState, Error> {
        let state = &self.with_other_tabs(state).await?;
        let prepared = self.prepare(state, own, change)?;
        // Kept before it is sent: should the answer never come, the next head says that it stands
        // in the place of this one, and nobody can make a second history out of it.
        let mut memory = state.memory.clone();
        let inside = prepared.compartments.iter();
        let inside = inside.map(|(id, (head, _))| (Some(id), head.id()));
        let sending: Vec<_> = inside.chain([(None, prepared.head.id())]).collect();
        for (of, head) in &sending {
            memory.sent(*of, *head);
        }
        self.keep_memory(state.chart, memory.clone(), (&sending, &[]))
            .await;
        let sent = self
            .api
            .call(HeadPost, &[&state.chart], "", &prepared.request)
            .await;
        let mut next = state.clone();
        next.memory = memory;
        if let Err(error) = sent {
            if let Some(known) = self.charts.borrow_mut().get_mut(&state.chart) {
                *known = Rc::new(next);
            }
            return Err(error);
        }
        let head = &prepared.head;
        let replaced = &head.payload().replaces;
        let mut settled = next.memory.settled(None, replaced, head.id());
        for (id, (head, records)) in prepared.compartments {
            let replaced = &head.payload().replaces;
            settled.extend(next.memory.settled(Some(id), replaced, head.id()));
            if let Some(log) = next.logs.get_mut(id) {
                let log = Rc::make_mut(log);
                log.push(head, records);
                if let Some(writers) = next.writers.get_mut(id) {
                    Rc::make_mut(writers).forget(|record| log.is_deleted(record));
                }
            }
        }
        for (id, (epoch, key)) in prepared.raised {
            Rc::make_mut(&mut next.keyring).raise(id, epoch, key);
        }
        next.own = Some(OwnState {
            head: prepared.head,
            grants: prepared.grants.unwrap_or_else(|| own.grants.clone()),
        });
        next.note_heads();
        let memory = next.memory.clone();
        self.keep_memory(state.chart, memory, (&[], &settled)).await;
        Ok(next)
    }

    fn prepare(
        &self,
        state: &ChartState,
        own: &OwnState,
        change: Change,
    ) -> Result<Prepared, Error> {
        let now = self.api.platform.now();
        let mut written: ByCompartment<Vec<Record>> = ByCompartment::default();
        let mut revisions = Vec::new();
        for (record, entry) in change.revisions {
            revisions.push(NewRevision {
                revision: record.statement.to_unverified(),
                entry,
            });
            let compartment = record.statement.payload().compartment;
            match written.get_mut(compartment) {
                Some(records) => records.push(record),
                None => {
                    written.insert(compartment, vec![record]);
                }
            }
        }
        let grants = change.grants.as_ref().unwrap_or(&own.grants);
        let mut named = Vec::new();
        let mut compartments = ByCompartment::default();
        for HeadCompartment { compartment, head } in &own.head.payload().compartments {
            let records = written.take(*compartment).unwrap_or_default();
            let raised = change.raised.get(*compartment);
            let branch = branch(&change.repaired, Some(*compartment));
            let log = state.logs.get(*compartment).ok_or(Error::Program)?;
            let last = log.head.payload();
            let readers = readers(grants, *compartment);
            let authors = match state.writers.get(*compartment) {
                Some(writers) => writers.positions(&last.authors),
                None => last.authors.clone(),
            };
            let stays = records.is_empty()
                && raised.is_none()
                && branch.is_none()
                && readers == last.readers
                && !(change.sees && authors != last.authors);
            if stays {
                named.push(HeadCompartment {
                    compartment: *compartment,
                    head: *head,
                });
                continue;
            }
            let leaves: Vec<Leaf> = records.iter().map(|r| leaf_of(&r.statement)).collect();
            let (entries, root) = log.preview(&leaves);
            let (counter, replaces) = succession(
                last.counter,
                branch,
                state.memory.replaced(Some(*compartment)),
            )?;
            let (epoch, key_id) =
                raised.map_or((last.epoch, last.key_id), |(epoch, key)| (*epoch, key.id()));
            let next = CompartmentHead {
                version: VERSION,
                chart: state.chart,
                owner: self.account,
                compartment: *compartment,
                counter,
                previous: Some(log.head.id()),
                replaces,
                at: now,
                epoch,
                key_id,
                entries,
                revisions: last
                    .revisions
                    .checked_add(records.len() as u64)
                    .ok_or(Error::Program)?,
                root,
                readers,
                authors,
            };
            let next = sign(next, &self.identity.signing)?;
            named.push(HeadCompartment {
                compartment: *compartment,
                head: next.id(),
            });
            compartments.insert(*compartment, (next, records));
        }
        let begun: Vec<_> = change
            .grants
            .iter()
            .flatten()
            .filter(|(grant, _)| own.grants.iter().all(|(old, _)| old.id() != grant.id()))
            .map(|(grant, _)| grant.to_unverified())
            .collect();
        let last = own.head.payload();
        let (counter, replaces) = succession(
            last.counter,
            branch(&change.repaired, None),
            state.memory.replaced(None),
        )?;
        let head = ChartHead {
            version: VERSION,
            chart: state.chart,
            owner: self.account,
            counter,
            previous: Some(own.head.id()),
            replaces,
            account: self.chain.borrow().newest.id(),
            at: now,
            compartments: named,
            grants: super::read_chart::grant_ids(grants),
        };
        let head = sign(head, &self.identity.signing)?;
        Ok(Prepared {
            request: HeadPostRequest {
                new: NewHead {
                    head: head.to_unverified(),
                    compartments: compartments
                        .values()
                        .map(|(head, _)| head.to_unverified())
                        .collect(),
                    revisions,
                    grants: begun,
                    keys: change.keys,
                    back_chain: change.back_chain,
                },
            },
            head,
            compartments,
            grants: change.grants,
            raised: change.raised,
        })
    }
}

/// The other branch in this chain.
fn branch(
    repaired: &[(Option<CompartmentId>, Branch)],
    of: Option<CompartmentId>,
) -> Option<Branch> {
    repaired
        .iter()
        .find(|(chain, _)| *chain == of)
        .map(|(_, branch)| branch.clone())
}

/// The keys of everybody whom the grants let read a compartment, sorted.
fn readers(
    grants: &[(Verified<Grant>, Verified<KeyBundle>)],
    compartment: CompartmentId,
) -> Vec<Hash> {
    let covers = |grant: &Grant| grant.keys.iter().any(|key| key.compartment == compartment);
    let mut readers: Vec<Hash> = grants
        .iter()
        .filter(|(grant, _)| covers(grant.payload()))
        .map(|(_, grantee)| grantee.id())
        .collect();
    readers.sort();
    readers.dedup();
    readers
}

/// Counter and list of replaced heads of the next head in a chain: above everything that was seen,
/// and above every head that was sent and whose fate is not known. Each of those was at most one
/// above what was known then, and one more for each before it; so one step for each is enough, and
/// whoever was shown one of them finds this one after it.
pub(super) fn succession(
    last: u64,
    branch: Option<Branch>,
    mut replaces: Vec<Hash>,
) -> Result<(u64, Vec<Hash>), Error> {
    let mut counter = last
        .checked_add(replaces.len() as u64)
        .ok_or(Error::Program)?;
    if let Some(Branch { newest, before }) = branch {
        counter = counter.max(newest.counter);
        replaces.push(newest.id);
        replaces.extend(before);
        replaces.sort();
        replaces.dedup();
    }
    Ok((counter.checked_add(1).ok_or(Error::Program)?, replaces))
}

/// Milliseconds to wait before the next attempt: random, and longer the more were lost.
pub(super) fn jitter(attempt: u32) -> u32 {
    let mut byte = [0u8];
    // Without randomness everybody waits alike, which is slower and nothing worse.
    let _drawn = getrandom::fill(&mut byte);
    u32::from(byte.first().copied().unwrap_or(128)).saturating_mul(attempt.saturating_add(1).min(8))
        / 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_stands_above_all_whose_fate_is_not_known() {
        let ids = [Hash([1; 32]), Hash([2; 32])];
        assert_eq!(succession(5, None, vec![]), Ok((6, vec![])));
        // The first was sent as 6 and never heard of, the second as 7.
        assert_eq!(
            succession(5, None, ids[..1].to_vec()),
            Ok((7, ids[..1].to_vec()))
        );
        assert_eq!(succession(5, None, ids.to_vec()), Ok((8, ids.to_vec())));
        let seen = Seen {
            counter: 20,
            id: Hash([0; 32]),
            at: 0,
        };
        let before = Hash([3; 32]);
        let all = vec![seen.id, ids[0], ids[1], before];
        let branch = Branch::of(seen, vec![before, ids[0]]);
        assert_eq!(succession(5, Some(branch), ids.to_vec()), Ok((21, all)));
        assert!(succession(u64::MAX, None, vec![]).is_err());
        assert!(succession(u64::MAX, None, ids.to_vec()).is_err());
    }
}
