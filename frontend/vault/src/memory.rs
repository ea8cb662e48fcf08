//! What a device remembers between sessions: the highest heads that it has seen, so that a server
//! that goes back to an earlier state, or tells two stories, is noticed.
//!
//! It is sealed under the AccountKey, because it names charts and entries. Whoever has the device
//! can delete it; then the browser says that it sees the chart for the first time. No head is
//! remembered before it verified.
//!
//! `docs/protocol.md`, section 6.3.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, ChartId, CompartmentId, GrantId, RecordId},
    statement::{Link, VERSION, Verified},
};
use zeroize::Zeroizing;

use crate::{
    keys::{AccountKey, Context},
    platform::Platform,
};

/// How many heads that were sent and not confirmed are kept, at the most.
const MAX_PENDING: usize = 32;

/// A head in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub(crate) struct Seen {
    #[n(0)]
    pub(crate) counter: u64,
    #[n(1)]
    pub(crate) id: Hash,
    /// When it was made, by its maker's clock.
    #[n(2)]
    pub(crate) at: u64,
}

impl Seen {
    pub(crate) fn of<T: Link>(head: &Verified<T>, at: u64) -> Self {
        Self {
            counter: head.payload().counter(),
            id: head.id(),
            at,
        }
    }
}

/// What is remembered of an account.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub(crate) struct AccountMemory {
    #[n(0)]
    version: u8,
    /// The newest head of the account chain.
    #[n(1)]
    pub(crate) head: Option<Seen>,
    /// The counter of the newest address book.
    #[n(2)]
    pub(crate) book: u64,
    /// That book, as it was sealed: one that the server lost can be put back.
    #[n(3)]
    pub(crate) sealed_book: Bytes,
    /// Charts of one's own.
    #[n(4)]
    pub(crate) charts: Vec<ChartId>,
}

/// What is remembered of a chart.
#[derive(Clone, Default, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub(crate) struct ChartMemory {
    #[n(0)]
    version: u8,
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
    pending: Vec<(Option<CompartmentId>, Hash)>,
    /// Entries of one's own chart, with their titles.
    #[n(5)]
    pub(crate) entries: Vec<(RecordId, String)>,
    /// The newest statement of every other author in each compartment; in somebody else's chart one's
    /// own too.
    #[n(6)]
    pub(crate) authors: Vec<(CompartmentId, AccountId, Seen)>,
}

impl std::fmt::Debug for AccountMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountMemory(..)")
    }
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

    /// Whether this one has seen more: another tab of the same browser was faster.
    pub(crate) fn is_above(&self, other: &Self) -> bool {
        let above = |mine: Option<Seen>, theirs: Option<Seen>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => mine.counter > theirs.counter,
            _ => false,
        };
        above(self.head, other.head)
            || self
                .compartments
                .iter()
                .any(|(id, seen)| above(Some(*seen), other.compartment(*id)))
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
        self.pending.push((of, head));
        let over = self.pending.len().saturating_sub(MAX_PENDING);
        self.pending.drain(..over);
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

    /// Forgets heads of a chain that a confirmed one replaces, and that one itself.
    pub(crate) fn settled(&mut self, of: Option<CompartmentId>, replaced: &[Hash], head: Hash) {
        self.pending
            .retain(|(chain, id)| *chain != of || (*id != head && !replaced.contains(id)));
    }
}

/// What is remembered, as bytes.
pub(crate) trait Memory: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> {
    /// The version that it carries.
    fn version(&self) -> u8;

    /// What is sealed.
    fn to_plaintext(&self) -> Option<Zeroizing<Vec<u8>>> {
        minicbor::to_vec(self).ok().map(Zeroizing::new)
    }

    /// Reads what is sealed. One memory has one form; one of a version that this program does not
    /// know is none.
    fn from_plaintext(plain: &[u8]) -> Option<Self> {
        let memory: Self = minicbor::decode(plain).ok()?;
        let again = memory.to_plaintext()?;
        (memory.version() == VERSION && again.as_slice() == plain).then_some(memory)
    }

    fn seal(&self, key: &AccountKey, context: &Context) -> Option<Bytes> {
        key.seal(&self.to_plaintext()?, context).ok()
    }

    /// A memory that does not open is none.
    fn open(key: &AccountKey, context: &Context, sealed: &Bytes) -> Option<Self> {
        Self::from_plaintext(&key.open(sealed, context).ok()?)
    }
}

impl Memory for AccountMemory {
    fn version(&self) -> u8 {
        self.version
    }
}

impl Memory for ChartMemory {
    fn version(&self) -> u8 {
        self.version
    }
}

async fn recall<T: Memory, P: Platform>(
    platform: &P,
    key: &AccountKey,
    context: Context,
    name: &str,
) -> Option<T> {
    let sealed = platform.recall(name).await?;
    T::open(key, &context, &Bytes(sealed))
}

async fn remember<T: Memory, P: Platform>(
    platform: &P,
    key: &AccountKey,
    context: Context,
    name: &str,
    memory: &T,
) -> bool {
    match memory.seal(key, &context) {
        Some(sealed) => platform.remember(name, sealed.as_slice()).await,
        None => false,
    }
}

