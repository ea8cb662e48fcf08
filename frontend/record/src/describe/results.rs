//! What observations and reports say.
use super::{
    Described, of,
    part::{Field, Parts, Shown},
};
use crate::model::{Observation, Report, Resource, When};

pub(super) fn observation(resource: &Resource) -> Described {
    let own = Observation::read(resource);
    let mut parts = Parts::default();
    parts.measured(Field::Value, "", own.value.as_ref());
    for component in &own.components {
        let label = component.code.label();
        parts.measured(Field::Component, label, component.value.as_ref());
    }
    for concept in &own.interpretation {
        parts.concept(Field::Interpretation, concept);
    }
    parts.ranges("", &own.ranges);
    for component in &own.components {
        parts.ranges(component.code.label(), &component.ranges);
    }
    if own.status != "final" {
        parts.code(Field::Status, &own.status);
    }
    parts.date(Field::Issued, own.issued);
    parts.text(Field::Note, &own.note);
    parts.codes(&own.code);
    of(resource, &own.code, parts)
        .void(!own.is_valid())
        .at(own.when.or(own.issued.map(When::At)))
}

pub(super) fn report(resource: &Resource) -> Described {
    let own = Report::read(resource);
    let mut parts = Parts::default();
    parts.text(Field::Conclusion, &own.conclusion);
    for (display, _) in &own.results {
        if !display.is_empty() {
            parts.put(Field::Result, Shown::Text(display.clone()));
        }
    }
    if own.status != "final" {
        parts.code(Field::Status, &own.status);
    }
    parts.date(Field::Issued, own.issued);
    parts.codes(&own.code);
    of(resource, &own.code, parts)
        .void(matches!(
            own.status.as_str(),
            "entered-in-error" | "cancelled"
        ))
        .at(own.when.or(own.issued.map(When::At)))
}
