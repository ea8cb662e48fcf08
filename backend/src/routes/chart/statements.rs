//! What others than the owner write, and for whom they seal it.

use keepwell_shared::{
    error::Code,
    id::{ChartId, CompartmentId},
    statement::{AuthorStatement, Enclosure},
    wire::{Empty, PageQuery, ReaderListResponse, StatementListResponse, StatementPostRequest},
};

use super::View;
use crate::{
    app::App,
    chains,
    guard::Caller,
    policy::Act,
    reject::Failure,
    routes::call::Asked,
    store::{Reading, Writing, account, blob, compartment, consent, leaf, statement},
};

type Inside<R> = Asked<(ChartId, CompartmentId), R>;

/// Takes a statement that follows its author's newest one in the compartment.
pub(in crate::routes) fn post(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Inside<StatementPostRequest>,
) -> Result<Empty, Failure> {
    let (id, inside) = asked.ids;
    let View::Granted(grant) = View::of(at, id, caller, Act::WriteStatement)? else {
        return Err(Code::NotFound.into());
    };
    if !grant.payload().keys.iter().any(|k| k.compartment == inside) {
        return Err(Code::NotFound.into());
    }
    let me = caller.account();
    let bundle = account::key_bundle(at, me)?.ok_or(Failure::Broken("an account without keys"))?;
    let (bundle, key) = chains::stored_keys(&bundle)?;
    let signed = asked.request.statement.verify(&key)?;
    let payload = signed.payload();
    let enclosed = signed.enclosed(&asked.request.enclosure)?;
    if (payload.chart, payload.compartment, payload.author) != (id, inside, me) {
        return Err(Code::BadRequest.into());
    }
    let newest = compartment::newest_head(at, id, inside)?;
    let newest = newest.ok_or(Failure::Broken("a compartment without a head"))?;
    let newest = chains::stored_compartment(&newest, newest.id()?)?;
    let named = statement::head(at, id, inside, payload.head_counter)?.ok_or(Code::BadRequest)?;
    // What it names must be the very head that stands there.
    let named = named.verify_named(payload.head)?;
    let before = statement::newest_of(at, id, inside, me)?;
    let (named, newest) = (named.payload(), newest.payload());
    chains::next_statement(payload, &enclosed, &bundle, before, named, newest)?;
    let entry = asked.request.entry.as_slice();
    chains::sealed_fits(&enclosed.entry, entry)?;
    let taken = statement::begins(at, id, payload.record)?
        || leaf::find(at, id, inside, payload.record)?.is_some();
    if taken {
        return Err(Code::BadRequest.into());
    }
    commit_file(at, caller, payload, &enclosed)?;
    let bytes = entry.len() as u64;
    app.room_for_part(bytes)?;
    account::charge(at, me, bytes, app.quota)?;
    statement::keep_author(at, id, &bundle)?;
    statement::add(at, &signed, &asked.request.enclosure, &enclosed, entry)?;
    Ok(Empty {})
}

/// Ties the file to the entry: it is the author's, belongs to the chart, is complete, and is the
/// one that was signed.
fn commit_file(
    at: &Writing<'_>,
    caller: &Caller,
    payload: &AuthorStatement,
    enclosed: &Enclosure,
) -> Result<(), Failure> {
    let Some(file) = &enclosed.file else {
        return Ok(());
    };
    let stored = blob::find(at, file.blob)?
        .filter(|stored| stored.chart == payload.chart && stored.uploader == caller.account())
        .ok_or(Code::NotFound)?;
    if stored.record.is_some() {
        return Err(Code::BadRequest.into());
    }
    let leaves = blob::leaves(at, file.blob)?;
    chains::content_fits(&file.content, stored.sealed_length, &leaves)?;
    blob::commit(at, file.blob, payload.record)
}

/// A page of the statements of one compartment.
pub(in crate::routes) fn statements(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Inside<PageQuery>,
) -> Result<StatementListResponse, Failure> {
    View::into_compartment(at, asked.ids, caller)?;
    let (id, inside) = asked.ids;
    statement::page(at, id, inside, asked.request.after)
}

/// The public keys of everybody whose grant covers the compartment.
pub(in crate::routes) fn readers(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    asked: Inside<Empty>,
) -> Result<ReaderListResponse, Failure> {
    View::into_compartment(at, asked.ids, caller)?;
    let (id, inside) = asked.ids;
    let mut readers = Vec::new();
    for live in consent::live(at, id)? {
        let grant = consent::newest_to(at, id, live.grantee)?;
        let covers = match grant {
            Some((statement_id, grant)) => chains::stored_grant(&grant, statement_id)?
                .payload()
                .keys
                .iter()
                .any(|key| key.compartment == inside),
            None => false,
        };
        if covers {
            let keys = account::key_bundle(at, live.grantee)?;
            readers.push(keys.ok_or(Failure::Broken("an account without keys"))?);
        }
    }
    Ok(ReaderListResponse { readers })
}
