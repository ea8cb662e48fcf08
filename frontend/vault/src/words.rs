//! Safety words: twelve words that two people compare.
//!
//! They belong to a person, never to a pair, so that both screens show the same two lines:
//! `SHA-256(label SAFETY_WORDS || 0 || root || account || key bundle id)`, of which the first 132
//! bits choose twelve words of the 2,048 of BIP 39. `root` is the clinic's root key fingerprint; 32
//! zeros where there is no clinic.

use bip39::Language;
use keepwell_shared::{bytes::Hash, id::AccountId, label};
use sha2::{Digest, Sha256};

const NO_CLINIC: [u8; 32] = [0; 32];

/// The twelve words of a person.
pub(crate) fn safety_words(account: AccountId, bundle: Hash) -> Vec<String> {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(label::SAFETY_WORDS.as_bytes())
        .chain_update([0])
        .chain_update(NO_CLINIC)
        .chain_update(account.to_tagged())
        .chain_update(bundle.0)
        .finalize()
        .into();
    words(&hash, 12)
}

/// Four words of a head: enough to see by eye whether two browsers show the same chart. They are
/// for noticing a difference, not for trusting keys, so 44 bits do.
pub(crate) fn check_words(head: Hash) -> Vec<String> {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(label::CHECK_WORDS.as_bytes())
        .chain_update([0])
        .chain_update(head.0)
        .finalize()
        .into();
    words(&hash, 4)
}

/// The first words that the bits of a hash choose, eleven bits each.
fn words(hash: &[u8; 32], count: usize) -> Vec<String> {
    let list = Language::English.word_list();
    (0..count)
        .filter_map(|word| {
            let index = (0..11).fold(0usize, |index, bit| {
                let at = word * 11 + bit;
                let byte = hash.get(at / 8).copied().unwrap_or_default();
                index << 1 | usize::from(byte >> (7 - at % 8) & 1)
            });
            list.get(index).map(|word| (*word).to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_words_that_depend_on_account_and_keys() {
        let (a, b) = (AccountId::from([1; 16]), AccountId::from([2; 16]));
        let words = safety_words(a, Hash([3; 32]));
        assert_eq!(words.len(), 12);
        assert_eq!(words, safety_words(a, Hash([3; 32])));
        assert_ne!(words, safety_words(b, Hash([3; 32])));
        assert_ne!(words, safety_words(a, Hash([4; 32])));
        assert_eq!(check_words(Hash([3; 32])).len(), 4);
        assert_ne!(check_words(Hash([3; 32])), check_words(Hash([4; 32])));
    }
}
