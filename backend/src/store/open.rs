//! How connections are opened, and what no statement on them may do.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use rusqlite::{
    Connection, ErrorCode, OpenFlags,
    config::DbConfig,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
};

use super::migrate::migrate;
use crate::{data_dir, start_error::StartError};

/// Bytes of a page: a part fills 129 of them.
const PAGE_SIZE: i64 = 8192;
/// KiB of pages that a connection keeps in memory, as SQLite wants it: negative.
const CACHE: i64 = -2000;
/// Bytes that the write-ahead log keeps on disk once it is checkpointed.
const WAL_LIMIT: i64 = 16 << 20;
/// Pages after which the write-ahead log is checkpointed.
const CHECKPOINT_PAGES: i64 = 1000;
/// How long a connection waits for a lock; only a checkpoint ever holds one against a reader.
const BUSY: Duration = Duration::from_secs(5);
/// The longest value or row, in bytes: four parts.
const MAX_VALUE: i32 = 4 << 20;
/// The longest statement, in bytes.
const MAX_SQL: i32 = 4096;

/// Opens the one connection that writes, and brings the schema up to date.
///
/// # Errors
/// When the file is not ours or does not open.
pub(super) fn writer(path: &Path) -> Result<Connection, StartError> {
    // SQLite gives the files beside the database the mode that the database has.
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(data_dir::FILE_MODE)
        .open(path)
        .map_err(|source| StartError::io("write", path, source))?;
    configured_writer(path).map_err(|error| match error {
        // Whichever statement happens to read the file first finds out.
        StartError::Store(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            StartError::NotOurs {
                path: path.to_owned(),
            }
        }
        error => error,
    })
}

fn configured_writer(path: &Path) -> Result<Connection, StartError> {
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    db.pragma_update(None, "page_size", PAGE_SIZE)?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "foreign_keys", "on")?;
    db.pragma_update_and_check(None, "secure_delete", "on", |_| Ok(()))?;
    db.pragma_update_and_check(None, "journal_size_limit", WAL_LIMIT, |_| Ok(()))?;
    db.pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
    migrate(&mut db, path)?;
    Ok(db)
}

/// Opens a connection that can only read, twice over.
///
/// # Errors
/// When the file does not open.
pub(super) fn reader(path: &Path) -> Result<Connection, StartError> {
    let mut db = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    db.pragma_update(None, "query_only", "on")?;
    lock_down(&mut db, may_read)?;
    Ok(db)
}

/// Closes the writer's way to the schema, once migrations are done.
///
/// # Errors
/// When SQLite refuses.
pub(super) fn lock_down_writer(db: &mut Connection) -> Result<(), StartError> {
    lock_down(db, may_write)
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StartError> {
    let db = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(BUSY)?;
    for (option, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
    ] {
        db.set_db_config(option, on)?;
    }
    db.pragma_update(None, "trusted_schema", "off")?;
    db.pragma_update(None, "temp_store", "memory")?;
    db.pragma_update(None, "cache_size", CACHE)?;
    db.pragma_update_and_check(None, "mmap_size", 0, |_| Ok(()))?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

fn lock_down(
    db: &mut Connection,
    allowed: fn(AuthContext<'_>) -> Authorization,
) -> Result<(), StartError> {
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE)?;
    db.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL)?;
    db.authorizer(Some(allowed))?;
    Ok(())
}

/// What a reader's statements may do; everything that is not listed is denied.
fn may_read(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Recursive
        | AuthAction::Transaction { .. } => Authorization::Allow,
        AuthAction::Function { function_name } if function_name != "load_extension" => {
            Authorization::Allow
        }
        _ => Authorization::Deny,
    }
}

