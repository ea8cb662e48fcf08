//! `docs/what-the-server-sees.md` is complete and says nothing that is not so: every field of the
//! wire, of the statements and of the errors, every header and every column stands in it, and
//! everything that stands in it exists.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeSet, fs, path::Path};

use keepwell_tests::Server;

#[test]
fn the_document_names_every_field_and_every_column_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let shared = root.join("shared/src");
    let mut there = BTreeSet::new();
    for folder in [shared.join("wire"), shared.join("statement")] {
        for entry in fs::read_dir(folder).unwrap() {
            fields(
                &fs::read_to_string(entry.unwrap().path()).unwrap(),
                &mut there,
            );
        }
    }
    fields(
        &fs::read_to_string(shared.join("error.rs")).unwrap(),
        &mut there,
    );
    assert!(there.len() > 100, "the search for fields finds them");
    headers(
        &fs::read_to_string(shared.join("request.rs")).unwrap(),
        &mut there,
    );
    columns(&mut there);

    let text = fs::read_to_string(root.join("docs/what-the-server-sees.md")).unwrap();
    let said: BTreeSet<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name.to_owned())
        .collect();
    let missing: Vec<_> = there.difference(&said).collect();
    let invented: Vec<_> = said.difference(&there).collect();
    assert!(missing.is_empty(), "not in the document: {missing:?}");
    assert!(invented.is_empty(), "in the document only: {invented:?}");
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let said = line.split('|').nth(2).unwrap_or_default().trim();
        assert!(said.len() >= 6, "says nothing: {line}");
    }
}

/// Public fields of public structs.
fn fields(source: &str, into: &mut BTreeSet<String>) {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let mut name = None;
    for line in source.lines() {
        if let Some(rest) = line.strip_prefix("pub struct ") {
            let end = rest.find([' ', '<', '(', ';']).unwrap_or(rest.len());
            name = rest.ends_with('{').then(|| rest[..end].to_owned());
        } else if line == "}" {
            name = None;
        } else if let (Some(name), Some(field)) = (&name, line.strip_prefix("    pub ")) {
            into.insert(format!("{name}.{}", field.split(':').next().unwrap()));
        }
    }
}

fn headers(source: &str, into: &mut BTreeSet<String>) {
    for line in source
        .lines()
        .filter(|line| line.trim_start().starts_with("pub const"))
    {
        if let Some(name) = line
            .split('"')
            .nth(1)
            .filter(|name| name.starts_with("keepwell-"))
        {
            into.insert(name.to_owned());
        }
    }
}

/// The columns of a database that the real server made.
fn columns(into: &mut BTreeSet<String>) {
    let server = Server::start();
    let database = rusqlite::Connection::open(server.data().join("keepwell.sqlite3")).unwrap();
    let mut columns = database
        .prepare(
            "SELECT m.name || '.' || c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    let rows = columns
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap();
    into.extend(rows.map(Result::unwrap));
}
