//! What the owner does with entries by others: takes them, declines them, asks about them. Each
//! decision is a revision in the tree, so that it is kept and shown like everything else.
//!
//! `docs/protocol.md`, section 10.4.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::ChartId,
    statement::{Origin, Revision, State, VERSION, sign},
};

use super::{
    commit::Change,
    files::Kept,
    seal::open,
    write::{Becomes, TakenFile},
};
use crate::{
    chart::{Chart, ChartState, Record, Waiting, WaitingEntry, Written},
    entry::{Draft, FileInfo},
    error::{Distrust, Error},
    keys::Context,
    platform::{Platform, Watch},
    vault::Vault,
};

/// What is decided about an entry that waits.
#[derive(Clone, PartialEq, Eq)]
pub enum Decision {
    /// It becomes an entry of the chart, with its author's name.
    Accept,
    /// It does not.
    Decline,
    /// Its author is asked, in these words; whoever reads the category reads them too.
    Ask(String),
}

/// Questions do not print.
impl std::fmt::Debug for Decision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Accept => "Accept",
            Self::Decline => "Decline",
            Self::Ask(_) => "Ask(..)",
        })
    }
}

impl<P: Platform> Vault<P> {
    /// Decides about an entry by somebody else in one's own chart.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such statement; [`Error::ChangedMeanwhile`] when another
    /// device decided otherwise; [`Error::Distrusted`] when it is to be taken and does not open.
    pub async fn decide(
        &self,
        chart: ChartId,
        statement: Hash,
        decision: &Decision,
    ) -> Result<Chart, Error> {
        self.commit(chart, |state, _| {
            let mut writers = state.writers.values();
            let written = writers.find_map(|writers| writers.get(statement));
            let written = written.ok_or(Error::NotFound)?;
            let wanted = match decision {
                Decision::Accept => State::Live,
                Decision::Decline => State::Declined,
                Decision::Ask(_) => State::Asked,
            };
            if let Some(decided) = state.decision(written) {
                let payload = decided.statement.payload();
                let same = payload.state == wanted
                    && payload.origin.map(|origin| origin.statement) == Some(statement);
                return same.then_some(None).ok_or(Error::ChangedMeanwhile);
            }
            let revision = match decision {
                Decision::Accept => self.accepted(state, written)?,
                Decision::Decline => self.put_aside(state, written, wanted, "")?,
                Decision::Ask(question) => self.put_aside(state, written, wanted, question)?,
            };
            Ok(Some(Change {
                revisions: vec![revision],
                ..Change::default()
            }))
        })
        .await?;
        self.view(chart)
    }

    /// Says in the heads that what others wrote has been seen. Changes nothing where they say so.
    ///
    /// # Errors
    /// As for every change.
    pub async fn see(&self, chart: ChartId) -> Result<Chart, Error> {
        self.refresh(chart).await?;
        self.commit(chart, |state, _| {
            let news = state.writers.iter().any(|(id, writers)| {
                let head = state.logs.get(id).map(|log| log.head.payload());
                head.is_some_and(|head| writers.positions(&head.authors) != head.authors)
            });
            Ok(news.then(|| Change {
                sees: true,
                ..Change::default()
            }))
        })
        .await?;
        self.view(chart)
    }

    /// The entry as its author sealed it, under the key of the compartment from now on.
    fn accepted(&self, state: &ChartState, written: &Written) -> Result<(Record, Bytes), Error> {
        let about = written.statement.payload();
        let entry = match &written.opened {
            Some(Ok(entry)) => entry.clone(),
            Some(Err(why)) => return Err((*why).into()),
            None => return Err(Distrust::NotForMe.into()),
        };
        let key = written.key(&self.identity)?;
        let enclosed = written.enclosed.as_ref().map_err(|why| *why)?;
        let known = state.keyring.compartment(about.compartment);
        let known = known.ok_or(Distrust::Missing)?;
        let compartment_key = known.newest().ok_or(Error::Program)?;
        let context = Context::RecordKey(state.chart, about.compartment, known.epoch, about.record);
        let revision = Revision {
            version: VERSION,
            chart: state.chart,
            compartment: about.compartment,
            record: about.record,
            number: 1,
            parent: None,
            author: self.account,
            at: self.api.platform.now(),
            epoch: known.epoch,
            record_key: compartment_key.wrap(&key, &context)?,
            entry: enclosed.entry.clone(),
            file: enclosed.file.clone(),
            state: State::Live,
            origin: Some(origin(written)),
        };
        let signed = sign(revision, &self.identity.signing)?;
        let sealed = written.sealed.clone();
        Ok((Record::new(signed, entry, known.category), sealed))
    }

