//! Answers to changes, kept so that a repeat gets the same answer and changes nothing.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{AccountId, IdempotencyKey},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::reject::Failure;

/// How long an answer is kept, in seconds.
const KEPT: u64 = 24 * 60 * 60;

/// The answer to the same change, if it was made before. Only successes are kept: a refusal
/// changed nothing, and trying again may succeed.
///
/// # Errors
/// [`Code::BadRequest`] when the mark stands for another change.
pub(crate) fn find(
    at: &Reading<'_>,
    account: AccountId,
    key: IdempotencyKey,
    request: Hash,
) -> Result<Option<Vec<u8>>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT request_hash, body FROM kept_answer WHERE account = ?1 AND idempotency_key = ?2",
    )?;
    let found = query
        .query_row((account.as_bytes(), key.as_bytes()), |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((hash, body)) if hash == request.0 => Ok(Some(body)),
        Some(_) => Err(Code::BadRequest.into()),
    }
}

/// Keeps an answer, in the transaction that made the change.
pub(crate) fn keep(
    at: &Writing<'_>,
    account: AccountId,
    key: IdempotencyKey,
    request: Hash,
    body: &[u8],
    now: u64,
) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT INTO kept_answer (account, idempotency_key, request_hash, body, kept_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    insert.execute((account.as_bytes(), key.as_bytes(), request.0, body, now))?;
    Ok(())
}

/// Removes answers that were kept long enough.
pub(super) fn sweep(at: &Writing<'_>, now: u64) -> Result<usize, Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM kept_answer WHERE kept_at <= ?1")?;
    Ok(delete.execute([now.saturating_sub(KEPT)])?)
}
