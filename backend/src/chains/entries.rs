//! Revisions of entries, and the tree over them.

use keepwell_shared::{
    bytes::Hash,
    content::{part_count, part_length, root},
    error::Code,
    merkle::{self, Leaf},
    statement::{ChartHead, CompartmentHead, Content, Revision, State, Verified},
    wire::{MAX_NEW_REVISIONS, NewHead},
};
use p256::ecdsa::VerifyingKey;

use super::{MAX_WRAP, Step, authors::sealed_fits};
use crate::reject::Failure;

/// The longest sealed entry, in bytes.
pub(super) const MAX_ENTRY: u64 = 512 * 1024;
/// Bytes of a Cobblestone salt.
pub(super) const SALT: usize = 24;

/// A revision with the entry that it names.
#[derive(Debug)]
pub(crate) struct Written<'a> {
    pub(crate) revision: Verified<Revision>,
    pub(crate) entry: &'a [u8],
}

/// The revisions of a request, each under the new head of its compartment, and as many as the heads
/// say.
pub(super) fn written<'a>(
    chart: &ChartHead,
    steps: &[Step],
    new: &'a NewHead,
    key: &VerifyingKey,
) -> Result<Vec<Written<'a>>, Failure> {
    if new.revisions.len() > MAX_NEW_REVISIONS {
        return Err(Code::BadRequest.into());
    }
    let written = new
        .revisions
        .iter()
        .map(|one| {
            let revision = one.revision.verify(key)?;
            let payload = revision.payload();
            let in_order = payload.chart == chart.chart
                && payload.author == chart.owner
                && steps.iter().map(|step| step.head.payload()).any(|head| {
                    (head.compartment, head.epoch) == (payload.compartment, payload.epoch)
                });
            if !in_order {
                return Err(Code::BadRequest.into());
            }
            let entry = one.entry.as_slice();
            sealed_fits(&payload.entry, entry)?;
            is_one_of_ours(payload)?;
            Ok(Written { revision, entry })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let counted = steps.iter().all(|step| {
        let (was, is) = (step.before.payload(), step.head.payload());
        let more = written
            .iter()
            .filter(|one| one.revision.payload().compartment == is.compartment)
            .count() as u64;
        was.revisions.checked_add(more) == Some(is.revisions)
    });
    if counted {
        Ok(written)
    } else {
        Err(Code::BadRequest.into())
    }
}

/// A wrapped key stands in it, only a decision about somebody's entry declines or asks, and a
/// deletion says nothing more: the file of a deleted entry goes with it.
fn is_one_of_ours(revision: &Revision) -> Result<(), Failure> {
    let decision = matches!(revision.state, State::Declined | State::Asked);
    let plain = revision.file.is_none() && revision.origin.is_none();
    let fits = (1..=MAX_WRAP).contains(&revision.record_key.as_slice().len())
        && (!decision || revision.origin.is_some())
        && (revision.state != State::Deleted || plain);
    if fits {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}

/// The file is the one that was signed: all its parts are there and have these hashes.
///
/// # Errors
/// [`Code::BadRequest`].
pub(crate) fn content_fits(
    file: &Content,
    sealed_length: u64,
    leaves: &[Hash],
) -> Result<(), Failure> {
    let fits = leaves.len() as u64 == part_count(sealed_length)
        && part_length(sealed_length, 0).is_some()
        && file.sealed_length == sealed_length
        && file.root == root(sealed_length, leaves)
        && file.salt.as_slice().len() == SALT
        && (1..=MAX_WRAP).contains(&file.content_key.as_slice().len());
    if fits {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}

/// The revision follows the newest one of its entry in its compartment. A deletion follows
/// something, and nothing else follows a deletion.
///
/// # Errors
/// [`Code::Conflict`], and [`Code::BadRequest`] where nothing may follow.
pub(crate) fn follows(newest: Option<&Leaf>, revision: &Revision) -> Result<(), Failure> {
    let deletes = revision.state == State::Deleted;
    let deleted = newest.is_some_and(|leaf| leaf.state == State::Deleted);
    if !deletes && deleted || deletes && newest.is_none() {
        return Err(Code::BadRequest.into());
    }
    let (number, parent) = match newest {
        Some(leaf) => (leaf.number.checked_add(1), Some(leaf.revision)),
        None => (Some(1), None),
    };
    if number == Some(revision.number) && parent == revision.parent {
        Ok(())
    } else {
        Err(Code::Conflict.into())
    }
}

/// The head stands for exactly these leaves.
///
/// # Errors
/// [`Code::BadRequest`].
pub(crate) fn tree_fits(head: &CompartmentHead, leaves: &[Hash]) -> Result<(), Failure> {
    let fits =
        head.entries == leaves.len() as u64 && head.root == merkle::root(leaves.iter().copied());
    if fits {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}
