//! Signing in and unlocking: the password first, then the second factor, and only then the account.
//!
//! `docs/protocol.md`, section 7.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Bytes,
    error::Code,
    id::{AccountId, ProvenId, SessionId},
    password::Password,
    returning::ReturnKey,
    statement::{AccountHead, Verified},
    username::Username,
    wire::{
        AccountGet, BookGet, Empty, Returning, SessionEnd, SessionLock, SignInFactor,
        SignInFactorRequest, SignInFinish, SignInFinishRequest, SignInStart, SignInStartRequest,
    },
};
use zeroize::Zeroizing;

use super::{
    account_chain::{AccountChain, check_account},
    admission::{Admission, Admitted, admit},
    known_device::{keep_device, recall_device},
    repair_account::Behind,
};
use crate::{
    api::{Api, Session},
    book::Book,
    crypto::opaque,
    drafts,
    error::{Distrust, Error},
    factor::Factor,
    identity::Identity,
    keys::{AccountKey, Context, UnlockKey},
    memory::{AccountMemory, Seen},
    platform::Platform,
    returning,
    vault::{Opened, Vault},
};

/// What signing in leads to.
pub enum Entered<P> {
    /// An open account.
    In(Box<Vault<P>>),
    /// The password was right, and the second factor is missing.
    NeedsFactor(PasswordProven<P>),
    /// One that is not what this browser has seen.
    Behind(Box<Behind<P>>),
}

/// A sign-in whose password was right and whose second factor is missing. It can do nothing but show
/// one.
pub struct PasswordProven<P> {
    pub(crate) api: Api<P>,
    pub(crate) shown: ShownPassword,
}

/// What a right password gives.
pub(crate) struct ShownPassword {
    username: Username,
    pub(crate) unlock_key: UnlockKey,
    session_key: Zeroizing<Vec<u8>>,
    proven: ProvenId,
}

impl<P: Platform> Vault<P> {
    /// Signs in, or unlocks: the same flow, because a locked browser has forgotten everything but
    /// that it was let in before.
    ///
    /// # Errors
    /// [`Error::WrongSignIn`] alike for a wrong password and an unknown name;
    /// [`Error::Distrusted`] when what the server keeps for this account does not hold.
    pub async fn enter(platform: P, typed: &str, password: &str) -> Result<Entered<P>, Error> {
        match admit(platform, typed, password).await? {
            Admitted::In(admission) => admission.open().await,
            Admitted::NeedsFactor(proven) => Ok(Entered::NeedsFactor(proven)),
        }
    }

    /// Makes the server forget the key of this session's requests. Until the session ends, this
    /// browser comes back with the password alone.
    ///
    /// # Errors
    /// When the server can not be reached; the key is forgotten here all the same, with the vault.
    pub async fn lock(&self) -> Result<(), Error> {
        self.drafts_settle().await;
        self.api
            .call(SessionLock, &[], "", &Empty {})
            .await
            .map(|_| ())
    }

    /// Ends the session on the server. The keys go when the vault is dropped, whatever comes back.
    ///
    /// # Errors
    /// When the server can not be reached; the session then ends by itself.
    pub async fn sign_out(&self) -> Result<(), Error> {
        returning::forget(&self.api.platform, &self.username).await;
        drafts::forget(&self.api.platform, &self.username).await;
        self.give_back().await;
        self.api
            .call(SessionEnd, &[], "", &Empty {})
            .await
            .map(|_| ())
    }
}

impl<P: Platform> PasswordProven<P> {
    /// Shows the second factor.
    ///
    /// # Errors
    /// With the sign-in where another factor can be shown: [`Error::Refused`] with
    /// [`Code::WrongCode`] and its like. Without it where one has to begin again.
    pub async fn admit(self, factor: &Factor) -> Result<Admission<P>, (Error, Option<Self>)> {
        match self.shown.show(&self.api, factor, false).await {
            Ok(_) => Ok(self.shown.admitted(self.api)),
            Err(error) => {
                let over = error == Error::Refused(Code::SignInOver);
                Err((error, (!over).then_some(self)))
            }
        }
    }

    /// Shows the second factor and opens the account.
    ///
    /// # Errors
    /// As for [`Self::admit`] and [`Admission::open`].
    pub async fn show(self, factor: &Factor) -> Result<Entered<P>, (Error, Option<Self>)> {
        let admission = self.admit(factor).await?;
        admission.open().await.map_err(|error| (error, None))
    }
}

/// The password as typed, up to the third message.
pub(super) async fn show_password<P: Platform>(
    platform: P,
    typed: &str,
    password: &str,
) -> Result<(Api<P>, ShownPassword), Error> {
    // A name that breaks a rule can have no account: that is no more than a wrong sign-in.
    let username = Username::parse(typed).map_err(|_| Error::WrongSignIn)?;
    let password = Password::prepare(password, |text| platform.nfc(text))?;
    let api = Api::new(platform);
    let shown = ShownPassword::show_password(&api, username, &password).await?;
    Ok((api, shown))
}

