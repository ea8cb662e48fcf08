//! What a device remembers of a chart, and how the tabs of one browser remember it together.
//!
//! `docs/protocol.md`, section 6.3.

use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, CompartmentId, GrantId, RecordId},
    statement::VERSION,
};

use super::{Memory, Seen, recall, remember};
use crate::{
    keys::{AccountKey, Context},
    platform::Platform,
};

/// How many heads that were sent and not confirmed are kept, at the most.
const MAX_PENDING: usize = 32;

/// How many heads before the newest one are kept of each chain. Together with what is pending no more
/// than one head may replace.
pub(crate) const MAX_BEFORE: usize = 24;

/// A head of the chart, or of one of its compartments.
pub(crate) type InChain = (Option<CompartmentId>, Hash);

/// What is remembered of a chart.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub(crate) struct ChartMemory {
    #[n(0)]
    pub(super) version: u8,
    /// The newest chart head, of one's own chart.
    #[n(1)]
    pub(crate) head: Option<Seen>,
    /// The newest head of every compartment.
    #[n(2)]
    pub(crate) compartments: Vec<(CompartmentId, Seen)>,
    /// Grants that lived.
    #[n(3)]
    pub(crate) grants: Vec<GrantId>,
    /// Chart heads and compartment heads, in somebody else's chart own statements, that were sent and
    /// whose fate is not known: the next one says that it stands in their place.
    #[n(4)]
    pending: Vec<InChain>,
    /// Entries of one's own chart, with their titles.
    #[n(5)]
    pub(crate) entries: Vec<(RecordId, String)>,
    /// The newest statement of every other author in each compartment; in somebody else's chart one's
    /// own too.
    #[n(6)]
    pub(crate) authors: Vec<(CompartmentId, AccountId, Seen)>,
    /// Heads of one's own chart before the newest ones, oldest first: a repair names them, so that
    /// whoever has seen one of them finds the way.
    #[n(7)]
    before: Vec<InChain>,
}

impl std::fmt::Debug for ChartMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChartMemory(..)")
    }
}

