//! Long lists, a page at a time.

use keepwell_shared::{
    id::{ChartId, CompartmentId},
    wire::{
        CompartmentHeadListResponse, HeadListResponse, LeafListResponse, PageQuery,
        RevisionListResponse,
    },
};

use super::View;
use crate::{
    guard::Caller,
    policy::Act,
    reject::Failure,
    routes::call::Asked,
    store::{Reading, chart, compartment, leaf, revision},
};

/// Which compartment of which chart, and where to go on.
type Inside = Asked<(ChartId, CompartmentId), PageQuery>;

/// Heads of the chart after a counter.
pub(in crate::routes) fn heads(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), PageQuery>,
) -> Result<HeadListResponse, Failure> {
    let (id,) = asked.ids;
    View::of(at, id, caller, Act::ReadHeads)?;
    let heads = chart::heads(at, id, asked.request.after)?;
    Ok(HeadListResponse { heads })
}

/// Heads of a compartment after a counter.
pub(in crate::routes) fn compartment_heads(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Inside,
) -> Result<CompartmentHeadListResponse, Failure> {
    View::into_compartment(at, asked.ids, caller)?;
    let (id, inside) = asked.ids;
    let heads = compartment::heads(at, id, inside, asked.request.after)?;
    Ok(CompartmentHeadListResponse { heads })
}

/// Revisions of a compartment in the order in which they were stored.
pub(in crate::routes) fn revisions(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Inside,
) -> Result<RevisionListResponse, Failure> {
    View::into_compartment(at, asked.ids, caller)?;
    let (id, inside) = asked.ids;
    revision::page(at, id, inside, asked.request.after)
}

/// Leaves of the tree of a compartment, in order.
pub(in crate::routes) fn leaves(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Inside,
) -> Result<LeafListResponse, Failure> {
    View::into_compartment(at, asked.ids, caller)?;
    let (id, inside) = asked.ids;
    let leaves = leaf::page(at, id, inside, asked.request.after)?;
    Ok(LeafListResponse { leaves })
}
