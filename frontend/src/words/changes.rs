//! What a revision says differently from the one before it.

pub(crate) const TITLE: &str = "What is different from the revision before";
pub(crate) const HEADING: &str = "Title";
pub(crate) const BEFORE: &str = "before:";
pub(crate) const NOW: &str = "now:";
pub(crate) const GONE: &str = "not any more:";
pub(crate) const NEW: &str = "new:";
pub(crate) const NONE: &str = "Nothing. It was saved again as it was.";
pub(crate) const WORDLESS: &str =
    "Something that Keepwell has no words for. It stands below as it was written.";
