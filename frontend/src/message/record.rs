//! The messages between the screens and the worker that reads what entries say. It holds no key.
//!
//! A message is a text: the JSON of a number and a [`Question`], or of the same number and an
//! [`Answer`]. Each question gets one answer, in order; number 0 comes once, when the worker is there.
//! A question that comes with a file is an array of that text and the file.

use keepwell_record::{
    BadFile, Choice, Comparison, Date, Description, Entry, Filter, Overview, Page, Preview,
    Section, Series,
    form::{Around, Fault, Form},
    model::{Category, Kind},
};
use serde::{Deserialize, Serialize};

/// What the screens ask.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// Takes entries in and out. Answers [`Answer::Done`].
    Hold {
        /// Whether this is another chart: what was held before is forgotten.
        fresh: bool,
        /// Seconds since 1970: a medicine whose end is past is no current one.
        now: i64,
        /// New entries, and new revisions of others. A note whose text is a stored resource is one.
        put: Vec<Entry>,
        /// Entries that are not there any more.
        gone: Vec<String>,
    },
    /// The important first. Answers [`Answer::Overview`].
    Overview,
    /// What happened, newest first. Answers [`Answer::Timeline`].
    Timeline {
        /// What to show.
        filter: Filter,
        /// How many lines at most.
        count: usize,
    },
    /// What was measured, over time. Answers [`Answer::Trends`].
    Trends {
        /// An entry: only what was measured with it. None for all.
        of: Option<String>,
    },
    /// Reads the file that comes with the message, and compares it with the chart. Answers
    /// [`Answer::Looked`].
    Look,
    /// What of the file that was looked at last is to be added. Answers [`Answer::Taken`].
    Take {
        /// So many have been taken already.
        from: usize,
        /// Whether what says something else than the chart is to be added, too.
        changed: bool,
    },
    /// The chart as a FHIR bundle. Answers [`Answer::Exported`].
    Export {
        /// Which entries.
        choice: Choice,
        /// When it is made.
        made: Date,
    },
    /// The chart as pages to read. Answers [`Answer::Readable`].
    Readable {
        /// Which entries.
        choice: Choice,
    },
    /// What two revisions of an entry say differently. Answers [`Answer::Compared`].
    Compare {
        /// The earlier one.
        before: Side,
        /// The later one.
        after: Side,
    },
    /// What the text of an entry says. Answers [`Answer::Read`].
    Read {
        /// The text.
        text: String,
    },
    /// Writes a form. Answers [`Answer::Written`].
    Write {
        /// What was typed.
        form: Form,
        /// The text of the entry that is changed; none for a new one.
        old: Option<String>,
        /// What nobody types. The worker itself knows whose chart it is.
        around: Around,
    },
}

/// What the worker answers.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing to show.
    Done,
    /// The chart at one look.
    Overview(Box<Overview>),
    /// Some lines, and the authors of all entries.
    Timeline(Page, Vec<String>),
    /// By name.
    Trends(Vec<Series>),
    /// What is in the file.
    Looked(Result<Box<Preview>, NotLooked>),
    /// The next entries, none where all are taken. Nothing where no file was looked at.
    Taken(Option<Batch>),
    /// The text of a bundle.
    Exported(String),
    /// In the order of kinds.
    Readable(Vec<Section>),
    /// What differs.
    Compared(Box<Comparison>),
    /// Nothing where the text is words only.
    Read(Option<Box<Content>>),
    /// What to store, or every field that is not right.
    Written(Result<Written, Vec<Fault>>),
}

/// Why there is no preview of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotLooked {
    /// The device does not give its bytes.
    Unreadable,
    /// It is none that can be taken in.
    Bad(BadFile),
}

/// Some entries of a file that is taken in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// In the order of the file.
    pub items: Vec<Item>,
    /// Bytes of all texts that are to be added, those that were taken already included.
    pub total: u64,
}

/// One entry of a file that is taken in.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its heading; empty where it has none.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// Where it belongs.
    pub category: Category,
    /// The entry of the chart of which it becomes a new revision.
    pub over: Option<String>,
}

/// Title and text of one revision.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is called what it is")]
pub struct Side {
    pub title: String,
    pub text: String,
}

/// What a text says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// In parts.
    pub description: Description,
    /// To change it, where a form knows all that it says.
    pub form: Option<Form>,
}

/// A form as an entry.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is called what it is")]
pub struct Written {
    pub title: String,
    pub text: String,
    pub category: Category,
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(..)")
    }
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answer(..)")
    }
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Batch(..)")
    }
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Item(..)")
    }
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Side(..)")
    }
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Content(..)")
    }
}

/// What somebody wrote does not print.
impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Written(..)")
    }
}
