//! Signing in and unlocking: the same flow, because a locked browser has forgotten everything.

use keepwell_shared::{
    bytes::Bytes,
    id::AccountId,
    password::Password,
    statement::{AccountHead, Verified},
    username::Username,
    wire::{
        AccountGet, BookGet, Empty, SessionEnd, SignInFinish, SignInFinishRequest, SignInStart,
        SignInStartRequest,
    },
};

use super::{
    account_chain::{AccountChain, check_account},
    repair_account::Behind,
};
use crate::{
    api::Api,
    book::Book,
    crypto::opaque::SignIn,
    error::{Distrust, Error},
    identity::Identity,
    keys::{AccountKey, Context, UnlockKey},
    memory::{AccountMemory, Seen},
    platform::Platform,
    vault::{Opened, Vault},
};

/// What signing in leads to.
pub enum Entered<P> {
    /// An open account.
    In(Vault<P>),
    /// One that is not what this browser has seen.
    Behind(Behind<P>),
}

impl<P> std::fmt::Debug for Entered<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entered(..)")
    }
}

impl<P: Platform> Vault<P> {
    /// Signs in and opens the account.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] alike for a wrong password and an unknown name;
    /// [`Error::Distrusted`] when what the server keeps for this account does not hold.
    pub async fn sign_in(platform: P, typed: &str, password: &str) -> Result<Self, Error> {
        match Self::enter(platform, typed, password).await? {
            Entered::In(vault) => Ok(vault),
            Entered::Behind(behind) => Err(behind.why().into()),
        }
    }

    /// The same, for whoever can ask the person how to go on when the server shows an earlier state of
    /// the account than this browser has seen, or another one.
    ///
    /// # Errors
    /// As [`Vault::sign_in`].
    pub async fn enter(platform: P, typed: &str, password: &str) -> Result<Entered<P>, Error> {
        let (api, username, unlock_key) = begin(platform, typed, password).await?;
        let (keys, behind) = open_keys(&api, &username, &unlock_key).await?;
        Ok(match behind {
            None => {
                let opened = open_rest(&api, keys).await?;
                Entered::In(Self::new(api, username, opened))
            }
            Some((seen, why)) => Entered::Behind(Behind::new(api, username, keys, seen, why)),
        })
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

/// The keys of an account, opened, before anything else of it is looked at.
pub(super) struct Keys {
    pub(super) account: AccountId,
    pub(super) account_key: AccountKey,
    pub(super) identity: Identity,
    pub(super) head: Verified<AccountHead>,
    max_blob: u64,
    pub(super) memory: AccountMemory,
}

/// All of it, for the tests in which the server lies.
#[cfg(feature = "canaries")]
pub(crate) async fn open_account<P: Platform>(
    api: &Api<P>,
    username: &Username,
    unlock_key: &UnlockKey,
) -> Result<Opened, Error> {
    let (keys, behind) = open_keys(api, username, unlock_key).await?;
    match behind {
        None => open_rest(api, keys).await,
        Some((_, why)) => Err(why.into()),
    }
}

/// Fetches and opens keys and identity. Reads only, so that nothing was sent that depends on what the
/// server says here. Says how the account stands to what this browser remembers: where it goes back
/// or contradicts that, the remembered statement with the reason.
async fn open_keys<P: Platform>(
    api: &Api<P>,
    username: &Username,
    unlock_key: &UnlockKey,
) -> Result<(Keys, Option<(Seen, Distrust)>), Error> {
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
    let memory = AccountMemory::recall(&api.platform, &account_key, stored.account)
        .await
        .unwrap_or_default();
    let (head, behind) = check_account(api, &stored, &identity, &memory).await?;
    let keys = Keys {
        account: stored.account,
        account_key,
        identity,
        head,
        max_blob: stored.max_file,
        memory,
    };
    Ok((keys, behind))
}

/// The address book, once the account is the one that this browser knows.
pub(super) async fn open_rest<P: Platform>(api: &Api<P>, keys: Keys) -> Result<Opened, Error> {
    let Keys {
        account,
        account_key,
        identity,
        head,
        max_blob,
        mut memory,
    } = keys;
    let book = api.call(BookGet, &[], "", &Empty {}).await?;
    let open = |counter, sealed| Book::open(&account_key, account, counter, sealed);
    let mut opened = open(book.counter, &book.sealed)?;
    if book.counter < memory.book {
        // The server went back. Who was compared is the person's own word, and this browser
        // still has it: it goes on from there and puts it back with the next change.
        let kept = open(memory.book, &memory.sealed_book)?;
        opened = opened.with_all_of(&kept);
    } else {
        memory.saw_book(book.counter, book.sealed);
    }
    let seen = Seen::of(&head, head.payload().at);
    let (platform, key) = (&api.platform, &account_key);
    memory
        .keep(platform, key, account, |memory| memory.saw_head(seen))
        .await;
    Ok(Opened {
        account,
        account_key,
        identity,
        max_blob,
        book: opened,
        chain: AccountChain::new(head),
        memory,
    })
}
