//! What protects the account, as far as its owner has signed it.

use keepwell_shared::{bytes::Hash, words::Words};

use crate::{platform::Platform, vault::Vault};

/// What protects an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// The id of one's own key bundle.
    pub bundle: Hash,
    /// One's own safety words.
    pub words: Words,
    /// When the keys were made, seconds since 1970 by the clock of the browser that made them.
    pub keys_at: u64,
    /// When the password was chosen, likewise.
    pub password_at: u64,
    /// When the recovery kit was made, likewise; none where there is none.
    pub kit_at: Option<u64>,
    /// Recovery codes that were not used yet, as the server says.
    pub recovery_codes: u32,
}

impl<P: Platform> Vault<P> {
    /// What protects this account now.
    pub fn protection(&self) -> Protection {
        let bundle = &self.identity.bundle;
        let chain = self.chain.borrow();
        let newest = chain.newest.payload();
        Protection {
            bundle: bundle.id(),
            words: self.own_words(),
            keys_at: bundle.payload().at,
            password_at: newest.password_at,
            kit_at: newest.kit.as_ref().map(|kit| kit.at),
            recovery_codes: self.recovery_codes.get(),
        }
    }
}
