//! Sealing and opening large content, part by part, several parts at a time.

use futures::{StreamExt, TryStreamExt, stream};
use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::root,
    id::{AccountId, ChartId, CompartmentId, RecordId},
    padding::padded,
    statement::{BlobContent, Content, Revision, Role, State, VERSION, sign},
    username::Username,
};

use super::files::FileSource;
use crate::{
    crypto::content::{MessageKeys, PartPlan},
    error::{Distrust, Error},
    identity::Identity,
    keys::{CompartmentKey, ContentKey, Context, Kind, RecordKey},
    platform::{Engine, Watch},
};

/// How many parts are under way at once: sealed, hashed or sent. More only costs memory, about
/// 3 MiB a part.
const DEPTH: usize = 4;

/// What sealing gives, to be named in a signed revision.
pub(crate) struct Sealed {
    pub(crate) salt: Bytes,
    pub(crate) commitment: Hash,
    pub(crate) sealed_length: u64,
    pub(crate) root: Hash,
}

/// Seals everything that `source` holds, padded, and gives each part to `send` as soon as it is
/// ready. The root is made of what `send` was given.
pub(crate) async fn seal<E: Engine>(
    engine: &E,
    keys: &MessageKeys,
    source: &impl FileSource<E>,
    watch: &impl Watch,
    send: impl AsyncFn(PartPlan, &E::Bytes, Hash) -> Result<(), Error>,
) -> Result<Sealed, Error> {
    let plain = padded(source.length()).ok_or(Error::FileTooLarge(u64::MAX))?;
    let plan = keys.plan(plain).ok_or(Error::FileTooLarge(u64::MAX))?;
    let prepared = engine.prepare(&keys.key).await?;
    let (prepared, send) = (&prepared, &send);
    let mut done = 0;
    let leaves: Vec<Hash> = stream::iter(plan.parts())
        // A file is read from beginning to end: browsers do that several times faster than piece
        // by piece.
        .then(async |part| {
            if watch.cancelled() {
                return Err(Error::Cancelled);
            }
            let room = engine.room(prepared, part.plain_length());
            let plain = source.read(part.plain_offset(), room).await?;
            Ok((part, plain))
        })
        .map(async |read| {
            let (part, plain) = read?;
            let (sealed, hash) = engine.seal_part(prepared, &part, plain).await?;
            send(part, &sealed, hash).await?;
            engine.give_back(prepared, sealed);
            Ok::<_, Error>((part, hash))
        })
        .buffered(DEPTH)
        .map_ok(|(part, hash)| {
            done += part.sealed_length();
            watch.progress(done, plan.sealed_length());
            hash
        })
        .try_collect()
        .await?;
    Ok(Sealed {
        salt: keys.salt.clone(),
        commitment: keys.commitment,
        sealed_length: plan.sealed_length(),
        root: root(plan.sealed_length(), &leaves),
    })
}

/// Opens content part by part. Each part is given to `take` in order, with how many of its bytes
/// belong to the content; all of it may be shown only after this returns, because only then the
/// root is known to be the signed one.
pub(crate) async fn open<E: Engine>(
    engine: &E,
    keys: &MessageKeys,
    content: &Content,
    true_length: u64,
    watch: &impl Watch,
    fetch: impl AsyncFn(PartPlan) -> Result<E::Bytes, Error>,
    mut take: impl FnMut(&E::Bytes, u64),
) -> Result<(), Error> {
    let plain = padded(true_length).ok_or(Distrust::Content)?;
    let plan = keys.plan(plain).ok_or(Distrust::Content)?;
    if plan.sealed_length() != content.sealed_length {
        return Err(Distrust::Content.into());
    }
    let prepared = engine.prepare(&keys.key).await?;
    let (prepared, fetch) = (&prepared, &fetch);
    let mut leaves = Vec::new();
    let mut done = 0;
    let mut parts = stream::iter(plan.parts())
        .map(async |part| {
            if watch.cancelled() {
                return Err(Error::Cancelled);
            }
            let sealed = fetch(part).await?;
            let (plain, hash) = engine.open_part(prepared, &part, sealed).await?;
            Ok((part, plain, hash))
        })
        .buffered(DEPTH);
    while let Some((part, plain, hash)) = parts.try_next().await? {
        leaves.push(hash);
        done += part.sealed_length();
        watch.progress(done, plan.sealed_length());
        let rest = true_length.saturating_sub(part.plain_offset());
        take(&plain, rest.min(part.plain_length()));
        engine.give_back(prepared, plain);
    }
    if root(plan.sealed_length(), &leaves) != content.root {
        return Err(Distrust::Content.into());
    }
    Ok(())
}

/// For the benchmark: seals `source`, signs the revision that names it, and throws the parts away.
/// Gives the length of the signed revision, so that nothing of the work can be left out.
///
/// # Errors
/// As sealing a file.
pub async fn sealing_benchmark<E: Engine>(
    engine: &E,
    source: &impl FileSource<E>,
) -> Result<usize, Error> {
    struct Quiet;
    impl Watch for Quiet {
        fn progress(&self, _: u64, _: u64) {}
        fn cancelled(&self) -> bool {
            false
        }
    }
    let account = AccountId::generate();
    let (chart, compartment, record) = (
        ChartId::generate(),
        CompartmentId::generate(),
        RecordId::generate(),
    );
    let identity = Identity::make(account, &Username::parse("benchmark")?, Role::Patient, 0)?;
    let (compartment_key, record_key, key) = (
        CompartmentKey::make(),
        RecordKey::make(),
        ContentKey::make(),
    );
    let keys = MessageKeys::make(&key, &Context::File(chart, record).encode());
    let sealed = seal(engine, &keys, source, &Quiet, async |_, _, _| Ok(())).await?;
    let content = Content {
        sealed_length: sealed.sealed_length,
        root: sealed.root,
        salt: sealed.salt,
        commitment: sealed.commitment,
        content_key: record_key.wrap(&key, &Context::ContentKey(chart, record, Kind::File))?,
    };
    let revision = Revision {
        version: VERSION,
        chart,
        compartment,
        record,
        number: 1,
        parent: None,
        author: account,
        at: 0,
        epoch: 0,
        record_key: compartment_key.wrap(
            &record_key,
            &Context::RecordKey(chart, compartment, 0, record),
        )?,
        entry: content.clone(),
        file: Some(BlobContent {
            blob: [0; 16].into(),
            content,
        }),
        state: State::Live,
        origin: None,
    };
    Ok(sign(revision, &identity.signing)?.as_bytes().len())
}
