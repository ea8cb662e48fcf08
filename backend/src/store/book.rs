//! Address books.

use keepwell_shared::{bytes::Bytes, error::Code, id::AccountId, wire::BookResponse};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::reject::Failure;

/// The book of an account; an empty one where there is none yet.
pub(crate) fn get(at: &Reading<'_>, account: AccountId) -> Result<BookResponse, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT counter, sealed FROM address_book WHERE account = ?1")?;
    let found = query.query_row([account.as_bytes()], |row| {
        Ok(BookResponse {
            counter: row.get(0)?,
            sealed: Bytes(row.get(1)?),
        })
    });
    Ok(found.optional()?.unwrap_or(BookResponse {
        counter: 0,
        sealed: Bytes::default(),
    }))
}

/// Replaces the book that has the counter before `counter`.
///
/// # Errors
/// [`Code::Conflict`] when that is not the newest.
pub(crate) fn put(
    at: &Writing<'_>,
    account: AccountId,
    counter: u64,
    sealed: &[u8],
) -> Result<(), Failure> {
    if get(at, account)?.counter.checked_add(1) != Some(counter) {
        return Err(Code::Conflict.into());
    }
    let mut upsert = at.db.prepare_cached(
        "INSERT INTO address_book (account, counter, sealed) VALUES (?1, ?2, ?3) \
         ON CONFLICT (account) DO UPDATE SET counter = excluded.counter, sealed = excluded.sealed",
    )?;
    upsert.execute((account.as_bytes(), counter, sealed))?;
    Ok(())
}
