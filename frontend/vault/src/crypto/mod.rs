//! Primitives: private, thin, one file each. Flows use the typed keys of `keys.rs`, never these.

pub(crate) mod aead;
pub(crate) mod content;
pub(crate) mod hpke;
pub(crate) mod kdf;
pub(crate) mod opaque;
pub(crate) mod random;
pub(crate) mod sign;
