//! The important first: what to heed, what is taken, what there is, and what was found last.
use serde::{Deserialize, Serialize};

use crate::{describe::Description, entry::State, model::Category, quiet::quiet};

/// One entry as a list shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The entry.
    pub record: String,
    /// Where it lies.
    pub category: Category,
    /// Who wrote it.
    pub author: String,
    /// When it was written, in seconds since 1970.
    pub at: i64,
    /// Whether it counts already.
    pub state: State,
    /// What it says.
    pub description: Description,
}

/// A chart at one look. What waits for the person is in its list, too, and says so by its state.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Overview {
    /// The person, when an entry says who it is: the newest one that does.
    pub patient: Option<Line>,
    /// Allergies that are to be heeded: high risk first.
    pub allergies: Vec<Line>,
    /// Medicines that are taken, by name.
    pub medicines: Vec<Line>,
    /// Problems that go on, newest first.
    pub problems: Vec<Line>,
    /// The last result of each kind, newest first, at most [`RESULTS`].
    pub results: Vec<Line>,
    /// What waits for the person, newest first.
    pub waiting: Vec<Line>,
    /// How many entries there are.
    pub entries: usize,
}

/// How many results an overview shows.
pub const RESULTS: usize = 12;

/// What a timeline shows; an empty filter shows all.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Only of these categories, where any is named.
    pub categories: Vec<Category>,
    /// Only of these kinds, where any is named.
    pub kinds: Vec<crate::model::Kind>,
    /// Only by these authors, where any is named.
    pub authors: Vec<String>,
    /// Not before, in seconds since 1970.
    pub from: Option<i64>,
    /// Not after, in seconds since 1970.
    pub until: Option<i64>,
    /// Only what these words find; empty for all.
    pub words: String,
}

/// Some lines of a longer list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// How many lines there are altogether.
    pub total: usize,
    /// Those that were asked for.
    pub lines: Vec<Line>,
}

quiet! { Line Overview Filter Page }
