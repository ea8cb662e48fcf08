//! Finding somebody by user name.

use serde::{Deserialize, Serialize};

use crate::statement::{KeyBundle, Unverified};

/// Who is behind a user name: their public keys, signed by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonResponse {
    /// The public keys.
    pub key_bundle: Unverified<KeyBundle>,
}
