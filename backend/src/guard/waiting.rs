//! Sign-ins under way: in memory, for minutes, each thing that waits there good for one try at a time.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use keepwell_shared::{
    bytes,
    handshake::Suite,
    id::{AccountId, LoginId, ProvenId, RecoveryId, SessionId},
    username::Username,
};
use opaque_ke::ServerLogin;
use zeroize::Zeroizing;

use super::tries::Charge;

/// How long the third message may take, in seconds.
const THIRD_MESSAGE: u64 = 120;
/// How long the second factor may take, in seconds.
const FACTOR: u64 = 300;
/// Second factors that one sign-in may try.
pub(crate) const TRIES: u32 = 5;
/// How long both factors count as just shown, in seconds.
const FRESH: u64 = 5 * 60;
/// How long a recovery kit may take to sign, in seconds.
const KIT_PROOF: u64 = 120;
/// How long a new password, a new second factor and a new kit may take, in seconds: an app is set up
/// and a sheet is printed in that time.
const RECOVERY: u64 = 30 * 60;
/// How many of each are remembered at once; the oldest gives way.
const WAITING: usize = 4096;

/// A sign-in after its first message.
pub(crate) struct Login {
    pub(crate) state: ServerLogin<Suite>,
    /// None for a name that does not exist: its third message can not be right.
    pub(crate) account: Option<AccountId>,
    pub(crate) username: Username,
    /// Of the OPAQUE record that it began with.
    pub(crate) record: bytes::Hash,
    /// The failed try that it is counted as.
    pub(crate) charge: Charge,
}

/// A sign-in whose password was right. It is no caller: nothing but the route of the second factor
/// takes one, and only a session opens anything.
pub(crate) struct Proven {
    pub(crate) account: AccountId,
    /// Of the OPAQUE record whose password was right: with another password it is over.
    pub(crate) record: bytes::Hash,
    /// The failed try that it is counted as still: taken back with what all of it was for.
    pub(crate) charge: Charge,
    /// On which both ends of the sign-in agree.
    pub(crate) session_key: Zeroizing<Vec<u8>>,
    /// How many more second factors are looked at.
    pub(crate) tries: u32,
    /// When the last wrong code would have been right, in steps.
    pub(crate) elsewhere: Vec<u64>,
}

/// Sign-ins that wait for their third message.
pub(crate) type Logins = Waiting<LoginId, Login>;
/// Sign-ins that wait for their second factor.
pub(crate) type ProvenLogins = Waiting<ProvenId, Proven>;

/// Somebody who says to hold the recovery kit of an account.
#[derive(Debug)]
pub(crate) struct KitAsked {
    pub(crate) username: Username,
    /// The failed try that it is counted as.
    pub(crate) charge: Charge,
}

/// Somebody whose recovery kit has signed. Like [`Proven`] it is no caller: one route takes it.
#[derive(Debug)]
pub(crate) struct KitProven {
    pub(crate) account: AccountId,
    /// The failed try that it is counted as still.
    pub(crate) charge: Charge,
}

/// Recoveries that wait for the kit to sign.
pub(crate) type KitsAsked = Waiting<RecoveryId, KitAsked>;
/// Recoveries that wait for what takes the place of everything that was lost.
pub(crate) type KitsProven = Waiting<RecoveryId, KitProven>;

/// Sessions that began with both factors, to confirm a change.
pub(crate) type Confirmed = Waiting<SessionId, ()>;

/// What waits, by its id.
pub(crate) struct Waiting<K, V> {
    lifetime: u64,
    table: Mutex<Table<K, V>>,
}

struct Table<K, V> {
    waiting: HashMap<K, V>,
    order: VecDeque<(u64, K)>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(..)")
    }
}

impl std::fmt::Debug for Proven {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proven(..)")
    }
}

impl<K, V> std::fmt::Debug for Waiting<K, V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Waiting(..)")
    }
}

impl Logins {
    pub(crate) fn logins() -> Self {
        Self::new(THIRD_MESSAGE)
    }
}

impl ProvenLogins {
    pub(crate) fn proven() -> Self {
        Self::new(FACTOR)
    }
}

impl Confirmed {
    pub(crate) fn confirmed() -> Self {
        Self::new(FRESH)
    }
}

impl KitsAsked {
    pub(crate) fn kits_asked() -> Self {
        Self::new(KIT_PROOF)
    }
}

impl KitsProven {
    pub(crate) fn kits_proven() -> Self {
        Self::new(RECOVERY)
    }
}

impl<K: Copy + Eq + Hash, V> Waiting<K, V> {
    fn new(lifetime: u64) -> Self {
        Self {
            lifetime,
            table: Mutex::new(Table {
                waiting: HashMap::new(),
                order: VecDeque::new(),
            }),
        }
    }

    /// Keeps something under a fresh id.
    pub(crate) fn keep(&self, id: K, value: V, now: u64) {
        let mut table = self.table(now);
        while table.order.len() >= WAITING {
            table.drop_oldest();
        }
        table.order.push_back((now, id));
        table.waiting.insert(id, value);
    }

    /// Whether it is there still.
    pub(crate) fn has(&self, id: K, now: u64) -> bool {
        self.table(now).waiting.contains_key(&id)
    }

    /// Takes it out: of two that want it at once, one gets it.
    pub(crate) fn take(&self, id: K, now: u64) -> Option<V> {
        self.table(now).waiting.remove(&id)
    }

    /// Puts back what was taken out, for what is left of its time.
    pub(crate) fn put_back(&self, id: K, value: V, now: u64) {
        let mut table = self.table(now);
        if table.order.iter().any(|(_, known)| *known == id) {
            table.waiting.insert(id, value);
        }
    }

    fn table(&self, now: u64) -> MutexGuard<'_, Table<K, V>> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.drop_old(self.lifetime, now);
        table
    }
}

impl<K: Eq + Hash, V> Table<K, V> {
    fn drop_old(&mut self, lifetime: u64, now: u64) {
        while self
            .order
            .front()
            .is_some_and(|(since, _)| since.saturating_add(lifetime) <= now)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, id)) = self.order.pop_front() {
            self.waiting.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_taken_once_within_its_time() {
        let table = Waiting::new(120);
        table.keep(1, "one", 100);
        assert_eq!(table.take(2, 100), None);
        assert_eq!(table.take(1, 219), Some("one"));
        assert_eq!(table.take(1, 219), None);
        table.keep(3, "three", 100);
        assert_eq!(table.take(3, 220), None);
    }

    #[test]
    fn what_is_put_back_keeps_its_time() {
        let table = Waiting::new(120);
        table.keep(1, "one", 100);
        let one = table.take(1, 101).unwrap();
        table.put_back(1, one, 102);
        assert_eq!(table.take(1, 219), Some("one"));
        table.put_back(1, "one", 219);
        assert_eq!(table.take(1, 220), None);
        // Taken before its end and put back after it: it is gone, and takes no memory.
        table.put_back(1, "one", 220);
        assert_eq!(table.take(1, 220), None);
        assert!(table.table(220).waiting.is_empty());
    }

    #[test]
    fn memory_is_bounded() {
        let table = Waiting::new(120);
        table.keep(0, (), 0);
        for at in 1..=WAITING {
            table.keep(at, (), 0);
            table.take(at, 0).unwrap();
        }
        for at in 0..WAITING {
            table.keep(2 * WAITING + at, (), 0);
        }
        assert_eq!(table.take(0, 0), None);
        assert_eq!(table.table(0).waiting.len(), WAITING);
        assert_eq!(table.table(0).order.len(), WAITING);
    }
}
