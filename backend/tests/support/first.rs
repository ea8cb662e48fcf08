//! How a chart begins.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, CompartmentId},
    merkle,
    statement::{ChartHead, CompartmentHead, HeadCompartment, VERSION, Verified, sign},
};

use super::person::{Person, random};

/// What a chart head says of the heads of its compartments.
fn named(heads: &[Verified<CompartmentHead>]) -> Vec<HeadCompartment> {
    heads
        .iter()
        .map(|head| HeadCompartment {
            compartment: head.payload().compartment,
            head: head.id(),
        })
        .collect()
}

impl Person {
    /// The heads that begin a chart.
    pub fn begin_chart(&mut self, count: usize) {
        let chart = ChartId::generate();
        let mut ids: Vec<_> = (0..count).map(|_| CompartmentId::generate()).collect();
        ids.sort();
        self.compartments = ids
            .into_iter()
            .map(|compartment| {
                let head = CompartmentHead {
                    version: VERSION,
                    chart,
                    owner: self.account,
                    compartment,
                    counter: 0,
                    previous: None,
                    replaces: vec![],
                    at: 1,
                    epoch: 0,
                    key_id: Hash::of(&random(32)),
                    entries: 0,
                    revisions: 0,
                    root: merkle::root([]),
                    readers: vec![],
                    authors: vec![],
                };
                sign(head, &self.key).unwrap()
            })
            .collect();
        self.leaves = vec![vec![]; count];
        let head = ChartHead {
            version: VERSION,
            chart,
            owner: self.account,
            counter: 0,
            previous: None,
            replaces: vec![],
            account: self.account_head.id(),
            at: 1,
            compartments: named(&self.compartments),
            grants: vec![],
        };
        self.head = Some(sign(head, &self.key).unwrap());
    }
}
