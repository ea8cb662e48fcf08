//! Statements of authors who do not own the chart, in each compartment in the order in which they
//! arrived, and the keys with which they were signed.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, BlobId, ChartId, CompartmentId, RecordId},
    statement::{
        AuthorStatement, CompartmentHead, Enclosure, KeyBundle, Revision, Unverified, Verified,
    },
    wire::{StatementListResponse, StoredStatement, Written},
};
use rusqlite::OptionalExtension;

use super::{Reading, Writing, blob, page};
use crate::reject::Failure;

/// Adds a statement behind all others of its compartment.
pub(crate) fn add(
    at: &Writing<'_>,
    statement: &Verified<AuthorStatement>,
    enclosure: &Bytes,
    enclosed: &Enclosure,
    entry: &[u8],
) -> Result<(), Failure> {
    let payload = statement.payload();
    let mut insert = at.db.prepare_cached(
        "INSERT INTO author_statement \
         (chart, compartment, place, author, number, statement_id, record, head_counter, bundle_id, \
         statement, enclosure, entry, blob) VALUES (?1, ?2, \
         (SELECT ifnull(max(place), 0) + 1 FROM author_statement \
         WHERE chart = ?1 AND compartment = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert.execute((
        payload.chart.as_bytes(),
        payload.compartment.as_bytes(),
        payload.author.as_bytes(),
        payload.number,
        statement.id().0,
        payload.record.as_bytes(),
        payload.head_counter,
        payload.bundle.0,
        statement.as_bytes(),
        enclosure.as_slice(),
        entry,
        enclosed.file.as_ref().map(|file| *file.blob.as_bytes()),
    ))?;
    Ok(())
}

/// Keeps an author's keys with the chart: what they signed is verified by them for ever.
pub(crate) fn keep_author(
    at: &Writing<'_>,
    chart: ChartId,
    bundle: &Verified<KeyBundle>,
) -> Result<(), Failure> {
    let mut insert = at.db.prepare_cached(
        "INSERT OR IGNORE INTO author (chart, bundle_id, key_bundle) VALUES (?1, ?2, ?3)",
    )?;
    insert.execute((chart.as_bytes(), bundle.id().0, bundle.as_bytes()))?;
    Ok(())
}

/// Number and id of an author's newest statement in a compartment.
pub(crate) fn newest_of(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    author: AccountId,
) -> Result<Option<(u64, Hash)>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT number, statement_id FROM author_statement \
         WHERE chart = ?1 AND compartment = ?2 AND author = ?3 ORDER BY number DESC LIMIT 1",
    )?;
    let columns = (chart.as_bytes(), compartment.as_bytes(), author.as_bytes());
    let found = query.query_row(columns, |row| Ok((row.get(0)?, Hash(row.get(1)?))));
    Ok(found.optional()?)
}

/// Whether a statement of the chart begins this entry already.
pub(crate) fn begins(at: &Reading<'_>, chart: ChartId, record: RecordId) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM author_statement WHERE chart = ?1 AND record = ?2")?;
    Ok(query.exists((chart.as_bytes(), record.as_bytes()))?)
}

/// A statement, and what it encloses unless the entry was deleted.
pub(crate) type Kept = (Unverified<AuthorStatement>, Option<Bytes>);

/// A statement by its id.
pub(crate) fn find(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    id: Hash,
) -> Result<Option<Kept>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement, enclosure FROM author_statement \
         WHERE chart = ?1 AND compartment = ?2 AND statement_id = ?3",
    )?;
    let columns = (chart.as_bytes(), compartment.as_bytes(), id.0);
    let found = query.query_row(columns, |row| {
        let enclosure = row.get::<_, Option<_>>(1)?.map(Bytes);
        Ok((Unverified::from_bytes(row.get(0)?), enclosure))
    });
    Ok(found.optional()?)
}

