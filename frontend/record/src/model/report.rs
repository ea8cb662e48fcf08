//! DiagnosticReport: several results that belong together.
use super::{
    Concept, Resource, When,
    types::{date, text},
};
use crate::{date::Date, json::Object, quiet::quiet};

/// What is understood of a report.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// What it is about.
    pub code: Concept,
    /// `final`, `preliminary`, `entered-in-error` and others; may be empty.
    pub status: String,
    /// Which kind of laboratory or service made it.
    pub categories: Vec<Concept>,
    /// When it was so in the body.
    pub when: Option<When>,
    /// When it was given out.
    pub issued: Option<Date>,
    /// The results: what each is called here, and where it is.
    pub results: Vec<(String, String)>,
    /// What the laboratory concludes; may be empty.
    pub conclusion: String,
}

impl Report {
    /// Reads what is understood.
    pub fn read(resource: &Resource) -> Self {
        let object = resource.object();
        let link = |result: &Object| (text(result, "display"), text(result, "reference"));
        Self {
            code: Concept::member(object, "code"),
            status: text(object, "status"),
            categories: Concept::list(object, "category"),
            when: When::choice(object, "effective"),
            issued: date(object, "issued"),
            results: object.objects("result").map(link).collect(),
            conclusion: text(object, "conclusion"),
        }
    }
}

quiet! { Report }
