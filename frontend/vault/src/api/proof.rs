//! The proofs of requests and of answers (docs/protocol.md, section 9).

use std::rc::Rc;

use keepwell_shared::{
    bytes::Hash,
    error::{Code, ErrorBody, Puzzle},
    id::{IdempotencyKey, WindowId},
    request::{Proof, ProvedAnswer, ProvedRequest, header},
};

use super::{Line, Session};
use crate::{
    error::Error,
    platform::{Answer, Request},
};

/// A request that was sent, as far as its answer's proof needs it.
pub(super) struct Sent {
    session: Rc<Session>,
    window: WindowId,
    number: u64,
}

/// A request with its proof, where it is one of a session.
pub(super) fn request(
    session: Option<&Rc<Session>>,
    line: Line,
    path: &str,
    query: &str,
    idempotency: Option<IdempotencyKey>,
    body: Hash,
) -> Result<(Request, Option<Sent>), Error> {
    let target = if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    };
    let mut request = Request {
        method: line.method.as_str(),
        target,
        headers: Vec::new(),
    };
    if !line.in_session {
        return Ok((request, None));
    }
    let session = session.ok_or(Error::Refused(Code::SignedOut))?;
    let number = session.number.get().saturating_add(1);
    session.number.set(number);
    let window = session.window.get();
    let proof = session.key.prove(&ProvedRequest {
        method: request.method,
        path,
        query,
        session: session.id,
        window,
        number,
        idempotency,
        body,
    });
    request.headers.extend([
        (header::SESSION, session.id.to_string()),
        (header::WINDOW, window.to_string()),
        (header::NUMBER, number.to_string()),
        (header::PROOF, proof.to_text()),
    ]);
    if let Some(key) = idempotency {
        request.headers.push((header::IDEMPOTENCY, key.to_string()));
    }
    let session = Rc::clone(session);
    Ok((
        request,
        Some(Sent {
            session,
            window,
            number,
        }),
    ))
}

/// What an answer says, as far as it is believed.
pub(super) fn read(line: Line, answer: Answer, sent: Option<Sent>) -> Result<Read, Error> {
    let proved = proved(&answer, sent.as_ref());
    let in_session = line.in_session;
    if (200..300).contains(&answer.status) {
        return if proved || !in_session {
            Ok(Read::Answer(answer.body))
        } else {
            Err(Error::malformed())
        };
    }
    let Ok(error) = serde_json::from_slice::<ErrorBody>(&answer.body) else {
        return Err(if answer.status >= 500 {
            Error::Refused(Code::Busy)
        } else {
            Error::malformed()
        });
    };
    // Only those who have no session yet are kept waiting or set a puzzle.
    match (error.code, error.wait, error.puzzle) {
        (Code::Wait, Some(seconds), _) if !in_session => return Err(Error::Wait(seconds)),
        (Code::Puzzle, _, Some(puzzle)) if !in_session => return Ok(Read::Puzzle(puzzle)),
        _ => {}
    }
    match (error.code, error.window) {
        (Code::NewWindow, Some(window)) if proved => {
            // Several requests on their way may be told of the same new window; only the first
            // one begins to count in it, or two would carry the same number.
            if let Some(Sent { session, .. }) = sent
                && session.window.get() != window
            {
                session.window.set(window);
                session.number.set(0);
            }
            Ok(Read::NewWindow)
        }
        (Code::NewWindow, _) => Err(Error::malformed()),
        // Whoever sits on the line has no key of this session, and must not be able to end a
        // sharing, lose an entry or make a write be repeated by a word.
        (code, _) if in_session && !proved && !is_said_to_anybody(code) => Err(Error::malformed()),
        (Code::WrongSignIn, _) if !in_session => Err(Error::WrongSignIn),
        (code, _) => Err(Error::Refused(code)),
    }
}

fn proved(answer: &Answer, sent: Option<&Sent>) -> bool {
    let Some(sent) = sent else {
        return false;
    };
    let covered = ProvedAnswer {
        session: sent.session.id,
        window: sent.window,
        number: sent.number,
        status: answer.status,
        body: Hash::of(&answer.body),
    };
    let proof = answer.proof.as_deref().and_then(Proof::parse);
    proof.is_some_and(|proof| sent.session.key.answer_holds(&covered, &proof))
}

/// What a server says before it knows whose request it is, so without a proof.
fn is_said_to_anybody(code: Code) -> bool {
    matches!(
        code,
        Code::SignedOut | Code::Busy | Code::Internal | Code::TooLarge | Code::BadRequest
    )
}

/// What an answer says.
pub(super) enum Read {
    Answer(Vec<u8>),
    NewWindow,
    Puzzle(Puzzle),
}
