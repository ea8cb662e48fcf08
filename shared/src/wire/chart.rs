//! Charts: their keys, their grants, their entries.

use serde::{Deserialize, Serialize};

use crate::{
    bytes::{Bytes, Hash},
    id::{ChartId, CompartmentId},
    statement::{ChartHead, Grant, KeyBundle, Revision, Unverified},
};

/// How many revisions one page holds at the most.
pub const MAX_PAGE: u32 = 200;

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
    /// Older compartment keys under newer ones, for the compartments that the caller may read.
    pub back_chain: Vec<BackWrap>,
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
    /// New and re-issued grants.
    pub grants: Vec<Unverified<Grant>>,
    /// Own wraps of every compartment whose epoch is new.
    pub keys: Vec<OwnWrap>,
    /// The keys before them, wrapped under them.
    pub back_chain: Vec<BackWrap>,
}

/// A new head for a chart; taken only when its counter is one more than that of the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadPostRequest {
    /// The head and what it names.
    pub new: NewHead,
}

/// Which revisions are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionsQuery {
    /// The place after which to go on; 0 for the beginning.
    #[serde(default)]
    pub after: u64,
}

/// A page of revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionListResponse {
    /// At most [`MAX_PAGE`] of them, and at most 4 MiB of sealed entries.
    pub revisions: Vec<StoredRevision>,
    /// Where to go on; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A revision as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredRevision {
    /// The signed revision.
    pub revision: Unverified<Revision>,
    /// The sealed entry that it names.
    pub entry: Bytes,
}

/// A revision to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevisionPostRequest {
    /// The signed revision. Refused with [`crate::error::Code::Conflict`] when its parent is not
    /// the newest revision of the entry.
    pub revision: Unverified<Revision>,
    /// The sealed entry that it names.
    pub entry: Bytes,
    /// The id of the chart head that the writer has seen; refused with
    /// [`crate::error::Code::Conflict`] when there is a newer one, because its keys may be newer too.
    pub head: Hash,
}
