//! Grants that a head begins, keeps and ends.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{AccountId, GrantId},
    statement::{ChartHead, CompartmentHead, Grant, Unverified, Verified},
    wire::NewHead,
};
use p256::ecdsa::VerifyingKey;

use super::{Heads, Step, all_differ, rises};
use crate::reject::Failure;

/// A grant that lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LiveConsent {
    pub(crate) statement_id: Hash,
    pub(crate) grant: GrantId,
    pub(crate) grantee: AccountId,
}

/// The new grants of a request, under the keys that are the newest once it is taken.
pub(super) fn begun(
    before: &Heads,
    head: &ChartHead,
    steps: &[Step],
    new: &NewHead,
    key: &VerifyingKey,
) -> Result<Vec<Verified<Grant>>, Failure> {
    let newest: Vec<&CompartmentHead> = before
        .compartments
        .iter()
        .map(Verified::payload)
        .map(|was| {
            steps
                .iter()
                .map(|step| step.head.payload())
                .find(|is| is.compartment == was.compartment)
                .unwrap_or(was)
        })
        .collect();
    new.grants
        .iter()
        .map(|grant| new_grant(grant, head, &newest, key))
        .collect()
}

/// A grant by the owner to somebody else, of the newest keys of some compartments, named by the
/// head.
fn new_grant(
    grant: &Unverified<Grant>,
    head: &ChartHead,
    newest: &[&CompartmentHead],
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
            newest
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
pub(super) fn ended(
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
