//! What others wrote into one compartment: fetched, verified, opened as far as it is to be shown.
//!
//! `docs/protocol.md`, section 10.3.

use std::rc::Rc;

use keepwell_shared::{
    statement::State,
    wire::{Empty, StatementList},
};

use crate::{
    chart::{Log, Reader, Writers, Written},
    error::Error,
    memory::ChartMemory,
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// The statements of a compartment, as many as the answer says that there are. Asked for after
    /// the heads, so that everything that a head names is among them.
    pub(super) async fn read_writers(
        &self,
        reader: &Reader<'_>,
        known: Option<&Rc<Writers>>,
        count: u64,
        log: &Log,
        memory: &ChartMemory,
    ) -> Result<Rc<Writers>, Error> {
        // What did not hold may hold now: it is looked at from the beginning.
        let known = known.filter(|known| known.is_whole() && known.places() <= count);
        let mut writers = known.map_or_else(Writers::default, |known| Writers::clone(known));
        while writers.places() < count {
            let query = format!("after={}", writers.places());
            let ids: [&dyn std::fmt::Display; 2] = [&reader.chart, &reader.compartment];
            let mut page = self
                .api
                .call(StatementList, &ids, &query, &Empty {})
                .await?;
            if page.statements.is_empty() {
                break;
            }
            // What came after the heads belongs to heads that are not here yet.
            let rest =
                usize::try_from(count.saturating_sub(writers.places())).unwrap_or(usize::MAX);
            page.statements.truncate(rest);
            writers.take(reader, &page);
        }
        writers.forget(|record| log.is_deleted(record));
        let me = self.account;
        writers.open(reader, |written| is_shown(written, log, me));
        let remembered = memory.authors(reader.compartment);
        let own = (me, self.username.as_str());
        writers.compare(reader.category, log.head.payload(), &remembered, own);
        Ok(Rc::new(writers))
    }
}

/// What the owner has not decided about, and what its author is told of the decision.
fn is_shown(written: &Written, log: &Log, me: keepwell_shared::id::AccountId) -> bool {
    let payload = written.statement.payload();
    match log.leaf(payload.record).map(|leaf| leaf.state) {
        None | Some(State::Asked) => true,
        Some(State::Declined) => payload.author == me,
        Some(_) => false,
    }
}
