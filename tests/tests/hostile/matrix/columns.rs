//! Rows: every column of every table of the real schema.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, types::Value};

use super::{
    Truth,
    Verdict::{self, Allowed, Guarded, Unread},
    complete,
    world::World,
};

const FACTOR: &str = "the server's own check at a sign-in; no answer holds it";

const TRIES: &str =
    "the server can hide failed tries or make them up; the page says that it is the server's word";

/// Every column, and what may come of it.
const TABLE: &[(&str, Verdict)] = &[
    (
        "installation.only_row",
        Unread("the server's own check at its start"),
    ),
    (
        "installation.secrets_id",
        Unread("the server's own check at its start"),
    ),
    ("account.account", Guarded),
    ("account.username", Guarded),
    (
        "account.folded",
        Unread("the server compares new names with it; no answer holds it"),
    ),
    ("account.opaque_record", Guarded),
    ("account.key_bundle", Guarded),
    ("account.account_key", Guarded),
    ("account.identity", Guarded),
    ("account.kit", Guarded),
    ("account.kept_bytes", Guarded),
    (
        "address_book.account",
        Allowed("a fresh browser knows no older book; heads of accounts come later"),
    ),
    ("address_book.counter", Guarded),
    ("address_book.sealed", Guarded),
    ("session.session", Guarded),
    ("session.account", Guarded),
    ("session.request_key", Guarded),
    ("session.return_key", Guarded),
    ("session.expires_at", Guarded),
    ("second_factor.account", Unread(FACTOR)),
    ("second_factor.secret", Unread(FACTOR)),
    ("second_factor.last_step", Unread(FACTOR)),
    ("second_factor.wrong", Unread(FACTOR)),
    ("second_factor.closed_until", Unread(FACTOR)),
    ("recovery_code.account", Guarded),
    ("recovery_code.hash", Unread(FACTOR)),
    (
        "tries.kind",
        Unread("what the next try costs, not what is answered to it"),
    ),
    (
        "tries.bucket",
        Unread("what the next try costs, not what is answered to it"),
    ),
    (
        "tries.clear_at",
        Unread("what the next try costs, not what is answered to it"),
    ),
    (
        "tries.last_at",
        Unread("what the next try costs, not what is answered to it"),
    ),
    ("failed_tries.account", Allowed(TRIES)),
    ("failed_tries.began_at", Allowed(TRIES)),
    ("failed_tries.last_at", Allowed(TRIES)),
    ("failed_tries.tries", Allowed(TRIES)),
    ("failed_tries.known", Allowed(TRIES)),
    ("failed_tries.places", Allowed(TRIES)),
    (
        "failed_tries.marks",
        Unread("which of the next tries come from a place that had one"),
    ),
    ("failed_tries.told", Allowed(TRIES)),
    ("spent_puzzle.puzzle", Unread("which puzzles were used")),
    (
        "spent_puzzle.expires_at",
        Unread("when the server may forget it"),
    ),
    (
        "session.device",
        Allowed("a server can forget what a browser told; it can not show another device"),
    ),
    (
        "kept_answer.account",
        Unread("tells the server a repeat from a change"),
    ),
    (
        "kept_answer.idempotency_key",
        Unread("tells the server a repeat from a change"),
    ),
    (
        "kept_answer.request_hash",
        Unread("tells the server a repeat from a change"),
    ),
    (
        "kept_answer.body",
        Unread("an empty answer or the id of a blob, whose bytes a root fixes"),
    ),
    (
        "kept_answer.kept_at",
        Unread("when the server may forget it"),
    ),
    (
        "chart.chart",
        Allowed("a server can deny that there is a chart; it can not show another one"),
    ),
    (
        "chart.owner",
        Allowed("a server can deny that there is a chart; it can not show another one"),
    ),
    ("chart_head.chart", Guarded),
    ("chart_head.counter", Guarded),
    (
        "chart_head.statement",
        Allowed("a fresh browser can be shown an older head with its own keys"),
    ),
    ("compartment_key.chart", Guarded),
    ("compartment_key.compartment", Guarded),
    ("compartment_key.epoch", Guarded),
    ("compartment_key.own_wrap", Guarded),
    ("compartment_key.back_wrap", Guarded),
    ("consent.statement_id", Guarded),
    (
        "consent.chart",
        Allowed("a server can refuse to serve a reader; the owner sees it at once"),
    ),
    ("consent.grant_id", Guarded),
    (
        "consent.grantee",
        Allowed("a server can refuse to serve a reader; the owner sees it at once"),
    ),
    ("consent.statement", Guarded),
    ("consent.begun_by", Guarded),
    (
        "consent.ended_by",
        Allowed("a server can refuse to serve a reader; the owner sees it at once"),
    ),
    ("revision.chart", Guarded),
    ("revision.compartment", Guarded),
    ("revision.state", Guarded),
    ("revision.blob", Guarded),
    ("author.chart", Guarded),
    ("author.bundle_id", Guarded),
    ("author.key_bundle", Guarded),
    ("author_statement.chart", Guarded),
    ("author_statement.compartment", Guarded),
    ("author_statement.place", Guarded),
    ("author_statement.author", Guarded),
    ("author_statement.number", Guarded),
    ("author_statement.statement_id", Guarded),
    ("author_statement.record", Guarded),
    ("author_statement.head_counter", Guarded),
    ("author_statement.bundle_id", Guarded),
    ("author_statement.statement", Guarded),
    ("author_statement.enclosure", Guarded),
    ("author_statement.entry", Guarded),
    ("author_statement.blob", Guarded),
    ("leaf.chart", Guarded),
    ("leaf.compartment", Guarded),
    ("leaf.position", Guarded),
    ("leaf.record", Guarded),
    ("leaf.number", Guarded),
    ("leaf.revision_id", Guarded),
    ("leaf.state", Guarded),
    ("compartment_head.chart", Guarded),
    ("compartment_head.compartment", Guarded),
    ("compartment_head.counter", Guarded),
    ("compartment_head.statement", Guarded),
    ("account_head.account", Guarded),
    ("account_head.counter", Guarded),
    ("account_head.statement", Guarded),
    ("revision.place", Guarded),
    ("revision.record", Guarded),
    ("revision.number", Guarded),
    ("revision.statement", Guarded),
    ("revision.entry", Guarded),
    ("blob.blob", Guarded),
    ("blob.chart", Guarded),
    ("blob.uploader", Guarded),
    ("blob.sealed_length", Guarded),
    ("blob.reserved_at", Guarded),
    ("blob.record", Guarded),
    ("blob.removing", Guarded),
    ("part.part_id", Guarded),
    ("part.blob", Guarded),
    ("part.part", Guarded),
    ("part.leaf", Guarded),
    ("part.bytes", Guarded),
];

