//! From a request proof to a caller.
//!
//! The order matters: the session is looked up before the body is read, so that nobody without one
//! makes the server read; the proof is checked before the number is used up, so that nobody
//! without the key can use up numbers; and every answer after that carries a proof of its own.

use http::{HeaderMap, HeaderValue, StatusCode};
use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{IdempotencyKey, SessionId, WindowId},
    request::{Proof, ProvedAnswer, ProvedRequest, RequestKey, header},
};

use super::{Arrival, Caller};
use crate::{app::App, reject::Failure, store};

/// What the headers claim.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    session: SessionId,
    pub(crate) window: WindowId,
    pub(crate) number: u64,
    pub(crate) idempotency: Option<IdempotencyKey>,
    proof: Proof,
}

/// A session that exists; whether the request is its holder's is not known yet.
pub(crate) struct Claimed {
    pub(crate) claim: Claim,
    caller: Caller,
    key: RequestKey,
}

/// Proves answers to one request.
pub(crate) struct AnswerSeal {
    key: RequestKey,
    claim: Claim,
}

/// Looks the session up.
///
/// # Errors
/// [`Code::SignedOut`] without complete headers or a live session.
pub(crate) async fn claimed(app: &App, headers: &HeaderMap) -> Result<Claimed, Failure> {
    let claim = Claim::parse(headers).ok_or(Code::SignedOut)?;
    let now = app.clock.now();
    if app.windows.is_idle(claim.session, now) {
        return Err(Code::SignedOut.into());
    }
    let found = app
        .store
        .read(move |at| store::session::find(at, claim.session, now))
        .await?
        .ok_or(Code::SignedOut)?;
    let key = app
        .secrets
        .open_session(claim.session, found.account, &found.request_key)
        .ok_or(Failure::Broken("a session's key does not open"))?;
    Ok(Claimed {
        claim,
        caller: Caller {
            account: found.account,
            session: claim.session,
        },
        key,
    })
}

impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Claimed(..)")
    }
}

impl std::fmt::Debug for AnswerSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerSeal(..)")
    }
}

impl Claimed {
    /// Checks the proof over everything that arrived.
    ///
    /// # Errors
    /// [`Code::SignedOut`] when it does not hold.
    pub(crate) fn check(
        self,
        arrival: &Arrival,
        body: Hash,
    ) -> Result<(Caller, AnswerSeal), Failure> {
        let claim = self.claim;
        let request = ProvedRequest {
            method: arrival.method,
            path: &arrival.path,
            query: &arrival.query,
            session: claim.session,
            window: claim.window,
            number: claim.number,
            idempotency: claim.idempotency,
            body,
        };
        if !self.key.holds(&request, &claim.proof) {
            return Err(Code::SignedOut.into());
        }
        Ok((
            self.caller,
            AnswerSeal {
                key: self.key,
                claim,
            },
        ))
    }
}

/// Both, for the test that looks at what they print.
#[cfg(test)]
pub(crate) fn samples() -> (Claimed, AnswerSeal) {
    let claim = Claim {
        session: SessionId::from([1; 16]),
        window: WindowId::from([2; 16]),
        number: 3,
        idempotency: None,
        proof: RequestKey::derive(b"x").prove_answer(&ProvedAnswer {
            session: SessionId::from([1; 16]),
            window: WindowId::from([2; 16]),
            number: 3,
            status: 200,
            body: Hash::of(b""),
        }),
    };
    let key = || RequestKey::derive(b"a secret of the sign-in");
    let caller = Caller {
        account: [4; 16].into(),
        session: claim.session,
    };
    let claimed = Claimed {
        claim,
        caller,
        key: key(),
    };
    (claimed, AnswerSeal { key: key(), claim })
}

impl AnswerSeal {
    /// The proof of an answer, for its header.
    pub(crate) fn prove(&self, status: StatusCode, body: &[u8]) -> Option<HeaderValue> {
        let proof = self.key.prove_answer(&ProvedAnswer {
            session: self.claim.session,
            window: self.claim.window,
            number: self.claim.number,
            status: status.as_u16(),
            body: Hash::of(body),
        });
        HeaderValue::from_str(&proof.to_text()).ok()
    }
}

impl Claim {
    pub(crate) fn parse(headers: &HeaderMap) -> Option<Self> {
        let number = single(headers, header::NUMBER)?;
        Some(Self {
            session: single(headers, header::SESSION)?.parse().ok()?,
            window: single(headers, header::WINDOW)?.parse().ok()?,
            // One spelling only: no sign, no leading zeros.
            number: number
                .parse()
                .ok()
                .filter(|parsed: &u64| parsed.to_string() == number)?,
            idempotency: match headers.contains_key(header::IDEMPOTENCY) {
                true => Some(single(headers, header::IDEMPOTENCY)?.parse().ok()?),
                false => None,
            },
            proof: Proof::parse(single(headers, header::PROOF)?)?,
        })
    }
}

#[cfg(feature = "fuzz")]
impl Claim {
    /// The headers that say the same, in the order in which a browser sends them.
    pub(crate) fn to_headers(self) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            (header::SESSION, self.session.to_string()),
            (header::WINDOW, self.window.to_string()),
            (header::NUMBER, self.number.to_string()),
            (header::PROOF, self.proof.to_text()),
        ];
        let key = self.idempotency.map(|key| key.to_string());
        headers.extend(key.map(|key| (header::IDEMPOTENCY, key)));
        headers
    }
}

/// The value of a header that stands there exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    match values.next() {
        None => value.to_str().ok(),
        Some(_) => None,
    }
}
