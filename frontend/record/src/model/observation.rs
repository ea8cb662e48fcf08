//! Observation: laboratory values, vital signs, and whatever else somebody saw.
use super::{
    Concept, Quantity, Resource, When,
    types::{date, notes, text},
};
use crate::{
    codes::SYSTOLIC,
    date::Date,
    json::{Json, Object},
    quiet::quiet,
    system::{LOINC, OBSERVATION_CATEGORY},
};

/// What is understood of an observation.
#[derive(Clone, PartialEq, Eq)]
pub struct Observation {
    /// What was looked at.
    pub code: Concept,
    /// `final`, `preliminary`, `amended`, `entered-in-error` and others; may be empty.
    pub status: String,
    /// What kinds of observation it is.
    pub categories: Vec<Concept>,
    /// When it was so in the body, not when it was written.
    pub when: Option<When>,
    /// When it was given out.
    pub issued: Option<Date>,
    /// What was found.
    pub value: Option<Measured>,
    /// Within which it is usual, as the laboratory says.
    pub ranges: Vec<Range>,
    /// What the laboratory thinks of it: high, low.
    pub interpretation: Vec<Concept>,
    /// Its parts, as the two pressures of the blood.
    pub components: Vec<Component>,
    /// Notes, one below the other.
    pub note: String,
}

/// A value.
#[derive(Clone, PartialEq, Eq)]
pub enum Measured {
    /// An amount.
    Quantity(Quantity),
    /// Something with a name: a blood group.
    Concept(Concept),
    /// Words, or what no other case holds.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// Within which a value is usual.
#[derive(Clone, PartialEq, Eq)]
pub struct Range {
    /// From here.
    pub low: Option<Quantity>,
    /// To here.
    pub high: Option<Quantity>,
    /// In words; may be empty.
    pub text: String,
}

/// One part of an observation.
#[derive(Clone, PartialEq, Eq)]
pub struct Component {
    /// What was looked at.
    pub code: Concept,
    /// What was found.
    pub value: Option<Measured>,
    /// Within which it is usual.
    pub ranges: Vec<Range>,
}

impl Observation {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let instant = date(object, "effectiveInstant").map(When::At);
        Self {
            code: Concept::member(object, "code"),
            status: text(object, "status"),
            categories: Concept::list(object, "category"),
            when: When::choice(object, "effective").or(instant),
            issued: date(object, "issued"),
            value: Measured::read(object),
            ranges: ranges(object),
            interpretation: Concept::list(object, "interpretation"),
            components: components(object),
            note: notes(object),
        }
    }

    /// Whether it counts: it was not taken back.
    pub fn is_valid(&self) -> bool {
        !matches!(self.status.as_str(), "entered-in-error" | "cancelled")
    }

    /// Whether a laboratory made it.
    pub fn is_laboratory(&self) -> bool {
        self.is_of("laboratory")
    }

    /// Whether it is a vital sign.
    pub fn is_vital_sign(&self) -> bool {
        self.is_of("vital-signs")
    }

    fn is_of(&self, category: &str) -> bool {
        self.categories
            .iter()
            .any(|own| own.has(OBSERVATION_CATEGORY, category))
    }
}

/// In their order, but the upper value of a blood pressure before the lower one: so people say it.
fn components(object: &Object) -> Vec<Component> {
    let parts = object.objects("component").map(|part| Component {
        code: Concept::member(part, "code"),
        value: Measured::read(part),
        ranges: ranges(part),
    });
    let mut parts: Vec<Component> = parts.collect();
    parts.sort_by_key(|part| {
        let mut codings = part.code.codings.iter();
        !codings.any(|coding| coding.system == LOINC && coding.code == SYSTOLIC)
    });
    parts
}

impl Measured {
    fn read(object: &Object) -> Option<Self> {
        if let Some(quantity) = object.object("valueQuantity") {
            return Some(Self::Quantity(Quantity::read(quantity)));
        }
        if let Some(concept) = object.object("valueCodeableConcept") {
            return Some(Self::Concept(Concept::read(concept)));
        }
        for name in ["valueString", "valueDateTime", "valueTime"] {
            if let Some(text) = object.str(name) {
                return Some(Self::Text(text.to_owned()));
            }
        }
        match (object.get("valueBoolean"), object.get("valueInteger")) {
            (Some(Json::Bool(flag)), _) => Some(Self::Flag(*flag)),
            (_, Some(Json::Number(text))) => Some(Self::Quantity(Quantity {
                value: crate::decimal::Decimal::parse(text),
                ..Quantity::default()
            })),
            _ => ratio(object),
        }
    }

    /// The amount that it is.
    pub fn quantity(&self) -> Option<&Quantity> {
        match self {
            Self::Quantity(quantity) => Some(quantity),
            _ => None,
        }
    }
}

/// `1:128` and `5 - 10` have a form of their own in FHIR; people read them as text.
fn ratio(object: &Object) -> Option<Measured> {
    let (pair, first, sign, second) =
        match (object.object("valueRatio"), object.object("valueRange")) {
            (Some(ratio), _) => (ratio, "numerator", ":", "denominator"),
            (_, Some(range)) => (range, "low", "\u{2013}", "high"),
            _ => return None,
        };
    let side = |name| {
        let quantity = pair.object(name).map(Quantity::read)?;
        let value = quantity.value?;
        Some(
            format!("{} {}", value.as_str(), quantity.unit)
                .trim()
                .to_owned(),
        )
    };
    let (first, second) = (side(first), side(second));
    let text = [first.unwrap_or_default(), second.unwrap_or_default()].join(sign);
    Some(Measured::Text(text))
}

fn ranges(object: &Object) -> Vec<Range> {
    let side = |object: &Object, name| object.object(name).map(Quantity::read);
    object
        .objects("referenceRange")
        .map(|range| Range {
            low: side(range, "low"),
            high: side(range, "high"),
            text: text(range, "text"),
        })
        .collect()
}

quiet! { Observation Measured Range Component }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_pressure_comes_first_and_all_else_keeps_its_place() {
        let part = |system: &str, code: &str| {
            format!(r#"{{"code":{{"coding":[{{"system":"{system}","code":"{code}"}}]}}}}"#)
        };
        let codes = |parts: &[String]| -> Vec<String> {
            let text = format!(
                r#"{{"resourceType":"Observation","component":[{}]}}"#,
                parts.join(",")
            );
            let own = Observation::read(&Resource::parse(&text).unwrap());
            own.components
                .iter()
                .map(|own| own.code.code().to_owned())
                .collect()
        };
        let lower = part(LOINC, "8462-4");
        let upper = part(LOINC, SYSTOLIC);
        assert_eq!(codes(&[lower.clone(), upper]), [SYSTOLIC, "8462-4"]);
        // The number means something else elsewhere.
        let foreign = part("urn:x", SYSTOLIC);
        assert_eq!(codes(&[lower, foreign]), ["8462-4", SYSTOLIC]);
    }
}
