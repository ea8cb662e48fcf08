//! Writing an entry into somebody else's chart: it waits there for its owner.
//!
//! `docs/protocol.md`, section 10.2.

use std::rc::Rc;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{ChartId, CompartmentId, RecordId},
    statement::{
        AuthorStatement, Content, Enclosure, KeyBundle, MAX_WRAPPED, VERSION, Verified, WrappedKey,
        sign,
    },
    wire::{Empty, ReaderList, StatementPost, StatementPostRequest},
};

use super::{
    commit::{ATTEMPTS, jitter, succession},
    files::FileSource,
    write::{File, TakenFile, wrap_file},
};
use crate::{
    chart::{Chart, ChartState},
    crypto::content::{MessageKeys, seal_small},
    entry::{Draft, Entry, FileInfo},
    error::{Distrust, Error},
    keys::{ContentKey, Context, Kind, RecordKey, entry_info},
    memory::Seen,
    platform::{Platform, Watch},
    vault::Vault,
};

/// What somebody writes for the owner of a chart.
struct Proposal<'a> {
    record: RecordId,
    draft: &'a Draft,
    answers: Option<Hash>,
    file: &'a File<'a>,
}

impl<P: Platform> Vault<P> {
    /// Writes an entry into somebody else's chart. It is sealed for its owner and for those who may
    /// read the category now, and waits until the owner takes it. `answers` names an own entry that
    /// the owner asked about.
    ///
    /// # Errors
    /// [`Error::NotCompared`] when nobody compared safety words with the owner;
    /// [`Error::NotFound`] when the category is not shared; [`Error::Blocked`] when own entries are
    /// missing there; [`Code::SharingEnded`] from the server; [`Error::TextTooLong`].
    pub async fn propose(
        &self,
        chart: ChartId,
        draft: &Draft,
        answers: Option<Hash>,
    ) -> Result<Chart, Error> {
        self.post_statement(
            chart,
            &Proposal {
                record: RecordId::generate(),
                draft,
                answers,
                file: &File::Kept,
            },
        )
        .await
    }

    /// Writes an entry with a file into somebody else's chart.
    ///
    /// # Errors
    /// As [`Vault::propose`] and [`Vault::add_file`].
    pub async fn propose_file(
        &self,
        chart: ChartId,
        draft: &Draft,
        info: FileInfo,
        source: &impl FileSource<P>,
        watch: &impl Watch,
    ) -> Result<Chart, Error> {
        let record = RecordId::generate();
        self.with_file(chart, record, info, source, watch, async |sealed| {
            let proposal = Proposal {
                record,
                draft,
                answers: None,
                file: &File::New(sealed),
            };
            self.post_statement(chart, &proposal).await
        })
        .await
    }

