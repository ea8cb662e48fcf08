//! What a device remembers between sessions: the highest heads that it has seen, so that a server
//! that goes back to an earlier state, or tells two stories, is noticed.
//!
//! It is sealed under the AccountKey, because it names charts and entries. Whoever has the device
//! can delete it; then the browser says that it sees the chart for the first time. No head is
//! remembered before it verified.
//!
//! `docs/protocol.md`, section 6.3.

mod chart;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, ChartId},
    statement::{Link, VERSION, Verified},
};
use zeroize::Zeroizing;

pub(crate) use chart::{ChartMemory, InChain, MAX_BEFORE};

use crate::{
    keys::{AccountKey, Context},
    platform::Platform,
};

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

impl std::fmt::Debug for AccountMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccountMemory(..)")
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
            // Of two with one number the one that was kept stays.
            if let Some(head) = kept.head
                && self.head.is_none_or(|mine| mine.counter <= head.counter)
            {
                self.head = Some(head);
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

    /// Notes a statement of the account chain, unless this one's number or a later one was seen before.
    pub(crate) fn saw_head(&mut self, head: Seen) {
        if self.head.is_none_or(|known| known.counter < head.counter) {
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

/// Memories with something in every field, for tables.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn samples() -> (AccountMemory, ChartMemory) {
    let seen = Seen {
        counter: 1,
        id: Hash([2; 32]),
        at: 3,
    };
    let account = AccountMemory {
        version: VERSION,
        head: Some(seen),
        book: 5,
        sealed_book: Bytes(vec![6; 100]),
        charts: vec![ChartId::from([7; 16])],
    };
    (account, chart::sample(seen))
}

fn account_name(account: AccountId) -> String {
    account.to_string()
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
        let mut chart = chart;
        chart.version = 2;
        let plain = chart.to_plaintext().unwrap();
        assert_eq!(ChartMemory::from_plaintext(&plain), None);
    }
}
