//! Giving a chart back: as a bundle for other programs, and as a document for people.
mod research;

pub use research::Research;
use serde::{Deserialize, Serialize};

use crate::{
    date::Date,
    describe::Description,
    entry::{Body, Entry, State, Stored},
    form::note_content,
    json::{Json, Object},
    model::{Category, Kind, Resource},
    overview::{Filter, Line},
    quiet::quiet,
    record::Record,
};

/// Which entries.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// All that count.
    All,
    /// All that count and belong to one of these.
    Categories(Vec<Category>),
    /// These.
    Records(Vec<String>),
}

/// All entries of one kind, for a readable document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What they are.
    pub kind: Kind,
    /// Its rows, newest first; what holds now before what does not.
    pub lines: Vec<Line>,
}

impl Choice {
    fn has(&self, entry: &Entry) -> bool {
        match self {
            Self::All => entry.state == State::Accepted,
            Self::Categories(own) => {
                entry.state == State::Accepted && own.contains(&entry.category)
            }
            Self::Records(records) => records.contains(&entry.record),
        }
    }
}

impl Record {
    /// A FHIR bundle (a collection) as text, without space. Resources are in it as they were written; a note
    /// becomes a `DocumentReference` with its text, a file one without its bytes, which are saved apart.
    /// An entry whose text is no resource any more is left out.
    pub fn export(&self, choice: &Choice, made: Date) -> String {
        let entries = self.entries().filter(|entry| choice.has(entry));
        let entries = entries.filter_map(exported);
        let entries = entries.map(|stored| stored.to_object().into());
        let mut bundle = Object::new()
            .with_text("resourceType", "Bundle")
            .with_text("type", "collection");
        if made.time.is_some_and(|time| time.offset.is_some()) {
            bundle.set("timestamp", Json::text(made.to_string()));
        }
        let entries: Vec<Json> = entries.collect();
        if !entries.is_empty() {
            bundle.set("entry", Json::Array(entries));
        }
        bundle.write()
    }

    /// The same for people: sections in the order of kinds. What others only refer to is left out.
    pub fn readable(&self, choice: &Choice) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for kind in Kind::ALL
            .into_iter()
            .filter(|kind| *kind != Kind::Background)
        {
            let filter = Filter {
                kinds: vec![kind],
                ..Filter::default()
            };
            let mut lines = self.timeline(&filter, 0, usize::MAX).lines;
            lines.retain(|line| {
                self.entry(&line.record)
                    .is_some_and(|entry| choice.has(entry))
            });
            // The sort is stable: newest first among those that hold now, and among the others.
            let rank = |own: &Description| (own.void, !own.current);
            lines.sort_by_key(|line| rank(&line.description));
            if !lines.is_empty() {
                sections.push(Section { kind, lines });
            }
        }
        sections
    }
}

pub(crate) fn exported(entry: &Entry) -> Option<Stored> {
    let day = Date::of_seconds(entry.at).to_string();
    match &entry.body {
        Body::Fhir(text) => Stored::parse(text).ok(),
        Body::Note { title, text } => Some(document(&day, note_content(title, text))),
        Body::File {
            name,
            media_type,
            length,
            remark,
        } => {
            let mut attachment = Object::new();
            if !media_type.is_empty() {
                attachment.set("contentType", Json::text(media_type));
            }
            attachment.set("size", Json::Number(length.to_string()));
            attachment.set("title", Json::text(name));
            let content = Object::new().with("attachment", attachment.into());
            let mut stored = document(&day, Json::Array(vec![content.into()]));
            if !remark.is_empty() {
                let object = stored.resource.object_mut();
                object.set("description", Json::text(remark));
            }
            Some(stored)
        }
    }
}

fn document(day: &str, content: Json) -> Stored {
    let mut resource = Resource::new("DocumentReference");
    let object = resource.object_mut();
    object.set("status", Json::text("current"));
    object.set("date", Json::text(day));
    object.set("content", content);
    resource.into()
}

quiet! { Choice Section }
