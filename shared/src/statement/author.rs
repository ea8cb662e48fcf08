//! What somebody else than the owner writes into a chart, signed by its author.
//!
//! Every author has one chain for each compartment, numbered and linked, so that a reader of one
//! compartment learns nothing of what is written in another one. An entry by another author uses no
//! compartment key: the author draws its RecordKey and wraps it to the owner and to each reader whom
//! the newest head of the compartment names.
//!
//! `docs/protocol.md`, section 10.2.

use super::{BlobContent, Content, Link, MAX_LENGTH, Payload, StatementError, VERSION, Verified};
use crate::{
    bytes::{Bytes, Hash},
    id::{AccountId, ChartId, CompartmentId, RecordId},
    label,
};

/// The most readers that an entry is wrapped to, besides the owner: what fits into 64 KiB.
pub const MAX_WRAPPED: usize = 40;

/// An entry that waits for the owner.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct AuthorStatement {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The chart.
    #[n(1)]
    pub chart: ChartId,
    /// The compartment.
    #[n(2)]
    pub compartment: CompartmentId,
    /// Who wrote it.
    #[n(3)]
    pub author: AccountId,
    /// The id of the author's key bundle.
    #[n(4)]
    pub bundle: Hash,
    /// Counts the author's statements in this compartment, from 1.
    #[n(5)]
    pub number: u64,
    /// The author's statement before; none for the first.
    #[n(6)]
    pub previous: Option<Hash>,
    /// Own statements whose fate the author never learned, and in whose place this one stands,
    /// sorted.
    #[n(7)]
    pub replaces: Vec<Hash>,
    /// The counter of the compartment head that the author has seen.
    #[n(8)]
    pub head_counter: u64,
    /// The id of that head: it names the author among the readers, or the statement is none.
    #[n(9)]
    pub head: Hash,
    /// The newest statement of every other author that this one has seen, by author.
    #[n(10)]
    pub seen: Vec<SeenAuthor>,
    /// When, seconds since 1970 by the author's clock.
    #[n(11)]
    pub at: u64,
    /// The entry.
    #[n(12)]
    pub record: RecordId,
    /// The author's own statement that the owner asked about, and that this one answers.
    #[n(13)]
    pub answers: Option<Hash>,
    /// The id of the RecordKey, a commitment to it.
    #[n(14)]
    pub key_id: Hash,
    /// The hash of what it encloses.
    #[n(15)]
    pub enclosure: Hash,
}

/// The keys of an entry by another author, and what they open. It lies beside the statement that
/// names it by its hash: so it can be destroyed when the entry is deleted, and the chain of its
/// author still verifies.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Enclosure {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The sealed entry.
    #[n(1)]
    pub entry: Content,
    /// The sealed bytes of the file, when the entry is one.
    #[n(2)]
    pub file: Option<BlobContent>,
    /// RecordKey for the owner, then for each reader in the order of the head; none where the author
    /// left one out.
    #[n(3)]
    pub wraps: Vec<Option<WrappedKey>>,
}

impl Enclosure {
    /// As it is stored and sent.
    ///
    /// # Errors
    /// [`StatementError::Malformed`] when it can not be encoded.
    pub fn to_bytes(&self) -> Result<Bytes, StatementError> {
        let bytes = minicbor::to_vec(self).map_err(|_| StatementError::Malformed)?;
        Ok(Bytes(bytes))
    }

    /// The name that a statement gives it.
    pub fn hash(bytes: &Bytes) -> Hash {
        let parts: [&[u8]; 3] = [label::ENCLOSURE.as_bytes(), &[0], bytes.as_slice()];
        Hash::of(&parts.concat())
    }
}

impl Verified<AuthorStatement> {
    /// What the statement encloses, when these bytes are it.
    ///
    /// # Errors
    /// [`StatementError::Signature`] when the statement names other ones,
    /// [`StatementError::Version`], [`StatementError::Malformed`].
    pub fn enclosed(&self, bytes: &Bytes) -> Result<Enclosure, StatementError> {
        if Enclosure::hash(bytes) != self.payload().enclosure {
            return Err(StatementError::Signature);
        }
        let enclosed: Enclosure =
            minicbor::decode(bytes.as_slice()).map_err(|_| StatementError::Malformed)?;
        if enclosed.version != VERSION {
            return Err(StatementError::Version);
        }
        if bytes.as_slice().len() > MAX_LENGTH || enclosed.to_bytes()? != *bytes {
            return Err(StatementError::Malformed);
        }
        Ok(enclosed)
    }
}

/// A key, wrapped to a person by HPKE.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct WrappedKey {
    /// HPKE encapsulated key.
    #[n(0)]
    pub enc: Bytes,
    /// HPKE ciphertext.
    #[n(1)]
    pub sealed: Bytes,
}

/// How far somebody has seen an author's chain in one compartment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct SeenAuthor {
    /// The author.
    #[n(0)]
    pub author: AccountId,
    /// The number of the newest statement.
    #[n(1)]
    pub number: u64,
    /// Its id.
    #[n(2)]
    pub statement: Hash,
}

impl Payload for AuthorStatement {
    const PURPOSE: &'static str = label::AUTHOR_STATEMENT;

    fn version(&self) -> u8 {
        self.version
    }
}

impl Link for AuthorStatement {
    fn counter(&self) -> u64 {
        self.number
    }

    fn previous(&self) -> Option<Hash> {
        self.previous
    }

    fn replaces(&self) -> &[Hash] {
        &self.replaces
    }
}
