//! What a right password and a right second factor give: enough to open the account, with nothing of it
//! opened yet.
//!
//! In a browser one program hears the password and another one keeps the keys. The first is small, and
//! ends when it has handed this over; it never leaves the browser.
//!
//! `docs/protocol.md`, section 7.

use keepwell_shared::{
    id::{SessionId, WindowId},
    username::Username,
};
use zeroize::Zeroizing;

use super::{
    known_device::recall_device,
    repair_account::Behind,
    sign_in::{Entered, PasswordProven, open_keys, open_rest, show_password},
};
use crate::{api::Api, error::Error, keys::UnlockKey, platform::Platform, vault::Vault};

/// A session that has begun, and the key that opens its account.
pub struct Admission<P> {
    pub(crate) api: Api<P>,
    pub(crate) username: Username,
    pub(crate) unlock_key: UnlockKey,
    pub(crate) session_key: Zeroizing<Vec<u8>>,
}

/// How far the password alone leads.
pub enum Admitted<P> {
    /// All the way, where this browser was let in before.
    In(Admission<P>),
    /// To the second factor.
    NeedsFactor(PasswordProven<P>),
}

/// Shows the password, and comes back where this browser was let in before.
///
/// # Errors
/// [`Error::WrongSignIn`] alike for a wrong password and an unknown name.
pub async fn admit<P: Platform>(
    platform: P,
    typed: &str,
    password: &str,
) -> Result<Admitted<P>, Error> {
    let (api, shown) = show_password(platform, typed, password).await?;
    Ok(match shown.come_back(&api).await? {
        true => Admitted::In(shown.admitted(api)),
        false => Admitted::NeedsFactor(PasswordProven { api, shown }),
    })
}

/// Bytes of the session key of OPAQUE.
const SESSION_KEY: usize = 64;

impl<P: Platform> Admission<P> {
    /// For another program of this browser:
    /// `unlock key (32) || session (16) || window (16) || session key (64) || user name`. Nothing was
    /// asked in the session yet, so the numbers of its requests begin there.
    ///
    /// # Errors
    /// [`Error::Program`] where no session has begun.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let session = self.api.session().ok_or(Error::Program)?;
        let window = session.window();
        let parts: [&[u8]; 5] = [
            // EXPOSE: to the program of this browser that keeps the keys.
            self.unlock_key.expose(),
            session.id.as_bytes(),
            window.as_bytes(),
            &self.session_key,
            self.username.as_str().as_bytes(),
        ];
        Ok(Zeroizing::new(parts.concat()))
    }

    /// What [`Self::to_bytes`] wrote in another program of this browser.
    ///
    /// # Errors
    /// [`Error::Program`] for anything else.
    pub fn from_bytes(platform: P, bytes: &[u8]) -> Result<Self, Error> {
        let parse = || {
            let (unlock_key, rest) = bytes.split_first_chunk()?;
            let (session, rest) = rest.split_first_chunk()?;
            let (window, rest) = rest.split_first_chunk()?;
            let (session_key, name) = rest.split_first_chunk::<SESSION_KEY>()?;
            let username = Username::parse(std::str::from_utf8(name).ok()?).ok()?;
            let api = Api::new(platform);
            let (session, window) = (SessionId::from(*session), WindowId::from(*window));
            api.begin_session(session, window, session_key);
            Some(Self {
                api,
                username,
                unlock_key: UnlockKey::handed_over(*unlock_key),
                session_key: Zeroizing::new(session_key.to_vec()),
            })
        };
        parse().ok_or(Error::Program)
    }

    /// Opens the account.
    ///
    /// # Errors
    /// [`Error::Distrusted`] when what the server keeps for this account does not hold.
    pub async fn open(self) -> Result<Entered<P>, Error> {
        let (api, username) = (self.api, self.username);
        recall_device(&api, &username).await;
        let (keys, behind) = open_keys(&api, &username, &self.unlock_key).await?;
        Ok(match behind {
            None => {
                let opened = open_rest(&api, keys).await?;
                Entered::In(Box::new(Vault::new(api, username, opened)))
            }
            Some((seen, why)) => {
                Entered::Behind(Box::new(Behind::new(api, username, keys, seen, why)))
            }
        })
    }
}

impl<P> std::fmt::Debug for Admission<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Admission(..)")
    }
}

/// For the list of what must not print.
#[cfg(test)]
pub(crate) fn sample() -> Result<Admission<()>, Error> {
    Ok(Admission {
        api: Api::new(()),
        username: Username::parse("anna")?,
        unlock_key: UnlockKey::from_export_key(&[7; SESSION_KEY]),
        session_key: Zeroizing::new(vec![7; SESSION_KEY]),
    })
}
