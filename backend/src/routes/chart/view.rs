//! Which compartments of a chart somebody may look into.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{ChartId, CompartmentId},
    statement::{Grant, Unverified, Verified},
};

use crate::{
    chains,
    guard::Caller,
    policy::{Act, Relation, may},
    reject::Failure,
    store::{Reading, chart, compartment, consent},
};

/// What a caller sees of a chart.
pub(in crate::routes) enum View {
    /// It is theirs.
    Whole,
    /// The compartments whose keys are in this grant.
    Granted(Verified<Grant>),
}

impl View {
    /// What the caller sees of the chart when this act is allowed.
    ///
    /// # Errors
    /// As [`may`].
    pub(in crate::routes) fn of(
        at: &Reading<'_>,
        id: ChartId,
        caller: &Caller,
        act: Act,
    ) -> Result<Self, Failure> {
        let relation = chart::relation(at, id, caller.account())?;
        may(relation, act)?;
        if relation == Relation::Owner {
            return Ok(Self::Whole);
        }
        let found: Option<(Hash, Unverified<Grant>)> =
            consent::newest_to(at, id, caller.account())?;
        let (statement_id, grant) = found.ok_or(Code::NotFound)?;
        chains::stored_grant(&grant, statement_id).map(Self::Granted)
    }

    /// Looks into one compartment of the chart.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it is not in the grant, and when there is none: both look the same.
    pub(super) fn into_compartment(
        at: &Reading<'_>,
        (id, inside): (ChartId, CompartmentId),
        caller: &Caller,
    ) -> Result<(), Failure> {
        let there = match Self::of(at, id, caller, Act::ReadChart)? {
            Self::Whole => compartment::newest_head(at, id, inside)?.is_some(),
            Self::Granted(grant) => grant.payload().keys.iter().any(|k| k.compartment == inside),
        };
        if there {
            Ok(())
        } else {
            Err(Code::NotFound.into())
        }
    }
}
