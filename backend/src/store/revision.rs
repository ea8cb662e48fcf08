//! Revisions of entries, in each compartment in the order in which they were stored.

use keepwell_shared::{
    bytes::Bytes,
    id::{BlobId, ChartId, CompartmentId},
    statement::{Revision, Unverified, Verified},
    wire::{RevisionListResponse, StoredRevision},
};

use super::{Reading, Writing, leaf, page};
use crate::reject::Failure;

/// Adds a revision at its place. Places are those that the heads count: should rows have been lost,
/// what is written later stands where its readers look for it.
pub(crate) fn add(
    at: &Writing<'_>,
    place: u64,
    revision: &Verified<Revision>,
    entry: &[u8],
) -> Result<(), Failure> {
    let payload = revision.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO revision \
         (chart, compartment, place, record, number, state, statement, entry, blob) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    insert.execute((
        payload.chart.as_bytes(),
        payload.compartment.as_bytes(),
        place,
        payload.record.as_bytes(),
        payload.number,
        payload.state.code(),
        revision.as_bytes(),
        entry,
        payload.file.as_ref().map(|file| *file.blob.as_bytes()),
    ))?;
    Ok(())
}

/// The revisions of a compartment behind a place, as many as a page takes.
pub(crate) fn page(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    after: Option<u64>,
) -> Result<RevisionListResponse, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT record, number, state, statement, entry FROM revision \
         WHERE chart = ?1 AND compartment = ?2 AND place > ?3 ORDER BY place LIMIT ?4",
    )?;
    let mut rows = query.query((
        chart.as_bytes(),
        compartment.as_bytes(),
        page::behind(after),
        page::MOST,
    ))?;
    let (mut revisions, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let length =
            |column| Ok::<_, Failure>(row.get_ref(column)?.as_blob().map_or(0, <[u8]>::len));
        if !page::takes(&mut bytes, length(3)?.saturating_add(length(4)?)) {
            break;
        }
        revisions.push(StoredRevision {
            record: row.get::<_, [u8; 16]>(0)?.into(),
            number: row.get(1)?,
            state: leaf::state(row.get(2)?)?,
            revision: Unverified::from_bytes(row.get(3)?),
            entry: Bytes(row.get(4)?),
        });
    }
    Ok(RevisionListResponse { revisions })
}

/// Whether a revision in this compartment names the blob.
pub(crate) fn names(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    blob: BlobId,
) -> Result<bool, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT 1 FROM revision WHERE blob = ?3 AND chart = ?1 AND compartment = ?2",
    )?;
    Ok(query.exists((chart.as_bytes(), compartment.as_bytes(), blob.as_bytes()))?)
}
