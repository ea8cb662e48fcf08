//! MedicationRequest and MedicationStatement: a medicine that was prescribed or is taken.
use super::{
    Concept, Period, Quantity, Resource, When,
    types::{date, notes, number, reference, text},
};
use crate::{date::Date, decimal::Decimal, json::Object, quiet::quiet};

/// What is understood of a medicine.
#[derive(Clone, PartialEq, Eq)]
pub struct Medication {
    /// What it is; empty where only [`Self::reference`] names it.
    pub code: Concept,
    /// The resource that says what it is; empty when there is none.
    pub reference: String,
    /// `active`, `on-hold`, `stopped`, `completed` and others; may be empty.
    pub status: String,
    /// Whether it is a prescription; else it is what somebody says to take.
    pub prescribed: bool,
    /// How it is taken.
    pub dosages: Vec<Dosage>,
    /// From when until when.
    pub when: Option<When>,
    /// When it was prescribed or written down.
    pub authored: Option<Date>,
    /// What it is for.
    pub reasons: Vec<Concept>,
    /// Notes, one below the other.
    pub note: String,
}

/// How a medicine is taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Dosage {
    /// All of it in words; may be empty.
    pub text: String,
    /// How much at a time.
    pub dose: Option<Quantity>,
    /// How often in words, where the writer gave them.
    pub timing: Concept,
    /// So many times ...
    pub frequency: Option<Decimal>,
    /// ... in so many ...
    pub period: Option<Decimal>,
    /// ... of these: `s`, `min`, `h`, `d`, `wk`, `mo`, `a`; may be empty.
    pub unit: String,
    /// Only when it is needed.
    pub as_needed: bool,
    /// How it gets into the body.
    pub route: Concept,
}

impl Medication {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let prescribed = resource.type_name() == "MedicationRequest";
        let (display, target) = reference(object, "medicationReference");
        let mut code = Concept::member(object, "medicationCodeableConcept");
        if let Some(contained) = resource.contained(target) {
            code = Concept::member(contained, "code");
        }
        if code.is_empty() {
            code.text = display.to_owned();
        }
        let dosages = if prescribed {
            "dosageInstruction"
        } else {
            "dosage"
        };
        let authored = if prescribed {
            "authoredOn"
        } else {
            "dateAsserted"
        };
        let when = match object
            .object("dispenseRequest")
            .and_then(|request| request.object("validityPeriod"))
        {
            Some(period) if prescribed => Some(When::Period(Period::read(period))),
            _ => When::choice(object, "effective"),
        };
        Self {
            code,
            reference: target.to_owned(),
            status: text(object, "status"),
            prescribed,
            dosages: object.objects(dosages).map(Dosage::read).collect(),
            when,
            authored: date(object, authored),
            reasons: Concept::list(object, "reasonCode"),
            note: notes(object),
        }
    }

    /// Whether it is taken at a moment, in seconds since 1970: its state says so, and its end is not past.
    pub fn is_current(&self, now: i64) -> bool {
        let state = matches!(
            self.status.as_str(),
            "active" | "on-hold" | "intended" | "unknown" | ""
        );
        let over = self.when.and_then(When::end);
        state && over.is_none_or(|end| end.last_second() >= now)
    }
}

impl Dosage {
    fn read(object: &Object) -> Self {
        let timing = object.object("timing");
        let repeat = timing.and_then(|timing| timing.object("repeat"));
        let amount = |name| repeat.and_then(|repeat| number(repeat, name));
        let dose = object
            .objects("doseAndRate")
            .find_map(|dose| dose.object("doseQuantity"));
        let needed = object.get("asNeededBoolean") == Some(&crate::json::Json::Bool(true));
        Self {
            text: text(object, "text"),
            dose: dose.map(Quantity::read),
            timing: timing
                .map(|timing| Concept::member(timing, "code"))
                .unwrap_or_default(),
            frequency: amount("frequency"),
            period: amount("period"),
            unit: repeat
                .map(|repeat| text(repeat, "periodUnit"))
                .unwrap_or_default(),
            as_needed: needed || object.get("asNeededCodeableConcept").is_some(),
            route: Concept::member(object, "route"),
        }
    }
}

quiet! { Medication Dosage }