impl AccountMemory {
    /// What this device remembers of an account.
    pub(crate) async fn recall<P: Platform>(
        platform: &P,
        key: &AccountKey,
        account: AccountId,
    ) -> Option<Self> {
        let context = Context::Memory(account, None);
        recall(platform, key, context, &account_name(account)).await
    }

    /// Keeps it with this change, on top of whatever another tab of this browser has kept meanwhile.
    pub(crate) async fn keep<P: Platform>(
        &mut self,
        platform: &P,
        key: &AccountKey,
        account: AccountId,
        change: impl FnOnce(&mut Self),
    ) {
        let name = account_name(account);
        let _held = platform.hold(&name).await;
        if let Some(kept) = Self::recall(platform, key, account).await {
            if let Some(head) = kept.head {
                self.saw_head(head);
            }
            self.saw_book(kept.book, kept.sealed_book);
            for chart in kept.charts {
                self.saw_chart(chart);
            }
        }
        change(self);
        self.version = VERSION;
        let context = Context::Memory(account, None);
        // A device that keeps nothing will know nothing at the next sign-in.
        let _kept = remember(platform, key, context, &name, self).await;
    }

    /// Notes a statement of the account chain, unless a later one was seen before.
    pub(crate) fn saw_head(&mut self, head: Seen) {
        if self.head.is_none_or(|known| known.counter <= head.counter) {
            self.head = Some(head);
        }
    }

    /// Notes an address book, unless a later one was seen before.
    pub(crate) fn saw_book(&mut self, counter: u64, sealed: Bytes) {
        if self.book <= counter {
            (self.book, self.sealed_book) = (counter, sealed);
        }
    }

    /// Notes a chart of one's own.
    pub(crate) fn saw_chart(&mut self, chart: ChartId) {
        if !self.charts.contains(&chart) {
            self.charts.push(chart);
        }
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

    /// Keeps it, unless another tab of this browser has kept higher heads. Nobody else writes between
    /// the look at what is kept and the write.
    pub(crate) async fn keep<P: Platform>(
        mut self,
        platform: &P,
        key: &AccountKey,
        account: AccountId,
        chart: ChartId,
    ) {
        let name = chart_name(account, chart);
        let _held = platform.hold(&name).await;
        if let Some(kept) = Self::recall(platform, key, account, chart).await {
            if kept.is_above(&self) {
                return;
            }
            for (inside, author, seen) in &kept.authors {
                self.note_author(*inside, *author, *seen);
            }
        }
        self.version = VERSION;
        let context = Context::Memory(account, Some(chart));
        // A device that keeps nothing says so by `Standing::First` at the next sign-in.
        let _kept = remember(platform, key, context, &name, &self).await;
    }
}

/// Memories with something in every field, for tables.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn samples() -> (AccountMemory, ChartMemory) {
    let seen = Seen {
        counter: 1,
        id: Hash([2; 32]),
        at: 3,
    };
    let compartment = CompartmentId::from([4; 16]);
    let account = AccountMemory {
        version: VERSION,
        head: Some(seen),
        book: 5,
        sealed_book: Bytes(vec![6; 100]),
        charts: vec![ChartId::from([7; 16])],
    };
    let chart = ChartMemory {
        version: VERSION,
        head: Some(seen),
        compartments: vec![(compartment, seen)],
        grants: vec![GrantId::from([8; 16])],
        pending: vec![(None, Hash([9; 32])), (Some(compartment), Hash([10; 32]))],
        entries: vec![(RecordId::from([11; 16]), "Canary".into())],
        authors: vec![(compartment, AccountId::from([12; 16]), seen)],
    };
    (account, chart)
}

fn account_name(account: AccountId) -> String {
    account.to_string()
}

fn chart_name(account: AccountId, chart: ChartId) -> String {
    format!("{account}/{chart}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_has_one_version_and_one_form() {
        let (account, chart) = samples();
        let plain = chart.to_plaintext().unwrap();
        assert_eq!(ChartMemory::from_plaintext(&plain), Some(chart.clone()));
        let longer = [plain.as_slice(), &[0]].concat();
        assert_eq!(ChartMemory::from_plaintext(&longer), None);
        let plain = account.to_plaintext().unwrap();
        assert_eq!(AccountMemory::from_plaintext(&plain), Some(account.clone()));
        let account = AccountMemory {
            version: 2,
            ..account
        };
        let plain = account.to_plaintext().unwrap();
        assert_eq!(AccountMemory::from_plaintext(&plain), None);
        let chart = ChartMemory {
            version: 2,
            ..chart
        };
        let plain = chart.to_plaintext().unwrap();
        assert_eq!(ChartMemory::from_plaintext(&plain), None);
    }

    #[test]
    fn what_was_sent_is_replaced_once_and_then_forgotten() {
        let (one, two) = (Hash([1; 32]), Hash([2; 32]));
        let compartment = CompartmentId::from([1; 16]);
        let mut memory = ChartMemory::default();
        memory.sent(None, two);
        memory.sent(None, one);
        memory.sent(Some(compartment), one);
        assert_eq!(memory.replaced(None), [one, two]);
        memory.settled(None, &[one], two);
        assert_eq!(memory.replaced(None), []);
        assert_eq!(memory.replaced(Some(compartment)), [one]);
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
