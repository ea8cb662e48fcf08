//! The statements of an account about itself.
//!
//! `docs/protocol.md`, section 7.1.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    statement::{AccountHead, Change, KeyBundle, Unverified, Verified},
    wire::RegisterFinishRequest,
};
use p256::ecdsa::VerifyingKey;

use super::{counts_on, is_wrap};
use crate::reject::Failure;

/// The statement that begins an account: it names the keys and wraps that come with it.
///
/// # Errors
/// [`Code::BadRequest`].
pub(crate) fn first_account(
    request: &RegisterFinishRequest,
    bundle: &Verified<KeyBundle>,
    key: &VerifyingKey,
) -> Result<Verified<AccountHead>, Failure> {
    let head = request.account_head.verify(key)?;
    let payload = head.payload();
    let in_order = payload.account == request.account
        && payload.counter == 0
        && payload.previous.is_none()
        && payload.replaces.is_empty()
        && payload.generation == 0
        && payload.bundle == bundle.id()
        && payload.account_key == Hash::of(request.account_key.as_slice())
        && payload.identity == Hash::of(request.identity.as_slice())
        && payload.change == Change::Began
        && payload.password_at == payload.at
        && is_kit(payload, request.kit.as_ref());
    if in_order {
        Ok(head)
    } else {
        Err(Code::BadRequest.into())
    }
}

/// What a statement of an account does, with what comes along.
pub(crate) enum AccountStep<'a> {
    /// Another password: the AccountKey under its unlock key.
    Password(&'a Bytes),
    /// Another recovery kit: the AccountKey under its key.
    Kit(&'a Bytes),
    /// The kit took the place of password and second factor: both of these are new.
    Recovered { password: &'a Bytes, kit: &'a Bytes },
}

/// The statement that follows `before`: it changes what it says, names what comes with it, and
/// leaves everything else as it was. One that gives up another branch is a repair, and counts on
/// above that branch, of which nothing is kept here.
///
/// # Errors
/// [`Code::Conflict`] when it follows another one, [`Code::BadRequest`] when it is not in order.
pub(crate) fn next_account(
    before: &Unverified<AccountHead>,
    next: &Unverified<AccountHead>,
    step: &AccountStep<'_>,
    key: &VerifyingKey,
) -> Result<Verified<AccountHead>, Failure> {
    let broken = |_| Failure::Broken("a stored account head does not verify");
    let before = before.verify(key).map_err(broken)?;
    let head = next.verify(key)?;
    let (was, is) = (before.payload(), head.payload());
    if is.previous != Some(before.id()) {
        return Err(Code::Conflict.into());
    }
    let (password, kit, change) = match *step {
        AccountStep::Password(wrap) if is.replaces.is_empty() => {
            (Some(wrap), None, Change::Password)
        }
        AccountStep::Password(wrap) => (Some(wrap), None, Change::Repaired),
        AccountStep::Kit(wrap) => (None, Some(wrap), Change::Kit),
        AccountStep::Recovered { password, kit } => (Some(password), Some(kit), Change::Recovered),
    };
    let mut expected = AccountHead {
        counter: is.counter,
        previous: is.previous,
        at: is.at,
        change,
        ..was.clone()
    };
    // Nothing but a repair gives up another branch.
    expected.replaces = match change {
        Change::Repaired => is.replaces.clone(),
        _ => Vec::new(),
    };
    if let Some(wrap) = password {
        expected.account_key = Hash::of(wrap.as_slice());
        expected.password_at = is.at;
    }
    if kit.is_some() {
        expected.kit.clone_from(&is.kit);
    }
    let in_order = *is == expected
        && counts_on(was, is)
        && password.is_none_or(is_wrap)
        && kit.is_none_or(|wrap| is_kit(is, Some(wrap)));
    if in_order {
        Ok(head)
    } else {
        Err(Code::BadRequest.into())
    }
}

/// Whether a statement and what comes with it say the same of the recovery kit.
fn is_kit(head: &AccountHead, wrap: Option<&Bytes>) -> bool {
    match (&head.kit, wrap) {
        (None, None) => true,
        (Some(kit), Some(wrap)) => {
            kit.account_key == Hash::of(wrap.as_slice())
                && kit.at == head.at
                && kit.signing_key().is_ok()
                && is_wrap(wrap)
        }
        _ => false,
    }
}
