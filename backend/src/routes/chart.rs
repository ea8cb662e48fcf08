//! Charts: their keys, their grants, their entries.

use keepwell_shared::{
    bytes::Hash,
    content::{part_count, part_length, root},
    error::Code,
    id::ChartId,
    statement::{BlobContent, ChartHead, Content, KeyBundle, Revision, Unverified, Verified},
    wire::{
        BackWrap, ChartListResponse, ChartResponse, Empty, HeadPostRequest, LiveGrant, OwnChart,
        RevisionListResponse, RevisionPostRequest, RevisionsQuery, SharedChart,
    },
};
use p256::ecdsa::VerifyingKey;

use super::call::Asked;
use crate::{
    app::App,
    chains::{self, MAX_WRAP},
    guard::Caller,
    policy::{Act, Relation, may},
    reject::Failure,
    store::{Reading, Writing, account, blob, chart, consent, revision},
};

/// The longest sealed entry, in bytes.
const MAX_ENTRY: u64 = 512 * 1024;
/// Bytes of a Cobblestone salt.
const SALT: usize = 24;

/// The charts that the caller owns or may read.
pub(super) fn list(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<ChartListResponse, Failure> {
    let me = caller.account();
    let shared = consent::shared_with(at, me)?
        .into_iter()
        .map(|chart| {
            Ok(SharedChart {
                chart,
                owner: owner(at, chart)?,
                grant: consent::newest_to(at, chart, me)?.ok_or(Code::NotFound)?,
            })
        })
        .collect::<Result<_, Failure>>()?;
    Ok(ChartListResponse {
        own: chart::owned_by(at, me)?,
        shared,
    })
}

/// Keys, grants and head of one chart, as far as they concern the caller.
pub(super) fn get(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), Empty>,
) -> Result<ChartResponse, Failure> {
    let (id,) = asked.ids;
    let relation = chart::relation(at, id, caller.account())?;
    may(relation, Act::ReadChart)?;
    let mut response = ChartResponse {
        chart: id,
        owner: owner(at, id)?,
        own: None,
        grant: None,
        back_chain: chart::back_chain(at, id)?,
    };
    if relation == Relation::Owner {
        response.own = Some(own_chart(at, id)?);
    } else {
        let grant = consent::newest_to(at, id, caller.account())?.ok_or(Code::NotFound)?;
        let (_, key) = chains::stored_keys(&response.owner)?;
        let verified = grant
            .verify(&key)
            .map_err(|_| Failure::Broken("a stored grant does not verify"))?;
        // Only what the granted keys lead to: nothing about other compartments, or later epochs.
        response.back_chain.retain(|wrap: &BackWrap| {
            verified
                .payload()
                .keys
                .iter()
                .any(|k| k.compartment == wrap.compartment && wrap.epoch < k.epoch)
        });
        response.grant = Some(grant);
    }
    Ok(response)
}

/// A new head, with the grants and keys that it names.
pub(super) fn head_post(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), HeadPostRequest>,
) -> Result<Empty, Failure> {
    let (id,) = asked.ids;
    let (key, before) = writable(at, id, caller)?;
    app.room_for_part(0)?;
    let live = consent::live(at, id)?;
    let next = chains::next(&before, &live, &asked.request.new, &key)?;
    let counter = next.head.payload().counter;
    for grant in &next.begun {
        let payload = grant.payload();
        let grantee = account::key_bundle(at, payload.grantee)?.ok_or(Code::NotFound)?;
        let (bundle, _) = chains::stored_keys(&grantee)?;
        if bundle.id() != payload.grantee_bundle {
            return Err(Code::Conflict.into());
        }
        // An id that was given and ended is not given again.
        let reissued = live.iter().any(|l| l.grant == payload.grant);
        if !reissued && consent::known(at, id, payload.grant)? {
            return Err(Code::BadRequest.into());
        }
    }
    chart::add_head(at, id, counter, next.head.as_bytes())?;
    for (own, back) in &next.raised {
        chart::retire_key(
            at,
            id,
            back.compartment,
            back.epoch,
            back.wrapped.as_slice(),
        )?;
        chart::add_key(at, id, own)?;
    }
    for ended in next.ended {
        consent::end(at, id, ended, counter)?;
    }
    for grant in &next.begun {
        consent::add(at, grant, counter)?;
    }
    Ok(Empty {})
}

/// Revisions in the order in which they were stored.
pub(super) fn revisions(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), RevisionsQuery>,
) -> Result<RevisionListResponse, Failure> {
    let (id,) = asked.ids;
    may(chart::relation(at, id, caller.account())?, Act::ReadChart)?;
    revision::page(at, id, asked.request.after)
}

