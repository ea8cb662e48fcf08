//! Passwords: one form on every device, and the one rule for new ones.
//!
//! The same password typed on two keyboards may arrive as two sequences of characters: with an
//! accent of its own or in one with its letter, with the space of one script or of another. It is
//! prepared as RFC 8265, section 4.2.2 (OpaqueString) says: spaces of all scripts become U+0020,
//! then Unicode normalisation form C. Nothing else is changed: no case, no width, no trimming. Of
//! the characters that its class leaves out only controls are refused, because many an emoji is
//! joined by another of them, and because which characters the class leaves out changes with the
//! version of Unicode.
//!
//! The rule (NIST SP 800-63B, section 3.1.1.2: length and a list of known ones instead of classes
//! of characters) stands in [`Rule`]. The server can not check any of it: it never sees a password.
//!
//! `docs/protocol.md`, section 7.2.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Characters that a new password has at least. Characters are Unicode scalar values.
pub const SHORTEST: usize = 12;
/// Characters that any password has at most: more is a file that was pasted by mistake.
pub const LONGEST: usize = 1000;
/// Guesses that a new password withstands at least, as a power of ten.
pub const GUESSES_LOG10: f64 = 10.0;

/// A password in its one form. It does not print.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Password(String);

/// Why a text is not a password, or not one for a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PasswordError {
    /// So many characters are missing.
    #[error("the password is {0} characters too short")]
    Short(usize),
    /// More than [`LONGEST`] characters.
    #[error("the password is too long")]
    Long,
    /// A control character, which no keyboard types twice alike.
    #[error("the password holds a control character")]
    Control,
    /// The user name stands in it.
    #[error("the password holds the user name")]
    Username,
}

/// What a new password keeps to, in the order in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// From [`SHORTEST`] to [`LONGEST`] characters.
    Length,
    /// The user name does not stand in it, in small letters or in capitals.
    NoUsername,
    /// It is not one of those that many people use.
    NotCommon,
    /// It withstands 10 to the power of [`GUESSES_LOG10`] guesses.
    Guesses,
}

/// How hard a password is to guess, as far as a program can say.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Guesses until it is found, as a power of ten.
    pub guesses_log10: f64,
    /// Whether it stands in a list of passwords that many people use.
    pub common: bool,
}

impl Password {
    /// Gives what was typed its one form; `nfc` is Unicode normalisation form C (UAX 15), which
    /// every browser has.
    ///
    /// # Errors
    /// [`PasswordError::Control`] and [`PasswordError::Long`].
    pub fn prepare(typed: &str, nfc: impl FnOnce(&str) -> String) -> Result<Self, PasswordError> {
        let mut spaced: String = typed
            .chars()
            .map(|c| if is_space(c) { ' ' } else { c })
            .collect();
        let password = Self(nfc(&spaced));
        spaced.zeroize();
        if password.0.chars().any(char::is_control) {
            return Err(PasswordError::Control);
        }
        if password.0.chars().count() > LONGEST {
            return Err(PasswordError::Long);
        }
        Ok(password)
    }

    /// Whether it may be the password of a new account, as far as this can be said without an
    /// [`Estimate`].
    ///
    /// # Errors
    /// [`PasswordError::Short`] and [`PasswordError::Username`].
    pub fn check_new(&self, username: &str) -> Result<(), PasswordError> {
        let missing = SHORTEST.saturating_sub(self.0.chars().count());
        if missing > 0 {
            return Err(PasswordError::Short(missing));
        }
        if self.holds(username) {
            return Err(PasswordError::Username);
        }
        Ok(())
    }

    /// Whether it keeps to a rule; `None` while there is no estimate for one that needs it.
    pub fn keeps(&self, rule: Rule, username: &str, estimate: Option<Estimate>) -> Option<bool> {
        match rule {
            Rule::Length => Some(self.0.chars().count() >= SHORTEST),
            Rule::NoUsername => Some(!self.0.is_empty() && !self.holds(username)),
            Rule::NotCommon => estimate.map(|estimate| !estimate.common),
            Rule::Guesses => estimate.map(|estimate| estimate.guesses_log10 >= GUESSES_LOG10),
        }
    }

    /// The text in its one form, for whoever judges it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What goes into OPAQUE: UTF-8.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn holds(&self, username: &str) -> bool {
        // User names are ASCII; the table of every other script's letters would be five kilobytes.
        let username = username.trim().to_ascii_lowercase();
        !username.is_empty() && self.0.to_ascii_lowercase().contains(&username)
    }
}

