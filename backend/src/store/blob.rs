//! Blobs and their parts.

use std::io::{Read, Seek, SeekFrom};

use keepwell_shared::{
    bytes::Hash,
    content::PART_SEALED,
    error::Code,
    id::{AccountId, BlobId, ChartId, RecordId},
};
use rusqlite::{MAIN_DB, OptionalExtension};

use super::{Reading, Writing, account};
use crate::reject::Failure;

/// A blob that is not being removed.
pub(crate) struct Blob {
    pub(crate) chart: ChartId,
    pub(crate) uploader: AccountId,
    pub(crate) sealed_length: u64,
    /// The entry whose revisions name it.
    pub(crate) record: Option<RecordId>,
}

/// Reserves a blob; its length was counted against the quota.
pub(crate) fn reserve(
    at: &Writing<'_>,
    blob: BlobId,
    chart: ChartId,
    uploader: AccountId,
    sealed_length: u64,
    now: u64,
) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT INTO blob (blob, chart, uploader, sealed_length, reserved_at, removing) \
         VALUES (?1, ?2, ?3, ?4, ?5, 0)",
    )?;
    insert.execute((
        blob.as_bytes(),
        chart.as_bytes(),
        uploader.as_bytes(),
        sealed_length,
        now,
    ))?;
    Ok(())
}

/// A blob.
pub(crate) fn find(at: &Reading<'_>, blob: BlobId) -> Result<Option<Blob>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT chart, uploader, sealed_length, record FROM blob WHERE blob = ?1 AND removing = 0",
    )?;
    let found = query.query_row([blob.as_bytes()], |row| {
        Ok(Blob {
            chart: row.get::<_, [u8; 16]>(0)?.into(),
            uploader: row.get::<_, [u8; 16]>(1)?.into(),
            sealed_length: row.get(2)?,
            record: row.get::<_, Option<[u8; 16]>>(3)?.map(RecordId::from),
        })
    });
    Ok(found.optional()?)
}

