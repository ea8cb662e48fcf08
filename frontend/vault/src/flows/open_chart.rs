//! Reading a chart: keys and consent first, then every entry that is new.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{ChartId, RecordId},
    statement::{KeyBundle, Verified},
    wire::{ChartGet, ChartResponse, Empty},
    words::Words,
};

use crate::{
    chart::{Chart, ChartState, GrantView, OpenedRevision},
    error::{Distrust, Error},
    memory::{ChartMemory, InChain},
    platform::Platform,
    vault::Vault,
    words::check_words,
};

impl<P: Platform> Vault<P> {
    /// Reads a chart again and opens what is new in it.
    ///
    /// # Errors
    /// [`Code::SharingEnded`] and [`Code::NotFound`] from the server; [`Error::Distrusted`] when
    /// keys, heads or grants do not hold. Single entries that do not hold are listed, not shown, and
    /// a state that contradicts what this browser has seen is told by [`Chart::standing`].
    pub async fn open_chart(&self, chart: ChartId) -> Result<Chart, Error> {
        if let Err(error) = self.refresh(chart).await {
            // What may not be read any more is not kept either. One's own chart never ends: a
            // server that says so must not make the browser forget the newest head that it saw.
            let over = matches!(error, Error::Refused(Code::SharingEnded | Code::NotFound));
            let own = self.state(chart).is_ok_and(|state| state.own.is_some());
            if over && !own {
                self.charts.borrow_mut().remove(&chart);
            }
            return Err(error);
        }
        self.view(chart)
    }

    /// One revision of an entry that was read before; the newest where none is named.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this vault has not read it.
    pub fn entry(
        &self,
        chart: ChartId,
        record: RecordId,
        revision: Option<Hash>,
    ) -> Result<OpenedRevision, Error> {
        let state = self.state(chart)?;
        Ok(state.opened(state.get(record, revision)?))
    }

    /// Whether a chart was read since this vault was unlocked.
    pub fn has_opened(&self, chart: ChartId) -> bool {
        self.charts.borrow().contains_key(&chart)
    }

    /// Whether the server still lets this account read the chart: asked before an entry is shown
    /// to somebody who is not its owner.
    ///
    /// # Errors
    /// As [`Vault::open_chart`].
    pub async fn still_readable(&self, chart: ChartId) -> Result<(), Error> {
        let own = self
            .charts
            .borrow()
            .get(&chart)
            .is_some_and(|state| state.own.is_some());
        if own {
            Ok(())
        } else {
            self.open_chart(chart).await.map(|_| ())
        }
    }

    pub(crate) fn view(&self, chart: ChartId) -> Result<Chart, Error> {
        let state = self.state(chart)?;
        let own = state.own.as_ref();
        let grants = own.map_or(&[][..], |own| own.grants.as_slice());
        Ok(Chart {
            chart,
            owner: self.person(&state.owner),
            own: own.is_some(),
            entries: state.newest(),
            waiting: self.waiting(&state),
            doubts: state.doubts(),
            writable: match own {
                Some(_) => Vec::new(),
                None => state
                    .keyring
                    .iter()
                    .map(|(_, known)| known.category)
                    .collect(),
            },
            sharing: grants
                .iter()
                .map(|(grant, grantee)| GrantView {
                    grant: grant.payload().grant,
                    person: self.person(grantee),
                    since: grant.payload().at,
                })
                .collect(),
            refused: state.refused(),
            lost: state.lost(),
            standing: state.standing,
            check_words: own.map_or_else(Words::default, |own| check_words(own.head.id())),
        })
    }

    /// Reads the chart again, one reader or writer of this tab at a time.
    pub(crate) async fn refresh(&self, chart: ChartId) -> Result<(), Error> {
        let turn = self.turn(chart);
        let _mine = turn.lock().await;
        self.refresh_in_turn(chart).await
    }

    /// Asks for the chart and takes what is new, unless it contradicts what is known.
    pub(super) async fn refresh_in_turn(&self, chart: ChartId) -> Result<(), Error> {
        // What other tabs have seen counts here too. It is read before the question: what they see
        // while the answer is on its way is no older state.
        let kept = self.recall_chart(chart).await;
        let (answer, owner) = self.ask_for_chart(chart).await?;
        let known = self.state(chart).ok();
        // A chart does not change hands: somebody else's entries must not appear under an address
        // that was opened as this person's.
        if known
            .as_ref()
            .is_some_and(|known| known.owner.id() != owner.id())
        {
            return Err(Distrust::OtherKeys.into());
        }
        let memory = match &known {
            Some(known) => known.memory.clone().joined(kept),
            None => kept,
        };
        let mut state = self
            .read_chart(chart, owner, &answer, known.as_deref(), memory.clone())
            .await?;
        // What contradicts the memory does not become the memory; that somebody has seen more does.
        let writable = state.standing.is_writable();
        if writable {
            state.note_heads();
        }
        if writable || state.memory != memory {
            let memory = state.memory.clone();
            self.keep_memory(chart, memory, (&[], &[])).await;
        }
        self.charts.borrow_mut().insert(chart, Rc::new(state));
        Ok(())
    }

    /// What is known of a chart now.
    pub(crate) fn state(&self, chart: ChartId) -> Result<Rc<ChartState>, Error> {
        let charts = self.charts.borrow();
        charts.get(&chart).map(Rc::clone).ok_or(Error::NotFound)
    }

    /// The chart as the server shows it now, and the owner's keys.
    pub(crate) async fn ask_for_chart(
        &self,
        chart: ChartId,
    ) -> Result<(ChartResponse, Verified<KeyBundle>), Error> {
        let answer = self.api.call(ChartGet, &[&chart], "", &Empty {}).await?;
        // One's own keys are known, and so are the ones that were compared: they need no proof.
        let own = &self.identity.bundle;
        let owner = if answer.owner.as_bytes() == own.as_bytes() {
            own.clone()
        } else {
            answer.owner.verify_own()?
        };
        if answer.chart != chart {
            return Err(Distrust::Misplaced.into());
        }
        if self.person(&owner).changed {
            return Err(Distrust::OtherKeys.into());
        }
        Ok((answer, owner))
    }

    async fn recall_chart(&self, chart: ChartId) -> ChartMemory {
        let platform = &self.api.platform;
        ChartMemory::recall(platform, &self.account_key, self.account, chart)
            .await
            .unwrap_or_default()
    }

    /// A chart as it is known, with what other tabs of this browser have sent: what is signed next
    /// stands in the place of that, too.
    ///
    /// # Errors
    /// [`Code::Conflict`] when another tab has seen more. A server that took what is signed here as well
    /// would have it both ways.
    pub(super) async fn with_other_tabs(&self, state: &ChartState) -> Result<ChartState, Error> {
        let mut state = state.clone();
        let kept = self.recall_chart(state.chart).await;
        if kept.is_above(&state.memory) {
            return Err(Error::Refused(Code::Conflict));
        }
        state.memory.join_pending(&kept);
        Ok(state)
    }

    /// Keeps the newest heads, never lower ones than another tab of this browser has kept; of those
    /// on their way the ones that are about to be sent, and not those whose fate is known now.
    pub(super) async fn keep_memory(
        &self,
        chart: ChartId,
        memory: ChartMemory,
        fates: (&[InChain], &[InChain]),
    ) {
        let platform = &self.api.platform;
        let (key, account) = (&self.account_key, self.account);
        memory.keep(platform, key, (account, chart), fates).await;
    }
}