impl ChartMemory {
    /// The newest head of a compartment.
    pub(crate) fn compartment(&self, id: CompartmentId) -> Option<Seen> {
        self.compartments
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, seen)| *seen)
    }

    /// Notes the newest head of a compartment that anybody has named.
    pub(crate) fn note_head(&mut self, of: CompartmentId, seen: Seen) {
        self.compartments.retain(|(id, _)| *id != of);
        self.compartments.push((of, seen));
    }

    /// Both memories of one device: the higher head of each chain, whatever either tab has sent, and
    /// all else from the one that has seen more. Of two heads with one number the one that was kept
    /// stays: the other is a second history, and the next look at the chart says so.
    pub(crate) fn joined(self, kept: Self) -> Self {
        let (mut above, below) = match kept.is_above(&self) || kept.contradicts(&self) {
            true => (kept, self),
            false => (self, kept),
        };
        let higher = |mine: Option<Seen>, theirs: Seen| {
            mine.is_none_or(|mine| mine.counter < theirs.counter)
        };
        if let Some(seen) = below.head.filter(|seen| higher(above.head, *seen)) {
            above.head = Some(seen);
        }
        for (id, seen) in &below.compartments {
            if higher(above.compartment(*id), *seen) {
                above.note_head(*id, *seen);
            }
        }
        for (inside, author, seen) in &below.authors {
            above.note_author(*inside, *author, *seen);
        }
        above.join_pending(&below);
        above
    }

    /// Whether this one has seen more of any chain: another tab of the same browser was faster.
    pub(crate) fn is_above(&self, other: &Self) -> bool {
        self.chains(other)
            .any(|(mine, theirs)| mine.counter > theirs.counter)
    }

    /// Whether they have seen two heads with one number.
    fn contradicts(&self, other: &Self) -> bool {
        self.chains(other)
            .any(|(mine, theirs)| mine.counter == theirs.counter && mine.id != theirs.id)
    }

    /// What both have seen of each chain that both know.
    fn chains<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (Seen, Seen)> + 'a {
        let heads = self.head.zip(other.head);
        let inside = self.compartments.iter();
        let inside = inside.filter_map(|(id, seen)| Some((*seen, other.compartment(*id)?)));
        let authors = self.authors.iter().filter_map(|(id, author, seen)| {
            let theirs = other.authors.iter();
            let theirs = theirs.filter(|(inside, who, _)| (inside, who) == (id, author));
            Some((*seen, theirs.map(|(.., seen)| *seen).next()?))
        });
        heads.into_iter().chain(inside).chain(authors)
    }

    /// The newest statements of a compartment that were seen.
    pub(crate) fn authors(&self, of: CompartmentId) -> Vec<(AccountId, Seen)> {
        let inside = self.authors.iter().filter(|(id, ..)| *id == of);
        inside.map(|(_, author, seen)| (*author, *seen)).collect()
    }

    /// Notes the newest statement of an author, unless a later one was seen before.
    pub(crate) fn note_author(&mut self, of: CompartmentId, author: AccountId, seen: Seen) {
        let known = self
            .authors
            .iter_mut()
            .find(|(id, who, _)| (*id, *who) == (of, author));
        match known {
            Some((.., known)) if known.counter < seen.counter => *known = seen,
            Some(_) => {}
            None => self.authors.push((of, author, seen)),
        }
    }

    /// Notes a head, or a statement in somebody else's chart, before it is sent.
    pub(crate) fn sent(&mut self, of: Option<CompartmentId>, head: Hash) {
        if !self.pending.contains(&(of, head)) {
            self.pending.push((of, head));
        }
        let over = self.pending.len().saturating_sub(MAX_PENDING);
        self.pending.drain(..over);
    }

    /// Takes over what another tab of this browser has sent: nobody may ever hear of it there.
    pub(crate) fn join_pending(&mut self, other: &Self) {
        for (of, head) in &other.pending {
            self.sent(*of, *head);
        }
    }

    /// Notes heads of one's own chart, oldest first, that later ones have followed.
    pub(crate) fn passed(&mut self, of: Option<CompartmentId>, heads: &[Hash]) {
        for head in heads {
            if !self.before.contains(&(of, *head)) {
                self.before.push((of, *head));
            }
        }
        let known = self.before.iter().filter(|(chain, _)| *chain == of);
        let mut over = known.count().saturating_sub(MAX_BEFORE);
        self.before.retain(|(chain, _)| {
            let goes = *chain == of && over > 0;
            over -= usize::from(goes);
            !goes
        });
    }

    /// Heads of a chain that stood before the newest one.
    pub(crate) fn before(&self, of: Option<CompartmentId>) -> Vec<Hash> {
        let inside = self.before.iter().filter(|(chain, _)| *chain == of);
        inside.map(|(_, head)| *head).collect()
    }

    /// The heads of a chain in whose place the next one stands, sorted.
    pub(crate) fn replaced(&self, of: Option<CompartmentId>) -> Vec<Hash> {
        let mut heads: Vec<Hash> = self
            .pending
            .iter()
            .filter(|(chain, _)| *chain == of)
            .map(|(_, head)| *head)
            .collect();
        heads.sort();
        heads.dedup();
        heads
    }

    /// Forgets heads of a chain that a confirmed one replaces, and that one itself; gives them.
    pub(crate) fn settled(
        &mut self,
        of: Option<CompartmentId>,
        replaced: &[Hash],
        head: Hash,
    ) -> Vec<InChain> {
        let over = |(chain, id): &InChain| *chain == of && (*id == head || replaced.contains(id));
        let (settled, left) = self.pending.drain(..).partition(over);
        self.pending = left;
        settled
    }
}

impl Memory for ChartMemory {
    fn version(&self) -> u8 {
        self.version
    }
}

impl ChartMemory {
    /// What this device remembers of a chart.
    pub(crate) async fn recall<P: Platform>(
        platform: &P,
        key: &AccountKey,
        account: AccountId,
        chart: ChartId,
    ) -> Option<Self> {
        let context = Context::Memory(account, Some(chart));
        recall(platform, key, context, &chart_name(account, chart)).await
    }

    /// Keeps it, joined with what another tab of this browser has kept meanwhile. Of the heads on their
    /// way those are added that this tab is about to send, and those go whose fate it has learned.
    /// Nobody else writes between the look at what is kept and the write.
    pub(crate) async fn keep<P: Platform>(
        mut self,
        platform: &P,
        key: &AccountKey,
        (account, chart): (AccountId, ChartId),
        (sent, settled): (&[InChain], &[InChain]),
    ) {
        let name = chart_name(account, chart);
        let _held = platform.hold(&name).await;
        if let Some(kept) = Self::recall(platform, key, account, chart).await {
            let pending = kept.pending.clone();
            self = self.joined(kept);
            // What another tab has settled is not brought back.
            self.pending = pending;
            for (of, head) in sent {
                self.sent(*of, *head);
            }
            self.pending.retain(|head| !settled.contains(head));
        }
        self.version = VERSION;
        let context = Context::Memory(account, Some(chart));
        // A device that keeps nothing says so by `Standing::First` at the next sign-in.
        let _kept = remember(platform, key, context, &name, &self).await;
    }
}

/// A memory with something in every field.
#[cfg(any(test, feature = "fuzz"))]
pub(super) fn sample(seen: Seen) -> ChartMemory {
    let compartment = CompartmentId::from([4; 16]);
    ChartMemory {
        version: VERSION,
        head: Some(seen),
        compartments: vec![(compartment, seen)],
        grants: vec![GrantId::from([8; 16])],
        pending: vec![(None, Hash([9; 32])), (Some(compartment), Hash([10; 32]))],
        entries: vec![(RecordId::from([11; 16]), "Canary".into())],
        authors: vec![(compartment, AccountId::from([12; 16]), seen)],
        before: vec![(None, Hash([13; 32])), (Some(compartment), Hash([14; 32]))],
    }
}

