//! The entries of one compartment: fetched, counted against the signed root, and when they do not add
//! up, told apart.

use std::rc::Rc;

use keepwell_shared::{
    id::ChartId,
    merkle::Leaf,
    statement::{CompartmentHead, Verified},
    wire::{Empty, LeafList, RevisionList, StoredRevision},
};

use crate::{
    chart::{Keyring, Log},
    error::Error,
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// The entries of a compartment under its newest head, and whether anything could be verified
    /// beyond what was known.
    pub(super) async fn read_log(
        &self,
        chart: ChartId,
        known: Option<Rc<Log>>,
        head: Verified<CompartmentHead>,
        keyring: &Keyring,
    ) -> Result<(Rc<Log>, bool), Error> {
        let mut known = match known {
            Some(log) if log.head.id() == head.id() => return Ok((log, true)),
            known => known.map(Rc::unwrap_or_clone),
        };
        if let Some(mut log) = known.take_if(|log| log.places() <= head.payload().revisions) {
            let arrived = self.revisions_after(chart, log.places(), &head).await?;
            if log.advance(head.clone(), &arrived, keyring).is_ok() {
                return Ok((Rc::new(log), true));
            }
            known = Some(log);
        }
        // The first time; or the new head goes on from another branch, or something is wrong: then
        // everything is counted anew.
        let arrived = self.revisions_after(chart, 0, &head).await?;
        let mut log = Log::new(head.clone());
        if log.advance(head.clone(), &arrived, keyring).is_ok() {
            return Ok((Rc::new(log), true));
        }
        let leaves = self.leaves(chart, &head).await?;
        let mut log = known.unwrap_or(log);
        let complete = log.diagnose(head, leaves, &arrived, keyring).is_ok();
        if !complete {
            log.give_up();
        }
        Ok((Rc::new(log), complete))
    }

    /// The revisions behind those that are known, as many as the head says that there are.
    async fn revisions_after(
        &self,
        chart: ChartId,
        places: u64,
        head: &Verified<CompartmentHead>,
    ) -> Result<Vec<StoredRevision>, Error> {
        let wanted = head.payload().revisions.saturating_sub(places);
        let id = head.payload().compartment;
        let mut arrived: Vec<StoredRevision> = Vec::new();
        loop {
            let have = arrived.len() as u64;
            if have >= wanted {
                // What was stored after this head belongs to the next one.
                arrived.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
                return Ok(arrived);
            }
            let query = format!("after={}", places.saturating_add(have));
            let page = self
                .api
                .call(RevisionList, &[&chart, &id], &query, &Empty {})
                .await?;
            if page.revisions.is_empty() {
                return Ok(arrived);
            }
            arrived.extend(page.revisions);
        }
    }

    async fn leaves(
        &self,
        chart: ChartId,
        head: &Verified<CompartmentHead>,
    ) -> Result<Vec<Leaf>, Error> {
        let (id, wanted) = (head.payload().compartment, head.payload().entries);
        let mut leaves: Vec<Leaf> = Vec::new();
        while (leaves.len() as u64) < wanted {
            let query = format!("after={}", leaves.len());
            let page = self
                .api
                .call(LeafList, &[&chart, &id], &query, &Empty {})
                .await?;
            if page.leaves.is_empty() {
                break;
            }
            leaves.extend(page.leaves.into_iter().map(Leaf::from));
        }
        Ok(leaves)
    }
}
