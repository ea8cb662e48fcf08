//! Published vectors, run through the primitives that the product uses inside other ones: what
//! ECDH and ML-KEM-768 are to HPKE, what Argon2id is to OPAQUE. Vectors for what the product calls
//! by itself stand beside the code that calls it.
//!
//! Every count is written down: a set that shrinks without a word fails.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod argon2id;
mod ecdh;
mod hpke;
mod kdf;
mod ml_kem;
mod opaque;
#[path = "../../vectors/report.rs"]
mod report;

/// What is published for things that this product does not do yet: listed, so that nobody takes
/// their absence for a pass.
#[test]
fn vectors_that_do_not_apply_yet() {
    report::report(
        "wycheproof RSA-OAEP",
        0,
        0,
        1098,
        "not yet: the product has no RSA",
    );
    report::report(
        "RFC 6238 TOTP, appendix B",
        0,
        0,
        18,
        "not yet: the product has no second factor",
    );
}
