//! What one sees first, and people.

use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId},
    statement::Role,
    words::Words,
};
use serde::{Deserialize, Serialize};

use super::Refused;

/// What one sees first after signing in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// One's own user name.
    pub username: String,
    /// One's own role.
    pub role: Role,
    /// One's own account.
    pub account: AccountId,
    /// Charts of one's own: one for a patient, none for a doctor.
    pub own: Vec<ChartId>,
    /// Charts that others share.
    pub shared: Vec<SharedChart>,
    /// Charts whose papers did not hold; their owner is the name that the server claims.
    pub refused: Vec<Refused>,
    /// The largest file that may be added, in bytes of the file itself.
    pub max_file: u64,
}

/// A chart that somebody shares with the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharedChart {
    /// The chart.
    pub chart: ChartId,
    /// Its owner.
    pub owner: Person,
    /// Since when, seconds since 1970.
    pub since: u64,
}

/// Somebody, as far as this browser knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The id of their key bundle.
    pub bundle: Hash,
    /// The user name.
    pub username: String,
    /// The role that they claim.
    pub role: Role,
    /// Whether their safety words were compared.
    pub compared: bool,
    /// Whether they were compared with other keys than the ones that the server shows now: either
    /// the person made a new account, or the server lies.
    pub changed: bool,
    /// Their twelve safety words.
    pub words: Words,
    /// One's own twelve safety words: the same two lines stand on the other screen.
    pub own_words: Words,
}
