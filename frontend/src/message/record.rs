//! The messages between the screens and the worker that reads what entries say. It holds no key.
//!
//! A message is a text: the JSON of a number and a [`Question`], or of the same number and an
//! [`Answer`]. Each question gets one answer, in order; number 0 comes once, when the worker is there.

use keepwell_record::{
    Description, Entry, Filter, Overview, Page, Series,
    form::{Around, Fault, Form},
    model::Category,
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
    /// Nothing where the text is words only.
    Read(Option<Box<Content>>),
    /// What to store, or every field that is not right.
    Written(Result<Written, Vec<Fault>>),
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
