//! Registrations between their two messages: in memory, for ten minutes. What the first message
//! cost need not be paid for the second one again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use keepwell_shared::username::Username;

use super::{
    Peer,
    tries::{Charge, place},
};

/// How long the second message may take, in seconds.
const LIFETIME: u64 = 10 * 60;
/// How many are remembered at once; the oldest gives way.
const WAITING: usize = 4096;

/// Who registers, and from where.
type Who = (String, Vec<u8>);

/// The registrations that wait for their second message.
#[derive(Debug, Default)]
pub(crate) struct Registrations(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    waiting: HashMap<Who, (u64, Charge)>,
    order: VecDeque<(u64, Who)>,
}

impl Registrations {
    /// Keeps what the first message cost.
    pub(crate) fn keep(&self, name: &Username, peer: Peer, charge: Charge, now: u64) {
        let who = (name.folded(), place(peer));
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while table.order.len() >= WAITING {
            table.drop_oldest();
        }
        table.order.push_back((now, who.clone()));
        table.waiting.insert(who, (now, charge));
    }

    /// Takes it out: it is good for one second message.
    pub(crate) fn take(&self, name: &Username, peer: Peer, now: u64) -> Option<Charge> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, charge) = table.waiting.remove(&(name.folded(), place(peer)))?;
        (now < since.saturating_add(LIFETIME)).then_some(charge)
    }
}

impl Table {
    fn drop_oldest(&mut self) {
        if let Some((since, who)) = self.order.pop_front()
            // A later first message of the same person may stand there.
            && self.waiting.get(&who).is_some_and(|(at, _)| *at == since)
        {
            self.waiting.remove(&who);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(registrations: &Registrations, name: &str, now: u64) -> bool {
        let (name, peer) = (Username::parse(name).unwrap(), Peer([127, 0, 0, 1].into()));
        registrations.take(&name, peer, now).is_some()
    }

    fn keep(registrations: &Registrations, name: &str, now: u64) {
        let (name, peer) = (Username::parse(name).unwrap(), Peer([127, 0, 0, 1].into()));
        registrations.keep(&name, peer, Charge::default(), now);
    }

    #[test]
    fn a_first_message_is_good_for_one_second_within_ten_minutes_from_there() {
        let registrations = Registrations::default();
        keep(&registrations, "anna", 100);
        let (name, far) = (
            Username::parse("anna").unwrap(),
            Peer([127, 0, 0, 2].into()),
        );
        assert!(registrations.take(&name, far, 100).is_none());
        assert!(!kept(&registrations, "bert", 100));
        assert!(kept(&registrations, "anna", 699));
        assert!(!kept(&registrations, "anna", 699));
        keep(&registrations, "anna", 100);
        assert!(!kept(&registrations, "anna", 700));
    }

    #[test]
    fn memory_is_bounded() {
        let registrations = Registrations::default();
        keep(&registrations, "first", 0);
        for i in 0..2 * WAITING {
            keep(&registrations, &format!("name-{i}"), 0);
            keep(&registrations, "again", 0);
        }
        assert!(!kept(&registrations, "first", 0));
        let table = registrations.0.lock().unwrap();
        assert_eq!(table.order.len(), WAITING);
        assert!(table.waiting.len() <= WAITING);
    }
}
