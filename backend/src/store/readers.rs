//! The connections that read, handed out one at a time.
//!
//! `docs/protocol.md`, section 10.1.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::reject::Failure;

/// The connections that read, while nobody uses them.
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
    count: u32,
}

impl Readers {
    pub(super) fn new(idle: Vec<Connection>) -> Self {
        Self {
            free: Arc::new(Semaphore::new(idle.len())),
            count: u32::try_from(idle.len()).unwrap_or(u32::MAX),
            idle: Mutex::new(idle),
        }
    }

    /// Waits until there is a connection to lease.
    ///
    /// # Errors
    /// When the store is closed.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let turn = Arc::clone(&self.free).acquire_owned().await;
        turn.map_err(|_| Failure::Broken("the store is closed"))
    }

    /// Waits for running work and closes every connection.
    pub(super) async fn close(&self) {
        if let Ok(turns) = self.free.acquire_many(self.count).await {
            turns.forget();
        }
        self.free.close();
        self.all().clear();
    }

    /// A connection, for somebody whose turn it is.
    ///
    /// # Errors
    /// When there are more turns than connections.
    pub(super) fn lease(&self) -> Result<Lease<'_>, Failure> {
        let db = self.all().pop();
        Ok(Lease {
            readers: self,
            db: Some(db.ok_or(Failure::Broken("no reader is left"))?),
        })
    }

    fn all(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back when it is dropped, after a panic too.
pub(super) struct Lease<'a> {
    readers: &'a Readers,
    db: Option<Connection>,
}

impl Lease<'_> {
    pub(super) fn db(&mut self) -> Result<&mut Connection, Failure> {
        self.db.as_mut().ok_or(Failure::Broken("a lease is over"))
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(db) = self.db.take() {
            self.readers.all().push(db);
        }
    }
}
