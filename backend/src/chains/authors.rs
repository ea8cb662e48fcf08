//! What others than the owner write, and what the owner decides about it.
//!
//! `docs/protocol.md`, section 10.2.

use keepwell_shared::{
    bytes::Hash,
    content::root,
    error::Code,
    statement::{
        AuthorStatement, CompartmentHead, Content, Enclosure, KeyBundle, Revision, State, Verified,
    },
};

use super::{MAX_REPLACED, MAX_WRAP, entries::MAX_ENTRY, entries::SALT, rises};
use crate::reject::Failure;

/// The longest encapsulated key, in bytes; ours have 1,153.
const MAX_ENC: usize = 2048;

/// Whether a statement is its author's next one, under the head that it names, which lets the same
/// people read as the newest one.
///
/// # Errors
/// [`Code::Conflict`] when it follows another one, or others may read by now;
/// [`Code::BadRequest`] when it is not in order.
pub(crate) fn next_statement(
    statement: &AuthorStatement,
    enclosed: &Enclosure,
    bundle: &Verified<KeyBundle>,
    before: Option<(u64, Hash)>,
    named: &CompartmentHead,
    newest: &CompartmentHead,
) -> Result<(), Failure> {
    let (number, previous) = before.map_or((0, None), |(number, id)| (number, Some(id)));
    let readers = |head: &CompartmentHead| (head.epoch, head.readers.clone());
    if previous != statement.previous || readers(named) != readers(newest) {
        return Err(Code::Conflict.into());
    }
    let replaces = &statement.replaces;
    let counted = if replaces.is_empty() {
        number.checked_add(1) == Some(statement.number)
    } else {
        statement.number > number
    };
    let wrapped = enclosed.wraps.iter().flatten().all(|wrap| {
        (1..=MAX_ENC).contains(&wrap.enc.as_slice().len())
            && (1..=MAX_WRAP).contains(&wrap.sealed.as_slice().len())
    });
    let in_order = counted
        && i64::try_from(statement.number).is_ok()
        && replaces.len() <= MAX_REPLACED
        && rises(replaces.iter().copied())
        && rises(statement.seen.iter().map(|seen| seen.author))
        && statement.bundle == bundle.id()
        && named.readers.contains(&bundle.id())
        && enclosed.wraps.len() == named.readers.len().saturating_add(1)
        && enclosed.wraps.first().is_some_and(Option::is_some)
        && wrapped;
    if in_order {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}

/// The sealed entry is the one that was signed, whole.
///
/// # Errors
/// [`Code::TooLarge`], [`Code::BadRequest`].
pub(crate) fn sealed_fits(content: &Content, entry: &[u8]) -> Result<(), Failure> {
    let length = entry.len() as u64;
    if length > MAX_ENTRY {
        return Err(Code::TooLarge.into());
    }
    let fits = length > 0
        && content.sealed_length == length
        && content.root == root(length, &[Hash::of(entry)])
        && content.salt.as_slice().len() == SALT
        && (1..=MAX_WRAP).contains(&content.content_key.as_slice().len());
    if fits {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}

/// What the owner decides about a statement begins an entry; what is taken is what was written.
///
/// # Errors
/// [`Code::BadRequest`].
pub(crate) fn decides(
    revision: &Revision,
    about: &AuthorStatement,
    enclosed: &Enclosure,
) -> Result<(), Failure> {
    let same = match revision.state {
        State::Live => (&revision.entry, &revision.file) == (&enclosed.entry, &enclosed.file),
        State::Declined | State::Asked => revision.file.is_none(),
        State::Moved | State::Lost | State::Deleted => false,
    };
    let fits = same
        && (revision.number, revision.parent) == (1, None)
        && revision.chart == about.chart
        && revision.compartment == about.compartment
        && revision.record == about.record
        && revision
            .origin
            .is_some_and(|origin| origin.author == about.author);
    if fits {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}
