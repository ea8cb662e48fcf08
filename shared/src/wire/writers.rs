//! What others than the owner write.

use serde::{Deserialize, Serialize};

use crate::{
    bytes::Bytes,
    statement::{AuthorStatement, CompartmentHead, KeyBundle, Unverified},
};

/// An entry by somebody who may read the compartment. Refused with
/// [`crate::error::Code::Conflict`] when it does not follow the author's newest statement there, or
/// when others may read the compartment by now than the head says that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementPostRequest {
    /// The signed statement.
    pub statement: Unverified<AuthorStatement>,
    /// What it encloses, at most 64 KiB; its blob must be complete.
    pub enclosure: Bytes,
    /// The sealed entry that it names, at most 512 KiB.
    pub entry: Bytes,
}

/// A page of the statements of others in one compartment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementListResponse {
    /// At most [`super::MAX_PAGE`] of them, and at most 4 MiB, without as many of the first as were
    /// asked to be left out.
    pub statements: Vec<StoredStatement>,
    /// The public keys of their authors, as they were when they wrote.
    pub authors: Vec<Unverified<KeyBundle>>,
    /// The compartment heads that they name.
    pub heads: Vec<Unverified<CompartmentHead>>,
}

/// A statement as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredStatement {
    /// The signed statement.
    pub statement: Unverified<AuthorStatement>,
    /// What it encloses; none where the entry was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enclosure: Option<Bytes>,
    /// The sealed entry; empty where it was deleted.
    pub entry: Bytes,
}

/// Who may read a compartment besides the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderListResponse {
    /// Their public keys; those count that the head of the compartment names.
    pub readers: Vec<Unverified<KeyBundle>>,
}
