//! Files that are locked with a passphrase, as C2SP's age v1 has them (<https://c2sp.org/age>): so that what
//! leaves Keepwell can stay encrypted, and opens again here or with any age tool.
//!
//! ```text
//! age-encryption.org/v1
//! -> scrypt <salt> <work>
//! <file key, sealed under the stretched passphrase>
//! --- <MAC of all above>
//! <nonce (16)> <chunks of 64 KiB, each sealed, the last one marked>
//! ```
//!
//! Only this kind is written and read: a file that is locked with keys, or with a passphrase whose stretching
//! no phone could do, is told apart and left closed. No key and no passphrase of an account ever comes here.

#![forbid(unsafe_code)]

#[cfg(feature = "fuzz")]
pub mod fuzz;
mod header;
mod payload;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

pub use payload::{CHUNK, SEALED_CHUNK};

use header::Header;
use payload::{NONCE, Payload};

/// How hard the passphrase is to guess, as a power of two: 128 MiB of memory for each guess, which is what
/// the OWASP cheat sheet for stored passwords recommends for scrypt.
const WORK: u8 = 17;
/// The hardest that is opened: one gigabyte.
const MOST_WORK: u8 = 20;

/// Why a file stays closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Closed {
    /// It is no age file of the version that this program knows.
    NotAge,
    /// It is written as text, for mail.
    Armored,
    /// It is locked with keys, not with a passphrase.
    Keys,
    /// Its passphrase is stretched for longer than this device could.
    Work,
    /// The passphrase is another one.
    Passphrase,
    /// It is damaged, cut off, or somebody has changed it.
    Damaged,
}

/// Locks one file.
pub struct Locking {
    payload: Payload,
}

impl Locking {
    /// Draws the keys and stretches the passphrase, which takes a second. Gives what the locked file begins
    /// with.
    pub fn begin(passphrase: &str) -> Option<(Self, Vec<u8>)> {
        Self::begin_with(passphrase, WORK)
    }

    fn begin_with(passphrase: &str, work: u8) -> Option<(Self, Vec<u8>)> {
        let file_key = Zeroizing::new(random::<16>()?);
        let mut begins = Header::make(&file_key, passphrase, random()?, work)?;
        let nonce = random::<NONCE>()?;
        begins.extend_from_slice(&nonce);
        let payload = Payload::new(&file_key, &nonce);
        Some((Self { payload }, begins))
    }

    /// Seals the next [`CHUNK`] bytes; the last chunk may be shorter, and is never empty but in an empty file.
    pub fn seal(&mut self, chunk: &[u8], last: bool) -> Option<Vec<u8>> {
        self.payload.seal(chunk, last)
    }
}

/// Opens one file.
pub struct Opening {
    payload: Payload,
}

impl Opening {
    /// Stretches the passphrase and checks the header. Gives how many bytes of `beginning` stand before the
    /// first chunk; [`BEGINNING`] bytes are enough.
    ///
    /// # Errors
    /// [`Closed`].
    pub fn begin(passphrase: &str, beginning: &[u8]) -> Result<(Self, usize), Closed> {
        let (header, length) = Header::read(beginning)?;
        let file_key = header.open(passphrase)?;
        let rest = beginning.get(length..).unwrap_or_default();
        let nonce = rest.first_chunk::<NONCE>().ok_or(Closed::Damaged)?;
        let payload = Payload::new(&file_key, nonce);
        Ok((Self { payload }, length + NONCE))
    }

    /// Opens the next [`SEALED_CHUNK`] bytes. What came before may be shown only when the last chunk opened.
    ///
    /// # Errors
    /// [`Closed::Damaged`].
    pub fn open(&mut self, sealed: &[u8], last: bool) -> Result<Vec<u8>, Closed> {
        self.payload.open(sealed, last).ok_or(Closed::Damaged)
    }
}

/// Bytes of a file that hold all that stands before its first chunk.
pub const BEGINNING: usize = 1024;

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests;
