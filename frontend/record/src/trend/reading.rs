//! One observation that can be drawn.
use crate::{
    date::Date,
    model::{Concept, Measured, Observation, Quantity, Range, Resource},
    quiet::quiet,
    system::LOINC,
};

use super::unit::substance;

/// One thing that was measured at one time: one value, or several that belong together.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What was measured.
    pub(crate) code: Concept,
    /// When.
    pub(crate) date: Date,
    /// The values: the first pressure and the second.
    pub(crate) values: Vec<Value>,
}

/// One value with its unit.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// What part of it; the same as the whole where there is one value only.
    pub(crate) code: Concept,
    pub(crate) quantity: Quantity,
    pub(crate) range: Option<Range>,
}

impl Reading {
    /// What can be drawn of a resource: nothing of most.
    pub(crate) fn all(resource: &Resource) -> Vec<Self> {
        if resource.type_name() != "Observation" {
            return Vec::new();
        }
        let own = Observation::read(resource);
        let Some(date) = own.when.and_then(|when| when.date()).or(own.issued) else {
            return Vec::new();
        };
        let whole = value(&own.code, own.value.as_ref(), &own.ranges);
        let parts = own
            .components
            .iter()
            .filter_map(|part| value(&part.code, part.value.as_ref(), &part.ranges));
        let values: Vec<Value> = match whole {
            Some(whole) => vec![whole],
            None => parts.collect(),
        };
        if values.is_empty() || !own.is_valid() {
            return Vec::new();
        }
        vec![Self {
            code: own.code,
            date,
            values,
        }]
    }
}

/// A value with a comparator (`< 5`) is no point: the true one is not known.
fn value(code: &Concept, measured: Option<&Measured>, ranges: &[Range]) -> Option<Value> {
    let quantity = measured?.quantity()?;
    if quantity.value.is_none() || !quantity.comparator.is_empty() {
        return None;
    }
    // Several ranges are for several kinds of people; which of them is meant is not guessed.
    let range = match ranges {
        [range] => Some(range.clone()),
        _ => None,
    };
    Some(Value {
        code: code.clone(),
        quantity: quantity.clone(),
        range,
    })
}

/// What two measurements must share to be in one series: their LOINC code, else their first code, else
/// their name.
pub(crate) fn identity(code: &Concept) -> String {
    let loinc = code.codings.iter().find(|coding| coding.system == LOINC);
    match loinc.or(code.codings.first()) {
        Some(coding) if coding.system == LOINC && !coding.code.is_empty() => {
            format!("{LOINC}|{}", substance(&coding.code))
        }
        Some(coding) if !coding.code.is_empty() => format!("{}|{}", coding.system, coding.code),
        _ => code.label().trim().to_lowercase(),
    }
}

quiet! { Reading Value }
