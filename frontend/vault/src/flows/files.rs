//! Files: added, replaced, opened again.

use keepwell_shared::{
    bytes::Hash,
    content::{PART_SEALED, sealed_length},
    error::Code,
    id::{BlobId, ChartId, RecordId},
    padding::padded,
    statement::BlobContent,
    wire::{BlobDelete, BlobPost, BlobPostRequest, BytesGet, Empty, PartPut},
};

use super::{
    seal::{open, seal},
    write::{File, SealedFile},
};
use crate::{
    chart::{OpenedRevision, content_keys, record_key},
    crypto::content::MessageKeys,
    entry::{Draft, FileInfo},
    error::{Distrust, Error},
    keys::{ContentKey, Context, Kind},
    platform::{Engine, Platform, Watch},
    vault::Vault,
};

/// The bytes of a file that a person chose.
pub trait FileSource<E: Engine> {
    /// Its length in bytes.
    fn length(&self) -> u64;

    /// Fills all of `into` with what stands from `offset` on, with zeros where the file has ended.
    /// Sealing reads in order, one part at a time.
    ///
    /// # Errors
    /// [`Error::FileUnreadable`] when the file is gone or has changed.
    async fn read(&self, offset: u64, into: E::Bytes) -> Result<E::Bytes, Error>;
}

impl<P: Platform> Vault<P> {
    /// The largest file that may be added, in bytes: what the server says, less padding and tags.
    pub fn max_file(&self) -> u64 {
        let fits = |plain: u64| {
            padded(plain)
                .and_then(sealed_length)
                .is_some_and(|sealed| sealed <= self.max_blob)
        };
        let (mut low, mut high) = (0, self.max_blob);
        while low < high {
            let middle = high - (high - low) / 2;
            if fits(middle) {
                low = middle
            } else {
                high = middle - 1
            }
        }
        low
    }

    /// Adds a file as a new entry.
    ///
    /// # Errors
    /// [`Error::EmptyFile`], [`Error::FileTooLarge`], [`Error::Cancelled`], or a server that
    /// refuses or can not be reached. Nothing half-written is ever listed.
    pub async fn add_file(
        &self,
        chart: ChartId,
        draft: &Draft,
        info: FileInfo,
        source: &impl FileSource<P>,
        watch: &impl Watch,
    ) -> Result<OpenedRevision, Error> {
        self.write_file(
            chart,
            RecordId::generate(),
            None,
            draft,
            info,
            source,
            watch,
        )
        .await
    }

