//! Accounts: names, keys, what they keep.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::AccountId,
    statement::{AccountHead, KeyBundle, Unverified, Verified},
    username::Username,
};
use rusqlite::{OptionalExtension, Row};

use super::{Reading, Writing, page};
use crate::reject::Failure;

/// A row of the table, without what only a sign-in needs.
pub(crate) struct Account {
    pub(crate) username: String,
    pub(crate) key_bundle: Unverified<KeyBundle>,
    pub(crate) head: Unverified<AccountHead>,
    pub(crate) account_key: Bytes,
    pub(crate) identity: Bytes,
    pub(crate) kit: Option<Bytes>,
    pub(crate) kept_bytes: u64,
}

/// What a registration stores.
pub(crate) struct NewAccount<'a> {
    pub(crate) account: AccountId,
    pub(crate) username: &'a Username,
    pub(crate) opaque_record: &'a [u8],
    pub(crate) key_bundle: &'a [u8],
    pub(crate) head: &'a Verified<AccountHead>,
    pub(crate) account_key: &'a [u8],
    pub(crate) identity: &'a [u8],
    pub(crate) kit: Option<&'a [u8]>,
}

/// Whether an account with this name, or one that looks like it, exists.
pub(crate) fn name_taken(at: &Reading<'_>, username: &Username) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM account WHERE folded = ?1")?;
    Ok(query.exists([username.folded()])?)
}

/// Whether this account id is in use, and if so, whether by the very same registration.
pub(crate) fn registered(at: &Reading<'_>, new: &NewAccount<'_>) -> Result<Option<bool>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT username = ?2 AND opaque_record = ?3 AND key_bundle = ?4 \
         FROM account WHERE account = ?1",
    )?;
    let same = query.query_row(
        (
            new.account.as_bytes(),
            new.username.as_str(),
            new.opaque_record,
            new.key_bundle,
        ),
        |row| row.get(0),
    );
    Ok(same.optional()?)
}

/// Adds an account.
pub(crate) fn add(at: &Writing<'_>, new: &NewAccount<'_>) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT INTO account (account, username, folded, opaque_record, key_bundle, \
         account_key, identity, kit, kept_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
    )?;
    insert.execute((
        new.account.as_bytes(),
        new.username.as_str(),
        new.username.folded(),
        new.opaque_record,
        new.key_bundle,
        new.account_key,
        new.identity,
        new.kit,
    ))?;
    add_head(at, new.head)
}

/// Adds a statement to the chain of its account; the key of the table refuses a second one with the
/// same counter.
pub(crate) fn add_head(at: &Writing<'_>, head: &Verified<AccountHead>) -> Result<(), Failure> {
    let payload = head.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO account_head (account, counter, statement) VALUES (?1, ?2, ?3)",
    )?;
    insert.execute((payload.account.as_bytes(), payload.counter, head.as_bytes()))?;
    Ok(())
}

/// A page of the chain, by rising counters.
pub(crate) fn heads(
    at: &Reading<'_>,
    account: AccountId,
    after: Option<u64>,
) -> Result<Vec<Unverified<AccountHead>>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM account_head WHERE account = ?1 AND counter > ?2 \
         ORDER BY counter LIMIT ?3",
    )?;
    page::statements(query.query((account.as_bytes(), page::behind(after), page::MOST))?)
}

/// Puts another password in the place of the one before.
pub(crate) fn set_password(
    at: &Writing<'_>,
    account: AccountId,
    opaque_record: &[u8],
    account_key: &[u8],
) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE account SET opaque_record = ?2, account_key = ?3 WHERE account = ?1",
    )?;
    update.execute((account.as_bytes(), opaque_record, account_key))?;
    Ok(())
}

/// Puts another recovery kit in the place of the one before.
pub(crate) fn set_kit(at: &Writing<'_>, account: AccountId, kit: &[u8]) -> Result<(), Failure> {
    let mut update = at
        .db
        .prepare_cached("UPDATE account SET kit = ?2 WHERE account = ?1")?;
    update.execute((account.as_bytes(), kit))?;
    Ok(())
}

