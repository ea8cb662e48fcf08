//! The second factor as a person meets it: a secret for the authenticator app, codes on paper.
//!
//! Both are drawn here. The server is given the secret, which it needs to check codes, and hashes of
//! the recovery codes.
//!
//! `docs/protocol.md`, section 7.3.

use base32ct::{Base32UpperUnpadded, Encoding};
use keepwell_shared::{
    bytes::Hash,
    factor::{FactorSecret, OneTimeCode, RECOVERY_CODES, RecoveryCode},
    id::AccountId,
    username::Username,
    wire::NewSecondFactor,
};

use crate::{crypto::random, error::Error};

/// Who gives the codes, as the app shows it.
const ISSUER: &str = "Keepwell";
/// Characters in a row on paper and on screens.
const GROUP: usize = 4;

/// A second factor that was drawn and is not set up yet.
pub struct NewFactor {
    secret: FactorSecret,
    recovery_codes: Vec<RecoveryCode>,
}

impl NewFactor {
    /// Draws the secret and the recovery codes.
    pub fn draw() -> Self {
        Self {
            secret: FactorSecret::from_bytes(random::bytes()),
            recovery_codes: draw_recovery_codes(),
        }
    }

    /// A factor with this secret, without recovery codes.
    #[cfg(test)]
    pub(crate) fn of(secret: FactorSecret) -> Self {
        Self {
            secret,
            recovery_codes: Vec::new(),
        }
    }

    /// The secret as one types it: base32 (RFC 4648, section 6) in groups of four.
    pub fn key(&self) -> String {
        in_groups(self.secret.expose())
    }

    /// What the QR code says. The user name needs no escapes: it is ASCII without any sign that means
    /// something in an address.
    pub fn uri(&self, username: &Username) -> String {
        let secret = Base32UpperUnpadded::encode_string(self.secret.expose());
        format!("otpauth://totp/{ISSUER}:{username}?secret={secret}&issuer={ISSUER}")
    }

    /// The recovery codes as they stand on paper.
    pub fn recovery_codes(&self) -> Vec<String> {
        on_paper(&self.recovery_codes)
    }

    /// What the server gets, with the first code.
    pub(crate) fn with_code(&self, account: AccountId, code: OneTimeCode) -> NewSecondFactor {
        NewSecondFactor {
            secret: self.secret.clone(),
            code,
            recovery_codes: hashes(&self.recovery_codes, account),
        }
    }
}

impl std::fmt::Debug for NewFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewFactor(..)")
    }
}

/// What a person shows beside the password.
#[derive(Clone, PartialEq, Eq)]
pub enum Factor {
    /// A code of the authenticator app.
    Code(OneTimeCode),
    /// A recovery code.
    RecoveryCode(RecoveryCode),
}

impl Factor {
    /// Reads a code as typed.
    ///
    /// # Errors
    /// [`Error::NotACode`] unless it is six digits.
    pub fn code(typed: &str) -> Result<Self, Error> {
        read_code(typed).map(Self::Code)
    }

    /// Reads a recovery code as typed: in capitals or not, with or without the signs between groups.
    ///
    /// # Errors
    /// [`Error::NotARecoveryCode`] unless it is sixteen letters and digits of base32.
    pub fn recovery_code(typed: &str) -> Result<Self, Error> {
        let plain: String = typed
            .chars()
            .filter(|sign| !sign.is_whitespace() && *sign != '-')
            .map(|sign| match sign {
                // Neither sign is in base32, and both are read for the letters that are.
                '0' => 'O',
                '1' => 'I',
                other => other.to_ascii_uppercase(),
            })
            .collect();
        Base32UpperUnpadded::decode_vec(&plain)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(|bytes| Self::RecoveryCode(RecoveryCode::from_bytes(bytes)))
            .ok_or(Error::NotARecoveryCode)
    }
}

impl std::fmt::Debug for Factor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Factor(..)")
    }
}

pub(crate) fn read_code(typed: &str) -> Result<OneTimeCode, Error> {
    OneTimeCode::parse(typed).ok_or(Error::NotACode)
}

pub(crate) fn draw_recovery_codes() -> Vec<RecoveryCode> {
    (0..RECOVERY_CODES)
        .map(|_| RecoveryCode::from_bytes(random::bytes()))
        .collect()
}

/// Sorted, so that their order says nothing.
pub(crate) fn hashes(codes: &[RecoveryCode], account: AccountId) -> Vec<Hash> {
    let mut hashes: Vec<Hash> = codes.iter().map(|code| code.hash(account)).collect();
    hashes.sort();
    hashes
}

pub(crate) fn on_paper(codes: &[RecoveryCode]) -> Vec<String> {
    codes.iter().map(|code| in_groups(code.expose())).collect()
}

fn in_groups(bytes: &[u8]) -> String {
    let mut grouped = String::new();
    for (at, sign) in Base32UpperUnpadded::encode_string(bytes)
        .chars()
        .enumerate()
    {
        if at > 0 && at % GROUP == 0 {
            grouped.push('-');
        }
        grouped.push(sign);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_paper_is_read_again_however_it_is_typed() {
        let codes = draw_recovery_codes();
        for (code, paper) in codes.iter().zip(on_paper(&codes)) {
            assert_eq!(paper.len(), 19);
            let read = |typed: &str| Factor::recovery_code(typed);
            let expected = Ok(Factor::RecoveryCode(code.clone()));
            assert_eq!(read(&paper), expected);
            assert_eq!(read(&paper.to_lowercase().replace('-', " ")), expected);
            assert_eq!(read(&paper.replace('-', "")), expected);
            let misread = paper.replace('O', "0").replace('I', "1");
            assert_eq!(read(&misread), expected);
            for bad in [
                &paper[..18],
                &format!("{paper}A"),
                "",
                "é",
                "9999-9999-9999-9999",
            ] {
                assert_eq!(read(bad), Err(Error::NotARecoveryCode), "{bad}");
            }
        }
    }

    /// RFC 4648, section 10, without the padding.
    #[test]
    fn base32_is_that_of_the_rfc() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW-6"),
            ("foob", "MZXW-6YQ"),
            ("fooba", "MZXW-6YTB"),
            ("foobar", "MZXW-6YTB-OI"),
        ] {
            assert_eq!(in_groups(plain.as_bytes()), text);
        }
    }

    #[test]
    fn the_address_for_the_app_names_issuer_user_and_secret() {
        let factor = NewFactor::of(FactorSecret::from_bytes(*b"12345678901234567890"));
        let name = Username::parse("patient-one").unwrap();
        assert_eq!(
            factor.uri(&name),
            "otpauth://totp/Keepwell:patient-one?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Keepwell"
        );
        assert_eq!(factor.key(), "GEZD-GNBV-GY3T-QOJQ-GEZD-GNBV-GY3T-QOJQ");
    }
}
