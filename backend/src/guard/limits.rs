//! How much a request may send, how slowly, and how much memory all of them may take together.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt;
use http::{HeaderMap, header::CONTENT_LENGTH};
use keepwell_shared::{bytes::Hash, error::Code};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout, timeout_at},
};

use super::Arrival;
use crate::reject::Failure;

/// How long a request waits for memory.
const WAIT: Duration = Duration::from_secs(10);
/// How long a body may stand still.
const STILL: Duration = Duration::from_secs(20);
/// The slowest line that a body may come over, in bytes per second.
const SLOWEST: u64 = 4096;
/// Memory is handed out in units of this many bytes.
const UNIT: u64 = 1024;

/// Memory for bodies, handed out before it is used.
pub(crate) struct Budget(Arc<Semaphore>);

impl Budget {
    /// A budget of so many bytes.
    pub(crate) fn new(bytes: u32) -> Self {
        Self(Arc::new(Semaphore::new(
            usize::try_from(u64::from(bytes) / UNIT).unwrap_or(0),
        )))
    }

    /// Waits for `bytes` of memory.
    ///
    /// # Errors
    /// [`Code::Busy`] when none becomes free.
    pub(crate) async fn take(&self, bytes: u64) -> Result<Permit, Failure> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).map_err(|_| Code::TooLarge)?;
        match timeout(WAIT, Arc::clone(&self.0).acquire_many_owned(units)).await {
            Ok(Ok(permit)) => Ok(Permit(permit)),
            _ => Err(Code::Busy.into()),
        }
    }
}

/// The right to some memory, until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit(
    #[expect(dead_code, reason = "it counts by being alive")] OwnedSemaphorePermit,
);

/// Bytes in memory that were budgeted.
#[derive(Debug)]
pub(crate) struct Held {
    bytes: Vec<u8>,
    _permit: Permit,
}

impl Held {
    pub(crate) fn new(bytes: Vec<u8>, permit: Permit) -> Self {
        Self {
            bytes,
            _permit: permit,
        }
    }

    /// SHA-256 of the bytes.
    pub(crate) fn hash(&self) -> Hash {
        Hash::of(&self.bytes)
    }

    /// Bytes that give their memory back once the last of them is sent.
    pub(crate) fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a body of at most `limit` bytes: refused by its announced length before a byte is read,
/// and while reading where nothing was announced.
///
/// # Errors
/// [`Code::TooLarge`]; [`Code::BadRequest`] when it breaks off or comes too slowly.
pub(crate) async fn read_body(
    arrival: &mut Arrival,
    budget: &Budget,
    limit: u64,
) -> Result<Held, Failure> {
    let announced = announced_length(&arrival.headers)?;
    let expected = announced.unwrap_or(limit);
    if expected > limit {
        return Err(Code::TooLarge.into());
    }
    let permit = budget.take(expected).await?;
    let room = usize::try_from(expected).map_err(|_| Code::TooLarge)?;
    let mut bytes = Vec::with_capacity(if announced.is_some() { room } else { 0 });
    let deadline = Instant::now() + STILL + Duration::from_secs(expected / SLOWEST);
    loop {
        let next = timeout_at(deadline.min(Instant::now() + STILL), arrival.body.next());
        match next.await {
            Ok(None) => break,
            Ok(Some(Ok(more))) if bytes.len().saturating_add(more.len()) <= room => {
                bytes.extend_from_slice(&more);
            }
            Ok(Some(Ok(_))) => return Err(Code::TooLarge.into()),
            Ok(Some(Err(_))) | Err(_) => return Err(Code::BadRequest.into()),
        }
    }
    Ok(Held::new(bytes, permit))
}

/// The announced length, if any. HTTP itself has already refused one that contradicts another.
fn announced_length(headers: &HeaderMap) -> Result<Option<u64>, Failure> {
    let Some(value) = headers.get(CONTENT_LENGTH) else {
        return Ok(None);
    };
    let length = value.to_str().ok().and_then(|text| text.parse().ok());
    length.map(Some).ok_or(Code::BadRequest.into())
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use http::HeaderValue;

    use super::*;
    use crate::guard::Peer;

    fn arrival(length: Option<&str>, chunks: &[&'static [u8]]) -> Arrival {
        let mut headers = HeaderMap::new();
        if let Some(length) = length {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_str(length).unwrap());
        }
        let chunks: Vec<_> = chunks.iter().map(|c| Ok(Bytes::from_static(c))).collect();
        Arrival {
            method: "POST",
            path: String::new(),
            query: String::new(),
            headers,
            peer: Peer([127, 0, 0, 1].into()),
            body: stream::iter(chunks).boxed(),
        }
    }

    async fn read(length: Option<&str>, chunks: &[&'static [u8]]) -> Result<Vec<u8>, Code> {
        let budget = Budget::new(1 << 20);
        read_body(&mut arrival(length, chunks), &budget, 4)
            .await
            .map(|held| held.as_ref().to_vec())
            .map_err(|failure| failure.code())
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_however_it_comes() {
        assert_eq!(read(Some("4"), &[b"ab", b"cd"]).await.unwrap(), b"abcd");
        assert_eq!(read(None, &[b"ab", b"cd"]).await.unwrap(), b"abcd");
        assert_eq!(read(None, &[]).await.unwrap(), b"");
        let cases: [(_, &[&'static [u8]]); 5] = [
            (Some("5"), &[]),
            (Some("18446744073709551615"), &[]),
            (None, &[b"abcde"]),
            (None, &[b"abc", b"de"]),
            (Some("1"), &[b"ab"]),
        ];
        for (length, chunks) in cases {
            assert_eq!(
                read(length, chunks).await,
                Err(Code::TooLarge),
                "{length:?}"
            );
        }
        for length in ["x", "-1", "18446744073709551616"] {
            assert_eq!(read(Some(length), &[]).await, Err(Code::BadRequest));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_is_given_up() {
        let mut slow = arrival(Some("4"), &[]);
        slow.body = stream::pending().boxed();
        let budget = Budget::new(1 << 20);
        let refused = read_body(&mut slow, &budget, 4).await.unwrap_err();
        assert_eq!(refused.code(), Code::BadRequest);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_that_is_held_is_not_handed_out_twice() {
        let budget = Budget::new(4096);
        let held = Held::new(vec![1], budget.take(4000).await.unwrap());
        let sent = held.into_bytes();
        assert_eq!(budget.take(1).await.unwrap_err().code(), Code::Busy);
        drop(sent);
        budget.take(4096).await.unwrap();
    }
}
