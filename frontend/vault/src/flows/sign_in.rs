//! Signing in and unlocking: the same flow, because a locked browser has forgotten everything.

use keepwell_shared::{
    bytes::Bytes,
    password::Password,
    username::Username,
    wire::{
        AccountGet, BookGet, Empty, SessionEnd, SignInFinish, SignInFinishRequest, SignInStart,
        SignInStartRequest,
    },
};

use super::account_chain::{AccountChain, check_account};
use crate::{
    api::Api,
    book::Book,
    crypto::opaque::SignIn,
    error::{Distrust, Error},
    identity::Identity,
    keys::{Context, UnlockKey},
    memory::{AccountMemory, Seen},
    platform::Platform,
    vault::{Opened, Vault},
};

impl<P: Platform> Vault<P> {
    /// Signs in and opens the account.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] alike for a wrong password and an unknown name;
    /// [`Error::Distrusted`] when what the server keeps for this account does not hold.
    pub async fn sign_in(platform: P, typed: &str, password: &str) -> Result<Self, Error> {
        let (api, username, unlock_key) = begin(platform, typed, password).await?;
        let opened = open_account(&api, &username, &unlock_key).await?;
        Ok(Self::new(api, username, opened))
    }

    /// Ends the session on the server. The keys go when the vault is dropped, whatever comes back.
    ///
    /// # Errors
    /// When the server can not be reached; the session then ends by itself.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.api
            .call(SessionEnd, &[], "", &Empty {})
            .await
            .map(|_| ())
    }
}

/// OPAQUE: gives a session and the key that unlocks the account.
pub(crate) async fn begin<P: Platform>(
    platform: P,
    typed: &str,
    password: &str,
) -> Result<(Api<P>, Username, UnlockKey), Error> {
    // A name that breaks a rule can have no account: that is no more than a wrong sign-in.
    let username = Username::parse(typed).map_err(|_| Error::WrongSignIn)?;
    let password = Password::prepare(password, |text| platform.nfc(text))?;
    let mut api = Api::new(platform);
    let (message, state) = SignIn::start(&password)?;
    let start = SignInStartRequest {
        username: username.clone(),
        opaque: Bytes(message),
    };
    let answer = api.call(SignInStart, &[], "", &start).await?;
    let signed_in = state.finish(&username, &password, answer.opaque.as_slice())?;
    let finish = SignInFinishRequest {
        login: answer.login,
        opaque: Bytes(signed_in.message.clone()),
    };
    let session = api.call(SignInFinish, &[], "", &finish).await?;
    api.begin_session(session.session, session.window, &signed_in.session_key);
    Ok((api, username, signed_in.unlock_key))
}

/// Fetches and opens keys, identity and address book. Reads only, so that nothing was sent that
/// depends on what the server says here.
pub(crate) async fn open_account<P: Platform>(
    api: &Api<P>,
    username: &Username,
    unlock_key: &UnlockKey,
) -> Result<Opened, Error> {
    let stored = api.call(AccountGet, &[], "", &Empty {}).await?;
    let context = Context::AccountKey(stored.account);
    let account_key = unlock_key.unwrap_key(&stored.account_key, &context)?;
    let identity = Identity::open(&account_key, stored.account, &stored.identity)?;
    // The public keys that others get must be the ones that were sealed with the private ones.
    let same = stored.key_bundle.as_bytes() == identity.bundle.as_bytes()
        && identity.bundle.payload().username == username.as_str()
        && stored.username == *username;
    if !same {
        return Err(Distrust::Misplaced.into());
    }
    let mut memory = AccountMemory::recall(&api.platform, &account_key, stored.account)
        .await
        .unwrap_or_default();
    let account_head = check_account(api, &stored, &identity, &memory).await?;
    let book = api.call(BookGet, &[], "", &Empty {}).await?;
    let open = |counter, sealed| Book::open(&account_key, stored.account, counter, sealed);
    let mut opened = open(book.counter, &book.sealed)?;
    if book.counter < memory.book {
        // The server went back. Who was compared is the person's own word, and this browser
        // still has it: it goes on from there and puts it back with the next change.
        let kept = open(memory.book, &memory.sealed_book)?;
        opened = opened.with_all_of(&kept);
    } else {
        (memory.book, memory.sealed_book) = (book.counter, book.sealed);
    }
    memory.head = Some(Seen::of(&account_head, account_head.payload().at));
    memory
        .remember(&api.platform, &account_key, stored.account)
        .await;
    Ok(Opened {
        account: stored.account,
        account_key,
        identity,
        max_blob: stored.max_file,
        book: opened,
        chain: AccountChain::new(account_head),
        memory,
    })
}
