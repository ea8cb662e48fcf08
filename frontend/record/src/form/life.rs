//! Allergies, problems, immunisations, procedures and visits.
use serde::{Deserialize, Serialize};

use super::edit::{Editor, FormField, Problem, choice};
use crate::{
    json::{Json, Object},
    model::{Allergy, Coding, Concept, Condition, Encounter, Immunization, Procedure, Resource},
    quiet::quiet,
    system::{ACT_CODE, ALLERGY_CLINICAL, CONDITION_CLINICAL},
};

/// An allergy or intolerance.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AllergyForm {
    /// To what. Must be filled in.
    pub name: String,
    /// What happens.
    pub reaction: String,
    /// How bad that is: `mild`, `moderate`, `severe`, or empty.
    pub severity: String,
    /// Whether it is life-threatening.
    pub high_risk: bool,
    /// Since when.
    pub since: String,
    /// Whether it is over.
    pub over: bool,
    /// What else there is to say.
    pub note: String,
}

impl AllergyForm {
    pub(super) fn read(resource: &Resource) -> Self {
        let own = Allergy::read(resource);
        let first = own.reactions.first();
        Self {
            name: own.code.label().to_owned(),
            reaction: first
                .map(|(what, _)| what.label().to_owned())
                .unwrap_or_default(),
            severity: first
                .map(|(_, severity)| severity.clone())
                .unwrap_or_default(),
            high_risk: own.criticality == "high",
            since: choice(resource.object(), "onset"),
            over: matches!(own.clinical.as_str(), "inactive" | "resolved"),
            note: own.note,
        }
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let old = Resource::from_object(to.object.clone()).map(|old| Self::read(&old));
        let old = old.unwrap_or_default();
        let is_new = to.object.get("code").is_none();
        let name = to.required(FormField::Name, &self.name);
        to.concept("code", name, Vec::new());
        if is_new || old.over != self.over {
            let status = if self.over { "resolved" } else { "active" };
            to.code("clinicalStatus", ALLERGY_CLINICAL, status);
        }
        if old.high_risk != self.high_risk {
            to.text("criticality", if self.high_risk { "high" } else { "" });
        }
        if !matches!(self.severity.as_str(), "" | "mild" | "moderate" | "severe") {
            to.fault(FormField::Severity, Problem::NotOffered);
        }
        let reaction = to.short(FormField::Reaction, &self.reaction);
        if reaction.is_empty() && !self.severity.is_empty() {
            to.fault(FormField::Reaction, Problem::Missing);
        }
        if (old.reaction.as_str(), &old.severity) != (reaction, &self.severity) {
            reactions(to.object, reaction, &self.severity);
        }
        to.choice(FormField::Since, "onset", &self.since);
        to.notes(&self.note);
        to.patient("patient");
    }
}

/// Changes the first reaction and leaves the others.
fn reactions(object: &mut Object, reaction: &str, severity: &str) {
    let mut all = object.items("reaction").to_vec();
    if !all.is_empty() {
        all.remove(0);
    }
    if !reaction.is_empty() {
        let what = Concept::of(reaction, Vec::new()).write();
        let mut first = Object::new().with("manifestation", Json::Array(vec![what]));
        if !severity.is_empty() {
            first.set("severity", Json::text(severity));
        }
        all.insert(0, first.into());
    }
    if all.is_empty() {
        object.remove("reaction");
    } else {
        object.set("reaction", Json::Array(all));
    }
}

/// A problem or illness.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProblemForm {
    /// What it is. Must be filled in.
    pub name: String,
    /// Since when.
    pub since: String,
    /// Until when; what is over may have no date.
    pub until: String,
    /// Whether it is over.
    pub over: bool,
    /// What else there is to say.
    pub note: String,
}

impl ProblemForm {
    pub(super) fn read(resource: &Resource) -> Self {
        let own = Condition::read(resource);
        Self {
            name: own.code.label().to_owned(),
            since: choice(resource.object(), "onset"),
            until: choice(resource.object(), "abatement"),
            over: matches!(own.clinical.as_str(), "inactive" | "remission" | "resolved"),
            note: own.note,
        }
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let was = Concept::member(to.object, "clinicalStatus");
        let was_over = matches!(was.code(), "inactive" | "remission" | "resolved");
        let is_new = to.object.get("code").is_none();
        let name = to.required(FormField::Name, &self.name);
        to.concept("code", name, Vec::new());
        let over = self.over || (is_new && !self.until.trim().is_empty());
        if is_new || was_over != over {
            let status = if over { "resolved" } else { "active" };
            to.code("clinicalStatus", CONDITION_CLINICAL, status);
        }
        to.choice(FormField::Since, "onset", &self.since);
        to.choice(FormField::Until, "abatement", &self.until);
        let date = |text: &str| crate::date::Date::parse(text.trim()).ok();
        if let (Some(start), Some(end)) = (date(&self.since), date(&self.until))
            && end.last_second() < start.seconds()
        {
            to.fault(FormField::Until, Problem::EndsBefore);
        }
        to.notes(&self.note);
        to.patient("subject");
    }
}

