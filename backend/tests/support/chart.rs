//! What a person does with a chart. What the server cannot look into is random bytes.

use http::StatusCode;
use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::{PART_SEALED, part_count, part_length, root, sealed_length},
    error::Code,
    id::{BlobId, CompartmentId, GrantId, RecordId},
    merkle::{self, Leaf},
    statement::{
        BlobContent, ChartHead, CompartmentHead, Content, Grant, GrantedKey, Revision, State,
        VERSION, Verified, sign,
    },
    wire::*,
};

use super::person::{Person, random};

/// What comes next in a chart, unsigned, so that it can be bent.
#[derive(Clone)]
pub struct Change {
    /// The chart head; which heads of compartments it names is filled in when it is signed.
    pub head: ChartHead,
    /// The heads of the compartments before, and those that follow.
    pub compartments: Vec<(Verified<CompartmentHead>, Option<CompartmentHead>)>,
    /// The leaves of each compartment after it.
    pub leaves: Vec<Vec<Leaf>>,
    pub revisions: Vec<NewRevision>,
    pub grants: Vec<Verified<Grant>>,
}

impl Change {
    /// The new head of a compartment, begun when there is none yet.
    pub fn at(&mut self, place: usize) -> &mut CompartmentHead {
        let (before, next) = &mut self.compartments[place];
        next.get_or_insert_with(|| {
            let mut head = before.payload().clone();
            head.counter += 1;
            head.previous = Some(before.id());
            head.replaces.clear();
            head
        })
    }

    /// The newest head of a compartment once this is taken.
    pub fn newest(&self, place: usize) -> &CompartmentHead {
        let (before, next) = &self.compartments[place];
        next.as_ref().unwrap_or(before.payload())
    }

    /// A new key for a compartment.
    pub fn raise(mut self, place: usize) -> Self {
        let head = self.at(place);
        head.epoch += 1;
        head.key_id = Hash::of(&random(32));
        self
    }

    /// New keys for all compartments.
    pub fn raise_all(self) -> Self {
        (0..self.compartments.len()).fold(self, Self::raise)
    }

    /// These grants live, and no others.
    pub fn live(mut self, grants: &[Hash]) -> Self {
        self.head.grants = grants.to_vec();
        self.head.grants.sort();
        self
    }

    /// One more grant.
    pub fn share(mut self, grant: &Verified<Grant>) -> Self {
        let live = [&self.head.grants[..], &[grant.id()]].concat();
        self.grants.push(grant.clone());
        self.live(&live)
    }

    /// One more revision, with the counts and the root that come of it.
    pub fn write(mut self, revision: &Verified<Revision>, entry: &[u8]) -> Self {
        self.revisions.push(NewRevision {
            revision: revision.to_unverified(),
            entry: Bytes(entry.to_vec()),
        });
        let payload = revision.payload();
        let place = (0..self.compartments.len())
            .find(|place| self.newest(*place).compartment == payload.compartment);
        // A compartment of nowhere has no head.
        let Some(place) = place else { return self };
        let leaf = Leaf {
            record: payload.record,
            number: payload.number,
            revision: revision.id(),
            state: payload.state,
        };
        let leaves = &mut self.leaves[place];
        match leaves.iter_mut().find(|old| old.record == leaf.record) {
            Some(old) => *old = leaf,
            None => leaves.push(leaf),
        }
        let (entries, root) = (
            leaves.len() as u64,
            merkle::root(leaves.iter().map(Leaf::hash)),
        );
        let head = self.at(place);
        head.revisions += 1;
        (head.entries, head.root) = (entries, root);
        self
    }

    /// These people may read a compartment.
    pub fn read_by(self, place: usize, readers: &[&Person]) -> Self {
        let mut ids: Vec<_> = readers.iter().map(|reader| reader.bundle.id()).collect();
        ids.sort();
        self.with(place, |head| head.readers.clone_from(&ids))
    }

    /// Another payload for a new head of a compartment.
    pub fn with(mut self, place: usize, change: impl Fn(&mut CompartmentHead)) -> Self {
        change(self.at(place));
        self
    }
}

impl Person {
    /// What follows the newest head, with the grants that live, and nothing new yet.
    pub fn change(&self) -> Change {
        let before = self.head.as_ref().unwrap();
        let mut head = before.payload().clone();
        head.counter += 1;
        head.previous = Some(before.id());
        head.replaces.clear();
        Change {
            head,
            compartments: self
                .compartments
                .iter()
                .map(|c| (c.clone(), None))
                .collect(),
            leaves: self.leaves.clone(),
            revisions: vec![],
            grants: vec![],
        }
    }

