//! What only the person has: keys, plaintext and the flows over them.
//!
//! Plain Rust without a browser in it. Whoever uses the vault brings a [`platform::Platform`]: the
//! way to the server, the clock, and the engine that seals large content. The browser brings
//! `fetch` and WebCrypto, the tests bring a socket and `aes-gcm`; both give the same bytes.
//!
//! Features call [`Vault`]; nothing outside this crate names a primitive or a key.

#![forbid(unsafe_code)]
#![allow(
    async_fn_in_trait,
    reason = "a vault lives on one thread: in a worker of a browser, or in a test"
)]

mod api;
mod book;
#[cfg(feature = "canaries")]
mod canaries;
mod chart;
mod crypto;
mod device;
mod drafts;
mod entry;
mod error;
mod factor;
mod file_type;
mod flows;
#[cfg(test)]
mod frozen;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod identity;
mod keys;
mod kit;
mod memory;
mod padded;
pub mod platform;
#[cfg(test)]
mod redacted;
#[cfg(test)]
#[path = "../../../tests/vectors/report.rs"]
mod report;
mod returning;
mod solve;
mod vault;
mod words;

#[cfg(feature = "canaries")]
pub use canaries::{Held, Unlocking};
pub use chart::{
    Chart, Doubt, GrantView, Listing, OpenedRevision, RefusedItem, Standing, Waiting, WaitingEntry,
    What,
};
pub use crypto::{
    content::{NativeEngine, PartPlan, Plan},
    opaque::stretching_benchmark,
};
pub use device::{Browser, Device, System};
pub use entry::{Category, Draft, Entry, FileInfo};
pub use error::{Distrust, Error};
pub use factor::{Factor, NewFactor};
pub use file_type::BadFile;
pub use flows::{
    Addition, Admission, Admitted, Behind, Decision, Entered, FileSource, PasswordProven,
    Protection, Repaired, SessionView, SettingUp, admit, look_at, sealing_benchmark,
};
pub use kit::{BadKit, NewKit};
pub use returning::forget_return;
pub use vault::{Home, Person, SharedWithMe, Vault};
