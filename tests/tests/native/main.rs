//! Everything that is tried natively, with the product's own vault against the real server: one
//! program, because two dozen of them took longer to link than to run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod account;
mod blindness;
mod contract;
mod deletion;
mod doubts;
mod drafts;
mod entries;
mod fuzz;
mod heads;
mod holes;
mod journeys;
mod many;
mod passwords;
mod race;
mod random_journeys;
mod recovery;
mod second_factor;
mod secrets;
mod sessions;
mod tries;
mod trouble;
mod writers;
