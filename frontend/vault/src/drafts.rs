//! What a person typed and has not saved yet: kept sealed on the device, so that it outlives a lock and a
//! reload. To the vault it is a text without meaning.
//!
//! ```text
//! plaintext = padded(text in UTF-8)
//! ```
//!
//! `docs/protocol.md`, section 7.4.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::AccountId,
    username::Username,
};
use zeroize::Zeroizing;

use crate::{
    error::{Distrust, Error},
    keys::{AccountKey, Context},
    padded::{pad, unpad},
    platform::Platform,
    vault::Vault,
};

pub(crate) fn seal(key: &AccountKey, account: AccountId, text: &str) -> Result<Bytes, Error> {
    let plain = pad(text.as_bytes()).ok_or(Error::Program)?;
    key.seal(&plain, &Context::Drafts(account))
}

pub(crate) fn open(
    key: &AccountKey,
    account: AccountId,
    sealed: &Bytes,
) -> Result<Zeroizing<String>, Error> {
    from_plaintext(&key.open(sealed, &Context::Drafts(account))?)
}

/// Reads what is sealed.
pub(crate) fn from_plaintext(plain: &[u8]) -> Result<Zeroizing<String>, Error> {
    let text = unpad(plain).and_then(|body| str::from_utf8(body).ok());
    Ok(Zeroizing::new(text.ok_or(Distrust::Content)?.to_owned()))
}

impl<P: Platform> Vault<P> {
    /// Keeps what was typed, in place of what was kept before; an empty text is nothing to keep. A device
    /// that others use too keeps none.
    pub async fn keep_drafts(&self, text: &str) {
        if text.is_empty() || self.shared_device.get() {
            forget(&self.api.platform, &self.username).await;
        } else if let Ok(sealed) = seal(&self.account_key, self.account, text) {
            // What a browser does not keep is still on the screen.
            self.api
                .platform
                .remember(&place(&self.username), sealed.as_slice())
                .await;
        }
    }

    /// What was kept; none where there is nothing, or nothing that opens.
    pub async fn drafts(&self) -> Option<Zeroizing<String>> {
        let sealed = self.api.platform.recall(&place(&self.username)).await?;
        open(&self.account_key, self.account, &Bytes(sealed)).ok()
    }
}

/// Forgets what was kept.
pub(crate) async fn forget<P: Platform>(platform: &P, username: &Username) {
    platform.forget(&place(username)).await;
}

/// Under what a device keeps it. Whoever finds it shall not read from it who writes here.
fn place(username: &Username) -> String {
    format!(
        "drafts/{}",
        Hash::of(username.as_str().as_bytes()).to_text()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_opens_for_its_account_and_unchanged_only() {
        let (key, account) = (AccountKey::make(), AccountId::from([1; 16]));
        let sealed = seal(&key, account, "Zoë").unwrap();
        for (key, account, sealed) in [
            (&AccountKey::make(), account, sealed.clone()),
            (&key, AccountId::from([2; 16]), sealed.clone()),
            (
                &key,
                account,
                Bytes(sealed.0[..sealed.0.len() - 1].to_vec()),
            ),
            (&key, account, Bytes(Vec::new())),
        ] {
            assert!(open(key, account, &sealed).is_err());
        }
        let none = pad(b"\xff").unwrap();
        assert_eq!(from_plaintext(&none), Err(Distrust::Content.into()));
        assert_eq!(*open(&key, account, &sealed).unwrap(), "Zoë");
    }
}
