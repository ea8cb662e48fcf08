//! What the tests stand on: the real server as a process, a person on the native vault, and an ear
//! on everything that travels.
//!
//! A failed set-up is a failed test, so everything here panics with a reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    async_fn_in_trait,
    reason = "a test fails by panicking"
)]

mod actor;
mod authenticator;
pub mod browser;
mod canary;
mod charts;
mod kit;
pub mod mutate;
mod native;
mod server;
pub mod tamper;
mod wiretap;

pub use actor::{Bytes, Person, Quiet, TwoFaced, both_steps, come_back, enter, fhir_folder, noise};
pub use authenticator::Authenticator;
pub use canary::{contains, files, forms};
pub use charts::{shared_note, titled, titles};
pub use kit::{asked_for, recover};
pub use native::{Device, Native};
pub use server::Server;
pub use wiretap::Wiretap;
