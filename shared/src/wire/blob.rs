//! The sealed bytes of files.

use serde::{Deserialize, Serialize};

use crate::id::BlobId;

/// Asks for room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobPostRequest {
    /// The sealed length in bytes (padded content and tags).
    pub sealed_length: u64,
}

/// Room was reserved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobPostResponse {
    /// Where the parts go.
    pub blob: BlobId,
}

/// How much of a blob has arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlobResponse {
    /// The sealed length in bytes.
    pub sealed_length: u64,
    /// The numbers of the parts that are stored, rising.
    pub parts: Vec<u32>,
    /// Whether a revision names it.
    pub committed: bool,
}

/// A range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RangeQuery {
    /// Where it begins, in sealed bytes.
    pub offset: u64,
    /// How many bytes: 1 to [`crate::content::PART_SEALED`].
    pub length: u64,
}
