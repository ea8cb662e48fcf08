//! What people enter: short forms, each a few fields of text as it was typed, and a FHIR resource.
//!
//! A form is read from a resource to be changed, and written into it: what the form does not know stays.
//! Written back unchanged it changes nothing.
mod edit;
mod life;
mod measure;
mod medicine;
mod note;
mod paper;

pub use edit::{Around, Fault, FormField, LONG, Problem, SHORT};
pub use life::{AllergyForm, ImmunisationForm, ProblemForm, ProcedureForm, VisitForm};
pub use measure::MeasureForm;
pub use medicine::MedicineForm;
pub use note::NoteForm;
pub(crate) use note::content as note_content;
pub use paper::{BillForm, PaymentForm, ResearchForm};

use edit::Editor;
use serde::{Deserialize, Serialize};

use crate::{
    entry::Stored,
    json::Json,
    model::{Kind, Resource},
    quiet::quiet,
};

/// A form of any kind.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is called what it is")]
pub enum Form {
    Allergy(AllergyForm),
    Medicine(MedicineForm),
    Problem(ProblemForm),
    Immunisation(ImmunisationForm),
    Measure(MeasureForm),
    Procedure(ProcedureForm),
    Visit(VisitForm),
    Bill(BillForm),
    Research(ResearchForm),
    Note(NoteForm),
}

impl Form {
    /// The form for a resource; nothing for kinds that nobody enters, and for what a form would lose.
    pub fn read(resource: &Resource) -> Option<Self> {
        match resource.kind() {
            Kind::Allergy => Some(Self::Allergy(AllergyForm::read(resource))),
            Kind::Medicine => MedicineForm::read(resource).map(Self::Medicine),
            Kind::Problem => Some(Self::Problem(ProblemForm::read(resource))),
            Kind::Immunisation => Some(Self::Immunisation(ImmunisationForm::read(resource))),
            Kind::Observation => MeasureForm::read(resource).map(Self::Measure),
            Kind::Procedure => Some(Self::Procedure(ProcedureForm::read(resource))),
            Kind::Visit => Some(Self::Visit(VisitForm::read(resource))),
            Kind::Bill => BillForm::read(resource).map(Self::Bill),
            Kind::Consent => ResearchForm::read(resource).map(Self::Research),
            Kind::Document => NoteForm::read(resource).map(Self::Note),
            _ => None,
        }
    }

    /// Writes what was typed into `old`, or into a new resource.
    ///
    /// # Errors
    /// Every field that is not right.
    pub fn write(&self, old: Option<&Stored>, around: &Around) -> Result<Stored, Vec<Fault>> {
        let mut stored = match old {
            Some(old) => old.clone(),
            None => fresh(self.type_name(), around),
        };
        let mut editor = Editor {
            object: stored.resource.object_mut(),
            around,
            faults: Vec::new(),
        };
        match self {
            Self::Allergy(form) => form.write(&mut editor),
            Self::Medicine(form) => form.write(&mut editor),
            Self::Problem(form) => form.write(&mut editor),
            Self::Immunisation(form) => form.write(&mut editor),
            Self::Measure(form) => form.write(&mut editor),
            Self::Procedure(form) => form.write(&mut editor),
            Self::Visit(form) => form.write(&mut editor),
            Self::Bill(form) => form.write(&mut editor),
            Self::Research(form) => form.write(&mut editor),
            Self::Note(form) => form.write(&mut editor),
        }
        match editor.faults {
            faults if faults.is_empty() => Ok(stored),
            faults => Err(faults),
        }
    }

    /// What FHIR calls a new one.
    fn type_name(&self) -> &'static str {
        match self {
            Self::Allergy(_) => "AllergyIntolerance",
            Self::Medicine(_) => "MedicationStatement",
            Self::Problem(_) => "Condition",
            Self::Immunisation(_) => "Immunization",
            Self::Measure(_) => "Observation",
            Self::Procedure(_) => "Procedure",
            Self::Visit(_) => "Encounter",
            Self::Bill(_) => "ExplanationOfBenefit",
            Self::Research(_) => "Consent",
            Self::Note(_) => "DocumentReference",
        }
    }
}

/// A new resource with its name.
fn fresh(type_name: &str, around: &Around) -> Stored {
    let mut resource = Resource::new(type_name);
    let mut full_url = String::new();
    if !around.id.is_empty() {
        resource.object_mut().set("id", Json::text(&around.id));
        full_url = format!("urn:uuid:{}", around.id);
    }
    Stored { full_url, resource }
}

quiet! { Form }

#[cfg(test)]
mod tests;
