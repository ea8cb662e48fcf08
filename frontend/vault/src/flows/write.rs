//! Writing an entry and revising it.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{ChartId, RecordId},
    statement::{BlobContent, Content, Revision, VERSION, Verified, sign},
    wire::{RevisionPost, RevisionPostRequest},
};

use crate::{
    chart::{ChartState, OpenedRevision, Record, content_keys, record_key},
    crypto::content::{MessageKeys, seal_small},
    entry::{Draft, Entry, FileInfo},
    error::{Distrust, Error},
    keys::{ContentKey, Context, Kind, RecordKey},
    platform::Platform,
    vault::Vault,
};

/// How often a write is made again on a newer head before it is given up.
const ATTEMPTS: u32 = 5;

/// What a revision says about a file.
pub(crate) enum File<'a> {
    /// There is none, or it stays as it was.
    Kept,
    /// These sealed bytes, stored already.
    New(&'a SealedFile),
}

/// The bytes of a file, sealed and stored, with the key that no one else has yet.
pub(crate) struct SealedFile {
    pub(crate) info: FileInfo,
    pub(crate) blob: keepwell_shared::id::BlobId,
    pub(crate) key: ContentKey,
    pub(crate) salt: Bytes,
    pub(crate) commitment: Hash,
    pub(crate) sealed_length: u64,
    pub(crate) root: Hash,
}

impl<P: Platform> Vault<P> {
    /// Writes a note into one's own chart.
    ///
    /// # Errors
    /// [`Error::TextTooLong`], or a server that refuses or can not be reached. Nothing is listed
    /// then.
    pub async fn add_note(&self, chart: ChartId, draft: &Draft) -> Result<OpenedRevision, Error> {
        self.write(chart, RecordId::generate(), None, draft, &File::Kept)
            .await
    }

    /// Writes a new revision of an entry; its file stays.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`] when `seen` is not the newest revision; otherwise as
    /// [`Vault::add_note`].
    pub async fn revise(
        &self,
        chart: ChartId,
        record: RecordId,
        seen: Hash,
        draft: &Draft,
    ) -> Result<OpenedRevision, Error> {
        self.write(chart, record, Some(seen), draft, &File::Kept)
            .await
    }

    /// Seals, signs and stores a revision. When somebody else was first, reads again and repeats
    /// under the newest keys.
    pub(crate) async fn write(
        &self,
        chart: ChartId,
        record: RecordId,
        seen: Option<Hash>,
        draft: &Draft,
        file: &File<'_>,
    ) -> Result<OpenedRevision, Error> {
        if !self.has_opened(chart) {
            self.refresh(chart).await?;
        }
        for _ in 0..ATTEMPTS {
            let (request, written) = {
                let charts = self.charts.borrow();
                let state = charts.get(&chart).ok_or(Error::NotFound)?;
                self.seal_revision(state, record, seen, draft, file)?
            };
            match self.api.call(RevisionPost, &[&chart], "", &request).await {
                Ok(_) => return self.keep(chart, written),
                Err(Error::Refused(Code::Conflict)) => self.refresh(chart).await?,
                Err(error) => return Err(error),
            }
        }
        Err(Error::Refused(Code::Conflict))
    }

    fn keep(&self, chart: ChartId, written: Record) -> Result<OpenedRevision, Error> {
        let mut charts = self.charts.borrow_mut();
        let state = charts.get_mut(&chart).ok_or(Error::NotFound)?;
        let record = written.statement.payload().record;
        state.records.push(written);
        let newest = state.records.get(record, None)?;
        Ok(state.records.opened(newest, self.username.as_str()))
    }

    fn seal_revision(
        &self,
        state: &ChartState,
        record: RecordId,
        seen: Option<Hash>,
        draft: &Draft,
        file: &File<'_>,
    ) -> Result<(RevisionPostRequest, Record), Error> {
        let own = state.own.as_ref().ok_or(Error::NotFound)?;
        let previous = match seen {
            None => None,
            Some(seen) => {
                let newest = state.records.get(record, None)?;
                if newest.statement.id() != seen {
                    return Err(Error::ChangedMeanwhile);
                }
                Some(newest)
            }
        };
        let (compartment, epoch) = state.keyring.of(draft.category).ok_or(Distrust::Missing)?;
        let compartment_key = state
            .keyring
            .get(compartment, epoch)
            .ok_or(Error::Program)?;
        // A former reader may hold the RecordKey of an earlier epoch or of another category: what
        // is written now gets a fresh one.
        let kept = previous
            .map(|previous| previous.statement.payload())
            .filter(|previous| previous.compartment == compartment && previous.epoch == epoch);
        let key = match kept {
            Some(previous) => record_key(&state.keyring, previous)?,
            None => RecordKey::make(),
        };
        let number = previous.map_or(1, |previous| {
            previous.statement.payload().number.saturating_add(1)
        });
        let (blob, info) = self.file_of(state, previous, &key, record, file)?;
        let entry = Entry::new(draft, info);
        let content_key = ContentKey::make();
        let keys = MessageKeys::make(
            &content_key,
            &Context::Entry(state.chart, record, number).encode(),
        );
        let (sealed, root) = seal_small(&keys, &entry.to_plaintext()?)?;
        let wrap = Context::ContentKey(state.chart, record, Kind::Entry);
        let revision = Revision {
            version: VERSION,
            chart: state.chart,
            compartment,
            record,
            number,
            parent: previous.map(|previous| previous.statement.id()),
            author: self.account,
            at: self.api.platform.now(),
            epoch,
            record_key: compartment_key.wrap(
                &key,
                &Context::RecordKey(state.chart, compartment, epoch, record),
            )?,
            entry: Content {
                sealed_length: sealed.len() as u64,
                root,
                salt: keys.salt.clone(),
                commitment: keys.commitment,
                content_key: key.wrap(&content_key, &wrap)?,
            },
            file: blob,
        };
        let statement: Verified<Revision> = sign(revision, &self.identity.signing)?;
        let request = RevisionPostRequest {
            revision: statement.to_unverified(),
            entry: Bytes(sealed),
            head: own.head.id(),
        };
        Ok((request, Record::new(statement, entry, draft.category)))
    }

    /// The file of the new revision: a new one, or the one before under the RecordKey of now.
    fn file_of(
        &self,
        state: &ChartState,
        previous: Option<&Record>,
        key: &RecordKey,
        record: RecordId,
        file: &File<'_>,
    ) -> Result<(Option<BlobContent>, Option<FileInfo>), Error> {
        let wrap = Context::ContentKey(state.chart, record, Kind::File);
        if let File::New(new) = file {
            let content = Content {
                sealed_length: new.sealed_length,
                root: new.root,
                salt: new.salt.clone(),
                commitment: new.commitment,
                content_key: key.wrap(&new.key, &wrap)?,
            };
            return Ok((
                Some(BlobContent {
                    blob: new.blob,
                    content,
                }),
                Some(new.info.clone()),
            ));
        }
        let Some((previous, stored)) =
            previous.and_then(|p| Some((p, p.statement.payload().file.as_ref()?)))
        else {
            return Ok((None, None));
        };
        let revision = previous.statement.payload();
        let old = record_key(&state.keyring, revision)?;
        // The keys must open before they are handed on.
        content_keys(&old, revision, &stored.content, Kind::File)?;
        let content_key = old.unwrap_key(&stored.content.content_key, &wrap)?;
        let content = Content {
            content_key: key.wrap(&content_key, &wrap)?,
            ..stored.content.clone()
        };
        Ok((
            Some(BlobContent {
                blob: stored.blob,
                content,
            }),
            previous.entry.file.clone(),
        ))
    }
}
