//! Writing what was typed into a resource: only what has changed, so that everything else stays as it came.
use serde::{Deserialize, Serialize};

use crate::{
    date::{BadDate, Date},
    decimal::Decimal,
    json::{Json, Object},
    model::{Coding, Concept},
    quiet::quiet,
};

/// A field of a form, for an error beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is called what it is")]
pub enum FormField {
    Name,
    Reaction,
    Severity,
    Dose,
    HowOften,
    Since,
    Until,
    When,
    Reason,
    Note,
    Batch,
    Value,
    Second,
    Unit,
    Low,
    High,
    With,
    From,
    Place,
    Amount,
    Currency,
    Decision,
    Text,
    /// The amount of the payment with this number, from 0.
    PaymentAmount(usize),
    /// The date of the payment with this number, from 0.
    PaymentDate(usize),
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// It must be filled in.
    Missing,
    /// It is longer than so many letters.
    TooLong(usize),
    /// It is no number.
    NoNumber,
    /// It is no date.
    NoDate,
    /// No calendar has this day.
    NoSuchDay,
    /// It lies in the future.
    Future,
    /// It ends before it begins.
    EndsBefore,
    /// The lower one is above the upper one.
    LowAboveHigh,
    /// It is none of what is offered.
    NotOffered,
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field.
    pub field: FormField,
    /// What is wrong.
    pub problem: Problem,
}

/// What a new resource needs and nobody types.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// How the person's own resource is referred to; empty when the chart has none.
    pub patient: String,
    /// A fresh random UUID (RFC 9562) in its usual form: names a new resource.
    pub id: String,
    /// Today where the person is.
    pub today: Date,
    /// How far the person's clock is east of Greenwich, in minutes.
    pub offset: i16,
}

/// The longest short text, in letters.
pub const SHORT: usize = 500;
/// The longest long text, in letters.
pub const LONG: usize = 50_000;

/// A resource while a form is written into it.
pub(super) struct Editor<'a> {
    pub(super) object: &'a mut Object,
    pub(super) around: &'a Around,
    pub(super) faults: Vec<Fault>,
}

