//! A new head with everything that it names, whole or not at all.

use std::collections::BTreeMap;

use keepwell_shared::{
    error::Code,
    id::{ChartId, CompartmentId},
    statement::{BlobContent, Revision, State},
    wire::{Empty, HeadPostRequest},
};
use p256::ecdsa::VerifyingKey;

use super::owner;
use crate::{
    app::App,
    chains::{self, Heads, LiveConsent, Step, Succession, Written},
    guard::Caller,
    policy::{Act, may},
    reject::Failure,
    routes::call::Asked,
    store::{
        Reading, Writing, account, blob, chart, compartment, consent, leaf, revision, statement,
    },
};

/// Takes a head that follows the newest one. Nothing is stored when anything is refused: the
/// transaction is undone.
pub(in crate::routes) fn head_post(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), HeadPostRequest>,
) -> Result<Empty, Failure> {
    let (id,) = asked.ids;
    let (key, before) = writable(at, id, caller)?;
    let live = consent::live(at, id)?;
    let account = chains::stored_account(&account::head(at, caller.account())?)?;
    let next = chains::next(&before, account, &live, &asked.request.new, &key)?;
    grants_fit(at, id, &next, &live)?;
    write_entries(app, at, caller, &next.steps, &next.written)?;
    for step in &next.steps {
        take_step(at, id, step, &next.written)?;
    }
    chart::add_head(at, &next.head)?;
    let counter = next.head.payload().counter;
    for ended in next.ended {
        consent::end(at, id, ended, counter)?;
    }
    for grant in &next.begun {
        consent::add(at, grant, counter)?;
    }
    Ok(Empty {})
}

/// The owner's key and the newest heads of a chart that the caller may write.
fn writable(
    at: &Reading<'_>,
    id: ChartId,
    caller: &Caller,
) -> Result<(VerifyingKey, Heads), Failure> {
    may(chart::relation(at, id, caller.account())?, Act::WriteChart)?;
    let (_, key) = chains::stored_keys(&owner(at, id)?)?;
    let head = chains::stored_head(&chart::newest_head(at, id)?, &key)?;
    let compartments = head
        .payload()
        .compartments
        .iter()
        .map(|c| {
            let newest = compartment::newest_head(at, id, c.compartment)?;
            let newest = newest.ok_or(Failure::Broken("a compartment without a head"))?;
            chains::stored_compartment(&newest, c.head)
        })
        .collect::<Result<_, _>>()?;
    let heads = Heads {
        chart: head,
        compartments,
    };
    Ok((key, heads))
}

/// Grants go to somebody who exists, under the keys that were compared, and never under an id that
/// was given and ended.
fn grants_fit(
    at: &Reading<'_>,
    id: ChartId,
    next: &Succession<'_>,
    live: &[LiveConsent],
) -> Result<(), Failure> {
    for grant in &next.begun {
        let payload = grant.payload();
        let grantee = account::key_bundle(at, payload.grantee)?.ok_or(Code::NotFound)?;
        let (bundle, _) = chains::stored_keys(&grantee)?;
        if bundle.id() != payload.grantee_bundle {
            return Err(Code::Conflict.into());
        }
        let reissued = live.iter().any(|l| l.grant == payload.grant);
        if !reissued && consent::known(at, id, payload.grant)? {
            return Err(Code::BadRequest.into());
        }
    }
    Ok(())
}

/// Stores revisions one after the other, so that each may follow one of the same request.
fn write_entries(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    steps: &[Step],
    written: &[Written<'_>],
) -> Result<(), Failure> {
    let bytes = written.iter().map(|one| one.entry.len() as u64).sum();
    app.room_for_part(bytes)?;
    let mut places: BTreeMap<CompartmentId, u64> = steps
        .iter()
        .map(|step| step.before.payload())
        .map(|before| (before.compartment, before.revisions))
        .collect();
    for one in written {
        let payload = one.revision.payload();
        let place = places
            .get_mut(&payload.compartment)
            .ok_or(Code::BadRequest)?;
        *place = place.checked_add(1).ok_or(Code::BadRequest)?;
        let newest = leaf::find(at, payload.chart, payload.compartment, payload.record)?;
        chains::follows(newest.as_ref(), payload)?;
        if let Some(origin) = payload.origin {
            let (chart, inside) = (payload.chart, payload.compartment);
            let about = statement::find(at, chart, inside, origin.statement)?;
            let (about, enclosure) = about.ok_or(Code::BadRequest)?;
            let about = about.verify_named(origin.statement)?;
            let enclosed = about.enclosed(&enclosure.ok_or(Code::BadRequest)?)?;
            chains::decides(payload, about.payload(), &enclosed)?;
        }
        if let Some(file) = &payload.file {
            commit_file(at, caller, payload, file)?;
        }
        if payload.state == State::Deleted {
            // Given back before anything is charged: who has no room left can delete.
            let freed = revision::destroy_keys(at, payload)?;
            account::refund(at, caller.account(), freed)?;
            if let Some((author, freed)) = statement::destroy_keys(at, payload)? {
                account::refund(at, author, freed)?;
            }
            app.store.sweep_soon();
        }
        revision::add(at, *place, &one.revision, one.entry)?;
        leaf::put(at, &one.revision)?;
    }
    account::charge(at, caller.account(), bytes, app.quota)
}

/// Stores a compartment head whose tree is the one that its entries make now.
fn take_step(
    at: &Writing<'_>,
    id: ChartId,
    step: &Step,
    written: &[Written<'_>],
) -> Result<(), Failure> {
    let (was, is) = (step.before.payload(), step.head.payload());
    let changed = written
        .iter()
        .any(|one| one.revision.payload().compartment == is.compartment);
    if changed {
        chains::tree_fits(is, &leaf::hashes(at, id, is.compartment)?)?;
    } else if (was.entries, was.root) != (is.entries, is.root) {
        return Err(Code::BadRequest.into());
    }
    compartment::add_head(at, &step.head)?;
    if let Some((own, back)) = &step.raised {
        let older = back.wrapped.as_slice();
        compartment::retire_key(at, id, back.compartment, back.epoch, older)?;
        compartment::add_key(at, id, own)?;
    }
    Ok(())
}

/// Ties the file to the entry: it is the caller's or that of whoever wrote the entry, belongs to the
/// chart, is complete, and is the one that was signed. A later revision of the same entry may name
/// it again, in whichever compartment.
fn commit_file(
    at: &Writing<'_>,
    caller: &Caller,
    payload: &Revision,
    file: &BlobContent,
) -> Result<(), Failure> {
    let stored = blob::find(at, file.blob)?
        .filter(|stored| stored.chart == payload.chart)
        .filter(|stored| {
            stored.uploader == caller.account() || stored.record == Some(payload.record)
        })
        .ok_or(Code::NotFound)?;
    let leaves = blob::leaves(at, file.blob)?;
    chains::content_fits(&file.content, stored.sealed_length, &leaves)?;
    match stored.record {
        Some(record) if record == payload.record => Ok(()),
        Some(_) => Err(Code::BadRequest.into()),
        None => blob::commit(at, file.blob, payload.record),
    }
}
