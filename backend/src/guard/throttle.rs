//! Failed sign-ins, counted per user name and per network. Every first message counts as a failure
//! before its answer leaves, because a guesser learns what they want from it and never sends the
//! third; a sign-in that succeeds is taken back.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use keepwell_shared::error::Code;

use super::Peer;
use crate::reject::Failure;

/// Failures in a row of minutes after which the next minute is closed.
const FAILURES: u32 = 10;
/// Seconds of that minute.
const MINUTE: u64 = 60;
/// Names, and networks, that are remembered at once.
const REMEMBERED: usize = 16_384;

/// Counts tries.
pub(crate) struct Throttle {
    counts: Option<Mutex<Counts>>,
}

#[derive(Default)]
struct Counts {
    names: Table<String>,
    networks: Table<u128>,
}

impl Throttle {
    /// A throttle, or for tests one that lets everything through.
    pub(crate) fn new(on: bool) -> Self {
        Self {
            counts: on.then(Mutex::default),
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// [`Code::Busy`] when the name or the network had too many; the try is not counted then, so
    /// that hammering does not prolong the minute.
    pub(crate) fn charge(&self, folded_name: &str, peer: Peer, now: u64) -> Result<(), Failure> {
        let Some(counts) = &self.counts else {
            return Ok(());
        };
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (name, network) = (folded_name.to_owned(), network(peer));
        if counts.names.is_full(&name, now) || counts.networks.is_full(&network, now) {
            return Err(Code::Busy.into());
        }
        counts.names.add(name, now);
        counts.networks.add(network, now);
        Ok(())
    }

    /// Takes a try back that turned out right.
    pub(crate) fn refund(&self, folded_name: &str, peer: Peer) {
        if let Some(counts) = &self.counts {
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            counts.names.take_back(&folded_name.to_owned());
            counts.networks.take_back(&network(peer));
        }
    }
}

/// Tries by key, each within the minute that began with its first.
struct Table<K>(HashMap<K, Tries>);

struct Tries {
    since: u64,
    count: u32,
}

impl<K> Default for Table<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone> Table<K> {
    fn is_full(&self, key: &K, now: u64) -> bool {
        self.0
            .get(key)
            .is_some_and(|tries| tries.is_live(now) && tries.count >= FAILURES)
    }

    fn add(&mut self, key: K, now: u64) {
        if self.0.len() >= REMEMBERED && !self.0.contains_key(&key) {
            self.make_room(now);
        }
        let tries = self.0.entry(key).or_insert(Tries {
            since: now,
            count: 0,
        });
        if !tries.is_live(now) {
            *tries = Tries {
                since: now,
                count: 0,
            };
        }
        tries.count += 1;
        // The minute of waiting begins with the last of the failures.
        if tries.count >= FAILURES {
            tries.since = now;
        }
    }

    fn take_back(&mut self, key: &K) {
        if let Some(tries) = self.0.get_mut(key) {
            tries.count = tries.count.saturating_sub(1);
            if tries.count == 0 {
                self.0.remove(key);
            }
        }
    }

    /// Forgets minutes that are over, and where none is, the oldest.
    fn make_room(&mut self, now: u64) {
        self.0.retain(|_, tries| tries.is_live(now));
        if self.0.len() >= REMEMBERED {
            let oldest = self.0.iter().min_by_key(|(_, tries)| tries.since);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.0.remove(&oldest);
            }
        }
    }
}

impl Tries {
    fn is_live(&self, now: u64) -> bool {
        now < self.since.saturating_add(MINUTE)
    }
}

/// An IPv4 address, or the 64 bits of an IPv6 address that one subscriber has.
fn network(peer: Peer) -> u128 {
    match peer.0.to_canonical() {
        IpAddr::V4(ip) => u128::from(u32::from(ip)),
        IpAddr::V6(ip) => u128::from(ip) >> 64 | 1 << 127,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(text: &str) -> Peer {
        Peer(text.parse().unwrap())
    }

    fn tries(throttle: &Throttle, name: &str, from: &str, now: u64) -> u32 {
        (0..100)
            .take_while(|_| throttle.charge(name, peer(from), now).is_ok())
            .count() as u32
    }

    #[test]
    fn ten_failures_close_a_name_from_everywhere_for_a_minute() {
        let throttle = Throttle::new(true);
        for i in 0..FAILURES {
            let from = format!("192.0.2.{i}");
            assert!(throttle.charge("anna", peer(&from), 100).is_ok());
        }
        let closed = throttle.charge("anna", peer("198.51.100.1"), 159);
        assert_eq!(closed.unwrap_err().code(), Code::Busy);
        assert!(throttle.charge("bert", peer("198.51.100.1"), 159).is_ok());
        assert!(throttle.charge("anna", peer("198.51.100.1"), 160).is_ok());
    }

    #[test]
    fn ten_failures_close_a_network_for_every_name() {
        for (one, other, far) in [
            ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2"),
            ("2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"),
        ] {
            let throttle = Throttle::new(true);
            for i in 0..FAILURES {
                assert!(throttle.charge(&format!("n{i}"), peer(one), 5).is_ok());
            }
            assert!(throttle.charge("new", peer(other), 6).is_err(), "{other}");
            assert!(throttle.charge("new", peer(far), 6).is_ok(), "{far}");
        }
    }

    #[test]
    fn what_succeeds_is_taken_back() {
        let throttle = Throttle::new(true);
        for _ in 0..100 {
            throttle.charge("anna", peer("192.0.2.1"), 5).unwrap();
            throttle.refund("anna", peer("192.0.2.1"));
        }
        assert_eq!(tries(&throttle, "anna", "192.0.2.1", 5), FAILURES);
    }

    #[test]
    fn hammering_does_not_prolong_the_minute() {
        let throttle = Throttle::new(true);
        assert_eq!(tries(&throttle, "anna", "192.0.2.1", 0), FAILURES);
        for now in 1..60 {
            assert_eq!(tries(&throttle, "anna", "192.0.2.1", now), 0);
        }
        assert_eq!(tries(&throttle, "anna", "192.0.2.1", 60), FAILURES);
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::new(true);
        for i in 0..REMEMBERED as u32 + 100 {
            let from = Peer(IpAddr::from(i.to_be_bytes()));
            throttle.charge(&format!("n{i}"), from, 7).unwrap();
        }
        let counts = throttle.counts.as_ref().unwrap().lock().unwrap();
        assert_eq!(counts.names.0.len(), REMEMBERED);
        assert_eq!(counts.networks.0.len(), REMEMBERED);
    }
}
