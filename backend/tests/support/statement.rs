//! What somebody else than the owner writes. What the server cannot look into is random bytes.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::RecordId,
    statement::{AuthorStatement, Enclosure, VERSION, Verified, WrappedKey, sign},
    wire::*,
};

use super::{
    chart::content,
    person::{Person, random},
};

/// A statement that is not signed yet, with what it encloses.
#[derive(Clone)]
pub struct Letter {
    pub statement: AuthorStatement,
    pub enclosed: Enclosure,
}

impl Letter {
    /// The same with a change.
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn sign(mut self, person: &Person) -> (Verified<AuthorStatement>, Bytes) {
        let enclosure = self.enclosed.to_bytes().unwrap();
        self.statement.enclosure = Enclosure::hash(&enclosure);
        (sign(self.statement, &person.key).unwrap(), enclosure)
    }
}

impl Person {
    /// The first entry of somebody else in a compartment of the owner's.
    pub fn statement(&self, owner: &Person, place: usize, entry: &[u8]) -> Letter {
        let head = &owner.compartments[place];
        let wrap = || WrappedKey {
            enc: Bytes(random(1153)),
            sealed: Bytes(random(48)),
        };
        let statement = AuthorStatement {
            version: VERSION,
            chart: owner.chart(),
            compartment: head.payload().compartment,
            author: self.account,
            bundle: self.bundle.id(),
            number: 1,
            previous: None,
            replaces: vec![],
            head_counter: head.payload().counter,
            head: head.id(),
            seen: vec![],
            at: 3,
            record: RecordId::generate(),
            answers: None,
            key_id: Hash::of(&random(32)),
            enclosure: Hash([0; 32]),
        };
        let enclosed = Enclosure {
            version: VERSION,
            entry: content(entry),
            file: None,
            wraps: vec![Some(wrap()); head.payload().readers.len() + 1],
        };
        Letter {
            statement,
            enclosed,
        }
    }

    /// The request that posts it.
    pub fn statement_request(&self, letter: Letter, entry: &[u8]) -> StatementPostRequest {
        let (signed, enclosure) = letter.sign(self);
        StatementPostRequest {
            statement: signed.to_unverified(),
            enclosure,
            entry: Bytes(entry.to_vec()),
        }
    }

    /// Posts an entry into somebody else's chart.
    pub async fn post_statement(&self, letter: Letter, entry: &[u8]) -> Result<Hash, Code> {
        let about = &letter.statement;
        let (chart, compartment) = (about.chart, about.compartment);
        let ids: [&dyn std::fmt::Display; 2] = [&chart, &compartment];
        let id = letter.clone().sign(self).0.id();
        let request = self.statement_request(letter, entry);
        self.call::<StatementPost>(&ids, &request).await?;
        Ok(id)
    }
}
