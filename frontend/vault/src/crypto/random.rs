//! The one place that draws random bytes for keys, nonces and salts.

/// `N` bytes from the system's generator.
///
/// # Panics
/// When the system has no source of randomness: no key may be made then.
#[expect(
    clippy::expect_used,
    reason = "without randomness there is nothing safe left to do"
)]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system's random generator answers");
    bytes
}
