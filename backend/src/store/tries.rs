//! Tries of those who are not signed in, and puzzles that were used.

use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::{guard::tries::Kind, reject::Failure};

/// Counters of one kind that are kept at most. When there are more, those that will be forgotten
/// first go: a name or a place that is under attack stays.
const MOST: u64 = 16_384;
/// How many go at once.
const GOING: u64 = 256;
/// Puzzles that are remembered at most.
const MOST_SPENT: u64 = 65_536;

/// What a counter is found by: a keyed hash.
pub(crate) type Key = [u8; 16];

/// A counter, in seconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// When all of its failures are forgotten.
    pub(crate) clear_at: u64,
    /// When the last one was.
    pub(crate) last_at: u64,
}

/// A counter, if anything was counted in it.
pub(crate) fn get(at: &Reading<'_>, kind: Kind, key: &Key) -> Result<Option<Row>, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT clear_at, last_at FROM tries WHERE kind = ?1 AND bucket = ?2")?;
    let row = query.query_row((kind as u8, key), |row| {
        Ok(Row {
            clear_at: row.get(0)?,
            last_at: row.get(1)?,
        })
    });
    Ok(row.optional()?)
}

/// Removes a counter.
pub(crate) fn remove(at: &Writing<'_>, kind: Kind, key: &Key) -> Result<(), Failure> {
    let mut delete = at
        .db
        .prepare_cached("DELETE FROM tries WHERE kind = ?1 AND bucket = ?2")?;
    delete.execute((kind as u8, key))?;
    Ok(())
}

/// Writes a counter.
pub(crate) fn put(at: &Writing<'_>, kind: Kind, key: &Key, row: Row) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE tries SET clear_at = ?3, last_at = ?4 WHERE kind = ?1 AND bucket = ?2",
    )?;
    if update.execute((kind as u8, key, row.clear_at, row.last_at))? == 0 {
        make_room(at, kind)?;
        let mut insert = at.db.prepare_cached(
            "INSERT INTO tries (kind, bucket, clear_at, last_at) VALUES (?1, ?2, ?3, ?4)",
        )?;
        insert.execute((kind as u8, key, row.clear_at, row.last_at))?;
    }
    Ok(())
}

/// How many counters there are.
#[cfg(test)]
pub(crate) fn count(at: &Reading<'_>) -> Result<u64, Failure> {
    Ok(at
        .db
        .query_row("SELECT count(*) FROM tries", [], |row| row.get(0))?)
}

fn make_room(at: &Writing<'_>, kind: Kind) -> Result<(), Failure> {
    let mut count = at
        .db
        .prepare_cached("SELECT count(*) FROM tries WHERE kind = ?1")?;
    let count: u64 = count.query_row([kind as u8], |row| row.get(0))?;
    if count >= MOST {
        let mut delete = at.db.prepare_cached(
            "DELETE FROM tries WHERE kind = ?1 AND bucket IN \
             (SELECT bucket FROM tries WHERE kind = ?1 ORDER BY clear_at LIMIT ?2)",
        )?;
        delete.execute((kind as u8, GOING))?;
    }
    Ok(())
}

/// Whether a puzzle was used.
pub(crate) fn is_spent(at: &Reading<'_>, puzzle: &[u8; 16]) -> Result<bool, Failure> {
    let mut query = at
        .db
        .prepare_cached("SELECT 1 FROM spent_puzzle WHERE puzzle = ?1")?;
    Ok(query.exists([puzzle])?)
}

/// Uses a puzzle.
pub(crate) fn spend(at: &Writing<'_>, puzzle: &[u8; 16], expires_at: u64) -> Result<(), Failure> {
    let mut count = at.db.prepare_cached("SELECT count(*) FROM spent_puzzle")?;
    let count: u64 = count.query_row([], |row| row.get(0))?;
    if count >= MOST_SPENT {
        let mut delete = at.db.prepare_cached(
            "DELETE FROM spent_puzzle WHERE puzzle IN \
             (SELECT puzzle FROM spent_puzzle ORDER BY expires_at LIMIT ?1)",
        )?;
        delete.execute([GOING])?;
    }
    let mut insert = at
        .db
        .prepare_cached("INSERT INTO spent_puzzle (puzzle, expires_at) VALUES (?1, ?2)")?;
    insert.execute((puzzle, expires_at))?;
    Ok(())
}

/// Removes what is forgotten.
pub(super) fn sweep(at: &Writing<'_>, now: u64) -> Result<(), Failure> {
    at.db
        .prepare_cached("DELETE FROM tries WHERE clear_at <= ?1")?
        .execute([now])?;
    at.db
        .prepare_cached("DELETE FROM spent_puzzle WHERE expires_at <= ?1")?
        .execute([now])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    fn key(number: u64) -> Key {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&number.to_be_bytes());
        key
    }

    #[tokio::test]
    async fn rows_are_bounded_and_those_under_attack_stay() {
        let (_folder, store) = testing::store();
        let row = |clear_at| Row {
            clear_at,
            last_at: 1,
        };
        let done = store.write(move |at| {
            put(at, Kind::Name, &[9; 16], row(1_000_000))?;
            put(at, Kind::Place, &[9; 16], row(2))?;
            for number in 0..MOST + 1000 {
                put(at, Kind::Name, &key(number), row(10 + number))?;
            }
            Ok(())
        });
        done.await.unwrap();
        let left = store.read(|at| {
            let attacked = get(at, Kind::Name, &[9; 16])?;
            let other = get(at, Kind::Place, &[9; 16])?;
            Ok((count(at)?, attacked, other, get(at, Kind::Name, &key(0))?))
        });
        let (rows, attacked, other, first) = left.await.unwrap();
        assert!(rows <= MOST + 1, "{rows} rows");
        assert!(attacked.is_some() && other.is_some() && first.is_none());
        store.sweep(1_000_000).await;
        assert_eq!(store.read(count).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn used_puzzles_are_bounded_too() {
        let (_folder, store) = testing::store();
        let done = store.write(|at| {
            for number in 0..MOST_SPENT + 1 {
                spend(at, &key(number), number)?;
            }
            Ok(())
        });
        done.await.unwrap();
        let spent = |number| store.read(move |at| is_spent(at, &key(number)));
        assert!(!spent(0).await.unwrap());
        assert!(spent(MOST_SPENT).await.unwrap());
        store.sweep(MOST_SPENT + 1).await;
        assert!(!spent(MOST_SPENT).await.unwrap());
    }
}
