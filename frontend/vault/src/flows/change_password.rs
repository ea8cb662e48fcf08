//! Another password: the AccountKey is wrapped anew, and nothing below it changes.

use keepwell_shared::{
    bytes::Bytes,
    password::Password,
    statement::Change,
    wire::{NewPassword, PasswordStart, PasswordStartRequest},
};

use crate::{
    crypto::opaque::Registration, error::Error, keys::Context, platform::Platform, vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Changes the password. Every other session of the account ends. Whoever had both the old
    /// password and what the server keeps has the AccountKey still: against them only new keys help.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] when `current` is not the password; a new one that breaks a rule.
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), Error> {
        let new = Password::prepare(new, |text| self.api.platform.nfc(text))?;
        new.check_new(self.username.as_str())?;
        let proof = self.prove_password(current).await?;
        let (message, state) = Registration::start(&new)?;
        let start = PasswordStartRequest {
            opaque: Bytes(message),
        };
        let answer = self.api.call(PasswordStart, &[], "", &start).await?;
        let (record, unlock_key) = state.finish(&self.username, &new, answer.opaque.as_slice())?;
        let context = Context::AccountKey(self.account);
        let password = NewPassword {
            opaque: Bytes(record),
            account_key: unlock_key.wrap(&self.account_key, &context)?,
        };
        self.change_account(proof, Change::Password, password).await
    }
}
