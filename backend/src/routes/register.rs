//! Registering. OPAQUE (RFC 9807) leaves the server nothing that the password could be read from; what
//! it stores lets it answer, and whoever has database *and* secrets guess.

use std::sync::Arc;

use keepwell_shared::{
    bytes::Bytes,
    error::Code,
    handshake::{Suite, credential_identifier},
    id::{AccountId, SessionId},
    returning::ReturnKey,
    statement::{AccountHead, Role, Verified},
    username::Username,
    wire::{
        RegisterFinishRequest, RegisterFinishResponse, RegisterStartRequest, RegisterStartResponse,
    },
};
use opaque_ke::{RegistrationRequest, RegistrationUpload, ServerRegistration};

use super::second_factor::{CheckedFactor, are_recovery_codes, is_kept};
use crate::{
    app::App,
    chains::{self, Heads, MAX_WRAP},
    guard::{
        Guest,
        fresh::SESSION,
        tries::{self, Charge, Purpose},
    },
    reject::Failure,
    store::{
        Writing,
        account::{self, NewAccount},
        chart, compartment,
        session::{self, NewSession},
    },
};

/// The longest sealed identity, in bytes; ours have some hundred.
const MAX_IDENTITY: usize = 16 * 1024;
/// Bytes of a wrapping key, MLKEM768-P256 (draft-ietf-hpke-pq-04): 1,184 and 65.
const WRAPPING_KEY: usize = 1249;

/// First message of a registration.
pub(super) async fn register_start(
    app: Arc<App>,
    guest: Guest,
    request: RegisterStartRequest,
) -> Result<RegisterStartResponse, Failure> {
    let RegisterStartRequest { username, opaque } = request;
    let message = RegistrationRequest::<Suite>::deserialize(opaque.as_slice())
        .map_err(|_| Code::BadRequest)?;
    let charge = tries::charge(&app, &guest, Purpose::Register, &username).await?;
    let name = username.clone();
    let taken = app
        .store
        .read(move |at| account::name_taken(at, &name))
        .await?;
    if taken {
        return Err(Code::NameTaken.into());
    }
    let now = app.clock.now();
    app.registrations.keep(&username, guest.peer, charge, now);
    Ok(RegisterStartResponse {
        opaque: start_password(&app, &username, message)?,
    })
}

/// The server's half of a new password for this name (RFC 9807, section 5.2.2).
pub(super) fn start_password(
    app: &App,
    username: &Username,
    message: RegistrationRequest<Suite>,
) -> Result<Bytes, Failure> {
    let secrets = app.secrets.opaque();
    let answer = ServerRegistration::start(secrets, message, credential_identifier(username))
        .map_err(|_| Code::BadRequest)?;
    Ok(Bytes(answer.message.serialize().to_vec()))
}

/// What is stored of a new password (RFC 9807, section 5.2.3).
pub(super) fn finish_password(upload: &Bytes) -> Result<Vec<u8>, Failure> {
    let upload = RegistrationUpload::<Suite>::deserialize(upload.as_slice())
        .map_err(|_| Code::BadRequest)?;
    Ok(ServerRegistration::finish(upload).serialize().to_vec())
}

/// Everything that an account needs, in one transaction.
pub(super) async fn register_finish(
    app: Arc<App>,
    guest: Guest,
    request: RegisterFinishRequest,
) -> Result<RegisterFinishResponse, Failure> {
    let now = app.clock.now();
    let checked = CheckedRegistration::check(request)?;
    app.room_for_part(0)?;
    let name = checked.request.username.clone();
    let charge = match app.registrations.take(&name, guest.peer, now) {
        Some(charge) => charge,
        // Whoever skips the first step, or takes long, pays at the second.
        None => tries::charge(&app, &guest, Purpose::Register, &name).await?,
    };
    let paid = charge.clone();
    let made = make_account(&app, checked, charge, now).await;
    // Whoever mistypes the first code types another one, and does not pay for it again.
    if let Err(failure) = &made
        && matches!(failure.code(), Code::WrongCode | Code::ClockWrong)
    {
        app.registrations.keep(&name, guest.peer, paid, now);
    }
    made
}

async fn make_account(
    app: &Arc<App>,
    checked: CheckedRegistration,
    charge: Charge,
    now: u64,
) -> Result<RegisterFinishResponse, Failure> {
    let new = session_to_return_to(app, checked.request.account, &checked.return_key, now)?;
    let session = new.session;
    let shared = Arc::clone(app);
    app.store
        .write(move |at| {
            checked.store(&shared, at, now)?;
            session::add(at, &new)?;
            tries::refund(at, &charge)
        })
        .await?;
    Ok(RegisterFinishResponse { session })
}

