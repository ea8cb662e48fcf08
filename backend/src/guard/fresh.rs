//! How long ago both factors were shown: some things ask for that anew.

use keepwell_shared::error::Code;

use super::Caller;
use crate::{
    reject::Failure,
    store::{Reading, session},
};

/// How long a session lives after both factors were shown, in seconds. Coming back to one does not
/// prolong it.
pub(crate) const SESSION: u64 = 12 * 60 * 60;
/// How long both factors count as just shown, in seconds.
const FRESH: u64 = 5 * 60;

/// Lets only those through who have just shown both factors.
///
/// # Errors
/// [`Code::ConfirmFirst`].
pub(crate) fn require(at: &Reading<'_>, caller: &Caller, now: u64) -> Result<(), Failure> {
    let until = session::expires_at(at, caller.session())?;
    let shown = until.saturating_sub(SESSION);
    if now < shown.saturating_add(FRESH) {
        Ok(())
    } else {
        Err(Code::ConfirmFirst.into())
    }
}
