//! What both sides of Keepwell may know.
//!
//! Nothing in this crate opens content: it holds ids, labels, the wire types with their endpoint
//! table, the signed statements, the OPAQUE suite and the request proof. The server depends on
//! this crate alone; keys and plaintext live in `keepwell-vault`, which the server can not name.

#[cfg(any(target_arch = "wasm32", test))]
mod argon2id;
pub mod bytes;
pub mod content;
pub mod device;
pub mod error;
pub mod factor;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod handshake;
pub mod id;
pub mod label;
pub mod merkle;
pub mod padding;
pub mod password;
pub mod puzzle;
#[cfg(test)]
mod redacted;
pub mod request;
pub mod returning;
pub mod statement;
pub mod username;
pub mod wire;
pub mod words;

#[cfg(test)]
#[path = "../../tests/vectors/report.rs"]
mod report;
