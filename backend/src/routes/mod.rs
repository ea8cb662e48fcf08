//! The whole API, one line per endpoint. Method, path, body limit and types come from the table
//! that the browser uses too; `open`, `read`, `pages` and `write` say who may call, and which
//! transaction the handler runs in.

mod account;
mod answer;
mod blob;
mod call;
mod chart;
mod mount;
mod path;
mod people;
mod recovery;
mod register;
mod second_factor;
mod session;
mod sign_in;

use std::sync::Arc;

use keepwell_shared::wire;
use warp::{Filter, filters::BoxedFilter, reply::Response};

use self::mount::{open, pages, read, write};
use crate::{
    app::App,
    statics::Statics,
    store::page::{LEAVES_MEMORY, PAGE_MEMORY},
};

#[cfg(feature = "fuzz")]
pub(crate) use self::{
    call::{is_json, parse_query},
    path::{Ids, captures},
};
pub(crate) use answer::Told;

/// A filter that answers.
type Route = BoxedFilter<(Response,)>;

/// Every route, and for everything else the files of the front end.
pub(crate) fn service(app: &Arc<App>, statics: Arc<Statics>) -> Route {
    let api = [
        open::<wire::RegisterStart, _, _>(app, register::register_start),
        open::<wire::RegisterFinish, _, _>(app, register::register_finish),
        open::<wire::SignInStart, _, _>(app, sign_in::sign_in_start),
        open::<wire::SignInFinish, _, _>(app, sign_in::sign_in_finish),
        open::<wire::SignInFactor, _, _>(app, sign_in::sign_in_factor),
        open::<wire::RecoverStart, _, _>(app, recovery::start),
        open::<wire::RecoverOpen, _, _>(app, recovery::open),
        open::<wire::RecoverFinish, _, _>(app, recovery::finish),
        write::<wire::SessionEnd, _>(app, sign_in::session_end),
        read::<wire::SessionList, _>(app, session::list),
        write::<wire::DevicePut, _>(app, session::device_put),
        write::<wire::SessionRevoke, _>(app, session::end_one),
        write::<wire::SessionsEndOthers, _>(app, session::end_others),
        write::<wire::SessionLock, _>(app, sign_in::session_lock),
        write::<wire::SecondFactorPut, _>(app, second_factor::put),
        write::<wire::RecoveryCodesPut, _>(app, second_factor::recovery_codes_put),
        read::<wire::FailedTryList, _>(app, session::failed_tries),
        read::<wire::AccountGet, _>(app, account::get),
        pages::<wire::AccountHeadList, _>(app, PAGE_MEMORY, account::heads),
        read::<wire::PasswordStart, _>(app, account::password_start),
        write::<wire::AccountPut, _>(app, account::put),
        write::<wire::KitPut, _>(app, account::kit_put),
        read::<wire::BookGet, _>(app, account::book_get),
        write::<wire::BookPut, _>(app, account::book_put),
        read::<wire::PersonGet, _>(app, people::get),
        read::<wire::ChartList, _>(app, chart::list),
        read::<wire::ChartGet, _>(app, chart::get),
        write::<wire::HeadPost, _>(app, chart::head_post),
        pages::<wire::HeadList, _>(app, PAGE_MEMORY, chart::heads),
        pages::<wire::CompartmentHeadList, _>(app, PAGE_MEMORY, chart::compartment_heads),
        pages::<wire::RevisionList, _>(app, PAGE_MEMORY, chart::revisions),
        pages::<wire::LeafList, _>(app, LEAVES_MEMORY, chart::leaves),
        write::<wire::StatementPost, _>(app, chart::statement_post),
        pages::<wire::StatementList, _>(app, PAGE_MEMORY, chart::statements),
        read::<wire::ReaderList, _>(app, chart::readers),
        write::<wire::BlobPost, _>(app, blob::post),
        read::<wire::BlobGet, _>(app, blob::get),
        write::<wire::BlobDelete, _>(app, blob::delete),
        mount::part_put(app),
        mount::bytes_get(app),
        mount::health(app),
    ];
    let files = mount::files(statics);
    api.into_iter()
        .rev()
        .fold(files, |rest, route| route.or(rest).unify().boxed())
}
