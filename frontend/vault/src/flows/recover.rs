//! Getting an account back with its recovery kit, in a browser that need not know it.
//!
//! `docs/protocol.md`, section 7.6.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, RecoveryId, SessionId},
    password::Password,
    statement::{AccountHead, Change, KitProof, VERSION, Verified, sign},
    username::Username,
    wire::{
        NewPassword, NewSecondFactor, RecoverFinish, RecoverFinishRequest, RecoverOpen,
        RecoverOpenRequest, RecoverOpenResponse, RecoverStart, RecoverStartRequest,
    },
};

use super::{
    account_chain::standing,
    commit::succession,
    known_device::recall_device,
    set_up::{SettingUp, What},
};
use crate::{
    api::Api,
    chart::Linked,
    crypto::opaque::Registration,
    error::{Distrust, Error},
    identity::Identity,
    keys::{AccountKey, Context},
    kit::Kit,
    memory::AccountMemory,
    platform::Platform,
    vault::Vault,
};

/// An account that its kit has opened, and what takes the place of what was lost.
pub(super) struct Recovered {
    recovery: RecoveryId,
    account_key: AccountKey,
    identity: Identity,
    before: Verified<AccountHead>,
    password: NewPassword,
    /// The AccountKey under the key of the new kit, and the statement that names it.
    kept: Option<(Bytes, Verified<AccountHead>)>,
}

impl<P: Platform> Vault<P> {
    /// Opens an account with its recovery kit, and draws what takes the place of password, second factor
    /// and kit. Nothing is changed yet.
    ///
    /// # Errors
    /// [`Error::BadKit`] with the groups that were misread; [`Error::WrongKit`] alike for another
    /// account's kit, an old one and an unknown name; [`Error::Password`] for a new one that breaks a
    /// rule; [`Error::Distrusted`] when what the server keeps for this account does not hold.
    pub async fn recover(
        platform: P,
        typed: &str,
        kit: &str,
        password: &str,
    ) -> Result<SettingUp<P>, Error> {
        let kit = Kit::parse(kit)?;
        // A name that breaks a rule can have no account.
        let username = Username::parse(typed).map_err(|_| Error::WrongKit)?;
        let password = Password::prepare(password, |text| platform.nfc(text))?;
        password.check_new(username.as_str())?;
        let api = Api::new(platform);
        recall_device(&api, &username).await;
        let (message, state) = Registration::start(&password)?;
        let (recovery, stored) = show(&api, &username, &kit, message).await?;
        let account = stored.account;
        let account_key = kit
            .key()
            .unwrap_key(&stored.kit, &Context::KitAccountKey(account))?;
        let identity = Identity::open(&account_key, account, &stored.identity)?;
        let before = check(&api, &stored, &username, &kit, &account_key, &identity).await?;
        let (opaque, unlock_key) = state.finish(&username, &password, stored.opaque.as_slice())?;
        let recovered = Recovered {
            recovery,
            password: NewPassword {
                opaque: Bytes(opaque),
                account_key: unlock_key.wrap(&account_key, &Context::AccountKey(account))?,
            },
            account_key,
            identity,
            before,
            kept: None,
        };
        let what = What::Recovered(Box::new(recovered));
        Ok(SettingUp::new(api, (username, password, unlock_key), what))
    }
}

/// Shows the kit, by its signature over what the server draws.
async fn show<P: Platform>(
    api: &Api<P>,
    username: &Username,
    kit: &Kit,
    message: Vec<u8>,
) -> Result<(RecoveryId, RecoverOpenResponse), Error> {
    let signing = kit.signing_key().ok_or(Error::WrongKit)?;
    let start = RecoverStartRequest {
        username: username.clone(),
    };
    let recovery = api.call(RecoverStart, &[], "", &start).await?.recovery;
    let proof = KitProof {
        version: VERSION,
        username: username.as_str().to_owned(),
        recovery,
        opaque: Hash::of(&message),
    };
    let open = RecoverOpenRequest {
        recovery,
        proof: sign(proof, &signing)?.to_unverified(),
        opaque: Bytes(message),
    };
    match api.call(RecoverOpen, &[], "", &open).await {
        Ok(stored) => Ok((recovery, stored)),
        Err(Error::WrongSignIn) => Err(Error::WrongKit),
        Err(error) => Err(error),
    }
}

/// Whether all of it is what the owner last signed, this kit included, and no other state than this
/// browser has seen.
async fn check<P: Platform>(
    api: &Api<P>,
    stored: &RecoverOpenResponse,
    username: &Username,
    kit: &Kit,
    account_key: &AccountKey,
    identity: &Identity,
) -> Result<Verified<AccountHead>, Error> {
    let bundle = identity.bundle.payload();
    let head = stored.account_head.verify(&bundle.signing_key()?)?;
    let payload = head.payload();
    let named = payload
        .kit
        .as_ref()
        .is_some_and(|named| kit.is(named) && named.account_key == Hash::of(stored.kit.as_slice()));
    let fits = named
        && bundle.username == username.as_str()
        && stored.key_bundle.as_bytes() == identity.bundle.as_bytes()
        && payload.account == stored.account
        && payload.bundle == identity.bundle.id()
        && payload.identity == Hash::of(stored.identity.as_slice());
    if !fits {
        return Err(Distrust::Misplaced.into());
    }
    let memory = AccountMemory::recall(&api.platform, account_key, stored.account).await;
    let seen = memory.unwrap_or_default().head;
    let earlier = async |_: u64| stored.earlier.iter().map(Linked::claimed).collect();
    match standing(seen, &head, earlier).await? {
        None => Ok(head),
        Some(why) => Err(why.into()),
    }
}

impl Recovered {
    pub(super) fn account(&self) -> AccountId {
        self.before.payload().account
    }

    /// The new kit is on paper: signs what the account is from now on.
    pub(super) fn keep(&mut self, kit: &Kit, now: u64) -> Result<(), Error> {
        let before = self.before.payload();
        let (counter, _) = succession(before.counter, None, Vec::new())?;
        let (kit, wrapped) = kit.wrap(before.account, &self.account_key, now)?;
        let head = AccountHead {
            counter,
            previous: Some(self.before.id()),
            replaces: Vec::new(),
            at: now,
            account_key: Hash::of(self.password.account_key.as_slice()),
            change: Change::Recovered,
            password_at: now,
            kit: Some(kit),
            ..before.clone()
        };
        self.kept = Some((wrapped, sign(head, &self.identity.signing)?));
        Ok(())
    }

    /// Gets the account back. Answers with the session to which a sign-in returns.
    pub(super) async fn send<P: Platform>(
        &self,
        api: &Api<P>,
        second_factor: NewSecondFactor,
        return_key: Bytes,
    ) -> Result<SessionId, Error> {
        let (kit, head) = self.kept.as_ref().ok_or(Error::NotTheKit)?;
        let request = RecoverFinishRequest {
            recovery: self.recovery,
            account_head: head.to_unverified(),
            password: self.password.clone(),
            kit: kit.clone(),
            second_factor,
            return_key,
        };
        let answer = api.call(RecoverFinish, &[], "", &request).await?;
        Ok(answer.session)
    }
}
