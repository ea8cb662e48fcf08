//! The only place that asks for the time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

/// Tells the time: the system's, or one that a test sets.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still until [`Clock::advance`] is called; clones move together.
    pub fn set(seconds: u64) -> Self {
        Self(Source::Set(Arc::new(AtomicU64::new(seconds))))
    }

    /// Moves a set clock forward; the system's can not be moved.
    pub fn advance(&self, seconds: u64) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    /// Seconds since 1970.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> u64 {
        match &self.0 {
            Source::Set(at) => at.load(Ordering::SeqCst),
            Source::System => SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        }
    }
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
