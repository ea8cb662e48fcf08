//! Safety words: twelve words that two people compare.
//!
//! They belong to a person, never to a pair, so that both screens show the same two lines:
//! `SHA-256(label SAFETY_WORDS || 0 || root || account || key bundle id)`, of which the first 132
//! bits choose twelve words of the 2,048 of BIP 39. `root` is the clinic's root key fingerprint; 32
//! zeros where there is no clinic.
//!
//! `docs/protocol.md`, section 8.

use keepwell_shared::{bytes::Hash, id::AccountId, label, words::Words};
use sha2::{Digest, Sha256};

const NO_CLINIC: [u8; 32] = [0; 32];

/// The twelve words of a person.
pub(crate) fn safety_words(account: AccountId, bundle: Hash) -> Words {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(label::SAFETY_WORDS.as_bytes())
        .chain_update([0])
        .chain_update(NO_CLINIC)
        .chain_update(account.to_tagged())
        .chain_update(bundle.0)
        .finalize()
        .into();
    Words::chosen_by(&hash, 12)
}

/// Four words of a head: enough to see by eye whether two browsers show the same chart. They are
/// for noticing a difference, not for trusting keys, so 44 bits do.
pub(crate) fn check_words(head: Hash) -> Words {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(label::CHECK_WORDS.as_bytes())
        .chain_update([0])
        .chain_update(head.0)
        .finalize()
        .into();
    Words::chosen_by(&hash, 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_words_that_depend_on_account_and_keys() {
        let (a, b) = (AccountId::from([1; 16]), AccountId::from([2; 16]));
        let words = safety_words(a, Hash([3; 32]));
        assert_eq!(words.text().len(), 12);
        assert_eq!(words, safety_words(a, Hash([3; 32])));
        assert_ne!(words, safety_words(b, Hash([3; 32])));
        assert_ne!(words, safety_words(a, Hash([4; 32])));
        assert_eq!(check_words(Hash([3; 32])).text().len(), 4);
        assert_ne!(check_words(Hash([3; 32])), check_words(Hash([4; 32])));
    }
}
