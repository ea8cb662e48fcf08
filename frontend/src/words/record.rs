//! What a record says: allergies, medicines, problems, results, and the forms to enter them.

use keepwell_record::{Field, form::Problem, model::Kind};

use crate::{pages::Sheet, platform::locale};

pub(crate) const OVERVIEW: &str = "The important first";
pub(crate) const ALLERGIES: &str = "Allergies";
pub(crate) const MEDICINES: &str = "Current medicines";
pub(crate) const PROBLEMS: &str = "Problems";
pub(crate) const RESULTS: &str = "Last results";
/// Nobody has written any down: that is not the same as having none.
pub(crate) const NONE_WRITTEN: &str = "Nothing is written down here yet.";
pub(crate) const NOT_READ: &str =
    "The overview and the search do not work just now. All entries are in the list.";

pub(crate) const ADD: &str = "Add something else";
pub(crate) const ADD_TEXT: &str = "What would you like to write down?";
pub(crate) const EDIT_ELSEWHERE: &str = "This entry says more than our forms have fields for, so it can not be changed here without losing something. It stays as it is.";
pub(crate) const DATE_HELP: &str = "As exactly as you know it: 2009, or 2009-03, or 2009-03-21.";
pub(crate) const NARROW: &str = "Show only some";
pub(crate) const ALL_CATEGORIES: &str = "Everything";
pub(crate) const ALL_AUTHORS: &str = "Anybody";
pub(crate) const BELONGS_TO: &str = "What it belongs to";
pub(crate) const WRITTEN_BY: &str = "Written by";
pub(crate) const NOT_BEFORE: &str = "From";
pub(crate) const NOT_AFTER: &str = "Until";
pub(crate) const SHOW_ALL: &str = "Show everything again";
pub(crate) const TAKEN_BACK: &str = "This was taken back or did not happen.";
pub(crate) const NOT_UNDERSTOOD: &str =
    "Keepwell keeps this as it came, and does not know how to show more of it.";
pub(crate) const YES: &str = "Yes";
pub(crate) const NO: &str = "No";

pub(crate) fn add(sheet: Sheet) -> &'static str {
    match sheet {
        Sheet::Allergy => "Allergy",
        Sheet::Medicine => "Medicine",
        Sheet::Problem => "Problem or illness",
        Sheet::Immunisation => "Vaccination",
        Sheet::Pressure => "Blood pressure",
        Sheet::Vital => "Weight, pulse, temperature",
        Sheet::Laboratory => "Laboratory value",
        Sheet::Procedure => "Operation or treatment",
        Sheet::Visit => "Visit or hospital stay",
        Sheet::Bill => "Bill",
        Sheet::Research => "Consent to research",
    }
}

pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Patient => "About me",
        Kind::Allergy => "Allergy",
        Kind::Medicine => "Medicine",
        Kind::Problem => "Problem",
        Kind::Immunisation => "Vaccination",
        Kind::Observation => "Result",
        Kind::Report => "Report",
        Kind::Procedure => "Treatment",
        Kind::Visit => "Visit",
        Kind::Document => "Note",
        Kind::Bill => "Bill",
        Kind::Consent => "Consent",
        Kind::File => "File",
        Kind::Background | Kind::Other => "Other",
    }
}

/// Several of a kind, above a list.
pub(crate) fn kinds(kind: Kind) -> &'static str {
    match kind {
        Kind::Patient => "About me",
        Kind::Allergy => "Allergies",
        Kind::Medicine => "Medicines",
        Kind::Problem => "Problems",
        Kind::Immunisation => "Vaccinations",
        Kind::Observation => "Results",
        Kind::Report => "Reports",
        Kind::Procedure => "Treatments",
        Kind::Visit => "Visits",
        Kind::Document => "Notes",
        Kind::Bill => "Bills",
        Kind::Consent => "Consents",
        Kind::File => "Files",
        Kind::Background => "People, places and substances",
        Kind::Other => "Other",
    }
}

pub(crate) fn field(field: Field) -> &'static str {
    match field {
        Field::Value | Field::Component | Field::Result => "Result",
        Field::UsualRange => "Usual range",
        Field::Interpretation => "Meaning",
        Field::Dose => "Dose",
        Field::HowOften => "How often",
        Field::AsNeeded => "Only when needed",
        Field::Route => "How",
        Field::Status => "Status",
        Field::Certainty => "How certain",
        Field::Severity => "How bad",
        Field::Risk => "Risk",
        Field::Reaction => "What happens",
        Field::Reason => "What for",
        Field::Since => "Since",
        Field::Until => "Until",
        Field::Recorded => "Recorded",
        Field::Issued => "Issued",
        Field::Conclusion => "Conclusion",
        Field::Outcome => "Outcome",
        Field::Batch => "Batch",
        Field::Place => "Where",
        Field::With => "With",
        Field::From => "From",
        Field::Insurer => "Insurer",
        Field::Total => "Amount",
        Field::Paid => "Paid",
        Field::PaidOn => "Paid on",
        Field::Item => "For",
        Field::Decision => "Decision",
        Field::To => "Who does it",
        Field::Born => "Born",
        Field::Gender => "Gender",
        Field::Identifier => "Number",
        Field::Contact => "Contact",
        Field::Address => "Address",
        Field::MediaType => "Type",
        Field::Size => "Size",
        Field::Text | Field::Note => "Note",
        Field::Code => "Code",
    }
}

