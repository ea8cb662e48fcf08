//! A real server in a folder of its own, and people who talk to it.

pub mod chart;
pub mod client;
pub mod factor;
pub mod first;
pub mod kit;
pub mod password;
pub mod person;
pub mod sign_in;
pub mod statement;
pub mod world;

use std::path::{Path, PathBuf};

use keepwell_backend::{Clock, Config, LogTo, Running, start};
use tempfile::TempDir;

use client::Client;

/// When the tests begin, seconds since 1970.
pub const START: u64 = 1_800_000_000;

/// Something that can be talked to.
pub trait Reach {
    fn client(&self) -> Client;
}

impl Reach for Client {
    fn client(&self) -> Client {
        self.clone()
    }
}

impl Reach for Server {
    fn client(&self) -> Client {
        Client::with_clock(self.running.addr(), self.clock.clone())
    }
}

/// A running server whose clock the test sets.
pub struct Server {
    pub running: Running,
    pub clock: Clock,
    pub config: Config,
    pub folder: TempDir,
}

impl Server {
    /// Starts with the defaults and no throttle.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let web = folder.path().join("dist");
        std::fs::create_dir(&web).unwrap();
        std::fs::write(web.join("index.html"), "<!doctype html>").unwrap();
        std::fs::write(web.join("app-0123456789abcdef.wasm"), "wasm").unwrap();
        let clock = Clock::set(START);
        let mut config = Config::new(folder.path().join("data"), web);
        config.clock = clock.clone();
        config.throttle = false;
        config.log = LogTo::File(folder.path().join("log"));
        change(&mut config);
        Self {
            running: start(config.clone()).await.unwrap(),
            clock,
            config,
            folder,
        }
    }

    /// Stops and starts again, with everything that is only in memory gone.
    pub async fn restart(self) -> Self {
        self.running.shutdown().await;
        Self {
            running: start(self.config.clone()).await.unwrap(),
            ..self
        }
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// A file of its data folder.
    pub fn data(&self, name: impl AsRef<Path>) -> PathBuf {
        self.config.data.join(name)
    }
}
