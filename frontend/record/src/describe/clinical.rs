//! What allergies, medicines, problems, immunisations, procedures and visits say.
use super::{
    Described, of,
    part::{Field, Parts, Shown},
};
use crate::model::{
    Allergy, Concept, Condition, Dosage, Encounter, Immunization, Medication, Procedure, Resource,
    When,
};

pub(super) fn allergy(resource: &Resource) -> Described {
    let own = Allergy::read(resource);
    let mut parts = Parts::default();
    for (what, severity) in &own.reactions {
        parts.concept(Field::Reaction, what);
        parts.code(Field::Severity, severity);
    }
    parts.code(Field::Risk, &own.criticality);
    parts.code(Field::Status, &own.clinical);
    parts.code(Field::Certainty, &own.verification);
    parts.when(Field::Since, own.onset);
    parts.text(Field::Note, &own.note);
    parts.codes(&own.code);
    let void = matches!(own.verification.as_str(), "refuted" | "entered-in-error");
    let recorded = recorded(resource, "recordedDate");
    of(resource, &own.code, parts)
        .void(void)
        .current(own.is_active())
        .at(own.onset.or(recorded))
}

pub(super) fn medicine(resource: &Resource, now: i64) -> Described {
    let own = Medication::read(resource);
    let mut parts = Parts::default();
    for dosage in &own.dosages {
        dose(&mut parts, dosage);
    }
    parts.code(Field::Status, &own.status);
    for reason in &own.reasons {
        parts.concept(Field::Reason, reason);
    }
    parts.when(Field::Since, own.when);
    parts.date(Field::Recorded, own.authored);
    parts.text(Field::Note, &own.note);
    parts.codes(&own.code);
    let void = own.status == "entered-in-error" || own.status == "not-taken";
    let mut made = of(resource, &own.code, parts)
        .void(void)
        .current(own.is_current(now))
        .at(own.when.or(own.authored.map(When::At)));
    if own.code.is_empty() {
        made.title_from = own.reference;
    }
    made
}

fn dose(parts: &mut Parts, dosage: &Dosage) {
    match &dosage.dose {
        Some(quantity) => parts.put(Field::Dose, Shown::Quantity(quantity.clone())),
        None => parts.text(Field::Dose, &dosage.text),
    }
    let often = |number: &Option<crate::decimal::Decimal>| {
        let number = number.as_ref().map_or("1", |number| number.as_str());
        number.to_owned()
    };
    if !dosage.timing.is_empty() {
        parts.concept(Field::HowOften, &dosage.timing);
    } else if !dosage.unit.is_empty() {
        let (times, period) = (often(&dosage.frequency), often(&dosage.period));
        let unit = dosage.unit.clone();
        parts.put(Field::HowOften, Shown::Often(times, period, unit));
    }
    if dosage.as_needed {
        parts.put(Field::AsNeeded, Shown::Flag(true));
    }
    parts.concept(Field::Route, &dosage.route);
    if dosage.dose.is_some() {
        parts.text(Field::Text, &dosage.text);
    }
}

pub(super) fn problem(resource: &Resource) -> Described {
    let own = Condition::read(resource);
    let mut parts = Parts::default();
    parts.concept(Field::Severity, &own.severity);
    parts.code(Field::Status, &own.clinical);
    parts.code(Field::Certainty, &own.verification);
    parts.when(Field::Since, own.onset);
    parts.when(Field::Until, own.abatement);
    parts.date(Field::Recorded, own.recorded);
    parts.text(Field::Note, &own.note);
    parts.codes(&own.code);
    let void = matches!(own.verification.as_str(), "refuted" | "entered-in-error");
    of(resource, &own.code, parts)
        .void(void)
        .current(own.is_active())
        .at(own.onset.or(own.recorded.map(When::At)))
}

pub(super) fn immunisation(resource: &Resource) -> Described {
    let own = Immunization::read(resource);
    let mut parts = Parts::default();
    parts.text(Field::Since, &own.said);
    parts.code(Field::Status, &own.status);
    parts.text(Field::Batch, &own.lot);
    parts.text(Field::Note, &own.note);
    parts.codes(&own.vaccine);
    of(resource, &own.vaccine, parts)
        .void(matches!(
            own.status.as_str(),
            "entered-in-error" | "not-done"
        ))
        .at(own.date.map(When::At))
}

pub(super) fn procedure(resource: &Resource) -> Described {
    let own = Procedure::read(resource);
    let mut parts = Parts::default();
    parts.text(Field::Since, &own.said);
    for reason in &own.reasons {
        parts.concept(Field::Reason, reason);
    }
    parts.concept(Field::Outcome, &own.outcome);
    parts.code(Field::Status, &own.status);
    parts.text(Field::Note, &own.note);
    parts.codes(&own.code);
    of(resource, &own.code, parts)
        .void(matches!(
            own.status.as_str(),
            "entered-in-error" | "not-done"
        ))
        .at(own.when)
}

pub(super) fn visit(resource: &Resource) -> Described {
    let own = Encounter::read(resource);
    let mut parts = Parts::default();
    for reason in &own.reasons {
        parts.concept(Field::Reason, reason);
    }
    for name in &own.with {
        parts.text(Field::With, name);
    }
    parts.text(Field::Place, &own.place);
    parts.code(Field::Place, &own.class.code);
    parts.code(Field::Status, &own.status);
    let none = Concept::default();
    let title = own.types.first().unwrap_or(&none);
    parts.codes(title);
    of(resource, title, parts)
        .void(matches!(
            own.status.as_str(),
            "entered-in-error" | "cancelled"
        ))
        .at(own.period.map(When::Period))
}

fn recorded(resource: &Resource, name: &str) -> Option<When> {
    crate::model::date(resource.object(), name).map(When::At)
}
