//! The parts of a description. The words around them are the page's.
use serde::{Deserialize, Serialize};

use crate::{
    date::Date,
    model::{Concept, Kind, Measured, Money, Period, Quantity, Range, When},
    quiet::quiet,
};

/// What an entry says, in parts that a page puts into words. Texts in it were written by others: they are
/// shown as text and never as anything else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// What it is.
    pub kind: Kind,
    /// What FHIR calls its kind; empty for a note or a file of this chart.
    pub type_name: String,
    /// Its name in the writer's words; empty where it has none, and the page says the kind instead.
    pub title: String,
    /// Whether it is to be shown as something that holds now: an active allergy, a medicine that is taken.
    pub current: bool,
    /// Whether it was taken back, refuted or not done: never to be shown as if it were so.
    pub void: bool,
    /// When it was so, or was written; nothing where that is not said.
    pub when: Option<When>,
    /// What else it says, the most important first.
    pub parts: Vec<Part>,
}

/// One part.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What the part is about.
    pub field: Field,
    /// What the writer calls it, for a [`Field::Component`]; else empty.
    pub label: String,
    /// What is said.
    pub value: Shown,
}

/// What a part is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is called what it is")]
pub enum Field {
    Value,
    Component,
    UsualRange,
    Interpretation,
    Dose,
    HowOften,
    AsNeeded,
    Route,
    Status,
    Certainty,
    Severity,
    Risk,
    Reaction,
    Reason,
    Since,
    Until,
    Recorded,
    Issued,
    Result,
    Conclusion,
    Outcome,
    Batch,
    Place,
    With,
    From,
    Insurer,
    Total,
    Paid,
    PaidOn,
    Item,
    Decision,
    To,
    Born,
    Gender,
    Identifier,
    Contact,
    Address,
    MediaType,
    Size,
    Text,
    Note,
    Code,
}

/// What a part says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// The writer's words.
    Text(String),
    /// A code of a list that FHIR fixes, as `active`; the page has words for those it knows.
    Code(String),
    /// A code of a code system: its system, its code.
    Coded(String, String),
    /// A date, as exact as it was written.
    Date(Date),
    /// A time.
    Period(Period),
    /// An amount.
    Quantity(Quantity),
    /// From a value to a value; either may be missing, and words may stand instead.
    Range(Option<Quantity>, Option<Quantity>, String),
    /// Money.
    Money(Money),
    /// Yes or no.
    Flag(bool),
    /// A size in bytes.
    Bytes(u64),
    /// So many times in so many of a unit of time (`h`, `d`, `wk`, `mo`, `a`); numbers as written.
    Often(String, String, String),
}

/// The parts of one description while it is made: what says nothing is left out.
#[derive(Default)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub(super) fn put(&mut self, field: Field, value: Shown) {
        self.labelled(field, "", value);
    }

    pub(super) fn labelled(&mut self, field: Field, label: &str, value: Shown) {
        self.0.push(Part {
            field,
            label: label.to_owned(),
            value,
        });
    }

    pub(super) fn text(&mut self, field: Field, text: &str) {
        if !text.trim().is_empty() {
            self.put(field, Shown::Text(text.to_owned()));
        }
    }

    pub(super) fn code(&mut self, field: Field, code: &str) {
        if !code.is_empty() {
            self.put(field, Shown::Code(code.to_owned()));
        }
    }

    pub(super) fn concept(&mut self, field: Field, concept: &Concept) {
        self.text(field, concept.label());
    }

    pub(super) fn date(&mut self, field: Field, date: Option<Date>) {
        if let Some(date) = date {
            self.put(field, Shown::Date(date));
        }
    }

    pub(super) fn when(&mut self, field: Field, when: Option<When>) {
        match when {
            Some(When::At(date)) => self.put(field, Shown::Date(date)),
            Some(When::Period(period)) if period != Period::default() => {
                self.put(field, Shown::Period(period));
            }
            _ => {}
        }
    }

    pub(super) fn measured(&mut self, field: Field, label: &str, value: Option<&Measured>) {
        let value = match value {
            None => return,
            Some(Measured::Quantity(quantity)) => Shown::Quantity(quantity.clone()),
            Some(Measured::Concept(concept)) => Shown::Text(concept.label().to_owned()),
            Some(Measured::Text(text)) => Shown::Text(text.clone()),
            Some(Measured::Flag(flag)) => Shown::Flag(*flag),
        };
        self.labelled(field, label, value);
    }

    pub(super) fn ranges(&mut self, label: &str, ranges: &[Range]) {
        for range in ranges {
            let Range { low, high, text } = range.clone();
            if low.is_some() || high.is_some() || !text.is_empty() {
                self.labelled(Field::UsualRange, label, Shown::Range(low, high, text));
            }
        }
    }

    /// The codes of what an entry is about, last: for those who know them.
    pub(super) fn codes(&mut self, concept: &Concept) {
        for coding in concept.codings.iter().filter(|own| !own.code.is_empty()) {
            let code = Shown::Coded(coding.system.clone(), coding.code.clone());
            self.labelled(Field::Code, &coding.display, code);
        }
    }

    pub(super) fn done(self) -> Vec<Part> {
        self.0
    }
}

quiet! { Description Part Shown }
