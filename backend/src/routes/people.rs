//! Finding somebody by user name.

use keepwell_shared::{
    error::Code,
    username::Username,
    wire::{Empty, PersonResponse},
};

use super::call::Asked;
use crate::{
    app::App,
    guard::Caller,
    reject::Failure,
    store::{Reading, account},
};

/// The public keys behind a user name in its canonical form.
pub(super) fn get(
    _: &App,
    at: &Reading<'_>,
    _: &Caller,
    asked: Asked<(String,), Empty>,
) -> Result<PersonResponse, Failure> {
    let (name,) = asked.ids;
    let username = Username::parse(&name)
        .ok()
        .filter(|parsed| parsed.as_str() == name)
        .ok_or(Code::NotFound)?;
    let key_bundle = account::key_bundle_by_name(at, &username)?.ok_or(Code::NotFound)?;
    Ok(PersonResponse { key_bundle })
}
