//! Words that two people compare, by their numbers in the list of BIP 39.
//!
//! The list is thirty kilobytes. Who computes words needs numbers only; who shows them brings the list.

use bip39::Language;
use serde::{Deserialize, Serialize};

/// Some words, each eleven bits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(Vec<u16>);

impl Words {
    /// The first `count` words that the bits of a hash choose, eleven bits each. At most 23.
    pub fn chosen_by(hash: &[u8; 32], count: usize) -> Self {
        let word = |word: usize| {
            (0..11).fold(0, |number, bit| {
                let at = word * 11 + bit;
                let byte = hash.get(at / 8).copied().unwrap_or_default();
                number << 1 | u16::from(byte >> (7 - at % 8) & 1)
            })
        };
        Self((0..count.min(23)).map(word).collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words as people read them.
    pub fn text(&self) -> Vec<&'static str> {
        let list = Language::English.word_list();
        let word = |number: &u16| list.get(usize::from(*number)).copied();
        self.0.iter().filter_map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eleven_bits_choose_a_word() {
        let mut hash = [0; 32];
        assert_eq!(Words::chosen_by(&hash, 2).text(), ["abandon", "abandon"]);
        hash[1] = 0b0010_0000;
        assert_eq!(Words::chosen_by(&hash, 2).text(), ["ability", "abandon"]);
        assert_eq!(Words::chosen_by(&[255; 32], 1).text(), ["zoo"]);
        assert_eq!(Words::chosen_by(&[255; 32], 99).text().len(), 23);
        assert!(Words::chosen_by(&hash, 0).is_empty() && Words::default().is_empty());
    }

    #[test]
    fn a_number_beyond_the_list_is_no_word() {
        let words: Words = serde_json::from_str("[0,2048]").unwrap();
        assert_eq!(words.text(), ["abandon"]);
    }
}
