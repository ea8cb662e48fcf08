//! Series of failed tries to sign in, as the owner of the account is told of them. Names that nobody has
//! are counted by the same steps, all together, so that no answer takes longer for a name that exists.

use std::collections::BTreeSet;

use keepwell_shared::id::{AccountId, SessionId};
use rusqlite::OptionalExtension;

use super::{Reading, Writing};
use crate::reject::Failure;

/// Seconds without a failed try after which the next one begins another series.
const GAP: u64 = 60 * 60;
/// Series of one account that are kept; the oldest goes.
const MOST: u32 = 20;
/// Seconds for which a series is kept.
const KEPT: u64 = 90 * 24 * 60 * 60;

/// A series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Series {
    pub(crate) began_at: u64,
    pub(crate) last_at: u64,
    pub(crate) tries: u32,
    /// How many of them came from devices that had signed in before.
    pub(crate) known: u32,
    /// From how many networks the first of them came.
    pub(crate) places: u32,
    /// The first session since.
    pub(crate) told: Option<SessionId>,
}

/// Tries of one series whose places are told apart.
const MARKED: usize = 64;

/// Stands for a network in the tries about one account, and tells nothing without the secrets file.
pub(crate) type Mark = [u8; 8];

/// A try to sign in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Try {
    /// None for a name that nobody has.
    pub(crate) account: Option<AccountId>,
    /// Whether its device signed in to the account before.
    pub(crate) known: bool,
    pub(crate) mark: Mark,
}

/// A try that was counted, until it turns out right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    tried: Try,
    at: u64,
    /// When the try before this one was.
    before: u64,
    /// Which one of its series it is.
    pub(crate) number: u32,
}

/// Counts a try as failed.
pub(crate) fn count(at: &Writing<'_>, tried: Try, now: u64) -> Result<Counted, Failure> {
    let Try { known, mark, .. } = tried;
    let id = tried.id();
    let mut open = at.db.prepare_cached(
        "SELECT rowid, last_at, tries, marks FROM failed_tries WHERE account IS ?1 \
         AND told IS NULL AND last_at > ?2 ORDER BY last_at DESC LIMIT 1",
    )?;
    let open = open.query_row((id, now.saturating_sub(GAP)), |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get(1)?,
            row.get::<_, u32>(2)?,
            Marks::read(&row.get::<_, Vec<u8>>(3)?),
        ))
    });
    let (before, number) = match open.optional()? {
        Some((row, before, tries, mut marks)) => {
            marks.add(mark);
            let mut update = at.db.prepare_cached(
                "UPDATE failed_tries SET tries = tries + 1, known = known + ?2, last_at = ?3, \
                 places = ?4, marks = ?5 WHERE rowid = ?1",
            )?;
            update.execute((row, known, now, marks.places(), marks.to_bytes()))?;
            (before, tries.saturating_add(1))
        }
        None => {
            let mut insert = at.db.prepare_cached(
                "INSERT INTO failed_tries (account, began_at, last_at, tries, known, places, marks) \
                 VALUES (?1, ?2, ?2, 1, ?3, 1, ?4)",
            )?;
            insert.execute((id, now, known, mark))?;
            let mut oldest = at.db.prepare_cached(
                "DELETE FROM failed_tries WHERE rowid IN (SELECT rowid FROM failed_tries \
                 WHERE account IS ?1 ORDER BY last_at DESC, rowid DESC LIMIT -1 OFFSET ?2)",
            )?;
            oldest.execute((id, MOST))?;
            (now, 1)
        }
    };
    Ok(Counted {
        tried,
        at: now,
        before,
        number,
    })
}

/// Takes a try back that turned out right.
pub(crate) fn take_back(at: &Writing<'_>, counted: &Counted) -> Result<(), Failure> {
    let mut found = at.db.prepare_cached(
        "SELECT rowid, places, marks FROM failed_tries WHERE account IS ?1 AND began_at <= ?2 \
         AND last_at >= ?2 ORDER BY rowid DESC LIMIT 1",
    )?;
    let found = found.query_row((counted.tried.id(), counted.at), |row| {
        let marks = Marks::read(&row.get::<_, Vec<u8>>(2)?);
        Ok((row.get::<_, i64>(0)?, row.get(1)?, marks))
    });
    let Some((found, mut places, mut marks)) = found.optional()? else {
        return Ok(());
    };
    if marks.take_back(counted.tried.mark) {
        places = marks.places();
    }
    let mut update = at.db.prepare_cached(
        "UPDATE failed_tries SET tries = tries - 1, known = max(known - ?2, 0), \
         last_at = iif(last_at = ?3, ?4, last_at), places = ?5, marks = ?6 WHERE rowid = ?1",
    )?;
    update.execute((
        found,
        counted.tried.known,
        counted.at,
        counted.before,
        places,
        marks.to_bytes(),
    ))?;
    let mut empty = at
        .db
        .prepare_cached("DELETE FROM failed_tries WHERE rowid = ?1 AND tries <= 0")?;
    empty.execute([found])?;
    Ok(())
}

/// A session begins: it is the one that is told of what failed before it.
pub(crate) fn tell(
    at: &Writing<'_>,
    account: AccountId,
    session: SessionId,
) -> Result<(), Failure> {
    let mut update = at.db.prepare_cached(
        "UPDATE failed_tries SET told = ?2, marks = x'' WHERE account = ?1 AND told IS NULL",
    )?;
    update.execute((account.as_bytes(), session.as_bytes()))?;
    Ok(())
}

