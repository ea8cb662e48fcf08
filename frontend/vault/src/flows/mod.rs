//! One use case each, without HTML.

mod consent;
mod files;
mod home;
mod open_chart;
mod people;
mod register;
mod seal;
mod sign_in;
mod write;

pub use files::FileSource;
pub use register::RegisterOutcome;
pub use seal::sealing_benchmark;
