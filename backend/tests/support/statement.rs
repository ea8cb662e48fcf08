//! What somebody else than the owner writes. What the server cannot look into is random bytes.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::RecordId,
    statement::{AuthorStatement, VERSION, WrappedKey, sign},
    wire::*,
};

use super::{
    chart::content,
    person::{Person, random},
};

impl Person {
    /// The first entry of somebody else in a compartment of the owner's.
    pub fn statement(&self, owner: &Person, place: usize, entry: &[u8]) -> AuthorStatement {
        let head = &owner.compartments[place];
        let wrap = || WrappedKey {
            enc: Bytes(random(1153)),
            sealed: Bytes(random(48)),
        };
        AuthorStatement {
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
            entry: content(entry),
            file: None,
            wraps: vec![Some(wrap()); head.payload().readers.len() + 1],
        }
    }

    /// The request that posts it.
    pub fn statement_request(
        &self,
        statement: AuthorStatement,
        entry: &[u8],
    ) -> StatementPostRequest {
        StatementPostRequest {
            statement: sign(statement, &self.key).unwrap().to_unverified(),
            entry: Bytes(entry.to_vec()),
        }
    }

    /// Posts an entry into somebody else's chart.
    pub async fn post_statement(
        &self,
        statement: AuthorStatement,
        entry: &[u8],
    ) -> Result<Hash, Code> {
        let ids: [&dyn std::fmt::Display; 2] = [&statement.chart, &statement.compartment];
        let id = sign(statement.clone(), &self.key).unwrap().id();
        let request = self.statement_request(statement.clone(), entry);
        self.call::<StatementPost>(&ids, &request).await?;
        Ok(id)
    }
}
