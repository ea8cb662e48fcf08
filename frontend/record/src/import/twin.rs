//! Which resources are there already.
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::{Deserialize, Serialize};

use crate::{
    entry::{Body, Stored},
    json::Object,
    record::Record,
};

/// That something is there already, in the chart or earlier in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Twin {
    /// An entry has the same content.
    Same(String),
    /// An entry has the same name or number, and says something else: an earlier or later state of it.
    Changed(String),
    /// It stands in the file twice; here is the position of the first.
    InFile(usize),
}

/// What is there, by everything by which it may be found again.
pub(super) struct Known<'a> {
    by_key: HashMap<String, (&'a str, u64)>,
    by_content: HashMap<u64, &'a str>,
    in_file: HashMap<u64, usize>,
}

impl<'a> Known<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        let mut known = Self {
            by_key: HashMap::new(),
            by_content: HashMap::new(),
            in_file: HashMap::new(),
        };
        for entry in record.entries() {
            let Body::Fhir(text) = &entry.body else {
                continue;
            };
            let Ok(stored) = Stored::parse(text) else {
                continue;
            };
            let content = content(&stored);
            for key in keys(&stored) {
                known.by_key.insert(key, (&entry.record, content));
            }
            known.by_content.insert(content, &entry.record);
        }
        known
    }

    /// Whether a resource of a file is there; remembers it for those that follow.
    pub(super) fn twin(&mut self, position: usize, stored: &Stored) -> Option<Twin> {
        let content = content(stored);
        if let Some(first) = self.in_file.get(&content) {
            return Some(Twin::InFile(*first));
        }
        self.in_file.insert(content, position);
        let mut found = keys(stored)
            .into_iter()
            .filter_map(|key| self.by_key.get(&key))
            .peekable();
        let changed = found.peek().map(|(record, _)| (*record).to_owned());
        let same = found
            .find(|(_, own)| *own == content)
            .map(|(record, _)| *record);
        match (same.or(self.by_content.get(&content).copied()), changed) {
            (Some(record), _) => Some(Twin::Same(record.to_owned())),
            (None, Some(record)) => Some(Twin::Changed(record)),
            (None, None) => None,
        }
    }
}

/// By what a resource is known elsewhere: its full name; its id, at the source that it names; all its
/// numbers together, because one alone may be that of a group.
fn keys(stored: &Stored) -> Vec<String> {
    let object = stored.resource.object();
    let kind = stored.resource.type_name();
    let mut keys = Vec::new();
    if !stored.full_url.is_empty() {
        keys.push(format!("url {}", stored.full_url));
    }
    let source = object.object("meta").and_then(|meta| meta.str("source"));
    if let Some(source) = source.filter(|_| !stored.resource.id().is_empty()) {
        keys.push(format!("source {source} {kind}/{}", stored.resource.id()));
    }
    let number = |own: &Object| Some(format!("{}|{}", own.str("system")?, own.str("value")?));
    let mut numbers: Vec<String> = object.objects("identifier").filter_map(number).collect();
    numbers.sort();
    if !numbers.is_empty() {
        keys.push(format!("numbers {kind} {}", numbers.join(" ")));
    }
    keys
}

/// What a resource says, apart from what the systems on its way write onto it. 64 bits keep accidents
/// apart; somebody who makes two resources collide on purpose makes one of his own look known.
fn content(stored: &Stored) -> u64 {
    let mut object = stored.resource.object().clone();
    object.remove("meta");
    object.remove("id");
    let mut hasher = DefaultHasher::new();
    object.write().hash(&mut hasher);
    hasher.finish()
}
