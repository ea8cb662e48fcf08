//! From an outcome to the bytes of an answer.

use http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use keepwell_shared::{error::Code, request::header};
use serde::Serialize;
use warp::reply::Response;

use crate::{
    guard::{limits::Held, proof::AnswerSeal},
    reject::{Cause, Failure},
};

/// What a handler has to say.
pub(super) enum Answer {
    /// A JSON text; it gets a proof.
    Json(Vec<u8>),
    /// A long JSON text in budgeted memory; it gets a proof.
    LongJson(Held),
    /// Sealed bytes, which verify themselves.
    Raw(Held),
}

/// What the log is told about an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    /// The pattern of the route, never the path.
    pub(crate) route: &'static str,
    /// The code, unless all went well.
    pub(crate) code: Option<Code>,
    /// What went wrong inside.
    pub(crate) cause: Option<Cause>,
}

/// Any wire type as JSON.
///
/// # Errors
/// [`Failure::Broken`]: none of our types fails.
pub(super) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec(value).map_err(|_| Failure::Broken("an answer has no JSON form"))
}

/// Turns an outcome into a response, with the proof of its caller's session where there is one.
pub(super) fn respond(
    route: &'static str,
    seal: Option<&AnswerSeal>,
    outcome: Result<Answer, Failure>,
) -> Response {
    let mut told = Told {
        route,
        code: None,
        cause: None,
    };
    let (status, answer) = match outcome {
        Ok(answer) => (StatusCode::OK, answer),
        Err(failure) => {
            told.code = Some(failure.code());
            told.cause = failure.cause();
            let status = StatusCode::from_u16(failure.code().status());
            let body = json(&failure.body()).unwrap_or_default();
            (
                status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                Answer::Json(body),
            )
        }
    };
    let proved = |body: &[u8]| seal.and_then(|seal| seal.prove(status, body));
    let (body, kind, proof) = match answer {
        Answer::Json(body) => {
            let proof = proved(&body);
            (body.into(), "application/json", proof)
        }
        Answer::LongJson(body) => {
            let proof = proved(body.as_ref());
            (body.into_bytes(), "application/json", proof)
        }
        Answer::Raw(body) => (body.into_bytes(), "application/octet-stream", None),
    };
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Some(proof) = proof {
        response
            .headers_mut()
            .insert(HeaderName::from_static(header::PROOF), proof);
    }
    response.extensions_mut().insert(told);
    response
}
