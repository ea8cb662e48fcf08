//! Where pages of long lists begin and end.

use keepwell_shared::{
    statement::{Payload, Unverified},
    wire::{MAX_LEAVES, MAX_PAGE},
};
use rusqlite::Rows;

use crate::reject::Failure;

/// Bytes of statements and sealed entries after which a page ends. The contract allows 4 MiB of
/// entries; less keeps the memory for one answer small, and most pages are far below.
pub(crate) const PAGE_BYTES: usize = 2 << 20;
/// What an answer with such a page takes: what is read, and again as base64url in JSON.
pub(crate) const PAGE_MEMORY: u64 = 3 * PAGE_BYTES as u64;
/// What an answer with a page of leaves takes: a leaf has some 60 bytes, and some 140 in JSON.
pub(crate) const LEAVES_MEMORY: u64 = 256 * MAX_LEAVES as u64;
/// Rows that are asked for.
pub(super) const MOST: u32 = MAX_PAGE;

/// The counter behind which a page begins. Counters begin at 0; one that no table can have is
/// behind them all.
pub(super) fn behind(after: Option<u64>) -> i64 {
    after.map_or(-1, |after| i64::try_from(after).unwrap_or(i64::MAX))
}

/// Whether a page that has `bytes` takes `more`: the first row always fits.
pub(super) fn takes(bytes: &mut usize, more: usize) -> bool {
    let first = *bytes == 0;
    *bytes = bytes.saturating_add(more);
    first || *bytes <= PAGE_BYTES
}

/// Statements from the first column.
pub(super) fn statements<T: Payload>(mut rows: Rows<'_>) -> Result<Vec<Unverified<T>>, Failure> {
    let (mut page, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let statement: Vec<u8> = row.get(0)?;
        if !takes(&mut bytes, statement.len()) {
            break;
        }
        page.push(Unverified::from_bytes(statement));
    }
    Ok(page)
}