/// What the writer's statements may do beside reading: change rows of our own tables, and empty
/// the write-ahead log.
fn may_write(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Insert { table_name }
        | AuthAction::Update { table_name, .. }
        | AuthAction::Delete { table_name }
            if !table_name.starts_with("sqlite_") =>
        {
            Authorization::Allow
        }
        AuthAction::Pragma {
            pragma_name: "wal_checkpoint",
            ..
        } => Authorization::Allow,
        _ => may_read(context),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORBIDDEN: &[&str] = &[
        "DROP TABLE account",
        "DROP INDEX chart_by_owner",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "CREATE INDEX x ON account (username)",
        "CREATE TRIGGER x AFTER INSERT ON account BEGIN SELECT 1; END",
        "CREATE TEMP TRIGGER x AFTER INSERT ON account BEGIN SELECT 1; END",
        "CREATE VIEW x AS SELECT 1",
        "CREATE VIRTUAL TABLE x USING fts5(y)",
        "ALTER TABLE account RENAME TO x",
        "ALTER TABLE account ADD COLUMN x",
        "ATTACH ':memory:' AS x",
        "DETACH main",
        "REINDEX",
        "ANALYZE",
        "VACUUM",
        "VACUUM INTO 'x'",
        "PRAGMA writable_schema = ON",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA synchronous = OFF",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA secure_delete = OFF",
        "PRAGMA query_only = OFF",
        "PRAGMA trusted_schema = ON",
        "PRAGMA user_version = 0",
        "SELECT load_extension('x')",
        "INSERT INTO sqlite_schema VALUES (1, 2, 3, 4, 5)",
        "DELETE FROM sqlite_schema",
        "UPDATE sqlite_schema SET sql = ''",
    ];

    fn database() -> (tempfile::TempDir, Connection, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let mut writer = writer(&path).unwrap();
        lock_down_writer(&mut writer).unwrap();
        let reader = reader(&path).unwrap();
        (folder, writer, reader)
    }

    #[test]
    fn neither_connection_may_touch_the_schema_or_other_files() {
        let (_folder, writer, reader) = database();
        // Without the limit beside it the authorizer alone has to refuse.
        for db in [&writer, &reader] {
            db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 10).unwrap();
        }
        for sql in FORBIDDEN {
            for db in [&writer, &reader] {
                let refused = db.execute_batch(sql).unwrap_err();
                let code = refused.sqlite_error_code();
                let why = refused.to_string();
                // SQLite has its own words for a function, and looks first whether a table is its own.
                let refused = code == Some(ErrorCode::AuthorizationForStatementDenied)
                    || why.starts_with("not authorized to use function")
                    || why.starts_with("table sqlite_master may not be modified");
                assert!(refused, "{sql}: {why}");
            }
        }
    }

    #[test]
    fn a_reader_changes_nothing() {
        let (_folder, writer, reader) = database();
        let insert = "INSERT INTO installation VALUES (1, zeroblob(32))";
        assert!(reader.execute_batch(insert).is_err());
        writer.execute_batch(insert).unwrap();
        for sql in [
            "UPDATE installation SET secrets_id = zeroblob(32)",
            "DELETE FROM installation",
            "PRAGMA wal_checkpoint(TRUNCATE)",
        ] {
            assert!(reader.execute_batch(sql).is_err(), "{sql}");
        }
        reader
            .query_row("SELECT secrets_id FROM installation", [], |_| Ok(()))
            .unwrap();
    }

    #[test]
    fn the_settings_are_in_force() {
        let (_folder, _, _) = database();
        let folder = tempfile::tempdir().unwrap();
        let db = writer(&folder.path().join("db")).unwrap();
        let value = |pragma: &str| {
            db.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0))
                .unwrap()
        };
        for (pragma, expected) in [
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("trusted_schema", 0),
            ("page_size", PAGE_SIZE),
            ("cache_size", CACHE),
            ("temp_store", 2),
        ] {
            assert_eq!(value(pragma), expected.into(), "{pragma}");
        }
        assert_eq!(value("journal_mode"), "wal".to_owned().into());
    }

    #[test]
    fn a_file_that_is_no_database_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        std::fs::write(&path, vec![b'x'; 10_000]).unwrap();
        assert!(matches!(writer(&path), Err(StartError::NotOurs { .. })));
    }
}
