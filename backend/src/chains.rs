//! What is signed must follow from what was signed before. The server signs nothing and opens
//! nothing; it checks shape, signature and order, so that an honest client never meets a chart that
//! a broken one left half-changed. Clients check everything again.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, CompartmentId, GrantId},
    statement::{ChartHead, Grant, KeyBundle, Unverified, Verified},
    wire::{BackWrap, NewHead, OwnWrap},
};
use p256::ecdsa::VerifyingKey;

use crate::reject::Failure;

/// The longest wrapped key, in bytes; ours have some 80.
pub(crate) const MAX_WRAP: usize = 1024;
/// The most compartments that a chart may have.
const MAX_COMPARTMENTS: usize = 64;

/// A grant that lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LiveConsent {
    pub(crate) statement_id: Hash,
    pub(crate) grant: GrantId,
    pub(crate) grantee: AccountId,
}

/// A head that follows, with what it changes.
#[derive(Debug)]
pub(crate) struct Succession {
    pub(crate) head: Verified<ChartHead>,
    /// Grants that begin.
    pub(crate) begun: Vec<Verified<Grant>>,
    /// Statements that end.
    pub(crate) ended: Vec<Hash>,
    /// Compartments with a new key: the key, and the one before it under it.
    pub(crate) raised: Vec<(OwnWrap, BackWrap)>,
}

/// The keys of an account, which verified when it registered.
///
/// # Errors
/// [`Failure::Broken`] when they no longer do.
pub(crate) fn stored_keys(
    bundle: &Unverified<KeyBundle>,
) -> Result<(Verified<KeyBundle>, VerifyingKey), Failure> {
    let broken = |_| Failure::Broken("a stored key bundle does not verify");
    let bundle = bundle.verify_own().map_err(broken)?;
    let key = bundle.payload().signing_key().map_err(broken)?;
    Ok((bundle, key))
}

/// The newest head of a chart, which verified when it was stored.
///
/// # Errors
/// [`Failure::Broken`] when it no longer does.
pub(crate) fn stored_head(
    head: &Unverified<ChartHead>,
    key: &VerifyingKey,
) -> Result<Verified<ChartHead>, Failure> {
    head.verify(key)
        .map_err(|_| Failure::Broken("a stored head does not verify"))
}

/// The head that begins a chart: counter 0, every epoch 0, nobody else's.
///
/// # Errors
/// [`Code::BadRequest`].
pub(crate) fn first(
    new: &NewHead,
    owner: AccountId,
    key: &VerifyingKey,
) -> Result<Verified<ChartHead>, Failure> {
    let head = new.head.verify(key)?;
    let payload = head.payload();
    let empty = payload.owner == owner
        && payload.counter == 0
        && payload.previous.is_none()
        && payload.grants.is_empty()
        && new.grants.is_empty()
        && new.back_chain.is_empty();
    let compartments = &payload.compartments;
    let complete = (1..=MAX_COMPARTMENTS).contains(&compartments.len())
        && rises(compartments.iter().map(|c| c.compartment))
        && compartments.iter().all(|c| c.epoch == 0)
        && new.keys.len() == compartments.len()
        && compartments.iter().all(|c| {
            new.keys
                .iter()
                .any(|k| k.compartment == c.compartment && k.epoch == 0)
        })
        && new.keys.iter().all(|k| is_wrap(&k.wrapped));
    if empty && complete {
        Ok(head)
    } else {
        Err(Code::BadRequest.into())
    }
}

/// The head that follows `before`, whose live grants are `live`.
///
/// # Errors
/// [`Code::Conflict`] when it follows another one, [`Code::BadRequest`] when it is not in order.
pub(crate) fn next(
    before: &Verified<ChartHead>,
    live: &[LiveConsent],
    new: &NewHead,
    key: &VerifyingKey,
) -> Result<Succession, Failure> {
    let head = new.head.verify(key)?;
    let (old, now) = (before.payload(), head.payload());
    if now.chart != old.chart || now.owner != old.owner {
        return Err(Code::BadRequest.into());
    }
    if old.counter.checked_add(1) != Some(now.counter) || now.previous != Some(before.id()) {
        return Err(Code::Conflict.into());
    }
    let raised = raised_keys(old, now, new)?;
    let begun = new
        .grants
        .iter()
        .map(|grant| new_grant(grant, now, key))
        .collect::<Result<Vec<_>, _>>()?;
    let ended = ended_grants(now, &begun, live)?;
    Ok(Succession {
        head,
        begun,
        ended,
        raised,
    })
}

