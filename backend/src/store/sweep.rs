//! What has expired goes: sessions, kept answers, counted and failed tries, uploads that nobody finished.
//! What was deleted goes for good.
//!
//! An entry is deleted in three steps. The first one is part of the request: in one transaction with
//! the owner's signed word its keys are destroyed. The other two stand here. The write-ahead log is
//! emptied, so that no file has the keys any more; only then what they opened is erased, and the
//! log is emptied once more. What is left to do stands in the tables, so a server that is cut off
//! anywhere goes on at its next start. Emptying the log comes before erasing, so that whoever
//! copies the files between two steps has bytes without keys and never keys with bytes.

use std::sync::atomic::Ordering;

use super::{Store, Writing, blob, failed, kept_answer, revision, session, statement, tries};
use crate::reject::Failure;

/// How long an upload may take, in seconds.
const UPLOAD: u64 = 24 * 60 * 60;
/// Parts that one transaction overwrites and removes. Each goes through the write-ahead log, and
/// others wait meanwhile.
const PARTS_AT_ONCE: u32 = 4;
/// Sealed entries that one transaction overwrites: each has at most half a part.
const ENTRIES_AT_ONCE: u32 = 8;

impl Store {
    /// Removes what has expired by `now`, in seconds since 1970. What fails is tried again at the
    /// next turn.
    pub(crate) async fn sweep(&self, now: u64) {
        let _ = self.write(move |at| expired(at, now)).await;
        let _ = self.erase().await;
    }

    async fn erase(&self) -> Result<(), Failure> {
        let left = self
            .read(|at| {
                let entries = revision::left_to_erase(at)? || statement::left_to_erase(at)?;
                Ok(entries || blob::left_to_remove(at)?)
            })
            .await?;
        if left {
            self.log_is_clean.store(false, Ordering::SeqCst);
        } else if self.log_is_clean.load(Ordering::SeqCst) {
            return Ok(());
        }
        // Whoever still reads an older state keeps the log from being emptied; the next turn tries
        // again.
        if !self.empty_log().await? {
            return Ok(());
        }
        while self.write(erase_some).await? > 0 {
            tokio::task::yield_now().await;
        }
        let clean = self.empty_log().await?;
        self.log_is_clean.store(clean, Ordering::SeqCst);
        Ok(())
    }

    /// Says that a blob was given up.
    pub(crate) fn sweep_soon(&self) {
        self.to_sweep.notify_one();
    }

    /// Waits until a blob was given up.
    pub(crate) async fn something_to_sweep(&self) {
        self.to_sweep.notified().await;
    }
}

fn expired(at: &Writing<'_>, now: u64) -> Result<(), Failure> {
    session::sweep(at, now)?;
    kept_answer::sweep(at, now)?;
    tries::sweep(at, now)?;
    failed::sweep(at, now)?;
    blob::give_up_old(at, now.saturating_sub(UPLOAD))?;
    Ok(())
}