fn chart_name(account: AccountId, chart: ChartId) -> String {
    format!("{account}/{chart}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_replaced_once_and_then_forgotten() {
        let (one, two) = (Hash([1; 32]), Hash([2; 32]));
        let compartment = CompartmentId::from([1; 16]);
        let mut memory = ChartMemory::default();
        memory.sent(None, two);
        memory.sent(None, one);
        memory.sent(Some(compartment), one);
        assert_eq!(memory.replaced(None), [one, two]);
        let settled = memory.settled(None, &[one], two);
        assert_eq!(settled, [(None, two), (None, one)]);
        assert_eq!(memory.replaced(None), []);
        assert_eq!(memory.replaced(Some(compartment)), [one]);
    }

    #[test]
    fn two_tabs_together_remember_the_higher_head_of_each_chain_and_all_that_was_sent() {
        let seen = |counter: u64| Seen {
            counter,
            id: Hash([counter as u8; 32]),
            at: 0,
        };
        let places = [1, 2].map(|n| CompartmentId::from([n; 16]));
        let tab = |head: u64, inside: [u64; 2], sent: u8, title: &str| {
            let mut memory = ChartMemory {
                head: Some(seen(head)),
                entries: vec![(RecordId::from([1; 16]), title.into())],
                ..ChartMemory::default()
            };
            for (place, counter) in places.into_iter().zip(inside) {
                memory.note_head(place, seen(counter));
            }
            memory.sent(None, Hash([sent; 32]));
            memory
        };
        let (one, two) = (tab(7, [3, 4], 100, "older"), tab(8, [3, 5], 101, "newer"));
        for (a, b) in [(one.clone(), two.clone()), (two, one)] {
            let both = a.joined(b);
            assert_eq!(both.head, Some(seen(8)));
            assert_eq!(
                places.map(|id| both.compartment(id).unwrap().counter),
                [3, 5]
            );
            assert_eq!(both.replaced(None), [Hash([100; 32]), Hash([101; 32])]);
            assert_eq!(both.entries[0].1, "newer");
        }
    }

    /// A tab that has not looked since the other one wrote, and a server that lets it write the same
    /// number once more.
    #[test]
    fn of_two_heads_with_one_number_the_one_that_was_kept_stays() {
        let seen = |counter: u64, id: u8| Seen {
            counter,
            id: Hash([id; 32]),
            at: 0,
        };
        let (place, author) = (CompartmentId::from([1; 16]), AccountId::from([2; 16]));
        let tab = |head: Seen, inside: Seen, own: Seen, title: &str| {
            let mut memory = ChartMemory {
                head: Some(head),
                entries: vec![(RecordId::from([1; 16]), title.into())],
                ..ChartMemory::default()
            };
            memory.note_head(place, inside);
            memory.note_author(place, author, own);
            memory
        };
        let kept = tab(seen(7, 1), seen(3, 1), seen(2, 1), "kept");
        for mine in [
            tab(seen(7, 9), seen(3, 1), seen(2, 1), "mine"),
            tab(seen(7, 1), seen(3, 9), seen(2, 1), "mine"),
            tab(seen(7, 1), seen(3, 1), seen(2, 9), "mine"),
            tab(seen(7, 9), seen(3, 9), seen(2, 9), "mine"),
        ] {
            assert!(!kept.is_above(&mine));
            assert!(mine.joined(kept.clone()) == kept);
        }
        // What goes on from it is no contradiction.
        let mine = tab(seen(8, 9), seen(4, 9), seen(3, 9), "mine");
        assert!(mine.is_above(&kept) && mine.clone().joined(kept) == mine);
    }

    #[test]
    fn of_each_chain_the_newest_heads_before_the_last_are_known() {
        let place = Some(CompartmentId::from([1; 16]));
        let mut memory = ChartMemory::default();
        memory.passed(place, &[Hash([200; 32])]);
        for n in 0..100 {
            memory.passed(None, &[Hash([n; 32]), Hash([n; 32])]);
        }
        let known = memory.before(None);
        let newest: Vec<Hash> = (76..100).map(|n| Hash([n; 32])).collect();
        assert_eq!(known, newest);
        assert_eq!(memory.before(place), [Hash([200; 32])]);
    }

    #[test]
    fn the_list_of_what_was_sent_stays_short() {
        let mut memory = ChartMemory::default();
        for n in 0..200u8 {
            memory.sent(None, Hash([n; 32]));
        }
        assert_eq!(memory.replaced(None).len(), MAX_PENDING);
    }
}