    /// Writes a new revision of an entry with another file.
    ///
    /// # Errors
    /// [`Error::ChangedMeanwhile`], otherwise as [`Vault::add_file`].
    #[expect(
        clippy::too_many_arguments,
        reason = "each names another part of one act"
    )]
    pub async fn replace_file(
        &self,
        chart: ChartId,
        record: RecordId,
        seen: Hash,
        draft: &Draft,
        info: FileInfo,
        source: &impl FileSource<P>,
        watch: &impl Watch,
    ) -> Result<OpenedRevision, Error> {
        self.write_file(chart, record, Some(seen), draft, info, source, watch)
            .await
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each names another part of one act"
    )]
    async fn write_file(
        &self,
        chart: ChartId,
        record: RecordId,
        seen: Option<Hash>,
        draft: &Draft,
        info: FileInfo,
        source: &impl FileSource<P>,
        watch: &impl Watch,
    ) -> Result<OpenedRevision, Error> {
        self.with_file(chart, record, info, source, watch, async |sealed| {
            self.write(chart, record, seen, draft, &File::New(sealed))
                .await
        })
        .await
    }

    /// Uploads a file and lets `write` name it in something signed; takes it back when that fails.
    pub(super) async fn with_file<T>(
        &self,
        chart: ChartId,
        record: RecordId,
        info: FileInfo,
        source: &impl FileSource<P>,
        watch: &impl Watch,
        write: impl AsyncFn(&SealedFile) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if info.length == 0 {
            return Err(Error::EmptyFile);
        }
        if info.length > self.max_file() {
            return Err(Error::FileTooLarge(self.max_file()));
        }
        let sealed_length = padded(info.length)
            .and_then(sealed_length)
            .ok_or(Error::Program)?;
        let room = BlobPostRequest { sealed_length };
        let over = || watch.cancelled();
        let asked = self
            .api
            .call_until(BlobPost, &[&chart], "", &room, &over)
            .await;
        let blob = match asked {
            Ok(answer) => answer.blob,
            Err(Error::Refused(Code::FileTooLarge)) => {
                return Err(Error::FileTooLarge(self.max_file()));
            }
            Err(error) => return Err(error),
        };
        let written = self.upload(chart, record, blob, info, source, watch).await;
        let written = match written {
            Ok(sealed) => write(&sealed).await,
            Err(error) => Err(error),
        };
        if !matches!(written, Ok(_) | Err(Error::Offline)) {
            // The room is given back at once where the server can be reached, else after a day:
            // the person has waited long enough and this is tried only once.
            let _ = self
                .api
                .call_until(BlobDelete, &[&blob], "", &Empty {}, &|| true)
                .await;
        }
        written
    }

    async fn upload(
        &self,
        chart: ChartId,
        record: RecordId,
        blob: BlobId,
        info: FileInfo,
        source: &impl FileSource<P>,
        watch: &impl Watch,
    ) -> Result<SealedFile, Error> {
        let key = ContentKey::make();
        let keys = MessageKeys::make(&key, &Context::File(chart, record).encode());
        let over = || watch.cancelled();
        let sealed = seal(
            &self.api.platform,
            &keys,
            source,
            watch,
            async |part, bytes, hash| {
                self.api
                    .put_part(PartPut, &[&blob, &part.index()], bytes, hash, &over)
                    .await
            },
        )
        .await?;
        Ok(SealedFile {
            info,
            blob,
            key,
            salt: sealed.salt,
            commitment: sealed.commitment,
            sealed_length: sealed.sealed_length,
            root: sealed.root,
        })
    }

    /// Fetches, checks and opens the file of a revision. `take` gets the parts in order, with how
    /// many of their bytes belong to the file; none may be shown before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the revision has no file, [`Error::Distrusted`] when a byte is not
    /// what was signed.
    pub async fn open_file(
        &self,
        chart: ChartId,
        record: RecordId,
        revision: Hash,
        watch: &impl Watch,
        take: impl FnMut(&P::Bytes, u64),
    ) -> Result<FileInfo, Error> {
        let (keys, stored, info) = {
            let state = self.state(chart)?;
            let found = state.get(record, Some(revision))?;
            let payload = found.statement.payload();
            let stored = payload.file.clone().ok_or(Error::NotFound)?;
            let info = found.entry.file.clone().ok_or(Error::NotFound)?;
            let record_key = record_key(&state.keyring, payload)?;
            (
                content_keys(&record_key, payload, &stored.content, Kind::File)?,
                stored,
                info,
            )
        };
        let fetch = self.parts_of(&stored, watch);
        open(
            &self.api.platform,
            &keys,
            &stored.content,
            info.length,
            watch,
            fetch,
            take,
        )
        .await?;
        Ok(info)
    }

    /// Fetches the parts of a stored file.
    pub(super) fn parts_of(
        &self,
        stored: &BlobContent,
        watch: &impl Watch,
    ) -> impl AsyncFn(crate::PartPlan) -> Result<P::Bytes, Error> {
        let length = stored.content.sealed_length;
        async move |part: crate::PartPlan| {
            let offset = part.index() * PART_SEALED;
            let query = format!("offset={offset}&length={}", part.sealed_length());
            if offset + part.sealed_length() > length {
                return Err(Distrust::Content.into());
            }
            self.api
                .get_part(BytesGet, &[&stored.blob], &query, &|| watch.cancelled())
                .await
        }
    }
}
