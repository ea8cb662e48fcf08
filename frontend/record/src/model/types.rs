//! The data types of FHIR that resources share.
use serde::{Deserialize, Serialize};

use crate::{
    date::Date,
    decimal::Decimal,
    json::{Json, Object},
    quiet::quiet,
};

/// One code of one system.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Coding {
    /// The name of the code system; empty when none is given.
    pub system: String,
    /// The code; may be empty.
    pub code: String,
    /// What the writer calls it; may be empty.
    pub display: String,
}

/// A `CodeableConcept`: something with a name, and codes for it where they are known.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Concept {
    /// As a person wrote it; may be empty.
    pub text: String,
    /// Its codes.
    pub codings: Vec<Coding>,
}

/// An amount of something.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Quantity {
    /// The number as it was written.
    pub value: Option<Decimal>,
    /// `<`, `<=`, `>=` or `>`: the true value lies on that side. Empty when the number is meant as it is.
    pub comparator: String,
    /// The unit as people read it; may be empty.
    pub unit: String,
    /// The UCUM code of the unit; empty when it has none.
    pub code: String,
}

/// An amount of money.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// The number as it was written.
    pub value: Decimal,
    /// ISO 4217; may be empty.
    pub currency: String,
}

/// From when until when.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Period {
    /// The beginning, where it is known.
    pub start: Option<Date>,
    /// The end; nothing while it goes on, or where it is not known.
    pub end: Option<Date>,
}

/// A moment or a period.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum When {
    /// A date, as exact as it was written.
    At(Date),
    /// A time that lasts.
    Period(Period),
}

impl Coding {
    pub(crate) fn new(system: &str, code: &str, display: &str) -> Self {
        Self {
            system: system.into(),
            code: code.into(),
            display: display.into(),
        }
    }

    pub(crate) fn read(object: &Object) -> Self {
        let text = |name| object.str(name).unwrap_or_default().to_owned();
        Self {
            system: text("system"),
            code: text("code"),
            display: text("display"),
        }
    }

    pub(crate) fn write(&self) -> Json {
        let mut object = Object::new();
        for (name, text) in [
            ("system", &self.system),
            ("code", &self.code),
            ("display", &self.display),
        ] {
            if !text.is_empty() {
                object.set(name, Json::text(text));
            }
        }
        object.into()
    }
}

impl Concept {
    pub(crate) fn of(text: &str, codings: Vec<Coding>) -> Self {
        Self {
            text: text.into(),
            codings,
        }
    }

    pub(crate) fn read(object: &Object) -> Self {
        Self {
            text: object.str("text").unwrap_or_default().to_owned(),
            codings: object.objects("coding").map(Coding::read).collect(),
        }
    }

    /// A member that is one; an empty one when it is missing.
    pub(crate) fn member(object: &Object, name: &str) -> Self {
        object.object(name).map(Self::read).unwrap_or_default()
    }

    /// A member that is a list of them.
    pub(crate) fn list(object: &Object, name: &str) -> Vec<Self> {
        object.objects(name).map(Self::read).collect()
    }

    pub(crate) fn write(&self) -> Json {
        let mut object = Object::new();
        if !self.codings.is_empty() {
            let codings = self.codings.iter().map(Coding::write).collect();
            object.set("coding", Json::Array(codings));
        }
        if !self.text.is_empty() {
            object.set("text", Json::text(&self.text));
        }
        object.into()
    }

    /// Its name: what a person wrote, else what the first code is called, else the first code.
    pub fn label(&self) -> &str {
        let mut displays = self.codings.iter().map(|coding| coding.display.as_str());
        let mut codes = self.codings.iter().map(|coding| coding.code.as_str());
        let full = |text: &&str| !text.trim().is_empty();
        Some(self.text.as_str())
            .filter(full)
            .or_else(|| displays.find(full))
            .or_else(|| codes.find(full))
            .unwrap_or_default()
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.label().is_empty()
    }

