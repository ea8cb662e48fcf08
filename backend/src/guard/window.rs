//! Request numbers: each counts once. The windows live in memory only, so after a restart the
//! client is handed a new one and repeats its request.
//!
//! `docs/protocol.md`, section 9.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use keepwell_shared::{
    error::Code,
    id::{SessionId, WindowId},
    request::WINDOW_SIZE,
};

use crate::reject::Failure;

/// Windows that one session may have: workers and restarts.
const PER_SESSION: usize = 8;
/// Sessions whose windows are remembered.
const SESSIONS: usize = 16_384;
/// A session that nobody used for so long has ended, in seconds: longer than any browser waits until
/// it locks by itself. It counts from the server's start at the earliest, because the windows do.
pub(crate) const IDLE: u64 = 2 * 60 * 60;
/// Numbers in one word of the bit field.
const WORD: u64 = 64;

/// The windows of all sessions.
#[derive(Default)]
pub(crate) struct Windows(Mutex<Table>);

#[derive(Default)]
struct Table {
    sessions: HashMap<SessionId, Entry>,
    turn: u64,
}

struct Entry {
    windows: VecDeque<Window>,
    /// In turns, to find the one that was used longest ago.
    last_used: u64,
    /// In seconds since 1970.
    used_at: u64,
}

impl Windows {
    /// The first window of a new session.
    pub(crate) fn open(&self, session: SessionId, now: u64) -> WindowId {
        self.table().open(session, None, now)
    }

    /// When a session was last used, in seconds since 1970; nothing where that is not in memory.
    pub(crate) fn used_at(&self, session: SessionId) -> Option<u64> {
        self.table()
            .sessions
            .get(&session)
            .map(|entry| entry.used_at)
    }

    /// Whether nobody has used a session for too long.
    pub(crate) fn is_idle(&self, session: SessionId, now: u64) -> bool {
        self.used_at(session)
            .is_some_and(|used_at| now.saturating_sub(used_at) >= IDLE)
    }

    /// Uses up a number.
    ///
    /// # Errors
    /// [`Failure::NewWindow`] when the session does not have the window: it gets a fresh one, the
    /// same one however often the request is replayed, so that replays can not push out windows in
    /// use. [`Code::BadRequest`] when the number was used or is too old.
    pub(crate) fn take(
        &self,
        session: SessionId,
        window: WindowId,
        number: u64,
        now: u64,
    ) -> Result<(), Failure> {
        let mut table = self.table();
        let turn = table.next_turn();
        if let Some(entry) = table.sessions.get_mut(&session) {
            entry.last_used = turn;
            entry.used_at = now;
            for known in &mut entry.windows {
                if known.id == window {
                    return match known.take(number) {
                        true => Ok(()),
                        false => Err(Code::BadRequest.into()),
                    };
                }
                if known.instead_of == Some(window) {
                    return Err(Failure::NewWindow(known.id));
                }
            }
        }
        Err(Failure::NewWindow(table.open(session, Some(window), now)))
    }

    /// Forgets a session that ended.
    pub(crate) fn forget(&self, session: SessionId) {
        self.table().sessions.remove(&session);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn next_turn(&mut self) -> u64 {
        self.turn = self.turn.wrapping_add(1);
        self.turn
    }

    fn open(&mut self, session: SessionId, instead_of: Option<WindowId>, now: u64) -> WindowId {
        if self.sessions.len() >= SESSIONS && !self.sessions.contains_key(&session) {
            let idle = self
                .sessions
                .iter()
                .min_by_key(|(_, entry)| entry.last_used);
            if let Some(idle) = idle.map(|(id, _)| *id) {
                self.sessions.remove(&idle);
            }
        }
        let last_used = self.next_turn();
        let entry = self.sessions.entry(session).or_insert_with(|| Entry {
            windows: VecDeque::new(),
            last_used,
            used_at: now,
        });
        if entry.windows.len() >= PER_SESSION {
            entry.windows.pop_front();
        }
        let window = Window::new(instead_of);
        let id = window.id;
        entry.windows.push_back(window);
        id
    }
}

/// A sliding window over the newest numbers (the anti-replay window of RFC 4303, section 3.4.3).
struct Window {
    id: WindowId,
    /// The unknown window for which this one was handed out.
    instead_of: Option<WindowId>,
    /// The highest number so far.
    highest: u64,
    /// One bit for each of the newest numbers, at the number modulo the size.
    used: [u64; (WINDOW_SIZE / WORD) as usize],
}

impl Window {
    fn new(instead_of: Option<WindowId>) -> Self {
        Self {
            id: WindowId::generate(),
            instead_of,
            highest: 0,
            used: [0; (WINDOW_SIZE / WORD) as usize],
        }
    }

    /// Whether the number is fresh; it no longer is afterwards.
    fn take(&mut self, number: u64) -> bool {
        if number > self.highest {
            if number - self.highest >= WINDOW_SIZE {
                self.used = [0; (WINDOW_SIZE / WORD) as usize];
            } else {
                for passed in self.highest + 1..number {
                    self.mark(passed, false);
                }
            }
            self.highest = number;
            self.mark(number, true);
            return true;
        }
        if self.highest - number >= WINDOW_SIZE || self.is_marked(number) {
            return false;
        }
        self.mark(number, true);
        true
    }

