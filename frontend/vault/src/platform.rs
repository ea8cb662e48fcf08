//! What the vault needs from where it runs.

use keepwell_shared::bytes::Hash;

use crate::{PartPlan, error::Error};

/// Seals and opens the parts of large content. The browser does it with WebCrypto on bytes that
/// never enter WebAssembly's memory; elsewhere [`crate::NativeEngine`] does it.
pub trait Engine {
    /// Bytes of a part, wherever the platform keeps them.
    type Bytes;
    /// An AES-256-GCM key, prepared (in the browser one that can not be exported), with whatever
    /// the platform keeps from part to part of one message.
    type Key;

    /// Prepares the key of one message.
    ///
    /// # Errors
    /// [`Error::Program`] when the platform has no AES-256-GCM.
    async fn prepare(&self, key: &[u8; 32]) -> Result<Self::Key, Error>;

    /// Memory for `length` bytes of a part of this message, at most a sealed part. It may hold what
    /// an earlier part left there: whoever asks for it writes all of it.
    fn room(&self, key: &Self::Key, length: u64) -> Self::Bytes;

    /// Takes back the memory of a part that nobody needs any more.
    fn give_back(&self, _key: &Self::Key, _part: Self::Bytes) {}

    /// A copy of some bytes of a part, all of which are there, to be looked at.
    fn copy(&self, part: &Self::Bytes, start: u64, length: u64) -> Vec<u8>;

    /// Seals every chunk of a part; gives the sealed part and its SHA-256.
    ///
    /// # Errors
    /// [`Error::Program`] when `plain` is not as long as the plan says or a primitive fails.
    async fn seal_part(
        &self,
        key: &Self::Key,
        plan: &PartPlan,
        plain: Self::Bytes,
    ) -> Result<(Self::Bytes, Hash), Error>;

    /// Opens every chunk of a part; gives the plain part and the SHA-256 of the sealed one.
    ///
    /// # Errors
    /// [`Error::Distrusted`] when a chunk does not open or the length is not the plan's.
    async fn open_part(
        &self,
        key: &Self::Key,
        plan: &PartPlan,
        sealed: Self::Bytes,
    ) -> Result<(Self::Bytes, Hash), Error>;
}

/// Where a vault runs: the way to the server, the clock, and the engine for large content.
pub trait Platform: Engine {
    /// A name of this device that is held; it is free again when this goes.
    type Held;

    /// Sends a request with a small body and reads a small answer.
    ///
    /// # Errors
    /// [`Unreachable`] when no answer came.
    async fn call(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable>;

    /// Sends a part as the body.
    ///
    /// # Errors
    /// [`Unreachable`] when no answer came.
    async fn put_part(&self, request: Request, part: &Self::Bytes) -> Result<Answer, Unreachable>;

    /// Reads a part: the bytes of a success, or the answer that is none.
    ///
    /// # Errors
    /// [`Unreachable`] when no complete answer came.
    async fn get_part(&self, request: Request) -> Result<Result<Self::Bytes, Answer>, Unreachable>;

    /// Seconds since 1970 by this device's clock.
    fn now(&self) -> u64;

    /// Unicode normalisation form C (UAX 15), for passwords. Every browser has it; its tables would
    /// be a tenth of this program.
    fn nfc(&self, text: &str) -> String;

    /// Waits before a repeat.
    async fn sleep(&self, milliseconds: u32);

    /// Looks on while a puzzle is solved of which so many pieces of so many are done; says whether
    /// to go on.
    fn solving(&self, _done: u8, _of: u8) -> bool {
        true
    }

    /// Waits until no other vault of this device, in whichever tab, holds this name. A name is held for
    /// no longer than it takes to read what is kept under it and to write it anew.
    async fn hold(&self, name: &str) -> Self::Held;

    /// What this device keeps under a name from an earlier time; none where it keeps nothing.
    async fn recall(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps sealed bytes under a name, in place of what was there. Says whether it could: a private
    /// window keeps nothing.
    async fn remember(&self, name: &str, sealed: &[u8]) -> bool;

    /// Forgets what is kept under a name.
    async fn forget(&self, name: &str);
}

/// A request, without its body.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// Headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The `keepwell-proof` header.
    pub proof: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// No answer came: the server is gone or the network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable;

/// Looks on while a long flow runs, and may end it.
pub trait Watch {
    /// So many bytes of so many are done.
    fn progress(&self, done: u64, total: u64);
    /// Whether the person has ended it.
    fn cancelled(&self) -> bool;
}
