//! A blind store: ciphertext, wrapped keys and signed consent in SQLite.
//!
//! The binary `keepwell-server` and the tests mount the same function, [`start`]. What the server
//! can learn is listed in `docs/what-the-server-sees.md`; this crate cannot name the vault, so that
//! no code in it could open anything, even by mistake.
//!
//! `routes` is the whole API as one list; `guard` stands before it and turns a request proof into a
//! caller; `policy` says what a caller may do; `chains` checks what is signed; `store` is the only
//! place with SQL.

mod app;
mod chains;
mod clock;
mod config;
mod data_dir;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod guard;
mod patience;
mod policy;
#[cfg(test)]
mod redacted;
mod reject;
#[cfg(test)]
#[path = "../../tests/vectors/report.rs"]
mod report;
mod routes;
mod secrets;
mod serve;
mod start;
mod start_error;
mod statics;
mod store;
mod telemetry;
mod tls;

pub use clock::Clock;
pub use config::{Arguments, Config, LogTo, Tls};
pub use start::{Running, start};
pub use start_error::StartError;
