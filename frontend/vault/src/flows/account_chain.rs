//! One's own account chain: how what arrived stands to what this device remembers, and the next
//! statement.
//!
//! `docs/protocol.md`, section 7.1.

use std::collections::BTreeSet;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::LoginId,
    password::Password,
    statement::{AccountHead, Change, Verified, sign},
    username::Username,
    wire::{
        AccountHeadList, AccountPut, AccountPutRequest, AccountResponse, Empty, NewPassword,
        SignInStart, SignInStartRequest,
    },
};

use super::commit::{Branch, succession};
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
        let payload = newest.payload();
        let before = payload.previous.iter().chain(&payload.replaces);
        Self {
            before: before.copied().collect(),
            newest,
        }
    }

    fn knows(&self, id: Hash) -> bool {
        self.newest.id() == id || self.before.contains(&id)
    }

    fn follow(&mut self, head: Verified<AccountHead>) {
        self.before.insert(self.newest.id());
        self.newest = head;
    }
}

/// What the owner last said of the account, and how it stands to what this browser remembers: it
/// names the very wraps that arrived. Where it goes back or contradicts the memory, the remembered
/// statement comes with the reason.
pub(super) async fn check_account<P: Platform>(
    api: &Api<P>,
    stored: &AccountResponse,
    identity: &Identity,
    memory: &AccountMemory,
) -> Result<(Verified<AccountHead>, Option<(Seen, Distrust)>), Error> {
    let key = identity.bundle.payload().signing_key()?;
    let head = stored.account_head.verify(&key)?;
    let payload = head.payload();
    let fits = payload.account == stored.account
        && payload.bundle == identity.bundle.id()
        && payload.account_key == Hash::of(stored.account_key.as_slice())
        && payload.identity == Hash::of(stored.identity.as_slice())
        && payload.kit.as_ref().map(|kit| kit.account_key)
            == stored.kit.as_ref().map(|kit| Hash::of(kit.as_slice()));
    if !fits {
        return Err(Distrust::Misplaced.into());
    }
    let fetch = async |after: u64| heads_after(api, after).await;
    let why = standing(memory.head, &head, fetch).await?;
    Ok((head, memory.head.zip(why)))
}

/// What is wrong with how a statement stands to the one that this browser remembers. `fetch` gives the
/// statements between.
pub(super) async fn standing(
    seen: Option<Seen>,
    head: &Verified<AccountHead>,
    fetch: impl AsyncFn(u64) -> Result<Vec<Linked>, Error>,
) -> Result<Option<Distrust>, Error> {
    let (step, _) = compare(seen, &Linked::of(head), fetch).await?;
    Ok(match step {
        Step::First | Step::Same | Step::Later => None,
        Step::Older => Some(Distrust::Old),
        Step::Forked => Some(Distrust::Forked),
    })
}

async fn heads_after<P: Platform>(api: &Api<P>, after: u64) -> Result<Vec<Linked>, Error> {
    let query = format!("after={after}");
    let page = api.call(AccountHeadList, &[], &query, &Empty {}).await?;
    page.heads.iter().map(Linked::claimed).collect()
}

/// Signs and sends the next statement of an account with the password that it names. `beyond` is
/// the newest statement of a branch that it gives up.
pub(super) async fn change_account<P: Platform>(
    api: &Api<P>,
    identity: &Identity,
    before: &Verified<AccountHead>,
    beyond: Option<Branch>,
    (login, login_opaque): (LoginId, Bytes),
    password: NewPassword,
) -> Result<Verified<AccountHead>, Error> {
    let change = match beyond {
        None => Change::Password,
        Some(_) => Change::Repaired,
    };
    let (counter, replaces) = succession(before.payload().counter, beyond, Vec::new())?;
    let at = api.platform.now();
    let head = AccountHead {
        counter,
        previous: Some(before.id()),
        replaces,
        at,
        password_at: at,
        account_key: Hash::of(password.account_key.as_slice()),
        change,
        ..before.payload().clone()
    };
    let head = sign(head, &identity.signing)?;
    let request = AccountPutRequest {
        login,
        login_opaque,
        account_head: head.to_unverified(),
        password,
    };
    api.call(AccountPut, &[], "", &request).await?;
    Ok(head)
}

/// Which sign-in, and its third message, which opens no session: whoever finds an open browser
/// must not be able to shut its owner out. A wrong password is noticed here, before anything is
/// sent that depends on it.
pub(super) async fn prove_password<P: Platform>(
    api: &Api<P>,
    username: &Username,
    current: &str,
) -> Result<(LoginId, Bytes), Error> {
    let current = Password::prepare(current, |text| api.platform.nfc(text))?;
    let (message, state) = SignIn::start(&current)?;
    let start = SignInStartRequest {
        username: username.clone(),
        opaque: Bytes(message),
    };
    let answer = api.call(SignInStart, &[], "", &start).await?;
    let proved = state.finish(username, &current, answer.opaque.as_slice())?;
    Ok((answer.login, Bytes(proved.message)))
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
            (Step::Same | Step::Later, _) => {
                self.chain.borrow_mut().before.insert(named);
                Ok(())
            }
            _ => Err(Distrust::Misplaced.into()),
        }
    }

    /// Keeps what this device remembers of the account, with this change.
    pub(super) async fn keep_account(&self, change: impl FnOnce(&mut AccountMemory)) {
        let mut memory = self.memory.borrow().clone();
        let (platform, key) = (&self.api.platform, &self.account_key);
        memory.keep(platform, key, self.account, change).await;
        *self.memory.borrow_mut() = memory;
    }

    /// Goes on from a statement that the server has taken.
    pub(super) async fn follow_account(&self, head: Verified<AccountHead>) {
        let seen = Seen::of(&head, head.payload().at);
        self.keep_account(|memory| memory.saw_head(seen)).await;
        self.chain.borrow_mut().follow(head);
    }
}
