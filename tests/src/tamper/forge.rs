//! What a server can make by itself: key pairs, statements, sealed things under keys that it knows.

use std::convert::Infallible;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload as Message},
};
use keepwell_shared::{
    bytes::Bytes,
    id::AccountId,
    statement::{KeyBundle, Payload, Role, Signer, SigningKeyId, VERSION, Verified, sign},
};
use minicbor::{Encoder, data::Tag, encode};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey, signature::Signer as _};

/// Somebody with a signing key: the server's own, or a person's who colludes with it.
pub struct Forger(SigningKey);

impl Forger {
    /// The forger whose key these bytes are.
    pub fn with(scalar: &[u8]) -> Self {
        Self(SigningKey::from_slice(scalar).expect("a scalar"))
    }

    /// Self-signed keys in somebody's name; the wrapping key is any that is well-formed.
    pub fn bundle(
        &self,
        account: AccountId,
        username: &str,
        wrapping: Vec<u8>,
    ) -> Verified<KeyBundle> {
        let bundle = KeyBundle {
            version: VERSION,
            account,
            username: username.to_owned(),
            role: Role::Doctor,
            signing: Bytes(self.public().to_sec1_point(true).as_bytes().to_vec()),
            wrapping: Bytes(wrapping),
            at: 1,
        };
        sign(bundle, self).expect("a signed bundle")
    }

    /// Signs any bytes as the payload of a statement of this purpose: what the typed way of signing
    /// can not make.
    pub fn sign_raw(&self, purpose: &str, payload: &[u8]) -> Vec<u8> {
        self.sign_with(-7, purpose, payload)
    }

    /// The same, with any algorithm in the header (RFC 9053, section 2).
    pub fn sign_with(&self, algorithm: i8, purpose: &str, payload: &[u8]) -> Vec<u8> {
        let kid = SigningKeyId::of(self.public()).0.0;
        let header = encoded(|e| {
            e.map(2)?.u8(1)?.i8(algorithm)?.u8(4)?.bytes(&kid)?;
            Ok(())
        });
        let signed = encoded(|e| {
            e.array(4)?.str("Signature1")?.bytes(&header)?;
            e.bytes(purpose.as_bytes())?.bytes(payload)?;
            Ok(())
        });
        let signature = Signer::sign(self, &signed);
        encoded(|e| {
            e.tag(Tag::new(18))?.array(4)?.bytes(&header)?.map(0)?;
            e.bytes(payload)?.bytes(&signature)?;
            Ok(())
        })
    }

    /// Signs anything.
    pub fn sign<T: Payload>(&self, payload: T) -> Verified<T> {
        sign(payload, self).expect("a signed statement")
    }
}

impl Signer for Forger {
    fn public(&self) -> &VerifyingKey {
        self.0.verifying_key()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.normalize_s().to_bytes().into()
    }
}

fn encoded(
    write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<(), encode::Error<Infallible>>,
) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(&mut encoder).expect("a vector takes everything");
    encoder.into_writer()
}

/// Where the payload of a statement lies in its bytes. Statements have one shape: the tag, an array
/// of four, the protected header (40 bytes), an empty map, the payload as a byte string.
fn payload_place(statement: &[u8]) -> (usize, usize) {
    let mut decoder = minicbor::Decoder::new(statement);
    decoder.tag().expect("a tag");
    decoder.array().expect("an array");
    decoder.bytes().expect("a protected header");
    decoder.skip().expect("an unprotected header");
    let payload = decoder.bytes().expect("a payload");
    let end = decoder.position();
    (end - payload.len(), end)
}

/// The bytes of the payload.
pub fn payload_bytes(statement: &[u8]) -> &[u8] {
    let (start, end) = payload_place(statement);
    &statement[start..end]
}

/// Reads what a statement says, without looking at its signature.
pub fn payload_of<T: Payload>(statement: &[u8]) -> T {
    let (start, end) = payload_place(statement);
    minicbor::decode(&statement[start..end]).expect("a payload")
}

/// Changes bytes of the payload and leaves the signature as it was.
pub fn reseal(statement: &mut [u8], change: impl FnOnce(&mut [u8])) {
    let (start, end) = payload_place(statement);
    change(&mut statement[start..end]);
}

/// An envelope (`docs/protocol.md`, section 4) under a key that the forger knows, with any id.
pub fn envelope(key: &[u8; 32], id: &[u8], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let nonce = [7; 12];
    let sealed = Aes256Gcm::new(&(*key).into())
        .encrypt(
            &Nonce::from(nonce),
            Message {
                msg: plain,
                aad: context,
            },
        )
        .expect("sealed");
    [&[1][..], id, &nonce, &sealed].concat()
}
