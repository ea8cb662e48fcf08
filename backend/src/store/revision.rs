//! Revisions of entries, in each compartment in the order in which they were stored.

use keepwell_shared::{
    bytes::Bytes,
    id::{BlobId, ChartId, CompartmentId},
    statement::{Revision, Unverified, Verified},
    wire::{RevisionListResponse, StoredRevision},
};

use super::{Reading, Writing, blob, leaf, page};
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
        "SELECT record, number, state, statement, iif(statement IS NULL, x'', entry) FROM revision \
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
            revision: row.get::<_, Option<_>>(3)?.map(Unverified::from_bytes),
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

/// Destroys the keys of everything that was written of an entry in a compartment before a deletion:
/// they stand, wrapped, in the signed revisions. Readers find none of it from then on; the sweep
/// erases the sealed entries afterwards, and files that nothing names any more. Returns how many
/// bytes of entries are given back.
pub(crate) fn destroy_keys(at: &Writing<'_>, deletion: &Revision) -> Result<u64, Failure> {
    let before = (
        deletion.chart.as_bytes(),
        deletion.compartment.as_bytes(),
        deletion.record.as_bytes(),
        deletion.number,
    );
    let mut query = at.db.prepare_cached(
        "SELECT length(entry), blob FROM revision WHERE chart = ?1 AND compartment = ?2 \
         AND record = ?3 AND number < ?4 AND statement IS NOT NULL",
    )?;
    let rows = query
        .query_map(before, |row| {
            let blob = row.get::<_, Option<[u8; 16]>>(1)?;
            Ok((row.get::<_, u64>(0)?, blob.map(BlobId::from)))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut update = at.db.prepare_cached(
        "UPDATE revision SET statement = NULL, blob = NULL WHERE chart = ?1 AND compartment = ?2 \
         AND record = ?3 AND number < ?4 AND statement IS NOT NULL",
    )?;
    update.execute(before)?;
    let mut bytes = 0u64;
    for (length, blob) in rows {
        bytes = bytes.saturating_add(length);
        if let Some(blob) = blob {
            blob::give_up_unnamed(at, blob)?;
        }
    }
    Ok(bytes)
}

/// Whether sealed entries without keys are left.
pub(super) fn left_to_erase(at: &Reading<'_>) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM revision WHERE statement IS NULL AND entry IS NOT NULL")?;
    Ok(query.exists([])?)
}

/// Erases up to `limit` sealed entries without keys. Returns how many it erased.
pub(super) fn erase(at: &Writing<'_>, limit: u32) -> Result<usize, Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE revision SET entry = NULL WHERE rowid IN (SELECT rowid FROM revision \
         WHERE statement IS NULL AND entry IS NOT NULL LIMIT ?1)",
    )?;
    Ok(update.execute([limit])?)
}
