//! Signing in and unlocking: the same flow, because a locked browser has forgotten everything.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use keepwell_shared::{
    bytes::Bytes,
    username::Username,
    wire::{
        AccountGet, BookGet, Empty, SessionEnd, SignInFinish, SignInFinishRequest, SignInStart,
        SignInStartRequest,
    },
};

use crate::{
    api::Api,
    book::Book,
    crypto::opaque::SignIn,
    error::{Distrust, Error},
    identity::Identity,
    keys::Context,
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Signs in and opens the account.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] alike for a wrong password and an unknown name;
    /// [`Error::Distrusted`] when what the server keeps for this account does not hold.
    pub async fn sign_in(platform: P, typed: &str, password: &str) -> Result<Self, Error> {
        // A name that breaks a rule can have no account: that is no more than a wrong sign-in.
        let username = Username::parse(typed).map_err(|_| Error::WrongSignIn)?;
        let mut api = Api::new(platform);
        let (message, state) = SignIn::start(password)?;
        let start = SignInStartRequest {
            username: username.clone(),
            opaque: Bytes(message),
        };
        let answer = api.call(SignInStart, &[], "", &start).await?;
        let signed_in = state.finish(&username, password, answer.opaque.as_slice())?;
        let finish = SignInFinishRequest {
            login: answer.login,
            opaque: Bytes(signed_in.message.clone()),
        };
        let session = api.call(SignInFinish, &[], "", &finish).await?;
        api.begin_session(session.session, session.window, &signed_in.session_key);

        let stored = api.call(AccountGet, &[], "", &Empty {}).await?;
        let context = Context::AccountKey(stored.account);
        let account_key = signed_in
            .unlock_key
            .unwrap_key(&stored.account_key, &context)?;
        let identity = Identity::open(&account_key, stored.account, &stored.identity)?;
        // The public keys that others get must be the ones that were sealed with the private ones.
        let same = stored.key_bundle.as_bytes() == identity.bundle.as_bytes()
            && identity.bundle.payload().username == username.as_str()
            && stored.username == username;
        if !same {
            return Err(Distrust::Misplaced.into());
        }
        let book = api.call(BookGet, &[], "", &Empty {}).await?;
        let book = Book::open(&account_key, stored.account, book.counter, &book.sealed, 0)?;
        Ok(Self {
            api,
            username,
            account: stored.account,
            account_key,
            identity,
            max_blob: stored.max_file,
            book: RefCell::new(book),
            found: RefCell::new(BTreeMap::new()),
            charts: RefCell::new(HashMap::new()),
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
