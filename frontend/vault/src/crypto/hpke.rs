//! HPKE (RFC 9180) in base mode with MLKEM768-P256 (draft-ietf-hpke-pq-04), HKDF-SHA-256 and
//! AES-256-GCM: wraps a key to a person so that records stay secret from who can build a quantum
//! computer one day.
//!
//! Base mode says nothing about the sender. Every wrap therefore stands inside a signed grant.

use ::hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::AesGcm256, kdf::HkdfSha256,
    kem::MlKem768P256, single_shot_open, single_shot_seal,
};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::random;

/// Length of a public key: ML-KEM-768 (1,184 bytes) and an uncompressed P-256 point (65 bytes).
#[cfg(test)]
const PUBLIC: usize = 1249;

/// A secret key, as its seed.
#[derive(ZeroizeOnDrop)]
pub(crate) struct SecretKey {
    seed: Zeroizing<[u8; 32]>,
    key: <MlKem768P256 as Kem>::PrivateKey,
}

impl SecretKey {
    pub(crate) fn make() -> Option<Self> {
        Self::from_seed(Zeroizing::new(random::bytes()))
    }

    pub(crate) fn from_seed(seed: Zeroizing<[u8; 32]>) -> Option<Self> {
        let key = <MlKem768P256 as Kem>::PrivateKey::from_bytes(seed.as_slice()).ok()?;
        Some(Self { seed, key })
    }

    // EXPOSE: sealed under the AccountKey by `identity.rs`, nowhere else.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.seed
    }

    pub(crate) fn public(&self) -> Vec<u8> {
        MlKem768P256::sk_to_pk(&self.key).to_bytes().to_vec()
    }

    pub(crate) fn open(
        &self,
        enc: &[u8],
        info: &[u8],
        context: &[u8],
        sealed: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let enc = <MlKem768P256 as Kem>::EncappedKey::from_bytes(enc).ok()?;
        single_shot_open::<AesGcm256, HkdfSha256, MlKem768P256>(
            &OpModeR::Base,
            &self.key,
            &enc,
            info,
            sealed,
            context,
        )
        .ok()
        .map(Zeroizing::new)
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// Whether these bytes are a public key.
pub(crate) fn is_public(bytes: &[u8]) -> bool {
    <MlKem768P256 as Kem>::PublicKey::from_bytes(bytes).is_ok()
}

/// Wraps `plaintext` to a public key; gives the encapsulated key and the ciphertext.
pub(crate) fn seal(
    public: &[u8],
    info: &[u8],
    context: &[u8],
    plaintext: &[u8],
) -> Option<(Vec<u8>, Vec<u8>)> {
    let public = <MlKem768P256 as Kem>::PublicKey::from_bytes(public).ok()?;
    let (enc, sealed) = single_shot_seal::<AesGcm256, HkdfSha256, MlKem768P256>(
        &OpModeS::Base,
        &public,
        info,
        plaintext,
        context,
    )
    .ok()?;
    Some((enc.to_bytes().to_vec(), sealed))
}

#[cfg(test)]
mod tests {
    use keepwell_shared::bytes::{Hash, from_base64url};

    use super::*;

    #[test]
    fn a_wrap_opens_for_its_recipient_in_its_context_only() {
        let key = SecretKey::make().unwrap();
        let (enc, sealed) = seal(&key.public(), b"info", b"context", b"key").unwrap();
        assert_eq!(key.public().len(), PUBLIC);
        assert_eq!(
            key.open(&enc, b"info", b"context", &sealed)
                .unwrap()
                .as_slice(),
            b"key"
        );
        assert!(key.open(&enc, b"other", b"context", &sealed).is_none());
        assert!(key.open(&enc, b"info", b"other", &sealed).is_none());
        assert!(
            SecretKey::make()
                .unwrap()
                .open(&enc, b"info", b"context", &sealed)
                .is_none()
        );
        assert!(key.open(&enc[1..], b"info", b"context", &sealed).is_none());
    }

    #[test]
    fn a_seed_gives_the_same_key_again() {
        let key = SecretKey::make().unwrap();
        let again = SecretKey::from_seed(Zeroizing::new(*key.expose())).unwrap();
        assert_eq!(key.public(), again.public());
    }

    /// A wrap that was made once must open for ever: a draft that moves, or a library that follows
    /// it, is noticed here. Made by `seal` from the seed of 32 sevens.
    #[test]
    fn a_frozen_wrap_still_opens() {
        let vector = include_str!("vectors/hpke-mlkem768-p256.txt");
        let mut fields = vector
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| from_base64url(line).unwrap());
        let (public, enc, sealed) = (
            fields.next().unwrap(),
            fields.next().unwrap(),
            fields.next().unwrap(),
        );
        let key = SecretKey::from_seed(Zeroizing::new([7; 32])).unwrap();
        assert_eq!(Hash::of(&key.public()).0, public[..]);
        let opened = key.open(&enc, b"info", b"context", &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"a key and its category");
    }

    /// The recipients of the published vectors: our private keys are the same seeds and give the
    /// same public keys. The messages, in suites beside ours, run through the crate below.
    #[test]
    fn vectors_of_draft_ietf_hpke_pq_as_keys() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!(
            "../../../../tests/vectors/published/hpke-pq.json"
        ))
        .unwrap();
        let vectors = vectors.as_array().unwrap();
        for vector in vectors {
            let field = |name: &str| crate::report::hex(vector[name].as_str().unwrap());
            let seed = Zeroizing::new(field("skRm").try_into().unwrap());
            let key = SecretKey::from_seed(seed).unwrap();
            assert_eq!(key.public(), field("pkRm"));
        }
        assert_eq!(vectors.len(), 2);
        crate::report::report(
            "draft-ietf-hpke-pq MLKEM768-P256 again, as our keys",
            2,
            0,
            0,
            "",
        );
    }

    /// FIPS 203, section 7.2: every coefficient of the encapsulation key is below q.
    #[test]
    fn an_encapsulation_key_that_is_not_reduced_is_refused() {
        let mut public = SecretKey::make().unwrap().public();
        assert!(is_public(&public));
        public[..3].fill(0xff);
        assert!(!is_public(&public));
        assert!(seal(&public, b"", b"", b"").is_none());
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        assert!(seal(&[0; PUBLIC], b"", b"", b"").is_none());
        assert!(seal(&[4; 10], b"", b"", b"").is_none());
    }
}
