//! The head of a chart: which keys are the newest and which grants live, signed by the owner.

use super::Payload;
use crate::{
    bytes::Hash,
    id::{AccountId, ChartId, CompartmentId},
    label,
};

/// The newest state of consent. A new head follows whenever a grant begins or ends, and the server
/// takes it by compare-and-swap on the counter.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct ChartHead {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The chart.
    #[n(1)]
    pub chart: ChartId,
    /// The owner.
    #[n(2)]
    pub owner: AccountId,
    /// Counts the heads of the chart, from 0.
    #[n(3)]
    pub counter: u64,
    /// The id of the head before; none for the first.
    #[n(4)]
    pub previous: Option<Hash>,
    /// When, seconds since 1970 by the owner's clock.
    #[n(5)]
    pub at: u64,
    /// Every compartment with its newest epoch, by id.
    #[n(6)]
    pub compartments: Vec<HeadCompartment>,
    /// The ids of the live grant statements, sorted.
    #[n(7)]
    pub grants: Vec<Hash>,
}

/// A compartment in a head.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct HeadCompartment {
    /// The compartment.
    #[n(0)]
    pub compartment: CompartmentId,
    /// The newest epoch.
    #[n(1)]
    pub epoch: u32,
    /// The id of its key.
    #[n(2)]
    pub key_id: Hash,
}

impl Payload for ChartHead {
    const PURPOSE: &'static str = label::CHART_HEAD;
    fn version(&self) -> u8 {
        self.version
    }
}
