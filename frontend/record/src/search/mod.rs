//! Full text over everything, as one types: whole words and beginnings of words, all of which must be there.
mod fold;
mod index;
mod letters;
mod text;

pub(crate) use fold::words;
pub(crate) use index::Index;
pub(crate) use text::each_text;
