//! Writing an entry and revising it.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{ChartId, CompartmentId, RecordId},
    statement::{BlobContent, Content, Origin, Revision, State, VERSION, Verified, sign},
};

use super::commit::Change;
use crate::{
    chart::{ChartState, OpenedRevision, Record, content_keys, record_key},
    crypto::content::{MessageKeys, seal_small},
    entry::{Category, Draft, Entry, FileInfo},
    error::{Distrust, Error},
    keys::{ContentKey, Context, Kind, RecordKey},
    platform::Platform,
    vault::Vault,
};

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
        self.commit(chart, |state, _| {
            let revisions = self.revisions(state, record, seen, draft, file)?;
            Ok(Some(Change {
                revisions,
                ..Change::default()
            }))
        })
        .await?;
        let state = self.state(chart)?;
        Ok(state.opened(state.get(record, None)?))
    }

    /// The revision, and when the category changes, before it the one that says so to those who may
    /// read the old category.
    pub(super) fn revisions(
        &self,
        state: &ChartState,
        record: RecordId,
        seen: Option<Hash>,
        draft: &Draft,
        file: &File<'_>,
    ) -> Result<Vec<(Record, Bytes)>, Error> {
        let (compartment, _) = state.keyring.of(draft.category).ok_or(Distrust::Missing)?;
        let Some(seen) = seen else {
            let new = self.new_revision(state, None, file)?;
            return Ok(vec![self.seal_revision(
                state,
                compartment,
                record,
                draft,
                State::Live,
                new,
            )?]);
        };
        if state.is_deleted(record) {
            return Err(Error::Deleted);
        }
        let newest = state.get(record, None)?;
        if newest.statement.id() != seen {
            return Err(Error::ChangedMeanwhile);
        }
        let before = newest.statement.payload().compartment;
        let mut revisions = Vec::new();
        if before != compartment {
            // It repeats what was readable there anyway, and nothing of what is new.
            let old = Draft {
                title: newest.entry.title.clone(),
                text: newest.entry.text.clone(),
                category: newest.category,
            };
            let kept = self.new_revision(state, Some(newest), &File::Kept)?;
            revisions.push(self.seal_revision(state, before, record, &old, State::Moved, kept)?);
        }
        let new = self.new_revision(state, Some(newest), file)?;
        revisions.push(self.seal_revision(state, compartment, record, draft, State::Live, new)?);
        Ok(revisions)
    }

    /// What the new revision takes over from the one before: its file.
    pub(super) fn new_revision<'a>(
        &self,
        state: &ChartState,
        previous: Option<&Record>,
        file: &'a File<'a>,
    ) -> Result<TakenFile<'a>, Error> {
        if let File::New(new) = file {
            return Ok(TakenFile::New(new));
        }
        let Some((previous, stored)) =
            previous.and_then(|p| Some((p, p.statement.payload().file.as_ref()?)))
        else {
            return Ok(TakenFile::None);
        };
        let revision = previous.statement.payload();
        let old = record_key(&state.keyring, revision)?;
        // The keys must open before they are handed on.
        content_keys(&old, revision, &stored.content, Kind::File)?;
        let wrap = Context::ContentKey(state.chart, revision.record, Kind::File);
        let key = old.unwrap_key(&stored.content.content_key, &wrap)?;
        Ok(TakenFile::Kept(
            Box::new(stored.clone()),
            key,
            previous.entry.file.clone(),
        ))
    }

    /// Seals and signs a revision behind the newest leaf of its compartment.
    pub(super) fn seal_revision(
        &self,
        state: &ChartState,
        compartment: CompartmentId,
        record: RecordId,
        draft: &Draft,
        becomes: impl Into<Becomes>,
        file: TakenFile<'_>,
    ) -> Result<(Record, Bytes), Error> {
        let category: Category = draft.category;
        let Becomes {
            state: becomes,
            origin,
        } = becomes.into();
        let epoch = state
            .keyring
            .compartment(compartment)
            .ok_or(Distrust::Missing)?
            .epoch;
        let compartment_key = state
            .keyring
            .get(compartment, epoch)
            .ok_or(Error::Program)?;
        let log = state.logs.get(compartment).ok_or(Error::Program)?;
        let leaf = log.leaf(record);
        // A former reader may hold the RecordKey of an earlier epoch: what is written now gets a
        // fresh one. So does what comes into another category.
        let kept = log
            .chain(record)
            .last()
            .filter(|last| last.lives() && Some(last.statement.id()) == leaf.map(|l| l.revision))
            .map(|last| last.statement.payload())
            .filter(|last| last.epoch == epoch)
            // Whoever could read when somebody else wrote it may hold its key for ever. Nor may the
            // key of a deletion open what was deleted.
            .filter(|last| last.origin.is_none() && becomes != State::Deleted);
        let key = match kept {
            Some(previous) => record_key(&state.keyring, previous)?,
            None => RecordKey::make(),
        };
        let number = leaf
            .map_or(Some(1), |leaf| leaf.number.checked_add(1))
            .ok_or(Error::Program)?;
        let (blob, info) = wrap_file(state.chart, &key, record, file)?;
        let entry = Entry::new(draft, info);
        let content_key = ContentKey::make();
        let context = Context::Entry(state.chart, compartment, record, number);
        let keys = MessageKeys::make(&content_key, &context.encode());
        let (sealed, root) = seal_small(&keys, &entry.to_plaintext()?)?;
        let wrap = Context::ContentKey(state.chart, record, Kind::Entry);
        let revision = Revision {
            version: VERSION,
            chart: state.chart,
            compartment,
            record,
            number,
            parent: leaf.map(|leaf| leaf.revision),
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
            state: becomes,
            origin,
        };
        let statement: Verified<Revision> = sign(revision, &self.identity.signing)?;
        Ok((Record::new(statement, entry, category), Bytes(sealed)))
    }
}

/// What a revision says of its entry.
pub(super) struct Becomes {
    pub(super) state: State,
    pub(super) origin: Option<Origin>,
}

impl From<State> for Becomes {
    fn from(state: State) -> Self {
        Self {
            state,
            origin: None,
        }
    }
}

/// The file of a revision, before it is wrapped for it.
pub(super) enum TakenFile<'a> {
    /// None.
    None,
    /// These sealed bytes, stored already.
    New(&'a SealedFile),
    /// The one of the revision before, with its key.
    Kept(Box<BlobContent>, ContentKey, Option<FileInfo>),
}

/// The file under the RecordKey of the new revision.
pub(super) fn wrap_file(
    chart: ChartId,
    key: &RecordKey,
    record: RecordId,
    file: TakenFile<'_>,
) -> Result<(Option<BlobContent>, Option<FileInfo>), Error> {
    let wrap = Context::ContentKey(chart, record, Kind::File);
    Ok(match file {
        TakenFile::None => (None, None),
        TakenFile::New(new) => {
            let content = Content {
                sealed_length: new.sealed_length,
                root: new.root,
                salt: new.salt.clone(),
                commitment: new.commitment,
                content_key: key.wrap(&new.key, &wrap)?,
            };
            let blob = new.blob;
            (Some(BlobContent { blob, content }), Some(new.info.clone()))
        }
        TakenFile::Kept(stored, content_key, info) => {
            let BlobContent { blob, content } = *stored;
            let content = Content {
                content_key: key.wrap(&content_key, &wrap)?,
                ..content
            };
            (Some(BlobContent { blob, content }), info)
        }
    })
}