impl Editor<'_> {
    pub(super) fn fault(&mut self, field: FormField, problem: Problem) {
        self.faults.push(Fault { field, problem });
    }

    /// A text within its length, without space around it.
    pub(super) fn short<'t>(&mut self, field: FormField, typed: &'t str) -> &'t str {
        self.within(field, typed.trim(), SHORT)
    }

    pub(super) fn within<'t>(&mut self, field: FormField, typed: &'t str, most: usize) -> &'t str {
        if typed.chars().count() > most {
            self.fault(field, Problem::TooLong(most));
        }
        typed
    }

    pub(super) fn required<'t>(&mut self, field: FormField, typed: &'t str) -> &'t str {
        let typed = self.short(field, typed);
        if typed.is_empty() {
            self.fault(field, Problem::Missing);
        }
        typed
    }

    /// A member that is a text; an empty one is taken out.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            self.object.remove(name);
        } else {
            self.object.set(name, Json::text(text));
        }
    }

    /// A member that a new resource must have and an old one keeps.
    pub(super) fn default(&mut self, name: &str, value: Json) {
        if self.object.get(name).is_none() {
            self.object.set(name, value);
        }
    }

    /// A reference to the person whose chart it is.
    pub(super) fn patient(&mut self, name: &str) {
        if !self.around.patient.is_empty() {
            let patient = Object::new().with_text("reference", &self.around.patient);
            self.default(name, patient.into());
        }
    }

    /// A member that is a concept: a new name drops the codes of the old one, which may mean something else.
    pub(super) fn concept(&mut self, name: &str, text: &str, codings: Vec<Coding>) {
        if Concept::member(self.object, name).label() == text {
            return;
        }
        if text.is_empty() {
            self.object.remove(name);
        } else {
            self.object.set(name, Concept::of(text, codings).write());
        }
    }

    /// A member that is a list of concepts, of which a form knows the first.
    pub(super) fn first_concept(&mut self, name: &str, text: &str) {
        let old = Concept::list(self.object, name);
        if old.first().map_or("", Concept::label) == text {
            return;
        }
        if text.is_empty() {
            self.object.remove(name);
        } else {
            let new = Concept::of(text, Vec::new()).write();
            self.object.set(name, Json::Array(vec![new]));
        }
    }

    /// A member that is a concept of a list that FHIR fixes.
    pub(super) fn code(&mut self, name: &str, system: &str, code: &str) {
        if Concept::member(self.object, name).code() == code {
            return;
        }
        let concept = Concept::of("", vec![Coding::new(system, code, "")]);
        self.object.set(name, concept.write());
    }

    /// The notes as one text.
    pub(super) fn notes(&mut self, typed: &str) {
        let typed = self.within(FormField::Note, typed.trim_end(), LONG);
        if crate::model::notes(self.object) == typed {
            return;
        }
        if typed.is_empty() {
            self.object.remove("note");
        } else {
            let note = Object::new().with_text("text", typed);
            self.object.set("note", Json::Array(vec![note.into()]));
        }
    }

    /// A date as FHIR has it, of what was typed: a time of day gets its seconds and its offset.
    pub(super) fn date(&mut self, field: FormField, typed: &str, future: bool) -> Option<String> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let mut date = match Date::parse(typed) {
            Ok(date) => date,
            Err(BadDate::Form) => return self.wrong(field, Problem::NoDate),
            Err(BadDate::NoSuchDay) => return self.wrong(field, Problem::NoSuchDay),
        };
        if let Some(time) = &mut date.time {
            time.offset.get_or_insert(self.around.offset);
        }
        if !future && date.day().seconds() > self.around.today.last_second() {
            return self.wrong(field, Problem::Future);
        }
        Some(date.to_string())
    }

    fn wrong(&mut self, field: FormField, problem: Problem) -> Option<String> {
        self.fault(field, problem);
        None
    }

    /// A member that is a date.
    pub(super) fn date_member(&mut self, field: FormField, name: &str, typed: &str) {
        if self.object.str(name).unwrap_or_default() == typed {
            return;
        }
        let date = self.date(field, typed, false);
        self.text(name, &date.unwrap_or_default());
    }

    /// The `[x]` of FHIR as one date; another form of it is kept while nobody changes the date.
    pub(super) fn choice(&mut self, field: FormField, name: &str, typed: &str) {
        if choice(self.object, name) == typed {
            return;
        }
        let date = self.date(field, typed, false);
        for form in ["Period", "Age", "Range", "String", "Instant", "Timing"] {
            self.object.remove(&format!("{name}{form}"));
        }
        self.text(&format!("{name}DateTime"), &date.unwrap_or_default());
    }

    /// A period in a member; one end may be missing.
    pub(super) fn period(&mut self, name: &str, since: &str, until: &str) {
        let old = self.object.object(name).cloned().unwrap_or_default();
        let (start, end) = (
            old.str("start").unwrap_or_default(),
            old.str("end").unwrap_or_default(),
        );
        if (start, end) == (since, until) {
            return;
        }
        let since = self.date(FormField::Since, since, true).unwrap_or_default();
        let until = self.date(FormField::Until, until, true).unwrap_or_default();
        let moment = |text: &str| Date::parse(text).ok();
        if let (Some(start), Some(end)) = (moment(&since), moment(&until))
            && end.last_second() < start.seconds()
        {
            self.fault(FormField::Until, Problem::EndsBefore);
        }
        let mut period = old;
        for (name, text) in [("start", since), ("end", until)] {
            if text.is_empty() {
                period.remove(name);
            } else {
                period.set(name, Json::String(text));
            }
        }
        if period.is_empty() {
            self.object.remove(name);
        } else {
            self.object.set(name, period.into());
        }
    }

    /// A number that was typed; nothing for an empty field.
    pub(super) fn number(&mut self, field: FormField, typed: &str) -> Option<Decimal> {
        if typed.trim().is_empty() {
            return None;
        }
        let number = Decimal::typed(typed);
        if number.is_none() {
            self.fault(field, Problem::NoNumber);
        }
        number
    }
}

/// The date of a `[x]` as it is written: of a period its beginning.
pub(super) fn choice(object: &Object, name: &str) -> String {
    let at = object.str(&format!("{name}DateTime"));
    let period = object.object(&format!("{name}Period"));
    at.or(period.and_then(|period| period.str("start")))
        .unwrap_or_default()
        .to_owned()
}

quiet! { Around }
