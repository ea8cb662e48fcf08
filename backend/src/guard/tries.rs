//! Tries of those who are not signed in: how many are free, and what the next one costs.
//!
//! ```text
//! let charge = tries::charge(&app, &guest, Purpose::SignIn, &username).await?;    // before anything is answered
//! tries::refund(at, &charge)?;            // in the transaction that carries out what all of it was for
//! ```
//!
//! Every try counts as a failure until it turns out right, because a guesser learns what they want
//! from the first answer and never sends the next message. It counts for the place that it comes
//! from and for the name that it is about, whether or not there is such an account. A place waits,
//! later each of its tries costs a puzzle as well. A name only ever costs a puzzle, or anybody could
//! keep its owner waiting. A device that signed in before has tries of its own in the place of both:
//! whoever guesses uses up none of them.
//!
//! What is counted stands in the database: a restart forgives nobody, and of two tries at once the
//! second one sees the first.
//!
//! `docs/protocol.md`, section 7.5.

use std::{net::IpAddr, sync::Arc};

use keepwell_shared::{
    puzzle::{MAX_BITS, MIN_BITS},
    username::Username,
};

use super::{
    Guest, Peer,
    puzzle::{self, About, Solved},
};
use crate::{
    app::App,
    reject::Failure,
    secrets::Secrets,
    store::{Reading, Writing, failed, tries},
};

/// Failures after which a place waits.
const FREE: u32 = 5;
/// Failures of a place after which its tries cost a puzzle beside the wait.
const PLACE_PUZZLE: u32 = 8;
/// Failures about a name, from wherever, after which tries cost a puzzle.
const NAME_PUZZLE: u32 = 10;
/// Seconds of the first wait; each later one is twice as long.
const FIRST_WAIT: u64 = 60;
/// Seconds of the longest wait.
const LONGEST_WAIT: u64 = 15 * 60;
/// Seconds after which one failure is forgotten.
const FORGOTTEN: u64 = 60 * 60;
/// Failures that are counted at most: a day after the last one all are forgotten.
const MOST: u64 = 24;

/// Failures in a series after which the log says that there is one, without a word about whose.
const INCIDENT: u32 = 10;

/// What a try is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To sign in.
    SignIn,
    /// To get an account back with its recovery kit. It counts as a sign-in.
    Recover,
    /// To make an account: it can not be hidden that a name is taken, but asking costs a puzzle.
    Register,
}

/// What counts together. The numbers stand in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Everything but registrations, from one place.
    Place = 1,
    /// Registrations from one place.
    Registrations = 2,
    /// Sign-ins to one name.
    Name = 3,
    /// Sign-ins from one device that signed in to the same account before, with the same password.
    Device = 4,
}

/// What the next try costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    Nothing,
    /// So many seconds.
    Wait(u64),
    /// A puzzle of so many zero bits.
    Puzzle(u8),
}

/// Stands beside the kinds of counters: the marks of places in what the owner is told.
const MARK: u8 = 5;

/// A counter and when it costs what.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    kind: Kind,
    key: tries::Key,
    waits: bool,
    /// Failures from which on a try costs a puzzle.
    puzzle_from: u32,
}

/// A try that was counted, until it turns out right.
#[derive(Debug, Clone, Default)]
pub(crate) struct Charge {
    counted: Vec<Counted>,
    /// As the owner of the account is told of it.
    failed: Option<failed::Counted>,
}

#[derive(Debug, Clone, Copy)]
struct Counted {
    kind: Kind,
    key: tries::Key,
    /// Seconds that were added to the time until all is forgotten.
    added: u64,
    at: u64,
    /// When the try before this one was.
    before: u64,
}