/// The numbers of the parts that have arrived, rising.
pub(crate) fn parts(at: &Reading<'_>, blob: BlobId) -> Result<Vec<u32>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT part FROM part WHERE blob = ?1 ORDER BY part")?;
    let rows = query.query_map([blob.as_bytes()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The hashes of the parts that have arrived, by number.
pub(crate) fn leaves(at: &Reading<'_>, blob: BlobId) -> Result<Vec<Hash>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT leaf FROM part WHERE blob = ?1 ORDER BY part")?;
    let rows = query.query_map([blob.as_bytes()], |row| row.get(0).map(Hash))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The hash of one part, if it has arrived.
pub(crate) fn leaf(at: &Reading<'_>, blob: BlobId, part: u32) -> Result<Option<Hash>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT leaf FROM part WHERE blob = ?1 AND part = ?2")?;
    let found = query.query_row((blob.as_bytes(), part), |row| row.get(0).map(Hash));
    Ok(found.optional()?)
}

/// Stores a part.
pub(crate) fn put_part(
    at: &Writing<'_>,
    blob: BlobId,
    part: u32,
    leaf: Hash,
    bytes: &[u8],
) -> Result<(), Failure> {
    let mut insert = at
        .db
        .prepare_cached("INSERT INTO part (blob, part, leaf, bytes) VALUES (?1, ?2, ?3, ?4)")?;
    insert.execute((blob.as_bytes(), part, leaf.0, bytes))?;
    Ok(())
}

/// Ties a blob to the entry that names it.
pub(crate) fn commit(at: &Writing<'_>, blob: BlobId, record: RecordId) -> Result<(), Failure> {
    let mut update = at
        .db
        .prepare_cached("UPDATE blob SET record = ?2 WHERE blob = ?1")?;
    update.execute((blob.as_bytes(), record.as_bytes()))?;
    Ok(())
}

/// Bytes of a complete blob. Only what is asked for is read: SQLite walks to the offset inside the
/// row without loading the row.
///
/// # Errors
/// [`Code::BadRequest`] when the range does not lie inside the blob.
pub(crate) fn read(
    at: &Reading<'_>,
    blob: BlobId,
    sealed_length: u64,
    offset: u64,
    length: u64,
) -> Result<Vec<u8>, Failure> {
    let end = offset
        .checked_add(length)
        .filter(|end| *end <= sealed_length && (1..=PART_SEALED).contains(&length))
        .ok_or(Code::BadRequest)?;
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| Code::BadRequest)?];
    let mut rest = bytes.as_mut_slice();
    let mut position = offset;
    while position < end {
        let (part, inside) = (position / PART_SEALED, position % PART_SEALED);
        let here = (PART_SEALED - inside).min(end - position);
        let (now, later) = rest
            .split_at_mut_checked(usize::try_from(here).unwrap_or(usize::MAX))
            .ok_or(Failure::Broken("a range does not add up"))?;
        read_part(at, blob, part, inside, now)?;
        rest = later;
        position += here;
    }
    Ok(bytes)
}

fn read_part(
    at: &Reading<'_>,
    blob: BlobId,
    part: u64,
    inside: u64,
    into: &mut [u8],
) -> Result<(), Failure> {
    let missing = |_| Failure::Broken("a committed blob lacks bytes");
    let mut query = at
        .db
        .prepare_cached("SELECT part_id FROM part WHERE blob = ?1 AND part = ?2")?;
    let row: i64 = query.query_row((blob.as_bytes(), part), |row| row.get(0))?;
    let mut stored = at.db.blob_open(MAIN_DB, c"part", c"bytes", row, true)?;
    stored.seek(SeekFrom::Start(inside)).map_err(missing)?;
    stored.read_exact(into).map_err(missing)
}

/// Gives a blob up: it is gone for everybody at once and its room is given back; the sweep
/// overwrites its parts afterwards, a few at a time.
pub(crate) fn give_up(at: &Writing<'_>, id: BlobId, blob: &Blob) -> Result<(), Failure> {
    let mut update = at
        .db
        .prepare_cached("UPDATE blob SET removing = 1 WHERE blob = ?1 AND removing = 0")?;
    match update.execute([id.as_bytes()])? {
        1 => account::refund(at, blob.uploader, blob.sealed_length),
        _ => Ok(()),
    }
}

/// Gives up a blob that entries named and none names any more.
pub(super) fn give_up_unnamed(at: &Writing<'_>, id: BlobId) -> Result<(), Failure> {
    let mut named = at.db.prepare_cached(
        "SELECT 1 FROM revision WHERE blob = ?1 \
         UNION ALL SELECT 1 FROM author_statement WHERE blob = ?1",
    )?;
    if named.exists([id.as_bytes()])? {
        return Ok(());
    }
    match find(at, id)? {
        Some(blob) => give_up(at, id, &blob),
        None => Ok(()),
    }
}

/// Whether parts of blobs that were given up are left.
pub(super) fn left_to_remove(at: &Reading<'_>) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM blob WHERE removing = 1")?;
    Ok(query.exists([])?)
}

/// Gives up every blob that was reserved before `before` and that no revision names.
pub(super) fn give_up_old(at: &Writing<'_>, before: u64) -> Result<usize, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT blob FROM blob WHERE record IS NULL AND removing = 0 AND reserved_at <= ?1",
    )?;
    let old = query
        .query_map([before], |row| row.get::<_, [u8; 16]>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    for id in &old {
        let id = BlobId::from(*id);
        if let Some(blob) = find(at, id)? {
            give_up(at, id, &blob)?;
        }
    }
    Ok(old.len())
}

/// Removes up to `limit` parts of blobs that were given up, then the blobs that have none left.
/// Returns how many parts it removed.
pub(super) fn remove_parts(at: &Writing<'_>, limit: u32) -> Result<usize, Failure> {
    let mut parts = at.db.prepare_cached(
        "DELETE FROM part WHERE part_id IN (SELECT part_id FROM part JOIN blob USING (blob) \
         WHERE removing = 1 LIMIT ?1)",
    )?;
    let removed = parts.execute([limit])?;
    let mut blobs = at.db.prepare_cached(
        "DELETE FROM blob WHERE removing = 1 \
         AND NOT EXISTS (SELECT 1 FROM part WHERE part.blob = blob.blob)",
    )?;
    blobs.execute([])?;
    Ok(removed)
}
