//! Numbers as they were written: FHIR R4 counts the digits after the point as part of what is said.
use serde::{Deserialize, Serialize};

use crate::quiet::quiet;

/// A decimal number in the letters in which it was written: `1.50` stays `1.50`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Decimal(String);

/// The longest number that is understood, in letters; R4 asks for 18 digits.
const LONGEST: usize = 64;

impl Decimal {
    /// A number as JSON has it (RFC 8259, section 6). Nothing when it is none, is longer than 64 letters or
    /// too large to be drawn.
    pub fn parse(text: &str) -> Option<Self> {
        let mantissa = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = match mantissa.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (
                mantissa,
                Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
            ),
            None => (mantissa, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let written = text.len() <= LONGEST
            && digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(digits)
            && exponent.is_none_or(digits);
        let finite = text.parse::<f64>().is_ok_and(|value| value.abs() < 1e300);
        (written && finite).then(|| Self(text.to_owned()))
    }

    /// A number as people type it: space around it, a comma instead of a point, zeros before it.
    pub fn typed(text: &str) -> Option<Self> {
        let text = text.trim().replace(['\u{2212}', '\u{2013}'], "-");
        let text = match (text.matches(',').count(), text.contains('.')) {
            (1, false) => text.replace(',', "."),
            _ => text,
        };
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(&text)),
        };
        let digits = digits.trim_start_matches('0');
        let zero = if digits.starts_with(|letter: char| letter.is_ascii_digit()) {
            ""
        } else {
            "0"
        };
        if text.contains(['e', 'E']) || !text.contains(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        Self::parse(&format!("{sign}{zero}{digits}"))
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest number to draw and to compare by.
    pub fn value(&self) -> f64 {
        self.0.parse().unwrap_or_default()
    }

    /// How many digits are written after the point.
    pub fn places(&self) -> usize {
        let mantissa = self.0.split(['e', 'E']).next().unwrap_or_default();
        mantissa.split_once('.').map_or(0, |(_, rest)| rest.len())
    }
}

quiet! { Decimal }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", "-", ".5", "1.", "01", "1e", "0x1", "NaN", "inf", "1,5", " 1", "1e999", "--1",
        ] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
        for text in ["", "-", "a", ",", "1,2,3", "1.2,3", "1e3", "1 2", "1.", "."] {
            assert!(Decimal::typed(text).is_none(), "{text}");
        }
        assert!(Decimal::parse(&"9".repeat(65)).is_none());
    }

    #[test]
    fn a_number_stays_as_it_was_written() {
        for text in ["1.50", "-0", "1e3", "0.10", "37.70129691537352"] {
            assert_eq!(Decimal::parse(text).unwrap().as_str(), text);
        }
        for (typed, kept) in [
            (" 7,20", "7.20"),
            ("007", "7"),
            (",5", "0.5"),
            ("-0,50", "-0.50"),
            ("+1", "1"),
            ("0", "0"),
        ] {
            assert_eq!(Decimal::typed(typed).unwrap().as_str(), kept);
        }
        assert_eq!(Decimal::parse("1.50").unwrap().places(), 2);
    }
}
