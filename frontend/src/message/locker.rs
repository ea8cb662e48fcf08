//! What the page and the program that locks files say to each other. A job is an array of a [`Job`] as JSON
//! and the file; an answer an array of an [`Event`] as JSON and, at the end, the other file.

use keepwell_age::Closed;
use serde::{Deserialize, Serialize};

/// What is to be done with a file. It does not print.
#[derive(Serialize, Deserialize)]
pub struct Job {
    /// In its one form; never shown, never stored.
    pub passphrase: String,
    /// Whether it is to be locked; else it is opened.
    pub lock: bool,
}

/// What the program says.
#[derive(Serialize, Deserialize)]
pub enum Event {
    /// It is there; what is posted before is lost.
    Ready,
    /// How far it has come, in bytes.
    Progress {
        /// Bytes done.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// It is done, and the file comes with this.
    Done,
    /// The file stays closed.
    Closed(Closed),
    /// It could not be done.
    Failed,
}
