//! Leaves of the trees over entries: which revision of each entry is the newest one.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, CompartmentId, RecordId},
    merkle::Leaf,
    statement::{Revision, State, Verified},
    wire::{MAX_LEAVES, StoredLeaf},
};
use rusqlite::{OptionalExtension, Row};

use super::{Reading, Writing, page};
use crate::reject::Failure;

/// The leaf of an entry.
pub(crate) fn find(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    record: RecordId,
) -> Result<Option<Leaf>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT record, number, revision_id, state FROM leaf \
         WHERE chart = ?1 AND compartment = ?2 AND record = ?3",
    )?;
    let columns = (chart.as_bytes(), compartment.as_bytes(), record.as_bytes());
    let found = query.query_row(columns, |row| Ok(leaf(row))).optional()?;
    found.transpose()
}

/// Lets a revision be the newest of its entry: in the entry's place, or in a new one at the end.
pub(crate) fn put(at: &Writing<'_>, revision: &Verified<Revision>) -> Result<(), Failure> {
    let payload = revision.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO leaf (chart, compartment, position, record, number, revision_id, state) \
         VALUES (?1, ?2, \
         (SELECT ifnull(max(position), 0) + 1 FROM leaf WHERE chart = ?1 AND compartment = ?2), \
         ?3, ?4, ?5, ?6) \
         ON CONFLICT (chart, compartment, record) DO UPDATE SET \
         number = excluded.number, revision_id = excluded.revision_id, state = excluded.state",
    )?;
    insert.execute((
        payload.chart.as_bytes(),
        payload.compartment.as_bytes(),
        payload.record.as_bytes(),
        payload.number,
        revision.id().0,
        payload.state.code(),
    ))?;
    Ok(())
}

/// The hashes of all leaves of a compartment, in order.
pub(crate) fn hashes(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
) -> Result<Vec<Hash>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT record, number, revision_id, state FROM leaf \
         WHERE chart = ?1 AND compartment = ?2 ORDER BY position",
    )?;
    let mut rows = query.query((chart.as_bytes(), compartment.as_bytes()))?;
    let mut hashes = Vec::new();
    while let Some(row) = rows.next()? {
        hashes.push(leaf(row)?.hash());
    }
    Ok(hashes)
}

/// The leaves of a compartment without the first `after`, as many as a page takes.
pub(crate) fn page(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    after: Option<u64>,
) -> Result<Vec<StoredLeaf>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT record, number, revision_id, state FROM leaf \
         WHERE chart = ?1 AND compartment = ?2 AND position > ?3 ORDER BY position LIMIT ?4",
    )?;
    let mut rows = query.query((
        chart.as_bytes(),
        compartment.as_bytes(),
        page::behind(after),
        MAX_LEAVES,
    ))?;
    let mut leaves = Vec::new();
    while let Some(row) = rows.next()? {
        leaves.push(leaf(row)?.into());
    }
    Ok(leaves)
}

fn leaf(row: &Row<'_>) -> Result<Leaf, Failure> {
    Ok(Leaf {
        record: row.get::<_, [u8; 16]>(0)?.into(),
        number: row.get(1)?,
        revision: Hash(row.get(2)?),
        state: state(row.get(3)?)?,
    })
}

/// A state from its column.
pub(super) fn state(code: u8) -> Result<State, Failure> {
    [
        State::Live,
        State::Moved,
        State::Lost,
        State::Declined,
        State::Asked,
        State::Deleted,
    ]
    .into_iter()
    .find(|state| state.code() == code)
    .ok_or(Failure::Broken("a stored state is none"))
}
