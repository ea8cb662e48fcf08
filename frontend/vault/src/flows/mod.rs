//! One use case each, without HTML.

mod account_chain;
mod admission;
mod author;
mod change_kit;
mod change_password;
mod commit;
mod consent;
mod decide;
mod delete;
mod files;
mod home;
mod known_device;
mod open_chart;
mod people;
mod protection;
mod read_chart;
mod read_entries;
mod read_writers;
mod recover;
mod register;
mod repair;
mod repair_account;
mod seal;
mod second_factor;
mod sessions;
mod set_up;
mod sign_in;
mod take_in;
mod write;

pub(crate) use account_chain::AccountChain;
pub use admission::{Admission, Admitted, admit};
pub use decide::Decision;
pub use files::{FileSource, look_at};
pub use protection::Protection;
pub use repair::Repaired;
pub use repair_account::Behind;
pub use seal::sealing_benchmark;
pub use sessions::SessionView;
pub use set_up::SettingUp;
#[cfg(feature = "canaries")]
pub(crate) use sign_in::open_account;
pub use sign_in::{Entered, PasswordProven};
pub use take_in::Addition;
#[cfg(test)]
pub(crate) use {
    admission::sample as admission, register::sample as setting_up,
    sign_in::sample as password_proven,
};
