//! A device that signed in before has tries of its own: somebody who guesses elsewhere can not use
//! them up. It shows a secret that it was given after an earlier sign-in, by a proof for this one
//! request, so that nothing that travels can be used again.
//!
//! ```text
//! proof  = HMAC-SHA-256(secret, CBOR[label DEVICE_PROOF, path, SHA-256(body)])      RFC 2104
//! header = base64url(device (16 bytes) || proof (32 bytes))
//! ```

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    bytes::{Hash, from_base64url, to_base64url},
    label,
};

/// What a device keeps after a sign-in. It opens nothing: whoever steals it gets some tries.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DeviceSecret {
    #[zeroize(skip)]
    device: [u8; 16],
    secret: [u8; 32],
}

impl DeviceSecret {
    /// The secret of a device.
    pub fn new(device: [u8; 16], secret: [u8; 32]) -> Self {
        Self { device, secret }
    }

    /// What a device kept; `None` for what it never did.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (device, secret) = bytes.split_first_chunk()?;
        Some(Self::new(*device, secret.try_into().ok()?))
    }

    /// What a device keeps.
    // EXPOSE: it lies on the device as it is, because it is needed before anything is unlocked.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.device[..], &self.secret].concat()
    }

    /// Shows, for this request, that the device has the secret.
    pub fn prove(&self, path: &str, body: Hash) -> DeviceProof {
        // HMAC takes keys of any length.
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.secret);
        let input = minicbor::to_vec((label::DEVICE_PROOF, path, body)).unwrap_or_default();
        let proof = mac.map(|mac| mac.chain_update(input).finalize().into_bytes().into());
        DeviceProof {
            device: self.device,
            proof: proof.unwrap_or_default(),
        }
    }
}

impl fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceSecret(..)")
    }
}

/// A device, and a proof for one request that it is that one.
#[derive(Clone, Copy)]
pub struct DeviceProof {
    /// Which device: random.
    pub device: [u8; 16],
    proof: [u8; 32],
}

impl fmt::Debug for DeviceProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceProof(..)")
    }
}

impl DeviceProof {
    /// Whether it is the one that the secret gives, in constant time.
    pub fn is(&self, expected: &Self) -> bool {
        self.device == expected.device && bool::from(self.proof.ct_eq(&expected.proof))
    }

    /// The form in the header.
    pub fn to_text(&self) -> String {
        to_base64url(&[&self.device[..], &self.proof].concat())
    }

    /// Reads the header.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = from_base64url(text)?;
        let (device, proof) = bytes.split_first_chunk()?;
        Some(Self {
            device: *device,
            proof: proof.try_into().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_good_for_one_request_of_one_device() {
        let secret = DeviceSecret::new([1; 16], [2; 32]);
        let body = Hash::of(b"{}");
        let proof = DeviceProof::parse(&secret.prove("/a", body).to_text()).unwrap();
        assert!(proof.is(&secret.prove("/a", body)));
        for other in [
            secret.prove("/b", body),
            secret.prove("/a", Hash::of(b"")),
            DeviceSecret::new([3; 16], [2; 32]).prove("/a", body),
            DeviceSecret::new([1; 16], [3; 32]).prove("/a", body),
        ] {
            assert!(!proof.is(&other));
        }
    }

    #[test]
    fn what_is_kept_and_what_travels_have_one_length() {
        let secret = DeviceSecret::new([1; 16], [2; 32]);
        let kept = secret.to_bytes();
        assert_eq!(DeviceSecret::from_bytes(&kept).unwrap().to_bytes(), kept);
        assert!(DeviceSecret::from_bytes(&kept[1..]).is_none());
        assert!(DeviceSecret::from_bytes(&[&kept[..], &[0]].concat()).is_none());
        let text = secret.prove("/a", Hash::of(b"")).to_text();
        for bad in ["", "AA", &text[1..], &format!("{text}AAAA")] {
            assert!(DeviceProof::parse(bad).is_none(), "{bad}");
        }
    }
}