impl ShownPassword {
    /// OPAQUE, up to the third message.
    pub(crate) async fn show_password<P: Platform>(
        api: &Api<P>,
        username: Username,
        password: &Password,
    ) -> Result<Self, Error> {
        recall_device(api, &username).await;
        let (message, state) = opaque::SignIn::start(password)?;
        let start = SignInStartRequest {
            username: username.clone(),
            opaque: Bytes(message),
        };
        let answer = api.call(SignInStart, &[], "", &start).await?;
        let signed_in = state.finish(&username, password, answer.opaque.as_slice())?;
        let finish = SignInFinishRequest {
            login: answer.login,
            opaque: Bytes(signed_in.message),
        };
        let answer = api.call(SignInFinish, &[], "", &finish).await?;
        Ok(Self {
            username,
            unlock_key: signed_in.unlock_key,
            session_key: signed_in.session_key,
            proven: answer.proven,
        })
    }

    /// Shows the second factor: the session that it opens takes the place of the one before, which is
    /// given back. `confirms` says that something is about to be changed.
    pub(crate) async fn show<P: Platform>(
        &self,
        api: &Api<P>,
        factor: &Factor,
        confirms: bool,
    ) -> Result<Option<Rc<Session>>, Error> {
        let mut request = self.request();
        request.confirms = confirms;
        match factor.clone() {
            Factor::Code(code) => request.code = Some(code),
            Factor::RecoveryCode(code) => request.recovery_code = Some(code),
        }
        self.send(api, request).await
    }

    /// Comes back to the session that this browser was let into, if it lives. That it does not is
    /// nothing to tell: then the second factor is asked for.
    pub(super) async fn come_back<P: Platform>(&self, api: &Api<P>) -> Result<bool, Error> {
        match returning::recall(&api.platform, &self.username, &self.unlock_key).await {
            Some((session, key)) => self.return_to(api, session, &key).await,
            None => Ok(false),
        }
    }

    /// Comes back to this session, if it lives.
    pub(super) async fn return_to<P: Platform>(
        &self,
        api: &Api<P>,
        session: SessionId,
        key: &ReturnKey,
    ) -> Result<bool, Error> {
        let mut request = self.request();
        let proof = key.prove(session, self.proven);
        request.returning = Some(Returning { session, proof });
        match self.send(api, request).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(Code::WrongCode)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn send<P: Platform>(
        &self,
        api: &Api<P>,
        request: SignInFactorRequest,
    ) -> Result<Option<Rc<Session>>, Error> {
        let answer = api.call(SignInFactor, &[], "", &request).await?;
        let before = api.begin_session(answer.session, answer.window, &self.session_key);
        returning::remember(api, &self.username, &self.unlock_key).await;
        Ok(before)
    }

    /// Both factors were right.
    pub(super) fn admitted<P>(self, api: Api<P>) -> Admission<P> {
        Admission {
            api,
            username: self.username,
            unlock_key: self.unlock_key,
            session_key: self.session_key,
        }
    }

    fn request(&self) -> SignInFactorRequest {
        SignInFactorRequest {
            proven: self.proven,
            code: None,
            recovery_code: None,
            returning: None,
            confirms: false,
        }
    }
}

impl<P> std::fmt::Debug for PasswordProven<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordProven(..)")
    }
}

impl<P> std::fmt::Debug for Entered<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entered(..)")
    }
}

impl std::fmt::Debug for ShownPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownPassword(..)")
    }
}

/// The keys of an account, opened, before anything else of it is looked at.
pub(super) struct Keys {
    pub(super) account: AccountId,
    pub(super) account_key: AccountKey,
    pub(super) identity: Identity,
    pub(super) head: Verified<AccountHead>,
    max_blob: u64,
    recovery_codes: u32,
    pub(super) memory: AccountMemory,
}

/// All of it, where nothing is known that it could contradict, or where nobody is asked how to go on.
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
pub(super) async fn open_keys<P: Platform>(
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
    // Nothing is written on the word of a server that shows another state than was seen.
    if behind.is_none() {
        keep_device(api, username, &stored.device).await;
    }
    let keys = Keys {
        account: stored.account,
        account_key,
        identity,
        head,
        max_blob: stored.max_file,
        recovery_codes: stored.recovery_codes,
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
        recovery_codes,
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
        recovery_codes,
        book: opened,
        chain: AccountChain::new(head),
        memory,
    })
}

/// What a right password gives, for the list of what must not print.
#[cfg(test)]
pub(crate) fn sample() -> PasswordProven<()> {
    let shown = ShownPassword {
        username: Username::parse("anna").expect("a name"),
        unlock_key: UnlockKey::from_export_key(&[7; 64]),
        session_key: Zeroizing::new(vec![7; 64]),
        proven: ProvenId::from([7; 16]),
    };
    PasswordProven {
        api: Api::new(()),
        shown,
    }
}
