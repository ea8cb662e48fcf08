//! Grants. A grant that ended stays in the table, so that its reader is told the truth.

use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, GrantId},
    statement::{Grant, Unverified, Verified},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::{chains::LiveConsent, reject::Failure};

/// The live grants of a chart.
pub(crate) fn live(at: &Reading<'_>, chart: ChartId) -> Result<Vec<LiveConsent>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement_id, grant_id, grantee FROM consent \
         WHERE chart = ?1 AND ended_by IS NULL ORDER BY statement_id",
    )?;
    let rows = query.query_map([chart.as_bytes()], |row| {
        Ok(LiveConsent {
            statement_id: Hash(row.get(0)?),
            grant: row.get::<_, [u8; 16]>(1)?.into(),
            grantee: row.get::<_, [u8; 16]>(2)?.into(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The live grants of a chart as they were signed, with their grantees.
pub(crate) fn live_statements(
    at: &Reading<'_>,
    chart: ChartId,
) -> Result<Vec<(Unverified<Grant>, AccountId)>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement, grantee FROM consent \
         WHERE chart = ?1 AND ended_by IS NULL ORDER BY begun_by, statement_id",
    )?;
    let rows = query.query_map([chart.as_bytes()], |row| {
        Ok((
            Unverified::from_bytes(row.get(0)?),
            row.get::<_, [u8; 16]>(1)?.into(),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest live grant of a chart to one reader, with its id.
pub(crate) fn newest_to(
    at: &Reading<'_>,
    chart: ChartId,
    grantee: AccountId,
) -> Result<Option<(Hash, Unverified<Grant>)>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement_id, statement FROM consent \
         WHERE chart = ?1 AND grantee = ?2 AND ended_by IS NULL \
         ORDER BY begun_by DESC, statement_id LIMIT 1",
    )?;
    let found = query.query_row((chart.as_bytes(), grantee.as_bytes()), |row| {
        Ok((Hash(row.get(0)?), Unverified::from_bytes(row.get(1)?)))
    });
    Ok(found.optional()?)
}

/// The charts that a reader may read.
pub(crate) fn shared_with(at: &Reading<'_>, grantee: AccountId) -> Result<Vec<ChartId>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT DISTINCT chart FROM consent WHERE grantee = ?1 AND ended_by IS NULL ORDER BY chart",
    )?;
    let rows = query.query_map([grantee.as_bytes()], |row| row.get::<_, [u8; 16]>(0))?;
    Ok(rows
        .map(|row| row.map(ChartId::from))
        .collect::<Result<_, _>>()?)
}

/// Whether a grant of this id was ever given for the chart.
pub(crate) fn known(at: &Reading<'_>, chart: ChartId, grant: GrantId) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM consent WHERE chart = ?1 AND grant_id = ?2")?;
    Ok(query.exists((chart.as_bytes(), grant.as_bytes()))?)
}

/// Adds a grant that begins with the head of this counter.
pub(crate) fn add(at: &Writing<'_>, grant: &Verified<Grant>, counter: u64) -> Result<(), Failure> {
    let payload = grant.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO consent (statement_id, chart, grant_id, grantee, statement, begun_by) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute((
        grant.id().0,
        payload.chart.as_bytes(),
        payload.grant.as_bytes(),
        payload.grantee.as_bytes(),
        grant.as_bytes(),
        counter,
    ))?;
    Ok(())
}

/// Ends a grant with the head of this counter.
pub(crate) fn end(
    at: &Writing<'_>,
    chart: ChartId,
    statement_id: Hash,
    counter: u64,
) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE consent SET ended_by = ?3 \
         WHERE statement_id = ?2 AND chart = ?1 AND ended_by IS NULL",
    )?;
    match update.execute((chart.as_bytes(), statement_id.0, counter))? {
        1 => Ok(()),
        _ => Err(Failure::Broken("a live grant is missing")),
    }
}
