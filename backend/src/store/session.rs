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

/// What a session begins with.
pub(crate) struct NewSession {
    pub(crate) session: SessionId,
    pub(crate) account: AccountId,
    /// The sealed request key; none while nothing may be asked.
    pub(crate) request_key: Option<Vec<u8>>,
    /// The sealed key that proves a return.
    pub(crate) return_key: Vec<u8>,
    /// Seconds since 1970.
    pub(crate) expires_at: u64,
}

/// A session that somebody wants to come back to.
pub(crate) struct Left {
    /// The sealed key that proves a return.
    pub(crate) return_key: Vec<u8>,
    pub(crate) expires_at: u64,
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

/// Adds a session.
pub(crate) fn add(at: &Writing<'_>, new: &NewSession) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT INTO session (session, account, request_key, return_key, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    insert.execute((
        new.session.as_bytes(),
        new.account.as_bytes(),
        &new.request_key,
        &new.return_key,
        new.expires_at,
    ))?;
    let mut oldest = at.db.prepare_cached(
        "DELETE FROM session WHERE session IN (SELECT session FROM session WHERE account = ?1 \
         ORDER BY expires_at DESC, session LIMIT -1 OFFSET ?2)",
    )?;
    oldest.execute((new.account.as_bytes(), MOST))?;
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

/// Whether something may be asked in a session still.
pub(crate) fn lives(at: &Reading<'_>, session: SessionId) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM session WHERE session = ?1 AND request_key IS NOT NULL")?;
    Ok(query.exists([session.as_bytes()])?)
}

/// A session in which something may be asked, unless it has ended by `now`.
pub(crate) fn find(
    at: &Reading<'_>,
    session: SessionId,
    now: u64,
) -> Result<Option<Session>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT account, request_key FROM session \
         WHERE session = ?1 AND expires_at > ?2 AND request_key IS NOT NULL",
    )?;
    let found = query.query_row((session.as_bytes(), now), |row| {
        Ok(Session {
            account: row.get::<_, [u8; 16]>(0)?.into(),
            request_key: row.get(1)?,
        })
    });
    Ok(found.optional()?)
}

/// A session of this account, locked or not, unless it has ended by `now`.
pub(crate) fn left(
    at: &Reading<'_>,
    session: SessionId,
    account: AccountId,
    now: u64,
) -> Result<Option<Left>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT return_key, expires_at FROM session \
         WHERE session = ?1 AND account = ?2 AND expires_at > ?3",
    )?;
    let found = query.query_row((session.as_bytes(), account.as_bytes(), now), |row| {
        Ok(Left {
            return_key: row.get(0)?,
            expires_at: row.get(1)?,
        })
    });
    Ok(found.optional()?)
}

/// Forgets the request key of a session.
pub(crate) fn lock(at: &Writing<'_>, session: SessionId) -> Result<(), Failure> {
    let mut update = at
        .db
        .prepare_cached("UPDATE session SET request_key = NULL WHERE session = ?1")?;
    update.execute([session.as_bytes()])?;
    Ok(())
}

/// Ends a session.
pub(crate) fn end(at: &Writing<'_>, session: SessionId) -> Result<(), Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM session WHERE session = ?1")?;
    delete.execute([session.as_bytes()])?;
    Ok(())
}

/// Ends a session in which nothing may be asked any more.
pub(crate) fn end_locked(at: &Writing<'_>, session: SessionId) -> Result<(), Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM session WHERE session = ?1 AND request_key IS NULL")?;
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

/// Ends every session of an account, but the one that is kept, and says which.
pub(crate) fn end_others(
    at: &Writing<'_>,
    account: AccountId,
    keep: Option<SessionId>,
) -> Result<Vec<SessionId>, Failure> {
    let mut delete = at.db.prepare_cached(
        "DELETE FROM session WHERE account = ?1 AND session IS NOT ?2 RETURNING session",
    )?;
    let keep = keep.map(|session| *session.as_bytes());
    let ended = delete.query_map((account.as_bytes(), keep), |row| {
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
