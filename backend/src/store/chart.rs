//! Charts: owner and heads.

use keepwell_shared::{
    id::{AccountId, ChartId},
    statement::{ChartHead, Unverified, Verified},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing, page};
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

/// A page of heads, by rising counters.
pub(crate) fn heads(
    at: &Reading<'_>,
    chart: ChartId,
    after: Option<u64>,
) -> Result<Vec<Unverified<ChartHead>>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM chart_head WHERE chart = ?1 AND counter > ?2 \
         ORDER BY counter LIMIT ?3",
    )?;
    page::statements(query.query((chart.as_bytes(), page::behind(after), page::MOST))?)
}

/// Adds a head; the key of the table refuses a second one with the same counter.
pub(crate) fn add_head(at: &Writing<'_>, head: &Verified<ChartHead>) -> Result<(), Failure> {
    let payload = head.payload();
    let mut insert = at
        .db
        .prepare_cached("INSERT INTO chart_head (chart, counter, statement) VALUES (?1, ?2, ?3)")?;
    insert.execute((payload.chart.as_bytes(), payload.counter, head.as_bytes()))?;
    Ok(())
}
