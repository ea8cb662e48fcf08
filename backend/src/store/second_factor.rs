//! Second factors: sealed secrets of one-time codes, hashes of recovery codes.

use keepwell_shared::{bytes::Hash, id::AccountId};

use super::{Reading, Writing};
use crate::reject::Failure;

/// A row of the table.
pub(crate) struct SecondFactor {
    /// The sealed secret.
    pub(crate) secret: Vec<u8>,
    /// The step of the newest code that was taken.
    pub(crate) last_step: u64,
    /// Wrong codes in a row.
    pub(crate) wrong: u32,
    /// Until when no code is looked at, seconds since 1970.
    pub(crate) closed_until: u64,
}

/// Puts a second factor in the place of what there was; the code of `step` is used.
pub(crate) fn put(
    at: &Writing<'_>,
    account: AccountId,
    secret: &[u8],
    step: u64,
) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT OR REPLACE INTO second_factor (account, secret, last_step, wrong, closed_until) \
         VALUES (?1, ?2, ?3, 0, 0)",
    )?;
    insert.execute((account.as_bytes(), secret, step))?;
    Ok(())
}

/// The second factor of an account.
pub(crate) fn get(at: &Reading<'_>, account: AccountId) -> Result<SecondFactor, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT secret, last_step, wrong, closed_until FROM second_factor WHERE account = ?1",
    )?;
    Ok(query.query_row([account.as_bytes()], |row| {
        Ok(SecondFactor {
            secret: row.get(0)?,
            last_step: row.get(1)?,
            wrong: row.get(2)?,
            closed_until: row.get(3)?,
        })
    })?)
}

/// Says that the code of `step` was used, and that there is no series of wrong ones any more.
pub(crate) fn used(at: &Writing<'_>, account: AccountId, step: u64) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE second_factor SET last_step = ?2, wrong = 0, closed_until = 0 WHERE account = ?1",
    )?;
    update.execute((account.as_bytes(), step))?;
    Ok(())
}

/// Counts a wrong code.
pub(crate) fn count_wrong(
    at: &Writing<'_>,
    account: AccountId,
    closed_until: u64,
) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE second_factor SET wrong = wrong + 1, closed_until = ?2 WHERE account = ?1",
    )?;
    update.execute((account.as_bytes(), closed_until))?;
    Ok(())
}

/// Puts recovery codes in the place of all that were left.
pub(crate) fn put_recovery_codes(
    at: &Writing<'_>,
    account: AccountId,
    hashes: &[Hash],
) -> Result<(), Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM recovery_code WHERE account = ?1")?;
    delete.execute([account.as_bytes()])?;
    let mut insert = at
        .db
        .prepare_cached("INSERT INTO recovery_code (account, hash) VALUES (?1, ?2)")?;
    for hash in hashes {
        insert.execute((account.as_bytes(), hash.0))?;
    }
    Ok(())
}

/// Takes a recovery code; says whether it was there.
pub(crate) fn take_recovery_code(
    at: &Writing<'_>,
    account: AccountId,
    hash: Hash,
) -> Result<bool, Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM recovery_code WHERE account = ?1 AND hash = ?2")?;
    Ok(delete.execute((account.as_bytes(), hash.0))? == 1)
}

/// How many recovery codes are left.
pub(crate) fn recovery_codes(at: &Reading<'_>, account: AccountId) -> Result<u32, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT count(*) FROM recovery_code WHERE account = ?1")?;
    Ok(query.query_row([account.as_bytes()], |row| row.get(0))?)
}
