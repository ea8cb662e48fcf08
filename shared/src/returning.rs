//! Coming back to a session of which only the keys were forgotten.
//!
//! Whoever has locked the browser, or loaded the page anew, has shown both factors in it before, at
//! most twelve hours ago. What is left there is a key that says so, and nothing else: it proves no
//! request. With the password and a proof under this key one is in again without a new code.
//!
//! ```text
//! K_ret = HKDF-SHA-512(session key, info = label RETURN_KEY)
//! proof = HMAC-SHA-256(K_ret, CBOR[label RETURN_PROOF, session, proven])
//! ```
//!
//! `proven` is drawn by the server for one sign-in whose password was right, so a proof is good for
//! that one.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha512;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    id::{ProvenId, SessionId},
    label,
    request::{Proof, encode, mac},
};

/// Says that both factors of this session were shown in this browser.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ReturnKey([u8; 32]);

impl ReturnKey {
    /// Derives the key from the session key on which both ends of an OPAQUE sign-in agree.
    pub fn derive(session_key: &[u8]) -> Self {
        let mut key = [0; 32];
        // HKDF-Expand fails only beyond 255 blocks of output; 32 bytes are one.
        let done =
            Hkdf::<Sha512>::new(None, session_key).expand(label::RETURN_KEY.as_bytes(), &mut key);
        debug_assert!(done.is_ok());
        Self(key)
    }

    /// The key from a generator, or from where it was sealed.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for sealing at rest, and for the one request that makes an account.
    // EXPOSE: the browser keeps this key sealed under a key from the password, the server under one
    // of its own.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The proof that one comes back to `session`.
    pub fn prove(&self, session: SessionId, proven: ProvenId) -> Proof {
        mac(
            &self.0,
            &encode(&Transcript {
                label: label::RETURN_PROOF,
                session,
                proven,
            }),
        )
    }

    /// Whether `proof` is that proof, in constant time.
    pub fn holds(&self, session: SessionId, proven: ProvenId, proof: &Proof) -> bool {
        self.prove(session, proven) == *proof
    }
}

impl fmt::Debug for ReturnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnKey(..)")
    }
}

#[derive(minicbor::Encode)]
#[cbor(array)]
struct Transcript<'a> {
    #[n(0)]
    label: &'a str,
    #[n(1)]
    session: SessionId,
    #[n(2)]
    proven: ProvenId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_one_session_and_one_sign_in() {
        let key = ReturnKey::derive(&[5; 64]);
        let (session, proven) = (SessionId::from([1; 16]), ProvenId::from([1; 16]));
        let proof = key.prove(session, proven);
        assert!(key.holds(session, proven, &proof));
        assert!(!key.holds(SessionId::from([2; 16]), proven, &proof));
        assert!(!key.holds(session, ProvenId::from([2; 16]), &proof));
        assert!(!ReturnKey::derive(&[6; 64]).holds(session, proven, &proof));
    }
}
