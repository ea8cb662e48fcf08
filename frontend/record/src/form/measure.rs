//! Vital signs and laboratory values.
use serde::{Deserialize, Serialize};

use super::edit::{Editor, FormField, Problem, choice};
use crate::{
    codes::{BLOOD_PRESSURE, DIASTOLIC, Known, SYSTOLIC, Unit, known, with_loinc},
    decimal::Decimal,
    json::{Json, Object},
    model::{Coding, Concept, Measured, Observation, Quantity, Resource},
    quiet::quiet,
    system::{LOINC, OBSERVATION_CATEGORY},
};

/// One thing that was measured.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MeasureForm {
    /// The key of what is known (see `codes`); empty for anything else.
    pub known: String,
    /// What it is called: the page's word for what is known, else as typed. Must be filled in.
    pub name: String,
    /// Whether a laboratory measured it.
    pub laboratory: bool,
    /// The value; of the blood pressure the upper one. Must be filled in.
    pub value: String,
    /// The lower blood pressure; else empty.
    pub second: String,
    /// The unit, as people write it or as a UCUM code. What is known must be in one of its units.
    pub unit: String,
    /// The lower end of what is usual, as the laboratory says; may be empty.
    pub low: String,
    /// The upper end of what is usual; may be empty.
    pub high: String,
    /// When. Must be filled in.
    pub when: String,
    /// What else there is to say.
    pub note: String,
}

impl MeasureForm {
    /// Nothing for what has no number, or more than this form has fields for.
    pub(super) fn read(resource: &Resource) -> Option<Self> {
        let own = Observation::read(resource);
        let loinc = own
            .code
            .codings
            .iter()
            .find(|coding| coding.system == LOINC);
        let entry = loinc.and_then(|coding| with_loinc(&coding.code));
        let is_pressure = entry.is_some_and(|entry| entry.key == BLOOD_PRESSURE);
        let (value, second) = match is_pressure {
            true => (part(&own, SYSTOLIC)?, Some(part(&own, DIASTOLIC)?)),
            false => (own.value.as_ref().and_then(Measured::quantity)?, None),
        };
        let extra = if is_pressure {
            own.components.len() > 2
        } else {
            !own.components.is_empty()
        };
        if extra || own.ranges.len() > 1 || !value.comparator.is_empty() {
            return None;
        }
        let number = |quantity: &Quantity| Some(quantity.value.as_ref()?.as_str().to_owned());
        let range = own.ranges.first();
        let side = |side: Option<&Quantity>| side.and_then(number).unwrap_or_default();
        Some(Self {
            known: entry.map(|entry| entry.key.to_owned()).unwrap_or_default(),
            name: own.code.label().to_owned(),
            laboratory: own.is_laboratory(),
            value: number(value)?,
            second: match second {
                Some(second) => number(second)?,
                None => String::new(),
            },
            unit: value.unit.clone(),
            low: side(range.and_then(|range| range.low.as_ref())),
            high: side(range.and_then(|range| range.high.as_ref())),
            when: choice(resource.object(), "effective"),
            note: own.note,
        })
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let old = Resource::from_object(to.object.clone()).ok();
        let old = old.and_then(|old| Self::read(&old)).unwrap_or_default();
        to.default("status", Json::text("final"));
        let entry = known(&self.known);
        if entry.is_none() && !self.known.is_empty() {
            to.fault(FormField::Name, Problem::NotOffered);
        }
        let laboratory = entry.map_or(self.laboratory, |entry| entry.laboratory);
        if to.object.get("category").is_none() && (laboratory || entry.is_some()) {
            let code = if laboratory {
                "laboratory"
            } else {
                "vital-signs"
            };
            let coding = Coding::new(OBSERVATION_CATEGORY, code, "");
            let category = Concept::of("", vec![coding]).write();
            to.object.set("category", Json::Array(vec![category]));
        }
        let name = to.required(FormField::Name, &self.name);
        let unit = self.checked_unit(to, entry);
        let value = self.required_number(to, FormField::Value, &self.value);
        let is_pressure = self.known == BLOOD_PRESSURE;
        let second = match is_pressure {
            true => self.required_number(to, FormField::Second, &self.second),
            false => None,
        };
        let measured = |form: &Self| {
            let own = [
                &form.known,
                &form.name,
                &form.value,
                &form.second,
                &form.unit,
            ];
            own.map(String::clone)
        };
        if measured(&old) != measured(self) {
            let quantity = |value| unit.quantity(value);
            self.code(to, entry, name, &unit);
            if is_pressure {
                let parts = [(SYSTOLIC, value.clone()), (DIASTOLIC, second.clone())];
                let parts = parts.map(|(code, value)| component(code, &quantity(value)));
                to.object.set("component", Json::Array(parts.to_vec()));
                to.object.remove("valueQuantity");
            } else {
                to.object.set("valueQuantity", quantity(value).write());
            }
        }
        self.range(to, &old, &unit);
        if let (Some(upper), Some(lower)) = (&value_of(&self.value), &second)
            && is_pressure
            && lower.value() > upper.value()
        {
            to.fault(FormField::Second, Problem::LowAboveHigh);
        }
        if self.when.trim().is_empty() {
            to.fault(FormField::When, Problem::Missing);
        }
        to.choice(FormField::When, "effective", &self.when);
        to.notes(&self.note);
        to.patient("subject");
    }

