//! What the page and the program that judges passwords say to each other: a message is one of these as
//! JSON.

use keepwell_shared::password::Estimate;
use serde::{Deserialize, Serialize};

/// What the page asks. It does not print.
#[derive(Serialize, Deserialize)]
pub struct Question {
    /// Counts the questions.
    pub turn: u32,
    /// In its one form; never shown, never stored.
    pub password: String,
    /// As typed.
    pub username: String,
}

/// What the program says.
#[derive(Serialize, Deserialize)]
pub enum Event {
    /// It is there; what is posted before is lost.
    Ready,
    /// The answer to a question.
    Estimated {
        /// To which.
        turn: u32,
        /// How hard it is to guess.
        estimate: Estimate,
    },
}
