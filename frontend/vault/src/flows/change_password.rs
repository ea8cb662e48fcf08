//! Another password: the AccountKey is wrapped anew, and nothing below it changes.
//!
//! `docs/protocol.md`, section 7.1.

use keepwell_shared::{
    bytes::Bytes,
    id::AccountId,
    password::Password,
    username::Username,
    wire::{NewPassword, PasswordStart, PasswordStartRequest},
};

use super::account_chain::{change_account, prove_password};
use crate::{
    api::Api,
    crypto::opaque::Registration,
    error::Error,
    keys::{AccountKey, Context, UnlockKey},
    platform::Platform,
    returning,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Changes the password. Every other session of the account ends. Whoever had both the old
    /// password and what the server keeps has the AccountKey still: against them only new keys help.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] when `current` is not the password; a new one that breaks a rule.
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), Error> {
        let new = new_password(&self.api, &self.username, new)?;
        let proof = prove_password(&self.api, &self.username, current).await?;
        let of = (self.account, &self.account_key);
        let (password, unlock_key) = wrap_anew(&self.api, &self.username, of, &new).await?;
        let before = self.chain.borrow().newest.clone();
        let (api, identity) = (&self.api, &self.identity);
        let head = change_account(api, identity, &before, None, proof, password).await?;
        self.follow_account(head).await;
        returning::remember(api, &self.username, &unlock_key).await;
        self.renew_device().await;
        Ok(())
    }
}

/// What was typed as a new password, when it keeps to the rules.
pub(super) fn new_password<P: Platform>(
    api: &Api<P>,
    username: &Username,
    typed: &str,
) -> Result<Password, Error> {
    let new = Password::prepare(typed, |text| api.platform.nfc(text))?;
    new.check_new(username.as_str())?;
    Ok(new)
}

/// A new OPAQUE record, and the AccountKey under its unlock key, with that. Nothing is stored yet.
pub(super) async fn wrap_anew<P: Platform>(
    api: &Api<P>,
    username: &Username,
    (account, key): (AccountId, &AccountKey),
    new: &Password,
) -> Result<(NewPassword, UnlockKey), Error> {
    let (message, state) = Registration::start(new)?;
    let start = PasswordStartRequest {
        opaque: Bytes(message),
    };
    let answer = api.call(PasswordStart, &[], "", &start).await?;
    let (record, unlock_key) = state.finish(username, new, answer.opaque.as_slice())?;
    let password = NewPassword {
        opaque: Bytes(record),
        account_key: unlock_key.wrap(key, &Context::AccountKey(account))?,
    };
    Ok((password, unlock_key))
}
