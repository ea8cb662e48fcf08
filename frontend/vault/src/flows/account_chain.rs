//! One's own account chain: how what arrived stands to what this device remembers, and the next
//! statement.

use std::collections::BTreeSet;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::LoginId,
    password::Password,
    statement::{AccountHead, Change, Verified, sign},
    wire::{
        AccountHeadList, AccountPut, AccountPutRequest, AccountResponse, Empty, NewPassword,
        SignInStart, SignInStartRequest,
    },
};

use crate::{
    api::Api,
    chart::{Linked, Step, compare},
    crypto::opaque::SignIn,
    error::{Distrust, Error},
    identity::Identity,
    memory::{AccountMemory, Seen},
    platform::Platform,
    vault::Vault,
};

/// One's own account chain, as far as this vault has looked.
pub(crate) struct AccountChain {
    pub(crate) newest: Verified<AccountHead>,
    /// Earlier statements that were found on the way back from it.
    before: BTreeSet<Hash>,
}

impl AccountChain {
    pub(crate) fn new(newest: Verified<AccountHead>) -> Self {
        Self {
            before: newest.payload().previous.into_iter().collect(),
            newest,
        }
    }

    fn knows(&self, id: Hash) -> bool {
        self.newest.id() == id || self.before.contains(&id)
    }
}

/// The account is what its owner last said, as far as this browser has seen: the statement names
/// the very wraps that arrived, and is the remembered one or follows from it.
pub(super) async fn check_account<P: Platform>(
    api: &Api<P>,
    stored: &AccountResponse,
    identity: &Identity,
    memory: &AccountMemory,
) -> Result<Verified<AccountHead>, Error> {
    let key = identity.bundle.payload().signing_key()?;
    let head = stored.account_head.verify(&key)?;
    let payload = head.payload();
    let fits = payload.account == stored.account
        && payload.bundle == identity.bundle.id()
        && payload.account_key == Hash::of(stored.account_key.as_slice())
        && payload.identity == Hash::of(stored.identity.as_slice());
    if !fits {
        return Err(Distrust::Misplaced.into());
    }
    let fetch = async |after: u64| heads_after(api, after).await;
    match compare(memory.head, &Linked::of(&head), fetch).await? {
        Step::First | Step::Same | Step::Later => Ok(head),
        Step::Older => Err(Distrust::Old.into()),
        Step::Forked => Err(Distrust::Forked.into()),
    }
}

async fn heads_after<P: Platform>(api: &Api<P>, after: u64) -> Result<Vec<Linked>, Error> {
    let query = format!("after={after}");
    let page = api.call(AccountHeadList, &[], &query, &Empty {}).await?;
    page.heads.iter().map(Linked::claimed).collect()
}

impl<P: Platform> Vault<P> {
    /// Whether a statement that a chart names stands in this account's chain. One that does not is
    /// of a later time than what the server shows of the account, or of no time at all.
    pub(super) async fn names_own_account(&self, named: Hash) -> Result<(), Error> {
        if self.chain.borrow().knows(named) {
            return Ok(());
        }
        let newest = Linked::of(&self.chain.borrow().newest);
        // Where it stands nobody knows: the whole way back to the beginning is looked at.
        let seen = Seen {
            counter: 0,
            id: named,
            at: 0,
        };
        let fetch = async |after: u64| heads_after(&self.api, after).await;
        match compare(Some(seen), &newest, fetch).await? {
            Step::Same | Step::Later => {
                self.chain.borrow_mut().before.insert(named);
                Ok(())
            }
            _ => Err(Distrust::Misplaced.into()),
        }
    }

    /// Signs and sends the next statement of the account with what it names.
    pub(super) async fn change_account(
        &self,
        (login, login_opaque): (LoginId, Bytes),
        change: Change,
        password: NewPassword,
    ) -> Result<(), Error> {
        let before = self.chain.borrow().newest.clone();
        let head = AccountHead {
            counter: before.payload().counter.saturating_add(1),
            previous: Some(before.id()),
            at: self.api.platform.now(),
            account_key: Hash::of(password.account_key.as_slice()),
            change,
            ..before.payload().clone()
        };
        let head = sign(head, &self.identity.signing)?;
        let request = AccountPutRequest {
            login,
            login_opaque,
            account_head: head.to_unverified(),
            password,
        };
        self.api.call(AccountPut, &[], "", &request).await?;
        let seen = Seen::of(&head, head.payload().at);
        let mut memory = self.memory.borrow().clone();
        memory.head = Some(seen);
        let platform = &self.api.platform;
        memory
            .remember(platform, &self.account_key, self.account)
            .await;
        *self.memory.borrow_mut() = memory;
        let mut chain = self.chain.borrow_mut();
        chain.before.insert(before.id());
        chain.newest = head;
        Ok(())
    }

    /// Which sign-in, and its third message, which opens no session: whoever finds an open browser
    /// must not be able to shut its owner out. A wrong password is noticed here, before anything is
    /// sent that depends on it.
    pub(super) async fn prove_password(&self, current: &str) -> Result<(LoginId, Bytes), Error> {
        let current = Password::prepare(current, |text| self.api.platform.nfc(text))?;
        let (message, state) = SignIn::start(&current)?;
        let start = SignInStartRequest {
            username: self.username.clone(),
            opaque: Bytes(message),
        };
        let answer = self.api.call(SignInStart, &[], "", &start).await?;
        let proved = state.finish(&self.username, &current, answer.opaque.as_slice())?;
        Ok((answer.login, Bytes(proved.message)))
    }
}