    /// Whether one of its codes is this one of that system.
    pub(crate) fn has(&self, system: &str, code: &str) -> bool {
        self.codings
            .iter()
            .any(|coding| coding.system == system && coding.code == code)
    }

    /// The first code, where FHIR asks for one of a fixed list; empty when there is none.
    pub(crate) fn code(&self) -> &str {
        self.codings
            .first()
            .map_or("", |coding| coding.code.as_str())
    }
}

impl Quantity {
    pub(crate) fn read(object: &Object) -> Self {
        let text = |name| object.str(name).unwrap_or_default().to_owned();
        let ucum = object.str("system") == Some(crate::system::UCUM);
        let code = if ucum { text("code") } else { String::new() };
        let unit = text("unit");
        Self {
            value: number(object, "value"),
            comparator: text("comparator"),
            unit: if unit.is_empty() { text("code") } else { unit },
            code,
        }
    }

    pub(crate) fn write(&self) -> Json {
        let mut object = Object::new();
        if let Some(value) = &self.value {
            object.set("value", Json::Number(value.as_str().to_owned()));
        }
        if !self.comparator.is_empty() {
            object.set("comparator", Json::text(&self.comparator));
        }
        if !self.unit.is_empty() {
            object.set("unit", Json::text(&self.unit));
        }
        if !self.code.is_empty() {
            object.set("system", Json::text(crate::system::UCUM));
            object.set("code", Json::text(&self.code));
        }
        object.into()
    }
}

impl Money {
    pub(crate) fn read(object: &Object) -> Option<Self> {
        Some(Self {
            value: number(object, "value")?,
            currency: object.str("currency").unwrap_or_default().to_owned(),
        })
    }

    pub(crate) fn write(&self) -> Json {
        Object::new()
            .with("value", Json::Number(self.value.as_str().to_owned()))
            .with_text("currency", &self.currency)
            .into()
    }
}

impl Period {
    pub(crate) fn read(object: &Object) -> Self {
        Self {
            start: date(object, "start"),
            end: date(object, "end"),
        }
    }
}

impl When {
    /// The `[x]` of FHIR: `onsetDateTime` or `onsetPeriod`, whichever is there.
    pub(crate) fn choice(object: &Object, name: &str) -> Option<Self> {
        let at = date(object, &format!("{name}DateTime")).map(Self::At);
        let period = object.object(&format!("{name}Period")).map(Period::read);
        at.or(period.map(Self::Period))
    }

    /// The beginning, or the end where only that is known.
    pub fn date(self) -> Option<Date> {
        match self {
            Self::At(date) => Some(date),
            Self::Period(period) => period.start.or(period.end),
        }
    }

    /// The end of a period.
    pub fn end(self) -> Option<Date> {
        match self {
            Self::At(_) => None,
            Self::Period(period) => period.end,
        }
    }
}

/// A member that is a number.
pub(crate) fn number(object: &Object, name: &str) -> Option<Decimal> {
    match object.get(name)? {
        Json::Number(text) => Decimal::parse(text),
        _ => None,
    }
}

/// A member that is a date, and one that exists.
pub(crate) fn date(object: &Object, name: &str) -> Option<Date> {
    Date::parse(object.str(name)?).ok()
}

/// What a reference names: what it displays, and where it leads.
pub(crate) fn reference<'a>(object: &'a Object, name: &str) -> (&'a str, &'a str) {
    let found = object.object(name);
    let text = |name| found.and_then(|found| found.str(name)).unwrap_or_default();
    (text("display"), text("reference"))
}

/// The notes of a resource, one below the other.
pub(crate) fn notes(object: &Object) -> String {
    let texts: Vec<&str> = object
        .objects("note")
        .filter_map(|note| note.str("text"))
        .collect();
    texts.join("\n")
}

/// A member that is a text; empty when it is missing.
pub(crate) fn text(object: &Object, name: &str) -> String {
    object.str(name).unwrap_or_default().to_owned()
}

quiet! { Coding Concept Quantity Money Period When }