/// Counts a try before anything is answered to it.
///
/// # Errors
/// [`Failure::Wait`] or [`Failure::Puzzle`] when it costs more than it brought; it is not counted
/// then, so that hammering prolongs nothing.
pub(crate) async fn charge(
    app: &Arc<App>,
    guest: &Guest,
    purpose: Purpose,
    name: &Username,
) -> Result<Charge, Failure> {
    if !app.throttle {
        return Ok(Charge::default());
    }
    let now = app.clock.now();
    let about = About::new(purpose, guest.peer, name);
    let answer = guest.answer.as_ref();
    let asked = Asked {
        app: Arc::clone(app),
        buckets: buckets(&app.secrets, guest, purpose, name),
        solved: answer.and_then(|answer| answer.check(&app.secrets, &about, now)),
        about,
        failing: (purpose != Purpose::Register).then(|| failing(&app.secrets, guest)),
        now,
    };
    // Most refusals need no turn of the one connection that writes.
    let look = asked.clone();
    app.store.read(move |at| look.admit(at)).await?;
    let charge = app
        .store
        .write(move |at| {
            if let Some(solved) = asked.admit(at)? {
                tries::spend(at, &solved.puzzle, solved.expires_at)?;
            }
            let counted = asked.buckets.iter().map(|bucket| bucket.add(at, now));
            let failed = asked.failing.map(|tried| failed::count(at, tried, now));
            Ok(Charge {
                counted: counted.collect::<Result<_, _>>()?,
                failed: failed.transpose()?,
            })
        })
        .await?;
    if charge
        .failed
        .is_some_and(|failed| failed.number == INCIDENT)
    {
        app.telemetry.event("failed_tries", &[]);
    }
    Ok(charge)
}

/// A try that asks to be heard.
#[derive(Clone)]
struct Asked {
    app: Arc<App>,
    buckets: Vec<Bucket>,
    about: About,
    solved: Option<Solved>,
    /// As the owner of the account is told of it.
    failing: Option<failed::Try>,
    now: u64,
}

impl Asked {
    /// Whether it is heard, and the puzzle that pays for it where one must.
    fn admit(&self, at: &Reading<'_>) -> Result<Option<Solved>, Failure> {
        match cost(at, &self.buckets, self.now)? {
            Cost::Nothing => Ok(None),
            Cost::Wait(seconds) => Err(Failure::Wait(u32::try_from(seconds).unwrap_or(u32::MAX))),
            Cost::Puzzle(bits) => match self.solved {
                Some(solved) if solved.bits >= bits && !tries::is_spent(at, &solved.puzzle)? => {
                    Ok(Some(solved))
                }
                _ => Err(puzzle::set(&self.app.secrets, &self.about, bits, self.now)?),
            },
        }
    }
}

/// Takes a try back that turned out right: as if it had never been.
pub(crate) fn refund(at: &Writing<'_>, charge: &Charge) -> Result<(), Failure> {
    if let Some(failed) = &charge.failed {
        failed::take_back(at, failed)?;
    }
    for counted in &charge.counted {
        let Some(mut row) = tries::get(at, counted.kind, &counted.key)? else {
            continue;
        };
        row.clear_at = row.clear_at.saturating_sub(counted.added);
        if row.last_at == counted.at {
            row.last_at = counted.before;
        }
        if row.clear_at > counted.at {
            tries::put(at, counted.kind, &counted.key, row)?;
        } else {
            tries::remove(at, counted.kind, &counted.key)?;
        }
    }
    Ok(())
}

/// Which counters a try counts in.
fn buckets(secrets: &Secrets, guest: &Guest, purpose: Purpose, name: &Username) -> Vec<Bucket> {
    let bucket = |kind: Kind, of: &[u8], waits, puzzle_from| Bucket {
        kind,
        key: secrets.tries_key(kind as u8, of),
        waits,
        puzzle_from,
    };
    let place = place(guest.peer);
    match purpose {
        Purpose::SignIn | Purpose::Recover => match guest.known {
            // Whoever tries elsewhere, or beside it, uses none of its tries up.
            Some(device) => vec![bucket(Kind::Device, &device, true, PLACE_PUZZLE)],
            None => vec![
                bucket(Kind::Place, &place, true, PLACE_PUZZLE),
                bucket(Kind::Name, name.folded().as_bytes(), false, NAME_PUZZLE),
            ],
        },
        Purpose::Register => vec![bucket(Kind::Registrations, &place, true, 0)],
    }
}

