//! What patients, documents, bills and consents say, and what can be said of anything else.
use super::{
    Described, made, of,
    part::{Field, Parts, Shown},
};
use crate::model::{Bill, Concept, Consent, Document, Kind, Patient, Resource, When, date, name};

pub(super) fn patient(resource: &Resource) -> Described {
    let own = Patient::read(resource);
    let mut parts = Parts::default();
    parts.date(Field::Born, own.birth);
    parts.code(Field::Gender, &own.gender);
    for (list, field) in [
        (&own.contacts, Field::Contact),
        (&own.identifiers, Field::Identifier),
    ] {
        for (label, text) in list.iter().filter(|(_, text)| !text.is_empty()) {
            parts.labelled(field, label, Shown::Text(text.clone()));
        }
    }
    for address in &own.addresses {
        parts.text(Field::Address, address);
    }
    made(Kind::Patient, "Patient", &own.name, parts)
}

pub(super) fn document(resource: &Resource) -> Described {
    let own = Document::read(resource);
    let mut parts = Parts::default();
    parts.text(Field::Text, own.text.as_deref().unwrap_or_default());
    if own.text.is_none() {
        parts.text(Field::MediaType, &own.media_type);
        if let Some(size) = own.size {
            parts.put(Field::Size, Shown::Bytes(size));
        }
    }
    if own.status != "current" {
        parts.code(Field::Status, &own.status);
    }
    let title = match own.title.is_empty() {
        true => own.code.label(),
        false => &own.title,
    };
    made(Kind::Document, resource.type_name(), title, parts)
        .void(own.status == "entered-in-error")
        .at(own.date.map(When::At))
}

pub(super) fn note(title: &str, text: &str) -> Described {
    let mut parts = Parts::default();
    parts.text(Field::Text, text);
    made(Kind::Document, "", title, parts)
}

pub(super) fn file(name: &str, media_type: &str, length: u64) -> Described {
    let mut parts = Parts::default();
    parts.text(Field::MediaType, media_type);
    parts.put(Field::Size, Shown::Bytes(length));
    made(Kind::File, "", name, parts)
}

pub(super) fn bill(resource: &Resource) -> Described {
    let own = Bill::read(resource);
    let mut parts = Parts::default();
    if let Some(total) = own.total {
        parts.put(Field::Total, Shown::Money(total));
    }
    for payment in own.payments {
        parts.put(Field::Paid, Shown::Money(payment.amount));
        parts.date(Field::PaidOn, payment.date);
    }
    parts.text(Field::From, &own.from);
    parts.text(Field::Insurer, &own.insurer);
    if own.status != "active" {
        parts.code(Field::Status, &own.status);
    }
    for item in own.items.iter().skip(1) {
        parts.concept(Field::Item, item);
    }
    let none = Concept::default();
    let title = own.items.first().unwrap_or(&none);
    let when = own.date.map(When::At);
    of(resource, title, parts)
        .void(matches!(
            own.status.as_str(),
            "entered-in-error" | "cancelled"
        ))
        .at(when.or(own.period.map(When::Period)))
}

pub(super) fn consent(resource: &Resource) -> Described {
    let own = Consent::read(resource);
    let mut parts = Parts::default();
    parts.code(Field::Decision, &own.decision);
    parts.text(Field::To, &own.to);
    parts.when(Field::Until, own.period.map(When::Period));
    parts.code(Field::Status, &own.status);
    made(Kind::Consent, resource.type_name(), &own.title, parts)
        .void(own.status == "entered-in-error")
        .current(own.status == "active")
        .at(own.date.map(When::At))
}

/// Most resources have a name, a title, a code or a description, and a date under one of a few names.
pub(super) fn other(resource: &Resource) -> Described {
    let object = resource.object();
    let mut parts = Parts::default();
    parts.code(
        Field::Status,
        object
            .str("status")
            .or(object.str("lifecycleStatus"))
            .unwrap_or_default(),
    );
    let first = object
        .objects("category")
        .chain(object.objects("type"))
        .next();
    let concepts = [
        Concept::member(object, "code"),
        Concept::member(object, "description"),
        Concept::member(object, "type"),
        first.map(Concept::read).unwrap_or_default(),
    ];
    let texts = [object.str("title"), object.str("description")];
    let title = Some(name(object))
        .filter(|name| !name.is_empty())
        .or(texts.into_iter().flatten().next().map(str::to_owned))
        .or(concepts
            .iter()
            .map(|own| own.label().to_owned())
            .find(|own| !own.is_empty()));
    let dates = [
        "date",
        "created",
        "authoredOn",
        "recorded",
        "issued",
        "effectiveDateTime",
    ];
    let at = dates
        .iter()
        .find_map(|name| date(object, name))
        .map(When::At);
    let period = object
        .object("period")
        .map(crate::model::Period::read)
        .map(When::Period);
    made(
        resource.kind(),
        resource.type_name(),
        &title.unwrap_or_default(),
        parts,
    )
    .void(object.str("status") == Some("entered-in-error"))
    .at(at.or(period))
}
