//! The second factor: with a new account, when one signs in, and when it is changed.

use keepwell_vault::{Device, Error, NewFactor, Vault};

use super::{super::view, Answer, Browser, Desk, user_agent};
use crate::message::{Reply, TypedFactor};

impl Desk {
    pub(super) async fn finish_registration(&self, code: &str) -> Answer {
        let drawn = self.drawn.take().ok_or(Error::Program)?;
        match drawn.finish(code).await {
            Ok(vault) => self.open(vault).await,
            Err((error, drawn)) => {
                // The app has this one: the next code is of the same.
                self.drawn.replace(Some(drawn));
                Err(error)
            }
        }
    }

    /// Both factors once more, in a new session.
    pub(super) async fn confirm(
        &self,
        vault: &Vault<Browser>,
        password: &str,
        factor: &TypedFactor,
        shared: bool,
    ) -> Result<Reply, Error> {
        vault.confirm(password, &view::factor(factor)?).await?;
        // Without it the list of sessions lacks some words.
        let device = Device::from_user_agent(&user_agent(), shared);
        let _told = vault.tell_device(device).await;
        Ok(Reply::Done)
    }

    pub(super) fn draw_factor(&self, vault: &Vault<Browser>) -> Reply {
        let drawn = NewFactor::draw();
        let reply = Reply::NewFactor(view::new_factor(&drawn, vault.username()));
        self.new_factor.replace(Some(drawn));
        reply
    }

    pub(super) async fn change_factor(
        &self,
        vault: &Vault<Browser>,
        code: &str,
    ) -> Result<Reply, Error> {
        let drawn = self.new_factor.take().ok_or(Error::Program)?;
        if let Err(error) = vault.change_second_factor(&drawn, code).await {
            // The app has this one: the next code is of the same.
            self.new_factor.replace(Some(drawn));
            return Err(error);
        }
        Ok(Reply::Done)
    }
}
