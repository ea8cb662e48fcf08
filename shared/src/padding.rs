//! Padding that hides lengths: PADMÉ (PETS 2019, section 4) with a floor.
//!
//! Lengths tell diagnoses apart. PADMÉ leaves at most O(log log n) bits of the length visible and
//! costs at most 12 %. Entries and names are small, so they all share one floor of 4 KiB.
//!
//! `docs/protocol.md`, section 4.

/// The smallest padded length, in bytes.
pub const FLOOR: u64 = 4096;

/// The padded length of `length` bytes, in bytes; `None` beyond 2^63.
pub fn padded(length: u64) -> Option<u64> {
    let exponent = length.max(FLOOR).checked_ilog2()?;
    let kept = exponent.checked_ilog2()?.checked_add(1)?;
    let mask = 1u64
        .checked_shl(exponent.checked_sub(kept)?)?
        .checked_sub(1)?;
    let sum = length.max(FLOOR).checked_add(mask)?;
    (sum < 1 << 63).then_some(sum & !mask)
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn short_things_all_look_alike() {
        for length in [0, 1, 100, 4095, 4096] {
            assert_eq!(padded(length), Some(4096));
        }
    }

    #[test]
    fn growth_is_bounded_and_monotonic() {
        let mut last = 0;
        for length in (1..2_000_000u64).step_by(977) {
            let size = padded(length).unwrap();
            assert!(size >= length && size >= last);
            assert!(length < 4096 || size - length <= length * 12 / 100);
            assert_eq!(padded(size), Some(size), "padding is idempotent");
            last = size;
        }
    }

    #[test]
    fn lengths_that_no_machine_has_are_refused() {
        assert_eq!(padded(u64::MAX), None);
    }
}
