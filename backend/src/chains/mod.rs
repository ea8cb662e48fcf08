//! What is signed must follow from what was signed before. The server signs nothing and opens
//! nothing; it checks shape, signature and order, so that an honest client never meets a chart that
//! a broken one left half-changed. Clients check everything again.

mod account;
mod authors;
mod entries;
mod grants;
mod heads;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    statement::{
        AccountHead, ChartHead, CompartmentHead, Grant, KeyBundle, Link, Unverified, Verified,
    },
    wire::{BackWrap, NewHead, OwnWrap},
};
use p256::ecdsa::VerifyingKey;

use crate::reject::Failure;

pub(crate) use account::{AccountStep, first_account, next_account};
pub(crate) use authors::{decides, next_statement, sealed_fits};
pub(crate) use entries::{Written, content_fits, follows, tree_fits};
pub(crate) use grants::LiveConsent;
pub(crate) use heads::first;

/// The longest wrapped key, in bytes; ours have some 80.
pub(crate) const MAX_WRAP: usize = 1024;
/// The most compartments that a chart may have.
const MAX_COMPARTMENTS: usize = 64;
/// The most readers, and the most authors, that a compartment may have.
const MAX_PEOPLE: usize = 256;
/// The most heads that one may replace.
const MAX_REPLACED: usize = 64;

/// A chart as its newest heads describe it.
#[derive(Debug)]
pub(crate) struct Heads {
    pub(crate) chart: Verified<ChartHead>,
    /// In the order of the chart head.
    pub(crate) compartments: Vec<Verified<CompartmentHead>>,
}

/// A compartment with a new head.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) before: Verified<CompartmentHead>,
    pub(crate) head: Verified<CompartmentHead>,
    /// A new key, and the one before it under it.
    pub(crate) raised: Option<(OwnWrap, BackWrap)>,
}

/// A head that follows, with what it changes.
#[derive(Debug)]
pub(crate) struct Succession<'a> {
    pub(crate) head: Verified<ChartHead>,
    /// New heads of compartments.
    pub(crate) steps: Vec<Step>,
    /// Revisions, in the order in which they are to be stored.
    pub(crate) written: Vec<Written<'a>>,
    /// Grants that begin.
    pub(crate) begun: Vec<Verified<Grant>>,
    /// Statements that end.
    pub(crate) ended: Vec<Hash>,
}

/// The head that follows `before`, whose live grants are `live`, in a chart of the account whose
/// newest statement is `account`. What it says of the entries that are stored is left to
/// [`follows`] and [`tree_fits`].
///
/// # Errors
/// [`keepwell_shared::error::Code::Conflict`] when it follows another one,
/// [`keepwell_shared::error::Code::BadRequest`] when it is not in order.
pub(crate) fn next<'a>(
    before: &Heads,
    account: Hash,
    live: &[LiveConsent],
    new: &'a NewHead,
    key: &VerifyingKey,
) -> Result<Succession<'a>, Failure> {
    let head = heads::next_chart(&before.chart, account, new, key)?;
    let steps = heads::steps(before, head.payload(), new, key)?;
    let written = entries::written(head.payload(), &steps, new, key)?;
    let begun = grants::begun(before, head.payload(), &steps, new, key)?;
    let ended = grants::ended(head.payload(), &begun, live)?;
    Ok(Succession {
        head,
        steps,
        written,
        begun,
        ended,
    })
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

/// The newest head of a compartment: the one that the chart head names.
///
/// # Errors
/// [`Failure::Broken`] when it is another one.
pub(crate) fn stored_compartment(
    head: &Unverified<CompartmentHead>,
    named: Hash,
) -> Result<Verified<CompartmentHead>, Failure> {
    head.verify_named(named)
        .map_err(|_| Failure::Broken("a stored compartment head is not the one that is named"))
}

/// A live grant. It verified when it was stored under its id; that it still has the id says that it
/// is the same.
///
/// # Errors
/// [`Failure::Broken`] when it has another one.
pub(crate) fn stored_grant(
    grant: &Unverified<Grant>,
    id: Hash,
) -> Result<Verified<Grant>, Failure> {
    grant
        .verify_named(id)
        .map_err(|_| Failure::Broken("a stored grant is not the one that is named"))
}

/// The id of the newest statement of an account, which verified when it was stored.
///
/// # Errors
/// [`Failure::Broken`] when it has none.
pub(crate) fn stored_account(head: &Unverified<AccountHead>) -> Result<Hash, Failure> {
    head.id()
        .map_err(|_| Failure::Broken("a stored account head is none"))
}

/// Whether `now` counts on from `before`: one step, or a jump above what a repair gives up. Which
/// head it names as the one before is looked at elsewhere.
fn counts_on<T: Link>(before: &T, now: &T) -> bool {
    let (was, is) = (before.counter(), now.counter());
    let replaces = now.replaces();
    let counted = if replaces.is_empty() {
        was.checked_add(1) == Some(is)
    } else {
        is > was
    };
    // A column of the database holds no larger number.
    counted
        && i64::try_from(is).is_ok()
        && replaces.len() <= MAX_REPLACED
        && rises(replaces.iter().copied())
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