fn erase_some(at: &Writing<'_>) -> Result<usize, Failure> {
    let entries = revision::erase(at, ENTRIES_AT_ONCE)?;
    let theirs = statement::erase(at, ENTRIES_AT_ONCE)?;
    let parts = blob::remove_parts(at, PARTS_AT_ONCE)?;
    Ok(entries.saturating_add(theirs).saturating_add(parts))
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeSet, HashMap},
        fs,
        path::Path,
    };

    use keepwell_shared::{
        bytes::{Bytes, Hash},
        id::{AccountId, BlobId, ChartId, CompartmentId, RecordId},
        statement::{Content, Revision, State, VERSION},
    };

    use super::*;
    use crate::{data_dir::DataDir, secrets::Secrets, store::testing};

    /// Others beside the one that goes, before and behind it, so that pages are shared and split.
    const OTHERS: u8 = 24;
    const GONE: u8 = 12;

    /// Bytes that stand nowhere else, of a kind and an entry.
    fn canary(kind: &str, of: u8, length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for block in 0u32.. {
            if bytes.len() >= length {
                break;
            }
            bytes.extend(Hash::of(format!("{kind} {of} {block}").as_bytes()).0);
        }
        bytes.truncate(length);
        bytes
    }

    fn record(of: u8) -> RecordId {
        [of; 16].into()
    }

    /// A chart with entries of two revisions each, some with a file of two parts.
    async fn filled() -> (tempfile::TempDir, Store) {
        let (folder, store) = testing::store();
        let fill = |at: &Writing<'_>| {
            at.db.execute_batch(
                "INSERT INTO account (account, username, folded, opaque_record, key_bundle, \
                 account_key, identity, kept_bytes) \
                 VALUES (zeroblob(16), 'a', 'a', x'', x'', x'', x'', 9); \
                 INSERT INTO chart VALUES (zeroblob(16), zeroblob(16))",
            )?;
            for of in 0..OTHERS {
                let id = [of; 16];
                at.db.execute(
                    "INSERT INTO author_statement VALUES (zeroblob(16), zeroblob(16), ?1, ?2, 1, \
                     zeroblob(32), ?2, 0, zeroblob(32), x'', ?3, ?4, NULL)",
                    (
                        u32::from(of) + 1,
                        id,
                        canary("wraps", of, 2500),
                        canary("letter", of, 4112),
                    ),
                )?;
                blob::reserve(at, id.into(), [0; 16].into(), [0; 16].into(), 1, 0)?;
                blob::commit(at, id.into(), record(of))?;
                for part in 0..2 {
                    let bytes = canary("part", of * 2 + part, 20_000);
                    blob::put_part(at, id.into(), part.into(), Hash([0; 32]), &bytes)?;
                }
                for number in 1..3 {
                    at.db.execute(
                        "INSERT INTO revision VALUES (zeroblob(16), zeroblob(16), ?1, ?2, ?3, 0, \
                         ?4, ?5, ?6)",
                        (
                            u32::from(of) * 2 + number,
                            id,
                            number,
                            canary("keys", of, 400 + usize::from(of) * 30),
                            canary("entry", of, 4112 + usize::from(of) * 100),
                            id,
                        ),
                    )?;
                }
            }
            Ok(())
        };
        store.write(fill).await.unwrap();
        (folder, store)
    }

    /// The owner's word that the entry in the middle is deleted.
    fn deletion() -> Revision {
        let nothing = Content {
            sealed_length: 1,
            root: Hash([0; 32]),
            salt: Bytes::default(),
            commitment: Hash([0; 32]),
            content_key: Bytes::default(),
        };
        Revision {
            version: VERSION,
            chart: ChartId::from([0; 16]),
            compartment: CompartmentId::from([0; 16]),
            record: record(GONE),
            number: 3,
            parent: None,
            author: AccountId::from([0; 16]),
            at: 0,
            epoch: 0,
            record_key: Bytes::default(),
            entry: nothing,
            file: None,
            state: State::Deleted,
            origin: None,
        }
    }

    /// What the request does. Returns how many bytes are given back.
    async fn delete(store: &Store) -> u64 {
        let destroy = |at: &Writing<'_>| {
            let own = revision::destroy_keys(at, &deletion())?;
            let theirs = statement::destroy_keys(at, &deletion())?;
            Ok(own + theirs.map_or(0, |(_, bytes)| bytes))
        };
        store.write(destroy).await.unwrap()
    }

    /// Which kinds of canaries of an entry stand in any file of the folder, and be it a piece.
    fn found(folder: &Path, of: u8) -> Vec<&'static str> {
        let data: Vec<u8> = fs::read_dir(folder.join("data"))
            .unwrap()
            .flat_map(|file| fs::read(file.unwrap().path()).unwrap())
            .collect();
        let kinds = [
            ("keys", canary("keys", of, 400)),
            ("keys", canary("wraps", of, 2500)),
            ("entry", canary("letter", of, 4112)),
            ("entry", canary("entry", of, 4112)),
            ("part", canary("part", of * 2, 20_000)),
            ("part", canary("part", of * 2 + 1, 20_000)),
        ];
        let mut pieces = HashMap::new();
        let mut begins = vec![false; 1 << 16];
        let begin = |piece: &[u8]| usize::from(piece[0]) << 8 | usize::from(piece[1]);
        for (kind, bytes) in &kinds {
            for piece in bytes.chunks_exact(16) {
                begins[begin(piece)] = true;
                pieces.insert(piece, *kind);
            }
        }
        let found: BTreeSet<_> = data
            .windows(16)
            .filter(|window| begins[begin(window)])
            .filter_map(|window| pieces.get(window).copied())
            .collect();
        found.into_iter().collect()
    }

    /// The files as a power cut leaves them now, and what a server makes of them afterwards.
    async fn after_a_cut(folder: &Path) -> (Vec<&'static str>, Vec<&'static str>) {
        let copy = tempfile::tempdir().unwrap();
        let data = DataDir::open(&copy.path().join("data")).unwrap();
        for file in fs::read_dir(folder.join("data")).unwrap() {
            let file = file.unwrap();
            let lock_and_index = file.file_name().to_string_lossy().ends_with("-shm");
            if !lock_and_index {
                fs::copy(file.path(), copy.path().join("data").join(file.file_name())).unwrap();
            }
        }
        let before = found(copy.path(), GONE);
        let store = Store::open(&data, &Secrets::open(&data, true).unwrap()).unwrap();
        store.sweep(0).await;
        (before, found(copy.path(), GONE))
    }

    /// The power goes after each step: what has begun comes to its end, and keys go first.
    #[tokio::test]
    async fn what_is_deleted_goes_for_good_wherever_the_server_is_cut_off() {
        let (folder, store) = filled().await;
        let (folder, all) = (folder.path(), ["entry", "keys", "part"]);
        assert_eq!(found(folder, GONE), all, "it is there");
        assert_eq!(delete(&store).await, 2 * (4112 + 1200) + 4112);
        // The transaction is done: the log may still hold the keys.
        let (before, after) = after_a_cut(folder).await;
        assert_eq!((before.as_slice(), after), (&all[..], vec![]));
        assert!(store.empty_log().await.unwrap());
        let (before, after) = after_a_cut(folder).await;
        assert_eq!((before, after), (vec!["entry", "part"], vec![]));
        while store.write(erase_some).await.unwrap() > 0 {
            let (before, after) = after_a_cut(folder).await;
            assert!(!before.contains(&"keys"));
            assert_eq!(after, [""; 0]);
        }
        store.sweep(0).await;
        assert_eq!(found(folder, GONE), [""; 0]);
        for of in (0..OTHERS).filter(|of| *of != GONE) {
            assert_eq!(found(folder, of), all, "{of} stays");
        }
    }

    /// Nothing is erased while somebody reads an older state: keys would outlive what they open.
    #[tokio::test]
    async fn whoever_reads_an_older_state_only_delays_it() {
        let (folder, store) = filled().await;
        let database = folder.path().join("data").join(crate::store::FILE);
        let late = rusqlite::Connection::open(&database).unwrap();
        late.execute_batch("BEGIN; SELECT count(*) FROM revision")
            .unwrap();
        let count = |db: &rusqlite::Connection| {
            db.query_row("SELECT count(*) FROM revision", [], |row| {
                row.get::<_, i64>(0)
            })
        };
        count(&late).unwrap();
        delete(&store).await;
        store.sweep(0).await;
        assert_eq!(found(folder.path(), GONE), ["entry", "keys", "part"]);
        late.execute_batch("COMMIT").unwrap();
        store.sweep(0).await;
        assert_eq!(found(folder.path(), GONE), [""; 0]);
    }

    /// A blob that another entry's revisions still name stays.
    #[tokio::test]
    async fn a_file_that_is_still_named_stays() {
        let (folder, store) = filled().await;
        let name = "UPDATE revision SET blob = ?1 WHERE record = ?2";
        let named = store.write(move |at| Ok(at.db.execute(name, ([GONE; 16], [1; 16]))?));
        assert_eq!(named.await.unwrap(), 2);
        delete(&store).await;
        store.sweep(0).await;
        assert_eq!(found(folder.path(), GONE), ["part"]);
        let blob = BlobId::from([GONE; 16]);
        let found = store.read(move |at| blob::find(at, blob)).await.unwrap();
        assert!(found.is_some());
    }
}
