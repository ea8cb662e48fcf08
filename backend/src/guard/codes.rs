//! One-time codes: which are right, and how many wrong ones are looked at.
//!
//! `docs/protocol.md`, section 7.3.

use keepwell_shared::factor::{FactorSecret, OneTimeCode, SKEW, STEP};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::reject::Failure;

/// Wrong codes in a row that are looked at without a pause.
const FREE: u32 = 5;
/// Seconds of the first pause; each one after it is twice as long.
const PAUSE: u64 = 60;
/// Seconds of the longest pause. A recovery code is taken during a pause, too, so that whoever knows
/// the password can not lock out the person who has the codes.
const LONGEST: u64 = 12 * 60 * 60;
/// How wrong a clock may be so that somebody is told of it, in steps: a little more than an hour.
const FAR: u64 = 130;

/// What a code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is that of this step, and nobody has used it.
    Right(u64),
    /// It was right, and it or a later one has been used.
    Used,
    /// It is none of the present ones.
    Wrong,
}

/// Looks at a code. Each counts once, because only a later step than `last` is taken
/// (RFC 6238, section 5.2).
///
/// # Errors
/// [`Failure::Broken`] when the primitive refuses the secret, which has its one length.
pub(crate) fn check(
    secret: &FactorSecret,
    code: &OneTimeCode,
    now: u64,
    last: u64,
) -> Result<Verdict, Failure> {
    let steps = matching(secret, code, now, SKEW)?;
    Ok(match steps.iter().find(|step| **step > last) {
        Some(step) => Verdict::Right(*step),
        None if steps.is_empty() => Verdict::Wrong,
        None => Verdict::Used,
    })
}

/// The steps of about an hour before and after at which a code would be right.
///
/// # Errors
/// As [`check`].
pub(crate) fn elsewhere(
    secret: &FactorSecret,
    code: &OneTimeCode,
    now: u64,
) -> Result<Vec<u64>, Failure> {
    matching(secret, code, now, FAR)
}

/// Whether two wrong codes, one after the other, are those of a clock that goes wrong. One alone is
/// never said to be: that would tell a guesser of a right code at another time. Two in their order
/// are hit once in some thousand million tries (RFC 4226, section 7.4 sets clocks anew by the same
/// rule; here nothing is set, and neither code is taken).
pub(crate) fn is_another_clock(before: &[u64], now: &[u64]) -> bool {
    let follows = |later: u64| {
        let soon = 1..=20;
        before.iter().any(|step| {
            later
                .checked_sub(*step)
                .is_some_and(|by| soon.contains(&by))
        })
    };
    now.iter().any(|later| follows(*later))
}

/// Until when no code is looked at after so many wrong ones in a row.
pub(crate) fn closed_until(wrong: u32, now: u64) -> u64 {
    match wrong.checked_sub(FREE) {
        None => 0,
        Some(over) => now.saturating_add((PAUSE << over.min(16)).min(LONGEST)),
    }
}

fn matching(
    secret: &FactorSecret,
    code: &OneTimeCode,
    now: u64,
    around: u64,
) -> Result<Vec<u64>, Failure> {
    let totp = totp(secret)?;
    let present = now / STEP;
    let steps = present.saturating_sub(around)..=present.saturating_add(around);
    Ok(steps
        .filter(|step| {
            let right = totp.generate(step.saturating_mul(STEP)).to_string();
            OneTimeCode::parse(&right).is_some_and(|right| right == *code)
        })
        .collect())
}

