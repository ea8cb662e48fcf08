//! Deleting an entry: for everybody, and for good.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{ChartId, RecordId},
    statement::State,
};

use super::{commit::Change, write::TakenFile};
use crate::{
    chart::{Chart, ChartState, Record},
    entry::Draft,
    error::{Distrust, Error},
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Deletes an entry of one's own chart with everything that was ever written of it. That it
    /// existed and when it was deleted stays in the signed history, so that no server can hide it
    /// or bring the entry back unseen.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] when `seen` is not the newest revision: somebody has written what
    /// the person has not read; otherwise a server that refuses or can not be reached. One that was
    /// deleted already is no error.
    pub async fn delete(
        &self,
        chart: ChartId,
        record: RecordId,
        seen: Hash,
    ) -> Result<Chart, Error> {
        self.commit(chart, |state, _| {
            if state.is_deleted(record) {
                return Ok(None);
            }
            if state.get(record, None)?.statement.id() != seen {
                return Err(Error::ChangedMeanwhile);
            }
            let revisions = self.deletions(state, record)?;
            Ok(Some(Change {
                revisions,
                ..Change::default()
            }))
        })
        .await?;
        self.view(chart)
    }

    /// The revisions that delete an entry: one for each compartment in which it ever was, because
    /// what was readable there before it got another category goes, too; and the same for what its
    /// author wrote before being asked about it.
    pub(super) fn deletions(
        &self,
        state: &ChartState,
        record: RecordId,
    ) -> Result<Vec<(Record, Bytes)>, Error> {
        let mut all = vec![record];
        let tries = state.tries_at(record).into_iter();
        all.extend(tries.map(|written| written.statement.payload().record));
        all.dedup();
        let mut revisions = Vec::new();
        for record in all {
            self.delete_one(state, record, &mut revisions)?;
        }
        Ok(revisions)
    }

    fn delete_one(
        &self,
        state: &ChartState,
        record: RecordId,
        revisions: &mut Vec<(Record, Bytes)>,
    ) -> Result<(), Error> {
        for (compartment, log) in state.logs.iter() {
            let there = log.leaf(record);
            if there.is_none_or(|leaf| leaf.state == State::Deleted) {
                continue;
            }
            let known = state.keyring.compartment(compartment);
            let nothing = Draft::empty(known.ok_or(Distrust::Missing)?.category);
            let becomes = State::Deleted;
            let file = TakenFile::None;
            revisions.push(self.seal_revision(
                state,
                compartment,
                record,
                &nothing,
                becomes,
                file,
            )?);
        }
        Ok(())
    }
}
