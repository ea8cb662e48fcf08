//! The second factor.

use serde::{Deserialize, Serialize};

/// A second factor as typed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypedFactor {
    /// A code of the authenticator app.
    Code(String),
    /// A recovery code.
    RecoveryCode(String),
}

/// A second factor that was drawn and is not set up yet. It is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFactor {
    /// What the QR code says.
    pub uri: String,
    /// The secret as one types it into the app.
    pub key: String,
    /// The recovery codes that come with it.
    pub sheet: Sheet,
}

/// Recovery codes as they stand on paper. They are shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Whose they are.
    pub username: String,
    /// The codes.
    pub codes: Vec<String>,
}

impl std::fmt::Debug for NewFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewFactor(..)")
    }
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sheet(..)")
    }
}