/// The newest epoch of a compartment; none when the chart has no such compartment.
pub(crate) fn newest_epoch(head: &ChartHead, compartment: CompartmentId) -> Option<u32> {
    head.compartments
        .iter()
        .find(|c| c.compartment == compartment)
        .map(|c| c.epoch)
}

/// The same compartments as before, each with its key or with the next one, and for each next one
/// exactly one wrap in either direction.
fn raised_keys(
    old: &ChartHead,
    now: &ChartHead,
    new: &NewHead,
) -> Result<Vec<(OwnWrap, BackWrap)>, Failure> {
    let refused = || Failure::from(Code::BadRequest);
    if old.compartments.len() != now.compartments.len() {
        return Err(refused());
    }
    let mut raised = Vec::new();
    for (was, is) in old.compartments.iter().zip(&now.compartments) {
        if was == is {
            continue;
        }
        let risen = is.compartment == was.compartment
            && was.epoch.checked_add(1) == Some(is.epoch)
            && is.key_id != was.key_id;
        let own = new
            .keys
            .iter()
            .find(|k| k.compartment == is.compartment && k.epoch == is.epoch);
        let back = new
            .back_chain
            .iter()
            .find(|b| b.compartment == was.compartment && b.epoch == was.epoch);
        match (risen, own, back) {
            (true, Some(own), Some(back)) if is_wrap(&own.wrapped) && is_wrap(&back.wrapped) => {
                raised.push((own.clone(), back.clone()));
            }
            _ => return Err(refused()),
        }
    }
    // As many as there are rises means none twice and none for anything else.
    if new.keys.len() == raised.len() && new.back_chain.len() == raised.len() {
        Ok(raised)
    } else {
        Err(refused())
    }
}

/// A grant by the owner to somebody else, of the newest keys, named by the head.
fn new_grant(
    grant: &Unverified<Grant>,
    head: &ChartHead,
    key: &VerifyingKey,
) -> Result<Verified<Grant>, Failure> {
    let grant = grant.verify(key)?;
    let payload = grant.payload();
    let keys = &payload.keys;
    let in_order = payload.chart == head.chart
        && payload.grantor == head.owner
        && payload.grantee != head.owner
        && head.grants.contains(&grant.id())
        && !keys.is_empty()
        && all_differ(keys.iter().map(|k| k.compartment))
        && keys.iter().all(|k| {
            head.compartments
                .iter()
                .any(|c| (c.compartment, c.epoch, c.key_id) == (k.compartment, k.epoch, k.key_id))
        });
    if in_order {
        Ok(grant)
    } else {
        Err(Code::BadRequest.into())
    }
}

/// Every statement that the head names lived before or begins now, no grant lives twice, a grant
/// keeps its grantee, and what the head does not name ends. What ended once stays ended.
fn ended_grants(
    head: &ChartHead,
    begun: &[Verified<Grant>],
    live: &[LiveConsent],
) -> Result<Vec<Hash>, Failure> {
    let mut living: Vec<(GrantId, AccountId)> = Vec::new();
    for id in &head.grants {
        let fresh = begun
            .iter()
            .find(|g| g.id() == *id)
            .map(|g| (g.payload().grant, g.payload().grantee));
        let kept = live
            .iter()
            .find(|l| l.statement_id == *id)
            .map(|l| (l.grant, l.grantee));
        match (fresh, kept) {
            (Some(one), None) | (None, Some(one)) => living.push(one),
            _ => return Err(Code::BadRequest.into()),
        }
    }
    let moved = living.iter().any(|(grant, grantee)| {
        live.iter()
            .any(|l| l.grant == *grant && l.grantee != *grantee)
    });
    let in_order = rises(head.grants.iter().copied())
        && all_differ(living.iter().map(|(grant, _)| *grant))
        && all_differ(begun.iter().map(Verified::id));
    if moved || !in_order {
        return Err(Code::BadRequest.into());
    }
    Ok(live
        .iter()
        .map(|l| l.statement_id)
        .filter(|id| !head.grants.contains(id))
        .collect())
}

fn is_wrap(bytes: &Bytes) -> bool {
    (1..=MAX_WRAP).contains(&bytes.as_slice().len())
}

/// Strictly rising: sorted, and nothing twice.
fn rises<T: Ord + Copy>(items: impl Iterator<Item = T>) -> bool {
    let items: Vec<T> = items.collect();
    items.is_sorted_by(|a, b| a < b)
}

/// Nothing twice, in any order.
fn all_differ<T: Ord + Copy>(items: impl Iterator<Item = T>) -> bool {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    rises(items.into_iter())
}
