//! Setting up a second factor and changing it. It can not be turned off: everybody has one.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    factor::{FactorSecret, RECOVERY_CODES},
    id::AccountId,
    wire::{Empty, NewSecondFactor, RecoveryCodesPutRequest},
};
use subtle::ConstantTimeEq;

use super::{call::Asked, session::end_all_but};
use crate::{
    app::App,
    guard::{
        Caller,
        codes::{self, Verdict},
        fresh,
    },
    reject::Failure,
    store::{Reading, Writing, second_factor},
};

/// A second factor whose first code was right.
pub(super) struct CheckedFactor<'a> {
    new: &'a NewSecondFactor,
    step: u64,
}

impl<'a> CheckedFactor<'a> {
    /// The secret is the caller's own, so saying at once that its clock is wrong tells nobody
    /// anything.
    ///
    /// # Errors
    /// [`Code::WrongCode`], [`Code::ClockWrong`]; [`Code::BadRequest`] for another list of recovery
    /// codes than a browser makes.
    pub(super) fn check(new: &'a NewSecondFactor, now: u64) -> Result<Self, Failure> {
        if !are_recovery_codes(&new.recovery_codes) {
            return Err(Code::BadRequest.into());
        }
        match codes::check(&new.secret, &new.code, now, 0)? {
            Verdict::Right(step) => Ok(Self { new, step }),
            _ if codes::elsewhere(&new.secret, &new.code, now)?.is_empty() => {
                Err(Code::WrongCode.into())
            }
            _ => Err(Code::ClockWrong.into()),
        }
    }

    pub(super) fn store(
        &self,
        app: &App,
        at: &Writing<'_>,
        account: AccountId,
    ) -> Result<(), Failure> {
        let sealed = seal(app, account, &self.new.secret)?;
        second_factor::put(at, account, &sealed, self.step)?;
        second_factor::put_recovery_codes(at, account, &self.new.recovery_codes)
    }
}

/// Whether this is the secret that the account has now.
pub(super) fn is_kept(
    app: &App,
    at: &Reading<'_>,
    account: AccountId,
    secret: &FactorSecret,
) -> Result<bool, Failure> {
    let factor = second_factor::get(at, account)?;
    let kept = app
        .secrets
        .open_factor(account, &factor.secret)
        .ok_or(Failure::Broken("a secret of codes does not open"))?;
    // EXPOSE: compared in constant time.
    Ok(kept.expose().ct_eq(secret.expose()).into())
}

fn seal(app: &App, account: AccountId, secret: &FactorSecret) -> Result<Vec<u8>, Failure> {
    app.secrets
        .seal_factor(account, secret)
        .ok_or(Failure::Broken("a secret of codes can not be sealed"))
}

/// Whether these are as many different hashes as there are codes, sorted.
pub(super) fn are_recovery_codes(hashes: &[Hash]) -> bool {
    hashes.len() == RECOVERY_CODES && hashes.is_sorted_by(|one, next| one < next)
}

/// Another second factor. Whoever held the old one, or a session, holds nothing of it.
pub(super) fn put(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(), NewSecondFactor>,
) -> Result<Empty, Failure> {
    let now = app.clock.now();
    fresh::require(app, caller)?;
    CheckedFactor::check(&asked.request, now)?.store(app, at, caller.account())?;
    end_all_but(app, at, caller)?;
    Ok(Empty {})
}

/// New recovery codes.
pub(super) fn recovery_codes_put(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(), RecoveryCodesPutRequest>,
) -> Result<Empty, Failure> {
    fresh::require(app, caller)?;
    let hashes = asked.request.recovery_codes;
    if !are_recovery_codes(&hashes) {
        return Err(Code::BadRequest.into());
    }
    second_factor::put_recovery_codes(at, caller.account(), &hashes)?;
    Ok(Empty {})
}
