//! Charts: their keys, their grants, their entries.

use serde::{Deserialize, Serialize};

use crate::{
    bytes::{Bytes, Hash},
    id::{ChartId, CompartmentId, RecordId},
    merkle::Leaf,
    statement::{ChartHead, CompartmentHead, Grant, KeyBundle, Revision, State, Unverified},
};

/// How many revisions or heads one page holds at the most.
pub const MAX_PAGE: u32 = 200;

/// How many leaves one page holds at the most.
pub const MAX_LEAVES: u32 = 5_000;

/// How many revisions one head may bring at the most.
pub const MAX_NEW_REVISIONS: usize = 100;

/// The charts of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartListResponse {
    /// Charts that the caller owns.
    pub own: Vec<ChartId>,
    /// Charts that others share with the caller.
    pub shared: Vec<SharedChart>,
}

/// A chart that somebody shares with the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedChart {
    /// The chart.
    pub chart: ChartId,
    /// The public keys of its owner.
    pub owner: Unverified<KeyBundle>,
    /// The newest grant to the caller.
    pub grant: Unverified<Grant>,
}

/// One chart, as far as it concerns the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChartResponse {
    /// The chart.
    pub chart: ChartId,
    /// The public keys of its owner.
    pub owner: Unverified<KeyBundle>,
    /// For the owner: head, all live grants, own key wraps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnChart>,
    /// For a grantee: the newest grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Unverified<Grant>>,
    /// The newest head of every compartment that the caller may read.
    pub compartments: Vec<Unverified<CompartmentHead>>,
    /// Older compartment keys under newer ones, for the compartments that the caller may read.
    pub back_chain: Vec<BackWrap>,
    /// How many statements of other authors there are, for those compartments that have some.
    pub written: Vec<Written>,
}

/// How many statements of other authors a compartment has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The compartment.
    pub compartment: CompartmentId,
    /// How many there are, decided or not.
    pub statements: u64,
}

/// What only the owner of a chart gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnChart {
    /// The newest head.
    pub head: Unverified<ChartHead>,
    /// The live grants.
    pub grants: Vec<LiveGrant>,
    /// The newest key of every compartment under the AccountKey.
    pub keys: Vec<OwnWrap>,
}

/// A live grant with the public keys of its grantee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveGrant {
    /// The grant.
    pub grant: Unverified<Grant>,
    /// The grantee.
    pub grantee: Unverified<KeyBundle>,
}

/// CompartmentKey\[c, newest\] under the AccountKey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnWrap {
    /// The compartment.
    pub compartment: CompartmentId,
    /// The epoch of the wrapped key.
    pub epoch: u32,
    /// The wrapped key, with its category.
    pub wrapped: Bytes,
}

/// CompartmentKey\[c, epoch\] under CompartmentKey\[c, epoch + 1\].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackWrap {
    /// The compartment.
    pub compartment: CompartmentId,
    /// The epoch of the wrapped key.
    pub epoch: u32,
    /// The wrapped key.
    pub wrapped: Bytes,
}

/// A head with everything that it names and that is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewHead {
    /// The head.
    pub head: Unverified<ChartHead>,
    /// New heads of compartments.
    pub compartments: Vec<Unverified<CompartmentHead>>,
    /// New revisions, at most [`MAX_NEW_REVISIONS`]; their blobs must be complete.
    pub revisions: Vec<NewRevision>,
    /// New and re-issued grants.
    pub grants: Vec<Unverified<Grant>>,
    /// Own wraps of every compartment whose epoch is new.
    pub keys: Vec<OwnWrap>,
    /// The keys before them, wrapped under them.
    pub back_chain: Vec<BackWrap>,
}

/// A revision to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRevision {
    /// The signed revision.
    pub revision: Unverified<Revision>,
    /// The sealed entry that it names.
    pub entry: Bytes,
}

/// A new head for a chart. Refused with [`crate::error::Code::Conflict`] when it does not follow the
/// newest one: then somebody else was first, and nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadPostRequest {
    /// The head and what it names.
    pub new: NewHead,
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// The place after which to go on; for heads, the counter. None for the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
}

/// A page of the revisions of one compartment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionListResponse {
    /// At most [`MAX_PAGE`] of them, and at most 4 MiB of sealed entries. The first one stands at
    /// the place after the one that was asked for; places count from 1 and have no gaps.
    pub revisions: Vec<StoredRevision>,
}

/// A revision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredRevision {
    /// The entry; the signed revision says it too, and is compared.
    pub record: RecordId,
    /// The number of the revision, likewise.
    pub number: u32,
    /// Whether the entry lives on in the compartment, likewise.
    pub state: State,
    /// The signed revision; none where the entry was deleted afterwards: only its place is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Unverified<Revision>>,
    /// The sealed entry that it names; empty where it was deleted.
    pub entry: Bytes,
}

/// A page of chart heads, by rising counters; at most [`MAX_PAGE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadListResponse {
    /// The heads.
    pub heads: Vec<Unverified<ChartHead>>,
}

/// A page of the heads of a compartment, by rising counters; at most [`MAX_PAGE`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompartmentHeadListResponse {
    /// The heads.
    pub heads: Vec<Unverified<CompartmentHead>>,
}

/// A page of the leaves of the tree of a compartment, in order; at most [`MAX_LEAVES`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeafListResponse {
    /// The leaves.
    pub leaves: Vec<StoredLeaf>,
}

/// A leaf as it is kept: a browser asks for leaves when entries do not add up to the signed root,
/// to find out which ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredLeaf {
    /// The entry.
    pub record: RecordId,
    /// The number of its newest revision.
    pub number: u32,
    /// The id of that revision.
    pub revision: Hash,
    /// Whether the entry lives on in the compartment.
    pub state: State,
}

impl From<StoredLeaf> for Leaf {
    fn from(stored: StoredLeaf) -> Self {
        Self {
            record: stored.record,
            number: stored.number,
            revision: stored.revision,
            state: stored.state,
        }
    }
}

impl From<Leaf> for StoredLeaf {
    fn from(leaf: Leaf) -> Self {
        Self {
            record: leaf.record,
            number: leaf.number,
            revision: leaf.revision,
            state: leaf.state,
        }
    }
}