/// The series of an account, the newest first.
pub(crate) fn list(at: &Reading<'_>, account: AccountId) -> Result<Vec<Series>, Failure> {
    let mut query = at.db.prepare_cached(
        "SELECT began_at, last_at, tries, known, places, told FROM failed_tries WHERE account = ?1 \
         ORDER BY last_at DESC, rowid DESC",
    )?;
    let rows = query.query_map([account.as_bytes()], |row| {
        Ok(Series {
            began_at: row.get(0)?,
            last_at: row.get(1)?,
            tries: row.get(2)?,
            known: row.get(3)?,
            places: row.get(4)?,
            told: row.get::<_, Option<[u8; 16]>>(5)?.map(SessionId::from),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes what is old, and the marks of series that do not go on.
pub(super) fn sweep(at: &Writing<'_>, now: u64) -> Result<(), Failure> {
    at.db
        .prepare_cached("UPDATE failed_tries SET marks = x'' WHERE marks <> x'' AND last_at <= ?1")?
        .execute([now.saturating_sub(GAP)])?;
    at.db
        .prepare_cached("DELETE FROM failed_tries WHERE last_at <= ?1")?
        .execute([now.saturating_sub(KEPT)])?;
    Ok(())
}

impl Try {
    fn id(&self) -> Option<[u8; 16]> {
        self.account.map(|account| *account.as_bytes())
    }
}

/// Where the first tries of a series came from, a mark for each.
struct Marks(Vec<Mark>);

impl Marks {
    fn read(bytes: &[u8]) -> Self {
        Self(bytes.as_chunks().0.to_vec())
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.0.concat()
    }

    fn add(&mut self, mark: Mark) {
        if self.0.len() < MARKED {
            self.0.push(mark);
        }
    }

    /// Whether there was one to be taken back.
    fn take_back(&mut self, mark: Mark) -> bool {
        let last = self.0.iter().rposition(|one| *one == mark);
        last.map(|last| self.0.remove(last)).is_some()
    }

    fn places(&self) -> usize {
        self.0.iter().collect::<BTreeSet<_>>().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    const NOW: u64 = 1_800_000_000;

    fn stranger(place: u8) -> Try {
        Try {
            account: None,
            known: false,
            mark: [place; 8],
        }
    }

    fn own() -> Try {
        Try {
            known: true,
            ..stranger(9)
        }
    }

    #[tokio::test]
    async fn names_that_nobody_has_are_bounded_and_old_series_go() {
        let (_folder, store) = testing::store();
        let rows = |at: &Reading<'_>| -> Result<(u64, u64), Failure> {
            let sums = "SELECT count(*), ifnull(sum(tries), 0) FROM failed_tries";
            let row = at
                .db
                .query_row(sums, [], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok(row?)
        };
        let done = store.write(|at| {
            for number in 0..100 {
                // One series of ten, then a pause.
                let hour = number / 10;
                count(at, stranger(1), NOW + hour * 2 * GAP + number % 10)?;
            }
            Ok(())
        });
        done.await.unwrap();
        assert_eq!(store.read(rows).await.unwrap(), (10, 100));
        let more = store.write(|at| {
            for hour in 100..100 + u64::from(MOST) {
                count(at, stranger(1), NOW + hour * 2 * GAP)?;
            }
            Ok(())
        });
        more.await.unwrap();
        let most = u64::from(MOST);
        assert_eq!(store.read(rows).await.unwrap(), (most, most));
        store.sweep(NOW + 200 * GAP + KEPT).await;
        assert_eq!(store.read(rows).await.unwrap(), (most - 1, most - 1));
    }

    #[tokio::test]
    async fn a_right_try_leaves_no_trace() {
        let (_folder, store) = testing::store();
        let series = |at: &Reading<'_>| -> Result<Vec<(u64, u64, u32, u32)>, Failure> {
            let all = "SELECT began_at, last_at, tries, known FROM failed_tries ORDER BY rowid";
            let mut query = at.db.prepare_cached(all)?;
            let rows = query.query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        let alone = store.write(|at| {
            let right = count(at, own(), NOW)?;
            take_back(at, &right)
        });
        alone.await.unwrap();
        assert!(store.read(series).await.unwrap().is_empty());
        let among = store.write(|at| {
            count(at, stranger(1), NOW)?;
            let right = count(at, own(), NOW + 5)?;
            assert_eq!(right.number, 2);
            take_back(at, &right)?;
            // Nothing is left to be taken back, and nothing of others is.
            take_back(at, &right)
        });
        among.await.unwrap();
        assert_eq!(store.read(series).await.unwrap(), [(NOW, NOW, 1, 0)]);
    }

    #[tokio::test]
    async fn places_are_told_apart_and_their_marks_do_not_stay() {
        let (_folder, store) = testing::store();
        let series = |at: &Reading<'_>| -> Result<(u32, u32, usize), Failure> {
            let all = "SELECT tries, places, length(marks) FROM failed_tries";
            Ok(at
                .db
                .query_row(all, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
        };
        let some = store.write(|at| {
            for place in [1, 2, 1, 3] {
                count(at, stranger(place), NOW)?;
            }
            let right = count(at, own(), NOW)?;
            count(at, stranger(2), NOW)?;
            take_back(at, &right)
        });
        some.await.unwrap();
        assert_eq!(store.read(series).await.unwrap(), (5, 3, 5 * 8));
        let more = store.write(|at| {
            for _ in 0..MARKED {
                count(at, stranger(4), NOW)?;
            }
            count(at, stranger(5), NOW).map(drop)
        });
        more.await.unwrap();
        assert_eq!(store.read(series).await.unwrap(), (70, 4, 64 * 8));
        store.sweep(NOW + GAP - 1).await;
        assert_eq!(store.read(series).await.unwrap(), (70, 4, 64 * 8));
        store.sweep(NOW + GAP).await;
        assert_eq!(store.read(series).await.unwrap(), (70, 4, 0));
    }
}
