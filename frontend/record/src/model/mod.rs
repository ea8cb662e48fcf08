//! FHIR R4, as far as a person's record needs it.
//!
//! A [`Resource`] keeps everything that was written, in its order and its letters. The types of this
//! folder are what is understood of it: read from it, never instead of it. A form changes members in
//! place, so what nobody here understands is given back as it came.
mod allergy;
mod bill;
mod condition;
mod consent;
mod document;
mod encounter;
mod immunization;
mod kind;
mod medication;
mod observation;
mod patient;
mod procedure;
mod report;
mod resource;
mod types;

pub use allergy::Allergy;
pub(crate) use bill::PAYMENT;
pub use bill::{Bill, Payment};
pub use condition::Condition;
pub use consent::Consent;
pub use document::Document;
pub(crate) use document::PLAIN;
pub use encounter::Encounter;
pub use immunization::Immunization;
pub use kind::{Category, Kind};
pub use medication::{Dosage, Medication};
pub use observation::{Component, Measured, Observation, Range};
pub use patient::Patient;
pub(crate) use patient::name;
pub use procedure::Procedure;
pub use report::Report;
pub use resource::{BadResource, MAX_RESOURCE, Resource};
pub use types::{Coding, Concept, Money, Period, Quantity, When};
pub(crate) use types::{date, notes};
