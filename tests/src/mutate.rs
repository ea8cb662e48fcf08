//! Bytes that are almost right: the same ones for the same seed, on every machine.

/// A small generator (SplitMix64): it need not be secret, it must be the same every time.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// A generator that begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        match end {
            0 => 0,
            _ => (self.roll() % end as u64) as usize,
        }
    }
}

/// Numbers at which lengths, versions and signs change their meaning.
const EDGES: [u8; 12] = [
    0, 1, 2, 0x17, 0x18, 0x1f, 0x3f, 0x40, 0x7f, 0x80, 0xf6, 0xff,
];

/// Pieces that parsers of text and of CBOR know.
const WORDS: [&[u8]; 18] = [
    b"null",
    b"{}",
    b"[]",
    b"\"\"",
    b"-1",
    b"1e9",
    b"18446744073709551616",
    b"\\u0000",
    b"\xff\xfe",
    b"%2f",
    b"../",
    b"=",
    b"\r\n",
    b"\xd2\x84",
    b"\x9f\xff",
    b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xf6",
];

/// The longest that a mutation makes: enough for a part and a bit.
const LONGEST: usize = 1 << 21;

/// `seed` with one to four changes; `other` is another sample to take pieces of.
pub fn mutate(dice: &mut Dice, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(4) {
        change(dice, &mut bytes, other);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(dice: &mut Dice, bytes: &mut Vec<u8>, other: &[u8]) {
    let at = dice.below(bytes.len());
    match dice.below(10) {
        0 | 1 if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
        2 if !bytes.is_empty() => bytes[at] = EDGES[dice.below(EDGES.len())],
        3 if !bytes.is_empty() => bytes[at] = bytes[at].wrapping_add(1),
        4 => bytes.insert(at, dice.roll() as u8),
        5 => bytes.truncate(at),
        6 if !bytes.is_empty() => {
            let end = at + 1 + dice.below((bytes.len() - at).min(16));
            bytes.drain(at..end.min(bytes.len()));
        }
        7 => {
            let end = (at + 1 + dice.below(32)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        8 => {
            let word = WORDS[dice.below(WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
        _ => {
            let from = dice.below(other.len());
            let end = (from + 1 + dice.below(64)).min(other.len());
            let until = (at + end - from).min(bytes.len());
            bytes.splice(at..until, other[from..end].iter().copied());
        }
    }
}
