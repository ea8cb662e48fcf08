//! Changing the second factor, and new recovery codes. Both ask for password and second factor anew:
//! an open session alone is not enough.

use keepwell_shared::{
    password::Password,
    wire::{Empty, RecoveryCodesPut, RecoveryCodesPutRequest, SecondFactorPut},
};

use super::sign_in::ShownPassword;
use crate::{
    error::Error,
    factor::{self, Factor, NewFactor},
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Puts another second factor in the place of the one that is shown; `first_code` is the first
    /// code of the new one. All other sessions end.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] for another password; [`Error::Refused`] with the code for what is wrong
    /// with either code. The old factor stays then.
    pub async fn change_second_factor(
        &self,
        password: &str,
        shown: &Factor,
        new: &NewFactor,
        first_code: &str,
    ) -> Result<(), Error> {
        let first_code = factor::read_code(first_code)?;
        self.confirm(password, shown).await?;
        let new = new.with_code(self.account, first_code);
        self.api
            .call(SecondFactorPut, &[], "", &new)
            .await
            .map(|Empty {}| ())
    }

    /// Draws new recovery codes in the place of all that are left, and gives them once.
    ///
    /// # Errors
    /// As for another second factor.
    pub async fn new_recovery_codes(
        &self,
        password: &str,
        shown: &Factor,
    ) -> Result<Vec<String>, Error> {
        self.confirm(password, shown).await?;
        let codes = factor::draw_recovery_codes();
        let request = RecoveryCodesPutRequest {
            recovery_codes: factor::hashes(&codes, self.account),
        };
        self.api.call(RecoveryCodesPut, &[], "", &request).await?;
        self.recovery_codes.set(codes.len() as u32);
        Ok(factor::on_paper(&codes))
    }

    /// Shows password and second factor again: a new session takes the place of this one.
    async fn confirm(&self, password: &str, shown: &Factor) -> Result<(), Error> {
        let name = self.username.clone();
        let password = Password::prepare(password, |text| self.api.platform.nfc(text))?;
        let proof = ShownPassword::show_password(&self.api, name, &password).await?;
        if let Some(before) = proof.show(&self.api, shown).await? {
            // One that could not be ended now ends by itself.
            let _ended = self.api.end_session(before).await;
        }
        Ok(())
    }
}
