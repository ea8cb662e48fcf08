//! How a head that arrived stands to the one that this device remembers.
//!
//! `docs/protocol.md`, section 6.3.

use std::collections::BTreeMap;

use keepwell_shared::{
    bytes::Hash,
    statement::{Link, Unverified, Verified},
};

use crate::{error::Error, memory::Seen};

/// A head, as far as its place in its chain goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Linked {
    id: Hash,
    counter: u64,
    previous: Option<Hash>,
    replaces: Vec<Hash>,
}

impl Linked {
    /// The place of a verified head.
    pub(crate) fn of<T: Link>(head: &Verified<T>) -> Self {
        Self {
            id: head.id(),
            counter: head.payload().counter(),
            previous: head.payload().previous(),
            replaces: head.payload().replaces().to_vec(),
        }
    }

    /// The place of a head that nobody vouches for yet. It counts once a later one names its id,
    /// which is made of all its bytes.
    pub(crate) fn claimed<T: Link>(head: &Unverified<T>) -> Result<Self, Error> {
        Ok(Self::of(&head.verify_named(head.id()?)?))
    }

    fn names(&self, id: Hash) -> bool {
        self.previous == Some(id) || self.replaces.contains(&id)
    }
}

/// How a head stands to a remembered one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing is remembered.
    First,
    /// It is the same one.
    Same,
    /// It follows from it.
    Later,
    /// It is an earlier one: the server went back.
    Older,
    /// It does not follow from it, and is not before it: there are two histories.
    Forked,
}

/// Compares, and walks back from the newer head to the remembered one where they are not
/// neighbours. `fetch` gives a page of heads after a counter; they need no signature, because each
/// is named by the one after it. Gives those between the two as well, oldest first.
pub(crate) async fn compare(
    seen: Option<Seen>,
    now: &Linked,
    fetch: impl AsyncFn(u64) -> Result<Vec<Linked>, Error>,
) -> Result<(Step, Vec<Hash>), Error> {
    let alone = |step| Ok((step, Vec::new()));
    let Some(seen) = seen else {
        return alone(Step::First);
    };
    if now.id == seen.id {
        return alone(Step::Same);
    }
    if now.names(seen.id) {
        return alone(Step::Later);
    }
    if now.counter <= seen.counter {
        return alone(if now.counter < seen.counter {
            Step::Older
        } else {
            Step::Forked
        });
    }
    let between = between(seen.counter, now.counter, fetch).await?;
    let mut walked = Vec::new();
    for head in way_back(now, &between) {
        walked.push(head.id);
        if head.names(seen.id) {
            walked.reverse();
            return Ok((Step::Later, walked));
        }
    }
    alone(Step::Forked)
}

/// How a head stands to those that others have named: the worst of them, when it does not follow from
/// all. One way back is enough for them together.
pub(crate) async fn stray(
    named: &[Seen],
    now: &Linked,
    fetch: impl AsyncFn(u64) -> Result<Vec<Linked>, Error>,
) -> Result<Option<(Step, Seen)>, Error> {
    let mut left = named.to_vec();
    left.retain(|seen| seen.id != now.id && !now.names(seen.id));
    left.sort_by_key(|seen| seen.counter);
    let (Some(lowest), Some(highest)) = (left.first(), left.last()) else {
        return Ok(None);
    };
    if highest.counter > now.counter {
        return Ok(Some((Step::Older, *highest)));
    }
    let between = between(lowest.counter, now.counter, fetch).await?;
    for head in way_back(now, &between) {
        left.retain(|seen| !head.names(seen.id));
    }
    Ok(left.last().map(|seen| (Step::Forked, *seen)))
}

/// The heads before one, the nearest first. Counters fall, or a loop of the server's making would
/// never end.
fn way_back<'a>(
    now: &'a Linked,
    between: &'a BTreeMap<Hash, Linked>,
) -> impl Iterator<Item = &'a Linked> {
    let before = |head: &Linked| {
        let above = head.counter;
        let before = between.get(&head.previous?)?;
        (before.counter < above).then_some(before)
    };
    std::iter::successors(before(now), move |head| before(head))
}

