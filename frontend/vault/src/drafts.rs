//! What a person typed and has not saved yet: kept sealed on the device, so that it outlives a lock and a
//! reload. To the vault each form and what was typed into it are texts without meaning.
//!
//! ```text
//! plaintext = padded(JSON object in UTF-8: form -> what was typed)
//! ```
//!
//! `docs/protocol.md`, section 7.4.

use std::collections::BTreeMap;

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
    /// Keeps what has changed in some forms; nothing typed is a form that was saved or emptied. What other
    /// forms hold, in whichever tab, stays as it is kept. A device that others use too keeps none. Says
    /// whether it is kept: a private window keeps nothing.
    pub async fn keep_drafts(&self, changed: Vec<(String, Option<String>)>) -> bool {
        let (platform, place) = (&self.api.platform, place(&self.username));
        let _held = platform.hold(&place).await;
        if self.shared_device.get() {
            platform.forget(&place).await;
            return false;
        }
        let kept = match self.drafts().await {
            Some(text) => forms(&text),
            None => BTreeMap::new(),
        };
        let now = with(kept, changed);
        if now.is_empty() {
            platform.forget(&place).await;
            return true;
        }
        let Ok(text) = serde_json::to_string(&now).map(Zeroizing::new) else {
            return false;
        };
        match seal(&self.account_key, self.account, &text) {
            Ok(sealed) => platform.remember(&place, sealed.as_slice()).await,
            Err(_) => false,
        }
    }

    /// What was kept, as a JSON object; none where there is nothing, or nothing that opens.
    pub async fn drafts(&self) -> Option<Zeroizing<String>> {
        let sealed = self.api.platform.recall(&place(&self.username)).await?;
        open(&self.account_key, self.account, &Bytes(sealed)).ok()
    }

    /// Waits until what is being kept at this moment is kept.
    pub(crate) async fn drafts_settle(&self) {
        drop(self.api.platform.hold(&place(&self.username)).await);
    }
}

/// What was kept for each form; nothing where this is no such text.
fn forms(text: &str) -> BTreeMap<String, String> {
    serde_json::from_str(text).unwrap_or_default()
}

/// What is to be kept after these changes.
fn with(
    mut kept: BTreeMap<String, String>,
    changed: Vec<(String, Option<String>)>,
) -> BTreeMap<String, String> {
    for (form, typed) in changed {
        match typed {
            Some(typed) => kept.insert(form, typed),
            None => kept.remove(&form),
        };
    }
    kept
}

/// Forgets what was kept, and what another tab is keeping at this moment.
pub(crate) async fn forget<P: Platform>(platform: &P, username: &Username) {
    let place = place(username);
    let _held = platform.hold(&place).await;
    platform.forget(&place).await;
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

    #[test]
    fn a_change_leaves_other_forms_alone_and_what_is_no_object_is_nothing() {
        for text in ["", "[]", "[[\"note\",1]]", "{\"note\":1}", "null"] {
            assert!(forms(text).is_empty(), "{text}");
        }
        let kept = forms(r#"{"note":"knee","file":"scan"}"#);
        let kept = with(kept, vec![("note".to_owned(), None)]);
        assert_eq!(kept, forms(r#"{"file":"scan"}"#));
        let kept = with(kept, vec![("gone".to_owned(), None)]);
        let kept = with(kept, vec![("note".to_owned(), Some("hip".to_owned()))]);
        assert_eq!(kept, forms(r#"{"note":"hip","file":"scan"}"#));
    }
}