fn totp(secret: &FactorSecret) -> Result<Totp, Failure> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(STEP)
        // EXPOSE: the primitive needs it, and overwrites its copy.
        .with_secret(Secret::new_stack(*secret.expose()))
        .build()
        .map_err(|_| Failure::Broken("the secret of codes is none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> FactorSecret {
        FactorSecret::from_bytes(*b"12345678901234567890")
    }

    fn code(at: u64) -> OneTimeCode {
        OneTimeCode::parse(&totp(&secret()).unwrap().generate(at).to_string()).unwrap()
    }

    fn said(code: &OneTimeCode, now: u64, last: u64) -> Verdict {
        check(&secret(), code, now, last).unwrap()
    }

    #[test]
    fn a_code_is_taken_one_step_early_or_late_and_no_more() {
        let now: u64 = 1_111_111_111;
        let step = now / STEP;
        for (off, expected) in [
            (-2, Verdict::Wrong),
            (-1, Verdict::Right(step - 1)),
            (0, Verdict::Right(step)),
            (1, Verdict::Right(step + 1)),
            (2, Verdict::Wrong),
        ] {
            let code = code(now.checked_add_signed(off * 30_i64).unwrap());
            assert_eq!(said(&code, now, 0), expected, "{off}");
        }
    }

    #[test]
    fn a_code_counts_once_and_none_before_it_any_more() {
        let now = 1_111_111_111;
        let step = now / STEP;
        assert_eq!(said(&code(now), now, step - 1), Verdict::Right(step));
        assert_eq!(said(&code(now), now, step), Verdict::Used);
        assert_eq!(said(&code(now - STEP), now, step), Verdict::Used);
        assert_eq!(said(&code(now + STEP), now, step), Verdict::Right(step + 1));
        assert_eq!(said(&code(now + STEP), now, step + 1), Verdict::Used);
    }

    #[test]
    fn an_hour_shows_in_two_codes_and_never_in_one() {
        let now = 1_111_111_111;
        let at = |time| elsewhere(&secret(), &code(time), now).unwrap();
        for clock in [now - 3600, now + 3600] {
            let (one, two) = (at(clock), at(clock + STEP));
            assert!(is_another_clock(&one, &two));
            assert!(!is_another_clock(&[], &one));
            assert!(!is_another_clock(&one, &one), "the same code again");
            assert!(!is_another_clock(&two, &one), "in the other order");
        }
        assert!(at(now - 2 * 3600).is_empty());
        assert!(!is_another_clock(&at(now - 3600), &at(now + 3600)));
    }

    /// RFC 6238, appendix B for HMAC-SHA-1, its last six digits, and codes that `pyotp` made.
    #[test]
    fn codes_are_those_of_the_rfc_and_of_another_program() {
        let text = include_str!("../../../tests/vectors/v1/codes.json");
        let vectors: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
        for published in [true, false] {
            let (mut run, mut refused) = (0, 0);
            for vector in &vectors {
                if vector["name"].as_str().unwrap().starts_with("RFC") != published {
                    continue;
                }
                let secret = crate::report::hex(&vector["secret"].as_str().unwrap()[2..]);
                let secret = FactorSecret::from_bytes(secret.try_into().unwrap());
                let digits = vector["code"].as_str().unwrap();
                let code = OneTimeCode::parse(digits).unwrap();
                let time = vector["time"].as_u64().unwrap();
                let said = |code, now| check(&secret, code, now, 0).unwrap();
                assert_eq!(said(&code, time), Verdict::Right(time / STEP));
                run += 1;
                // Two steps later, and with another last digit.
                let other = digits.as_bytes()[5] ^ 1;
                let other = format!("{}{}", &digits[..5], char::from(other));
                let other = OneTimeCode::parse(&other).unwrap();
                for (code, now) in [(&code, time + 2 * STEP), (&other, time)] {
                    assert_eq!(said(code, now), Verdict::Wrong);
                    refused += 1;
                }
            }
            let (set, expected) = match published {
                true => ("RFC 6238 (TOTP), appendix B", (6, 12)),
                false => ("frozen v1 one-time codes", (18, 36)),
            };
            assert_eq!((run, refused), expected);
            crate::report::report(set, run, refused, 0, "");
        }
    }

    #[test]
    fn pauses_grow_to_half_a_day() {
        let pause = |wrong| closed_until(wrong, 0);
        assert_eq!([0, 4].map(pause), [0, 0]);
        assert_eq!([5, 6, 7].map(pause), [60, 120, 240]);
        assert_eq!(
            [14, 15, 100, u32::MAX].map(pause),
            [30_720, LONGEST, LONGEST, LONGEST]
        );
        // What a guesser who has the password gets to try in a year.
        let (mut now, mut wrong) = (0, 0);
        while now < 365 * 24 * 3600 {
            wrong += 1;
            now = now.max(closed_until(wrong, now));
        }
        assert!(wrong < 800, "{wrong}");
    }
}
