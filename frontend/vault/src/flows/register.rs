//! Making an account: everything it needs is drawn here and stored in one transaction.
//!
//! `docs/protocol.md`, section 7.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, ChartId, CompartmentId, SessionId},
    merkle,
    password::Password,
    statement::{
        AccountHead, Change, ChartHead, CompartmentHead, HeadCompartment, KeyBundle, Role,
        Unverified, VERSION, Verified, sign,
    },
    username::Username,
    wire::{
        NewHead, NewSecondFactor, OwnWrap, RegisterFinish, RegisterFinishRequest, RegisterStart,
        RegisterStartRequest,
    },
};

use super::set_up::{SettingUp, What};
use crate::{
    api::Api,
    chart::ByCompartment,
    crypto::opaque::Registration,
    entry::Category,
    error::Error,
    identity::Identity,
    keys::{AccountKey, CompartmentKey, Context, UnlockKey},
    kit::Kit,
    platform::Platform,
    vault::Vault,
};

/// What the server gets, but for the code.
pub(super) struct Drawn {
    pub(super) account: AccountId,
    opaque: Vec<u8>,
    bundle: Unverified<KeyBundle>,
    head: Unverified<AccountHead>,
    account_key: Bytes,
    identity: Bytes,
    kit: Option<Bytes>,
    chart: Option<NewHead>,
}

/// Of what an account is drawn.
pub(super) struct Plan {
    role: Role,
    now: u64,
    opaque: Vec<u8>,
}

impl<P: Platform> Vault<P> {
    /// Draws an account, and its second factor.
    ///
    /// # Errors
    /// A user name or password that breaks a rule, a name that is taken, a server that refuses or can
    /// not be reached.
    pub async fn register(
        platform: P,
        typed: &str,
        password: &str,
        role: Role,
    ) -> Result<SettingUp<P>, Error> {
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
        let (opaque, unlock_key) = state.finish(&username, &password, answer.opaque.as_slice())?;
        let now = api.platform.now();
        let plan = Plan { role, now, opaque };
        let drawn = plan.draw(&username, &unlock_key, None)?;
        let what = What::Account(plan, Box::new(drawn));
        Ok(SettingUp::new(api, (username, password, unlock_key), what))
    }
}

impl Drawn {
    /// Makes the account. Answers with the session to which a sign-in returns.
    pub(super) async fn send<P: Platform>(
        &self,
        api: &Api<P>,
        username: &Username,
        second_factor: NewSecondFactor,
        return_key: Bytes,
    ) -> Result<SessionId, Error> {
        let request = RegisterFinishRequest {
            username: username.clone(),
            account: self.account,
            opaque: Bytes(self.opaque.clone()),
            key_bundle: self.bundle.clone(),
            account_head: self.head.clone(),
            account_key: self.account_key.clone(),
            identity: self.identity.clone(),
            kit: self.kit.clone(),
            chart: self.chart.clone(),
            second_factor,
            return_key,
        };
        let answer = api.call(RegisterFinish, &[], "", &request).await?;
        Ok(answer.session)
    }
}

impl Plan {
    /// Draws the account, with the kit where there is one already. Nothing of it has been sent before.
    pub(super) fn draw(
        &self,
        username: &Username,
        unlock_key: &UnlockKey,
        kit: Option<&Kit>,
    ) -> Result<Drawn, Error> {
        let (role, now) = (self.role, self.now);
        let account = AccountId::generate();
        let account_key = AccountKey::make();
        let identity = Identity::make(account, username, role, now)?;
        let wrapped = unlock_key.wrap(&account_key, &Context::AccountKey(account))?;
        let sealed = identity.seal(&account_key)?;
        let kit = kit.map(|kit| kit.wrap(account, &account_key, now));
        let (kit, kit_wrap) = kit.transpose()?.unzip();
        let head = AccountHead {
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
            password_at: now,
            kit,
        };
        let head = sign(head, &identity.signing)?;
        let chart = match role {
            Role::Patient => Some(empty_chart(&head, &account_key, &identity)?),
            Role::Doctor => None,
        };
        Ok(Drawn {
            account,
            opaque: self.opaque.clone(),
            bundle: identity.bundle.to_unverified(),
            head: head.to_unverified(),
            account_key: wrapped,
            identity: sealed,
            kit: kit_wrap,
            chart,
        })
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

/// An account that was drawn, for the list of what must not print.
#[cfg(test)]
pub(crate) fn sample() -> Result<SettingUp<()>, Error> {
    let username = Username::parse("anna")?;
    let unlock_key = UnlockKey::from_export_key(&[7; 64]);
    let plan = Plan {
        role: Role::Doctor,
        now: 1,
        opaque: Vec::new(),
    };
    let drawn = plan.draw(&username, &unlock_key, None)?;
    let what = What::Account(plan, Box::new(drawn));
    let password = Password::prepare("Canary", str::to_owned)?;
    Ok(SettingUp::new(
        Api::new(()),
        (username, password, unlock_key),
        what,
    ))
}
