//! Signing in, as one way with a type for each step: [`Login`] after the first message, [`Proven`]
//! after the third, and a session only after the second factor. Nothing of the account is read or
//! told on the way there.

use std::sync::Arc;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    factor::{OneTimeCode, RecoveryCode},
    handshake::{Suite, credential_identifier, identifiers},
    id::{AccountId, LoginId, ProvenId, SessionId},
    label,
    request::RequestKey,
    returning::ReturnKey,
    username::Username,
    wire::{
        Empty, Returning, SignInFactorRequest, SignInFactorResponse, SignInFinishRequest,
        SignInFinishResponse, SignInStartRequest, SignInStartResponse,
    },
};
use opaque_ke::{
    CredentialFinalization, CredentialRequest, ServerLogin, ServerLoginParameters,
    ServerRegistration,
};
use rand_08::rngs::OsRng;
use zeroize::Zeroizing;

use super::call::Asked;
use crate::{
    app::App,
    guard::{
        Caller, Guest,
        codes::{self, Verdict},
        fresh::SESSION,
        tries::{self, Purpose},
        waiting::{Login, Proven, TRIES},
    },
    reject::Failure,
    store::{
        Writing, account, failed, second_factor,
        session::{self, NewSession},
    },
};

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
    let charge = tries::charge(&app, &guest, Purpose::SignIn, &username).await?;
    let hash = Hash::of(&record);
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
        record: hash,
        charge,
    };
    let id = LoginId::generate();
    app.logins.keep(id, login, now);
    Ok(SignInStartResponse {
        login: id,
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
    let proven = password_proven(&app, request.login, &request.opaque, now)?;
    let id = ProvenId::generate();
    app.proven.keep(id, proven, now);
    Ok(SignInFinishResponse { proven: id })
}

/// What is shown beside the password.
enum Shown {
    Code(OneTimeCode),
    RecoveryCode(RecoveryCode),
    Return(Returning),
}

/// A second factor that does not let anybody in.
struct Refusal {
    code: Code,
    /// When a wrong code would have been right, in steps.
    elsewhere: Vec<u64>,
}

/// The second factor of a sign-in. In one transaction it is used up and the session begins.
pub(super) async fn sign_in_factor(
    app: Arc<App>,
    _: Guest,
    request: SignInFactorRequest,
) -> Result<SignInFactorResponse, Failure> {
    let now = app.clock.now();
    let (id, confirms) = (request.proven, request.confirms);
    let shown = match (request.code, request.recovery_code, request.returning) {
        (Some(code), None, None) => Shown::Code(code),
        (None, Some(code), None) => Shown::RecoveryCode(code),
        (None, None, Some(returning)) if !confirms => Shown::Return(returning),
        _ => return Err(Code::BadRequest.into()),
    };
    // Taken out while it is looked at: of two requests at once one finds nothing.
    let mut proven = app.proven.take(id, now).ok_or(Code::SignInOver)?;
    let said = begin(&app, id, &proven, shown, now).await;
    match said {
        Ok(Ok(session)) => {
            let window = app.windows.open(session, now);
            if confirms {
                app.confirmed.keep(session, (), now);
            }
            Ok(SignInFactorResponse { session, window })
        }
        Ok(Err(refusal)) => {
            let code = if codes::is_another_clock(&proven.elsewhere, &refusal.elsewhere) {
                Code::ClockWrong
            } else {
                refusal.code
            };
            proven.elsewhere = refusal.elsewhere;
            proven.tries = proven.tries.saturating_sub(1);
            if proven.tries > 0 {
                app.proven.put_back(id, proven, now);
            }
            Err(code.into())
        }
        Err(failure) => {
            app.proven.put_back(id, proven, now);
            Err(failure)
        }
    }
}

/// Looks at a second factor, and begins a session when it is right.
async fn begin(
    app: &Arc<App>,
    id: ProvenId,
    proven: &Proven,
    shown: Shown,
    now: u64,
) -> Result<Result<SessionId, Refusal>, Failure> {
    let (session, account) = (SessionId::generate(), proven.account);
    let sealed = (
        app.secrets
            .seal_session(session, account, &RequestKey::derive(&proven.session_key)),
        app.secrets
            .seal_return(session, account, &ReturnKey::derive(&proven.session_key)),
    );
    let (Some(request_key), Some(return_key)) = sealed else {
        return Err(Failure::Broken("a session's key can not be sealed"));
    };
    let (shared, charge) = (Arc::clone(app), proven.charge.clone());
    let record = proven.record;
    app.store
        .write(move |at| {
            // The password was changed meanwhile: the one that was right lets nobody in any more.
            if !account::has_record(at, account, record)? {
                return Err(Code::SignInOver.into());
            }
            let until = match shown {
                Shown::Code(code) => use_code(&shared, at, account, &code, now)?,
                Shown::RecoveryCode(code) => {
                    let taken = second_factor::take_recovery_code(at, account, code.hash(account))?;
                    taken.then(|| now.saturating_add(SESSION)).ok_or_else(wrong)
                }
                Shown::Return(returning) => come_back(&shared, at, id, account, &returning, now)?,
            };
            let expires_at = match until {
                Ok(until) => until,
                // What was counted is kept.
                Err(refusal) => return Ok(Err(refusal)),
            };
            let new = NewSession {
                session,
                account,
                request_key: Some(request_key),
                return_key,
                expires_at,
            };
            session::add(at, &new)?;
            tries::refund(at, &charge)?;
            failed::tell(at, account, session)?;
            Ok(Ok(session))
        })
        .await
}

fn wrong() -> Refusal {
    Refusal {
        code: Code::WrongCode,
        elsewhere: Vec::new(),
    }
}

/// Uses a code of the authenticator app up, or counts a wrong one.
fn use_code(
    app: &App,
    at: &Writing<'_>,
    account: AccountId,
    code: &OneTimeCode,
    now: u64,
) -> Result<Result<u64, Refusal>, Failure> {
    let factor = second_factor::get(at, account)?;
    if now < factor.closed_until {
        return Ok(Err(Refusal {
            code: Code::CodesClosed,
            elsewhere: Vec::new(),
        }));
    }
    let secret = app
        .secrets
        .open_factor(account, &factor.secret)
        .ok_or(Failure::Broken("a secret of codes does not open"))?;
    let code = match codes::check(&secret, code, now, factor.last_step)? {
        Verdict::Right(step) => {
            second_factor::used(at, account, step)?;
            return Ok(Ok(now.saturating_add(SESSION)));
        }
        Verdict::Used => (Code::CodeUsed, Vec::new()),
        Verdict::Wrong => (Code::WrongCode, codes::elsewhere(&secret, code, now)?),
    };
    let wrong = factor.wrong.saturating_add(1);
    second_factor::count_wrong(at, account, codes::closed_until(wrong, now))?;
    let (code, elsewhere) = code;
    Ok(Err(Refusal { code, elsewhere }))
}

/// Comes back to a session whose keys the browser has forgotten. Its end stays the same.
fn come_back(
    app: &App,
    at: &Writing<'_>,
    id: ProvenId,
    account: AccountId,
    returning: &Returning,
    now: u64,
) -> Result<Result<u64, Refusal>, Failure> {
    let Some(left) = session::left(at, returning.session, account, now)? else {
        return Ok(Err(wrong()));
    };
    let key = app
        .secrets
        .open_return(returning.session, account, &left.return_key)
        .ok_or(Failure::Broken("a session's key does not open"))?;
    if !key.holds(returning.session, id, &returning.proof) {
        return Ok(Err(wrong()));
    }
    session::end_locked(at, returning.session)?;
    Ok(Ok(left.expires_at))
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
        record: login.record,
        charge: login.charge,
        tries: TRIES,
        elsewhere: Vec::new(),
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

/// Forgets the key of the caller's requests.
pub(super) fn session_lock(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<Empty, Failure> {
    session::lock(at, caller.session())?;
    app.windows.forget(caller.session());
    Ok(Empty {})
}

fn parameters(username: &Username) -> ServerLoginParameters<'_, '_> {
    ServerLoginParameters {
        context: Some(label::OPAQUE_CONTEXT.as_bytes()),
        identifiers: identifiers(username),
    }
}
