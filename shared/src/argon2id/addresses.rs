//! Where the first half of the first pass reads (RFC 9106, section 3.4.1.2): no secret says so, and
//! nothing that a cache gives away leads back to the password.

use super::{
    ARGON2ID, Cost, Unfit,
    block::{Block, Mixer, WORDS, words},
    pair::Pair,
};

pub(super) struct Addresses {
    /// Pass and lane; slice and blocks; passes and kind; a counter.
    head: [[u64; 2]; 4],
    found: [u64; WORDS],
}

impl Addresses {
    pub(super) fn new(cost: Cost, slice: usize, blocks: usize) -> Self {
        let (passes, kind) = (u64::from(cost.passes), u64::from(ARGON2ID));
        Self {
            head: [
                [0, 0],
                [slice as u64, blocks as u64],
                [passes, kind],
                [0, 0],
            ],
            found: [0; WORDS],
        }
    }

    /// The word for the block at `index` of the slice; `first` says that none was asked for before.
    pub(super) fn at(
        &mut self,
        index: usize,
        first: bool,
        mixer: &mut Mixer,
    ) -> Result<u64, Unfit> {
        if first || index.is_multiple_of(WORDS) {
            self.renew(mixer);
        }
        self.found.get(index % WORDS).copied().ok_or(Unfit)
    }

    fn renew(&mut self, mixer: &mut Mixer) {
        let [.., [counter, _]] = &mut self.head;
        *counter += 1;
        let zeros = Block::default();
        let mut input = zeros;
        for (pair, words) in input.as_flattened_mut().iter_mut().zip(self.head) {
            *pair = Pair::new(words);
        }
        let once = *mixer.mix(&zeros, &input);
        let twice = mixer.mix(&zeros, &once);
        for (found, word) in self.found.iter_mut().zip(words(twice)) {
            *found = word;
        }
    }
}
