//! The second half of registering, and of getting an account back: a second factor and a recovery kit
//! were drawn, and nothing counts before the first code of the one was right and, where the other is
//! kept, a part of it was typed from paper.
//!
//! `docs/protocol.md`, section 7.

use keepwell_shared::{
    bytes::Bytes, error::Code, password::Password, returning::ReturnKey, username::Username,
};

use super::{
    recover::Recovered,
    register::{Drawn, Plan},
    sign_in::{ShownPassword, open_account},
};
use crate::{
    api::Api,
    crypto::random,
    error::Error,
    factor::{NewFactor, read_code},
    keys::UnlockKey,
    kit::NewKit,
    platform::Platform,
    vault::{Opened, Vault},
};

/// An account that is drawn whole, or got back, and waits for the first code of its second factor.
/// Until then the server keeps nothing of it.
pub struct SettingUp<P> {
    api: Api<P>,
    username: Username,
    password: Password,
    unlock_key: UnlockKey,
    factor: NewFactor,
    kit: NewKit,
    return_key: ReturnKey,
    what: What,
}

/// What is sent with the first code.
pub(super) enum What {
    /// A new account, and of what it was drawn.
    Account(Plan, Box<Drawn>),
    /// An account that its recovery kit has opened.
    Recovered(Box<Recovered>),
}

impl<P> SettingUp<P> {
    pub(super) fn new(
        api: Api<P>,
        (username, password, unlock_key): (Username, Password, UnlockKey),
        what: What,
    ) -> Self {
        Self {
            api,
            username,
            password,
            unlock_key,
            factor: NewFactor::draw(),
            kit: NewKit::draw(),
            return_key: ReturnKey::from_bytes(random::bytes()),
            what,
        }
    }

    /// The user name in its canonical form.
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// The second factor, to be shown once.
    pub fn factor(&self) -> &NewFactor {
        &self.factor
    }

    /// The recovery kit, to be shown once.
    pub fn kit(&self) -> &NewKit {
        &self.kit
    }
}

impl<P: Platform> SettingUp<P> {
    /// The kit is on paper: `typed` is the group of it that was asked for. From now on it belongs to the
    /// account.
    ///
    /// # Errors
    /// [`Error::NotTheKit`] when it is another text.
    pub fn keep_kit(&mut self, typed: &str) -> Result<(), Error> {
        let kit = self.kit.kept(typed)?;
        match &mut self.what {
            What::Account(plan, drawn) => {
                **drawn = plan.draw(&self.username, &self.unlock_key, Some(kit))?;
            }
            What::Recovered(recovered) => recovered.keep(kit, self.api.platform.now())?,
        }
        Ok(())
    }

    /// Makes the account or gets it back, with the first code of its second factor, and signs in: on
    /// this device the first time needs no other code.
    ///
    /// # Errors
    /// With what was drawn, because another code, or another try, may help: [`Error::NotACode`];
    /// [`Error::Refused`] with [`Code::WrongCode`] or [`Code::ClockWrong`]; [`Error::NotTheKit`] where
    /// an account that is got back has no new kit yet.
    pub async fn finish(self, first_code: &str) -> Result<Vault<P>, (Error, Self)> {
        match self.make(first_code).await {
            Ok(opened) => Ok(Vault::new(self.api, self.username, opened)),
            Err(error) => Err((error, self)),
        }
    }

    async fn make(&self, first_code: &str) -> Result<Opened, Error> {
        let (api, name) = (&self.api, &self.username);
        let code = read_code(first_code)?;
        // EXPOSE: the server keeps it for the session that it opens here.
        let return_key = Bytes(self.return_key.expose().to_vec());
        let session = match &self.what {
            What::Account(_, drawn) => {
                let factor = self.factor.with_code(drawn.account, code);
                drawn.send(api, name, factor, return_key).await?
            }
            What::Recovered(recovered) => {
                let factor = self.factor.with_code(recovered.account(), code);
                recovered.send(api, factor, return_key).await?
            }
        };
        let shown = ShownPassword::show_password(api, name.clone(), &self.password).await?;
        if !shown.return_to(api, session, &self.return_key).await? {
            // The account is there, and one signs in to it.
            return Err(Error::Refused(Code::SignInOver));
        }
        open_account(api, name, &self.unlock_key).await
    }
}

impl<P> std::fmt::Debug for SettingUp<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SettingUp(..)")
    }
}
