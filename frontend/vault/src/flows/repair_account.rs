//! The way out when the server shows an earlier state of the account than this browser has seen, as
//! after a backup was put back, or another history of it: the owner signs a statement above both,
//! together with a new password, and the account goes on from there.
//!
//! `docs/protocol.md`, section 7.1.

use keepwell_shared::username::Username;

use super::{
    account_chain::{change_account, prove_password},
    change_password::{new_password, wrap_anew},
    commit::Branch,
    sign_in::{Keys, open_rest},
};
use crate::{
    api::Api,
    error::{Distrust, Error},
    memory::Seen,
    platform::Platform,
    returning,
    vault::Vault,
};

/// An account of which the server shows another state than this browser has seen. Its keys are open
/// and its owner has signed that state, but nothing can be done with it except to go on from there.
pub struct Behind<P> {
    api: Api<P>,
    username: Username,
    keys: Keys,
    seen: Seen,
    why: Distrust,
}

impl<P> std::fmt::Debug for Behind<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Behind(..)")
    }
}

impl<P: Platform> Behind<P> {
    pub(super) fn new(
        api: Api<P>,
        username: Username,
        keys: Keys,
        seen: Seen,
        why: Distrust,
    ) -> Self {
        Self {
            api,
            username,
            keys,
            seen,
            why,
        }
    }

    /// [`Distrust::Old`], or [`Distrust::Forked`] where there are two histories.
    pub fn why(&self) -> Distrust {
        self.why
    }

    /// When the state was made that the server shows, seconds since 1970 by the owner's clock.
    pub fn shown(&self) -> u64 {
        self.keys.head.payload().at
    }

    /// When the newest state was made that this browser has seen.
    pub fn seen(&self) -> u64 {
        self.seen.at
    }

    /// Goes on from what the server shows, under a new password. `current` is the one with which the
    /// person signed in: that of the state that is shown. Every other session ends.
    ///
    /// # Errors
    /// As [`Vault::change_password`], each with this, so that the person can try again; without it
    /// where the change was made and the account has to be opened anew.
    pub async fn go_on(
        mut self,
        current: &str,
        new: &str,
    ) -> Result<Vault<P>, (Error, Option<Self>)> {
        if let Err(error) = self.raise(current, new).await {
            return Err((error, Some(self)));
        }
        match open_rest(&self.api, self.keys).await {
            Ok(opened) => {
                let vault = Vault::new(self.api, self.username, opened);
                vault.renew_device().await;
                Ok(vault)
            }
            Err(error) => Err((error, None)),
        }
    }

    /// One statement above what is shown and what was seen. Nothing is written before it, and what
    /// this browser remembers stays as it is until the server has taken it.
    async fn raise(&mut self, current: &str, new: &str) -> Result<(), Error> {
        let (api, keys) = (&self.api, &mut self.keys);
        let new = new_password(api, &self.username, new)?;
        let proof = prove_password(api, &self.username, current).await?;
        let of = (keys.account, &keys.account_key);
        let (password, unlock_key) = wrap_anew(api, &self.username, of, &new).await?;
        let beyond = Some(Branch::of(self.seen, Vec::new()));
        let head = &keys.head;
        let head = change_account(api, &keys.identity, head, beyond, proof, password).await?;
        keys.head = head;
        // Kept at once: should the account not open now, this browser knows it all the same.
        let seen = Seen::of(&keys.head, keys.head.payload().at);
        let (platform, key, account) = (&api.platform, &keys.account_key, keys.account);
        let memory = &mut keys.memory;
        memory
            .keep(platform, key, account, |memory| memory.saw_head(seen))
            .await;
        returning::remember(api, &self.username, &unlock_key).await;
        Ok(())
    }
}
