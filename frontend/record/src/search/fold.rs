//! Letters as people search for them: small, and without their marks.

use super::letters::FOLDED;

/// Calls `word` for each word of a text: small letters without marks. An ideograph is a word of its own,
/// because its writing has no spaces.
pub(crate) fn words(text: &str, mut word: impl FnMut(&str)) {
    let mut own = String::new();
    let mut ends = |own: &mut String| {
        if !own.is_empty() {
            word(own);
            own.clear();
        }
    };
    for letter in text.chars().flat_map(char::to_lowercase) {
        if is_mark(letter) {
            continue;
        }
        if !letter.is_alphanumeric() {
            ends(&mut own);
            continue;
        }
        if is_ideograph(letter) {
            ends(&mut own);
        }
        fold(letter, &mut own);
        if is_ideograph(letter) || own.len() >= LONGEST {
            ends(&mut own);
        }
    }
    ends(&mut own);
}

/// A longer word is several, in bytes: what is not text must not fill the index.
const LONGEST: usize = 48;

fn fold(letter: char, out: &mut String) {
    if letter.is_ascii() {
        return out.push(letter);
    }
    match FOLDED.iter().find(|(_, all)| all.contains(letter)) {
        Some((plain, _)) => out.push_str(plain),
        None => out.push(letter),
    }
}

/// Marks that stand on a letter: of Latin, Greek and Cyrillic, of Hebrew, of Arabic.
fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        words(text, |word| found.push(word.to_owned()));
        found
    }

    #[test]
    fn marks_and_case_do_not_matter() {
        assert_eq!(
            all("Ménière, STRAẞE-Straße"),
            ["meniere", "strasse", "strasse"]
        );
        assert_eq!(all("Me\u{301}nie\u{300}re"), ["meniere"]);
        assert_eq!(
            all("Łódź Ångström Ærø Œuvre"),
            ["lodz", "angstrom", "aero", "oeuvre"]
        );
        assert_eq!(
            all("Ёлка Άλφα Nguyễn İstanbul"),
            ["елка", "αλφα", "nguyen", "istanbul"]
        );
        assert_eq!(all("2019-03 血圧 a"), ["2019", "03", "血", "圧", "a"]);
    }

    #[test]
    fn what_is_no_word_gives_none() {
        assert!(all(" -.,!\u{300}").is_empty());
        assert!(
            all(&"x".repeat(10_000))
                .iter()
                .all(|word| word.len() <= LONGEST)
        );
    }
}
