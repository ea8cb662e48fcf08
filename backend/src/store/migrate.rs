//! The schema, one numbered file after the other.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::start_error::StartError;

/// `PRAGMA application_id`: "KPWL".
const APPLICATION_ID: i32 = 0x4b50_574c;

/// The version that the first migration leads to. Those before it belong to previews, whose heads of
/// compartments, if any, named no readers and whose accounts had no chains: nobody but their owners
/// could sign others. Later ones counted no tries, in the next no repair of an account had a place in its
/// statements, then came those that knew no second factor, others could not forget what was
/// deleted, some listed no failed tries for their owners, and the last of them had no recovery kits.
const FIRST: i32 = 10;

/// Every migration, in order, each leading one version on from [`FIRST`].
/// A file that was released is never changed: a later one follows it.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_first.sql")];

/// Brings the schema to the newest version, each step in a transaction of its own.
///
/// # Errors
/// When the file is another program's database, a preview's or a newer version's.
pub(super) fn migrate(db: &mut Connection, path: &Path) -> Result<(), StartError> {
    let version = version(db, path)?;
    for (step, sql) in (FIRST..).zip(MIGRATIONS) {
        if step <= version {
            continue;
        }
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", step)?;
        transaction.commit()?;
    }
    Ok(())
}

fn version(db: &Connection, path: &Path) -> Result<i32, StartError> {
    let not_ours = || StartError::NotOurs {
        path: path.to_owned(),
    };
    let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 && version == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID {
        return Err(not_ours());
    }
    if version < FIRST {
        return Err(StartError::Preview {
            path: path.to_owned(),
        });
    }
    let steps = version.checked_sub(FIRST).map(usize::try_from);
    match steps {
        Some(Ok(steps)) if steps < MIGRATIONS.len() => Ok(version),
        _ => Err(StartError::Newer {
            path: path.to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migrated() -> Connection {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, Path::new("x")).unwrap();
        db
    }

    #[test]
    fn a_second_start_changes_nothing() {
        let mut db = migrated();
        migrate(&mut db, Path::new("x")).unwrap();
        let version: i64 = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(version, i64::from(FIRST) - 1 + MIGRATIONS.len() as i64);
    }

    #[test]
    fn databases_of_others_of_previews_and_of_later_versions_are_refused() {
        for version in 1..FIRST {
            let mut preview = migrated();
            preview
                .pragma_update(None, "user_version", version)
                .unwrap();
            assert!(matches!(
                migrate(&mut preview, Path::new("x")),
                Err(StartError::Preview { .. })
            ));
        }
        let mut newer = migrated();
        newer.pragma_update(None, "user_version", 999).unwrap();
        assert!(matches!(
            migrate(&mut newer, Path::new("x")),
            Err(StartError::Newer { .. })
        ));
        let mut other = Connection::open_in_memory().unwrap();
        other.execute_batch("CREATE TABLE a (b)").unwrap();
        assert!(matches!(
            migrate(&mut other, Path::new("x")),
            Err(StartError::NotOurs { .. })
        ));
    }

    #[test]
    fn every_table_is_strict() {
        let db = migrated();
        let loose: i64 = db
            .query_row(
                "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
                 AND name NOT LIKE 'sqlite_%' AND strict = 0",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0);
    }

    /// Every column is explained by a comment on the line before it.
    #[test]
    fn every_column_says_what_it_reveals() {
        let db = migrated();
        let mut columns = db
            .prepare(
                "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c \
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
            )
            .unwrap();
        let names = columns
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<Vec<(String, String)>, _>>()
            .unwrap();
        assert!(names.len() > 40);
        let sql = MIGRATIONS.concat();
        for (table, column) in names {
            let start = sql.find(&format!("CREATE TABLE {table} (")).unwrap();
            let lines: Vec<_> = sql[start..].lines().collect();
            let at = lines
                .iter()
                .position(|line| line.trim().starts_with(&format!("{column} ")))
                .unwrap();
            assert!(
                lines[at - 1].trim().starts_with("-- "),
                "{table}.{column} has no comment"
            );
        }
    }
}
