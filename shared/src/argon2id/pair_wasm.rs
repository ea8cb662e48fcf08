//! Two words of 64 bits in one of the 128-bit lanes of WebAssembly.

use core::arch::wasm32::{
    i8x16_shuffle, i32x4_shuffle, i64x2_add, i64x2_shuffle, u64x2, u64x2_extmul_high_u32x4,
    u64x2_extmul_low_u32x4, u64x2_extract_lane, u64x2_shl, u64x2_shr, v128, v128_or, v128_xor,
};

use zeroize::DefaultIsZeroes;

#[derive(Clone, Copy)]
pub(super) struct Pair(v128);

impl Default for Pair {
    #[inline(always)]
    fn default() -> Self {
        Self::new([0; 2])
    }
}

impl DefaultIsZeroes for Pair {}

impl Pair {
    #[inline(always)]
    pub(super) fn new([first, second]: [u64; 2]) -> Self {
        Self(u64x2(first, second))
    }

    #[inline(always)]
    pub(super) fn words(self) -> [u64; 2] {
        [
            u64x2_extract_lane::<0>(self.0),
            u64x2_extract_lane::<1>(self.0),
        ]
    }

    #[inline(always)]
    pub(super) fn xor(self, other: Self) -> Self {
        Self(v128_xor(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(i64x2_add(self.0, other.0))
    }

    #[inline(always)]
    pub(super) fn seam(self, next: Self) -> Self {
        Self(i64x2_shuffle::<1, 2>(self.0, next.0))
    }

    #[inline(always)]
    pub(super) fn products([a, b]: [Self; 2], [c, d]: [Self; 2]) -> [Self; 2] {
        let left = i32x4_shuffle::<0, 2, 4, 6>(a.0, b.0);
        let right = i32x4_shuffle::<0, 2, 4, 6>(c.0, d.0);
        [
            Self(u64x2_extmul_low_u32x4(left, right)),
            Self(u64x2_extmul_high_u32x4(left, right)),
        ]
    }

    #[inline(always)]
    pub(super) fn right_32(self) -> Self {
        Self(i32x4_shuffle::<1, 0, 3, 2>(self.0, self.0))
    }

    #[inline(always)]
    pub(super) fn right_24(self) -> Self {
        Self(v128_or(u64x2_shr(self.0, 24), u64x2_shl(self.0, 40)))
    }

    #[inline(always)]
    pub(super) fn right_16(self) -> Self {
        Self(i8x16_shuffle::<
            2,
            3,
            4,
            5,
            6,
            7,
            0,
            1,
            10,
            11,
            12,
            13,
            14,
            15,
            8,
            9,
        >(self.0, self.0))
    }

    #[inline(always)]
    pub(super) fn right_63(self) -> Self {
        Self(v128_or(u64x2_shr(self.0, 63), i64x2_add(self.0, self.0)))
    }
}