    fn is_marked(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.used.get(word).is_none_or(|bits| bits & bit != 0)
    }

    fn mark(&mut self, number: u64, used: bool) {
        let (word, bit) = place(number);
        if let Some(bits) = self.used.get_mut(word) {
            *bits = if used { *bits | bit } else { *bits & !bit };
        }
    }
}

fn place(number: u64) -> (usize, u64) {
    let slot = number % WINDOW_SIZE;
    (
        usize::try_from(slot / WORD).unwrap_or(usize::MAX),
        1 << (slot % WORD),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(outcome: Result<(), Failure>) -> Option<Code> {
        outcome.err().map(|failure| failure.code())
    }

    #[test]
    fn each_number_counts_once_in_any_order() {
        let mut window = Window::new(None);
        for number in [0, 1, 5, 3, 2, 4, 1023, 6] {
            assert!(window.take(number), "{number}");
            assert!(!window.take(number), "{number} again");
        }
    }

    #[test]
    fn what_slid_out_is_refused_and_what_slid_in_is_fresh() {
        let mut window = Window::new(None);
        for number in 0..5000 {
            assert!(window.take(number));
        }
        assert!(!window.take(4999 - WINDOW_SIZE));
        assert!(!window.take(0));
        assert!(window.take(4999 + WINDOW_SIZE - 1));
        assert!(window.take(5000), "the oldest that still counts");
        assert!(window.take(5001));
        assert!(!window.take(4999));
    }

    #[test]
    fn every_jump_leaves_exactly_the_right_numbers_open() {
        for jump in [1, 2, 63, 64, 65, 1022, 1023, 1024, 1025, 4096] {
            let mut window = Window::new(None);
            assert!(window.take(2000));
            assert!(window.take(2000 + jump));
            for number in 0..=2000 + jump {
                let open =
                    number + WINDOW_SIZE > 2000 + jump && number != 2000 && number != 2000 + jump;
                assert_eq!(window.take(number), open, "jump {jump}, number {number}");
            }
        }
    }

    #[test]
    fn the_highest_number_of_all_does_no_harm() {
        let mut window = Window::new(None);
        assert!(window.take(u64::MAX));
        assert!(!window.take(u64::MAX));
        assert!(window.take(u64::MAX - 1));
        assert!(!window.take(0));
    }

    #[test]
    fn an_unknown_window_is_replaced_by_one_and_the_same() {
        let windows = Windows::default();
        let session = SessionId::generate();
        let first = windows.open(session, 0);
        assert!(windows.take(session, first, 0, 0).is_ok());
        let unknown = WindowId::generate();
        let mut offered = Vec::new();
        for _ in 0..3 * PER_SESSION {
            match windows.take(session, unknown, 0, 0) {
                Err(Failure::NewWindow(window)) => offered.push(window),
                other => panic!("{other:?}"),
            }
        }
        offered.dedup();
        assert_eq!(offered.len(), 1);
        assert!(windows.take(session, first, 1, 0).is_ok(), "not pushed out");
        assert!(windows.take(session, offered[0], 0, 0).is_ok());
    }

    #[test]
    fn a_window_of_another_session_is_unknown() {
        let windows = Windows::default();
        let (one, two) = (SessionId::generate(), SessionId::generate());
        let window = windows.open(one, 0);
        assert_eq!(code(windows.take(two, window, 0, 0)), Some(Code::NewWindow));
        assert_eq!(code(windows.take(one, window, 0, 0)), None);
        windows.forget(one);
        assert_eq!(code(windows.take(one, window, 1, 0)), Some(Code::NewWindow));
    }

    #[test]
    fn what_nobody_uses_for_long_is_idle() {
        let windows = Windows::default();
        let session = SessionId::generate();
        assert!(
            !windows.is_idle(session, u64::MAX),
            "nothing is known of it"
        );
        let window = windows.open(session, 1000);
        assert!(!windows.is_idle(session, 1000 + IDLE - 1));
        assert!(windows.is_idle(session, 1000 + IDLE));
        assert!(windows.take(session, window, 0, 5000).is_ok());
        assert_eq!(windows.used_at(session), Some(5000));
        assert!(!windows.is_idle(session, 1000 + IDLE));
        // A clock that was set back makes nobody idle.
        assert!(!windows.is_idle(session, 10));
    }

    #[test]
    fn memory_is_bounded() {
        let windows = Windows::default();
        let session = SessionId::generate();
        for _ in 0..100 {
            let _ = windows.take(session, WindowId::generate(), 0, 0);
        }
        assert_eq!(
            windows.table().sessions[&session].windows.len(),
            PER_SESSION
        );
        for _ in 0..SESSIONS + 10 {
            windows.open(SessionId::generate(), 0);
        }
        assert_eq!(windows.table().sessions.len(), SESSIONS);
        assert!(!windows.table().sessions.contains_key(&session));
    }
}
