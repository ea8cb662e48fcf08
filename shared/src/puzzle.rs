//! A puzzle: work that a browser does before a server hears it again. It costs whoever asks once a
//! moment and whoever asks ten thousand times a day; nobody looks at pictures for anybody.
//!
//! ```text
//! seed  = SHA-256(label PUZZLE || 0x00 || challenge)
//! piece i is solved by a number n where SHA-256(seed || i (1 byte) || n (4 bytes, big endian))
//!         begins with `bits` zero bits
//! ```
//!
//! A puzzle has [`PIECES`] pieces, so that how long it takes varies little and its progress is real.
//!
//! `docs/protocol.md`, section 7.5.

use sha2::{Digest, Sha256};

use crate::label;

/// Pieces of a puzzle.
pub const PIECES: u8 = 32;
/// The easiest puzzle, in zero bits of a piece: about a quarter of a million hashes in all.
pub const MIN_BITS: u8 = 13;
/// The hardest puzzle, in zero bits of a piece: about eight million hashes in all, some twenty
/// seconds on a slow phone. A browser refuses a harder one.
pub const MAX_BITS: u8 = 18;
/// Bytes of what is found: a number of four bytes for each piece.
pub const SOLUTION: usize = PIECES as usize * 4;

/// A puzzle that is being solved, a little at a time.
#[derive(Clone)]
pub struct Search {
    seed: [u8; 32],
    bits: u8,
    found: Vec<u8>,
    piece: u8,
    next: u32,
}

impl Search {
    /// Begins; `None` when the puzzle is harder than any that a server may set.
    pub fn new(challenge: &[u8], bits: u8) -> Option<Self> {
        (bits <= MAX_BITS).then(|| Self {
            seed: seed(challenge),
            bits,
            found: Vec::with_capacity(SOLUTION),
            piece: 0,
            next: 0,
        })
    }

    /// Tries so many numbers; says whether all pieces are solved.
    pub fn run(&mut self, numbers: u32) -> bool {
        for _ in 0..numbers {
            if self.piece >= PIECES {
                break;
            }
            let number = self.next;
            // A piece that no number of 32 bits solves is less likely than a broken computer.
            self.next = number.wrapping_add(1);
            if zero_bits(&self.seed, self.piece, number) >= u32::from(self.bits) {
                self.found.extend_from_slice(&number.to_be_bytes());
                self.piece += 1;
                self.next = 0;
            }
        }
        self.piece >= PIECES
    }

    /// Pieces that are solved.
    pub fn solved(&self) -> u8 {
        self.piece
    }

    /// What was found, [`SOLUTION`] bytes once all pieces are solved.
    pub fn into_solution(self) -> Vec<u8> {
        self.found
    }
}

/// Whether this solves the puzzle.
pub fn is_solved(challenge: &[u8], bits: u8, solution: &[u8]) -> bool {
    let seed = seed(challenge);
    let (numbers, rest) = solution.as_chunks::<4>();
    rest.is_empty()
        && numbers.len() == usize::from(PIECES)
        && (0..PIECES).zip(numbers).all(|(piece, number)| {
            zero_bits(&seed, piece, u32::from_be_bytes(*number)) >= u32::from(bits)
        })
}

fn seed(challenge: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(label::PUZZLE.as_bytes())
        .chain_update([0])
        .chain_update(challenge)
        .finalize()
        .into()
}

/// Zero bits at the beginning, of the first 32.
fn zero_bits(seed: &[u8; 32], piece: u8, number: u32) -> u32 {
    let hash = Sha256::new()
        .chain_update(seed)
        .chain_update([piece])
        .chain_update(number.to_be_bytes())
        .finalize();
    hash.first_chunk::<4>()
        .map_or(0, |first| u32::from_be_bytes(*first).leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn solve(challenge: &[u8], bits: u8) -> Vec<u8> {
        let mut search = Search::new(challenge, bits).unwrap();
        let mut turns = 0;
        while !search.run(100) {
            turns += 1;
            assert!(turns < 10_000, "a puzzle of {bits} bits ends");
        }
        search.into_solution()
    }

    #[test]
    fn only_all_pieces_of_this_puzzle_solve_it() {
        let solution = solve(b"one", 6);
        assert!(is_solved(b"one", 6, &solution));
        assert!(!is_solved(b"other", 6, &solution));
        assert!(!is_solved(b"one", MAX_BITS, &solution));
        assert!(!is_solved(b"one", 0, b""));
        assert!(!is_solved(b"one", 0, &solution[1..]));
        assert!(!is_solved(b"one", 0, &solution[4..]));
        assert!(!is_solved(b"one", 0, &[&solution[..], &[0; 4]].concat()));
        // Each piece counts, and in its own place.
        for piece in 0..usize::from(PIECES) {
            let mut bent = solution.clone();
            bent[piece * 4] ^= 0x80;
            assert!(!is_solved(b"one", 6, &bent) || piece_still_holds(&bent, piece));
        }
        let mut turned = solution.clone();
        turned.rotate_left(4);
        assert!(!is_solved(b"one", 6, &turned));
    }

    /// One number in 64 solves a piece of six bits by chance.
    fn piece_still_holds(solution: &[u8], piece: usize) -> bool {
        let number = solution[piece * 4..piece * 4 + 4].try_into().unwrap();
        zero_bits(&seed(b"one"), piece as u8, u32::from_be_bytes(number)) >= 6
    }

    #[test]
    fn a_puzzle_without_end_is_not_begun() {
        assert!(Search::new(b"one", MAX_BITS).is_some());
        for bits in [MAX_BITS + 1, 32, u8::MAX] {
            assert!(Search::new(b"one", bits).is_none());
        }
    }

    #[test]
    fn progress_goes_from_none_to_all() {
        let mut search = Search::new(b"one", 4).unwrap();
        let mut last = 0;
        while !search.run(1) {
            assert!((last..PIECES).contains(&search.solved()));
            last = search.solved();
        }
        assert_eq!(search.solved(), PIECES);
    }
}
