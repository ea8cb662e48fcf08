//! The names of the code systems that a record speaks. They look like addresses; nothing is ever
//! fetched from them.

/// Laboratory and vital signs: LOINC, of Regenstrief Institute.
pub(crate) const LOINC: &str = "http://loinc.org";
/// Units of measure.
pub(crate) const UCUM: &str = "http://unitsofmeasure.org";
/// Currencies (ISO 4217).
pub(crate) const CURRENCY: &str = "urn:iso:std:iso:4217";
pub(crate) const OBSERVATION_CATEGORY: &str =
    "http://terminology.hl7.org/CodeSystem/observation-category";
pub(crate) const ALLERGY_CLINICAL: &str =
    "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
pub(crate) const CONDITION_CLINICAL: &str =
    "http://terminology.hl7.org/CodeSystem/condition-clinical";
pub(crate) const CONSENT_SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
pub(crate) const LOINC_CONSENT: &str = "59284-0";
pub(crate) const CLAIM_TYPE: &str = "http://terminology.hl7.org/CodeSystem/claim-type";
pub(crate) const ADJUDICATION: &str = "http://terminology.hl7.org/CodeSystem/adjudication";
pub(crate) const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
