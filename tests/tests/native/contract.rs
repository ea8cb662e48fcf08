//! `docs/what-the-server-sees.md` is complete and says nothing that is not so: every field of the
//! wire, of the statements and of the errors, every header and every column stands in it, and
//! everything that stands in it exists. `docs/protocol.md` is what the code follows: every section is
//! cited where it is carried out, and no other one; endpoints, bodies and codes stand in it as they are.

use std::{collections::BTreeSet, fs, path::Path};

use keepwell_shared::{error::Code, wire};
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

/// A stranger finds in the protocol every request with what it takes and gives, every field with its
/// type in its order, and every code with its status.
#[test]
fn the_protocol_has_every_endpoint_every_body_and_every_code_as_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = fs::read_to_string(root.join("docs/protocol.md")).unwrap();
    let (_, said) = text.split_once("\n## 11. ").unwrap();
    let said: BTreeSet<&str> = said
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.rsplit_once(" | ").map_or(line, |(row, _)| row))
        .collect();
    let wire = root.join("shared/src/wire");
    let table = fs::read_to_string(wire.join("mod.rs")).unwrap();
    let mut there = BTreeSet::new();
    for (name, method, path, access) in wire::ALL {
        let start = format!("\n    {name}: {access:?} ");
        let (_, line) = table.split_once(&start).unwrap();
        let bodies = line.split('"').nth(2).unwrap();
        let (takes, gives) = bodies.split_once(" => ").unwrap();
        let gives = gives.split([',', ';']).next().unwrap();
        let who = format!("{access:?}").to_lowercase();
        // What stands last in a row is looked for with the whole of it.
        let row = format!("| `{} {path}` | {who} |{takes}", method.as_str());
        assert!(text.contains(&format!("{row} | {gives} |")), "{row}");
        there.insert(row);
    }
    assert_eq!(there.len(), wire::ALL.len());
    for code in Code::ALL {
        let name = serde_json::to_value(code).unwrap();
        there.insert(format!(
            "| `{}` | {}",
            name.as_str().unwrap(),
            code.status()
        ));
    }
    let mut sources: Vec<_> = fs::read_dir(wire)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    sources.push(root.join("shared/src/error.rs"));
    for source in sources {
        let source = fs::read_to_string(source).unwrap();
        for (name, fields) in bodies(&source) {
            there.insert(format!("| `{name}`"));
            let row = format!("| `{name}` | {} |", fields.join(", "));
            assert!(text.contains(&row), "not in the document: {row}");
        }
    }
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let missing: Vec<_> = there.difference(&said).collect();
    let invented: Vec<_> = said.difference(&there).collect();
    assert!(missing.is_empty(), "not in the document: {missing:?}");
    assert!(invented.is_empty(), "in the document only: {invented:?}");
}

/// Public structs with their fields, as the document writes them.
fn bodies(source: &str) -> Vec<(String, Vec<String>)> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("pub struct ") {
            inside = name.ends_with(" {");
            if inside {
                all.push((name.trim_end_matches(" {").to_owned(), Vec::new()));
            }
        } else if line == "}" {
            inside = false;
        } else if let (true, Some(field)) = (inside, line.strip_prefix("    pub ")) {
            let (name, of) = field.trim_end_matches(',').split_once(": ").unwrap();
            let within = |of: &str, outer: &str| {
                let inner = of.strip_prefix(outer)?.strip_suffix('>')?;
                Some(inner.to_owned())
            };
            let optional = within(of, "Option<");
            let mark = if optional.is_some() { "?" } else { "" };
            let of = optional.unwrap_or_else(|| of.to_owned());
            let signed = |of: &str| within(of, "Unverified<").unwrap_or_else(|| of.to_owned());
            let of = match within(&of, "Vec<") {
                Some(each) => format!("[{}]", signed(&each)),
                None => signed(&of),
            };
            all.last_mut()
                .unwrap()
                .1
                .push(format!("{name}{mark}: {of}"));
        }
    }
    all.retain(|(_, fields)| !fields.is_empty());
    all
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
