//! One revision of one entry, signed by its author.

use serde::{Deserialize, Serialize};

use super::Payload;
use crate::{
    bytes::{Bytes, Hash},
    id::{AccountId, BlobId, ChartId, CompartmentId, RecordId},
    label,
};

/// A revision of an entry. Nothing in it is content: titles, names and dates of the medicine are
/// inside the sealed entry.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Revision {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The chart.
    #[n(1)]
    pub chart: ChartId,
    /// The compartment whose key opens the entry.
    #[n(2)]
    pub compartment: CompartmentId,
    /// The entry.
    #[n(3)]
    pub record: RecordId,
    /// Counts the revisions of the entry in this compartment, from 1.
    #[n(4)]
    pub number: u32,
    /// The id of the revision that this one follows in this compartment; none for the first.
    #[n(5)]
    pub parent: Option<Hash>,
    /// Who wrote it.
    #[n(6)]
    pub author: AccountId,
    /// When, seconds since 1970 by the author's clock.
    #[n(7)]
    pub at: u64,
    /// The epoch of the compartment key.
    #[n(8)]
    pub epoch: u32,
    /// RecordKey under the compartment key of that epoch.
    #[n(9)]
    pub record_key: Bytes,
    /// The sealed entry: title, text, dates and, for a file, its name, type and true length.
    #[n(10)]
    pub entry: Content,
    /// The sealed bytes of the file, when the entry is one.
    #[n(11)]
    pub file: Option<BlobContent>,
    /// Whether the entry lives in this compartment from now on.
    #[n(12)]
    pub state: State,
    /// Whose statement the owner decided about by this revision, when it is somebody else's.
    #[n(13)]
    pub origin: Option<Origin>,
}

/// An entry by another author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Origin {
    /// Who wrote it.
    #[n(0)]
    pub author: AccountId,
    /// The id of the author's statement.
    #[n(1)]
    pub statement: Hash,
}

/// What became of an entry in a compartment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum State {
    /// It is there.
    #[n(0)]
    Live,
    /// It was given another category and lives in another compartment. What was written before
    /// stays readable to whoever may read this one; what is written from now on is not for them.
    #[n(1)]
    Moved,
    /// It was lost: the owner has signed that what stood there before is gone, so that the chart can
    /// be written on. What is sealed in such a revision is its name, as far as it was known.
    #[n(2)]
    Lost,
    /// Somebody else wrote it and the owner did not take it. What is sealed is empty.
    #[n(3)]
    Declined,
    /// Somebody else wrote it and the owner asks about it. What is sealed is the question.
    #[n(4)]
    Asked,
    /// Its owner has deleted it. The keys and the bytes of everything before are destroyed; what is
    /// sealed in such a revision is empty, under a key that never opened anything else. Nothing but
    /// the same again follows it.
    #[n(5)]
    Deleted,
}

impl State {
    /// The byte that stands in hashes.
    pub fn code(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Moved => 1,
            Self::Lost => 2,
            Self::Declined => 3,
            Self::Asked => 4,
            Self::Deleted => 5,
        }
    }

    /// Whether a revision in this state names one before it that need not be there any more.
    pub fn begins_anew(self) -> bool {
        matches!(self, Self::Lost | Self::Deleted)
    }
}

/// Sealed content, named so exactly that nothing can stand in for it: the commitment fixes the
/// key, the root fixes the bytes.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Content {
    /// Sealed length in bytes, without salt and commitment.
    #[n(0)]
    pub sealed_length: u64,
    /// Root of the hash tree over the sealed parts.
    #[n(1)]
    pub root: Hash,
    /// Cobblestone salt (24 bytes).
    #[n(2)]
    pub salt: Bytes,
    /// Cobblestone commitment.
    #[n(3)]
    pub commitment: Hash,
    /// ContentKey under the RecordKey.
    #[n(4)]
    pub content_key: Bytes,
}

/// Sealed content that is stored in parts.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct BlobContent {
    /// Where it is stored.
    #[n(0)]
    pub blob: BlobId,
    /// What it is.
    #[n(1)]
    pub content: Content,
}

impl Payload for Revision {
    const PURPOSE: &'static str = label::REVISION;
    fn version(&self) -> u8 {
        self.version
    }
}