/// A code of a list that FHIR fixes; others are shown as they are.
pub(crate) fn code(code: &str) -> &str {
    match code {
        "active" => "goes on",
        "inactive" => "not active",
        "resolved" | "completed" | "finished" => "over",
        "remission" => "in remission",
        "recurrence" | "relapse" => "came back",
        "stopped" => "stopped",
        "on-hold" => "paused",
        "intended" | "planned" => "planned",
        "confirmed" => "confirmed",
        "unconfirmed" | "provisional" => "not confirmed",
        "mild" => "mild",
        "moderate" => "moderate",
        "severe" => "severe",
        "high" => "life-threatening",
        "low" => "low",
        "unable-to-assess" => "not known",
        "AMB" => "visit",
        "IMP" => "hospital stay",
        "EMER" => "emergency",
        "permit" => "agreed",
        "deny" => "not agreed",
        "preliminary" => "preliminary",
        "amended" | "corrected" => "corrected",
        "entered-in-error" => "written by mistake",
        "8480-6" => "Upper",
        "8462-4" => "Lower",
        other => other,
    }
}

/// What people measure most often, by its key.
pub(crate) fn known(key: &str) -> &str {
    match key {
        "blood-pressure" => "Blood pressure",
        "heart-rate" => "Pulse",
        "weight" => "Weight",
        "height" => "Height",
        "temperature" => "Temperature",
        "oxygen" => "Oxygen in the blood",
        "breathing" => "Breaths a minute",
        "body-mass-index" => "Body mass index",
        "glucose" => "Glucose",
        "glucose-meter" => "Glucose, own meter",
        "hba1c" => "HbA1c",
        "cholesterol" => "Cholesterol",
        "hdl" => "HDL cholesterol",
        "ldl" => "LDL cholesterol",
        "triglycerides" => "Triglycerides",
        "creatinine" => "Creatinine",
        "uric-acid" => "Uric acid",
        "haemoglobin" => "Haemoglobin",
        "white-cells" => "White blood cells",
        "platelets" => "Platelets",
        "sodium" => "Sodium",
        "potassium" => "Potassium",
        "calcium" => "Calcium",
        "crp" => "CRP",
        "tsh" => "TSH",
        "ferritin" => "Ferritin",
        "vitamin-d" => "Vitamin D",
        "inr" => "INR",
        "alt" => "ALT (GPT)",
        other => other,
    }
}

/// How the names of code systems end, and what people call them.
pub(crate) const CODE_SYSTEMS: [(&str, &str); 3] = [
    ("//loinc.org", "LOINC"),
    ("//snomed.info/sct", "SNOMED CT"),
    ("/umls/rxnorm", "RxNorm"),
];

pub(crate) const OTHER: &str = "Something else";

/// So many times in so many of a unit of time.
pub(crate) fn often(times: &str, period: &str, unit: &str) -> String {
    let (one, many) = match unit {
        "s" => ("second", "seconds"),
        "min" => ("minute", "minutes"),
        "h" => ("hour", "hours"),
        "d" => ("day", "days"),
        "wk" => ("week", "weeks"),
        "mo" => ("month", "months"),
        "a" => ("year", "years"),
        other => (other, other),
    };
    let times = match times {
        "1" => "once".to_owned(),
        "2" => "twice".to_owned(),
        more => format!("{} times", locale::decimal(more)),
    };
    match period {
        "1" => format!("{times} a {one}"),
        more => format!("{times} every {} {many}", locale::decimal(more)),
    }
}

pub(crate) fn since(from: &str) -> String {
    format!("since {from}")
}

pub(crate) fn until(to: &str) -> String {
    format!("until {to}")
}

pub(crate) fn between(from: &str, to: &str) -> String {
    format!("{from} to {to}")
}

pub(crate) fn at_least(low: &str) -> String {
    format!("from {low}")
}

pub(crate) fn at_most(high: &str) -> String {
    format!("up to {high}")
}

