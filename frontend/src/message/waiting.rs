//! What others than the owner have written into a chart.

use keepwell_shared::{bytes::Hash, id::RecordId};
use serde::{Deserialize, Serialize};

use super::{Category, Distrust, FileInfo, Person};

/// An entry by somebody else, which the owner has not taken.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    /// The statement of its author.
    pub statement: Hash,
    /// The entry that it would become.
    pub record: RecordId,
    /// Who wrote it.
    pub author: Person,
    /// Whether that is the person.
    pub mine: bool,
    /// Its heading.
    pub title: String,
    /// Its text; may be empty for a file.
    pub text: String,
    /// What it belongs to.
    pub category: Category,
    /// The file, when it is one.
    pub file: Option<FileInfo>,
    /// When it was written, seconds since 1970 by the author's clock.
    pub at: u64,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether the owner has seen it.
    pub seen: bool,
    /// Whether its author may not read there any more.
    pub late: bool,
    /// Whether it answers a question of the owner.
    pub answer: bool,
}

/// What became of an entry by somebody else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The owner has not decided.
    Undecided,
    /// The owner asks about it, in these words.
    Asked(String),
    /// The owner did not take it.
    Declined,
}

/// What the owner decides.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// It becomes an entry of the chart.
    Accept,
    /// It does not.
    Decline,
    /// Its author is asked, in these words.
    Ask(String),
}

/// Something about the entries of others that does not hold.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// The category.
    pub category: Category,
    /// The user name of the author; empty where it is not known.
    pub author: String,
    /// What does not hold.
    pub why: Distrust,
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting(..)")
    }
}