/// A session in which nothing can be asked, until a sign-in returns to it: the second factor that it
/// begins with was right a moment ago.
pub(super) fn session_to_return_to(
    app: &App,
    account: AccountId,
    key: &ReturnKey,
    now: u64,
) -> Result<NewSession, Failure> {
    let session = SessionId::generate();
    let return_key = app
        .secrets
        .seal_return(session, account, key)
        .ok_or(Failure::Broken("a session's key can not be sealed"))?;
    Ok(NewSession {
        session,
        account,
        request_key: None,
        return_key,
        expires_at: now.saturating_add(SESSION),
    })
}

/// The key that proves the return to such a session.
pub(super) fn read_return_key(sent: &Bytes) -> Option<ReturnKey> {
    let key = sent.as_slice().try_into().ok()?;
    Some(ReturnKey::from_bytes(key))
}

/// A registration whose statements hold together.
struct CheckedRegistration {
    request: RegisterFinishRequest,
    opaque_record: Vec<u8>,
    account_head: Verified<AccountHead>,
    heads: Option<Heads>,
    return_key: ReturnKey,
}

impl CheckedRegistration {
    fn check(request: RegisterFinishRequest) -> Result<Self, Failure> {
        let opaque_record = finish_password(&request.opaque)?;
        let bundle = request.key_bundle.verify_own()?;
        let keys = bundle.payload();
        let theirs = keys.username == request.username.as_str()
            && keys.account == request.account
            && keys.wrapping.as_slice().len() == WRAPPING_KEY
            && (1..=MAX_WRAP).contains(&request.account_key.as_slice().len())
            && (1..=MAX_IDENTITY).contains(&request.identity.as_slice().len())
            && are_recovery_codes(&request.second_factor.recovery_codes);
        let return_key = read_return_key(&request.return_key);
        let (true, Some(return_key)) = (theirs, return_key) else {
            return Err(Code::BadRequest.into());
        };
        let key = keys.signing_key()?;
        let account_head = chains::first_account(&request, &bundle, &key)?;
        let heads = match (&request.chart, keys.role) {
            (Some(new), Role::Patient) => {
                let account = account_head.id();
                Some(chains::first(new, request.account, account, &key)?)
            }
            (None, Role::Doctor) => None,
            _ => return Err(Code::BadRequest.into()),
        };
        Ok(Self {
            request,
            opaque_record,
            account_head,
            heads,
            return_key,
        })
    }

    fn store(&self, app: &App, at: &Writing<'_>, now: u64) -> Result<(), Failure> {
        let request = &self.request;
        let new = NewAccount {
            account: request.account,
            username: &request.username,
            opaque_record: &self.opaque_record,
            key_bundle: request.key_bundle.as_bytes(),
            head: &self.account_head,
            account_key: request.account_key.as_slice(),
            identity: request.identity.as_slice(),
            kit: request.kit.as_ref().map(Bytes::as_slice),
        };
        match account::registered(at, &new)? {
            // The answer to the first try was lost on its way. Its code was looked at then; whoever
            // does not know the secret behind it, or has another one by now, makes no session.
            Some(true) => {
                let secret = &request.second_factor.secret;
                return match is_kept(app, at, request.account, secret)? {
                    true => Ok(()),
                    false => Err(Code::Conflict.into()),
                };
            }
            Some(false) => return Err(Code::Conflict.into()),
            None => {}
        }
        if account::name_taken(at, &request.username)? {
            return Err(Code::NameTaken.into());
        }
        let factor = CheckedFactor::check(&request.second_factor, now)?;
        account::add(at, &new)?;
        factor.store(app, at, request.account)?;
        let (Some(heads), Some(keys)) = (&self.heads, &request.chart) else {
            return Ok(());
        };
        let id = heads.chart.payload().chart;
        if chart::exists(at, id)? {
            return Err(Code::Conflict.into());
        }
        chart::add(at, id, request.account)?;
        chart::add_head(at, &heads.chart)?;
        for head in &heads.compartments {
            compartment::add_head(at, head)?;
        }
        for wrap in &keys.keys {
            compartment::add_key(at, id, wrap)?;
        }
        Ok(())
    }
}
