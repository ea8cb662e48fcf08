//! Changing the second factor, and new recovery codes. Both ask for password and second factor anew:
//! an open session alone is not enough.

use keepwell_shared::{
    bytes::Hash,
    password::Password,
    wire::{RecoveryCodesPut, RecoveryCodesPutRequest, SecondFactorPut},
};

use super::sign_in::ShownPassword;
use crate::{
    error::Error,
    factor::{self, Factor, NewFactor},
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Shows password and second factor again, as the server asks for it before what stands below, for
    /// five minutes: a new session takes the place of this one.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] for another password; [`Error::Refused`] with the code for what is wrong
    /// with the factor.
    pub async fn confirm(&self, password: &str, shown: &Factor) -> Result<(), Error> {
        let name = self.username.clone();
        let password = Password::prepare(password, |text| self.api.platform.nfc(text))?;
        let proof = ShownPassword::show_password(&self.api, name, &password).await?;
        if let Some(before) = proof.show(&self.api, shown, true).await? {
            // One that could not be ended now ends by itself.
            let _ended = self.api.end_session(before).await;
        }
        Ok(())
    }

    /// Puts another second factor in the place of the one until now; `first_code` is the first code of
    /// the new one. All other sessions end.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`keepwell_shared::error::Code::ConfirmFirst`] unless both factors were
    /// just shown, or with what is wrong with the code. The old factor stays then.
    pub async fn change_second_factor(
        &self,
        new: &NewFactor,
        first_code: &str,
    ) -> Result<(), Error> {
        let new = new.with_code(self.account, factor::read_code(first_code)?);
        self.api.call(SecondFactorPut, &[], "", &new).await?;
        self.recovery_codes.set(count(&new.recovery_codes));
        Ok(())
    }

    /// Draws new recovery codes in the place of all that are left, and gives them once.
    ///
    /// # Errors
    /// As for another second factor.
    pub async fn new_recovery_codes(&self) -> Result<Vec<String>, Error> {
        let codes = factor::draw_recovery_codes();
        let request = RecoveryCodesPutRequest {
            recovery_codes: factor::hashes(&codes, self.account),
        };
        self.api.call(RecoveryCodesPut, &[], "", &request).await?;
        self.recovery_codes.set(count(&request.recovery_codes));
        Ok(factor::on_paper(&codes))
    }
}

fn count(hashes: &[Hash]) -> u32 {
    u32::try_from(hashes.len()).unwrap_or(u32::MAX)
}
