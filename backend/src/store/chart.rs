//! Charts: owner, heads, compartment keys.

use keepwell_shared::{
    bytes::Bytes,
    id::{AccountId, ChartId, CompartmentId},
    statement::{ChartHead, Unverified},
    wire::{BackWrap, OwnWrap},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::{policy::Relation, reject::Failure};

/// What an account is to a chart. A chart that does not exist is a stranger's.
pub(crate) fn relation(
    at: &Reading<'_>,
    chart: ChartId,
    account: AccountId,
) -> Result<Relation, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT owner = ?2, \
         (SELECT max(ended_by IS NULL) FROM consent WHERE chart = ?1 AND grantee = ?2) \
         FROM chart WHERE chart = ?1",
    )?;
    let found = query
        .query_row((chart.as_bytes(), account.as_bytes()), |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, Option<bool>>(1)?))
        })
        .optional()?;
    Ok(match found {
        Some((true, _)) => Relation::Owner,
        Some((false, Some(true))) => Relation::Grantee,
        Some((false, Some(false))) => Relation::FormerGrantee,
        Some((false, None)) | None => Relation::Stranger,
    })
}

/// Whether the id is in use.
pub(crate) fn exists(at: &Reading<'_>, chart: ChartId) -> Result<bool, Failure> {
    Ok(owner(at, chart)?.is_some())
}

/// Whose chart it is.
pub(crate) fn owner(at: &Reading<'_>, chart: ChartId) -> Result<Option<AccountId>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT owner FROM chart WHERE chart = ?1")?;
    let found = query.query_row([chart.as_bytes()], |row| row.get::<_, [u8; 16]>(0));
    Ok(found.optional()?.map(AccountId::from))
}

/// The charts of an owner.
pub(crate) fn owned_by(at: &Reading<'_>, owner: AccountId) -> Result<Vec<ChartId>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT chart FROM chart WHERE owner = ?1 ORDER BY chart")?;
    let rows = query.query_map([owner.as_bytes()], |row| row.get::<_, [u8; 16]>(0))?;
    Ok(rows
        .map(|row| row.map(ChartId::from))
        .collect::<Result<_, _>>()?)
}

/// Adds a chart.
pub(crate) fn add(at: &Writing<'_>, chart: ChartId, owner: AccountId) -> Result<(), Failure> {
    let mut insert = at
        .db
        .prepare_cached("INSERT INTO chart (chart, owner) VALUES (?1, ?2)")?;
    insert.execute((chart.as_bytes(), owner.as_bytes()))?;
    Ok(())
}

/// The newest head.
pub(crate) fn newest_head(
    at: &Reading<'_>,
    chart: ChartId,
) -> Result<Unverified<ChartHead>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM chart_head WHERE chart = ?1 ORDER BY counter DESC LIMIT 1",
    )?;
    Ok(Unverified::from_bytes(
        query.query_row([chart.as_bytes()], |row| row.get(0))?,
    ))
}

/// Adds a head; the key of the table refuses a second one with the same counter.
pub(crate) fn add_head(
    at: &Writing<'_>,
    chart: ChartId,
    counter: u64,
    statement: &[u8],
) -> Result<(), Failure> {
    let mut insert = at
        .db
        .prepare_cached("INSERT INTO chart_head (chart, counter, statement) VALUES (?1, ?2, ?3)")?;
    insert.execute((chart.as_bytes(), counter, statement))?;
    Ok(())
}

/// The newest key of every compartment, under the owner's AccountKey.
pub(crate) fn own_wraps(at: &Reading<'_>, chart: ChartId) -> Result<Vec<OwnWrap>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT compartment, epoch, own_wrap FROM compartment_key \
         WHERE chart = ?1 AND own_wrap IS NOT NULL ORDER BY compartment",
    )?;
    let rows = query.query_map([chart.as_bytes()], |row| {
        Ok(OwnWrap {
            compartment: row.get::<_, [u8; 16]>(0)?.into(),
            epoch: row.get(1)?,
            wrapped: Bytes(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every older key under the next one.
pub(crate) fn back_chain(at: &Reading<'_>, chart: ChartId) -> Result<Vec<BackWrap>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT compartment, epoch, back_wrap FROM compartment_key \
         WHERE chart = ?1 AND back_wrap IS NOT NULL ORDER BY compartment, epoch",
    )?;
    let rows = query.query_map([chart.as_bytes()], |row| {
        Ok(BackWrap {
            compartment: row.get::<_, [u8; 16]>(0)?.into(),
            epoch: row.get(1)?,
            wrapped: Bytes(row.get(2)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds the newest key of a compartment.
pub(crate) fn add_key(at: &Writing<'_>, chart: ChartId, wrap: &OwnWrap) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT INTO compartment_key (chart, compartment, epoch, own_wrap) VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((
        chart.as_bytes(),
        wrap.compartment.as_bytes(),
        wrap.epoch,
        wrap.wrapped.as_slice(),
    ))?;
    Ok(())
}

/// Makes a key an older one: from now on it is reached through the next.
pub(crate) fn retire_key(
    at: &Writing<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    epoch: u32,
    back_wrap: &[u8],
) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE compartment_key SET own_wrap = NULL, back_wrap = ?4 \
         WHERE chart = ?1 AND compartment = ?2 AND epoch = ?3 AND own_wrap IS NOT NULL",
    )?;
    let changed = update.execute((chart.as_bytes(), compartment.as_bytes(), epoch, back_wrap))?;
    match changed {
        1 => Ok(()),
        _ => Err(Failure::Broken(
            "the newest key of a compartment is missing",
        )),
    }
}
