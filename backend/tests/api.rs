//! The real server on loopback, bad input first.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a test fails"
)]
#![allow(missing_docs, unreachable_pub, reason = "nobody depends on a test")]

#[path = "api/account.rs"]
mod account;
#[path = "api/authorisation.rs"]
mod authorisation;
#[path = "api/blobs.rs"]
mod blobs;
#[path = "api/charts.rs"]
mod charts;
#[path = "api/deletions.rs"]
mod deletions;
#[path = "api/factor.rs"]
mod factor;
#[path = "api/foreign.rs"]
mod foreign;
#[path = "api/front.rs"]
mod front;
#[path = "api/heads.rs"]
mod heads;
#[path = "api/life.rs"]
mod life;
#[path = "api/proofs.rs"]
mod proofs;
#[path = "api/recovery.rs"]
mod recovery;
#[path = "api/registration.rs"]
mod registration;
#[path = "api/revisions.rs"]
mod revisions;
#[path = "api/sessions.rs"]
mod sessions;
#[path = "api/sign_in.rs"]
mod sign_in;
#[path = "api/statements.rs"]
mod statements;
mod support;
