//! `docs/what-the-server-sees.md` is complete and says nothing that is not so: every field of the
//! wire, of the statements and of the errors, every header and every column stands in it, and
//! everything that stands in it exists. `docs/protocol.md` is what the code follows: every section is
//! cited where it is carried out, and no other one.

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

#[test]
fn every_section_of_the_protocol_is_cited_where_it_is_carried_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join("docs/protocol.md")).unwrap();
    let mut sections = BTreeSet::new();
    for heading in text.lines().filter(|line| line.starts_with("##")) {
        let number = heading.trim_start_matches('#').trim_start();
        let number = number.split(' ').next().unwrap().trim_end_matches('.');
        assert!(
            sections.insert(number.to_owned()),
            "{number} stands there twice"
        );
    }
    let mut cited = BTreeSet::new();
    let mut open: Vec<_> = ["shared", "frontend/vault", "backend"]
        .map(|krate| root.join(krate).join("src"))
        .into();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let citations = source.split("`docs/protocol.md`, section ").skip(1);
            cited.extend(citations.map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
                let number = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
                assert!(sections.contains(number), "{path:?} cites {number}");
                number.to_owned()
            }));
        }
    }
    // A section is cited, or each of those that it consists of.
    let carried_out = |number: &String| {
        let inside = format!("{number}.");
        let mut parts = sections
            .iter()
            .filter(|part| part.starts_with(&inside))
            .peekable();
        let by_parts = parts.peek().is_some() && parts.all(|part| cited.contains(part));
        cited.contains(number) || by_parts
    };
    let missing: Vec<_> = sections
        .iter()
        .filter(|number| !carried_out(number))
        .collect();
    assert!(missing.is_empty(), "cited nowhere: {missing:?}");
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
