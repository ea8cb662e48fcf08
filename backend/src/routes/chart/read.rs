//! What a caller has, and one chart as far as it concerns them.

use keepwell_shared::{
    error::Code,
    id::{ChartId, CompartmentId},
    statement::{CompartmentHead, Unverified},
    wire::{ChartListResponse, ChartResponse, Empty, LiveGrant, OwnChart, SharedChart, Written},
};

use super::{View, owner};
use crate::{
    app::App,
    chains,
    guard::Caller,
    policy::Act,
    reject::Failure,
    routes::call::Asked,
    store::{Reading, account, chart, compartment, consent, statement},
};

/// The charts that the caller owns or may read.
pub(in crate::routes) fn list(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<ChartListResponse, Failure> {
    let me = caller.account();
    let shared = consent::shared_with(at, me)?
        .into_iter()
        .map(|chart| {
            let (_, grant) = consent::newest_to(at, chart, me)?.ok_or(Code::NotFound)?;
            Ok(SharedChart {
                chart,
                owner: owner(at, chart)?,
                grant,
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(ChartListResponse {
        own: chart::owned_by(at, me)?,
        shared,
    })
}

/// Keys, grants and heads of one chart, as far as they concern the caller.
pub(in crate::routes) fn get(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), Empty>,
) -> Result<ChartResponse, Failure> {
    let (id,) = asked.ids;
    let view = View::of(at, id, caller, Act::ReadChart)?;
    let mut response = ChartResponse {
        chart: id,
        owner: owner(at, id)?,
        own: None,
        grant: None,
        compartments: Vec::new(),
        back_chain: compartment::back_chain(at, id)?,
        written: statement::counts(at, id)?,
    };
    match view {
        View::Whole => {
            let (own, compartments) = own_chart(at, id, &response)?;
            response.own = Some(own);
            response.compartments = compartments;
        }
        View::Granted(grant) => {
            // Only what the granted keys lead to: nothing about other compartments, or later epochs.
            let keys = &grant.payload().keys;
            response.back_chain.retain(|wrap| {
                keys.iter()
                    .any(|k| k.compartment == wrap.compartment && wrap.epoch < k.epoch)
            });
            let granted = |written: &Written| {
                let mut keys = keys.iter();
                keys.any(|k| k.compartment == written.compartment)
            };
            response.written.retain(granted);
            response.compartments = keys
                .iter()
                .map(|k| newest(at, id, k.compartment))
                .collect::<Result<_, _>>()?;
            response.grant = Some(grant.to_unverified());
        }
    }
    Ok(response)
}

/// What only the owner gets, and the heads that the chart head names, in its order.
fn own_chart(
    at: &Reading<'_>,
    id: ChartId,
    response: &ChartResponse,
) -> Result<(OwnChart, Vec<Unverified<CompartmentHead>>), Failure> {
    let grants = consent::live_statements(at, id)?
        .into_iter()
        .map(|(grant, grantee)| {
            let grantee = account::key_bundle(at, grantee)?;
            Ok(LiveGrant {
                grant,
                grantee: grantee.ok_or(Failure::Broken("an account without keys"))?,
            })
        })
        .collect::<Result<_, Failure>>()?;
    let head = chart::newest_head(at, id)?;
    let (_, key) = chains::stored_keys(&response.owner)?;
    let compartments = chains::stored_head(&head, &key)?
        .payload()
        .compartments
        .iter()
        .map(|c| newest(at, id, c.compartment))
        .collect::<Result<_, _>>()?;
    let own = OwnChart {
        head,
        grants,
        keys: compartment::own_wraps(at, id)?,
    };
    Ok((own, compartments))
}

fn newest(
    at: &Reading<'_>,
    id: ChartId,
    inside: CompartmentId,
) -> Result<Unverified<CompartmentHead>, Failure> {
    compartment::newest_head(at, id, inside)?.ok_or(Failure::Broken("a compartment without a head"))
}
