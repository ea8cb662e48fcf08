//! Registering and signing in. OPAQUE (RFC 9807) leaves the server nothing that the password could
//! be read from; what it stores lets it answer, and whoever has database *and* secrets guess.

use std::sync::Arc;

use keepwell_shared::{
    bytes::Bytes,
    error::Code,
    handshake::{Suite, credential_identifier, identifiers},
    id::{AccountId, LoginId, SessionId},
    label,
    request::RequestKey,
    statement::{AccountHead, Role, Verified},
    username::Username,
    wire::{
        Empty, RegisterFinishRequest, RegisterStartRequest, RegisterStartResponse,
        SignInFinishRequest, SignInFinishResponse, SignInStartRequest, SignInStartResponse,
    },
};
use opaque_ke::{
    CredentialFinalization, CredentialRequest, RegistrationRequest, RegistrationUpload,
    ServerLogin, ServerLoginParameters, ServerRegistration,
};
use rand_08::rngs::OsRng;
use zeroize::Zeroizing;

use super::call::Asked;
use crate::{
    app::App,
    chains::{self, Heads, MAX_WRAP},
    guard::{
        Caller, Guest,
        logins::Login,
        tries::{self, Charge, Purpose},
    },
    reject::Failure,
    store::{Writing, account, account::NewAccount, chart, compartment, session},
};

/// How long a session lives, in seconds.
pub(super) const SESSION: u64 = 12 * 60 * 60;
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
) -> Result<Empty, Failure> {
    let checked = CheckedRegistration::check(request)?;
    app.room_for_part(0)?;
    let (name, now) = (&checked.request.username, app.clock.now());
    let charge = match app.registrations.take(name, guest.peer, now) {
        Some(charge) => charge,
        // Whoever skips the first step, or takes long, pays at the second.
        None => tries::charge(&app, &guest, Purpose::Register, name).await?,
    };
    app.store
        .write(move |at| {
            checked.store(at)?;
            tries::refund(at, &charge)
        })
        .await
        .map(|()| Empty {})
}

/// A registration whose statements hold together.
struct CheckedRegistration {
    request: RegisterFinishRequest,
    opaque_record: Vec<u8>,
    account_head: Verified<AccountHead>,
    heads: Option<Heads>,
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
            && (1..=MAX_IDENTITY).contains(&request.identity.as_slice().len());
        if !theirs {
            return Err(Code::BadRequest.into());
        }
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
        })
    }

    fn store(&self, at: &Writing<'_>) -> Result<(), Failure> {
        let request = &self.request;
        let new = NewAccount {
            account: request.account,
            username: &request.username,
            opaque_record: &self.opaque_record,
            key_bundle: request.key_bundle.as_bytes(),
            head: &self.account_head,
            account_key: request.account_key.as_slice(),
            identity: request.identity.as_slice(),
        };
        match account::registered(at, &new)? {
            // The answer to the first try was lost on its way.
            Some(true) => return Ok(()),
            Some(false) => return Err(Code::Conflict.into()),
            None => {}
        }
        if account::name_taken(at, &request.username)? {
            return Err(Code::NameTaken.into());
        }
        account::add(at, &new)?;
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

/// First message of a sign-in. A name without an account is answered by the same steps, with a
/// record that nobody has the password of (RFC 9807, section 10.9).
pub(super) async fn sign_in_start(
    app: Arc<App>,
    guest: Guest,
    request: SignInStartRequest,
) -> Result<SignInStartResponse, Failure> {
    let SignInStartRequest { username, opaque } = request;
    let now = app.clock.now();
    let message =
        CredentialRequest::<Suite>::deserialize(opaque.as_slice()).map_err(|_| Code::BadRequest)?;
    let charge = tries::charge(&app, &guest, Purpose::SignIn, &username).await?;
    let name = username.clone();
    let found = app
        .store
        .read(move |at| account::opaque_record(at, &name))
        .await?;
    let (account, record) = match found {
        Some((account, record)) => (Some(account), record),
        None => (None, app.secrets.nobody().to_vec()),
    };
    let record = ServerRegistration::<Suite>::deserialize(&record)
        .map_err(|_| Failure::Broken("a stored OPAQUE record is none"))?;
    let started = ServerLogin::start(
        &mut OsRng,
        app.secrets.opaque(),
        Some(record),
        message,
        credential_identifier(&username),
        parameters(&username),
    )
    .map_err(|_| Code::BadRequest)?;
    let login = Login {
        state: started.state,
        account,
        username,
        charge,
    };
    Ok(SignInStartResponse {
        login: app.logins.keep(login, now),
        opaque: Bytes(started.message.serialize().to_vec()),
    })
}

/// Third message of a sign-in. Whatever is wrong with it, the answer is the same.
pub(super) async fn sign_in_finish(
    app: Arc<App>,
    _: Guest,
    request: SignInFinishRequest,
) -> Result<SignInFinishResponse, Failure> {
    let now = app.clock.now();
    let Proven {
        account,
        session_key,
        charge,
    } = password_proven(&app, request.login, &request.opaque, now)?;
    let session = SessionId::generate();
    let key = RequestKey::derive(&session_key);
    let sealed = app
        .secrets
        .seal_session(session, account, &key)
        .ok_or(Failure::Broken("a session's key can not be sealed"))?;
    app.store
        .write(move |at| {
            session::add(at, session, account, &sealed, now.saturating_add(SESSION))?;
            tries::refund(at, &charge)
        })
        .await?;
    Ok(SignInFinishResponse {
        session,
        window: app.windows.open(session, now),
    })
}

/// A password that was right.
pub(super) struct Proven {
    /// Whose.
    pub(super) account: AccountId,
    /// The key that both sides have from it.
    session_key: Zeroizing<Vec<u8>>,
    /// The failed try that the first message was counted as: taken back with what all of it was for.
    pub(super) charge: Charge,
}

/// Whose password the third message of a sign-in proves.
///
/// # Errors
/// [`Code::WrongSignIn`], whatever is wrong with it.
pub(super) fn password_proven(
    app: &App,
    login: LoginId,
    message: &Bytes,
    now: u64,
) -> Result<Proven, Failure> {
    let login = app.logins.take(login, now).ok_or(Code::WrongSignIn)?;
    let message = CredentialFinalization::<Suite>::deserialize(message.as_slice())
        .map_err(|_| Code::WrongSignIn)?;
    let finished = login.state.finish(message, parameters(&login.username));
    let (Ok(finished), Some(account)) = (finished, login.account) else {
        return Err(Code::WrongSignIn.into());
    };
    let session_key = Zeroizing::new(finished.session_key);
    Ok(Proven {
        account,
        session_key: Zeroizing::new(session_key.to_vec()),
        charge: login.charge,
    })
}

/// Ends the session of the caller.
pub(super) fn session_end(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<Empty, Failure> {
    session::end(at, caller.session())?;
    app.windows.forget(caller.session());
    Ok(Empty {})
}

fn parameters(username: &Username) -> ServerLoginParameters<'_, '_> {
    ServerLoginParameters {
        context: Some(label::OPAQUE_CONTEXT.as_bytes()),
        identifiers: identifiers(username),
    }
}