/// What a sign-in under this exact name starts from.
pub(crate) fn opaque_record(
    at: &Reading<'_>,
    username: &Username,
) -> Result<Option<(AccountId, Vec<u8>)>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT account, opaque_record FROM account WHERE folded = ?1 AND username = ?2",
    )?;
    let found = query.query_row((username.folded(), username.as_str()), |row| {
        Ok((AccountId::from(row.get::<_, [u8; 16]>(0)?), row.get(1)?))
    });
    Ok(found.optional()?)
}

/// Whether this is the hash of the OPAQUE record that an account has now.
pub(crate) fn has_record(
    at: &Reading<'_>,
    account: AccountId,
    record: Hash,
) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT opaque_record FROM account WHERE account = ?1")?;
    let kept: Vec<u8> = query.query_row([account.as_bytes()], |row| row.get(0))?;
    Ok(Hash::of(&kept) == record)
}

/// The public keys behind an exact name.
pub(crate) fn key_bundle_by_name(
    at: &Reading<'_>,
    username: &Username,
) -> Result<Option<Unverified<KeyBundle>>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT key_bundle FROM account WHERE folded = ?1 AND username = ?2")?;
    let found = query.query_row((username.folded(), username.as_str()), |row| bundle(row, 0));
    Ok(found.optional()?)
}

/// The public keys of an account.
pub(crate) fn key_bundle(
    at: &Reading<'_>,
    account: AccountId,
) -> Result<Option<Unverified<KeyBundle>>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT key_bundle FROM account WHERE account = ?1")?;
    let found = query.query_row([account.as_bytes()], |row| bundle(row, 0));
    Ok(found.optional()?)
}

/// The account of a caller.
pub(crate) fn get(at: &Reading<'_>, account: AccountId) -> Result<Account, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT username, key_bundle, account_key, identity, kit, kept_bytes \
         FROM account WHERE account = ?1",
    )?;
    let head = head(at, account)?;
    Ok(query.query_row([account.as_bytes()], |row| {
        Ok(Account {
            username: row.get(0)?,
            key_bundle: bundle(row, 1)?,
            head,
            account_key: Bytes(row.get(2)?),
            identity: Bytes(row.get(3)?),
            kit: row.get::<_, Option<Vec<u8>>>(4)?.map(Bytes),
            kept_bytes: row.get(5)?,
        })
    })?)
}

/// The newest statement of the chain of an account.
pub(crate) fn head(
    at: &Reading<'_>,
    account: AccountId,
) -> Result<Unverified<AccountHead>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM account_head WHERE account = ?1 ORDER BY counter DESC LIMIT 1",
    )?;
    Ok(Unverified::from_bytes(
        query.query_row([account.as_bytes()], |row| row.get(0))?,
    ))
}

/// Counts `bytes` against the quota.
///
/// # Errors
/// [`Code::QuotaFull`] when they do not fit.
pub(crate) fn charge(
    at: &Writing<'_>,
    account: AccountId,
    bytes: u64,
    quota: u64,
) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE account SET kept_bytes = kept_bytes + ?2 \
         WHERE account = ?1 AND kept_bytes <= ?3 - ?2",
    )?;
    let quota = i64::try_from(quota).unwrap_or(i64::MAX);
    match update.execute((account.as_bytes(), bytes, quota))? {
        0 => Err(Code::QuotaFull.into()),
        _ => Ok(()),
    }
}

/// Gives back what was counted.
pub(crate) fn refund(at: &Writing<'_>, account: AccountId, bytes: u64) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE account SET kept_bytes = max(kept_bytes - ?2, 0) WHERE account = ?1",
    )?;
    update.execute((account.as_bytes(), bytes))?;
    Ok(())
}

fn bundle(row: &Row<'_>, column: usize) -> rusqlite::Result<Unverified<KeyBundle>> {
    row.get(column).map(Unverified::from_bytes)
}
