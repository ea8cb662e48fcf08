//! What belongs to the caller alone.

use keepwell_shared::{
    error::Code,
    username::Username,
    wire::{AccountResponse, BookPutRequest, BookResponse, Empty},
};

use super::call::Asked;
use crate::{
    app::App,
    guard::Caller,
    reject::Failure,
    store::{Reading, Writing, account, book},
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
    Ok(AccountResponse {
        account: caller.account(),
        username: Username::parse(&row.username)
            .map_err(|_| Failure::Broken("a stored user name is none"))?,
        key_bundle: row.key_bundle,
        account_head: row.head,
        account_key: row.account_key,
        identity: row.identity,
        max_file: app.max_file,
        quota: app.quota,
        used: row.kept_bytes,
    })
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
