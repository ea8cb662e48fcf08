//! What belongs to the caller alone.

use keepwell_shared::{
    bytes::Bytes,
    error::Code,
    handshake::Suite,
    username::Username,
    wire::{
        AccountHeadListResponse, AccountPutRequest, AccountResponse, BookPutRequest, BookResponse,
        Empty, KitPutRequest, PageQuery, PasswordStartRequest, PasswordStartResponse,
    },
};
use opaque_ke::RegistrationRequest;

use super::{
    call::Asked,
    register::{finish_password, start_password},
    session::end_all_but,
    sign_in::password_proven,
};
use crate::{
    app::App,
    chains::{self, AccountStep},
    guard::{Caller, fresh, tries},
    reject::Failure,
    store::{Reading, Writing, account, book, second_factor},
};

/// The longest sealed address book, in bytes: some thousand people.
const MAX_BOOK: usize = 512 * 1024;

/// What the caller's browser needs to unlock.
pub(super) fn get(
    app: &App,
    at: &Reading<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<AccountResponse, Failure> {
    let row = account::get(at, caller.account())?;
    let username = stored_name(&row.username)?;
    let device = device(app, at, &username)?;
    Ok(AccountResponse {
        account: caller.account(),
        username,
        key_bundle: row.key_bundle,
        account_head: row.head,
        account_key: row.account_key,
        identity: row.identity,
        kit: row.kit,
        max_file: app.max_file,
        quota: app.quota,
        used: row.kept_bytes,
        recovery_codes: second_factor::recovery_codes(at, caller.account())?,
        device,
    })
}

/// A secret by which the caller's device is known again. Nothing of it is kept: whoever signed in may
/// have as many as they like, and each is good for tries at this account, until its password changes.
fn device(app: &App, at: &Reading<'_>, username: &Username) -> Result<Bytes, Failure> {
    let found = account::opaque_record(at, username)?;
    let (_, record) = found.ok_or(Failure::Broken("an account has no OPAQUE record"))?;
    let mut device = [0; 16];
    getrandom::fill(&mut device).map_err(|_| Failure::Broken("there is no randomness"))?;
    Ok(Bytes(app.secrets.device(device, &record).to_bytes()))
}

/// Statements of the caller's account chain after a counter.
pub(super) fn heads(
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(), PageQuery>,
) -> Result<AccountHeadListResponse, Failure> {
    let heads = account::heads(at, caller.account(), asked.request.after)?;
    Ok(AccountHeadListResponse { heads })
}

/// The server's half of a new password.
pub(super) fn password_start(
    app: &App,
    at: &Reading<'_>,
    caller: &Caller,
    asked: Asked<(), PasswordStartRequest>,
) -> Result<PasswordStartResponse, Failure> {
    let message = asked.request.opaque;
    let message = RegistrationRequest::<Suite>::deserialize(message.as_slice())
        .map_err(|_| Code::BadRequest)?;
    let username = stored_name(&account::get(at, caller.account())?.username)?;
    Ok(PasswordStartResponse {
        opaque: start_password(app, &username, message)?,
    })
}

/// The next statement of the chain with what it names. Whoever finds an open browser does not know
/// the password, and changes nothing.
pub(super) fn put(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(), AccountPutRequest>,
) -> Result<Empty, Failure> {
    let request = asked.request;
    let now = app.clock.now();
    let proven = password_proven(app, request.login, &request.login_opaque, now)?;
    let right = proven.account == caller.account()
        && account::has_record(at, proven.account, proven.record)?;
    if !right {
        return Err(Code::WrongSignIn.into());
    }
    tries::refund(at, &proven.charge)?;
    let record = finish_password(&request.password.opaque)?;
    let row = account::get(at, caller.account())?;
    let (_, key) = chains::stored_keys(&row.key_bundle)?;
    let wrap = &request.password.account_key;
    let step = AccountStep::Password(wrap);
    let head = chains::next_account(&row.head, &request.account_head, &step, &key)?;
    account::add_head(at, &head)?;
    account::set_password(at, caller.account(), &record, wrap.as_slice())?;
    end_all_but(app, at, caller)?;
    Ok(Empty {})
}

/// Another recovery kit. It stands for both factors, so that whoever makes one shows both of them.
pub(super) fn kit_put(
    app: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(), KitPutRequest>,
) -> Result<Empty, Failure> {
    fresh::require(app, caller)?;
    let KitPutRequest { account_head, kit } = asked.request;
    let row = account::get(at, caller.account())?;
    let (_, key) = chains::stored_keys(&row.key_bundle)?;
    let head = chains::next_account(&row.head, &account_head, &AccountStep::Kit(&kit), &key)?;
    account::add_head(at, &head)?;
    account::set_kit(at, caller.account(), kit.as_slice())?;
    end_all_but(app, at, caller)?;
    Ok(Empty {})
}

/// The caller's sealed address book.
pub(super) fn book_get(
    _: &App,
    at: &Reading<'_>,
    caller: &Caller,
    _: Asked<(), Empty>,
) -> Result<BookResponse, Failure> {
    book::get(at, caller.account())
}

/// Replaces the address book, unless another browser was faster.
pub(super) fn book_put(
    _: &App,
    at: &Writing<'_>,
    caller: &Caller,
    asked: Asked<(), BookPutRequest>,
) -> Result<Empty, Failure> {
    let BookPutRequest { counter, sealed } = asked.request;
    match sealed.as_slice().len() {
        0 => return Err(Code::BadRequest.into()),
        1..=MAX_BOOK => {}
        _ => return Err(Code::TooLarge.into()),
    }
    book::put(at, caller.account(), counter, sealed.as_slice())?;
    Ok(Empty {})
}

fn stored_name(name: &str) -> Result<Username, Failure> {
    Username::parse(name).map_err(|_| Failure::Broken("a stored user name is none"))
}
