//! Heads: one signature that stands for everything in a chart.
//!
//! There are two kinds. A [`CompartmentHead`] stands for the entries of one compartment and goes to
//! everybody who may read it. A [`ChartHead`] names the newest of them and the live grants, and goes
//! to the owner alone. So a reader is shown nothing that changes when something changes elsewhere
//! in the chart: neither a number nor a time nor another reader.
//!
//! `docs/protocol.md`, section 6.1.

use super::{Payload, SeenAuthor};
use crate::{
    bytes::Hash,
    id::{AccountId, ChartId, CompartmentId},
    label,
};

/// A statement in a chain of heads: each names the one before it.
pub trait Link: Payload {
    /// Counts the heads of the chain, from 0.
    fn counter(&self) -> u64;
    /// The id of the head before; none for the first.
    fn previous(&self) -> Option<Hash>;
    /// Heads beside the chain in whose place this one stands: those that lost a race, and those of
    /// a branch that a repair gives up. Whoever remembers one of them may go on here.
    fn replaces(&self) -> &[Hash];
}

/// The newest state of a chart. A new head follows whenever anything in the chart changes, and the
/// server takes it by compare-and-swap on the head before, together with everything that it names.
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
    /// Other heads in whose place this one stands, sorted.
    #[n(5)]
    pub replaces: Vec<Hash>,
    /// The id of the newest statement in the owner's account chain.
    #[n(6)]
    pub account: Hash,
    /// When, seconds since 1970 by the owner's clock.
    #[n(7)]
    pub at: u64,
    /// Every compartment with its newest head, by id.
    #[n(8)]
    pub compartments: Vec<HeadCompartment>,
    /// The ids of the live grant statements, sorted.
    #[n(9)]
    pub grants: Vec<Hash>,
}

/// A compartment in a chart head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct HeadCompartment {
    /// The compartment.
    #[n(0)]
    pub compartment: CompartmentId,
    /// The id of its newest head.
    #[n(1)]
    pub head: Hash,
}

/// The newest state of one compartment: its key and the tree over its entries.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct CompartmentHead {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The chart.
    #[n(1)]
    pub chart: ChartId,
    /// The owner.
    #[n(2)]
    pub owner: AccountId,
    /// The compartment.
    #[n(3)]
    pub compartment: CompartmentId,
    /// Counts the heads of the compartment, from 0.
    #[n(4)]
    pub counter: u64,
    /// The id of the head before; none for the first.
    #[n(5)]
    pub previous: Option<Hash>,
    /// Other heads in whose place this one stands, sorted.
    #[n(6)]
    pub replaces: Vec<Hash>,
    /// When, seconds since 1970 by the owner's clock.
    #[n(7)]
    pub at: u64,
    /// The newest epoch.
    #[n(8)]
    pub epoch: u32,
    /// The id of its key.
    #[n(9)]
    pub key_id: Hash,
    /// How many entries the tree has.
    #[n(10)]
    pub entries: u64,
    /// How many revisions were ever stored in the compartment.
    #[n(11)]
    pub revisions: u64,
    /// The root of the tree.
    #[n(12)]
    pub root: Hash,
    /// The ids of the key bundles of everybody who may read the compartment besides the owner,
    /// sorted: for them an author wraps, and nobody else may write.
    #[n(13)]
    pub readers: Vec<Hash>,
    /// The newest statement of every other author that the owner has seen, by author.
    #[n(14)]
    pub authors: Vec<SeenAuthor>,
}

impl Payload for ChartHead {
    const PURPOSE: &'static str = label::CHART_HEAD;
    fn version(&self) -> u8 {
        self.version
    }
}

impl Payload for CompartmentHead {
    const PURPOSE: &'static str = label::COMPARTMENT_HEAD;
    fn version(&self) -> u8 {
        self.version
    }
}

impl Link for ChartHead {
    fn counter(&self) -> u64 {
        self.counter
    }
    fn previous(&self) -> Option<Hash> {
        self.previous
    }
    fn replaces(&self) -> &[Hash] {
        &self.replaces
    }
}

impl Link for CompartmentHead {
    fn counter(&self) -> u64 {
        self.counter
    }
    fn previous(&self) -> Option<Hash> {
        self.previous
    }
    fn replaces(&self) -> &[Hash] {
        &self.replaces
    }
}
