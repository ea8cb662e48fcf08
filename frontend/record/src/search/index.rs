//! Which word stands in which entry.
//!
//! Words are kept in order, so that all words with one beginning stand side by side. Each knows the
//! entries in which it stands, by small numbers that are given out again when an entry goes.
use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use super::words;

/// The most different words of one entry that are kept: what is longer is no text for people.
const MOST_WORDS: usize = 4_000;

/// The most words of a query that count.
const MOST_ASKED: usize = 12;

/// How much a word in the title counts, against one anywhere else.
const TITLE: u16 = 4;

/// The index over a chart.
#[derive(Default)]
pub(crate) struct Index {
    words: BTreeMap<Box<str>, Word>,
    /// For each place the words that lead to it.
    places: Vec<Vec<Box<str>>>,
    free: Vec<u32>,
}

/// The places in which a word stands, in order, and how much it counts there.
#[derive(Default)]
struct Word(Vec<(u32, u16)>);

impl Index {
    /// Takes an entry in: its title, and everything else. Gives its place.
    pub(crate) fn insert<'a>(
        &mut self,
        title: &str,
        rest: impl IntoIterator<Item = &'a str>,
    ) -> u32 {
        let mut found: HashMap<Box<str>, u16> = HashMap::new();
        let mut take = |text: &str, weight: u16| {
            words(text, |word| {
                if let Some(own) = found.get_mut(word) {
                    *own = (*own).max(weight);
                } else if found.len() < MOST_WORDS {
                    found.insert(word.into(), weight);
                }
            });
        };
        take(title, TITLE);
        rest.into_iter().for_each(|text| take(text, 1));
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Vec::new());
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        });
        for (word, weight) in &found {
            let word = self.words.entry(word.clone()).or_default();
            if let Err(at) = word.0.binary_search_by_key(&place, |(own, _)| *own) {
                word.0.insert(at, (place, *weight));
            }
        }
        if let Some(own) = self.places.get_mut(place as usize) {
            *own = found.into_keys().collect();
        }
        place
    }

    /// Takes an entry out; its place is given to another.
    pub(crate) fn remove(&mut self, place: u32) {
        let Some(own) = self.places.get_mut(place as usize) else {
            return;
        };
        for text in std::mem::take(own) {
            let Some(word) = self.words.get_mut(&text) else {
                continue;
            };
            if let Ok(at) = word.0.binary_search_by_key(&place, |(own, _)| *own) {
                word.0.remove(at);
            }
            if word.0.is_empty() {
                self.words.remove(&text);
            }
        }
        self.free.push(place);
    }

    /// The places in which every word of a query begins a word, each with how well it fits. A query without
    /// a word finds nothing.
    pub(crate) fn search(&self, query: &str) -> Vec<(u32, u32)> {
        let mut asked: Vec<String> = Vec::new();
        words(query, |word| {
            if asked.len() < MOST_ASKED && !asked.iter().any(|own| own == word) {
                asked.push(word.to_owned());
            }
        });
        // The longest word first: it leaves the fewest entries for the others.
        asked.sort_by_key(|word| std::cmp::Reverse(word.len()));
        let mut sums: Vec<u32> = Vec::new();
        for (number, word) in asked.iter().enumerate() {
            let best = self.best(word);
            if number == 0 {
                sums = best.into_iter().map(u32::from).collect();
                continue;
            }
            for (sum, best) in sums.iter_mut().zip(best) {
                *sum = if best == 0 || *sum == 0 {
                    0
                } else {
                    *sum + u32::from(best)
                };
            }
        }
        (0..).zip(sums).filter(|(_, sum)| *sum > 0).collect()
    }

    /// For each place the best fit of one word; 0 where it is not.
    fn best(&self, asked: &str) -> Vec<u16> {
        let mut best = vec![0; self.places.len()];
        let from = (Bound::Included(asked), Bound::Unbounded);
        for (text, word) in self.words.range::<str, _>(from) {
            if !text.starts_with(asked) {
                break;
            }
            // The whole word counts more than its beginning.
            let factor = if text.len() == asked.len() { 2 } else { 1 };
            for (place, weight) in &word.0 {
                if let Some(own) = best.get_mut(*place as usize) {
                    *own = (*own).max(weight * factor);
                }
            }
        }
        best
    }

    /// About how many bytes it takes.
    pub(crate) fn memory(&self) -> usize {
        let mut bytes = 0;
        for (text, word) in &self.words {
            bytes += text.len() + 48 + word.0.capacity() * 8;
        }
        for text in self.places.iter().flatten() {
            bytes += text.len() + 32;
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(index: &Index, query: &str) -> Vec<u32> {
        let mut found = index.search(query);
        found.sort_by_key(|(place, fit)| (std::cmp::Reverse(*fit), *place));
        found.into_iter().map(|(place, _)| place).collect()
    }

    #[test]
    fn all_words_must_be_there_and_titles_come_first() {
        let mut index = Index::default();
        let body = index.insert("Letter", ["about glucose and kidneys"]);
        let title = index.insert("Glucose in blood", ["7.2 mmol/L"]);
        assert!(found(&index, "").is_empty());
        assert!(found(&index, " - ").is_empty());
        assert!(found(&index, "glucose liver").is_empty());
        assert!(found(&index, "lucose").is_empty());
        assert_eq!(found(&index, "GLÜC"), [title, body]);
        assert_eq!(found(&index, "glu kid"), [body]);
        assert_eq!(found(&index, "7.2"), [title]);
    }

    #[test]
    fn what_is_taken_out_is_gone_and_its_place_is_used_again() {
        let mut index = Index::default();
        let place = index.insert("one", ["two"]);
        index.remove(place);
        assert!(found(&index, "one").is_empty() && index.words.is_empty());
        index.remove(place + 7);
        assert_eq!(index.insert("three", []), place);
        assert_eq!(found(&index, "t"), [place]);
    }

    #[test]
    fn an_endless_text_does_not_fill_the_memory() {
        let mut index = Index::default();
        let long: String = (0..100_000).map(|number| format!("w{number} ")).collect();
        index.insert("", [long.as_str()]);
        assert_eq!(index.words.len(), MOST_WORDS);
    }
}
