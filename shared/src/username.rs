//! User names: they identify an account, they prove nothing.
//!
//! ASCII `[a-z][a-z0-9._-]{2,31}`, and unique after folding characters that look alike, so that
//! nobody can register a name that a tired eye takes for another person's.
//!
//! `docs/protocol.md`, section 2.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// A well-formed user name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Username(String);

/// Why a text is not a user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UsernameError {
    /// Shorter than 3 or longer than 32 characters.
    #[error("a user name has 3 to 32 characters")]
    Length,
    /// Does not begin with a letter.
    #[error("a user name begins with a letter")]
    FirstCharacter,
    /// Holds something other than letters without accents, digits, dot, hyphen and underscore.
    #[error("a user name holds only the letters a to z, digits, dots, hyphens and underscores")]
    Character,
}

impl Username {
    /// Parses what a person typed: surrounding space is dropped and capitals become small letters.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn parse(typed: &str) -> Result<Self, UsernameError> {
        let name = typed.trim().to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.is_empty() {
            return Err(UsernameError::FirstCharacter);
        }
        if !name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c))
        {
            return Err(UsernameError::Character);
        }
        if !(3..=32).contains(&name.len()) {
            return Err(UsernameError::Length);
        }
        Ok(Self(name))
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name with look-alikes folded: two names with the same fold can not both exist.
    pub fn folded(&self) -> String {
        let plain: String = self.0.chars().filter(|c| !"._-".contains(*c)).collect();
        plain
            .replace("rn", "m")
            .replace("vv", "w")
            .replace('0', "o")
            .replace(['1', 'i'], "l")
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name is not for logs: it identifies a person.
impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username(..)")
    }
}

impl<'de> Deserialize<'de> for Username {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let name = Self::parse(&text).map_err(de::Error::custom)?;
        // On the wire only the canonical form counts: one name, one spelling.
        if name.0 == text {
            Ok(name)
        } else {
            Err(de::Error::custom("not in canonical form"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_apart() {
        assert_eq!(Username::parse("ab"), Err(UsernameError::Length));
        assert_eq!(Username::parse(""), Err(UsernameError::Length));
        assert_eq!(Username::parse(&"a".repeat(33)), Err(UsernameError::Length));
        assert_eq!(Username::parse("1abc"), Err(UsernameError::FirstCharacter));
        assert_eq!(Username::parse("ab c"), Err(UsernameError::Character));
        assert_eq!(Username::parse("zoë-k"), Err(UsernameError::Character));
        assert_eq!(Username::parse(" Anna.K ").unwrap().as_str(), "anna.k");
    }

    #[test]
    fn names_that_look_alike_fold_to_one() {
        let fold = |name: &str| Username::parse(name).unwrap().folded();
        for (a, b) in [
            ("bo0k", "book"),
            ("ml1e", "mlie"),
            ("rnary", "mary"),
            ("a.b-c_d", "abcd"),
            ("vvim", "wim"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(fold("anna"), fold("anne"));
    }

    #[test]
    fn only_the_canonical_form_travels() {
        assert!(serde_json::from_str::<Username>("\"anna\"").is_ok());
        assert!(serde_json::from_str::<Username>("\"Anna\"").is_err());
        assert!(serde_json::from_str::<Username>("\" anna\"").is_err());
    }
}
