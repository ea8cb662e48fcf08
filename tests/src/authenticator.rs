//! An authenticator app, and the sheets beside it: recovery codes, and the recovery kit.

use std::{
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use base32ct::{Base32UpperUnpadded, Encoding};
use keepwell_vault::{Factor, NewFactor};
use totp_rs::{Algorithm, Builder, Totp};

/// Seconds of a step.
const STEP: u64 = 30;

/// What one person has on the phone and on paper. Clones are the same phone and paper.
#[derive(Clone)]
pub struct Authenticator(Arc<Mutex<Kept>>);

struct Kept {
    totp: Totp,
    last_step: u64,
    recovery_codes: Vec<String>,
    kit: String,
}

impl Authenticator {
    /// Takes over what a browser shows.
    pub fn of(factor: &NewFactor) -> Self {
        Self::typed(&factor.key(), factor.recovery_codes())
    }

    /// Takes over a key as it stands on the screen, and the recovery codes.
    pub fn typed(key: &str, recovery_codes: Vec<String>) -> Self {
        let secret = Base32UpperUnpadded::decode_vec(&key.replace('-', "")).expect("a key");
        let totp = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP)
            .with_secret(secret)
            .build()
            .expect("a secret of the usual length");
        Self(Arc::new(Mutex::new(Kept {
            totp,
            last_step: 0,
            recovery_codes,
            kit: String::new(),
        })))
    }

    /// The code of the present step, for the first time. A server that looks at it a moment later may
    /// be one step on, and takes it all the same.
    pub fn first_code(&self) -> String {
        let mut kept = self.0.lock().expect("the phone");
        kept.last_step = now() / STEP;
        kept.totp.generate(kept.last_step * STEP).to_string()
    }

    /// The code that an app whose clock is wrong by so many seconds shows.
    pub fn code_off(&self, seconds: i64) -> String {
        let kept = self.0.lock().expect("the phone");
        let at = now().checked_add_signed(seconds).expect("a time");
        kept.totp.generate(at).to_string()
    }

    /// A second factor that was not used yet: a code of this step or the next one, or, when both are
    /// used, a recovery code. No test waits for the clock.
    pub fn next(&self) -> Factor {
        let mut kept = self.0.lock().expect("the phone");
        let step = (kept.last_step + 1).max(now() / STEP);
        if step <= now() / STEP + 1 {
            kept.last_step = step;
            let code = kept.totp.generate(step * STEP).to_string();
            return Factor::code(&code).expect("six digits");
        }
        let code = kept.recovery_codes.pop().expect("a recovery code is left");
        Factor::recovery_code(&code).expect("a recovery code")
    }

    /// Takes a recovery code off the sheet.
    pub fn recovery_code(&self) -> String {
        let mut kept = self.0.lock().expect("the sheet");
        kept.recovery_codes.pop().expect("a recovery code is left")
    }

    /// How many recovery codes are on the sheet.
    pub fn recovery_codes_left(&self) -> usize {
        self.0.lock().expect("the sheet").recovery_codes.len()
    }

    /// The recovery kit as it stands on paper; nothing where there is none.
    pub fn kit(&self) -> String {
        self.0.lock().expect("the sheet").kit.clone()
    }

    /// Keeps a new recovery kit.
    pub fn keep_kit(&self, kit: String) {
        self.0.lock().expect("the sheet").kit = kit;
    }

    /// A new sheet.
    pub fn new_sheet(&self, recovery_codes: Vec<String>) {
        self.0.lock().expect("the sheet").recovery_codes = recovery_codes;
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock of the phone")]
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
