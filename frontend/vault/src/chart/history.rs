//! How a head that arrived stands to the one that this device remembers.

use std::collections::BTreeMap;

use keepwell_shared::{
    bytes::Hash,
    statement::{Link, Unverified, Verified},
};

use crate::{error::Error, memory::Seen};

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
/// is named by the one after it.
pub(crate) async fn compare<T: Link>(
    seen: Option<Seen>,
    now: &Verified<T>,
    fetch: impl AsyncFn(u64) -> Result<Vec<Unverified<T>>, Error>,
) -> Result<Step, Error> {
    let Some(seen) = seen else {
        return Ok(Step::First);
    };
    let counter = now.payload().counter();
    if now.id() == seen.id {
        return Ok(Step::Same);
    }
    if counter <= seen.counter {
        return Ok(if counter < seen.counter {
            Step::Older
        } else {
            Step::Forked
        });
    }
    if names(now.payload(), seen.id) {
        return Ok(Step::Later);
    }
    let between = between(seen.counter, counter, fetch).await?;
    let mut next = now.payload().previous();
    let mut above = counter;
    while let Some(head) = next
        .and_then(|id| between.get(&id).map(|head| (id, head)))
        .and_then(|(id, head)| head.verify_named(id).ok())
        // Counters fall on the way back, or a loop of the server's making would never end.
        .filter(|head| head.payload().counter() < above)
    {
        if names(head.payload(), seen.id) {
            return Ok(Step::Later);
        }
        above = head.payload().counter();
        next = head.payload().previous();
    }
    Ok(Step::Forked)
}

fn names<T: Link>(head: &T, id: Hash) -> bool {
    head.previous() == Some(id) || head.replaces().contains(&id)
}

/// Heads after one counter and before another, by their ids. A page that brings nothing new ends it.
async fn between<T: Link>(
    after: u64,
    until: u64,
    fetch: impl AsyncFn(u64) -> Result<Vec<Unverified<T>>, Error>,
) -> Result<BTreeMap<Hash, Unverified<T>>, Error> {
    let mut heads = BTreeMap::new();
    // Each round asks after what is known to be there; no server can make it more than there are
    // counters, nor keep it going with the same heads again.
    let mut from = after;
    while from < until {
        let page = fetch(from).await?;
        let before = heads.len();
        for head in page {
            let id = head.id()?;
            // The counter is claimed by what is not verified yet, and used for paging only.
            let claimed = head.verify_named(id)?.payload().counter();
            if claimed > from {
                from = claimed;
            }
            heads.insert(id, head);
        }
        if heads.len() == before {
            break;
        }
    }
    Ok(heads)
}
