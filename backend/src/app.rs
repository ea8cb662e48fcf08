//! What every request can reach.

use std::fmt;

use keepwell_shared::error::Code;

use crate::{
    clock::Clock,
    config::Config,
    data_dir::DataDir,
    guard::{
        limits::Budget,
        registrations::Registrations,
        waiting::{Confirmed, KitsAsked, KitsProven, Logins, ProvenLogins},
        window::Windows,
    },
    reject::Failure,
    secrets::Secrets,
    store::Store,
    telemetry::Telemetry,
};

/// Bytes of bodies that requests without a session may hold in memory together.
const OPEN_BODIES: u32 = 8 << 20;
/// Bytes of bodies and answers that sessions may hold in memory together.
const SESSION_BODIES: u32 = 16 << 20;

/// The running server's parts.
pub(crate) struct App {
    pub(crate) store: Store,
    pub(crate) secrets: Secrets,
    pub(crate) clock: Clock,
    pub(crate) telemetry: Telemetry,
    pub(crate) logins: Logins,
    pub(crate) registrations: Registrations,
    pub(crate) proven: ProvenLogins,
    pub(crate) kits_asked: KitsAsked,
    pub(crate) kits_proven: KitsProven,
    pub(crate) confirmed: Confirmed,
    pub(crate) windows: Windows,
    /// Whether tries are counted.
    pub(crate) throttle: bool,
    /// Memory for the bodies of those who have no session: others can not be starved by them.
    pub(crate) open_budget: Budget,
    /// Memory for the bodies and long answers of sessions.
    pub(crate) session_budget: Budget,
    /// The largest file, in sealed bytes.
    pub(crate) max_file: u64,
    /// What one account may keep, in sealed bytes.
    pub(crate) quota: u64,
    keep_free: u64,
    data: DataDir,
}

impl App {
    pub(crate) fn new(
        config: &Config,
        data: DataDir,
        secrets: Secrets,
        store: Store,
        telemetry: Telemetry,
    ) -> Self {
        Self {
            store,
            secrets,
            clock: config.clock.clone(),
            telemetry,
            logins: Logins::logins(),
            registrations: Registrations::default(),
            proven: ProvenLogins::proven(),
            kits_asked: KitsAsked::kits_asked(),
            kits_proven: KitsProven::kits_proven(),
            confirmed: Confirmed::confirmed(),
            windows: Windows::default(),
            throttle: config.throttle,
            open_budget: Budget::new(OPEN_BODIES),
            session_budget: Budget::new(SESSION_BODIES),
            max_file: config.max_file,
            quota: config.quota,
            keep_free: config.keep_free,
            data,
        }
    }

    /// Whether the disk takes another file of `bytes` and keeps its reserve.
    ///
    /// # Errors
    /// [`Code::StorageFull`].
    pub(crate) fn room_for_file(&self, bytes: u64) -> Result<(), Failure> {
        self.room(bytes, self.keep_free)
    }

    /// Whether the disk takes `bytes` of something that was announced. Reservations may together
    /// exceed the disk; a quarter of the reserve is kept even then, for sign-ins and deletions.
    ///
    /// # Errors
    /// [`Code::StorageFull`].
    pub(crate) fn room_for_part(&self, bytes: u64) -> Result<(), Failure> {
        self.room(bytes, self.keep_free / 4)
    }

    fn room(&self, bytes: u64, reserve: u64) -> Result<(), Failure> {
        // Where the system does not say, the database will.
        match self.data.free_bytes() {
            Some(free) if free < bytes.saturating_add(reserve) => Err(Code::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App(..)")
    }
}
