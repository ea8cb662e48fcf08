//! One field of a form: how it is asked, and where it is kept.

use keepwell_record::form::{Form, FormField, MeasureForm};
use yew::AttrValue;

use super::sheet::measure_this;

/// How something is asked.
pub(super) enum Ask {
    /// A line.
    Line,
    /// Several lines.
    Lines,
    /// A day, as exactly as one knows it.
    About,
    /// A day of the calendar.
    Day,
    /// One of these.
    OneOf(Vec<(AttrValue, AttrValue)>),
    /// Yes or not.
    Tick,
}

/// One field.
pub(super) struct Input {
    /// The id of the element.
    pub(super) id: &'static str,
    /// What the form calls it, where it can be wrong.
    pub(super) field: Option<FormField>,
    pub(super) label: &'static str,
    pub(super) help: Option<&'static str>,
    pub(super) ask: Ask,
    pub(super) slot: Slot,
}

/// Where a field is kept.
pub(super) type Slot = fn(&mut Form) -> Option<Place<'_>>;

/// What is kept there.
pub(super) enum Place<'a> {
    Text(&'a mut String),
    Flag(&'a mut bool),
    /// What is measured: other things follow from it.
    Measured(&'a mut MeasureForm),
}

impl Place<'_> {
    /// What stands there.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => (*text).clone(),
            Self::Flag(_) => String::new(),
            Self::Measured(form) => form.known.clone(),
        }
    }

    /// Puts something there.
    pub(super) fn put(self, typed: String) {
        match self {
            Self::Text(text) => *text = typed,
            Self::Flag(flag) => *flag = !typed.is_empty(),
            Self::Measured(form) => measure_this(form, &typed),
        }
    }
}

impl Input {
    /// Says more below the label.
    pub(super) fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}