    pub(super) fn put_aside(
        &self,
        state: &ChartState,
        written: &Written,
        wanted: State,
        question: &str,
    ) -> Result<(Record, Bytes), Error> {
        let about = written.statement.payload();
        let known = state.keyring.compartment(about.compartment);
        let draft = Draft {
            title: String::new(),
            text: question.to_owned(),
            category: known.ok_or(Distrust::Missing)?.category,
        };
        let becomes = Becomes {
            state: wanted,
            origin: Some(origin(written)),
        };
        let (inside, record) = (about.compartment, about.record);
        self.seal_revision(state, inside, record, &draft, becomes, TakenFile::None)
    }

    /// What others wrote and the owner has not taken, newest first.
    pub(crate) fn waiting(&self, state: &ChartState) -> Vec<WaitingEntry> {
        let mut waiting = Vec::new();
        let all = || state.writers.values().flat_map(|writers| writers.all());
        for written in all() {
            let (id, payload) = (written.statement.id(), written.statement.payload());
            let Some(Ok(entry)) = &written.opened else {
                continue;
            };
            let decided = state.decision(written);
            let log = state.logs.get(payload.compartment);
            if decided.is_none() && log.is_some_and(|log| log.leaf(payload.record).is_some()) {
                // It was decided, and the decision did not arrive: that is said elsewhere.
                continue;
            }
            let mine = payload.author == self.account;
            let became = match decided.map(|record| record.statement.payload().state) {
                None => Waiting::Undecided,
                Some(State::Asked) => {
                    Waiting::Asked(decided.map_or_else(String::new, |d| d.entry.text.clone()))
                }
                Some(State::Declined) if mine => Waiting::Declined,
                Some(_) => continue,
            };
            // What the author answered by another one is dealt with there.
            let same = |other: &Written| other.statement.payload().author == payload.author;
            if all().any(|other| other.statement.payload().answers == Some(id) && same(other)) {
                continue;
            }
            let Some(head) = state.logs.get(payload.compartment).map(|log| &log.head) else {
                continue;
            };
            let Some(known) = state.keyring.compartment(payload.compartment) else {
                continue;
            };
            let head = head.payload();
            let seen = |seen: &keepwell_shared::statement::SeenAuthor| {
                seen.author == payload.author && seen.number >= payload.number
            };
            waiting.push(WaitingEntry {
                statement: id,
                record: payload.record,
                author: self.person(&written.author),
                mine,
                number: payload.number,
                at: payload.at,
                category: known.category,
                entry: entry.clone(),
                state: became,
                seen: decided.is_some() || head.authors.iter().any(seen),
                late: !head.readers.contains(&payload.bundle),
                answer: payload.answers.is_some(),
            });
        }
        waiting.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.statement)));
        waiting
    }

    /// Fetches, checks and opens the file of an entry that waits, as [`Vault::open_file`] does.
    ///
    /// # Errors
    /// As [`Vault::open_file`].
    pub async fn open_waiting_file(
        &self,
        chart: ChartId,
        statement: Hash,
        watch: &impl Watch,
        mut take: impl FnMut(&P::Bytes, u64),
    ) -> Result<FileInfo, Error> {
        let (keys, stored, info) = {
            let state = self.state(chart)?;
            let mut writers = state.writers.values();
            let written = writers.find_map(|writers| writers.get(statement));
            let written = written.ok_or(Error::NotFound)?;
            let (keys, stored) = written.file(&self.identity)?;
            let opened = written
                .opened
                .as_ref()
                .and_then(|opened| opened.as_ref().ok());
            let info = opened.and_then(|entry| entry.file.clone());
            (keys, stored, info.ok_or(Error::NotFound)?)
        };
        let mut kept = Kept::of(&info)?;
        let fetch = self.parts_of(&stored, watch);
        let platform = &self.api.platform;
        open(
            platform,
            &keys,
            &stored.content,
            info.length,
            watch,
            fetch,
            |part, length| {
                kept.take(platform, part, length);
                take(part, length);
            },
        )
        .await?;
        kept.check()?;
        Ok(info)
    }
}

fn origin(written: &Written) -> Origin {
    Origin {
        author: written.statement.payload().author,
        statement: written.statement.id(),
    }
}
