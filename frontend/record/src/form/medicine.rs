//! Medicines.
use serde::{Deserialize, Serialize};

use super::edit::{Editor, FormField};
use crate::{
    decimal::Decimal,
    json::{Json, Object},
    model::{Concept, Medication, Quantity, Resource},
    quiet::quiet,
};

/// A medicine that is taken or was prescribed.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MedicineForm {
    /// Its name and strength. Must be filled in.
    pub name: String,
    /// How much at a time: `1 tablet`, `5 mg`, or any words.
    pub dose: String,
    /// How often, in words; empty where only numbers say it, which then stay.
    pub how_often: String,
    /// Since when.
    pub since: String,
    /// Until when.
    pub until: String,
    /// What for.
    pub reason: String,
    /// Whether it is not taken any more.
    pub stopped: bool,
    /// What else there is to say.
    pub note: String,
}

/// Where a resource has how it is taken, and for how long.
struct Places {
    dosage: &'static str,
    prescribed: bool,
}

impl Places {
    fn of(object: &Object) -> Self {
        let prescribed = object.str("resourceType") == Some("MedicationRequest");
        Self {
            dosage: if prescribed {
                "dosageInstruction"
            } else {
                "dosage"
            },
            prescribed,
        }
    }
}

impl MedicineForm {
    /// Nothing for a medicine that another resource names, and for one with several ways to take it.
    pub(super) fn read(resource: &Resource) -> Option<Self> {
        let own = Medication::read(resource);
        let object = resource.object();
        if !own.reference.is_empty() || own.dosages.len() > 1 {
            return None;
        }
        let dosage = own.dosages.first();
        let period = match own.prescribed {
            true => object
                .object("dispenseRequest")
                .and_then(|own| own.object("validityPeriod")),
            false => object.object("effectivePeriod"),
        };
        let side = |name| {
            period
                .and_then(|period| period.str(name))
                .unwrap_or_default()
        };
        let at = object.str("effectiveDateTime").filter(|_| !own.prescribed);
        Some(Self {
            name: own.code.label().to_owned(),
            dose: dosage.map(dose).unwrap_or_default(),
            how_often: dosage
                .map(|dosage| dosage.timing.label().to_owned())
                .unwrap_or_default(),
            since: at.unwrap_or(side("start")).to_owned(),
            until: side("end").to_owned(),
            reason: own.reasons.first().map_or("", Concept::label).to_owned(),
            stopped: matches!(own.status.as_str(), "stopped" | "completed" | "cancelled"),
            note: own.note,
        })
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let places = Places::of(to.object);
        let old = Resource::from_object(to.object.clone()).ok();
        let old = old.and_then(|old| Self::read(&old)).unwrap_or_default();
        let is_new = to.object.get("status").is_none();
        if is_new || old.stopped != self.stopped {
            let status = if self.stopped { "stopped" } else { "active" };
            to.text("status", status);
        }
        let name = to.required(FormField::Name, &self.name);
        to.concept("medicationCodeableConcept", name, Vec::new());
        let typed_dose = to.short(FormField::Dose, &self.dose);
        let how_often = to.short(FormField::HowOften, &self.how_often);
        let reason = to.short(FormField::Reason, &self.reason);
        to.first_concept("reasonCode", reason);
        if (old.dose.as_str(), old.how_often.as_str()) != (typed_dose, how_often) {
            let first = to.object.objects(places.dosage).next().cloned();
            let mut dosage = first.unwrap_or_default();
            if old.dose != typed_dose {
                put_dose(&mut dosage, typed_dose);
            }
            if old.how_often != how_often {
                put_timing(&mut dosage, how_often);
            }
            if dosage.is_empty() {
                to.object.remove(places.dosage);
            } else {
                to.object
                    .set(places.dosage, Json::Array(vec![dosage.into()]));
            }
        }
        if (&old.since, &old.until) != (&self.since, &self.until) {
            self.write_period(to, &places);
        }
        to.notes(&self.note);
        to.patient("subject");
    }

    fn write_period(&self, to: &mut Editor<'_>, places: &Places) {
        if !places.prescribed {
            to.object.remove("effectiveDateTime");
            return to.period("effectivePeriod", &self.since, &self.until);
        }
        let mut request = to
            .object
            .object("dispenseRequest")
            .cloned()
            .unwrap_or_default();
        let mut inner = Editor {
            object: &mut request,
            around: to.around,
            faults: Vec::new(),
        };
        inner.period("validityPeriod", &self.since, &self.until);
        let faults = inner.faults;
        to.faults.extend(faults);
        if request.is_empty() {
            to.object.remove("dispenseRequest");
        } else {
            to.object.set("dispenseRequest", request.into());
        }
    }
}

/// The dose as it is typed: the amount, or the words.
fn dose(dosage: &crate::model::Dosage) -> String {
    match &dosage.dose {
        Some(Quantity {
            value: Some(value),
            unit,
            ..
        }) => format!("{} {unit}", value.as_str()).trim().to_owned(),
        _ => dosage.text.clone(),
    }
}

/// An amount with its unit where it is one, else words. The unit is as typed: a tablet has no UCUM code.
fn put_dose(dosage: &mut Object, typed: &str) {
    dosage.remove("doseAndRate");
    dosage.remove("text");
    let at = typed.find(|letter: char| letter.is_alphabetic() || letter == '%');
    let (number, unit) = typed.split_at(at.unwrap_or(typed.len()));
    if let Some(value) = Decimal::typed(number) {
        let quantity = Quantity {
            value: Some(value),
            unit: unit.trim().to_owned(),
            ..Quantity::default()
        };
        let rate = Object::new().with("doseQuantity", quantity.write());
        dosage.set("doseAndRate", Json::Array(vec![rate.into()]));
    } else if !typed.is_empty() {
        dosage.set("text", Json::text(typed));
    }
}

fn put_timing(dosage: &mut Object, how_often: &str) {
    if how_often.is_empty() {
        dosage.remove("timing");
    } else {
        let code = Concept::of(how_often, Vec::new()).write();
        dosage.set("timing", Object::new().with("code", code).into());
    }
}

quiet! { MedicineForm }