/// What is wrong with a field, and what to do.
pub(crate) fn problem(label: &str, problem: Problem) -> String {
    // Some labels ask.
    let label = label.trim_end_matches('?');
    match problem {
        Problem::Missing => format!("{label}: please fill this in."),
        Problem::TooLong(most) => format!("{label}: please use at most {most} letters."),
        Problem::NoNumber => format!(
            "{label}: please type a number, for example {}.",
            locale::decimal("7.2")
        ),
        Problem::NoDate => format!("{label}: please type a date like 2009, 2009-03 or 2009-03-21."),
        Problem::NoSuchDay => format!("{label}: this day does not exist. Please look at it again."),
        Problem::Future => format!("{label}: this lies in the future. Please look at it again."),
        Problem::EndsBefore => {
            format!("{label}: this is before the beginning. Please look at both dates.")
        }
        Problem::LowAboveHigh => {
            format!("{label}: the lower number is above the upper one. Please look at both.")
        }
        Problem::NotOffered => format!("{label}: please choose one of the list."),
    }
}

/// The labels of the forms, and the help under some.
pub(crate) mod form {
    pub(crate) const KIND: &str = "Kind";
    pub(crate) const DATE: &str = "Date";
    pub(crate) const ALLERGY_NAME: &str = "Allergic to what?";
    pub(crate) const REACTION: &str = "What happens?";
    pub(crate) const REACTION_HELP: &str = "For example: rash, or short of breath. May stay empty.";
    pub(crate) const SEVERITY: &str = "How bad is it?";
    pub(crate) const SEVERITIES: [(&str, &str); 4] = [
        ("", "Not known"),
        ("mild", "Mild"),
        ("moderate", "Moderate"),
        ("severe", "Severe"),
    ];
    pub(crate) const HIGH_RISK: &str = "It can be life-threatening";
    pub(crate) const OVER: &str = "This is over";
    pub(crate) const SINCE: &str = "Since when?";
    pub(crate) const UNTIL: &str = "Until when?";
    pub(crate) const NOTE: &str = "Anything else";
    pub(crate) const MEDICINE_NAME: &str = "Name and strength";
    pub(crate) const MEDICINE_HELP: &str = "As it stands on the box.";
    pub(crate) const DOSE: &str = "How much at a time?";
    pub(crate) const DOSE_HELP: &str = "For example: 1 tablet, or 5 mg.";
    pub(crate) const HOW_OFTEN: &str = "How often?";
    pub(crate) const HOW_OFTEN_HELP: &str = "For example: in the morning, or twice a day.";
    pub(crate) const REASON: &str = "What for?";
    pub(crate) const STOPPED: &str = "No longer taken";
    pub(crate) const PROBLEM_NAME: &str = "What is it?";
    pub(crate) const VACCINE: &str = "Against what, or which vaccine?";
    pub(crate) const WHEN: &str = "When?";
    pub(crate) const BATCH: &str = "Number of the batch";
    pub(crate) const KNOWN: &str = "What was measured?";
    pub(crate) const MEASURE_NAME: &str = "What is it called?";
    pub(crate) const VALUE: &str = "Value";
    pub(crate) const BY_LABORATORY: &str = "A laboratory measured it";
    pub(crate) const UPPER: &str = "Upper value (systolic)";
    pub(crate) const LOWER: &str = "Lower value (diastolic)";
    pub(crate) const UNIT: &str = "Unit";
    pub(crate) const LOW: &str = "Usual range, from";
    pub(crate) const HIGH: &str = "Usual range, to";
    pub(crate) const RANGE_HELP: &str = "Only if the laboratory says one.";
    pub(crate) const PROCEDURE_NAME: &str = "What was done?";
    pub(crate) const VISIT_NAME: &str = "What kind of visit?";
    pub(crate) const VISIT_HELP: &str = "For example: check-up, or emergency.";
    pub(crate) const WITH: &str = "With whom?";
    pub(crate) const PLACE: &str = "Where?";
    pub(crate) const HOSPITAL: &str = "Stay in hospital";
    pub(crate) const FIRST_DAY: &str = "First day";
    pub(crate) const LAST_DAY: &str = "Last day";
    pub(crate) const BILL_NAME: &str = "What is it for?";
    pub(crate) const BILL_FROM: &str = "From whom?";
    pub(crate) const BILL_DATE: &str = "Date of the bill";
    pub(crate) const AMOUNT: &str = "Amount";
    pub(crate) const CURRENCY: &str = "Currency";
    pub(crate) const CURRENCY_HELP: &str = "Three letters, for example EUR or USD.";
    pub(crate) const STUDY: &str = "Which study, or what for?";
    pub(crate) const STUDY_BY: &str = "Who does the research?";
    pub(crate) const AGREES: &str = "I agree";
    pub(crate) const DECIDED: &str = "When did you decide?";
    pub(crate) const HOLDS_UNTIL: &str = "Until when does it hold?";
}
