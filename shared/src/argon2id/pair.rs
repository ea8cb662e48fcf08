//! Two words of 64 bits, for machines that have nothing better: what runs in a browser is
//! `pair_wasm.rs`, which does the same.

use zeroize::DefaultIsZeroes;

#[derive(Clone, Copy, Default)]
pub(super) struct Pair([u64; 2]);

impl DefaultIsZeroes for Pair {}

impl Pair {
    pub(super) fn new(words: [u64; 2]) -> Self {
        Self(words)
    }

    pub(super) fn words(self) -> [u64; 2] {
        self.0
    }

    pub(super) fn xor(self, other: Self) -> Self {
        self.with(other, |a, b| a ^ b)
    }

    /// Sums that overflow begin again at zero.
    pub(super) fn plus(self, other: Self) -> Self {
        self.with(other, u64::wrapping_add)
    }

    /// The second word of this one and the first of the `next`.
    pub(super) fn seam(self, next: Self) -> Self {
        Self([self.0[1], next.0[0]])
    }

    /// The products of the lower halves of the words.
    pub(super) fn products([a, b]: [Self; 2], [c, d]: [Self; 2]) -> [Self; 2] {
        let low = |x, y| (x & u64::from(u32::MAX)) * (y & u64::from(u32::MAX));
        [a.with(c, low), b.with(d, low)]
    }

    pub(super) fn right_32(self) -> Self {
        Self(self.0.map(|word| word.rotate_right(32)))
    }

    pub(super) fn right_24(self) -> Self {
        Self(self.0.map(|word| word.rotate_right(24)))
    }

    pub(super) fn right_16(self) -> Self {
        Self(self.0.map(|word| word.rotate_right(16)))
    }

    pub(super) fn right_63(self) -> Self {
        Self(self.0.map(|word| word.rotate_right(63)))
    }

    fn with(self, other: Self, both: impl Fn(u64, u64) -> u64) -> Self {
        let ([a, b], [c, d]) = (self.0, other.0);
        Self([both(a, c), both(b, d)])
    }
}
