//! The second factor: one-time codes of an authenticator app (RFC 6238) and recovery codes.
//!
//! The server knows the secret of the codes, or it could not check them. They keep out who has the
//! password and nothing else; they do not keep out the server. A recovery code leaves the browser
//! only when it is used: until then the server has its hash.
//!
//! `docs/protocol.md`, section 7.3.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    bytes::{Hash, from_base64url, to_base64url},
    id::AccountId,
    label,
};

/// Seconds of a step: a code is that of one step (RFC 6238, section 4.1).
pub const STEP: u64 = 30;
/// Steps before and after the present one whose codes are taken (RFC 6238, section 5.2).
pub const SKEW: u64 = 1;
/// Recovery codes that are made at one time.
pub const RECOVERY_CODES: usize = 10;

/// The secret behind the codes: 160 bits, as long as the output of HMAC-SHA-1 (RFC 4226, section 4).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct FactorSecret([u8; 20]);

impl FactorSecret {
    /// Takes 20 bytes from a generator or from a seal.
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the primitive, for the authenticator app and for sealing at rest.
    // EXPOSE: whoever computes a code needs them; the app gets them from the screen.
    pub fn expose(&self) -> &[u8; 20] {
        &self.0
    }
}

/// A code of six digits. Equal in constant time.
#[derive(Clone, Eq, Zeroize, ZeroizeOnDrop)]
pub struct OneTimeCode([u8; 6]);

impl OneTimeCode {
    /// Reads what a person typed: six digits, with spaces between them as apps show them.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits: Vec<u8> = typed
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        let code: [u8; 6] = digits.try_into().ok()?;
        code.iter().all(u8::is_ascii_digit).then_some(Self(code))
    }

    /// The six digits.
    // EXPOSE: it is compared with codes as text.
    pub fn expose(&self) -> &str {
        // Digits are always text.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl PartialEq for OneTimeCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// A recovery code: 80 bits, good for one sign-in. Too many for anybody who has only the hash.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; 10]);

impl RecoveryCode {
    /// Takes 10 bytes from a generator or from what was typed.
    pub fn from_bytes(bytes: [u8; 10]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the sheet of paper.
    // EXPOSE: the person writes them down.
    pub fn expose(&self) -> &[u8; 10] {
        &self.0
    }

    /// What the server keeps: `SHA-256(label RECOVERY_CODE || 0x00 || account (17) || code)`.
    pub fn hash(&self, account: AccountId) -> Hash {
        let label = label::RECOVERY_CODE.as_bytes();
        let parts: [&[u8]; 4] = [label, &[0], &account.to_tagged(), &self.0];
        Hash::of(&parts.concat())
    }
}

/// Bytes of one length as base64url.
macro_rules! travels_as_bytes {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&to_base64url(&self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                from_base64url(&text)
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or_else(|| de::Error::custom("not of this length"))
            }
        }
    )*};
}

travels_as_bytes! { FactorSecret RecoveryCode }

impl Serialize for OneTimeCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for OneTimeCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // On the wire a code has one form: six digits and nothing between them.
        Self::parse(&text)
            .filter(|code| code.expose() == text)
            .ok_or_else(|| de::Error::custom("not a code"))
    }
}

impl fmt::Debug for FactorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FactorSecret(..)")
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_however_they_are_typed_and_travels_in_one_form() {
        for typed in ["012345", "012 345", " 012345\n", "0 1 2 3 4 5"] {
            assert_eq!(OneTimeCode::parse(typed).unwrap().expose(), "012345");
        }
        for bad in [
            "",
            "12345",
            "1234567",
            "12345a",
            "+12345",
            "-12345",
            "１２３４５６",
        ] {
            assert!(OneTimeCode::parse(bad).is_none(), "{bad:?}");
        }
        let read = |text: &str| serde_json::from_str::<OneTimeCode>(text).is_ok();
        assert!(read("\"012345\""));
        for bad in ["\"012 345\"", "12345", "123456", "\"\""] {
            assert!(!read(bad), "{bad}");
        }
    }

    #[test]
    fn the_hash_of_a_recovery_code_is_that_of_one_account() {
        let code = RecoveryCode::from_bytes([1; 10]);
        let (one, two) = (AccountId::from([1; 16]), AccountId::from([2; 16]));
        assert_eq!(code.hash(one), code.clone().hash(one));
        assert_ne!(code.hash(one), code.hash(two));
        assert_ne!(code.hash(one), RecoveryCode::from_bytes([2; 10]).hash(one));
    }
}