    /// A grant of every compartment, under the keys after a change.
    pub fn grant_to(&self, other: &Person, change: &Change, id: GrantId) -> Verified<Grant> {
        let all: Vec<_> = (0..change.compartments.len()).collect();
        self.grant_of(other, change, id, &all)
    }

    /// A grant of some compartments.
    pub fn grant_of(
        &self,
        other: &Person,
        change: &Change,
        id: GrantId,
        places: &[usize],
    ) -> Verified<Grant> {
        let keys = places
            .iter()
            .map(|place| change.newest(*place))
            .map(|c| GrantedKey {
                compartment: c.compartment,
                epoch: c.epoch,
                key_id: c.key_id,
                enc: Bytes(random(1153)),
                sealed: Bytes(random(60)),
            })
            .collect();
        let grant = Grant {
            version: VERSION,
            grant: id,
            chart: change.head.chart,
            grantor: self.account,
            grantee: other.account,
            grantee_bundle: other.bundle.id(),
            at: 2,
            keys,
        };
        sign(grant, &self.key).unwrap()
    }

    /// The heads of a change, signed.
    fn sign(&self, change: &Change) -> (Verified<ChartHead>, Vec<Verified<CompartmentHead>>) {
        let compartments: Vec<_> = change
            .compartments
            .iter()
            .map(|(before, next)| match next {
                Some(next) => sign(next.clone(), &self.key).unwrap(),
                None => before.clone(),
            })
            .collect();
        let mut head = change.head.clone();
        for (at, named) in head.compartments.iter_mut().zip(&compartments) {
            at.head = named.id();
        }
        (sign(head, &self.key).unwrap(), compartments)
    }

    /// The request that posts a change.
    pub fn request(&self, change: &Change) -> HeadPostRequest {
        let (head, compartments) = self.sign(change);
        let steps = || {
            let pairs = change.compartments.iter().zip(&compartments);
            pairs.filter_map(|((before, next), now)| Some((before.payload(), next.as_ref()?, now)))
        };
        let risen =
            || steps().filter(|(was, is, _)| (was.epoch, was.key_id) != (is.epoch, is.key_id));
        HeadPostRequest {
            new: NewHead {
                head: head.to_unverified(),
                compartments: steps().map(|(_, _, now)| now.to_unverified()).collect(),
                revisions: change.revisions.clone(),
                grants: change.grants.iter().map(Verified::to_unverified).collect(),
                keys: risen()
                    .map(|(_, is, _)| OwnWrap {
                        compartment: is.compartment,
                        epoch: is.epoch,
                        wrapped: Bytes(random(61)),
                    })
                    .collect(),
                back_chain: risen()
                    .map(|(was, _, _)| BackWrap {
                        compartment: was.compartment,
                        epoch: was.epoch,
                        wrapped: Bytes(random(61)),
                    })
                    .collect(),
            },
        }
    }

    /// The request of a change, whose chart head is bent after it was filled in.
    pub fn bent_request(&self, change: &Change, bend: impl Fn(&mut ChartHead)) -> HeadPostRequest {
        let mut request = self.request(change);
        let mut head = self.sign(change).0.payload().clone();
        bend(&mut head);
        request.new.head = sign(head, &self.key).unwrap().to_unverified();
        request
    }

    /// Sends a request as it is.
    pub async fn send_head(&self, request: &HeadPostRequest) -> Result<(), Code> {
        let sent = self.call::<HeadPost>(&[&self.chart()], request).await;
        sent.map(|Empty {}| ())
    }

    /// Posts a change and remembers it when it was taken.
    pub async fn post(&mut self, change: Change) -> Result<(), Code> {
        self.send_head(&self.request(&change)).await?;
        let (head, compartments) = self.sign(&change);
        self.head = Some(head);
        self.compartments = compartments;
        self.leaves = change.leaves;
        Ok(())
    }

    /// A revision of an entry in the first compartment.
    pub fn revision(
        &self,
        record: RecordId,
        number: u32,
        parent: Option<Hash>,
        entry: &[u8],
        file: Option<BlobContent>,
    ) -> Revision {
        let head = self.compartments[0].payload();
        Revision {
            version: VERSION,
            chart: head.chart,
            compartment: head.compartment,
            record,
            number,
            parent,
            author: self.account,
            at: 3,
            epoch: head.epoch,
            record_key: Bytes(random(61)),
            entry: content(entry),
            file,
            state: State::Live,
            origin: None,
        }
    }

