//! An authenticator app and a sheet of recovery codes.

use keepwell_shared::{
    bytes::Hash,
    factor::{FactorSecret, OneTimeCode, RECOVERY_CODES, RecoveryCode, STEP},
    id::AccountId,
    wire::NewSecondFactor,
};
use totp_rs::{Algorithm, Builder};

use super::person::random;

/// Somebody's second factor.
#[derive(Clone)]
pub struct Phone {
    pub secret: FactorSecret,
    pub sheet: Vec<RecoveryCode>,
}

impl Phone {
    pub fn draw() -> Self {
        let codes = (0..RECOVERY_CODES).map(|_| random(10).try_into().unwrap());
        Self {
            secret: FactorSecret::from_bytes(random(20).try_into().unwrap()),
            sheet: codes.map(RecoveryCode::from_bytes).collect(),
        }
    }

    /// What the app shows at a time.
    pub fn code(&self, at: u64) -> OneTimeCode {
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP)
            .with_secret(self.secret.expose().to_vec())
            .build()
            .unwrap();
        OneTimeCode::parse(&totp.generate(at).to_string()).unwrap()
    }

    /// A code that is right at no time around this one.
    pub fn wrong_code(&self, now: u64) -> OneTimeCode {
        let near = (0..=300).map(|by| self.code(now + by * STEP - 150 * STEP));
        let near: Vec<OneTimeCode> = near.collect();
        let all = (0..1_000_000).map(|number| OneTimeCode::parse(&format!("{number:06}")).unwrap());
        all.filter(|code| !near.contains(code)).nth(17).unwrap()
    }

    pub fn hashes(&self, account: AccountId) -> Vec<Hash> {
        let mut hashes: Vec<_> = self.sheet.iter().map(|code| code.hash(account)).collect();
        hashes.sort();
        hashes
    }

    /// What sets it up.
    pub fn new_factor(&self, account: AccountId, now: u64) -> NewSecondFactor {
        NewSecondFactor {
            secret: self.secret.clone(),
            code: self.code(now),
            recovery_codes: self.hashes(account),
        }
    }
}