/// An immunisation.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ImmunisationForm {
    /// The vaccine, or against what. Must be filled in.
    pub name: String,
    /// When. Must be filled in.
    pub when: String,
    /// The number of the batch.
    pub batch: String,
    /// What else there is to say.
    pub note: String,
}

impl ImmunisationForm {
    pub(super) fn read(resource: &Resource) -> Self {
        let own = Immunization::read(resource);
        Self {
            name: own.vaccine.label().to_owned(),
            when: choice(resource.object(), "occurrence"),
            batch: own.lot,
            note: own.note,
        }
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        to.default("status", Json::text("completed"));
        let name = to.required(FormField::Name, &self.name);
        to.concept("vaccineCode", name, Vec::new());
        // An older one may say when in words.
        if self.when.trim().is_empty() && to.object.get("occurrenceString").is_none() {
            to.fault(FormField::When, Problem::Missing);
        }
        to.choice(FormField::When, "occurrence", &self.when);
        let batch = to.short(FormField::Batch, &self.batch);
        to.text("lotNumber", batch);
        to.notes(&self.note);
        to.patient("patient");
    }
}

/// An operation, or another thing that was done.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProcedureForm {
    /// What was done. Must be filled in.
    pub name: String,
    /// When.
    pub when: String,
    /// What for.
    pub reason: String,
    /// What else there is to say.
    pub note: String,
}

impl ProcedureForm {
    pub(super) fn read(resource: &Resource) -> Self {
        let own = Procedure::read(resource);
        let reasons = Concept::list(resource.object(), "reasonCode");
        Self {
            name: own.code.label().to_owned(),
            when: choice(resource.object(), "performed"),
            reason: reasons.first().map_or("", Concept::label).to_owned(),
            note: own.note,
        }
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        to.default("status", Json::text("completed"));
        let name = to.required(FormField::Name, &self.name);
        to.concept("code", name, Vec::new());
        to.choice(FormField::When, "performed", &self.when);
        let reason = to.short(FormField::Reason, &self.reason);
        to.first_concept("reasonCode", reason);
        to.notes(&self.note);
        to.patient("subject");
    }
}

/// A visit, or a stay in hospital.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VisitForm {
    /// What kind of visit. Must be filled in.
    pub name: String,
    /// What for.
    pub reason: String,
    /// The first day. Must be filled in.
    pub since: String,
    /// The last day.
    pub until: String,
    /// With whom.
    pub with: String,
    /// Where.
    pub place: String,
    /// Whether it was a stay in hospital.
    pub hospital: bool,
}

impl VisitForm {
    pub(super) fn read(resource: &Resource) -> Self {
        let own = Encounter::read(resource);
        let period = resource.object().object("period");
        let side = |name| {
            period
                .and_then(|period| period.str(name))
                .unwrap_or_default()
        };
        Self {
            name: own.types.first().map_or("", Concept::label).to_owned(),
            reason: own.reasons.first().map_or("", Concept::label).to_owned(),
            since: side("start").to_owned(),
            until: side("end").to_owned(),
            with: own.with.first().cloned().unwrap_or_default(),
            place: own.place,
            hospital: own.class.code == "IMP",
        }
    }

    pub(super) fn write(&self, to: &mut Editor<'_>) {
        let old = Resource::from_object(to.object.clone()).map(|old| Self::read(&old));
        let old = old.unwrap_or_default();
        to.default("status", Json::text("finished"));
        let is_new = to.object.get("class").is_none();
        if is_new || old.hospital != self.hospital {
            let code = if self.hospital { "IMP" } else { "AMB" };
            to.object
                .set("class", Coding::new(ACT_CODE, code, "").write());
        }
        let name = to.required(FormField::Name, &self.name);
        to.first_concept("type", name);
        let reason = to.short(FormField::Reason, &self.reason);
        to.first_concept("reasonCode", reason);
        if self.since.trim().is_empty() {
            to.fault(FormField::Since, Problem::Missing);
        }
        to.period("period", &self.since, &self.until);
        let with = to.short(FormField::With, &self.with);
        if old.with != with {
            let named = Object::new().with_text("display", with);
            let part = Object::new().with("individual", named.into());
            let parts = if with.is_empty() {
                vec![]
            } else {
                vec![part.into()]
            };
            to.object.set("participant", Json::Array(parts));
            if with.is_empty() {
                to.object.remove("participant");
            }
        }
        let place = to.short(FormField::Place, &self.place);
        if old.place != place {
            to.object.remove("serviceProvider");
            if !place.is_empty() {
                let named = Object::new().with_text("display", place);
                to.object.set("serviceProvider", named.into());
            }
        }
        to.patient("subject");
    }
}

quiet! { AllergyForm ProblemForm ImmunisationForm ProcedureForm VisitForm }
