//! Bills with payments, and consent to research.
use serde::{Deserialize, Serialize};

use super::edit::{Editor, FormField, Problem};
use crate::{
    decimal::Decimal,
    json::{Json, Object},
    model::{Bill, Coding, Concept, Consent, Money, PAYMENT, Resource},
    quiet::quiet,
    system::{ADJUDICATION, CLAIM_TYPE, CONSENT_SCOPE, CURRENCY, LOINC, LOINC_CONSENT},
};

/// A bill.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BillForm {
    /// What it is for. Must be filled in.
    pub name: String,
    /// From whom.
    pub from: String,
    /// The date of the bill. Must be filled in.
    pub when: String,
    /// How much. Must be filled in.
    pub amount: String,
    /// The currency: three capital letters (ISO 4217). Must be filled in.
    pub currency: String,
    /// What was paid of it.
    pub payments: Vec<PaymentForm>,
}

/// A payment, in the currency of its bill.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaymentForm {
    /// How much. Must be filled in.
    pub amount: String,
    /// When.
    pub when: String,
}

impl BillForm {
    /// Nothing for bills of others: they have more items and amounts than this form.
    pub(super) fn read(resource: &Resource) -> Option<Self> {
        let own = Bill::read(resource);
        let total = own.total.as_ref()?;
        let foreign = own
            .payments
            .iter()
            .any(|paid| paid.amount.currency != total.currency);
        if !own.explained
            || own.items.len() != 1
            || resource.object().items("total").len() > 1
            || foreign
        {
            return None;
        }
        let payment = |paid: &crate::model::Payment| PaymentForm {
            amount: paid.amount.value.as_str().to_owned(),
            when: paid.date.map(|date| date.to_string()).unwrap_or_default(),
        };
        Some(Self {
            name: own.items.first().map_or("", Concept::label).to_owned(),
            from: own.from.clone(),
            when: resource
                .object()
                .str("created")
                .unwrap_or_default()
                .to_owned(),
            amount: total.value.as_str().to_owned(),
            currency: total.currency.clone(),
            payments: own.payments.iter().map(payment).collect(),
        })
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let old = Resource::from_object(to.object.clone()).ok();
        let old = old.and_then(|old| Self::read(&old)).unwrap_or_default();
        for (name, code) in [
            ("status", "active"),
            ("use", "claim"),
            ("outcome", "complete"),
        ] {
            to.default(name, Json::text(code));
        }
        let kind = Concept::of("", vec![Coding::new(CLAIM_TYPE, "professional", "")]);
        to.default("type", kind.write());
        let name = to.required(FormField::Name, &self.name);
        if old.name != name {
            let item = Object::new()
                .with("sequence", Json::Number("1".into()))
                .with("productOrService", Concept::of(name, Vec::new()).write());
            to.object.set("item", Json::Array(vec![item.into()]));
        }
        let from = to.short(FormField::From, &self.from);
        if old.from != from {
            to.object.remove("provider");
            if !from.is_empty() {
                let named = Object::new().with_text("display", from);
                to.object.set("provider", named.into());
            }
        }
        if self.when.trim().is_empty() {
            to.fault(FormField::When, Problem::Missing);
        }
        to.date_member(FormField::When, "created", &self.when);
        let amount = money(to, FormField::Amount, &self.amount, &self.currency);
        let currency = self.currency.as_str();
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            to.fault(FormField::Currency, Problem::NotOffered);
        }
        if (&old.amount, &old.currency) != (&self.amount, &self.currency)
            && let Some(amount) = amount
        {
            let submitted = Concept::of("", vec![Coding::new(ADJUDICATION, "submitted", "")]);
            let total = Object::new()
                .with("category", submitted.write())
                .with("amount", amount.write());
            to.object.set("total", Json::Array(vec![total.into()]));
        }
        if (&old.payments, &old.currency) != (&self.payments, &self.currency) {
            self.write_payments(to);
        }
        to.patient("patient");
    }

    /// The first where FHIR R4 has a place for it, the others among the other information.
    fn write_payments(&self, to: &mut Editor<'_>) {
        to.object.remove("payment");
        let mut others = to.object.items("supportingInfo").to_vec();
        let is_payment = |info: &Json| {
            let info = info.as_object();
            info.is_some_and(|info| Concept::member(info, "category").text == PAYMENT)
        };
        others.retain(|info| !is_payment(info));
        for (number, paid) in self.payments.iter().enumerate() {
            let amount = money(
                to,
                FormField::PaymentAmount(number),
                &paid.amount,
                &self.currency,
            );
            let date = to.date(FormField::PaymentDate(number), &paid.when, false);
            let Some(amount) = amount else { continue };
            let (name, value) = match number {
                0 => ("date", ("amount", amount.write())),
                _ => ("timingDate", ("valueQuantity", in_currency(&amount))),
            };
            let mut payment = Object::new();
            if number > 0 {
                let sequence = (others.len() + 1).to_string();
                payment.set("sequence", Json::Number(sequence));
                payment.set("category", Concept::of(PAYMENT, Vec::new()).write());
            }
            if let Some(date) = date {
                payment.set(name, Json::text(date));
            }
            payment.set(value.0, value.1);
            match number {
                0 => to.object.set("payment", payment.into()),
                _ => others.push(payment.into()),
            }
        }
        if others.is_empty() {
            to.object.remove("supportingInfo");
        } else {
            to.object.set("supportingInfo", Json::Array(others));
        }
    }
}