/// How many statements each compartment of a chart has.
pub(crate) fn counts(at: &Reading<'_>, chart: ChartId) -> Result<Vec<Written>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT compartment, count(*) FROM author_statement WHERE chart = ?1 \
         GROUP BY compartment ORDER BY compartment",
    )?;
    let rows = query.query_map([chart.as_bytes()], |row| {
        Ok(Written {
            compartment: row.get::<_, [u8; 16]>(0)?.into(),
            statements: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The statements of a compartment without the first `after`, as many as a page takes, with the keys and the
/// heads that they name.
pub(crate) fn page(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    after: Option<u64>,
) -> Result<StatementListResponse, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement, enclosure, iif(enclosure IS NULL, x'', entry), bundle_id, head_counter \
         FROM author_statement \
         WHERE chart = ?1 AND compartment = ?2 ORDER BY place LIMIT ?4 OFFSET ?3",
    )?;
    let mut rows = query.query((
        chart.as_bytes(),
        compartment.as_bytes(),
        page::behind(after).max(0),
        page::MOST,
    ))?;
    let mut list = StatementListResponse {
        statements: Vec::new(),
        authors: Vec::new(),
        heads: Vec::new(),
    };
    let (mut bundles, mut heads, mut bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (statement, entry): (Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(2)?);
        let enclosure: Option<Vec<u8>> = row.get(1)?;
        let beside = enclosure.as_ref().map_or(0, Vec::len);
        let length = statement.len().saturating_add(beside);
        if !page::takes(&mut bytes, length.saturating_add(entry.len())) {
            break;
        }
        list.statements.push(StoredStatement {
            statement: Unverified::from_bytes(statement),
            enclosure: enclosure.map(Bytes),
            entry: Bytes(entry),
        });
        bundles.push(row.get::<_, [u8; 32]>(3)?);
        heads.push(row.get::<_, u64>(4)?);
    }
    bundles.sort_unstable();
    bundles.dedup();
    for bundle in bundles {
        list.authors.extend(author(at, chart, Hash(bundle))?);
    }
    heads.sort_unstable();
    heads.dedup();
    for counter in heads {
        list.heads.extend(head(at, chart, compartment, counter)?);
    }
    Ok(list)
}

/// The keys of somebody who wrote.
fn author(
    at: &Reading<'_>,
    chart: ChartId,
    bundle: Hash,
) -> Result<Option<Unverified<KeyBundle>>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT key_bundle FROM author WHERE chart = ?1 AND bundle_id = ?2")?;
    let found = query.query_row((chart.as_bytes(), bundle.0), |row| row.get(0));
    Ok(found.optional()?.map(Unverified::from_bytes))
}

/// The head of a compartment at a counter.
pub(crate) fn head(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    counter: u64,
) -> Result<Option<Unverified<CompartmentHead>>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT statement FROM compartment_head \
         WHERE chart = ?1 AND compartment = ?2 AND counter = ?3",
    )?;
    let Ok(counter) = i64::try_from(counter) else {
        return Ok(None);
    };
    let columns = (chart.as_bytes(), compartment.as_bytes(), counter);
    let found = query.query_row(columns, |row| row.get(0));
    Ok(found.optional()?.map(Unverified::from_bytes))
}

/// Whether a statement in this compartment names the blob.
pub(crate) fn names(
    at: &Reading<'_>,
    chart: ChartId,
    compartment: CompartmentId,
    blob: BlobId,
) -> Result<bool, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT 1 FROM author_statement WHERE blob = ?3 AND chart = ?1 AND compartment = ?2",
    )?;
    Ok(query.exists((chart.as_bytes(), compartment.as_bytes(), blob.as_bytes()))?)
}

/// Destroys the keys of what somebody else wrote of an entry that its owner deletes: they lie,
/// wrapped, beside the signed statement, which stays in the chain of its author. Returns whose room
/// is given back, and how many bytes.
pub(crate) fn destroy_keys(
    at: &Writing<'_>,
    deletion: &Revision,
) -> Result<Option<(AccountId, u64)>, Failure> {
    let of = (
        deletion.chart.as_bytes(),
        deletion.compartment.as_bytes(),
        deletion.record.as_bytes(),
    );
    let mut query = at.db.prepare_cached(
        "SELECT author, length(entry), blob FROM author_statement \
         WHERE chart = ?1 AND compartment = ?2 AND record = ?3 AND enclosure IS NOT NULL",
    )?;
    let found = query.query_row(of, |row| {
        let author = AccountId::from(row.get::<_, [u8; 16]>(0)?);
        let blob = row.get::<_, Option<[u8; 16]>>(2)?;
        Ok((author, row.get::<_, u64>(1)?, blob.map(BlobId::from)))
    });
    let Some((author, bytes, blob)) = found.optional()? else {
        return Ok(None);
    };
    let mut update = at.db.prepare_cached(
        "UPDATE author_statement SET enclosure = NULL, blob = NULL \
         WHERE chart = ?1 AND compartment = ?2 AND record = ?3",
    )?;
    update.execute(of)?;
    if let Some(blob) = blob {
        blob::give_up_unnamed(at, blob)?;
    }
    Ok(Some((author, bytes)))
}

/// Whether sealed entries without keys are left.
pub(super) fn left_to_erase(at: &Reading<'_>) -> Result<bool, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT 1 FROM author_statement WHERE enclosure IS NULL AND entry IS NOT NULL",
    )?;
    Ok(query.exists([])?)
}

/// Erases up to `limit` sealed entries without keys. Returns how many it erased.
pub(super) fn erase(at: &Writing<'_>, limit: u32) -> Result<usize, Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE author_statement SET entry = NULL WHERE rowid IN (SELECT rowid \
         FROM author_statement WHERE enclosure IS NULL AND entry IS NOT NULL LIMIT ?1)",
    )?;
    Ok(update.execute([limit])?)
}
