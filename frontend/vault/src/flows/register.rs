//! Making an account: everything it needs is drawn here and stored in one transaction.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, ChartId, CompartmentId},
    merkle,
    password::Password,
    statement::{
        AccountHead, Change, ChartHead, CompartmentHead, HeadCompartment, Role, VERSION, Verified,
        sign,
    },
    username::Username,
    wire::{
        NewHead, OwnWrap, RegisterFinish, RegisterFinishRequest, RegisterStart,
        RegisterStartRequest,
    },
};

use crate::{
    api::Api,
    chart::ByCompartment,
    crypto::opaque::Registration,
    entry::Category,
    error::Error,
    identity::Identity,
    keys::{AccountKey, CompartmentKey, Context},
    platform::Platform,
    vault::Vault,
};

/// What a registration gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterOutcome {
    /// The user name in its canonical form.
    pub username: Username,
    /// The new account.
    pub account: AccountId,
}

impl<P: Platform> Vault<P> {
    /// Registers an account. Sign in afterwards.
    ///
    /// # Errors
    /// A user name or password that breaks a rule, a name that is taken, a server that refuses or can not be reached.
    pub async fn register(
        platform: P,
        typed: &str,
        password: &str,
        role: Role,
    ) -> Result<RegisterOutcome, Error> {
        let username = Username::parse(typed)?;
        let password = Password::prepare(password, |text| platform.nfc(text))?;
        password.check_new(username.as_str())?;
        let api = Api::new(platform);
        let (message, state) = Registration::start(&password)?;
        let start = RegisterStartRequest {
            username: username.clone(),
            opaque: Bytes(message),
        };
        let answer = api.call(RegisterStart, &[], "", &start).await?;
        let (record, unlock_key) = state.finish(&username, &password, answer.opaque.as_slice())?;

        let account = AccountId::generate();
        let account_key = AccountKey::make();
        let now = api.platform.now();
        let identity = Identity::make(account, &username, role, now)?;
        let wrapped = unlock_key.wrap(&account_key, &Context::AccountKey(account))?;
        let sealed = identity.seal(&account_key)?;
        let account_head = AccountHead {
            version: VERSION,
            account,
            counter: 0,
            previous: None,
            replaces: Vec::new(),
            at: now,
            generation: 0,
            bundle: identity.bundle.id(),
            account_key: Hash::of(wrapped.as_slice()),
            identity: Hash::of(sealed.as_slice()),
            change: Change::Began,
        };
        let account_head = sign(account_head, &identity.signing)?;
        let chart = match role {
            Role::Patient => Some(empty_chart(&account_head, &account_key, &identity)?),
            Role::Doctor => None,
        };
        let finish = RegisterFinishRequest {
            username: username.clone(),
            account,
            opaque: Bytes(record),
            key_bundle: identity.bundle.to_unverified(),
            account_head: account_head.to_unverified(),
            account_key: wrapped,
            identity: sealed,
            chart,
        };
        api.call(RegisterFinish, &[], "", &finish).await?;
        Ok(RegisterOutcome { username, account })
    }
}

/// Head 0 of a chart: a compartment for every category, with random ids, in epoch 0.
fn empty_chart(
    account: &Verified<AccountHead>,
    key: &AccountKey,
    identity: &Identity,
) -> Result<NewHead, Error> {
    let chart = ChartId::generate();
    let (owner, now) = (account.payload().account, account.payload().at);
    // In the order of their random ids, or the order would tell which category is which.
    let mut drawn = ByCompartment::default();
    for category in Category::ALL {
        let compartment = CompartmentId::generate();
        let compartment_key = CompartmentKey::make();
        let context = Context::CompartmentOwn(chart, compartment, 0);
        let wrapped = key.wrap(&compartment_key, category.code(), &context)?;
        let wrap = OwnWrap {
            compartment,
            epoch: 0,
            wrapped,
        };
        let head = CompartmentHead {
            version: VERSION,
            chart,
            owner,
            compartment,
            counter: 0,
            previous: None,
            replaces: Vec::new(),
            at: now,
            epoch: 0,
            key_id: compartment_key.id(),
            entries: 0,
            revisions: 0,
            root: merkle::root([]),
            readers: Vec::new(),
            authors: Vec::new(),
        };
        drawn.insert(compartment, (sign(head, &identity.signing)?, wrap));
    }
    let (heads, keys): (Vec<_>, Vec<_>) = drawn.into_iter().map(|(_, both)| both).unzip();
    let head = ChartHead {
        version: VERSION,
        chart,
        owner,
        counter: 0,
        previous: None,
        replaces: Vec::new(),
        account: account.id(),
        at: now,
        compartments: heads
            .iter()
            .map(|head| HeadCompartment {
                compartment: head.payload().compartment,
                head: head.id(),
            })
            .collect(),
        grants: Vec::new(),
    };
    Ok(NewHead {
        head: sign(head, &identity.signing)?.to_unverified(),
        compartments: heads.iter().map(Verified::to_unverified).collect(),
        revisions: Vec::new(),
        grants: Vec::new(),
        keys,
        back_chain: Vec::new(),
    })
}