/// Stores one revision; its blob must be complete.
pub(super) fn revision_post(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), RevisionPostRequest>,
) -> Result<Empty, Failure> {
    let (id,) = asked.ids;
    let (key, head) = writable(at, id, caller)?;
    let request = asked.request;
    let entry = request.entry.as_slice();
    let signed = request.revision.verify(&key)?;
    let payload = signed.payload();
    if payload.chart != id || payload.author != caller.account() {
        return Err(Code::BadRequest.into());
    }
    entry_fits(&payload.entry, &payload.record_key.0, entry)?;
    follows(at, &signed, &head, request.head)?;
    if let Some(file) = &payload.file {
        commit_file(at, caller, payload, file)?;
    }
    app.room_for_part(payload.entry.sealed_length)?;
    account::charge(at, caller.account(), payload.entry.sealed_length, app.quota)?;
    revision::add(at, &signed, entry).map(|()| Empty {})
}

/// The owner's key and the newest head of a chart that the caller may write.
fn writable(
    at: &Reading<'_>,
    id: ChartId,
    caller: &Caller,
) -> Result<(VerifyingKey, Verified<ChartHead>), Failure> {
    may(chart::relation(at, id, caller.account())?, Act::WriteChart)?;
    let (_, key) = chains::stored_keys(&owner(at, id)?)?;
    let head = chains::stored_head(&chart::newest_head(at, id)?, &key)?;
    Ok((key, head))
}

fn owner(at: &Reading<'_>, id: ChartId) -> Result<Unverified<KeyBundle>, Failure> {
    let owner = chart::owner(at, id)?.ok_or(Code::NotFound)?;
    account::key_bundle(at, owner)?.ok_or(Failure::Broken("an account without keys"))
}

fn own_chart(at: &Reading<'_>, id: ChartId) -> Result<OwnChart, Failure> {
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
    Ok(OwnChart {
        head: chart::newest_head(at, id)?,
        grants,
        keys: chart::own_wraps(at, id)?,
    })
}

/// The entry is the one that was signed, whole.
fn entry_fits(content: &Content, record_key: &[u8], entry: &[u8]) -> Result<(), Failure> {
    let length = entry.len() as u64;
    if length > MAX_ENTRY {
        return Err(Code::TooLarge.into());
    }
    let fits = length > 0
        && content.sealed_length == length
        && content.root == root(length, &[Hash::of(entry)])
        && is_sealed(content, record_key);
    if fits {
        Ok(())
    } else {
        Err(Code::BadRequest.into())
    }
}

fn is_sealed(content: &Content, record_key: &[u8]) -> bool {
    content.salt.as_slice().len() == SALT
        && (1..=MAX_WRAP).contains(&content.content_key.as_slice().len())
        && (1..=MAX_WRAP).contains(&record_key.len())
}

/// The revision follows the newest one of its entry, under the newest keys.
fn follows(
    at: &Reading<'_>,
    signed: &Verified<Revision>,
    head: &Verified<ChartHead>,
    head_seen: Hash,
) -> Result<(), Failure> {
    let payload = signed.payload();
    if head_seen != head.id() {
        return Err(Code::Conflict.into());
    }
    if chains::newest_epoch(head.payload(), payload.compartment) != Some(payload.epoch) {
        return Err(Code::BadRequest.into());
    }
    let (number, parent) = match revision::newest(at, payload.chart, payload.record)? {
        Some((number, id)) => (number.checked_add(1), Some(id)),
        None => (Some(1), None),
    };
    if number == Some(payload.number) && parent == payload.parent {
        Ok(())
    } else {
        Err(Code::Conflict.into())
    }
}

/// Ties the file to the entry: it is the caller's, belongs to the chart, is complete, and is the
/// one that was signed. A later revision of the same entry may name it again.
fn commit_file(
    at: &Writing<'_>,
    caller: &Caller,
    payload: &Revision,
    file: &BlobContent,
) -> Result<(), Failure> {
    let stored = blob::find(at, file.blob)?
        .filter(|stored| stored.chart == payload.chart && stored.uploader == caller.account())
        .ok_or(Code::NotFound)?;
    let length = stored.sealed_length;
    let leaves = blob::leaves(at, file.blob)?;
    let complete = leaves.len() as u64 == part_count(length) && part_length(length, 0).is_some();
    let fits = complete
        && file.content.sealed_length == length
        && file.content.root == root(length, &leaves)
        && is_sealed(&file.content, &payload.record_key.0);
    match stored.record {
        _ if !fits => Err(Code::BadRequest.into()),
        Some(record) if record == payload.record => Ok(()),
        Some(_) => Err(Code::BadRequest.into()),
        None => blob::commit(at, file.blob, payload.record),
    }
}
