//! What the tests of files share.

#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    reason = "every test program has its own copy"
)]

use keepwell_record::{BadFile, Body, Entry, Import, Record, State};

/// Some moment.
pub const NOW: i64 = 1_770_000_000;

/// Reads a file.
pub fn read(record: &Record, text: &str) -> Result<Import, BadFile> {
    Import::read(record, text.as_bytes(), NOW)
}

/// A chart of all that is in a file.
pub fn fill(import: &Import) -> Record {
    let mut record = Record::new(NOW);
    for item in import.items() {
        record.put(Entry {
            record: format!("{:08}", item.position),
            category: item.category,
            author: "anna".into(),
            at: NOW,
            number: 1,
            state: State::Accepted,
            body: Body::Fhir(item.text.clone()),
        });
    }
    record
}
