//! The only SQL. One connection writes, a few read; every statement is prepared, takes its values
//! as parameters and runs inside a transaction.
//!
//! The files beside this one are named after tables. Their functions take [`Reading`] or
//! [`Writing`], which exist only inside [`Store::read`] and [`Store::write`].

pub(crate) mod account;
pub(crate) mod blob;
pub(crate) mod book;
pub(crate) mod chart;
pub(crate) mod compartment;
pub(crate) mod consent;
pub(crate) mod failed;
pub(crate) mod kept_answer;
pub(crate) mod leaf;
mod migrate;
mod open;
pub(crate) mod page;
mod readers;
pub(crate) mod revision;
pub(crate) mod second_factor;
pub(crate) mod session;
pub(crate) mod statement;
mod sweep;
pub(crate) mod tries;

use std::{
    ops::Deref,
    sync::{Arc, atomic::AtomicBool},
};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use tokio::sync::{Mutex, Notify};

use self::readers::Readers;
use crate::{data_dir::DataDir, reject::Failure, secrets::Secrets, start_error::StartError};

/// The name of the database file.
const FILE: &str = "keepwell.sqlite3";
/// Connections that read.
const READERS: usize = 4;

/// The open database.
pub(crate) struct Store {
    /// None once it is closed.
    writer: Arc<Mutex<Option<Connection>>>,
    readers: Arc<Readers>,
    to_sweep: Notify,
    /// Whether nothing that was erased is left in the write-ahead log.
    log_is_clean: AtomicBool,
}

/// What a transaction that reads can do.
pub(crate) struct Reading<'a> {
    db: &'a Connection,
}

/// What a transaction that writes can do: everything that a reading one can, and more.
pub(crate) struct Writing<'a> {
    reading: Reading<'a>,
}

impl Reading<'_> {
    /// Whether the database answers.
    pub(crate) fn answers(&self) -> Result<(), Failure> {
        Ok(self
            .db
            .query_row("SELECT only_row FROM installation", [], |_| Ok(()))?)
    }
}

impl<'a> Deref for Writing<'a> {
    type Target = Reading<'a>;

    fn deref(&self) -> &Reading<'a> {
        &self.reading
    }
}

impl Store {
    /// Whether there is a database in the folder.
    pub(crate) fn exists(data: &DataDir) -> bool {
        data.file(FILE).exists()
    }

    /// Opens the database, making or migrating it.
    ///
    /// # Errors
    /// When it is not ours, too new, or belongs to other secrets.
    pub(crate) fn open(data: &DataDir, secrets: &Secrets) -> Result<Self, StartError> {
        let path = data.file(FILE);
        let mut writer = open::writer(&path)?;
        belongs_together(&writer, data, secrets)?;
        open::lock_down_writer(&mut writer)?;
        let idle = (0..READERS)
            .map(|_| open::reader(&path))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            writer: Arc::new(Mutex::new(Some(writer))),
            readers: Arc::new(Readers::new(idle)),
            to_sweep: Notify::new(),
            // A server that was cut off may have left some.
            log_is_clean: AtomicBool::new(false),
        })
    }

    /// Runs `work` in a transaction that reads one state of the database.
    ///
    /// # Errors
    /// Those of `work`, and those of the database.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, Failure>
    where
        F: FnOnce(&Reading<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let readers = Arc::clone(&self.readers);
        let turn = readers.turn().await?;
        on_a_thread(move || {
            let _turn = turn;
            let mut lease = readers.lease()?;
            let transaction = lease.db()?.transaction()?;
            work(&Reading { db: &transaction })
        })
        .await
    }

    /// Runs `work` in the one transaction that may write. What it did is durable when this
    /// returns, and undone when it fails.
    ///
    /// # Errors
    /// Those of `work`, and those of the database.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, Failure>
    where
        F: FnOnce(&Writing<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        on_a_thread(move || {
            let db = writer
                .as_mut()
                .ok_or(Failure::Broken("the store is closed"))?;
            let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcome = work(&Writing {
                reading: Reading { db: &transaction },
            })?;
            transaction.commit()?;
            Ok(outcome)
        })
        .await
    }

    /// Empties the write-ahead log into the database, and says whether it could: not while somebody
    /// reads an older state for longer than a connection waits.
    async fn empty_log(&self) -> Result<bool, Failure> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        on_a_thread(move || {
            let db = writer
                .as_mut()
                .ok_or(Failure::Broken("the store is closed"))?;
            let busy: i64 =
                db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            Ok(busy == 0)
        })
        .await
    }

    /// Waits for running work, empties the write-ahead log into the database and closes it.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        let closed = tokio::task::spawn_blocking(move || {
            if let Some(db) = writer.take() {
                // Nothing is lost when this fails: the next start reads the log.
                let _ = db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
                let _ = db.close();
            }
        });
        let _ = closed.await;
    }
}

/// SQLite waits for the disk; the threads that serve connections must not.
async fn on_a_thread<T, F>(work: F) -> Result<T, Failure>
where
    F: FnOnce() -> Result<T, Failure> + Send + 'static,
    T: Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(Failure::Broken("a handler panicked")))
}

