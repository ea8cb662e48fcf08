//! Sessions: who is signed in, with the key of the request proofs under the server's own key.

use keepwell_shared::id::{AccountId, SessionId};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::reject::Failure;

/// A session that has not ended.
pub(crate) struct Session {
    pub(crate) account: AccountId,
    /// The sealed request key.
    pub(crate) request_key: Vec<u8>,
}

/// Adds a session that ends at `expires_at`, seconds since 1970.
pub(crate) fn add(
    at: &Writing<'_>,
    session: SessionId,
    account: AccountId,
    request_key: &[u8],
    expires_at: u64,
) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT INTO session (session, account, request_key, expires_at) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((
        session.as_bytes(),
        account.as_bytes(),
        request_key,
        expires_at,
    ))?;
    Ok(())
}

/// A session, unless it has ended by `now`.
pub(crate) fn find(
    at: &Reading<'_>,
    session: SessionId,
    now: u64,
) -> Result<Option<Session>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT account, request_key FROM session WHERE session = ?1 AND expires_at > ?2",
    )?;
    let found = query.query_row((session.as_bytes(), now), |row| {
        Ok(Session {
            account: row.get::<_, [u8; 16]>(0)?.into(),
            request_key: row.get(1)?,
        })
    });
    Ok(found.optional()?)
}

/// Ends a session.
pub(crate) fn end(at: &Writing<'_>, session: SessionId) -> Result<(), Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM session WHERE session = ?1")?;
    delete.execute([session.as_bytes()])?;
    Ok(())
}

/// Removes sessions that have ended.
pub(super) fn sweep(at: &Writing<'_>, now: u64) -> Result<usize, Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM session WHERE expires_at <= ?1")?;
    Ok(delete.execute([now])?)
}
