//! Taking in many entries at once: as many under one head as a request has room for.

use std::cell::Cell;

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
    wire::{MAX_JSON, MAX_NEW_REVISIONS},
};

use super::{commit::Change, write::File};
use crate::{entry::Draft, error::Error, platform::Platform, vault::Vault};

/// One of many entries.
#[derive(Debug, Clone)]
pub struct Addition {
    /// What stands in it.
    pub draft: Draft,
    /// The entry of which it becomes a new revision, and its newest one; none for a new entry.
    pub over: Option<(RecordId, Hash)>,
}

impl<P: Platform> Vault<P> {
    /// Writes the first of these, as many as fit under one head, and says how many that were: at least
    /// one, unless there is none. All of them are written, or none. No entry may be named twice.
    ///
    /// # Errors
    /// As [`Vault::add_note`] and [`Vault::revise`].
    pub async fn take_in(&self, chart: ChartId, all: &[Addition]) -> Result<usize, Error> {
        let taken = Cell::new(0);
        self.commit(chart, |state, _| {
            let mut revisions = Vec::new();
            let mut room = ROOM;
            taken.set(0);
            for one in all.iter().take(MAX_NEW_REVISIONS) {
                let (record, seen) = match one.over {
                    Some((record, seen)) => (record, Some(seen)),
                    None => (RecordId::generate(), None),
                };
                let new = self.revisions(state, record, seen, &one.draft, &File::Kept)?;
                let size = new.iter().map(|(own, sealed)| {
                    (own.statement.as_bytes().len() + sealed.0.len()) as u64 + AROUND
                });
                let size: u64 = size.sum();
                if size > room || revisions.len() + new.len() > MAX_NEW_REVISIONS {
                    break;
                }
                room -= size;
                revisions.extend(new);
                taken.set(taken.get() + 1);
            }
            if revisions.is_empty() && !all.is_empty() {
                return Err(Error::TextTooLong);
            }
            Ok((!revisions.is_empty()).then(|| Change {
                revisions,
                ..Change::default()
            }))
        })
        .await?;
        Ok(taken.get())
    }
}

/// What a request may hold, in bytes before base64url makes four of three; the heads need the rest.
const ROOM: u64 = MAX_JSON / 4 * 3 - 96 * 1024;

/// The names around one revision in a request, in bytes.
const AROUND: u64 = 96;