    fn required_number(
        &self,
        to: &mut Editor<'_>,
        field: FormField,
        typed: &str,
    ) -> Option<Decimal> {
        if typed.trim().is_empty() {
            to.fault(field, Problem::Missing);
        }
        to.number(field, typed)
    }

    fn checked_unit(&self, to: &mut Editor<'_>, entry: Option<&Known>) -> Written {
        let typed = to.short(FormField::Unit, &self.unit);
        match entry {
            None => Written::As(typed.to_owned()),
            Some(entry) => match entry.unit(typed) {
                Some(unit) => Written::Known(*unit),
                None => {
                    to.fault(FormField::Unit, Problem::NotOffered);
                    Written::As(typed.to_owned())
                }
            },
        }
    }

    /// What is known has another code in another unit; a code that was there for what is measured stays.
    fn code(&self, to: &mut Editor<'_>, entry: Option<&Known>, name: &str, unit: &Written) {
        let own = Concept::member(to.object, "code");
        match (entry, unit) {
            (Some(_), Written::Known(unit)) if !own.has(LOINC, unit.loinc) => {
                let coding = Coding::new(LOINC, unit.loinc, "");
                to.object
                    .set("code", Concept::of(name, vec![coding]).write());
            }
            (Some(_), _) => {}
            (None, _) => to.concept("code", name, Vec::new()),
        }
    }

    fn range(&self, to: &mut Editor<'_>, old: &Self, unit: &Written) {
        let low = to.number(FormField::Low, &self.low);
        let high = to.number(FormField::High, &self.high);
        if let (Some(low), Some(high)) = (&low, &high)
            && low.value() > high.value()
        {
            to.fault(FormField::High, Problem::LowAboveHigh);
        }
        if (&old.low, &old.high) == (&self.low, &self.high) {
            return;
        }
        let mut range = Object::new();
        for (name, side) in [("low", low), ("high", high)] {
            if side.is_some() {
                range.set(name, unit.quantity(side).write());
            }
        }
        if range.is_empty() {
            to.object.remove("referenceRange");
        } else {
            to.object
                .set("referenceRange", Json::Array(vec![range.into()]));
        }
    }
}

/// A unit that has a UCUM code here, or one as it was typed.
enum Written {
    Known(Unit),
    As(String),
}

impl Written {
    fn quantity(&self, value: Option<Decimal>) -> Quantity {
        let (unit, code) = match self {
            Self::Known(unit) => (unit.shown.to_owned(), unit.ucum.to_owned()),
            Self::As(typed) => (typed.clone(), String::new()),
        };
        Quantity {
            value,
            unit,
            code,
            ..Quantity::default()
        }
    }
}

fn value_of(typed: &str) -> Option<Decimal> {
    Decimal::typed(typed)
}

fn part<'a>(own: &'a Observation, code: &str) -> Option<&'a Quantity> {
    let part = own
        .components
        .iter()
        .find(|part| part.code.has(LOINC, code))?;
    part.value.as_ref()?.quantity()
}

fn component(code: &str, quantity: &Quantity) -> Json {
    let code = Concept::of("", vec![Coding::new(LOINC, code, "")]);
    Object::new()
        .with("code", code.write())
        .with("valueQuantity", quantity.write())
        .into()
}

quiet! { MeasureForm }
