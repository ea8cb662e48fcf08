//! Where the caller is signed in, and the end of it.

use keepwell_shared::{
    error::Code,
    id::{AccountId, SessionId},
    wire::{
        DevicePutRequest, Empty, FailedTries, FailedTryListResponse, SessionLine,
        SessionListResponse,
    },
};

use super::call::Asked;
use crate::{
    app::App,
    guard::{Caller, fresh::SESSION},
    reject::Failure,
    store::{Reading, Writing, failed, session},
};

/// The longest sealed device, in bytes: the words in it fit into the smallest padding.
const MAX_DEVICE: usize = 8 * 1024;

/// The live sessions of the caller.
pub(super) fn list(
    app: &App,
    at: &Reading<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<SessionListResponse, Failure> {
    let now = app.clock.now();
    let mut rows = session::list(at, caller.account(), now)?;
    rows.retain(|row| !app.windows.is_idle(row.session, now));
    let line = |row: session::Row| SessionLine {
        session: row.session,
        began_at: row.expires_at.saturating_sub(SESSION),
        // What is told to the minute tells nobody who counts requests more than they knew.
        used_at: app.windows.used_at(row.session).map(|at| at / 60 * 60),
        device: row.device.into(),
    };
    Ok(SessionListResponse {
        sessions: rows.into_iter().map(line).collect(),
    })
}

/// Who tried to sign in to the caller's account, and was not let in.
pub(super) fn failed_tries(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<FailedTryListResponse, Failure> {
    let tries = |series: failed::Series| FailedTries {
        began_at: series.began_at / 60 * 60,
        last_at: series.last_at / 60 * 60,
        tries: series.tries,
        known: series.known,
        places: series.places,
        new: series.told == Some(caller.session()),
    };
    let series = failed::list(at, caller.account())?;
    Ok(FailedTryListResponse {
        series: series.into_iter().map(tries).collect(),
    })
}

/// Keeps what the caller's browser says of itself.
pub(super) fn device_put(
    _: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(), DevicePutRequest>,
) -> Result<Empty, Failure> {
    let device = asked.request.device;
    match device.as_slice().len() {
        0 => return Err(Code::BadRequest.into()),
        1..=MAX_DEVICE => {}
        _ => return Err(Code::TooLarge.into()),
    }
    session::set_device(at, caller.session(), device.as_slice())?;
    Ok(Empty {})
}

/// Ends one session of the caller's account; somebody else's looks like none.
pub(super) fn end_one(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(SessionId,), Empty>,
) -> Result<Empty, Failure> {
    let (session,) = asked.ids;
    if !session::end_of(at, caller.account(), session)? {
        return Err(Code::NotFound.into());
    }
    app.windows.forget(session);
    Ok(Empty {})
}

/// Ends every session of the caller's account but this one.
pub(super) fn end_others(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<Empty, Failure> {
    end_all_but(app, at, caller)?;
    Ok(Empty {})
}

/// What every change of a password, a second factor or keys does, in its own transaction: whoever
/// signed in before it is out, save who makes it.
pub(super) fn end_all_but(app: &App, at: &Writing<'_>, caller: &Caller) -> Result<(), Failure> {
    end_sessions(app, at, caller.account(), Some(caller.session()))
}

/// The same for a change that is made outside of any session.
pub(super) fn end_sessions(
    app: &App,
    at: &Writing<'_>,
    account: AccountId,
    keep: Option<SessionId>,
) -> Result<(), Failure> {
    for ended in session::end_others(at, account, keep)? {
        app.windows.forget(ended);
    }
    Ok(())
}
