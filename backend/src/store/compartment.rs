//! Compartments: their heads and their keys.

use keepwell_shared::{
    bytes::Bytes,
    id::{ChartId, CompartmentId},
    statement::{CompartmentHead, Unverified, Verified},
    wire::{BackWrap, OwnWrap},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing, page};
use crate::reject::Failure;

/// The newest head of a compartment; none where the chart has no such compartment.
pub(crate) fn newest_head(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
) -> Result<Option<Unverified<CompartmentHead>>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM compartment_head WHERE chart = ?1 AND compartment = ?2 \
         ORDER BY counter DESC LIMIT 1",
    )?;
    let found = query.query_row((chart.as_bytes(), compartment.as_bytes()), |row| row.get(0));
    Ok(found.optional()?.map(Unverified::from_bytes))
}

/// A page of heads, by rising counters.
pub(crate) fn heads(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    after: Option<u64>,
) -> Result<Vec<Unverified<CompartmentHead>>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM compartment_head \
         WHERE chart = ?1 AND compartment = ?2 AND counter > ?3 ORDER BY counter LIMIT ?4",
    )?;
    page::statements(query.query((
        chart.as_bytes(),
        compartment.as_bytes(),
        page::behind(after),
        page::MOST,
    ))?)
}

/// Adds a head; the key of the table refuses a second one with the same counter.
pub(crate) fn add_head(at: &Writing<'_>, head: &Verified<CompartmentHead>) -> Result<(), Failure> {
    let payload = head.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO compartment_head (chart, compartment, counter, statement) \
         VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute((
        payload.chart.as_bytes(),
        payload.compartment.as_bytes(),
        payload.counter,
        head.as_bytes(),
    ))?;
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
