//! Whether both factors were just shown: some things ask for that anew.
//!
//! An ordinary sign-in does not count, however recent it is: whoever finds the page that it opened has shown
//! nothing.

use keepwell_shared::error::Code;

use super::Caller;
use crate::{app::App, reject::Failure};

/// How long a session lives after both factors were shown, in seconds. Coming back to one does not
/// prolong it.
pub(crate) const SESSION: u64 = 12 * 60 * 60;

/// Lets only those through who have just shown both factors in order to confirm a change.
///
/// # Errors
/// [`Code::ConfirmFirst`].
pub(crate) fn require(app: &App, caller: &Caller) -> Result<(), Failure> {
    if app.confirmed.has(caller.session(), app.clock.now()) {
        Ok(())
    } else {
        Err(Code::ConfirmFirst.into())
    }
}
