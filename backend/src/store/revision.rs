//! Revisions of entries, in the order in which they were stored.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{ChartId, RecordId},
    statement::{Revision, Unverified, Verified},
    wire::{MAX_PAGE, RevisionListResponse, StoredRevision},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::reject::Failure;

/// Bytes of sealed entries after which a page ends. The contract allows 4 MiB; less keeps the
/// memory for one answer small, and most pages are far below.
pub(crate) const PAGE_BYTES: usize = 2 << 20;

/// Number and id of the newest revision of an entry.
pub(crate) fn newest(
    at: &Reading<'_>,
    chart: ChartId,
    record: RecordId,
) -> Result<Option<(u32, Hash)>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT number, revision_id FROM revision WHERE chart = ?1 AND record = ?2 \
         ORDER BY number DESC LIMIT 1",
    )?;
    let found = query.query_row((chart.as_bytes(), record.as_bytes()), |row| {
        Ok((row.get(0)?, Hash(row.get(1)?)))
    });
    Ok(found.optional()?)
}

/// Adds a revision behind all others of its chart.
pub(crate) fn add(
    at: &Writing<'_>,
    revision: &Verified<Revision>,
    entry: &[u8],
) -> Result<(), Failure> {
    let payload = revision.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO revision (chart, place, record, number, revision_id, statement, entry) \
         VALUES (?1, (SELECT ifnull(max(place), 0) + 1 FROM revision WHERE chart = ?1), \
         ?2, ?3, ?4, ?5, ?6)",
    )?;
    insert.execute((
        payload.chart.as_bytes(),
        payload.record.as_bytes(),
        payload.number,
        revision.id().0,
        revision.as_bytes(),
        entry,
    ))?;
    Ok(())
}

/// The revisions behind a place: a page of them, and where the next page begins.
pub(crate) fn page(
    at: &Reading<'_>,
    chart: ChartId,
    after: u64,
) -> Result<RevisionListResponse, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT place, statement, entry FROM revision WHERE chart = ?1 AND place > ?2 \
         ORDER BY place LIMIT ?3",
    )?;
    // A place that no table can have is behind them all.
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let mut rows = query.query((chart.as_bytes(), after, MAX_PAGE + 1))?;
    let mut page = RevisionListResponse {
        revisions: Vec::new(),
        next: None,
    };
    let (mut last, mut bytes) = (0, 0usize);
    while let Some(row) = rows.next()? {
        let length = row.get_ref(2)?.as_blob().map_or(0, <[u8]>::len);
        let full = page.revisions.len() >= MAX_PAGE as usize
            || (bytes.saturating_add(length) > PAGE_BYTES && !page.revisions.is_empty());
        if full {
            page.next = Some(last);
            break;
        }
        bytes = bytes.saturating_add(length);
        last = row.get(0)?;
        page.revisions.push(StoredRevision {
            revision: Unverified::from_bytes(row.get(1)?),
            entry: Bytes(row.get(2)?),
        });
    }
    Ok(page)
}
