//! Heads of charts and of their compartments.
//!
//! `docs/protocol.md`, section 6.2.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::AccountId,
    merkle,
    statement::{ChartHead, CompartmentHead, Unverified, Verified},
    wire::{BackWrap, NewHead, OwnWrap},
};
use p256::ecdsa::VerifyingKey;

use super::{Heads, MAX_COMPARTMENTS, MAX_PEOPLE, Step, counts_on, is_wrap, rises};
use crate::reject::Failure;

/// The heads that begin a chart: every counter and epoch 0, no entries, nobody else's.
///
/// # Errors
/// [`Code::BadRequest`].
pub(crate) fn first(
    new: &NewHead,
    owner: AccountId,
    account: Hash,
    key: &VerifyingKey,
) -> Result<Heads, Failure> {
    let chart = new.head.verify(key)?;
    let payload = chart.payload();
    let named = &payload.compartments;
    let empty = payload.owner == owner
        && payload.counter == 0
        && payload.previous.is_none()
        && payload.replaces.is_empty()
        && payload.account == account
        && payload.grants.is_empty()
        && new.revisions.is_empty()
        && new.grants.is_empty()
        && new.back_chain.is_empty();
    let complete = (1..=MAX_COMPARTMENTS).contains(&named.len())
        && rises(named.iter().map(|c| c.compartment))
        && new.compartments.len() == named.len()
        && new.keys.len() == named.len();
    if !empty || !complete {
        return Err(Code::BadRequest.into());
    }
    let fresh = verified(&new.compartments, key)?;
    let compartments = named
        .iter()
        .map(|c| {
            let head = fresh.iter().find(|head| head.id() == c.head);
            let wrapped = new
                .keys
                .iter()
                .any(|k| k.compartment == c.compartment && k.epoch == 0 && is_wrap(&k.wrapped));
            head.filter(|head| {
                wrapped
                    && head.payload().compartment == c.compartment
                    && is_first(head.payload(), payload)
            })
            .cloned()
            .ok_or(Code::BadRequest.into())
        })
        .collect::<Result<_, Failure>>()?;
    Ok(Heads {
        chart,
        compartments,
    })
}

/// Readers and authors stand in one order, nobody twice, and they fit.
fn names_people(head: &CompartmentHead) -> bool {
    head.readers.len() <= MAX_PEOPLE
        && head.authors.len() <= MAX_PEOPLE
        && rises(head.readers.iter().copied())
        && rises(head.authors.iter().map(|seen| seen.author))
}

fn is_first(head: &CompartmentHead, chart: &ChartHead) -> bool {
    head.chart == chart.chart
        && head.owner == chart.owner
        && head.counter == 0
        && head.previous.is_none()
        && head.replaces.is_empty()
        && (head.epoch, head.entries, head.revisions) == (0, 0, 0)
        && head.readers.is_empty()
        && head.authors.is_empty()
        && head.root == merkle::root([])
}

/// The chart head of a request, as far as it stands alone.
pub(super) fn next_chart(
    before: &Verified<ChartHead>,
    account: Hash,
    new: &NewHead,
    key: &VerifyingKey,
) -> Result<Verified<ChartHead>, Failure> {
    let head = new.head.verify(key)?;
    let (old, now) = (before.payload(), head.payload());
    if now.chart != old.chart || now.owner != old.owner {
        return Err(Code::BadRequest.into());
    }
    if now.previous != Some(before.id()) || now.account != account {
        return Err(Code::Conflict.into());
    }
    if !counts_on(old, now) {
        return Err(Code::BadRequest.into());
    }
    Ok(head)
}

/// The same compartments as before, each with the head that it had or with one that follows it;
/// every new head and every new key has its one place.
pub(super) fn steps(
    before: &Heads,
    now: &ChartHead,
    new: &NewHead,
    key: &VerifyingKey,
) -> Result<Vec<Step>, Failure> {
    let refused = || Failure::from(Code::BadRequest);
    let old = before.chart.payload();
    let same = old
        .compartments
        .iter()
        .map(|c| c.compartment)
        .eq(now.compartments.iter().map(|c| c.compartment));
    if !same || new.compartments.len() > now.compartments.len() {
        return Err(refused());
    }
    let fresh = verified(&new.compartments, key)?;
    let mut steps = Vec::new();
    for (was, is) in before.compartments.iter().zip(&now.compartments) {
        if was.id() == is.head {
            continue;
        }
        let head = fresh
            .iter()
            .find(|head| head.id() == is.head && head.payload().compartment == is.compartment)
            .ok_or_else(refused)?;
        steps.push(step(was, head, new)?);
    }
    // As many as there are steps means none twice and none for anything else.
    let rises = steps.iter().filter(|step| step.raised.is_some()).count();
    if fresh.len() == steps.len() && new.keys.len() == rises && new.back_chain.len() == rises {
        Ok(steps)
    } else {
        Err(refused())
    }
}

/// A compartment head that follows. Whoever names the newest head of the chart knows those of its
/// compartments, so another one before it is no lost race.
fn step(
    before: &Verified<CompartmentHead>,
    head: &Verified<CompartmentHead>,
    new: &NewHead,
) -> Result<Step, Failure> {
    let (was, is) = (before.payload(), head.payload());
    let follows = is.chart == was.chart
        && is.owner == was.owner
        && is.previous == Some(before.id())
        && names_people(is)
        && counts_on(was, is);
    let raised = raised_key(was, is, new);
    match raised {
        Ok(raised) if follows => Ok(Step {
            before: before.clone(),
            head: head.clone(),
            raised,
        }),
        _ => Err(Code::BadRequest.into()),
    }
}

/// The key of before, or the next one with one wrap in either direction.
fn raised_key(
    was: &CompartmentHead,
    is: &CompartmentHead,
    new: &NewHead,
) -> Result<Option<(OwnWrap, BackWrap)>, Failure> {
    if (was.epoch, was.key_id) == (is.epoch, is.key_id) {
        return Ok(None);
    }
    let risen = was.epoch.checked_add(1) == Some(is.epoch) && is.key_id != was.key_id;
    let own = new
        .keys
        .iter()
        .find(|k| k.compartment == is.compartment && k.epoch == is.epoch);
    let back = new
        .back_chain
        .iter()
        .find(|b| b.compartment == was.compartment && b.epoch == was.epoch);
    match (own, back) {
        (Some(own), Some(back)) if risen && is_wrap(&own.wrapped) && is_wrap(&back.wrapped) => {
            Ok(Some((own.clone(), back.clone())))
        }
        _ => Err(Code::BadRequest.into()),
    }
}

fn verified(
    heads: &[Unverified<CompartmentHead>],
    key: &VerifyingKey,
) -> Result<Vec<Verified<CompartmentHead>>, Failure> {
    Ok(heads
        .iter()
        .map(|head| head.verify(key))
        .collect::<Result<_, _>>()?)
}
