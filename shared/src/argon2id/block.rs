//! A block of 1 KiB, and how two of them become one (RFC 9106, sections 3.5 and 3.6).

use zeroize::{Zeroize, Zeroizing};

use super::pair::Pair;

pub(super) const WORDS: usize = 128;
pub(super) const ROWS: usize = 8;
/// 128 words, which are a matrix of 8 rows.
pub(super) type Block = [Row; ROWS];
/// 16 words.
pub(super) type Row = [Pair; 8];

pub(super) fn words(block: &Block) -> impl Iterator<Item = u64> {
    block.as_flattened().iter().flat_map(|pair| pair.words())
}

/// What G works in. The two blocks are read where they stand.
#[derive(Default)]
pub(super) struct Mixer {
    /// R of the RFC: the two blocks, XORed.
    plain: Block,
    /// Q, then Z of the RFC: the same, permuted by rows, then by columns.
    mixed: Block,
}

impl Mixer {
    pub(super) fn new() -> Zeroizing<Self> {
        Zeroizing::default()
    }

    /// Mixes two blocks. A function of its own, never inlined: the browser compiles well what it
    /// sees called often.
    #[inline(never)]
    pub(super) fn mix(&mut self, previous: &Block, reference: &Block) -> &Block {
        // All of it is read first: what is not in the processor's cache comes at once then, and not
        // row by row.
        for (plain, (a, b)) in self.plain.iter_mut().zip(previous.iter().zip(reference)) {
            *plain = xor(a, b);
        }
        for (mixed, plain) in self.mixed.iter_mut().zip(&self.plain) {
            *mixed = permute(*plain);
        }
        let [r0, r1, r2, r3, r4, r5, r6, r7] = &mut self.mixed;
        let upper = r0.iter_mut().zip(r1).zip(r2.iter_mut().zip(r3));
        let lower = r4.iter_mut().zip(r5).zip(r6.iter_mut().zip(r7));
        for (((a, b), (c, d)), ((e, f), (g, h))) in upper.zip(lower) {
            [*a, *b, *c, *d, *e, *f, *g, *h] = permute([*a, *b, *c, *d, *e, *f, *g, *h]);
        }
        for (mixed, plain) in self.mixed.iter_mut().zip(&self.plain) {
            *mixed = xor(mixed, plain);
        }
        &self.mixed
    }
}

impl Zeroize for Mixer {
    fn zeroize(&mut self) {
        self.plain.zeroize();
        self.mixed.zeroize();
    }
}

#[inline(always)]
pub(super) fn xor(left: &Row, right: &Row) -> Row {
    let ([a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p]) = (left, right);
    [
        a.xor(*i),
        b.xor(*j),
        c.xor(*k),
        d.xor(*l),
        e.xor(*m),
        f.xor(*n),
        g.xor(*o),
        h.xor(*p),
    ]
}

/// Four words of a row: one row of the 4 x 4 matrix that P works on.
type Four = [Pair; 2];

/// P of the RFC: the columns of the matrix, then its diagonals.
#[inline(always)]
fn permute([a0, a1, b0, b1, c0, c1, d0, d1]: Row) -> Row {
    let ([a0, a1], [b0, b1], [c0, c1], [d0, d1]) = quarter([a0, a1], [b0, b1], [c0, c1], [d0, d1]);
    let ([a0, a1], [b0, b1], [c1, c0], [d0, d1]) = quarter(
        [a0, a1],
        [b0.seam(b1), b1.seam(b0)],
        [c1, c0],
        [d1.seam(d0), d0.seam(d1)],
    );
    [
        a0,
        a1,
        b1.seam(b0),
        b0.seam(b1),
        c0,
        c1,
        d0.seam(d1),
        d1.seam(d0),
    ]
}

/// GB of the RFC, four times side by side.
#[inline(always)]
fn quarter(a: Four, b: Four, c: Four, d: Four) -> (Four, Four, Four, Four) {
    let a = blend(a, b);
    let d = both(d, a, |d, a| d.xor(a).right_32());
    let c = blend(c, d);
    let b = both(b, c, |b, c| b.xor(c).right_24());
    let a = blend(a, b);
    let d = both(d, a, |d, a| d.xor(a).right_16());
    let c = blend(c, d);
    let b = both(b, c, |b, c| b.xor(c).right_63());
    (a, b, c, d)
}

/// x + y + 2 xL yL, where xL and yL are the lower halves.
#[inline(always)]
fn blend(x: Four, y: Four) -> Four {
    let product = Pair::products(x, y);
    let sum = both(x, product, Pair::plus);
    both(sum, both(y, product, Pair::plus), Pair::plus)
}

#[inline(always)]
fn both([a, b]: Four, [c, d]: Four, with: impl Fn(Pair, Pair) -> Pair) -> Four {
    [with(a, c), with(b, d)]
}