/// Heads after one counter and before another, by their ids. A page that does not bring it further
/// ends it: there are no more rounds than the owner has signed heads.
async fn between(
    after: u64,
    until: u64,
    fetch: impl AsyncFn(u64) -> Result<Vec<Linked>, Error>,
) -> Result<BTreeMap<Hash, Linked>, Error> {
    let mut heads = BTreeMap::new();
    let mut from = after;
    while from < until {
        let mut reached = from;
        for head in fetch(from).await? {
            // The counter is claimed by what nobody vouches for yet, and used for paging only.
            reached = reached.max(head.counter);
            heads.insert(head.id, head);
        }
        if reached == from {
            break;
        }
        from = reached;
    }
    Ok(heads)
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        pin::pin,
        task::{Context, Poll, Waker},
    };

    use keepwell_shared::{
        id::AccountId,
        statement::{AccountHead, Change, Role, VERSION, sign},
        username::Username,
    };

    use super::*;
    use crate::identity::Identity;

    /// Nothing here waits for anything.
    fn block_on<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("it waits"),
        }
    }

    struct Chain {
        identity: Identity,
        heads: Vec<Verified<AccountHead>>,
    }

    impl Chain {
        fn of(length: u64) -> Self {
            let name = Username::parse("patient-one").unwrap();
            let account = AccountId::from([1; 16]);
            let identity = Identity::make(account, &name, Role::Patient, 0).unwrap();
            let mut chain = Self {
                identity,
                heads: Vec::new(),
            };
            for counter in 0..length {
                let previous = chain.heads.last().map(Verified::id);
                let head = chain.head(counter, previous, 0);
                chain.heads.push(head);
            }
            chain
        }

        fn head(&self, counter: u64, previous: Option<Hash>, at: u64) -> Verified<AccountHead> {
            let head = AccountHead {
                version: VERSION,
                account: AccountId::from([1; 16]),
                counter,
                previous,
                replaces: Vec::new(),
                at,
                generation: 0,
                bundle: Hash([0; 32]),
                account_key: Hash([0; 32]),
                identity: Hash([0; 32]),
                change: Change::Began,
                password_at: at,
                kit: None,
            };
            sign(head, &self.identity.signing).unwrap()
        }

        fn seen(&self, at: usize) -> Option<Seen> {
            Some(Seen::of(&self.heads[at], 0))
        }

        fn stray(&self, named: &[Seen], now: &Verified<AccountHead>) -> Option<(Step, Seen)> {
            block_on(stray(named, &Linked::of(now), async |after| {
                let page = self.heads.iter().skip(after as usize + 1).take(7);
                page.map(|head| Linked::claimed(&head.to_unverified()))
                    .collect()
            }))
            .unwrap()
        }

        /// Compares over pages of seven.
        fn compare(&self, seen: Option<Seen>, now: &Verified<AccountHead>) -> (Step, Vec<Hash>) {
            block_on(compare(seen, &Linked::of(now), async |after| {
                let page = self.heads.iter().skip(after as usize + 1).take(7);
                page.map(|head| Linked::claimed(&head.to_unverified()))
                    .collect()
            }))
            .unwrap()
        }

        fn step(&self, seen: Option<Seen>, now: &Verified<AccountHead>) -> Step {
            self.compare(seen, now).0
        }
    }

    #[test]
    fn every_pair_of_one_chain_is_in_order() {
        let chain = Chain::of(25);
        for old in 0..25 {
            for new in 0..25 {
                let step = chain.step(chain.seen(old), &chain.heads[new]);
                let expected = match new.cmp(&old) {
                    std::cmp::Ordering::Less => Step::Older,
                    std::cmp::Ordering::Equal => Step::Same,
                    std::cmp::Ordering::Greater => Step::Later,
                };
                assert_eq!(step, expected, "{old} {new}");
            }
            assert_eq!(chain.step(None, &chain.heads[old]), Step::First);
        }
        let (_, walked) = chain.compare(chain.seen(3), &chain.heads[20]);
        let ids: Vec<Hash> = chain.heads[4..20].iter().map(Verified::id).collect();
        assert_eq!(walked, ids, "all between the two");
    }

    #[test]
    fn a_second_branch_is_a_fork_however_long_it_is() {
        let chain = Chain::of(10);
        let same = chain.head(9, chain.heads[8].payload().previous, 7);
        assert_eq!(chain.step(chain.seen(9), &same), Step::Forked);
        // It leaves the chain at 5 and goes beyond it.
        let mut branch = Chain::of(0);
        branch.identity = Chain::of(0).identity;
        branch.heads = chain.heads[..5].to_vec();
        for counter in 5..20 {
            let previous = branch.heads.last().map(Verified::id);
            let head = branch.head(counter, previous, 1);
            branch.heads.push(head);
        }
        assert_eq!(branch.step(chain.seen(9), &branch.heads[19]), Step::Forked);
        assert_eq!(branch.step(chain.seen(4), &branch.heads[19]), Step::Later);
    }

    #[test]
    fn heads_that_are_kept_back_are_no_proof() {
        let chain = Chain::of(10);
        let nothing = block_on(compare(
            chain.seen(2),
            &Linked::of(&chain.heads[9]),
            async |_| Ok(Vec::new()),
        ));
        assert_eq!(nothing, Ok((Step::Forked, Vec::new())));
    }

    /// A server that goes on sending does not keep a browser asking for ever.
    #[test]
    fn pages_that_lead_nowhere_come_to_an_end() {
        let chain = Chain::of(10);
        let asked = Cell::new(0u64);
        let step = block_on(compare(
            chain.seen(2),
            &Linked::of(&chain.heads[9]),
            async |after| {
                asked.set(asked.get() + 1);
                // A new head each time, at a counter that was reached already.
                Ok(vec![Linked::of(&chain.head(after, None, asked.get()))])
            },
        ));
        assert_eq!(step, Ok((Step::Forked, Vec::new())));
        assert_eq!(asked.get(), 1);
        let broken = block_on(compare(
            chain.seen(2),
            &Linked::of(&chain.heads[9]),
            async |_| {
                let broken = Unverified::<AccountHead>::from_bytes(Vec::new());
                Ok(vec![Linked::claimed(&broken)?])
            },
        ));
        assert!(broken.is_err());
    }

    #[test]
    fn what_others_name_is_before_the_newest_head_or_it_is_said() {
        let chain = Chain::of(40);
        let at = |counter: usize| chain.seen(counter).unwrap();
        let now = &chain.heads[30];
        assert_eq!(chain.stray(&[], now), None);
        let all: Vec<Seen> = (0..=30).map(at).collect();
        assert_eq!(chain.stray(&all, now), None);
        assert_eq!(
            chain.stray(&[at(2), at(31)], now),
            Some((Step::Older, at(31)))
        );
        assert_eq!(
            chain.stray(&[at(39), at(31)], now),
            Some((Step::Older, at(39)))
        );
        // Beside the chain, wherever its counter stands.
        for counter in [0, 3, 29, 30] {
            let beside = chain.head(counter, Some(Hash([7; 32])), 9);
            let beside = Seen::of(&beside, 0);
            let expected = Some((Step::Forked, beside));
            assert_eq!(chain.stray(&[at(5), beside, at(20)], now), expected);
        }
    }
}