    /// The first revision of a new entry in any compartment.
    pub fn fresh(&self, place: usize, entry: &[u8]) -> Revision {
        let head = self.compartments[place].payload();
        Revision {
            compartment: head.compartment,
            epoch: head.epoch,
            ..self.revision(RecordId::generate(), 1, None, entry, None)
        }
    }

    pub fn signed(&self, revision: Revision) -> Verified<Revision> {
        sign(revision, &self.key).unwrap()
    }

    /// Posts a single revision with its heads.
    pub async fn post_revision(&mut self, revision: Revision, entry: &[u8]) -> Result<Hash, Code> {
        let signed = self.signed(revision);
        self.post(self.change().write(&signed, entry)).await?;
        Ok(signed.id())
    }

    /// Uploads sealed bytes that stand for a file of `plain` bytes.
    pub async fn upload(&self, plain: u64) -> Result<(BlobContent, Vec<u8>), Code> {
        let sealed = random(usize::try_from(sealed_length(plain).unwrap()).unwrap());
        let blob = self.reserve(sealed.len() as u64).await?;
        for part in 0..part_count(sealed.len() as u64) {
            self.put_part(blob, part, part_of(&sealed, part)).await?;
        }
        let content = content(&sealed);
        Ok((BlobContent { blob, content }, sealed))
    }

    pub async fn reserve(&self, sealed_length: u64) -> Result<BlobId, Code> {
        let request = BlobPostRequest { sealed_length };
        let response = self.call::<BlobPost>(&[&self.chart()], &request).await?;
        Ok(response.blob)
    }

    pub async fn put_part(&self, blob: BlobId, part: u64, bytes: &[u8]) -> Result<(), Code> {
        let path = fill_path(PartPut::PATH, &[&blob, &part]).unwrap();
        let answer = self.raw("PUT", &path, "", bytes.to_vec(), None).await;
        match answer.status {
            StatusCode::OK => Ok(()),
            _ => Err(answer.code()),
        }
    }

    pub async fn bytes(&self, blob: BlobId, offset: u64, length: u64) -> Result<Vec<u8>, Code> {
        let path = fill_path(BytesGet::PATH, &[&blob]).unwrap();
        let query = format!("offset={offset}&length={length}");
        let answer = self.raw("GET", &path, &query, Vec::new(), None).await;
        match answer.status {
            StatusCode::OK => Ok(answer.body),
            _ => Err(answer.code()),
        }
    }

    /// Asks for a page of a list.
    pub async fn list<E: Endpoint>(
        &self,
        ids: &[&dyn std::fmt::Display],
        query: &str,
    ) -> Result<E::Response, Code> {
        let path = fill_path(E::PATH, ids).unwrap();
        let answer = self.raw("GET", &path, query, Vec::new(), None).await;
        match answer.status {
            StatusCode::OK => Ok(answer.ok()),
            _ => Err(answer.code()),
        }
    }

    /// Revisions in one compartment of the chart of somebody.
    pub async fn page(
        &self,
        owner: &Person,
        place: usize,
        query: &str,
    ) -> Result<Vec<StoredRevision>, Code> {
        let ids: [&dyn std::fmt::Display; 2] = [&owner.chart(), &owner.id_of(place)];
        let page = self.list::<RevisionList>(&ids, query).await?;
        Ok(page.revisions)
    }

    /// The id of one's own compartment.
    pub fn id_of(&self, place: usize) -> CompartmentId {
        self.compartments[place].payload().compartment
    }
}

/// The bytes of one part.
pub fn part_of(sealed: &[u8], part: u64) -> &[u8] {
    let start = usize::try_from(part * PART_SEALED).unwrap();
    let length = part_length(sealed.len() as u64, part).unwrap();
    &sealed[start..start + usize::try_from(length).unwrap()]
}

/// What a revision says about sealed bytes.
pub fn content(sealed: &[u8]) -> Content {
    let length = sealed.len() as u64;
    let leaves: Vec<_> = (0..part_count(length))
        .map(|part| Hash::of(part_of(sealed, part)))
        .collect();
    Content {
        sealed_length: length,
        root: root(length, &leaves),
        salt: Bytes(random(24)),
        commitment: Hash::of(&random(32)),
        content_key: Bytes(random(61)),
    }
}
