//! The way through the memory (RFC 9106, sections 3.2 and 3.4).

use zeroize::{Zeroize, Zeroizing};

use super::{
    Cost, SLICES, Unfit,
    addresses::Addresses,
    block::{Block, Mixer, ROWS, Row, WORDS, words, xor},
    hash,
    pair::Pair,
};

/// The blocks, one behind the other; there are more with every step of the first pass.
pub(super) struct Memory {
    rows: Vec<Row>,
    /// Blocks of a quarter of it.
    segment: usize,
}

/// `Zeroizing` would go through the whole capacity a second time, byte by byte.
impl Drop for Memory {
    fn drop(&mut self) {
        self.rows.iter_mut().zeroize();
    }
}

impl Memory {
    /// Room for so many KiB, rounded down to a multiple of 4.
    pub(super) fn new(kib: u32) -> Result<Self, Unfit> {
        let segment = usize::try_from(kib).map_err(|_| Unfit)? / SLICES;
        let room = segment.checked_mul(SLICES * ROWS).ok_or(Unfit)?;
        let mut rows = Vec::new();
        rows.try_reserve_exact(room).map_err(|_| Unfit)?;
        Ok(Self { rows, segment })
    }

    /// The first two blocks come from the hash of everything that goes in.
    pub(super) fn begin(&mut self, seed: &[u8; hash::LONGEST]) -> Result<(), Unfit> {
        for number in [0u32, 1] {
            let mut bytes = Zeroizing::new([0; WORDS * 8]);
            let lane = [0; 4];
            let input = Zeroizing::new([&seed[..], &number.to_le_bytes(), &lane].concat());
            hash::long(&input, &mut *bytes)?;
            let (rows, _) = bytes.as_chunks().0.as_chunks().0.as_chunks();
            let pair = |words: [[u8; 8]; 2]| Pair::new(words.map(u64::from_le_bytes));
            self.rows.extend(rows.iter().map(|row| row.map(pair)));
        }
        Ok(())
    }

    /// One slice of one pass.
    pub(super) fn fill(
        &mut self,
        mixer: &mut Mixer,
        cost: Cost,
        pass: u32,
        slice: usize,
    ) -> Result<(), Unfit> {
        let begun = if pass == 0 && slice == 0 { 2 } else { 0 };
        let mut addresses =
            (pass == 0 && slice < SLICES / 2).then(|| Addresses::new(cost, slice, self.len()));
        for index in begun..self.segment {
            let current = slice * self.segment + index;
            let previous = current.checked_sub(1).unwrap_or(self.len() - 1);
            let random = match &mut addresses {
                Some(addresses) => addresses.at(index, index == begun, mixer)?,
                None => words(self.block(previous)?).next().ok_or(Unfit)?,
            };
            let reference = self.reference(random, pass, slice, current);
            let mixed = mixer.mix(self.block(previous)?, self.block(reference)?);
            if pass == 0 {
                self.rows.extend_from_slice(mixed);
            } else {
                let (blocks, _) = self.rows.as_chunks_mut::<ROWS>();
                let block = blocks.get_mut(current).ok_or(Unfit)?;
                for (row, mixed) in block.iter_mut().zip(mixed) {
                    *row = xor(row, mixed);
                }
            }
        }
        Ok(())
    }

    pub(super) fn last(&self) -> Result<&Block, Unfit> {
        self.block(self.len() - 1)
    }

    /// Blocks, once it is full.
    fn len(&self) -> usize {
        self.segment * SLICES
    }

    fn block(&self, index: usize) -> Result<&Block, Unfit> {
        let (blocks, _) = self.rows.as_chunks::<ROWS>();
        blocks.get(index).ok_or(Unfit)
    }

    /// Which block is mixed with the previous one: of those that are complete, except that one, and
    /// rather a late one than an early one.
    fn reference(&self, random: u64, pass: u32, slice: usize, current: usize) -> usize {
        let (complete, oldest) = match (pass, slice) {
            (0, _) => (current, 0),
            // What stands behind this slice is of the pass before.
            _ => (
                self.len() - self.segment + current % self.segment,
                (slice + 1) * self.segment,
            ),
        };
        let area = complete as u64 - 1;
        let low = random & u64::from(u32::MAX);
        let back = (area * ((low * low) >> 32)) >> 32;
        let place = (area - 1 - back) as usize;
        (oldest + place) % self.len()
    }
}
