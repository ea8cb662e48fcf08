//! A ciphertext that AES-256-GCM opens under two keys (Dodis, Grubbs, Ristenpart, Woodage, 2018).
//!
//! The tag is `GHASH(H; A, C) + E_k(J0)`, a polynomial in `H` that is linear in each block of C. With
//! two blocks of ciphertext one is free and the other solves for the same tag under both keys.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};

/// AES-256-GCM under one key and nonce, with the values that the attack needs of it.
pub struct Gcm {
    cipher: Aes256Gcm,
    nonce: [u8; 12],
    hash_key: u128,
    mask: u128,
}

/// Nonce, ciphertext of 32 bytes and tag.
pub struct Salamander {
    /// The nonce.
    pub nonce: [u8; 12],
    /// Ciphertext and tag.
    pub sealed: Vec<u8>,
}

impl Gcm {
    /// The cipher of a key and a nonce.
    pub fn new(key: &[u8; 32], nonce: [u8; 12]) -> Self {
        let cipher = Aes256Gcm::new(&(*key).into());
        let tag = |aad: &[u8]| {
            let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: &[], aad });
            u128::from_be_bytes(sealed.expect("sealed").try_into().expect("a tag"))
        };
        // GHASH of nothing is zero, so the tag of nothing is E_k(J0). One block of zeros as
        // associated data gives the length block times H.
        let mask = tag(&[]);
        let hash_key = times(tag(&[0; 16]) ^ mask, inverse(lengths(16, 0)));
        Self {
            cipher,
            nonce,
            hash_key,
            mask,
        }
    }

    /// Opens, as any use of AES-GCM without a commitment does.
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: sealed, aad };
        self.cipher.decrypt(&Nonce::from(self.nonce), payload).ok()
    }

    fn tag(&self, aad: &[u8], blocks: [u128; 2]) -> u128 {
        let mut sum = 0;
        let mut take = |block| sum = times(sum ^ block, self.hash_key);
        for chunk in aad.chunks(16) {
            let mut block = [0; 16];
            block[..chunk.len()].copy_from_slice(chunk);
            take(u128::from_be_bytes(block));
        }
        blocks.into_iter().for_each(&mut take);
        take(lengths(aad.len(), 32));
        sum ^ self.mask
    }
}

impl Salamander {
    /// One ciphertext for two keys under the same nonce and associated data.
    pub fn make(one: &Gcm, two: &Gcm, aad: &[u8]) -> Self {
        assert_eq!(one.nonce, two.nonce);
        let first = 0x0123_4567_89ab_cdef_0011_2233_4455_6677;
        let apart = one.tag(aad, [first, 0]) ^ two.tag(aad, [first, 0]);
        let square = |gcm: &Gcm| times(gcm.hash_key, gcm.hash_key);
        let second = times(apart, inverse(square(one) ^ square(two)));
        let blocks = [first, second];
        assert_eq!(one.tag(aad, blocks), two.tag(aad, blocks));
        let tag = one.tag(aad, blocks);
        let sealed = [first, second, tag].map(u128::to_be_bytes).concat();
        Self {
            nonce: one.nonce,
            sealed,
        }
    }
}

fn lengths(aad: usize, text: usize) -> u128 {
    (aad as u128 * 8) << 64 | (text as u128 * 8)
}

/// The field of GHASH (SP 800-38D, section 6.3): the first bit is the lowest coefficient.
fn times(x: u128, y: u128) -> u128 {
    let (mut sum, mut v) = (0, y);
    for bit in (0..128).rev() {
        if x >> bit & 1 == 1 {
            sum ^= v;
        }
        v = if v & 1 == 1 {
            v >> 1 ^ 0xe1 << 120
        } else {
            v >> 1
        };
    }
    sum
}

/// x^(2^128 - 2), the inverse.
fn inverse(x: u128) -> u128 {
    let (mut power, mut product) = (x, 1 << 127);
    for _ in 1..128 {
        power = times(power, power);
        product = times(product, power);
    }
    product
}
