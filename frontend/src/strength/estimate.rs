//! The estimate itself: `zxcvbn` (Wheeler, USENIX Security 2016), which knows common passwords, names,
//! words, dates, and patterns on keyboards.

use keepwell_shared::password::Estimate;
use zxcvbn::{feedback::Warning, zxcvbn};

/// Judges a password, of which it looks at the first 100 characters.
pub(crate) fn estimate(password: &str, username: &str) -> Estimate {
    let judged = zxcvbn(password, &[username, "keepwell"]);
    let warning = judged.feedback().and_then(|feedback| feedback.warning());
    let common = matches!(
        warning,
        Some(
            Warning::ThisIsATop10Password
                | Warning::ThisIsATop100Password
                | Warning::ThisIsACommonPassword
                | Warning::ThisIsSimilarToACommonlyUsedPassword
        )
    );
    Estimate {
        // Nothing at all is found without guessing; JSON knows no infinity.
        guesses_log10: judged.guesses_log10().clamp(0.0, 1000.0),
        common,
    }
}

#[cfg(test)]
mod tests {
    use keepwell_shared::password::GUESSES_LOG10;

    use super::*;

    #[test]
    fn what_many_people_use_is_common_and_what_follows_a_pattern_is_weak() {
        for common in ["password", "password1234", "qwertyuiop12", "iloveyou1234"] {
            let judged = estimate(common, "anna");
            assert!(judged.guesses_log10 < GUESSES_LOG10, "{common} {judged:?}");
        }
        for common in ["password", "123456789", "P@ssw0rd", "trustno1"] {
            assert!(estimate(common, "anna").common, "{common}");
        }
        for weak in [
            "",
            "aaaaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabc",
            "abcdefghijklmnop",
            "qwertzuiopqwertzuiop",
            "01.01.1990",
            "keepwellkeepwell",
            "patient-one patient-one",
        ] {
            let judged = estimate(weak, "patient-one");
            assert!(judged.guesses_log10 < GUESSES_LOG10, "{weak} {judged:?}");
        }
    }

    #[test]
    fn a_few_words_that_nobody_said_before_are_strong_in_every_script() {
        for strong in [
            "kettle harbour eleven plums",
            "lantern gravel forty swans",
            "Zoë füttert 7 Möwen im Nebel",
            "четыре зелёных кота под дождём",
            "雨の日に緑色の猫が四匹いる",
            "\u{1f468}\u{200d}\u{1f33e}\u{1f6b2}\u{1f319}\u{1f955}\u{1f3bb}\u{1f9ca}\u{1f98a}\u{1fab5}\u{1f9f5}\u{1f344}\u{1f9ed}",
        ] {
            let judged = estimate(strong, "anna");
            assert!(judged.guesses_log10 >= GUESSES_LOG10, "{strong} {judged:?}");
            assert!(!judged.common, "{strong}");
        }
    }

    #[test]
    fn the_longest_password_is_judged_by_its_beginning() {
        let long = "x".repeat(1000);
        assert!(estimate(&long, "").guesses_log10.is_finite());
        let mixed: String = (0..1000u32)
            .filter_map(|n| char::from_u32(0x4e00 + n * 7))
            .collect();
        assert_eq!(
            estimate(&mixed, "").guesses_log10,
            estimate(&mixed.chars().take(100).collect::<String>(), "").guesses_log10
        );
    }
}
