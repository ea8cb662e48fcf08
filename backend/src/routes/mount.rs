//! From an endpoint and a handler to a filter, by who may call and how the store is used.

use std::sync::Arc;

use keepwell_shared::{
    content::PART_SEALED,
    error::Code,
    wire::{self, Access, Endpoint, PageQuery},
};
use warp::Filter;

use super::{
    Route,
    answer::{Answer, json, respond},
    blob,
    call::{Asked, no_query, parse_json, route, session as with_session},
    path::Ids,
};
use crate::{
    app::App,
    guard::{
        Caller, Guest,
        limits::{Held, read_body},
    },
    reject::Failure,
    statics::Statics,
    store::{Reading, Writing, kept_answer, session},
};

type Reader<E, I> = fn(
    &App,
    &Reading<'_>,
    &Caller,
    Asked<I, <E as Endpoint>::Request>,
) -> Result<<E as Endpoint>::Response, Failure>;

type Writer<E, I> = fn(
    &App,
    &Writing<'_>,
    &Caller,
    Asked<I, <E as Endpoint>::Request>,
) -> Result<<E as Endpoint>::Response, Failure>;

type Pager<E, I> =
    fn(&Reading<'_>, &Caller, Asked<I, PageQuery>) -> Result<<E as Endpoint>::Response, Failure>;

/// A route for anybody.
pub(super) fn open<E, H, F>(app: &Arc<App>, handler: H) -> Route
where
    E: Endpoint + 'static,
    E::Request: Send,
    H: Fn(Arc<App>, Guest, E::Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<E::Response, Failure>> + Send,
{
    const { assert!(matches!(E::ACCESS, Access::Open)) };
    route::<E, _, _>(app, move |app, mut arrival| {
        let handler = handler.clone();
        async move {
            let outcome = async {
                let body = read_body(&mut arrival, &app.open_budget, E::MAX_BODY).await?;
                let request = parse_json::<E::Request>(&arrival, &body)?;
                no_query(&arrival)?;
                let guest = Guest::of(&arrival, body.hash())?;
                drop(body);
                json(&handler(Arc::clone(&app), guest, request).await?)
            };
            respond(E::PATH, None, outcome.await.map(Answer::Json))
        }
    })
}

/// A route of a session that reads.
pub(super) fn read<E, I>(app: &Arc<App>, handler: Reader<E, I>) -> Route
where
    E: Endpoint + 'static,
    E::Request: Send,
    I: Ids,
{
    with_session::<E, _, _>(app, move |app, call| async move {
        let asked = call.asked::<I, E::Request>()?;
        let caller = call.caller;
        let shared = Arc::clone(&app);
        app.store
            .read(move |at| json(&handler(&shared, at, &caller, asked)?))
            .await
            .map(Answer::Json)
    })
}

/// A route of a session that changes something, once for each idempotency key.
pub(super) fn write<E, I>(app: &Arc<App>, handler: Writer<E, I>) -> Route
where
    E: Endpoint + 'static,
    E::Request: Send,
    I: Ids,
{
    with_session::<E, _, _>(app, move |app, call| async move {
        let asked = call.asked::<I, E::Request>()?;
        let (caller, repeat) = (call.caller, call.repeat());
        let shared = Arc::clone(&app);
        app.store
            .write(move |at| {
                let account = caller.account();
                still_signed_in(at, &caller)?;
                if let Some((key, request)) = repeat
                    && let Some(body) = kept_answer::find(at, account, key, request)?
                {
                    return Ok(body);
                }
                let body = json(&handler(&shared, at, &caller, asked)?)?;
                if let Some((key, request)) = repeat {
                    let now = shared.clock.now();
                    kept_answer::keep(at, account, key, request, &body, now)?;
                }
                Ok(body)
            })
            .await
            .map(Answer::Json)
    })
}

/// A request that was on its way when its session was ended changes nothing.
fn still_signed_in(at: &Writing<'_>, caller: &Caller) -> Result<(), Failure> {
    match session::lives(at, caller.session())? {
        true => Ok(()),
        false => Err(Code::SignedOut.into()),
    }
}

/// A route of a session that reads a page of a long list; `memory` is what its answer may take, in
/// bytes.
pub(super) fn pages<E, I>(app: &Arc<App>, memory: u64, handler: Pager<E, I>) -> Route
where
    E: Endpoint + 'static,
    I: Ids,
{
    with_session::<E, _, _>(app, move |app, call| async move {
        let asked = call.asked_by_query()?;
        let caller = call.caller;
        let permit = app.session_budget.take(memory).await?;
        let page = app
            .store
            .read(move |at| json(&handler(at, &caller, asked)?))
            .await?;
        Ok(Answer::LongJson(Held::new(page, permit)))
    })
}

/// A part of a file, raw. Doing it twice is the same as once, so it needs no idempotency key.
pub(super) fn part_put(app: &Arc<App>) -> Route {
    with_session::<wire::PartPut, _, _>(app, |app, call| async move {
        no_query(&call.arrival)?;
        let ids = call.ids()?;
        let caller = call.caller;
        let (leaf, body) = (call.body_hash, call.body);
        let shared = Arc::clone(&app);
        app.store
            .write(move |at| {
                still_signed_in(at, &caller)?;
                json(&blob::part_put(
                    &shared,
                    at,
                    &caller,
                    ids,
                    leaf,
                    body.as_ref(),
                )?)
            })
            .await
            .map(Answer::Json)
    })
}

/// Bytes of a file, raw.
pub(super) fn bytes_get(app: &Arc<App>) -> Route {
    with_session::<wire::BytesGet, _, _>(app, |app, call| async move {
        let asked = call.asked_by_query()?;
        let caller = call.caller;
        let permit = app.session_budget.take(PART_SEALED).await?;
        let bytes = app
            .store
            .read(move |at| blob::bytes_get(at, &caller, asked))
            .await?;
        Ok(Answer::Raw(Held::new(bytes, permit)))
    })
}

/// Whether the database answers, for whoever watches the server.
pub(super) fn health(app: &Arc<App>) -> Route {
    const PATH: &str = "/api/health";
    let app = Arc::clone(app);
    warp::get()
        .and(warp::path::full())
        .and_then(|path: warp::path::FullPath| async move {
            match path.as_str() {
                PATH => Ok(()),
                _ => Err(warp::reject::not_found()),
            }
        })
        .untuple_one()
        .then(move || {
            let app = Arc::clone(&app);
            async move {
                let outcome = app.store.read(|at| at.answers()).await;
                let body = outcome.map(|()| Answer::Json(b"{\"ok\":true}".to_vec()));
                respond(PATH, None, body)
            }
        })
        .boxed()
}

/// Everything else: a file of the front end, or nothing.
pub(super) fn files(statics: Arc<Statics>) -> Route {
    warp::method()
        .and(warp::path::full())
        .and(warp::header::headers_cloned())
        .map(
            move |method: http::Method, path: warp::path::FullPath, headers: http::HeaderMap| {
                statics
                    .answer(&method, path.as_str(), &headers)
                    .unwrap_or_else(|| respond("other", None, Err(Code::NotFound.into())))
            },
        )
        .boxed()
}
