//! Signed statements: everything that matters is one.
//!
//! A statement is a COSE_Sign1 (RFC 9052, section 4.2) with ES256 (RFC 9053, section 2.1), tagged
//! 18, with an empty unprotected header, a protected header of exactly {1: -7, 4: kid}, the
//! payload attached, and `external_aad` naming its purpose. The payload is a CBOR array in the
//! deterministic encoding of RFC 8949, section 4.2; whatever is not encoded that way is refused, so
//! that one statement has one form. Its id is SHA-256 of the Sig_structure.
//!
//! [`Unverified`] is what arrives; [`Verified`] is what may be used. There is one way from one to
//! the other, and it takes the signer's key.
//!
//! `docs/protocol.md`, section 3.

mod account;
mod author;
mod envelope;
#[cfg(feature = "fuzz")]
pub(crate) mod fuzz;
mod grant;
mod head;
mod key_bundle;
mod revision;

use std::{fmt, marker::PhantomData};

use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
use serde::{Deserialize, Serialize};

use self::envelope::{Envelope, to_be_signed};
use self::key_bundle::compressed_point;
use crate::bytes::{Bytes, Hash};

pub use account::{AccountHead, Change, KitProof, RecoveryKit};
pub use author::{AuthorStatement, Enclosure, MAX_WRAPPED, SeenAuthor, WrappedKey};
pub use grant::{Grant, GrantedKey};
pub use head::{ChartHead, CompartmentHead, HeadCompartment, Link};
pub use key_bundle::{KeyBundle, Role, SigningKeyId};
pub use revision::{BlobContent, Content, Origin, Revision, State};

/// The format version that every payload begins with.
pub const VERSION: u8 = 1;

/// The longest statement that is looked at, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// The content of a statement of one kind.
pub trait Payload: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> {
    /// COSE external_aad: one label per kind, so that no statement passes for another kind.
    const PURPOSE: &'static str;
    /// The version that the payload carries.
    fn version(&self) -> u8;
}

/// Why a statement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Not a COSE_Sign1 of the one shape, not deterministic CBOR, or not this kind's payload.
    #[error("a statement is not well-formed")]
    Malformed,
    /// Of a format version that this program does not know.
    #[error("a statement has an unknown version")]
    Version,
    /// Not signed by the key that must have signed it.
    #[error("a statement is not signed by the right key")]
    Signature,
}

/// A statement as it arrives: bytes, nothing more. Anybody can make one, and it can be sent:
///
/// ```
/// use keepwell_shared::statement::{Revision, Unverified};
/// let arrived: Unverified<Revision> = serde_json::from_str("\"AAAA\"").unwrap();
/// assert_eq!(arrived.as_bytes(), [0, 0, 0]);
/// ```
///
/// It has no payload to read:
///
/// ```compile_fail,E0599
/// use keepwell_shared::statement::{Revision, Unverified};
/// let arrived: Unverified<Revision> = serde_json::from_str("\"AAAA\"").unwrap();
/// arrived.payload();
/// ```
///
/// and what shows a statement takes a verified one only:
///
/// ```
/// use keepwell_shared::statement::{Revision, Verified};
/// fn show(revision: &Verified<Revision>) -> u64 { revision.payload().at }
/// fn shows(verified: Verified<Revision>) { show(&verified); }
/// ```
///
/// ```compile_fail,E0308
/// use keepwell_shared::statement::{Revision, Unverified, Verified};
/// fn show(revision: &Verified<Revision>) -> u64 { revision.payload().at }
/// fn shows(arrived: Unverified<Revision>) { show(&arrived); }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Unverified<T> {
    bytes: Bytes,
    #[serde(skip)]
    kind: PhantomData<T>,
}

/// A statement whose signature held. There are two ways to one: signing, and
/// [`Unverified::verify`] with the signer's key.
///
/// ```
/// # use keepwell_shared::statement::{Revision, StatementError, Unverified, Verified};
/// # use p256::ecdsa::VerifyingKey;
/// fn look(at: Unverified<Revision>, key: &VerifyingKey) -> Result<Verified<Revision>, StatementError> {
///     at.verify(key)
/// }
/// ```
///
/// It can not be read from what arrives:
///
/// ```compile_fail,E0277
/// use keepwell_shared::statement::{Revision, Verified};
/// let forged: Verified<Revision> = serde_json::from_str("\"AAAA\"").unwrap();
/// ```
///
/// nor put together from its parts:
///
/// ```compile_fail,E0451
/// # use keepwell_shared::{bytes::{Bytes, Hash}, statement::{Revision, Verified}};
/// fn forge(payload: Revision, id: Hash, bytes: Bytes) -> Verified<Revision> {
///     Verified { payload, id, bytes }
/// }
/// ```
///
/// and one of another kind is not taken for it:
///
/// ```compile_fail,E0308
/// # use keepwell_shared::statement::{Grant, Revision, Verified};
/// fn show(revision: &Verified<Revision>) -> u64 { revision.payload().at }
/// fn shows(grant: Verified<Grant>) { show(&grant); }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Verified<T> {
    payload: T,
    id: Hash,
    bytes: Bytes,
}