fn money(to: &mut Editor<'_>, field: FormField, typed: &str, currency: &str) -> Option<Money> {
    if typed.trim().is_empty() {
        to.fault(field, Problem::Missing);
    }
    let value: Decimal = to.number(field, typed)?;
    Some(Money {
        value,
        currency: currency.to_owned(),
    })
}

fn in_currency(amount: &Money) -> Json {
    Object::new()
        .with("value", Json::Number(amount.value.as_str().to_owned()))
        .with_text("unit", &amount.currency)
        .with_text("system", CURRENCY)
        .with_text("code", &amount.currency)
        .into()
}

/// Consent to research, or its refusal.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResearchForm {
    /// The study or the purpose. Must be filled in.
    pub name: String,
    /// Who does the research.
    pub to: String,
    /// Whether the person agrees.
    pub agrees: bool,
    /// When it was decided. Must be filled in.
    pub when: String,
    /// Until when it holds.
    pub until: String,
}

impl ResearchForm {
    /// Nothing for consent to anything else.
    pub(super) fn read(resource: &Resource) -> Option<Self> {
        let own = Consent::read(resource);
        if !own.research || !matches!(own.decision.as_str(), "permit" | "deny") {
            return None;
        }
        let provision = resource.object().object("provision");
        let period = provision.and_then(|own| own.object("period"));
        Some(Self {
            name: own.title,
            to: own.to,
            agrees: own.decision == "permit",
            when: resource
                .object()
                .str("dateTime")
                .unwrap_or_default()
                .to_owned(),
            until: period
                .and_then(|own| own.str("end"))
                .unwrap_or_default()
                .to_owned(),
        })
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let old = Resource::from_object(to.object.clone()).ok();
        let old = old.and_then(|old| Self::read(&old)).unwrap_or_default();
        to.default("status", Json::text("active"));
        let scope = Concept::of("", vec![Coding::new(CONSENT_SCOPE, "research", "")]);
        to.default("scope", scope.write());
        let name = to.required(FormField::Name, &self.name);
        if old.name != name {
            let codes = vec![Coding::new(LOINC, LOINC_CONSENT, "")];
            let category = Concept::of(name, codes).write();
            to.object.set("category", Json::Array(vec![category]));
        }
        if self.when.trim().is_empty() {
            to.fault(FormField::When, Problem::Missing);
        }
        to.date_member(FormField::When, "dateTime", &self.when);
        let named = to.short(FormField::With, &self.to);
        if old.to != named {
            to.object.remove("organization");
            if !named.is_empty() {
                let named = Object::new().with_text("display", named);
                to.object
                    .set("organization", Json::Array(vec![named.into()]));
            }
        }
        let mut provision = to.object.object("provision").cloned().unwrap_or_default();
        if provision.get("type").is_none() || old.agrees != self.agrees {
            let decision = if self.agrees { "permit" } else { "deny" };
            provision.set("type", Json::text(decision));
        }
        if old.until != self.until {
            let mut period = provision.object("period").cloned().unwrap_or_default();
            period.remove("end");
            if let Some(until) = to.date(FormField::Until, &self.until, true) {
                period.set("end", Json::text(until));
            }
            provision.remove("period");
            if !period.is_empty() {
                provision.set("period", period.into());
            }
        }
        to.object.set("provision", provision.into());
        to.patient("patient");
    }
}

quiet! { BillForm PaymentForm ResearchForm }
