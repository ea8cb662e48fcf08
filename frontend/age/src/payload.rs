//! The payload: chunks whose places stand in their nonces, the last one marked as such (STREAM).

use chacha20poly1305::{ChaCha20Poly1305, KeyInit, aead::Aead};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a chunk.
pub const CHUNK: usize = 64 * 1024;
/// Bytes of a sealed chunk.
pub const SEALED_CHUNK: usize = CHUNK + 16;
/// Bytes that the payload's key is derived with.
pub(crate) const NONCE: usize = 16;

const PAYLOAD_LABEL: &[u8] = b"payload";

pub(crate) struct Payload {
    cipher: ChaCha20Poly1305,
    /// The number of the next chunk; none when the last one is done.
    next: Option<u64>,
}

impl Payload {
    pub(crate) fn new(file_key: &[u8; 16], nonce: &[u8; NONCE]) -> Self {
        let key = derive(file_key, nonce, PAYLOAD_LABEL);
        Self {
            cipher: ChaCha20Poly1305::new((&*key).into()),
            next: Some(0),
        }
    }

    pub(crate) fn seal(&mut self, chunk: &[u8], last: bool) -> Option<Vec<u8>> {
        let nonce = self.turn(chunk.len(), last)?;
        self.cipher.encrypt(&nonce.into(), chunk).ok()
    }

    pub(crate) fn open(&mut self, sealed: &[u8], last: bool) -> Option<Vec<u8>> {
        let nonce = self.turn(sealed.len().checked_sub(16)?, last)?;
        self.cipher.decrypt(&nonce.into(), sealed).ok()
    }

    /// The nonce of the next chunk, where a chunk of this length may stand there.
    fn turn(&mut self, length: usize, last: bool) -> Option<[u8; 12]> {
        let number = self.next.take()?;
        let fits = match last {
            true => length <= CHUNK && (length > 0 || number == 0),
            false => length == CHUNK,
        };
        if !fits {
            return None;
        }
        self.next = (!last).then(|| number + 1);
        let mut nonce = [0; 12];
        for (to, from) in nonce.iter_mut().skip(3).zip(number.to_be_bytes()) {
            *to = from;
        }
        if let Some(mark) = nonce.last_mut() {
            *mark = u8::from(last);
        }
        Some(nonce)
    }
}

/// HKDF-SHA-256 (RFC 5869) from the file key.
pub(crate) fn derive(file_key: &[u8; 16], salt: &[u8], label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let done = hkdf::Hkdf::<Sha256>::new(Some(salt), file_key).expand(label, &mut *key);
    // HKDF-Expand refuses only more than 255 blocks; 32 bytes are one.
    debug_assert!(done.is_ok());
    key
}
