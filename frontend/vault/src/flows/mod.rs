//! One use case each, without HTML.

mod commit;
mod consent;
mod files;
mod home;
mod open_chart;
mod people;
mod read_chart;
mod read_entries;
mod register;
mod repair;
mod seal;
mod sessions;
mod sign_in;
mod write;

pub use files::FileSource;
pub use register::RegisterOutcome;
pub use repair::Repaired;
pub use seal::sealing_benchmark;
pub use sessions::SessionView;
#[cfg(feature = "canaries")]
pub(crate) use sign_in::{begin, open_account};
