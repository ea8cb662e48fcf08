//! What a file has in it that a person should know of.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    date::Date,
    json::{Json, Object},
    model::BadResource,
    quiet::quiet,
};

/// Something to tell, and where it was found.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub what: What,
    /// How often.
    pub count: usize,
    /// Where, at most [`EXAMPLES`] times.
    pub examples: Vec<Example>,
}

/// A place in a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Example {
    /// The resource, counted from 0 as it stands in the file.
    pub position: usize,
    /// What stands there, in the writer's letters, shortened.
    pub text: String,
}

/// How many examples are shown.
pub const EXAMPLES: usize = 5;

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum What {
    /// It can not be read, and is the only thing that is not taken: not a resource, or one that breaks the
    /// rules of JSON. The file itself still has it.
    Unreadable,
    /// It is longer than an entry may be, and is not taken.
    TooLong,
    /// A kind of resource of which no more than the name is understood. It is kept as it is.
    Kind,
    /// It says that something in it changes the meaning of the rest (`modifierExtension`,
    /// `implicitRules`), in a way that is not understood. It is kept as it is.
    Modified,
    /// A date that does not exist or is none. It is kept as it is, and not used.
    Date,
    /// A reference that leads neither into the file nor into the chart. It is kept as it is.
    Nowhere,
}

/// Findings while they are collected.
#[derive(Default)]
pub(crate) struct Findings(BTreeMap<What, Finding>);

impl Findings {
    pub(crate) fn add(&mut self, what: What, position: usize, text: &str) {
        let own = self.0.entry(what).or_insert_with(|| Finding {
            what,
            count: 0,
            examples: Vec::new(),
        });
        own.count += 1;
        let text: String = text.chars().take(80).collect();
        // The same text again tells nothing new.
        if own.examples.len() < EXAMPLES && own.examples.iter().all(|example| example.text != text)
        {
            own.examples.push(Example { position, text });
        }
    }

    pub(crate) fn bad(&mut self, bad: BadResource, position: usize) {
        let what = match bad {
            BadResource::TooLong => What::TooLong,
            BadResource::Json(_) | BadResource::NoType => What::Unreadable,
        };
        self.add(what, position, "");
    }

    /// Looks through a resource for dates that are none and for what changes its meaning; gives its
    /// references.
    pub(crate) fn look(&mut self, position: usize, object: &Object) -> Vec<String> {
        let mut references = Vec::new();
        self.look_into(position, object, &mut references);
        references
    }

    fn look_into(&mut self, position: usize, object: &Object, references: &mut Vec<String>) {
        for (name, value) in object.iter() {
            match (name, value) {
                ("modifierExtension" | "implicitRules", _) => {
                    self.add(What::Modified, position, name)
                }
                ("reference", Json::String(text)) => references.push(text.clone()),
                (_, Json::String(text)) if is_date(name) && Date::parse(text).is_err() => {
                    self.add(What::Date, position, text);
                }
                _ => self.look_at(position, value, references),
            }
        }
    }

    fn look_at(&mut self, position: usize, value: &Json, references: &mut Vec<String>) {
        match value {
            Json::Object(object) => self.look_into(position, object, references),
            Json::Array(items) => {
                for item in items {
                    self.look_at(position, item, references);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn done(self) -> Vec<Finding> {
        self.0.into_values().collect()
    }
}

/// What FHIR calls its dates.
fn is_date(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "date",
        "start",
        "end",
        "issued",
        "created",
        "authoredOn",
        "recorded",
        "sent",
        "lastUpdated",
    ];
    name.ends_with("DateTime") || name.ends_with("Date") || NAMES.contains(&name)
}

quiet! { Finding Example }
