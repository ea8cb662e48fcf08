//! From bytes on a line to a call: everything that comes before a handler.

use std::sync::Arc;

use bytes::Buf;
use futures::{StreamExt, TryStreamExt};
use http::{HeaderMap, header::CONTENT_TYPE};
use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::IdempotencyKey,
    wire::{Access, Endpoint, Method},
};
use serde::de::DeserializeOwned;
use warp::Filter;

use super::{
    Route,
    answer::{Answer, respond},
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
};

/// What a handler is asked: the ids of the path, and the body or, where there is none, the query.
pub(super) struct Asked<I, R> {
    pub(super) ids: I,
    pub(super) request: R,
}

/// A request of a session whose proof held and whose number was fresh.
pub(super) struct Call {
    pattern: &'static str,
    pub(super) arrival: Arrival,
    pub(super) caller: Caller,
    idempotency: Option<IdempotencyKey>,
    pub(super) body: Held,
    pub(super) body_hash: Hash,
}

impl Call {
    pub(super) fn ids<I: Ids>(&self) -> Result<I, Failure> {
        let captures = captures(self.pattern, &self.arrival.path).unwrap_or_default();
        // An id that is none names nothing.
        I::parse(&captures).ok_or(Code::NotFound.into())
    }

    pub(super) fn asked<I: Ids, R: DeserializeOwned>(&self) -> Result<Asked<I, R>, Failure> {
        no_query(&self.arrival)?;
        Ok(Asked {
            ids: self.ids()?,
            request: parse_json(&self.arrival, &self.body)?,
        })
    }

    pub(super) fn asked_by_query<I: Ids, R: DeserializeOwned>(
        &self,
    ) -> Result<Asked<I, R>, Failure> {
        Ok(Asked {
            ids: self.ids()?,
            request: parse_query(&self.arrival.query)?,
        })
    }

    /// The mark of this change, and a hash that tells it from another change.
    pub(super) fn repeat(&self) -> Option<(IdempotencyKey, Hash)> {
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
pub(super) fn session<E, H, F>(app: &Arc<App>, handler: H) -> Route
where
    E: Endpoint + 'static,
    H: Fn(Arc<App>, Call) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Answer, Failure>> + Send,
{
    const { assert!(matches!(E::ACCESS, Access::Session)) };
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
    let fresh = app.windows.take(
        caller.session(),
        claim.window,
        claim.number,
        app.clock.now(),
    );
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
pub(super) fn route<E, H, F>(app: &Arc<App>, handler: H) -> Route
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
pub(super) fn parse_json<T: DeserializeOwned>(
    arrival: &Arrival,
    body: &Held,
) -> Result<T, Failure> {
    let bytes = match body.as_ref() {
        [] => b"{}",
        _ if !is_json(&arrival.headers) => return Err(Code::BadRequest.into()),
        bytes => bytes,
    };
    serde_json::from_slice(bytes).map_err(|_| Code::BadRequest.into())
}

/// The fields of a query.
pub(crate) fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    serde_urlencoded::from_str(query).map_err(|_| Code::BadRequest.into())
}

pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

pub(super) fn no_query(arrival: &Arrival) -> Result<(), Failure> {
    match arrival.query.as_str() {
        "" => Ok(()),
        _ => Err(Code::BadRequest.into()),
    }
}
