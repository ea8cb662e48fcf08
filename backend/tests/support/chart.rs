//! What a person does with a chart. What the server cannot look into is random bytes.

use http::StatusCode;
use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::{PART_SEALED, part_count, part_length, root, sealed_length},
    error::Code,
    id::{BlobId, ChartId, GrantId, RecordId},
    statement::{
        BlobContent, ChartHead, Content, Grant, GrantedKey, HeadCompartment, Revision, VERSION,
        Verified, sign,
    },
    wire::*,
};

use super::person::{Person, random};

impl Person {
    /// A grant of every compartment, under the keys of `head`.
    pub fn grant_to(&self, other: &Person, head: &ChartHead, id: GrantId) -> Verified<Grant> {
        let keys = head
            .compartments
            .iter()
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
            chart: head.chart,
            grantor: self.account,
            grantee: other.account,
            grantee_bundle: other.bundle.id(),
            at: 2,
            keys,
        };
        sign(grant, &self.key).unwrap()
    }

    /// The payload of the head that follows, with these grants and, on demand, new keys.
    pub fn next_head(&self, grants: &[Hash], raise: bool) -> ChartHead {
        let before = self.head.as_ref().unwrap();
        let mut head = before.payload().clone();
        head.counter += 1;
        head.previous = Some(before.id());
        head.grants = grants.to_vec();
        head.grants.sort();
        if raise {
            for compartment in &mut head.compartments {
                compartment.epoch += 1;
                compartment.key_id = Hash::of(&random(32));
            }
        }
        head
    }

    /// The request that posts a head.
    pub fn head_request(&self, head: &ChartHead, grants: &[&Verified<Grant>]) -> HeadPostRequest {
        let before = self.head.as_ref().unwrap().payload();
        let risen = |c: &HeadCompartment| !before.compartments.contains(c);
        HeadPostRequest {
            new: NewHead {
                head: sign(head.clone(), &self.key).unwrap().to_unverified(),
                grants: grants.iter().map(|g| g.to_unverified()).collect(),
                keys: own_wraps(head, risen),
                back_chain: head
                    .compartments
                    .iter()
                    .filter(|c| risen(c))
                    .map(|c| BackWrap {
                        compartment: c.compartment,
                        epoch: c.epoch.saturating_sub(1),
                        wrapped: Bytes(random(61)),
                    })
                    .collect(),
            },
        }
    }

    /// Posts a head and remembers it when it was taken.
    pub async fn post_head(
        &mut self,
        head: ChartHead,
        grants: &[&Verified<Grant>],
    ) -> Result<(), Code> {
        let request = self.head_request(&head, grants);
        self.call::<HeadPost>(&[&self.chart()], &request).await?;
        self.head = Some(sign(head, &self.key).unwrap());
        Ok(())
    }

    /// A revision of a text entry in the first compartment.
    pub fn revision(
        &self,
        record: RecordId,
        number: u32,
        parent: Option<Hash>,
        entry: &[u8],
        file: Option<BlobContent>,
    ) -> Revision {
        let head = self.head.as_ref().unwrap().payload();
        Revision {
            version: VERSION,
            chart: head.chart,
            compartment: head.compartments[0].compartment,
            record,
            number,
            parent,
            author: self.account,
            at: 3,
            epoch: head.compartments[0].epoch,
            record_key: Bytes(random(61)),
            entry: content(entry),
            file,
        }
    }

    /// Posts a revision under the newest head.
    pub async fn post_revision(&self, revision: Revision, entry: &[u8]) -> Result<Hash, Code> {
        let signed = sign(revision, &self.key).unwrap();
        let request = RevisionPostRequest {
            revision: signed.to_unverified(),
            entry: Bytes(entry.to_vec()),
            head: self.head.as_ref().unwrap().id(),
        };
        self.call::<RevisionPost>(&[&self.chart()], &request)
            .await?;
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

    pub async fn page(&self, chart: ChartId, query: &str) -> Result<RevisionListResponse, Code> {
        let path = fill_path(RevisionList::PATH, &[&chart]).unwrap();
        let answer = self.raw("GET", &path, query, Vec::new(), None).await;
        match answer.status {
            StatusCode::OK => Ok(answer.ok()),
            _ => Err(answer.code()),
        }
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

/// The owner's wraps of some of the keys of a head.
pub fn own_wraps(head: &ChartHead, which: impl Fn(&HeadCompartment) -> bool) -> Vec<OwnWrap> {
    head.compartments
        .iter()
        .filter(|c| which(c))
        .map(|c| OwnWrap {
            compartment: c.compartment,
            epoch: c.epoch,
            wrapped: Bytes(random(61)),
        })
        .collect()
}
