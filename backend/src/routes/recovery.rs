//! Getting an account back with its recovery kit: the kit signs what is drawn here, and then, in one
//! transaction, another password, another second factor and another kit take the place of what was
//! lost. Up to the signature a name that nobody has, and an account without a kit, look like any other.

use std::sync::Arc;

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    handshake::Suite,
    id::{AccountId, RecoveryId},
    statement::{AccountHead, Unverified},
    username::Username,
    wire::{
        MAX_PAGE, RecoverFinishRequest, RecoverFinishResponse, RecoverOpenRequest,
        RecoverOpenResponse, RecoverStartRequest, RecoverStartResponse,
    },
};
use opaque_ke::RegistrationRequest;
use p256::{AffinePoint, ecdsa::VerifyingKey};

use super::{
    register::{finish_password, read_return_key, session_to_return_to, start_password},
    second_factor::CheckedFactor,
    session::end_sessions,
};
use crate::{
    app::App,
    chains::{self, AccountStep},
    guard::{
        Guest,
        tries::{self, Purpose},
        waiting::{KitAsked, KitProven},
    },
    reject::Failure,
    store::{
        Reading,
        account::{self, Account},
        session::{self, NewSession},
    },
};

/// Somebody says to hold a kit. Counted as a failed try before anything is answered.
pub(super) async fn start(
    app: Arc<App>,
    guest: Guest,
    request: RecoverStartRequest,
) -> Result<RecoverStartResponse, Failure> {
    let username = request.username;
    let name = username.clone();
    let found = app
        .store
        .read(move |at| account::opaque_record(at, &name))
        .await?;
    let (account, record) = match found {
        Some((account, record)) => (Some(account), record),
        None => (None, app.secrets.nobody().to_vec()),
    };
    let guest = guest.about(&app.secrets, account, &record);
    let charge = tries::charge(&app, &guest, Purpose::Recover, &username).await?;
    let recovery = RecoveryId::generate();
    let asked = KitAsked { username, charge };
    app.kits_asked.keep(recovery, asked, app.clock.now());
    Ok(RecoverStartResponse { recovery })
}

/// What the kit has signed. Whatever is wrong with it, the answer is the same.
pub(super) async fn open(
    app: Arc<App>,
    _: Guest,
    request: RecoverOpenRequest,
) -> Result<RecoverOpenResponse, Failure> {
    let now = app.clock.now();
    let RecoverOpenRequest {
        recovery,
        proof,
        opaque,
    } = request;
    let message = RegistrationRequest::<Suite>::deserialize(opaque.as_slice())
        .map_err(|_| Code::BadRequest)?;
    // Taken out: it is good for one signature.
    let asked = app.kits_asked.take(recovery, now);
    let KitAsked { username, charge } = asked.ok_or(Code::WrongSignIn)?;
    let name = username.clone();
    let found = app.store.read(move |at| find(at, &name)).await?;
    // The same work where nobody has the name. Whoever signs for this key, which anybody can, is let
    // at nothing: there is no account behind it.
    let key = found
        .as_ref()
        .map_or_else(nobodys_key, |found| Ok(found.key))?;
    let proof = proof.verify(&key).map_err(|_| Code::WrongSignIn)?;
    let signed = proof.payload();
    let holds = signed.username == username.as_str()
        && signed.recovery == recovery
        && signed.opaque == Hash::of(opaque.as_slice());
    let (true, Some(found)) = (holds, found) else {
        return Err(Code::WrongSignIn.into());
    };
    let account = found.account;
    let opaque = start_password(&app, &username, message)?;
    app.kits_proven
        .keep(recovery, KitProven { account, charge }, now);
    Ok(RecoverOpenResponse {
        account,
        key_bundle: found.row.key_bundle,
        account_head: found.row.head,
        earlier: found.earlier,
        kit: found.row.kit.ok_or(Failure::Broken("a kit has no wrap"))?,
        identity: found.row.identity,
        opaque,
    })
}

/// An account that has a kit.
struct Found {
    account: AccountId,
    row: Account,
    earlier: Vec<Unverified<AccountHead>>,
    /// The kit's.
    key: VerifyingKey,
}

fn find(at: &Reading<'_>, username: &Username) -> Result<Option<Found>, Failure> {
    let Some((account, _)) = account::opaque_record(at, username)? else {
        return Ok(None);
    };
    let row = account::get(at, account)?;
    let (_, key) = chains::stored_keys(&row.key_bundle)?;
    let broken = |_| Failure::Broken("a stored account head does not verify");
    let head = row.head.verify(&key).map_err(broken)?;
    let Some(kit) = &head.payload().kit else {
        return Ok(None);
    };
    let key = kit.signing_key().map_err(broken)?;
    let counter = head.payload().counter;
    let after = counter.checked_sub(u64::from(MAX_PAGE) + 1);
    let mut earlier = account::heads(at, account, after)?;
    earlier.retain(|one| one.as_bytes() != row.head.as_bytes());
    Ok(Some(Found {
        account,
        row,
        earlier,
        key,
    }))
}

fn nobodys_key() -> Result<VerifyingKey, Failure> {
    VerifyingKey::from_affine(AffinePoint::GENERATOR)
        .map_err(|_| Failure::Broken("the generator is no key"))
}

/// Everything that is new, in one transaction.
pub(super) async fn finish(
    app: Arc<App>,
    _: Guest,
    request: RecoverFinishRequest,
) -> Result<RecoverFinishResponse, Failure> {
    let now = app.clock.now();
    let return_key = read_return_key(&request.return_key).ok_or(Code::BadRequest)?;
    let record = finish_password(&request.password.opaque)?;
    app.room_for_part(0)?;
    let id = request.recovery;
    // Taken out while it is carried out: of two requests at once one finds nothing.
    let proven = app.kits_proven.take(id, now).ok_or(Code::SignInOver)?;
    let new = session_to_return_to(&app, proven.account, &return_key, now)?;
    let session = new.session;
    match carry_out(&app, request, record, &proven, new, now).await {
        Ok(()) => Ok(RecoverFinishResponse { session }),
        Err(failure) => {
            // Whoever mistypes the first code types another one. Somebody else's change is final.
            if failure.code() != Code::Conflict {
                app.kits_proven.put_back(id, proven, now);
            }
            Err(failure)
        }
    }
}

async fn carry_out(
    app: &Arc<App>,
    request: RecoverFinishRequest,
    record: Vec<u8>,
    proven: &KitProven,
    new: NewSession,
    now: u64,
) -> Result<(), Failure> {
    let (shared, account, charge) = (Arc::clone(app), proven.account, proven.charge.clone());
    app.store
        .write(move |at| {
            let row = account::get(at, account)?;
            let (_, key) = chains::stored_keys(&row.key_bundle)?;
            let (password, kit) = (&request.password.account_key, &request.kit);
            let step = AccountStep::Recovered { password, kit };
            let head = chains::next_account(&row.head, &request.account_head, &step, &key)?;
            let factor = CheckedFactor::check(&request.second_factor, now)?;
            account::add_head(at, &head)?;
            account::set_password(at, account, &record, password.as_slice())?;
            account::set_kit(at, account, kit.as_slice())?;
            factor.store(&shared, at, account)?;
            end_sessions(&shared, at, account, None)?;
            session::add(at, &new)?;
            tries::refund(at, &charge)
        })
        .await
}