    async fn post_statement(
        &self,
        chart: ChartId,
        proposal: &Proposal<'_>,
    ) -> Result<Chart, Error> {
        let turn = self.turn(chart);
        let mine = turn.lock().await;
        for attempt in 0..ATTEMPTS {
            if attempt > 0 || !self.has_opened(chart) {
                self.refresh_in_turn(chart).await?;
            }
            let state = self.state(chart)?;
            match self.send_statement(&state, proposal).await {
                Ok(()) => {
                    self.refresh_in_turn(chart).await?;
                    drop(mine);
                    return self.view(chart);
                }
                // The owner let others read meanwhile, or another device of one's own was first.
                Err(Error::Refused(Code::Conflict)) => {
                    self.api.platform.sleep(jitter(attempt)).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(Error::Refused(Code::Conflict))
    }

    async fn send_statement(
        &self,
        state: &ChartState,
        proposal: &Proposal<'_>,
    ) -> Result<(), Error> {
        let state = &self.with_other_tabs(state).await?;
        if state.own.is_some() {
            return Err(Error::NotFound);
        }
        if !state.standing.is_writable() {
            return Err(Error::Blocked);
        }
        let owner = state.owner.payload().account;
        // The keys go to the keys that were compared, whatever the server says.
        let known = self.book.borrow().knows(owner, state.owner.id());
        if known != Some(true) {
            return Err(Error::NotCompared);
        }
        let category = proposal.draft.category;
        let (compartment, _) = state.keyring.of(category).ok_or(Error::NotFound)?;
        let own_doubts = state
            .writers
            .get(compartment)
            .is_some_and(|writers| writers.doubts_about(self.username.as_str()));
        if own_doubts {
            // A second statement under a number that is taken would be a second history.
            return Err(Error::Blocked);
        }
        let log = state.logs.get(compartment).ok_or(Error::Program)?;
        let readers = self
            .readers(state.chart, compartment, &log.head.payload().readers)
            .await?;
        let (statement, enclosure, sealed) =
            self.sign_statement(state, compartment, proposal, &readers)?;
        let id = statement.id();
        // Kept before it is sent, like a head.
        let mut memory = state.memory.clone();
        memory.sent(Some(compartment), id);
        let sending = [(Some(compartment), id)];
        self.keep_memory(state.chart, memory.clone(), (&sending, &[]))
            .await;
        let request = StatementPostRequest {
            statement: statement.to_unverified(),
            enclosure,
            entry: Bytes(sealed),
        };
        let ids: [&dyn std::fmt::Display; 2] = [&state.chart, &compartment];
        let sent = self.api.call(StatementPost, &ids, "", &request).await;
        if sent.is_ok() {
            let replaced = &statement.payload().replaces;
            let settled = memory.settled(Some(compartment), replaced, id);
            // The server has said that it is there: from now on it has to be.
            let seen = Seen::of(&statement, statement.payload().at);
            memory.note_author(compartment, self.account, seen);
            self.keep_memory(state.chart, memory.clone(), (&[], &settled))
                .await;
        }
        if let Some(known) = self.charts.borrow_mut().get_mut(&state.chart) {
            *known = Rc::new(ChartState {
                memory,
                ..state.clone()
            });
        }
        sent.map(|_| ())
    }

    /// The keys of those whom the owner's head names as readers, in its order.
    async fn readers(
        &self,
        chart: ChartId,
        compartment: CompartmentId,
        named: &[Hash],
    ) -> Result<Vec<Verified<KeyBundle>>, Error> {
        let ids: [&dyn std::fmt::Display; 2] = [&chart, &compartment];
        let arrived = self.api.call(ReaderList, &ids, "", &Empty {}).await?;
        named
            .iter()
            .map(|id| {
                let mut readers = arrived.readers.iter();
                readers
                    .find_map(|reader| reader.verify_named(*id).ok())
                    // Whoever was let in or sent away meanwhile: the next look shows the new head.
                    .ok_or(Error::Refused(Code::Conflict))
            })
            .collect()
    }

    fn sign_statement(
        &self,
        state: &ChartState,
        compartment: CompartmentId,
        proposal: &Proposal<'_>,
        readers: &[Verified<KeyBundle>],
    ) -> Result<(Verified<AuthorStatement>, Bytes, Vec<u8>), Error> {
        let head = &state.logs.get(compartment).ok_or(Error::Program)?.head;
        let writers = state.writers.get(compartment).ok_or(Error::Program)?;
        let before = writers.newest(self.account).map(|known| &known.statement);
        let mut lost = state.memory.replaced(Some(compartment));
        // What arrived after all is replaced by nothing.
        lost.retain(|id| writers.get(*id).is_none());
        let last = before.map_or(0, |before| before.payload().number);
        let (number, replaces) = succession(last, None, lost)?;
        let (chart, record) = (state.chart, proposal.record);
        let key = RecordKey::make();
        let file = match proposal.file {
            File::Kept => TakenFile::None,
            File::New(sealed) => TakenFile::New(sealed),
        };
        let (file, info) = wrap_file(chart, &key, record, file)?;
        let content_key = ContentKey::make();
        let context = Context::Entry(chart, compartment, record, 1);
        let keys = MessageKeys::make(&content_key, &context.encode());
        let plain = Entry::new(proposal.draft, info).to_plaintext()?;
        let (sealed, root) = seal_small(&keys, &plain)?;
        let wrap = Context::ContentKey(chart, record, Kind::Entry);
        let wrap_to = |to: &Verified<KeyBundle>| -> Result<WrappedKey, Error> {
            let info = entry_info(chart, compartment, record, self.account, to.id());
            let public = to.payload().wrapping.as_slice();
            Ok(key.seal_to(public, &info).ok_or(Distrust::Content)?)
        };
        let mut wraps = vec![Some(wrap_to(&state.owner)?)];
        let me = self.identity.bundle.id();
        let mut room = MAX_WRAPPED;
        for reader in readers {
            // One's own always fits: an author reads what they wrote on every device.
            let fits = reader.id() == me || room > 1;
            if fits {
                room = room.saturating_sub(1);
            }
            wraps.push(fits.then(|| wrap_to(reader)).transpose()?);
        }
        let mut seen = writers.positions(&[]);
        seen.retain(|other| other.author != self.account);
        let enclosure = Enclosure {
            version: VERSION,
            entry: Content {
                sealed_length: sealed.len() as u64,
                root,
                salt: keys.salt.clone(),
                commitment: keys.commitment,
                content_key: key.wrap(&content_key, &wrap)?,
            },
            file,
            wraps,
        }
        .to_bytes()?;
        let statement = AuthorStatement {
            version: VERSION,
            chart,
            compartment,
            author: self.account,
            bundle: me,
            number,
            previous: before.map(Verified::id),
            replaces,
            head_counter: head.payload().counter,
            head: head.id(),
            seen,
            at: self.api.platform.now(),
            record,
            answers: proposal.answers,
            key_id: key.id(),
            enclosure: Enclosure::hash(&enclosure),
        };
        let signed = sign(statement, &self.identity.signing)?;
        Ok((signed, enclosure, sealed))
    }
}