/// The first start writes down which secrets file belongs to the database; later ones compare.
/// With other secrets every password would look wrong.
fn belongs_together(db: &Connection, data: &DataDir, secrets: &Secrets) -> Result<(), StartError> {
    let known: Option<[u8; 32]> = db
        .query_row("SELECT secrets_id FROM installation", [], |row| row.get(0))
        .optional()?;
    match known {
        Some(id) if id == secrets.id().0 => Ok(()),
        Some(_) => Err(StartError::OtherSecrets {
            path: data.file("secrets"),
        }),
        None => {
            db.execute(
                "INSERT INTO installation (only_row, secrets_id) VALUES (1, ?1)",
                [secrets.id().0],
            )?;
            Ok(())
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A store in a folder that goes with it.
    pub(crate) fn store() -> (tempfile::TempDir, Store) {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open(&parent.path().join("data")).unwrap();
        let secrets = Secrets::open(&data, false).unwrap();
        let store = Store::open(&data, &secrets).unwrap();
        (parent, store)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn work_that_fails_or_panics_leaves_nothing_behind() {
        let (_folder, store) = testing::store();
        let count = || {
            store.read(|at| {
                Ok(at
                    .db
                    .query_row("SELECT count(*) FROM kept_answer", [], |row| row.get(0))?)
            })
        };
        let insert =
            "INSERT INTO session VALUES (zeroblob(16), zeroblob(16), x'00', x'00', 0, x'')";
        let failed = store
            .write(move |at| {
                at.db.execute_batch(insert)?;
                Ok(())
            })
            .await;
        assert!(matches!(failed, Err(Failure::Store(_))), "foreign keys");
        let failed: Result<(), _> = store
            .write(|at| {
                at.db.execute_batch("DELETE FROM installation")?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(failed, Err(Failure::Broken(_))));
        for _ in 0..2 * READERS {
            let failed: Result<(), _> = store.read(|_| panic!("on purpose")).await;
            assert!(matches!(failed, Err(Failure::Broken(_))));
        }
        let left: i64 = count().await.unwrap();
        assert_eq!(left, 0);
        let rows: i64 = store
            .read(|at| {
                Ok(at
                    .db
                    .query_row("SELECT count(*) FROM installation", [], |row| row.get(0))?)
            })
            .await
            .unwrap();
        assert_eq!(rows, 1);
    }

    /// SQLite's own word for a full disk, in the middle of a file.
    #[tokio::test]
    async fn a_disk_that_fills_up_leaves_the_last_whole_state() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("db");
        let mut writer = open::writer(&path).unwrap();
        writer
            .pragma_update_and_check(None, "max_page_count", 600, |_| Ok(()))
            .unwrap();
        writer
            .execute_batch(
                "INSERT INTO account VALUES (zeroblob(16), 'a', 'a', x'', x'', x'', x'', NULL, 0); \
                 INSERT INTO chart VALUES (zeroblob(16), zeroblob(16)); \
                 INSERT INTO blob VALUES (zeroblob(16), zeroblob(16), zeroblob(16), 1, 0, NULL, 0)",
            )
            .unwrap();
        open::lock_down_writer(&mut writer).unwrap();
        let store = Store {
            writer: Arc::new(Mutex::new(Some(writer))),
            readers: Arc::new(Readers::new(vec![open::reader(&path).unwrap()])),
            to_sweep: Notify::new(),
            log_is_clean: AtomicBool::new(false),
        };
        let id = keepwell_shared::id::BlobId::from([0; 16]);
        let put = |part| {
            store.write(move |at| {
                let leaf = keepwell_shared::bytes::Hash::of(b"x");
                blob::put_part(at, id, part, leaf, &vec![1; 1_049_600])
            })
        };
        let mut stored = 0;
        let full = loop {
            match put(stored).await {
                Ok(()) => stored += 1,
                Err(failure) => break failure,
            }
        };
        assert_eq!(full.code(), keepwell_shared::error::Code::StorageFull);
        assert!(stored > 1);
        let parts = store.read(move |at| blob::parts(at, id)).await.unwrap();
        assert_eq!(parts, (0..stored).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn files_are_private_and_the_log_is_gone_after_closing() {
        let (folder, store) = testing::store();
        let data = folder.path().join("data");
        store
            .write(|at| {
                at.db
                    .execute_batch("UPDATE installation SET secrets_id = zeroblob(32)")?;
                Ok(())
            })
            .await
            .unwrap();
        for entry in std::fs::read_dir(&data).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{:?}", entry.file_name());
        }
        assert!(data.join("keepwell.sqlite3-wal").exists());
        store.close().await;
        assert!(!data.join("keepwell.sqlite3-wal").exists());
        assert!(store.read(|_| Ok(())).await.is_err());
        assert!(store.write(|_| Ok(())).await.is_err());
    }

    #[test]
    fn other_secrets_are_refused() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let data = DataDir::open(&folder).unwrap();
        drop(Store::open(&data, &Secrets::open(&data, false).unwrap()).unwrap());
        std::fs::remove_file(folder.join("secrets")).unwrap();
        let others = Secrets::open(&data, false).unwrap();
        assert!(matches!(
            Store::open(&data, &others),
            Err(StartError::OtherSecrets { .. })
        ));
    }
}
