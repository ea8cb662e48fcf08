//! What has expired goes: sessions, kept answers, counted tries, uploads that nobody finished.

use super::{Store, Writing, blob, kept_answer, session, tries};
use crate::reject::Failure;

/// How long an upload may take, in seconds.
const UPLOAD: u64 = 24 * 60 * 60;
/// Parts that one transaction overwrites and removes. Each goes through the write-ahead log, and
/// others wait meanwhile.
const PARTS_AT_ONCE: u32 = 4;

impl Store {
    /// Removes what has expired by `now`, in seconds since 1970. What fails is tried again at the
    /// next turn.
    pub(crate) async fn sweep(&self, now: u64) {
        let _ = self.write(move |at| expired(at, now)).await;
        while let Ok(1..) = self.write(|at| blob::remove_parts(at, PARTS_AT_ONCE)).await {
            tokio::task::yield_now().await;
        }
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
    blob::give_up_old(at, now.saturating_sub(UPLOAD))?;
    Ok(())
}
