//! The sealed bytes of files.

use keepwell_shared::{
    bytes::Hash,
    content::{CHUNK, MAX_PLAIN, TAG, part_length, sealed_length},
    error::Code,
    id::{BlobId, ChartId},
    statement::{Grant, Verified},
    wire::{BlobPostRequest, BlobPostResponse, BlobResponse, Empty, RangeQuery},
};

use super::{call::Asked, chart::View};
use crate::{
    app::App,
    guard::Caller,
    policy::{Act, may},
    reject::Failure,
    store::{Reading, Writing, account, blob, blob::Blob, chart, revision, statement},
};

/// Reserves room for a file.
pub(super) fn post(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(ChartId,), BlobPostRequest>,
) -> Result<BlobPostResponse, Failure> {
    let (chart,) = asked.ids;
    let length = asked.request.sealed_length;
    may(chart::relation(at, chart, caller.account())?, Act::AddFile)?;
    if length > app.max_file {
        return Err(Code::FileTooLarge.into());
    }
    if !is_sealed_length(length) {
        return Err(Code::BadRequest.into());
    }
    app.room_for_file(length)?;
    account::charge(at, caller.account(), length, app.quota)?;
    let id = BlobId::generate();
    blob::reserve(at, id, chart, caller.account(), length, app.clock.now())?;
    Ok(BlobPostResponse { blob: id })
}

/// How much of a blob has arrived.
pub(super) fn get(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(BlobId,), Empty>,
) -> Result<BlobResponse, Failure> {
    let (id,) = asked.ids;
    let stored = uploaded_by(at, id, caller)?;
    Ok(BlobResponse {
        sealed_length: stored.sealed_length,
        parts: blob::parts(at, id)?,
        committed: stored.record.is_some(),
    })
}

/// Gives up a blob that no revision names yet.
pub(super) fn delete(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(BlobId,), Empty>,
) -> Result<Empty, Failure> {
    let (id,) = asked.ids;
    let stored = uploaded_by(at, id, caller)?;
    if stored.record.is_some() {
        return Err(Code::Conflict.into());
    }
    blob::give_up(at, id, &stored)?;
    app.store.sweep_soon();
    Ok(Empty {})
}

/// One part: the same bytes again are fine, other bytes are not.
pub(super) fn part_put(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    (id, part): (BlobId, u32),
    leaf: Hash,
    bytes: &[u8],
) -> Result<Empty, Failure> {
    let stored = uploaded_by(at, id, caller)?;
    let length = part_length(stored.sealed_length, part.into()).ok_or(Code::BadRequest)?;
    if bytes.len() as u64 != length {
        return Err(Code::BadRequest.into());
    }
    match blob::leaf(at, id, part)? {
        Some(before) if before == leaf => Ok(Empty {}),
        Some(_) => Err(Code::Conflict.into()),
        None => {
            app.room_for_part(length)?;
            blob::put_part(at, id, part, leaf, bytes)?;
            Ok(Empty {})
        }
    }
}

/// A range of the bytes of a committed blob, for whoever may read an entry that names it.
pub(super) fn bytes_get(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(BlobId,), RangeQuery>,
) -> Result<Vec<u8>, Failure> {
    let (id,) = asked.ids;
    let range = asked.request;
    let stored = blob::find(at, id)?.ok_or(Code::NotFound)?;
    let act = match stored.record {
        Some(_) => Act::ReadCommittedBlob,
        None => Act::ReadOpenBlob,
    };
    if let View::Granted(grant) = View::of(at, stored.chart, caller, act)?
        && !named_in(at, &grant, stored.chart, id)?
    {
        return Err(Code::NotFound.into());
    }
    blob::read(at, id, stored.sealed_length, range.offset, range.length)
}

/// Whether a revision or a waiting entry names the blob in a compartment that is granted.
fn named_in(
    at: &Reading<'_>,
    grant: &Verified<Grant>,
    chart: ChartId,
    blob: BlobId,
) -> Result<bool, Failure> {
    for key in &grant.payload().keys {
        if revision::names(at, chart, key.compartment, blob)?
            || statement::names(at, chart, key.compartment, blob)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A blob of the caller's own.
fn uploaded_by(at: &Reading<'_>, id: BlobId, caller: &Caller) -> Result<Blob, Failure> {
    blob::find(at, id)?
        .filter(|stored| stored.uploader == caller.account())
        .ok_or(Code::NotFound.into())
}

/// Whether sealing makes contents of this length: the last chunk is never full, and holds at
/// least its tag.
fn is_sealed_length(length: u64) -> bool {
    sealed_length(MAX_PLAIN).is_some_and(|max| length <= max) && length % (CHUNK + TAG) >= TAG
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lengths_that_sealing_makes_are_reserved() {
        for plain in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 1 << 30, MAX_PLAIN] {
            assert!(is_sealed_length(sealed_length(plain).unwrap()), "{plain}");
        }
        for length in [0, 1, TAG - 1, CHUNK + TAG, CHUNK + TAG + 1, u64::MAX] {
            assert!(!is_sealed_length(length), "{length}");
        }
    }
}
