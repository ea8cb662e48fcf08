//! For the benchmark: a chart of many entries as it arrives, and how long it takes until its list
//! stands there.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Bytes,
    id::{AccountId, ChartId, CompartmentId, RecordId},
    merkle,
    statement::{
        ChartHead, CompartmentHead, Content, HeadCompartment, KeyBundle, Revision, Role, State,
        Unverified, VERSION, Verified, sign,
    },
    username::Username,
    wire::StoredRevision,
};

use super::{ByCompartment, ChartState, Keyring, Log, Standing, leaf_of};
use crate::{
    crypto::content::{MessageKeys, seal_small},
    entry::{Category, Draft, Entry},
    error::Error,
    identity::Identity,
    keys::{CompartmentKey, ContentKey, Context, Kind, RecordKey},
    memory::ChartMemory,
};

/// A chart of many notes in one compartment, as the server hands it out.
pub struct Listing {
    owner: Verified<KeyBundle>,
    chart: ChartId,
    compartment: CompartmentId,
    head: Unverified<ChartHead>,
    compartment_head: Unverified<CompartmentHead>,
    keyring: Rc<Keyring>,
    revisions: Vec<StoredRevision>,
}

impl Listing {
    /// Writes and signs so many notes; the benchmark does not time this.
    ///
    /// # Errors
    /// [`Error::Program`] when a primitive fails.
    pub fn make(entries: u32) -> Result<Self, Error> {
        let (account, chart) = (AccountId::generate(), ChartId::generate());
        let compartment = CompartmentId::generate();
        let identity = Identity::make(account, &Username::parse("benchmark")?, Role::Patient, 0)?;
        let compartment_key = CompartmentKey::make();
        let key_id = compartment_key.id();
        let mut revisions = Vec::new();
        let mut leaves = Vec::new();
        for number in 0..entries {
            let (revision, sealed) = note(&identity, &compartment_key, chart, compartment, number)?;
            let leaf = leaf_of(&revision);
            leaves.push(leaf.hash());
            revisions.push(StoredRevision {
                record: leaf.record,
                number: leaf.number,
                state: leaf.state,
                revision: Some(revision.to_unverified()),
                entry: sealed,
            });
        }
        let compartment_head = CompartmentHead {
            version: VERSION,
            chart,
            owner: account,
            compartment,
            counter: 0,
            previous: None,
            replaces: Vec::new(),
            at: 0,
            epoch: 0,
            key_id,
            entries: u64::from(entries),
            revisions: u64::from(entries),
            root: merkle::root(leaves),
            readers: Vec::new(),
            authors: Vec::new(),
        };
        let compartment_head = sign(compartment_head, &identity.signing)?;
        let head = ChartHead {
            version: VERSION,
            chart,
            owner: account,
            counter: 0,
            previous: None,
            replaces: Vec::new(),
            account: identity.bundle.id(),
            at: 0,
            compartments: vec![HeadCompartment {
                compartment,
                head: compartment_head.id(),
            }],
            grants: Vec::new(),
        };
        let mut keyring = Keyring::default();
        keyring.insert(compartment, 0, compartment_key, Category::Clinical.code())?;
        Ok(Self {
            owner: identity.bundle.clone(),
            chart,
            compartment,
            head: sign(head, &identity.signing)?.to_unverified(),
            compartment_head: compartment_head.to_unverified(),
            keyring: Rc::new(keyring),
            revisions,
        })
    }

    /// Verifies everything, opens every entry and lists them, as opening a chart does once its
    /// answers were read. Gives how many are listed.
    ///
    /// # Errors
    /// When something does not verify.
    pub fn list(&self) -> Result<usize, Error> {
        let head = self.head.verify(&self.owner.payload().signing_key()?)?;
        let named = head
            .payload()
            .compartments
            .first()
            .ok_or(Error::Program)?
            .head;
        let compartment_head = self.compartment_head.verify_named(named)?;
        let mut log = Log::new(compartment_head.clone());
        log.advance(compartment_head, &self.revisions, &self.keyring)?;
        let mut logs = ByCompartment::default();
        logs.insert(self.compartment, Rc::new(log));
        let state = ChartState {
            chart: self.chart,
            owner: self.owner.clone(),
            own: None,
            keyring: Rc::clone(&self.keyring),
            logs,
            writers: ByCompartment::default(),
            closed: Vec::new(),
            standing: Standing::Current,
            memory: ChartMemory::default(),
        };
        Ok(state.newest().len())
    }
}

fn note(
    identity: &Identity,
    compartment_key: &CompartmentKey,
    chart: ChartId,
    compartment: CompartmentId,
    number: u32,
) -> Result<(Verified<Revision>, Bytes), Error> {
    let record = RecordId::generate();
    let (record_key, content_key) = (RecordKey::make(), ContentKey::make());
    let draft = Draft {
        title: format!("Note {number}"),
        text: "A note of some words, as people write them.".to_owned(),
        category: Category::Clinical,
    };
    let entry = Entry::new(&draft, None);
    let context = Context::Entry(chart, compartment, record, 1);
    let keys = MessageKeys::make(&content_key, &context.encode());
    let (sealed, root) = seal_small(&keys, &entry.to_plaintext()?)?;
    let revision = Revision {
        version: VERSION,
        chart,
        compartment,
        record,
        number: 1,
        parent: None,
        author: identity.bundle.payload().account,
        at: u64::from(number),
        epoch: 0,
        record_key: compartment_key.wrap(
            &record_key,
            &Context::RecordKey(chart, compartment, 0, record),
        )?,
        entry: Content {
            sealed_length: sealed.len() as u64,
            root,
            salt: keys.salt.clone(),
            commitment: keys.commitment,
            content_key: record_key.wrap(
                &content_key,
                &Context::ContentKey(chart, record, Kind::Entry),
            )?,
        },
        file: None,
        state: State::Live,
        origin: None,
    };
    Ok((sign(revision, &identity.signing)?, Bytes(sealed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_is_listed_and_a_gap_is_not() {
        let mut listing = Listing::make(7).unwrap();
        assert_eq!(listing.list(), Ok(7));
        listing.revisions.remove(3);
        assert!(listing.list().is_err());
    }
}
