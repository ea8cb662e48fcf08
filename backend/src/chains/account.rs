//! The statements of an account about itself.
//!
//! `docs/protocol.md`, section 7.1.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    statement::{AccountHead, Change, KeyBundle, Unverified, Verified},
    wire::{AccountPutRequest, RegisterFinishRequest},
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
        && payload.change == Change::Began;
    if in_order {
        Ok(head)
    } else {
        Err(Code::BadRequest.into())
    }
}

/// The statement that follows `before`: it changes what it says, names what comes with it, and
/// leaves everything else as it was. One that gives up another branch is a repair, and counts on
/// above that branch, of which nothing is kept here.
///
/// # Errors
/// [`Code::Conflict`] when it follows another one, [`Code::BadRequest`] when it is not in order.
pub(crate) fn next_account(
    before: &Unverified<AccountHead>,
    request: &AccountPutRequest,
    key: &VerifyingKey,
) -> Result<Verified<AccountHead>, Failure> {
    let broken = |_| Failure::Broken("a stored account head does not verify");
    let before = before.verify(key).map_err(broken)?;
    let head = request.account_head.verify(key)?;
    let (was, is) = (before.payload(), head.payload());
    if is.previous != Some(before.id()) {
        return Err(Code::Conflict.into());
    }
    let wrap = &request.password.account_key;
    let change = match is.replaces.is_empty() {
        true => Change::Password,
        false => Change::Repaired,
    };
    let expected = AccountHead {
        counter: is.counter,
        previous: is.previous,
        replaces: is.replaces.clone(),
        at: is.at,
        account_key: Hash::of(wrap.as_slice()),
        change,
        ..was.clone()
    };
    if *is == expected && counts_on(was, is) && is_wrap(wrap) {
        Ok(head)
    } else {
        Err(Code::BadRequest.into())
    }
}
