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

/// What the list of sessions says of one.
pub(crate) struct Row {
    pub(crate) session: SessionId,
    pub(crate) expires_at: u64,
    /// Sealed; empty where the browser said nothing.
    pub(crate) device: Vec<u8>,
}

/// Sessions that one account may have at once. The one that began first goes when there is another.
const MOST: u32 = 50;

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
    let mut oldest = at.db.prepare_cached(
        "DELETE FROM session WHERE session IN (SELECT session FROM session WHERE account = ?1 \
         ORDER BY expires_at DESC, session LIMIT -1 OFFSET ?2)",
    )?;
    oldest.execute((account.as_bytes(), MOST))?;
    Ok(())
}

/// The sessions of an account that have not ended by `now`, the newest first.
pub(crate) fn list(at: &Reading<'_>, account: AccountId, now: u64) -> Result<Vec<Row>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT session, expires_at, device FROM session WHERE account = ?1 AND expires_at > ?2 \
         ORDER BY expires_at DESC, session",
    )?;
    let rows = query.query_map((account.as_bytes(), now), |row| {
        Ok(Row {
            session: row.get::<_, [u8; 16]>(0)?.into(),
            expires_at: row.get(1)?,
            device: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps what a browser says of itself.
pub(crate) fn set_device(
    at: &Writing<'_>,
    session: SessionId,
    device: &[u8],
) -> Result<(), Failure> {
    let mut update = at
        .db
        .prepare_cached("UPDATE session SET device = ?2 WHERE session = ?1")?;
    update.execute((session.as_bytes(), device))?;
    Ok(())
}

/// Whether a session is there still.
pub(crate) fn lives(at: &Reading<'_>, session: SessionId) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM session WHERE session = ?1")?;
    Ok(query.exists([session.as_bytes()])?)
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

/// Ends a session of this account; false where it has no such one.
pub(crate) fn end_of(
    at: &Writing<'_>,
    account: AccountId,
    session: SessionId,
) -> Result<bool, Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM session WHERE session = ?1 AND account = ?2")?;
    Ok(delete.execute((session.as_bytes(), account.as_bytes()))? > 0)
}

/// Ends every session of an account but one, and says which.
pub(crate) fn end_others(
    at: &Writing<'_>,
    account: AccountId,
    keep: SessionId,
) -> Result<Vec<SessionId>, Failure> {
    let mut delete = at.db.prepare_cached(
        "DELETE FROM session WHERE account = ?1 AND session <> ?2 RETURNING session",
    )?;
    let ended = delete.query_map((account.as_bytes(), keep.as_bytes()), |row| {
        Ok(row.get::<_, [u8; 16]>(0)?.into())
    })?;
    Ok(ended.collect::<Result<_, _>>()?)
}

/// Removes sessions that have ended.
pub(super) fn sweep(at: &Writing<'_>, now: u64) -> Result<usize, Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM session WHERE expires_at <= ?1")?;
    Ok(delete.execute([now])?)
}