type Rows = Vec<Vec<Value>>;

struct Table {
    name: String,
    columns: Vec<(String, bool)>,
}

fn tables(database: &Connection) -> Vec<Table> {
    let names = |sql: &str| -> Vec<(String, bool)> {
        let mut query = database.prepare(sql).unwrap();
        let rows = query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        rows.map(Result::unwrap).collect()
    };
    names("SELECT name, 0 FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .into_iter()
        .map(|(name, _)| {
            let columns = format!("SELECT name, \"notnull\" FROM pragma_table_info('{name}')");
            Table {
                columns: names(&columns),
                name,
            }
        })
        .collect()
}

fn rows(database: &Connection, table: &Table) -> Rows {
    let sql = format!("SELECT * FROM {}", table.name);
    let mut query = database.prepare(&sql).unwrap();
    let count = table.columns.len();
    let rows = query
        .query_map([], |row| (0..count).map(|at| row.get(at)).collect())
        .unwrap();
    rows.map(Result::unwrap).collect()
}

/// Puts these rows in the place of all; says whether the schema took them.
fn put(database: &mut Connection, table: &Table, rows: &Rows) -> bool {
    let change = database.transaction().unwrap();
    change
        .execute(&format!("DELETE FROM {}", table.name), [])
        .unwrap();
    let places = vec!["?"; table.columns.len()].join(",");
    let sql = format!("INSERT INTO {} VALUES ({places})", table.name);
    for row in rows {
        if change
            .execute(&sql, rusqlite::params_from_iter(row))
            .is_err()
        {
            return false;
        }
    }
    change.commit().is_ok()
}

fn flipped(value: &Value) -> Value {
    match value {
        Value::Blob(bytes) => {
            let mut bytes = bytes.clone();
            let middle = bytes.len() / 2;
            if let Some(byte) = bytes.get_mut(middle) {
                *byte ^= 1;
            }
            Value::Blob(bytes)
        }
        Value::Text(text) => Value::Text(format!("{text}x")),
        Value::Integer(number) => Value::Integer(number + 1),
        other => other.clone(),
    }
}

fn emptied(value: &Value, not_null: bool) -> Value {
    match value {
        _ if !not_null => Value::Null,
        Value::Blob(_) => Value::Blob(Vec::new()),
        Value::Text(_) => Value::Text(String::new()),
        _ => Value::Integer(0),
    }
}

/// The four changes of one column; none where a change would change nothing.
fn changes(table: &Table, column: usize, now: &Rows, then: &Rows) -> Vec<(&'static str, Rows)> {
    let with = |change: &dyn Fn(usize, &Value) -> Value| -> Rows {
        let mut rows = now.clone();
        for (place, row) in rows.iter_mut().enumerate() {
            row[column] = change(place, &now[place][column]);
        }
        rows
    };
    let not_null = table.columns[column].1;
    let mut all = vec![
        ("flipped", with(&|_, value| flipped(value))),
        ("emptied", with(&|_, value| emptied(value, not_null))),
        (
            "swapped",
            with(&|place, _| now[(place + 1) % now.len()][column].clone()),
        ),
    ];
    if !then.is_empty() {
        all.push((
            "replayed",
            with(&|place, _| then[place % then.len()][column].clone()),
        ));
    }
    all.retain(|(_, rows)| rows != now);
    all
}

/// Every column of every table.
pub async fn columns() {
    let verdicts: BTreeMap<&str, Verdict> = TABLE.iter().copied().collect();
    let mut world = World::first_day().await;
    let mut database = world.stage.operator.database();
    let open = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON";
    database.execute_batch(open).unwrap();
    let tables = tables(&database);
    let found: BTreeSet<String> = tables
        .iter()
        .flat_map(|table| {
            table
                .columns
                .iter()
                .map(|(name, _)| format!("{}.{name}", table.name))
        })
        .collect();
    complete("columns", &found, &verdicts);

    let old: Vec<Rows> = tables.iter().map(|table| rows(&database, table)).collect();
    let (mut before, _) = world.read(|| None).await;
    before.facts.extend(world.second_day().await.facts);
    let (now, _) = world.read(|| None).await;
    assert!(now.said.is_empty(), "the control: {:?}", now.said);
    assert!(now.facts.len() >= 15, "{:?}", now.facts);
    let truth = Truth { before, now };
    // Each reading begins sessions, and an account has room for so many: the one to which the fresh
    // browsers return would go, and nothing would be tried any more.
    let session = tables.iter().find(|table| table.name == "session").unwrap();
    let sessions = rows(&database, session);

    let mut wrong = Vec::new();
    for (table, then) in tables.iter().zip(&old) {
        let now = rows(&database, table);
        if now.is_empty() {
            continue;
        }
        for (column, (name, _)) in table.columns.iter().enumerate() {
            let name = format!("{}.{name}", table.name);
            let verdict = verdicts[name.as_str()];
            if matches!(verdict, Unread(_)) {
                continue;
            }
            for (change, rows) in changes(table, column, &now, then) {
                if !put(&mut database, table, &rows) {
                    continue;
                }
                let (seen, _) = world.read(|| None).await;
                wrong.extend(truth.judge(&name, change, verdict, &seen).err());
                assert!(put(&mut database, table, &now), "{name} is put back");
                assert!(
                    put(&mut database, session, &sessions),
                    "{name}: the sessions"
                );
                world.forget_failures(&seen);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let (again, _) = world.read(|| None).await;
    assert_eq!(again.facts, truth.now.facts, "everything was put back");
    assert!(again.said.is_empty());
}
