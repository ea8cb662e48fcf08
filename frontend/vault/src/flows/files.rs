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
    file_type::{self, BadFile, Glimpse, HEAD, TAIL},
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

    /// A copy of a few bytes from anywhere, all of which are there.
    ///
    /// # Errors
    /// As [`FileSource::read`].
    async fn peek(&self, offset: u64, length: u64) -> Result<Vec<u8>, Error>;
}

/// Looks at a file that is to be added, or that somebody unlocked; gives what is known of it, with the media
/// type that goes with its name: what a browser says of it comes from the machine that it runs on.
///
/// # Errors
/// [`Error::BadFile`], [`Error::FileUnreadable`].
pub async fn look_at<E: Engine>(
    info: FileInfo,
    source: &impl FileSource<E>,
) -> Result<FileInfo, Error> {
    file_type::media_type(&info.name)?;
    let length = info.length;
    let head = source.peek(0, length.min(HEAD)).await?;
    let tail = match file_type::needs_tail(&info.name) {
        true => {
            let some = length.min(TAIL);
            source.peek(length.saturating_sub(some), some).await?
        }
        false => Vec::new(),
    };
    let (head, tail) = (&head, &tail);
    let media_type = file_type::look(&info.name, Glimpse { length, head, tail })?;
    Ok(FileInfo {
        media_type: media_type.to_owned(),
        ..info
    })
}

/// Keeps the beginning and the end of a file that is being opened, as far as they are looked at.
pub(super) struct Kept<'a> {
    info: &'a FileInfo,
    done: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl<'a> Kept<'a> {
    /// Looks at what is known of a file before anything of it is fetched.
    pub(super) fn of(info: &'a FileInfo) -> Result<Self, Error> {
        file_type::agrees(&info.name, &info.media_type)?;
        Ok(Self {
            info,
            done: 0,
            head: Vec::new(),
            tail: Vec::new(),
        })
    }

    pub(super) fn take<E: Engine>(&mut self, engine: &E, part: &E::Bytes, length: u64) {
        if self.done == 0 {
            self.head = engine.copy(part, 0, length.min(HEAD));
        }
        let end = self.done.saturating_add(length);
        let from = self.info.length.saturating_sub(TAIL).max(self.done);
        if from < end && file_type::needs_tail(&self.info.name) {
            let start = from.saturating_sub(self.done);
            self.tail
                .extend(engine.copy(part, start, end.saturating_sub(from)));
        }
        self.done = end;
    }

    /// The writer may have lied about what it is: then nobody gets it.
    pub(super) fn check(&self) -> Result<(), Error> {
        let glimpse = Glimpse {
            length: self.info.length,
            head: &self.head,
            tail: &self.tail,
        };
        let media_type = file_type::look(&self.info.name, glimpse)?;
        match media_type == self.info.media_type {
            true => Ok(()),
            false => Err(BadFile::Disagrees.into()),
        }
    }
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
    /// [`Error::EmptyFile`], [`Error::FileTooLarge`], [`Error::BadFile`], [`Error::Cancelled`], or a server that
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
        let info = look_at(info, source).await?;
        let sealed_length = padded(info.length)
            .and_then(sealed_length)
            .ok_or(Error::Program)?;
        let room = BlobPostRequest { sealed_length };
        let over = || watch.cancelled();
        self.give_back().await;
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
        if written.is_err() {
            self.unfinished.borrow_mut().push(blob);
        }
        if !matches!(written, Ok(_) | Err(Error::Offline)) {
            self.give_back().await;
        }
        written
    }

    /// Gives the room of uploads back that were given up, or it would count for a day. What the server
    /// does not hear now is kept for the next time: the person has waited long enough, and this is
    /// tried only once. The server keeps what was named by something signed after all.
    pub(super) async fn give_back(&self) {
        let given_up = self.unfinished.take();
        for (at, blob) in given_up.iter().enumerate() {
            let told = self
                .api
                .call_until(BlobDelete, &[blob], "", &Empty {}, &|| true)
                .await;
            if matches!(told, Err(Error::Cancelled | Error::Offline)) {
                let kept = given_up.iter().skip(at).copied();
                self.unfinished.borrow_mut().extend(kept);
                return;
            }
        }
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
    /// what was signed, [`Error::BadFile`] when it is not what its name says.
    pub async fn open_file(
        &self,
        chart: ChartId,
        record: RecordId,
        revision: Hash,
        watch: &impl Watch,
        mut take: impl FnMut(&P::Bytes, u64),
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
        let mut kept = Kept::of(&info)?;
        let fetch = self.parts_of(&stored, watch);
        open(
            &self.api.platform,
            &keys,
            &stored.content,
            info.length,
            watch,
            fetch,
            |part, length| {
                kept.take(&self.api.platform, part, length);
                take(part, length);
            },
        )
        .await?;
        kept.check()?;
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