/// A sign-in, as the owner of the account is told of it. Whose place it came from shows in no other account.
fn failing(secrets: &Secrets, guest: &Guest) -> failed::Try {
    let about = guest.account.map_or([0; 16], |account| *account.as_bytes());
    let key = secrets.tries_key(MARK, &[&about[..], &place(guest.peer)].concat());
    let (mark, _) = key.split_at(8);
    failed::Try {
        account: guest.account,
        known: guest.known.is_some(),
        mark: mark.try_into().unwrap_or_default(),
    }
}

/// An IPv4 address, or the 64 bits of an IPv6 address that one subscriber has.
pub(crate) fn place(peer: Peer) -> Vec<u8> {
    match peer.0.to_canonical() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().into_iter().take(8).collect(),
    }
}

/// What the dearest of the counters asks: first the wait, then the puzzle.
fn cost(at: &Reading<'_>, buckets: &[Bucket], now: u64) -> Result<Cost, Failure> {
    let (mut wait, mut bits) = (0, None);
    for bucket in buckets {
        let row = tries::get(at, bucket.kind, &bucket.key)?.unwrap_or_default();
        let failures = failures(row, now);
        if bucket.waits {
            let until = row.last_at.saturating_add(wait_after(failures));
            wait = wait.max(until.saturating_sub(now));
        }
        bits = bits.max(bits_after(failures, bucket.puzzle_from));
    }
    Ok(match bits {
        _ if wait > 0 => Cost::Wait(wait),
        Some(bits) => Cost::Puzzle(bits),
        None => Cost::Nothing,
    })
}

impl Bucket {
    fn add(&self, at: &Writing<'_>, now: u64) -> Result<Counted, Failure> {
        let row = tries::get(at, self.kind, &self.key)?.unwrap_or_default();
        let from = row.clear_at.max(now);
        let clear_at = from
            .saturating_add(FORGOTTEN)
            .min(now.saturating_add(MOST * FORGOTTEN))
            .max(from);
        let new = tries::Row {
            clear_at,
            last_at: now,
        };
        tries::put(at, self.kind, &self.key, new)?;
        Ok(Counted {
            kind: self.kind,
            key: self.key,
            added: clear_at - from,
            at: now,
            before: row.last_at,
        })
    }
}

/// How many failures are not forgotten yet.
fn failures(row: tries::Row, now: u64) -> u32 {
    let left = row.clear_at.saturating_sub(now).div_ceil(FORGOTTEN);
    u32::try_from(left).unwrap_or(u32::MAX)
}

/// How long after the last of so many failures the next try is heard.
fn wait_after(failures: u32) -> u64 {
    match failures.checked_sub(FREE) {
        None => 0,
        Some(more) => FIRST_WAIT
            .checked_shl(more)
            .filter(|wait| *wait < LONGEST_WAIT)
            .unwrap_or(LONGEST_WAIT),
    }
}

/// The puzzle after so many failures: each makes it twice as hard, up to the hardest.
fn bits_after(failures: u32, from: u32) -> Option<u8> {
    let more = failures.checked_sub(from)?;
    let more = u8::try_from(more).unwrap_or(u8::MAX);
    Some(MIN_BITS.saturating_add(more).min(MAX_BITS))
}

#[cfg(test)]
mod tests {
    use keepwell_shared::{bytes::Hash, error::Code, puzzle::Search};

    use super::*;
    use crate::{
        clock::Clock,
        config::{Config, LogTo},
        data_dir::DataDir,
        guard::puzzle::Answer,
        store::Store,
        telemetry::Telemetry,
    };

    const HERE: &str = "192.0.2.1";
    const THERE: &str = "198.51.100.7";

    /// A server's parts, with a clock that the test sets.
    struct Bench {
        _folder: tempfile::TempDir,
        app: Arc<App>,
        clock: Clock,
    }

