//! Making an account: everything it needs is drawn here and stored in one transaction.
//!
//! `docs/protocol.md`, section 7.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, ChartId, CompartmentId},
    merkle,
    password::Password,
    returning::ReturnKey,
    statement::{
        AccountHead, Change, ChartHead, CompartmentHead, HeadCompartment, KeyBundle, Role,
        Unverified, VERSION, Verified, sign,
    },
    username::Username,
    wire::{
        NewHead, OwnWrap, RegisterFinish, RegisterFinishRequest, RegisterStart,
        RegisterStartRequest,
    },
};

use super::sign_in::{ShownPassword, open_account};
use crate::{
    api::Api,
    chart::ByCompartment,
    crypto::{opaque::Registration, random},
    entry::Category,
    error::Error,
    factor::{NewFactor, read_code},
    identity::Identity,
    keys::{AccountKey, CompartmentKey, Context, UnlockKey},
    platform::Platform,
    vault::{Opened, Vault},
};

/// An account that is drawn whole and waits for the first code of its second factor. Until then the
/// server keeps nothing of it.
pub struct Registering<P> {
    api: Api<P>,
    username: Username,
    password: Password,
    unlock_key: UnlockKey,
    factor: NewFactor,
    return_key: ReturnKey,
    drawn: Drawn,
}

/// What the server gets, but for the code.
struct Drawn {
    account: AccountId,
    opaque: Vec<u8>,
    bundle: Unverified<KeyBundle>,
    head: Unverified<AccountHead>,
    account_key: Bytes,
    identity: Bytes,
    chart: Option<NewHead>,
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
    ) -> Result<Registering<P>, Error> {
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
        let drawn = draw(&username, role, api.platform.now(), record, &unlock_key)?;
        Ok(Registering {
            api,
            username,
            password,
            unlock_key,
            factor: NewFactor::draw(),
            return_key: ReturnKey::from_bytes(random::bytes()),
            drawn,
        })
    }
}

impl<P: Platform> Registering<P> {
    /// The user name in its canonical form.
    pub fn username(&self) -> &Username {
        &self.username
    }

    /// The second factor, to be shown once.
    pub fn factor(&self) -> &NewFactor {
        &self.factor
    }

    /// Makes the account, with the first code of its second factor, and signs in: on this device the
    /// first time needs no other code.
    ///
    /// # Errors
    /// With what was drawn, because another code, or another try, may help: [`Error::NotACode`];
    /// [`Error::Refused`] with [`Code::WrongCode`] or [`Code::ClockWrong`].
    pub async fn finish(self, first_code: &str) -> Result<Vault<P>, (Error, Self)> {
        match self.make(first_code).await {
            Ok(opened) => Ok(Vault::new(self.api, self.username, opened)),
            Err(error) => Err((error, self)),
        }
    }

    async fn make(&self, first_code: &str) -> Result<Opened, Error> {
        let drawn = &self.drawn;
        let request = RegisterFinishRequest {
            username: self.username.clone(),
            account: drawn.account,
            opaque: Bytes(drawn.opaque.clone()),
            key_bundle: drawn.bundle.clone(),
            account_head: drawn.head.clone(),
            account_key: drawn.account_key.clone(),
            identity: drawn.identity.clone(),
            chart: drawn.chart.clone(),
            second_factor: self.factor.with_code(drawn.account, read_code(first_code)?),
            // EXPOSE: the server keeps it for the session that it opens here.
            return_key: Bytes(self.return_key.expose().to_vec()),
        };
        let (api, name) = (&self.api, &self.username);
        let answer = api.call(RegisterFinish, &[], "", &request).await?;
        let shown = ShownPassword::show_password(api, name.clone(), &self.password).await?;
        if !shown
            .return_to(api, answer.session, &self.return_key)
            .await?
        {
            // The account is there, and one signs in to it.
            return Err(Error::Refused(Code::SignInOver));
        }
        open_account(api, name, &self.unlock_key).await
    }
}

impl<P> std::fmt::Debug for Registering<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registering(..)")
    }
}

fn draw(
    username: &Username,
    role: Role,
    now: u64,
    opaque: Vec<u8>,
    unlock_key: &UnlockKey,
) -> Result<Drawn, Error> {
    let account = AccountId::generate();
    let account_key = AccountKey::make();
    let identity = Identity::make(account, username, role, now)?;
    let wrapped = unlock_key.wrap(&account_key, &Context::AccountKey(account))?;
    let sealed = identity.seal(&account_key)?;
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
    };
    let head = sign(head, &identity.signing)?;
    let chart = match role {
        Role::Patient => Some(empty_chart(&head, &account_key, &identity)?),
        Role::Doctor => None,
    };
    Ok(Drawn {
        account,
        opaque,
        bundle: identity.bundle.to_unverified(),
        head: head.to_unverified(),
        account_key: wrapped,
        identity: sealed,
        chart,
    })
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
pub(crate) fn sample() -> Result<Registering<()>, Error> {
    let username = Username::parse("anna")?;
    let unlock_key = UnlockKey::from_export_key(&[7; 64]);
    Ok(Registering {
        api: Api::new(()),
        drawn: draw(&username, Role::Doctor, 1, Vec::new(), &unlock_key)?,
        username,
        password: Password::prepare("Canary", str::to_owned)?,
        unlock_key,
        factor: NewFactor::draw(),
        return_key: ReturnKey::from_bytes([7; 32]),
    })
}