/// Signs bytes with ECDSA P-256 and SHA-256; implemented where the private key is.
pub trait Signer {
    /// The public half.
    fn public(&self) -> &VerifyingKey;
    /// A signature as r and s, 32 bytes each, with a low s.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// Signs a statement. The result is verified by construction.
///
/// # Errors
/// [`StatementError::Malformed`] when the payload can not be encoded.
pub fn sign<T: Payload>(payload: T, signer: &impl Signer) -> Result<Verified<T>, StatementError> {
    let kid = SigningKeyId::of(signer.public()).0.0;
    let encoded = encode(&payload)?;
    let message = to_be_signed(&kid, T::PURPOSE, &encoded);
    let envelope = Envelope {
        kid: &kid,
        payload: &encoded,
        signature: &signer.sign(&message),
    };
    Ok(Verified {
        payload,
        id: Hash::of(&message),
        bytes: Bytes(envelope.to_bytes()),
    })
}

impl<T: Payload> Unverified<T> {
    /// Takes bytes for a statement; nothing is looked at yet.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Bytes(bytes),
            kind: PhantomData,
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The way from unverified to verified: shape, version, key id and signature must all hold.
    ///
    /// # Errors
    /// Says which of them does not.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Verified<T>, StatementError> {
        let envelope = self.parse()?;
        verify_parsed(&envelope, decode_payload(&envelope)?, &self.bytes, key)
    }

    /// The id that these bytes have, whoever signed them. It says nothing about them until it is
    /// found in something that verified: the payload is hashed and not decoded, so neither its form
    /// nor its version was looked at. [`Unverified::verify`] and [`Unverified::verify_named`] do.
    ///
    /// # Errors
    /// [`StatementError::Malformed`] when the bytes around the payload are not those of a statement.
    pub fn id(&self) -> Result<Hash, StatementError> {
        Ok(Hash::of(&message::<T>(&self.parse()?)))
    }

    /// The way from unverified to verified for a statement that a verified one names by its id:
    /// whoever signed that one vouched for exactly this one, and a second check of a signature
    /// would say nothing new. It makes ten thousand entries as cheap as their hashes.
    ///
    /// # Errors
    /// [`StatementError::Signature`] when it is not the one that is named.
    pub fn verify_named(&self, id: Hash) -> Result<Verified<T>, StatementError> {
        let envelope = self.parse()?;
        let payload = decode_payload(&envelope)?;
        if Hash::of(&message::<T>(&envelope)) != id {
            return Err(StatementError::Signature);
        }
        Ok(Verified {
            payload,
            id,
            bytes: self.bytes.clone(),
        })
    }

    fn parse(&self) -> Result<Envelope<'_>, StatementError> {
        let bytes = self.bytes.as_slice();
        if bytes.len() > MAX_LENGTH {
            return Err(StatementError::Malformed);
        }
        Envelope::parse(bytes)
    }
}

fn message<T: Payload>(envelope: &Envelope<'_>) -> Vec<u8> {
    to_be_signed(envelope.kid, T::PURPOSE, envelope.payload)
}

fn decode_payload<T: Payload>(envelope: &Envelope<'_>) -> Result<T, StatementError> {
    let bytes = envelope.payload;
    // The version is looked at first: an unknown one may be laid out in any way at all.
    let mut decoder = minicbor::Decoder::new(bytes);
    let version = decoder.array().ok().and_then(|_| decoder.u8().ok());
    if version.is_some_and(|version| version != VERSION) {
        return Err(StatementError::Version);
    }
    let payload: T = minicbor::decode(bytes).map_err(|_| StatementError::Malformed)?;
    if payload.version() != VERSION {
        return Err(StatementError::Version);
    }
    if encode(&payload)? == bytes {
        Ok(payload)
    } else {
        Err(StatementError::Malformed)
    }
}

fn verify_parsed<T: Payload>(
    envelope: &Envelope<'_>,
    payload: T,
    bytes: &Bytes,
    key: &VerifyingKey,
) -> Result<Verified<T>, StatementError> {
    if *envelope.kid != SigningKeyId::of(key).0.0 {
        return Err(StatementError::Signature);
    }
    let message = message::<T>(envelope);
    if !signature_holds(key, &message, envelope.signature) {
        return Err(StatementError::Signature);
    }
    Ok(Verified {
        payload,
        id: Hash::of(&message),
        bytes: bytes.clone(),
    })
}

/// Whether 64 bytes of r and s are our signature of the message under the key.
fn signature_holds(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    let Ok(signature) = Signature::from_slice(signature) else {
        return false;
    };
    // A second signature (r, n - s) verifies too; only the low one is ours.
    signature.normalize_s() == signature && key.verify(message, &signature).is_ok()
}

fn encode<T: Payload>(payload: &T) -> Result<Vec<u8>, StatementError> {
    minicbor::to_vec(payload).map_err(|_| StatementError::Malformed)
}

impl<T> Verified<T> {
    /// What was signed.
    pub fn payload(&self) -> &T {
        &self.payload
    }

    /// SHA-256 of the Sig_structure.
    pub fn id(&self) -> Hash {
        self.id
    }

    /// The statement as it is stored and sent.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// Forgets that it was verified, for the wire.
    pub fn to_unverified(&self) -> Unverified<T> {
        Unverified {
            bytes: self.bytes.clone(),
            kind: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Unverified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unverified({} bytes)", self.bytes.as_slice().len())
    }
}

impl<T: fmt::Debug> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Verified").field(&self.payload).finish()
    }
}

#[cfg(test)]
mod matrix;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
