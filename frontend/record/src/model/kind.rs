//! Kinds of resources, and to which data category each belongs.
use serde::{Deserialize, Serialize};

use super::{Observation, Resource};

/// What an entry is. The order is the one in which lists of kinds are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    /// Who the person is.
    Patient,
    /// An allergy or intolerance.
    Allergy,
    /// A medicine: prescribed, or taken.
    Medicine,
    /// A problem: an illness, or what a doctor found.
    Problem,
    /// An immunisation.
    Immunisation,
    /// A laboratory value, a vital sign, or another observation.
    Observation,
    /// A report that holds several results.
    Report,
    /// A procedure: an operation, or another thing that was done.
    Procedure,
    /// A visit, or a stay in hospital.
    Visit,
    /// A document; a note is one, too.
    Document,
    /// A bill, or what an insurer says of one.
    Bill,
    /// A consent, to research for one.
    Consent,
    /// A file of this chart.
    File,
    /// What others refer to: people, organisations, places, substances, and plans of an insurance.
    Background,
    /// Anything else. It is kept, found and given back.
    Other,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Patient,
        Self::Allergy,
        Self::Medicine,
        Self::Problem,
        Self::Immunisation,
        Self::Observation,
        Self::Report,
        Self::Procedure,
        Self::Visit,
        Self::Document,
        Self::Bill,
        Self::Consent,
        Self::File,
        Self::Background,
        Self::Other,
    ];

    /// The kind that FHIR calls so.
    pub fn named(name: &str) -> Self {
        match name {
            "Patient" => Self::Patient,
            "AllergyIntolerance" => Self::Allergy,
            "MedicationRequest" | "MedicationStatement" => Self::Medicine,
            "Condition" => Self::Problem,
            "Immunization" => Self::Immunisation,
            "Observation" => Self::Observation,
            "DiagnosticReport" => Self::Report,
            "Procedure" => Self::Procedure,
            "Encounter" => Self::Visit,
            "DocumentReference" => Self::Document,
            "Claim" | "ExplanationOfBenefit" => Self::Bill,
            "Consent" => Self::Consent,
            "Practitioner" | "PractitionerRole" | "Organization" | "Location" | "Medication"
            | "Substance" | "Device" | "Coverage" | "RelatedPerson" | "Specimen"
            | "HealthcareService" | "Endpoint" | "Provenance" | "Composition" => Self::Background,
            _ => Self::Other,
        }
    }

    /// Whether more of it is understood than its title and date.
    pub fn is_understood(self) -> bool {
        !matches!(self, Self::Background | Self::Other)
    }
}

/// The data categories. The same ones as those of the vault, which this crate can not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Category {
    /// Name, contacts, wishes.
    Personal,
    /// Findings, letters, history.
    Clinical,
    /// Medicines.
    Prescriptions,
    /// Laboratory values.
    Laboratory,
    /// Bills.
    Financial,
    /// Consent to research.
    Research,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 6] = [
        Self::Personal,
        Self::Clinical,
        Self::Prescriptions,
        Self::Laboratory,
        Self::Financial,
        Self::Research,
    ];

    /// Where a resource belongs by its nature.
    pub(crate) fn of(resource: &Resource) -> Self {
        match resource.type_name() {
            "Patient" | "RelatedPerson" => Self::Personal,
            "MedicationRequest"
            | "MedicationStatement"
            | "MedicationDispense"
            | "MedicationAdministration"
            | "Medication" => Self::Prescriptions,
            "Specimen" => Self::Laboratory,
            "Observation" if Observation::read(resource).is_laboratory() => Self::Laboratory,
            "DiagnosticReport" if is_laboratory_report(resource) => Self::Laboratory,
            "Claim"
            | "ClaimResponse"
            | "ExplanationOfBenefit"
            | "Coverage"
            | "Invoice"
            | "PaymentNotice"
            | "PaymentReconciliation"
            | "Account" => Self::Financial,
            "Consent" if super::Consent::read(resource).research => Self::Research,
            "Consent" => Self::Personal,
            "ResearchStudy" | "ResearchSubject" => Self::Research,
            _ => Self::Clinical,
        }
    }
}

fn is_laboratory_report(resource: &Resource) -> bool {
    super::Report::read(resource)
        .categories
        .iter()
        .flat_map(|category| &category.codings)
        .any(|coding| coding.code == "LAB" || coding.code == "26436-6")
}
