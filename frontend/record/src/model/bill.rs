//! Claim and ExplanationOfBenefit: a bill, and what was paid of it.
use super::{
    Concept, Money, Period, Quantity, Resource,
    types::{date, reference, text},
};
use crate::{date::Date, json::Object, quiet::quiet};

/// What is understood of a bill.
#[derive(Clone, PartialEq, Eq)]
pub struct Bill {
    /// What it is for, in the order of the bill.
    pub items: Vec<Concept>,
    /// `active`, `cancelled`, `draft` or `entered-in-error`; may be empty.
    pub status: String,
    /// From whom, where it is said by name; may be empty.
    pub from: String,
    /// The insurance, where it is said by name; may be empty.
    pub insurer: String,
    /// When it was made.
    pub date: Option<Date>,
    /// For which time.
    pub period: Option<Period>,
    /// How much is asked.
    pub total: Option<Money>,
    /// What was paid.
    pub payments: Vec<Payment>,
    /// Whether it is an insurer's account of a bill.
    pub explained: bool,
}

/// One payment.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    /// When, where it is known.
    pub date: Option<Date>,
    /// How much.
    pub amount: Money,
}

/// What marks a payment among the other information of a bill: FHIR R4 has a place of its own for one
/// payment only.
pub(crate) const PAYMENT: &str = "payment";

impl Bill {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let explained = resource.type_name() == "ExplanationOfBenefit";
        let items = object
            .objects("item")
            .map(|item| Concept::member(item, "productOrService"));
        let first = object.object("payment").and_then(Payment::first);
        let further = object
            .objects("supportingInfo")
            .filter_map(Payment::further);
        Self {
            items: items.filter(|item| !item.is_empty()).collect(),
            status: text(object, "status"),
            from: reference(object, "provider").0.to_owned(),
            insurer: reference(object, "insurer").0.to_owned(),
            date: date(object, "created"),
            period: object.object("billablePeriod").map(Period::read),
            total: total(object),
            payments: first.into_iter().chain(further).collect(),
            explained,
        }
    }
}

impl Payment {
    fn first(object: &Object) -> Option<Self> {
        Some(Self {
            date: date(object, "date"),
            amount: Money::read(object.object("amount")?)?,
        })
    }

    fn further(object: &Object) -> Option<Self> {
        if Concept::member(object, "category").text != PAYMENT {
            return None;
        }
        let quantity = Quantity::read(object.object("valueQuantity")?);
        Some(Self {
            date: date(object, "timingDate"),
            amount: Money {
                value: quantity.value?,
                currency: quantity.unit,
            },
        })
    }
}

/// A claim has one total; an insurer's account has one for each kind, of which the submitted one is the bill.
fn total(object: &Object) -> Option<Money> {
    if let Some(money) = object.object("total") {
        return Money::read(money);
    }
    let totals: Vec<&Object> = object.objects("total").collect();
    let submitted = totals.iter().find(|total| {
        Concept::member(total, "category")
            .codings
            .iter()
            .any(|coding| coding.code == "submitted")
    });
    Money::read(submitted.or(totals.first())?.object("amount")?)
}

quiet! { Bill Payment }