    fn bench() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path().join("data"), folder.path().join("web"));
        let clock = Clock::set(1_800_000_000);
        config.clock = clock.clone();
        config.log = LogTo::File(folder.path().join("log"));
        let data = DataDir::open(&config.data).unwrap();
        let secrets = Secrets::open(&data, Store::exists(&data)).unwrap();
        let store = Store::open(&data, &secrets).unwrap();
        let telemetry = Telemetry::open(&config.log, clock.clone()).unwrap();
        let app = Arc::new(App::new(&config, data, secrets, store, telemetry));
        Bench {
            _folder: folder,
            app,
            clock,
        }
    }

    fn name(text: &str) -> Username {
        Username::parse(text).unwrap()
    }

    fn guest(from: &str) -> Guest {
        Guest {
            peer: Peer(from.parse().unwrap()),
            answer: None,
            device: None,
            path: "/api/sign-in/start".into(),
            body: Hash::of(b"a first message"),
            known: None,
            account: None,
        }
    }

    impl Bench {
        async fn charge(
            &self,
            purpose: Purpose,
            from: &str,
            about: &str,
        ) -> Result<Charge, Failure> {
            charge(&self.app, &guest(from), purpose, &name(about)).await
        }

        async fn try_from(&self, from: &str, about: &str) -> Result<Charge, Failure> {
            self.charge(Purpose::SignIn, from, about).await
        }

        /// A try that was paid for, whatever it cost.
        async fn paid(&self, purpose: Purpose, from: &str, about: &str) -> Charge {
            let buckets = buckets(&self.app.secrets, &guest(from), purpose, &name(about));
            let now = self.clock.now();
            let added = self.app.store.write(move |at| {
                let counted = buckets.iter().map(|bucket| bucket.add(at, now));
                counted.collect::<Result<_, _>>().map(|counted| Charge {
                    counted,
                    failed: None,
                })
            });
            added.await.unwrap()
        }

        async fn refund(&self, charge: Charge) {
            let done = self.app.store.write(move |at| refund(at, &charge)).await;
            done.unwrap();
        }
    }

    fn wait(outcome: Result<Charge, Failure>) -> u32 {
        match outcome {
            Err(Failure::Wait(seconds)) => seconds,
            other => panic!("{other:?} is no wait"),
        }
    }

    fn bits(outcome: Result<Charge, Failure>) -> u8 {
        match outcome {
            Err(Failure::Puzzle(puzzle)) => puzzle.bits,
            other => panic!("{other:?} is no puzzle"),
        }
    }

    fn solve(failure: &Failure) -> Answer {
        let Failure::Puzzle(puzzle) = failure else {
            panic!("{failure:?} is no puzzle");
        };
        let challenge = puzzle.challenge.as_slice();
        let mut search = Search::new(challenge, puzzle.bits).unwrap();
        while !search.run(100_000) {}
        let bytes = [challenge, &search.into_solution()].concat();
        let mut headers = http::HeaderMap::new();
        let text = keepwell_shared::bytes::to_base64url(&bytes);
        headers.insert(
            keepwell_shared::request::header::PUZZLE,
            text.parse().unwrap(),
        );
        Answer::read(&headers).unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_place_has_five_tries_and_then_waits_ever_longer() {
        let bench = bench();
        for i in 0..5 {
            bench.try_from(HERE, &format!("name-{i}")).await.unwrap();
        }
        for seconds in [60, 120, 240] {
            assert_eq!(wait(bench.try_from(HERE, "name").await), seconds);
            // Another place is not concerned.
            let elsewhere = bench.try_from(THERE, "name").await.unwrap();
            bench.refund(elsewhere).await;
            bench.clock.advance(u64::from(seconds) - 1);
            assert_eq!(wait(bench.try_from(HERE, "name").await), 1);
            bench.clock.advance(1);
            bench.try_from(HERE, "name").await.unwrap();
        }
        // Then a puzzle after the wait, and no wait is longer than a quarter of an hour.
        for seconds in [480, 900, 900] {
            assert_eq!(wait(bench.try_from(HERE, "name").await), seconds);
            bench.clock.advance(seconds.into());
            bits(bench.try_from(HERE, "name").await);
            bench.paid(Purpose::SignIn, HERE, "name").await;
        }
    }

    #[tokio::test]
    async fn hammering_prolongs_nothing_and_a_day_forgives_all() {
        let bench = bench();
        for _ in 0..5 {
            bench.try_from(HERE, "name").await.unwrap();
        }
        for left in (1..=60).rev() {
            assert_eq!(wait(bench.try_from(HERE, "name").await), left);
            bench.clock.advance(1);
        }
        for _ in 0..30 {
            bench.paid(Purpose::SignIn, HERE, "name").await;
        }
        bench.clock.advance(MOST * FORGOTTEN);
        bench.app.store.sweep(bench.clock.now()).await;
        for _ in 0..5 {
            bench.try_from(HERE, "name").await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_turns_out_right_was_never_tried() {
        let bench = bench();
        for _ in 0..100 {
            let charge = bench.try_from(HERE, "anna").await.unwrap();
            bench.refund(charge).await;
        }
        let rows = bench.app.store.read(tries::count).await.unwrap();
        assert_eq!(rows, 0);
        // Somebody who signs in to an account of their own between guesses gains nothing by it.
        for _ in 0..4 {
            let own = bench.try_from(HERE, "mallory").await.unwrap();
            bench.try_from(HERE, "anna").await.unwrap();
            bench.refund(own).await;
        }
        let own = bench.try_from(HERE, "mallory").await.unwrap();
        assert_eq!(wait(bench.try_from(HERE, "anna").await), 60);
        bench.refund(own).await;
        bench.try_from(HERE, "anna").await.unwrap();
        assert_eq!(wait(bench.try_from(HERE, "mallory").await), 60);
    }

    #[tokio::test]
    async fn right_tries_at_the_limit_neither_shorten_a_wait_nor_prolong_it() {
        let bench = bench();
        for _ in 0..30 {
            bench.paid(Purpose::SignIn, HERE, "anna").await;
        }
        let before = wait(bench.try_from(HERE, "anna").await);
        bench.clock.advance(before.into());
        let own = bench.paid(Purpose::SignIn, HERE, "mallory").await;
        bench.refund(own).await;
        let hard = bits(bench.try_from(HERE, "anna").await);
        assert_eq!(hard, MAX_BITS);
        let guess = bench.paid(Purpose::SignIn, HERE, "anna").await;
        drop(guess);
        assert_eq!(wait(bench.try_from(HERE, "anna").await), before);
    }

    #[tokio::test]
    async fn a_name_costs_a_puzzle_and_never_a_wait_whether_or_not_it_exists() {
        let bench = bench();
        for i in 0..NAME_PUZZLE {
            bench
                .try_from(&format!("192.0.2.{i}"), "victim")
                .await
                .unwrap();
        }
        for more in 0..30_u8 {
            let from = format!("203.0.113.{more}");
            let asked = bits(bench.try_from(&from, "victim").await);
            assert_eq!(asked, MIN_BITS.saturating_add(more).min(MAX_BITS));
            bench.paid(Purpose::SignIn, &from, "victim").await;
        }
        // What looks like the name is the name; another one is not concerned.
        assert_eq!(bits(bench.try_from(THERE, "v1ctim").await), MAX_BITS);
        bench.try_from(THERE, "other").await.unwrap();
    }

    #[tokio::test]
    async fn ipv6_counts_by_subscriber_and_ipv4_by_address() {
        for (one, other, far) in [
            (HERE, "::ffff:192.0.2.1", "192.0.2.2"),
            ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
        ] {
            let bench = bench();
            for i in 0..5 {
                bench.try_from(one, &format!("name-{i}")).await.unwrap();
            }
            assert_eq!(wait(bench.try_from(other, "name").await), 60, "{other}");
            bench.try_from(far, "name").await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_device_that_signed_in_before_has_tries_of_its_own() {
        let bench = bench();
        let known = |device: u8, about: &str, from: &str| {
            let guest = Guest {
                known: Some([device; 16]),
                ..guest(from)
            };
            let (app, about) = (Arc::clone(&bench.app), name(about));
            async move { charge(&app, &guest, Purpose::SignIn, &about).await }
        };
        // Somebody at the same place has used up its tries, and those of the name.
        for _ in 0..24 {
            bench.paid(Purpose::SignIn, HERE, "anna").await;
        }
        wait(bench.try_from(HERE, "anna").await);
        let charge = known(1, "anna", HERE).await.unwrap();
        bench.refund(charge).await;
        // Its own tries are as few as those of a place, wherever it is, and another device has others.
        for _ in 0..5 {
            known(1, "anna", HERE).await.unwrap();
        }
        assert_eq!(wait(known(1, "anna", HERE).await), 60);
        assert_eq!(wait(known(1, "anna", THERE).await), 60);
        known(2, "anna", HERE).await.unwrap();
        // Nothing of it is counted for the place and the name: its owner does not shut others out.
        bench.try_from(THERE, "bert").await.unwrap();
    }

    #[tokio::test]
    async fn of_many_tries_at_once_five_are_heard() {
        let bench = bench();
        let all = (0..50).map(|_| bench.try_from(HERE, "name"));
        let heard = futures::future::join_all(all).await;
        assert_eq!(heard.iter().filter(|one| one.is_ok()).count(), 5);
    }

    #[tokio::test]
    async fn a_registration_costs_a_puzzle_from_the_first_on() {
        let bench = bench();
        for failures in 0..5 {
            let asked = bench.charge(Purpose::Register, HERE, "anna").await;
            assert_eq!(bits(asked), MIN_BITS + failures);
            bench.paid(Purpose::Register, HERE, "anna").await;
        }
        assert_eq!(
            wait(bench.charge(Purpose::Register, HERE, "anna").await),
            60
        );
        // Who signs in there is not concerned.
        bench.try_from(HERE, "anna").await.unwrap();
    }

    #[tokio::test]
    async fn a_solved_puzzle_is_good_once_soon_here_for_this_and_as_hard_as_asked() {
        let bench = bench();
        let asked = bench.charge(Purpose::Register, HERE, "anna").await;
        let answer = solve(&asked.unwrap_err());
        let with = |from: &str, purpose, about: &str, answer: &Answer| {
            let guest = Guest {
                answer: Some(answer.clone()),
                ..guest(from)
            };
            let (app, about) = (Arc::clone(&bench.app), name(about));
            async move { charge(&app, &guest, purpose, &about).await }
        };
        // Elsewhere, and for another name.
        bits(with(THERE, Purpose::Register, "anna", &answer).await);
        bits(with(HERE, Purpose::Register, "bert", &answer).await);
        // For another purpose.
        for i in 0..NAME_PUZZLE {
            let from = format!("203.0.113.{i}");
            bench.paid(Purpose::SignIn, &from, "anna").await;
        }
        bits(with(HERE, Purpose::SignIn, "anna", &answer).await);
        bench.clock.advance(599);
        let paid = with(HERE, Purpose::Register, "anna", &answer)
            .await
            .unwrap();
        bits(with(HERE, Purpose::Register, "anna", &answer).await);
        bench.refund(paid).await;
        bits(with(HERE, Purpose::Register, "anna", &answer).await);
        // Too late, and solved ahead for what is harder now.
        let late = solve(
            &bench
                .charge(Purpose::Register, HERE, "anna")
                .await
                .unwrap_err(),
        );
        let easy = solve(
            &bench
                .charge(Purpose::Register, HERE, "anna")
                .await
                .unwrap_err(),
        );
        bench.paid(Purpose::Register, HERE, "anna").await;
        assert_eq!(
            bits(with(HERE, Purpose::Register, "anna", &easy).await),
            MIN_BITS + 1
        );
        bench.clock.advance(600);
        bits(with(HERE, Purpose::Register, "anna", &late).await);
    }

    #[tokio::test]
    async fn at_once_a_puzzle_is_good_once_too() {
        let bench = bench();
        let answer = solve(
            &bench
                .charge(Purpose::Register, HERE, "anna")
                .await
                .unwrap_err(),
        );
        let guest = Guest {
            answer: Some(answer),
            ..guest(HERE)
        };
        let anna = name("anna");
        let all = (0..20).map(|_| charge(&bench.app, &guest, Purpose::Register, &anna));
        let heard = futures::future::join_all(all).await;
        assert_eq!(heard.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(
            heard
                .iter()
                .flat_map(|one| one.as_ref().err())
                .all(|why| why.code() == Code::Puzzle)
        );
    }
}
