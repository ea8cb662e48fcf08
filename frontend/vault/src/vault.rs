//! An unlocked vault: one account, its keys, and what it has opened so far.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use futures::lock::Mutex;
use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, BlobId, ChartId},
    statement::{Grant, KeyBundle, Role, Verified},
    username::Username,
    words::Words,
};

use crate::{
    api::Api, book::Book, chart::ChartState, error::Distrust, flows::AccountChain,
    identity::Identity, keys::AccountKey, memory::AccountMemory, platform::Platform,
    words::safety_words,
};

/// An unlocked vault. Dropping it is locking: every key in it is overwritten.
pub struct Vault<P> {
    pub(crate) api: Api<P>,
    pub(crate) username: Username,
    pub(crate) account: AccountId,
    pub(crate) account_key: AccountKey,
    pub(crate) identity: Identity,
    pub(crate) max_blob: u64,
    pub(crate) recovery_codes: Cell<u32>,
    pub(crate) book: RefCell<Book>,
    /// Key bundles that were looked up and not compared yet.
    pub(crate) found: RefCell<BTreeMap<AccountId, Verified<KeyBundle>>>,
    pub(crate) charts: RefCell<HashMap<ChartId, Rc<ChartState>>>,
    pub(crate) chain: RefCell<AccountChain>,
    pub(crate) memory: RefCell<AccountMemory>,
    /// Uploads that were given up while the server could not hear it.
    pub(crate) unfinished: RefCell<Vec<BlobId>>,
    /// Whether others use this device too: then nothing is kept by which the server knows it again.
    pub(crate) shared_device: Cell<bool>,
    turns: RefCell<HashMap<ChartId, Rc<Mutex<()>>>>,
}

/// What one sees first after signing in.
#[derive(Debug, Clone)]
pub struct Home {
    /// Charts of one's own.
    pub own: Vec<ChartId>,
    /// Charts that others share.
    pub shared: Vec<SharedWithMe>,
    /// Charts whose papers did not hold, or that are gone.
    pub refused: Vec<Distrust>,
}

/// A chart that somebody shares with this account.
#[derive(Debug, Clone)]
pub struct SharedWithMe {
    /// The chart.
    pub chart: ChartId,
    /// Its owner.
    pub owner: Person,
    /// Since when, seconds since 1970 by the owner's clock.
    pub since: u64,
}

/// Somebody, as far as this vault knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// The id of the key bundle.
    pub bundle: Hash,
    /// The user name.
    pub username: String,
    /// The role that they claim.
    pub role: Role,
    /// Whether their safety words were compared, with these keys.
    pub compared: bool,
    /// Whether they were compared with other keys than these.
    pub changed: bool,
    /// Their safety words.
    pub words: Words,
}

/// What opening an account gives.
pub(crate) struct Opened {
    pub(crate) account: AccountId,
    pub(crate) account_key: AccountKey,
    pub(crate) identity: Identity,
    pub(crate) max_blob: u64,
    pub(crate) recovery_codes: u32,
    pub(crate) book: Book,
    pub(crate) chain: AccountChain,
    pub(crate) memory: AccountMemory,
}

impl<P: Platform> Vault<P> {
    pub(crate) fn new(api: Api<P>, username: Username, opened: Opened) -> Self {
        Self {
            api,
            username,
            account: opened.account,
            account_key: opened.account_key,
            identity: opened.identity,
            max_blob: opened.max_blob,
            recovery_codes: Cell::new(opened.recovery_codes),
            book: RefCell::new(opened.book),
            found: RefCell::new(BTreeMap::new()),
            charts: RefCell::new(HashMap::new()),
            chain: RefCell::new(opened.chain),
            memory: RefCell::new(opened.memory),
            unfinished: RefCell::default(),
            shared_device: Cell::default(),
            turns: RefCell::new(HashMap::new()),
        }
    }

    /// Whoever reads or writes a chart anew holds this: two at once in one tab would each build on
    /// what the other is about to replace.
    pub(crate) fn turn(&self, chart: ChartId) -> Rc<Mutex<()>> {
        Rc::clone(self.turns.borrow_mut().entry(chart).or_default())
    }

    /// The account.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The user name.
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.identity.bundle.payload().role
    }

    /// One's own safety words.
    pub fn own_words(&self) -> Words {
        safety_words(self.account, self.identity.bundle.id())
    }

    /// What is known of whom these keys belong to.
    pub(crate) fn person(&self, bundle: &Verified<KeyBundle>) -> Person {
        let payload = bundle.payload();
        let book = self.book.borrow();
        let known = if payload.account == self.account {
            Some(bundle.id() == self.identity.bundle.id())
        } else {
            // A name that belongs to somebody who was compared, on an account that nobody has seen,
            // is what a server makes that can not change the keys of the account itself.
            let own_name = payload.username == self.username.as_str();
            let taken = own_name || book.has_name(&payload.username);
            let known = book.knows(payload.account, bundle.id());
            known.or(taken.then_some(false))
        };
        Person {
            account: payload.account,
            bundle: bundle.id(),
            username: payload.username.clone(),
            role: payload.role,
            compared: known == Some(true),
            changed: known == Some(false),
            words: safety_words(payload.account, bundle.id()),
        }
    }

    /// Checks that a grant is this owner's word to this account, under the keys it has now.
    pub(crate) fn check_grant_to_me(
        &self,
        chart: ChartId,
        owner: &Verified<KeyBundle>,
        grant: &Verified<Grant>,
    ) -> Result<(), Distrust> {
        let payload = grant.payload();
        let mine = payload.chart == chart
            && payload.grantor == owner.payload().account
            && payload.grantee == self.account
            && payload.grantee_bundle == self.identity.bundle.id();
        if mine {
            Ok(())
        } else {
            Err(Distrust::Misplaced)
        }
    }
}

impl<P> std::fmt::Debug for Vault<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(..)")
    }
}
