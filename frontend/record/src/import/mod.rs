//! Taking in a file of FHIR: first a look at what is in it, then what the person chose of it.
mod file;
mod finding;
mod twin;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use file::File;
pub use file::{BadFile, MAX_ENTRIES, MAX_FILE, Source};
use finding::Findings;
pub use finding::{EXAMPLES, Example, Finding, What};
use twin::Known;
pub use twin::Twin;

use crate::{
    date::Date,
    describe::{Description, describe},
    entry::Stored,
    model::{Category, Kind, Patient, Resource},
    quiet::quiet,
    record::Record,
};

/// A file that was read, and what became of each resource in it.
pub struct Import {
    preview: Preview,
    items: Vec<Item>,
}

/// What a file has in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What kind of file it is.
    pub source: Source,
    /// Whom it is about. More than one must be told: most likely it is not this person's file.
    pub subjects: Vec<Subject>,
    /// How many resources there are of each kind.
    pub counts: Vec<(Kind, usize)>,
    /// The first day in it.
    pub first: Option<Date>,
    /// The last day in it.
    pub last: Option<Date>,
    /// How many are new.
    pub new: usize,
    /// How many are in the chart already, with the same content.
    pub same: usize,
    /// How many are in the chart with another content.
    pub changed: usize,
    /// How many stand in the file more than once.
    pub repeated: usize,
    /// What there is to tell.
    pub findings: Vec<Finding>,
}

/// Somebody whom a file is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    /// How the file refers to them.
    pub reference: String,
    /// Their name; empty where the file does not say it.
    pub name: String,
    /// When they were born, where the file says so: in FHIR's form.
    pub born: String,
}

/// One resource of a file.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Counts the resources from 0, as they stand in the file.
    pub position: usize,
    /// The body of an entry: the text of a [`Stored`] resource.
    pub text: String,
    /// Where it belongs by its nature.
    pub category: Category,
    /// What it says.
    pub description: Description,
    /// Whether it is there already.
    pub twin: Option<Twin>,
}

impl Import {
    /// Reads a file and compares it with a chart. Nothing is changed. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// Why the file is not read at all. What is wrong with a single resource is a finding.
    pub fn read(record: &Record, bytes: &[u8], now: i64) -> Result<Self, BadFile> {
        let file = File::open(bytes)?;
        let mut findings = Findings::default();
        let mut known = Known::of(record);
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut references: Vec<(usize, Vec<String>)> = Vec::new();
        let mut subjects = Subjects::default();
        let mut items = Vec::new();
        for (position, read) in file.resources().enumerate() {
            let stored = match read {
                Ok(Some(stored)) => stored,
                Ok(None) => continue,
                Err(bad) => {
                    findings.bad(bad, position);
                    continue;
                }
            };
            let resource = &stored.resource;
            if resource.kind() == Kind::Other {
                findings.add(What::Kind, position, resource.type_name());
            }
            references.push((position, findings.look(position, resource.object())));
            names.extend(stored.names());
            subjects.look(&stored);
            items.push(Item {
                position,
                text: stored.write(),
                category: resource.category(),
                description: describe(resource, now),
                twin: known.twin(position, &stored),
            });
        }
        for (position, references) in references {
            for reference in references
                .iter()
                .filter(|reference| !reference.starts_with('#'))
            {
                if !names.contains(reference) && record.named(reference).next().is_none() {
                    findings.add(What::Nowhere, position, reference);
                }
            }
        }
        let preview = preview(file.source, &items, subjects.done(), findings.done());
        Ok(Self { preview, items })
    }

    /// What is in it.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }

    /// Every resource that can be taken in.
    pub fn items(&self) -> &[Item] {
        &self.items
    }
}

fn preview(
    source: Source,
    items: &[Item],
    subjects: Vec<Subject>,
    findings: Vec<Finding>,
) -> Preview {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item.description.kind).or_default() += 1;
    }
    let dates = items
        .iter()
        .filter_map(|item| item.description.when?.date());
    let twins = |wanted: fn(&Twin) -> bool| {
        items
            .iter()
            .filter(|item| item.twin.as_ref().is_some_and(wanted))
            .count()
    };
    Preview {
        source,
        subjects,
        counts: counts.into_iter().collect(),
        first: dates.clone().min_by_key(|date| date.seconds()),
        last: dates.max_by_key(|date| date.last_second()),
        new: items.iter().filter(|item| item.twin.is_none()).count(),
        same: twins(|twin| matches!(twin, Twin::Same(_))),
        changed: twins(|twin| matches!(twin, Twin::Changed(_))),
        repeated: twins(|twin| matches!(twin, Twin::InFile(_))),
        findings,
    }
}

/// Whom a file is about: its patients, and whom its resources name and it does not hold.
#[derive(Default)]
struct Subjects {
    patients: Vec<(Vec<String>, Subject)>,
    named: BTreeSet<String>,
}

impl Subjects {
    fn look(&mut self, stored: &Stored) {
        let resource: &Resource = &stored.resource;
        if resource.kind() == Kind::Patient {
            let own = Patient::read(resource);
            let names = stored.names();
            let subject = Subject {
                reference: names.first().cloned().unwrap_or_default(),
                name: own.name,
                born: own.birth.map(|date| date.to_string()).unwrap_or_default(),
            };
            self.patients.push((names, subject));
        }
        for name in ["subject", "patient"] {
            let link = resource.object().object(name);
            if let Some(reference) = link.and_then(|link| link.str("reference"))
                && !reference.starts_with('#')
                && self.named.len() < MOST_SUBJECTS
            {
                self.named.insert(reference.to_owned());
            }
        }
    }

    fn done(self) -> Vec<Subject> {
        let held = |reference: &String| {
            let mut names = self.patients.iter().flat_map(|(names, _)| names);
            names.any(|name| name == reference)
        };
        let foreign = self.named.iter().filter(|reference| !held(reference));
        let foreign = foreign.map(|reference| Subject {
            reference: reference.clone(),
            name: String::new(),
            born: String::new(),
        });
        let own = self.patients.iter().map(|(_, subject)| subject.clone());
        own.chain(foreign).take(MOST_SUBJECTS).collect()
    }
}

/// More people than these in one file need not be told by name.
const MOST_SUBJECTS: usize = 50;

quiet! { Import Preview Subject Item }
