//! ECDSA P-256 with SHA-256 (FIPS 186-5), deterministic nonces (RFC 6979), low s.

use keepwell_shared::{label, statement::Signer};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey, signature::Signer as _};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{kdf, random};

/// The private half of a signing key.
#[derive(ZeroizeOnDrop)]
pub(crate) struct SecretKey(SigningKey);

impl SecretKey {
    pub(crate) fn make() -> Self {
        // A random string of 32 bytes is no scalar with a chance of 2^-32: draw again.
        loop {
            let seed: Zeroizing<[u8; 32]> = Zeroizing::new(random::bytes());
            if let Some(key) = Self::from_scalar(&seed) {
                return key;
            }
        }
    }

    pub(crate) fn from_scalar(scalar: &[u8; 32]) -> Option<Self> {
        SigningKey::from_slice(scalar).ok().map(Self)
    }

    /// The signing key of a recovery kit: `HKDF-SHA-512(kit, label KIT_SIGNING_KEY)` as a scalar. None
    /// for one kit of 2^32, which nobody draws.
    pub(crate) fn from_kit(kit: &[u8; 20]) -> Option<Self> {
        let scalar = Zeroizing::new(kdf::derive(kit, label::KIT_SIGNING_KEY));
        Self::from_scalar(&scalar)
    }

    // EXPOSE: sealed under the AccountKey by `identity.rs`, nowhere else.
    pub(crate) fn expose(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl Signer for SecretKey {
    fn public(&self) -> &VerifyingKey {
        self.0.verifying_key()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.normalize_s().to_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6979, appendix A.2.5: P-256 with SHA-256. Where the published s is high, ours is n - s.
    #[test]
    fn vectors_of_rfc_6979() {
        let scalar = hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721");
        let key = SecretKey::from_scalar(&scalar).unwrap();
        let published = [
            (
                "sample",
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
                "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
                true,
            ),
            (
                "test",
                "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
                "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
                false,
            ),
        ];
        for (message, r, s, high) in published {
            let signature = key.sign(message.as_bytes());
            assert_eq!(signature[..32], hex(r));
            assert_eq!(signature[32..] != hex(s), high);
            let published = Signature::from_scalars(hex(r), hex(s)).unwrap();
            assert_eq!(published.normalize_s().to_bytes()[..], signature[..]);
        }
        crate::report::report(
            "RFC 6979 P-256 SHA-256, appendix A.2.5",
            2,
            0,
            8,
            "the other hashes are not used",
        );
    }

    fn hex(text: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap();
        }
        bytes
    }
}