impl Rule {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [
        Self::Length,
        Self::NoUsername,
        Self::NotCommon,
        Self::Guesses,
    ];
}

/// A password does not print.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The spaces that are not U+0020: all of Unicode's category Zs.
fn is_space(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn prepare(typed: &str) -> Result<Password, PasswordError> {
        Password::prepare(typed, |text| text.nfc().collect())
    }

    #[test]
    fn what_is_no_password_is_said() {
        for typed in [
            "tab\tin the middle",
            "line\nend",
            "\u{0}",
            "\u{7f}",
            "\u{85}",
        ] {
            assert_eq!(prepare(typed).unwrap_err(), PasswordError::Control);
        }
        assert!(prepare(&"é".repeat(LONGEST)).is_ok());
        assert!(
            prepare(&"e\u{301}".repeat(LONGEST)).is_ok(),
            "counted composed"
        );
        for typed in ["x".repeat(LONGEST + 1), "x".repeat(10_000)] {
            assert_eq!(prepare(&typed).unwrap_err(), PasswordError::Long);
        }
    }

    #[test]
    fn one_password_is_one_on_every_keyboard() {
        for (one, other) in [
            ("zo\u{eb}", "zoe\u{308}"),
            ("\u{ac00}", "\u{1100}\u{1161}"),
            ("\u{212b}", "\u{c5}"),
            ("a\u{a0}b\u{3000}c\u{202f}d", "a b c d"),
            // Marks in another order.
            ("q\u{323}\u{307}", "q\u{307}\u{323}"),
        ] {
            let (one, other) = (prepare(one).unwrap(), prepare(other).unwrap());
            assert_eq!(one.as_bytes(), other.as_bytes());
        }
        // RFC 8265, section 4.3: case, width and spaces at the ends are part of a password.
        for (one, other) in [
            ("Abc", "abc"),
            ("\u{ff41}", "a"),
            (" a", "a"),
            ("\u{fb01}", "fi"),
        ] {
            let (one, other) = (prepare(one).unwrap(), prepare(other).unwrap());
            assert_ne!(one.as_bytes(), other.as_bytes());
        }
        let emoji = "\u{1f469}\u{200d}\u{2695}\u{fe0f}";
        assert_eq!(prepare(emoji).unwrap().as_bytes(), emoji.as_bytes());
    }

    #[test]
    fn a_new_one_is_long_and_does_not_hold_the_name() {
        let check = |typed: &str, name: &str| prepare(typed).unwrap().check_new(name);
        assert_eq!(check("", "anna"), Err(PasswordError::Short(12)));
        assert_eq!(check("eleven long", "anna"), Err(PasswordError::Short(1)));
        assert_eq!(check("ééééééééééé", "anna"), Err(PasswordError::Short(1)));
        assert_eq!(
            check("e\u{301}".repeat(11).as_str(), "anna"),
            Err(PasswordError::Short(1))
        );
        for holds in ["xx-anna-1234", "SusANNA and Bo", "annaannaanna"] {
            assert_eq!(
                check(holds, "anna"),
                Err(PasswordError::Username),
                "{holds}"
            );
        }
        assert_eq!(
            check("twelve signs", "Twelve "),
            Err(PasswordError::Username)
        );
        assert_eq!(check("twelve signs", "anna"), Ok(()));
        assert_eq!(check("twelve signs", ""), Ok(()));
        assert_eq!(check(&"\u{1f512}".repeat(12), "anna"), Ok(()));
    }

    #[test]
    fn the_list_waits_for_the_estimate_and_for_nothing_else() {
        let kept = |typed: &str, estimate| {
            let password = prepare(typed).unwrap();
            Rule::ALL.map(|rule| password.keeps(rule, "anna", estimate))
        };
        let estimate = |guesses_log10, common| {
            Some(Estimate {
                guesses_log10,
                common,
            })
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(kept("", None), [no, no, None, None]);
        assert_eq!(kept("twelve signs", None), [yes, yes, None, None]);
        assert_eq!(kept("anna", estimate(2.0, true)), [no, no, no, no]);
        assert_eq!(
            kept("twelve signs", estimate(9.99, false)),
            [yes, yes, yes, no]
        );
        assert_eq!(kept("twelve signs", estimate(10.0, false)), [yes; 4]);
    }
}
