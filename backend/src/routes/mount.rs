//! From an endpoint and a handler to a filter: everything that all routes do alike.

use std::sync::Arc;

use bytes::Buf;
use futures::{StreamExt, TryStreamExt};
use http::header::CONTENT_TYPE;
use keepwell_shared::{
    bytes::Hash,
    content::PART_SEALED,
    error::Code,
    id::IdempotencyKey,
    wire::{self, Endpoint, Method},
};
use serde::de::DeserializeOwned;
use warp::Filter;

use super::{
    Route,
    answer::{Answer, json, respond},
    blob, chart,
    path::{Ids, captures},
};
use crate::{
    app::App,
    guard::{
        Arrival, Caller, Peer,
        limits::{Held, read_body},
        proof::{self, AnswerSeal},
    },
    reject::Failure,
    statics::Statics,
    store::{Reading, Writing, kept_answer, revision::PAGE_BYTES},
};

/// What a handler is asked: the ids of the path, and the body or, where there is none, the query.
pub(super) struct Asked<I, R> {
    pub(super) ids: I,
    pub(super) request: R,
}

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

/// A route for anybody.
pub(super) fn open<E, H, F>(app: &Arc<App>, handler: H) -> Route
where
    E: Endpoint + 'static,
    E::Request: Send,
    H: Fn(Arc<App>, Peer, E::Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<E::Response, Failure>> + Send,
{
    route::<E, _, _>(app, move |app, mut arrival| {
        let handler = handler.clone();
        async move {
            let outcome = async {
                let body = read_body(&mut arrival, &app.open_budget, E::MAX_BODY).await?;
                let request = parse_json::<E::Request>(&arrival, &body)?;
                no_query(&arrival)?;
                drop(body);
                json(&handler(Arc::clone(&app), arrival.peer, request).await?)
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
    session::<E, _, _>(app, move |app, call| async move {
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
    session::<E, _, _>(app, move |app, call| async move {
        let asked = call.asked::<I, E::Request>()?;
        let (caller, repeat) = (call.caller, call.repeat());
        let shared = Arc::clone(&app);
        app.store
            .write(move |at| {
                let account = caller.account();
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

/// Pages of revisions: a reading route whose answers are long.
pub(super) fn revisions(app: &Arc<App>) -> Route {
    session::<wire::RevisionList, _, _>(app, |app, call| async move {
        let asked = call.asked_by_query()?;
        let caller = call.caller;
        // Entries as they are read, and again as base64url in JSON.
        let permit = app.session_budget.take(3 * PAGE_BYTES as u64).await?;
        let page = app
            .store
            .read(move |at| json(&chart::revisions(at, &caller, asked)?))
            .await?;
        Ok(Answer::LongJson(Held::new(page, permit)))
    })
}

/// A part of a file, raw. Doing it twice is the same as once, so it needs no idempotency key.
pub(super) fn part_put(app: &Arc<App>) -> Route {
    session::<wire::PartPut, _, _>(app, |app, call| async move {
        no_query(&call.arrival)?;
        let ids = call.ids()?;
        let caller = call.caller;
        let (leaf, body) = (call.body_hash, call.body);
        let shared = Arc::clone(&app);
        app.store
            .write(move |at| {
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
    session::<wire::BytesGet, _, _>(app, |app, call| async move {
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

/// A request of a session whose proof held and whose number was fresh.
struct Call {
    pattern: &'static str,
    arrival: Arrival,
    caller: Caller,
    idempotency: Option<IdempotencyKey>,
    body: Held,
    body_hash: Hash,
}

impl Call {
    fn ids<I: Ids>(&self) -> Result<I, Failure> {
        let captures = captures(self.pattern, &self.arrival.path).unwrap_or_default();
        // An id that is none names nothing.
        I::parse(&captures).ok_or(Code::NotFound.into())
    }

    fn asked<I: Ids, R: DeserializeOwned>(&self) -> Result<Asked<I, R>, Failure> {
        no_query(&self.arrival)?;
        Ok(Asked {
            ids: self.ids()?,
            request: parse_json(&self.arrival, &self.body)?,
        })
    }

    fn asked_by_query<I: Ids, R: DeserializeOwned>(&self) -> Result<Asked<I, R>, Failure> {
        Ok(Asked {
            ids: self.ids()?,
            request: serde_urlencoded::from_str(&self.arrival.query)
                .map_err(|_| Code::BadRequest)?,
        })
    }

    /// The mark of this change, and a hash that tells it from another change.
    fn repeat(&self) -> Option<(IdempotencyKey, Hash)> {
        let key = self.idempotency?;
        let Arrival {
            method,
            path,
            query,
            ..
        } = &self.arrival;
        let request = format!("{method} {path}?{query}\n{}", self.body_hash.to_text());
        Some((key, Hash::of(request.as_bytes())))
    }
}

/// A route of a session: proof first, then the number, then the handler; every answer that comes
/// after the proof held is proved to the caller.
fn session<E, H, F>(app: &Arc<App>, handler: H) -> Route
where
    E: Endpoint + 'static,
    H: Fn(Arc<App>, Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Answer, Failure>> + Send,
{
    route::<E, _, _>(app, move |app, arrival| {
        let handler = handler.clone();
        async move {
            match admit::<E>(&app, arrival).await {
                Err(failure) => respond(E::PATH, None, Err(failure)),
                Ok((seal, Err(failure))) => respond(E::PATH, Some(&seal), Err(failure)),
                Ok((seal, Ok(call))) => {
                    let outcome = handler(app, call).await;
                    respond(E::PATH, Some(&seal), outcome)
                }
            }
        }
    })
}

/// The outer failure is that of a request that proved nothing, the inner one is its caller's.
async fn admit<E: Endpoint>(
    app: &App,
    mut arrival: Arrival,
) -> Result<(AnswerSeal, Result<Call, Failure>), Failure> {
    let limit = match E::METHOD {
        Method::Get => 0,
        _ => E::MAX_BODY,
    };
    let claimed = proof::claimed(app, &arrival.headers).await?;
    let body = read_body(&mut arrival, &app.session_budget, limit).await?;
    let body_hash = body.hash();
    let claim = claimed.claim;
    let (caller, seal) = claimed.check(&arrival, body_hash)?;
    let fresh = app
        .windows
        .take(caller.session(), claim.window, claim.number);
    let call = fresh.map(|()| Call {
        pattern: E::PATH,
        arrival,
        caller,
        idempotency: claim.idempotency,
        body,
        body_hash,
    });
    Ok((seal, call))
}

/// Matches method and path of an endpoint and hands over the request with its body unread.
fn route<E, H, F>(app: &Arc<App>, handler: H) -> Route
where
    E: Endpoint + 'static,
    H: Fn(Arc<App>, Arrival) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = warp::reply::Response> + Send,
{
    let app = Arc::clone(app);
    let path = warp::path::full().and_then(|path: warp::path::FullPath| async move {
        match captures(E::PATH, path.as_str()) {
            Some(_) => Ok(path.as_str().to_owned()),
            None => Err(warp::reject::not_found()),
        }
    });
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    let body = warp::body::stream().map(|body| {
        TryStreamExt::map_ok(body, |mut bytes| {
            let length = Buf::remaining(&bytes);
            Buf::copy_to_bytes(&mut bytes, length)
        })
        .boxed()
    });
    method::<E>()
        .and(path)
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::ext::get::<Peer>())
        .and(body)
        .then(move |path, query, headers, peer, body| {
            let arrival = Arrival {
                method: E::METHOD.as_str(),
                path,
                query,
                headers,
                peer,
                body,
            };
            handler(Arc::clone(&app), arrival)
        })
        .boxed()
}

fn method<E: Endpoint>() -> warp::filters::BoxedFilter<()> {
    match E::METHOD {
        Method::Get => warp::get().boxed(),
        Method::Post => warp::post().boxed(),
        Method::Put => warp::put().boxed(),
        Method::Delete => warp::delete().boxed(),
    }
}

/// A JSON body. No body stands for no fields.
fn parse_json<T: DeserializeOwned>(arrival: &Arrival, body: &Held) -> Result<T, Failure> {
    let bytes = match body.as_ref() {
        [] => b"{}",
        _ if !is_json(arrival) => return Err(Code::BadRequest.into()),
        bytes => bytes,
    };
    serde_json::from_slice(bytes).map_err(|_| Code::BadRequest.into())
}

fn is_json(arrival: &Arrival) -> bool {
    arrival
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn no_query(arrival: &Arrival) -> Result<(), Failure> {
    match arrival.query.as_str() {
        "" => Ok(()),
        _ => Err(Code::BadRequest.into()),
    }
}
