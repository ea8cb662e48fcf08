//! A chart, as this crate holds it: every entry with what it says, ready to be asked.
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use crate::{
    date::Date,
    describe::{Described, Description, Field, Shown, described_body},
    entry::{Body, Entry, State, Stored},
    json::Object,
    model::{Kind, When},
    overview::{Filter, Line, Overview, Page, RESULTS},
    quiet::quiet,
    search::{Index, each_text},
    trend::Reading,
};

/// A chart without keys. It is filled entry by entry, in any order, and answers at once.
#[derive(Default)]
pub struct Record {
    held: BTreeMap<String, Held>,
    /// Which entry stands at which place of the index.
    places: HashMap<u32, String>,
    /// When it was so, for each place: what is found is put in order without being looked at.
    whens: Vec<i64>,
    /// Which entries others call so.
    names: HashMap<String, BTreeSet<String>>,
    index: Index,
    now: i64,
}

struct Held {
    entry: Entry,
    described: Described,
    readings: Vec<Reading>,
    names: Vec<String>,
    place: u32,
}

impl Record {
    /// An empty chart, at a moment in seconds since 1970: a medicine whose end is past is no current one.
    pub fn new(now: i64) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// Takes an entry in, in place of an earlier revision of it.
    pub fn put(&mut self, entry: Entry) {
        self.remove(&entry.record);
        let described = described_body(&entry.body, self.now);
        let stored = match &entry.body {
            Body::Fhir(text) => Stored::parse(text).ok(),
            _ => None,
        };
        let names = stored.as_ref().map(Stored::names).unwrap_or_default();
        let resource = stored.as_ref().map(|stored| &stored.resource);
        let mut texts = texts(&entry, resource.map(|resource| resource.object()));
        // What a document says stands in it in another form than letters.
        for part in &described.description.parts {
            if let (Field::Text, Shown::Text(text)) = (part.field, &part.value) {
                texts.push(text.clone());
            }
        }
        let place = self.index.insert(
            &described.description.title,
            texts.iter().map(String::as_str),
        );
        self.places.insert(place, entry.record.clone());
        for name in &names {
            let own = self.names.entry(name.clone()).or_default();
            own.insert(entry.record.clone());
        }
        let readings = resource.map(Reading::all).unwrap_or_default();
        let held = Held {
            described,
            readings,
            names,
            place,
            entry,
        };
        let at = place as usize;
        if self.whens.len() <= at {
            self.whens.resize(at + 1, 0);
        }
        if let Some(when) = self.whens.get_mut(at) {
            *when = held.when();
        }
        self.held.insert(held.entry.record.clone(), held);
    }

    /// Takes an entry out.
    pub fn remove(&mut self, record: &str) {
        let Some(held) = self.held.remove(record) else {
            return;
        };
        self.index.remove(held.place);
        self.places.remove(&held.place);
        for name in &held.names {
            if let Some(own) = self.names.get_mut(name) {
                own.remove(record);
                if own.is_empty() {
                    self.names.remove(name);
                }
            }
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// About how many bytes the index takes.
    pub fn index_memory(&self) -> usize {
        self.index.memory()
    }

    /// An entry.
    pub fn entry(&self, record: &str) -> Option<&Entry> {
        Some(&self.held.get(record)?.entry)
    }

    /// Every entry.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.held.values().map(|held| &held.entry)
    }

    /// An entry as a list shows it.
    pub fn line(&self, record: &str) -> Option<Line> {
        self.held.get(record).map(|held| self.line_of(held))
    }

    /// The entries that another one means when it refers to this: by `fullUrl`, or by kind and id.
    pub fn named(&self, reference: &str) -> impl Iterator<Item = &str> {
        self.names
            .get(reference)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The important first.
    pub fn overview(&self) -> Overview {
        let mut overview = Overview {
            entries: self.held.len(),
            ..Overview::default()
        };
        let mut results: Vec<&Held> = Vec::new();
        let mut patients: Vec<&Held> = Vec::new();
        for held in self.held.values() {
            let own = &held.described.description;
            if held.entry.state == State::Waiting {
                overview.waiting.push(self.line_of(held));
            }
            if held.entry.state == State::Declined || own.void {
                continue;
            }
            match own.kind {
                Kind::Patient if held.entry.state == State::Accepted => patients.push(held),
                Kind::Allergy if own.current => overview.allergies.push(self.line_of(held)),
                Kind::Medicine if own.current => overview.medicines.push(self.line_of(held)),
                Kind::Problem if own.current => overview.problems.push(self.line_of(held)),
                Kind::Observation if held.is_result() => results.push(held),
                _ => {}
            }
        }
        let newest = patients.into_iter().max_by_key(|held| held.entry.at);
        overview.patient = newest.map(|held| self.line_of(held));
        overview
            .allergies
            .sort_by_key(|line| (!line.is_high_risk(), line.title()));
        overview.medicines.sort_by_key(Line::title);
        overview.problems.sort_by_key(Line::newest_first);
        overview.waiting.sort_by_key(|line| Reverse(line.at));
        results.sort_by_cached_key(|held| (Reverse(held.when()), held.entry.record.clone()));
        let mut seen = BTreeSet::new();
        results.retain(|held| seen.insert(held.what()));
        overview.results = results
            .iter()
            .take(RESULTS)
            .map(|held| self.line_of(held))
            .collect();
        overview
    }

    /// What happened, newest first: `count` lines from the one with number `from` on. What others only
    /// refer to (people, places, substances) is left out, unless its kind is asked for.
    pub fn timeline(&self, filter: &Filter, from: usize, count: usize) -> Page {
        let words = !filter.words.trim().is_empty();
        let all: Vec<&Held> = match words {
            false => self.held.values().collect(),
            true => self.found(&filter.words),
        };
        let mut lines: Vec<(i64, &Held)> = all
            .into_iter()
            .filter(|held| held.passes(filter))
            .map(|held| (held.when(), held))
            .collect();
        lines.sort_by_key(|(when, held)| {
            (Reverse(*when), Reverse(held.entry.at), &held.entry.record)
        });
        let shown = lines.iter().skip(from).take(count);
        Page {
            total: lines.len(),
            lines: shown.map(|(_, held)| self.line_of(held)).collect(),
        }
    }

    /// The authors of all entries, in order.
    pub fn authors(&self) -> Vec<String> {
        let authors: BTreeSet<&str> = self.entries().map(|entry| entry.author.as_str()).collect();
        authors.into_iter().map(str::to_owned).collect()
    }

    /// The entries in which every word is found, those that fit best first, and the newest of these.
    pub fn search(&self, query: &str, count: usize) -> Page {
        let mut found = self.index.search(query);
        let order = |(place, fit): &(u32, u32)| {
            let when = self.whens.get(*place as usize).copied();
            (Reverse(*fit), Reverse(when), *place)
        };
        // A short word finds nearly everything, and only the first lines are shown.
        let total = found.len();
        if count < total {
            found.select_nth_unstable_by_key(count, order);
            found.truncate(count);
        }
        found.sort_unstable_by_key(order);
        let held = |place: &u32| self.held.get(self.places.get(place)?);
        let lines = found.iter().filter_map(|(place, _)| held(place));
        Page {
            total,
            lines: lines.map(|held| self.line_of(held)).collect(),
        }
    }

    fn found(&self, query: &str) -> Vec<&Held> {
        let found = self.index.search(query).into_iter();
        let held = |place| self.held.get(self.places.get(&place)?);
        found.filter_map(|(place, _)| held(place)).collect()
    }

    /// Everything that was measured and counts, with its entry.
    pub(crate) fn readings(&self) -> impl Iterator<Item = (&str, &Reading)> {
        let counts =
            |held: &&Held| held.entry.state == State::Accepted && !held.described.description.void;
        self.held.values().filter(counts).flat_map(|held| {
            let record = held.entry.record.as_str();
            held.readings.iter().map(move |reading| (record, reading))
        })
    }

    fn line_of(&self, held: &Held) -> Line {
        let mut description = held.described.description.clone();
        if description.title.is_empty() {
            description.title = self.borrowed_title(&held.described.title_from);
        }
        Line {
            record: held.entry.record.clone(),
            category: held.entry.category,
            author: held.entry.author.clone(),
            at: held.entry.at,
            state: held.entry.state,
            description,
        }
    }

    /// The title of the entry to which another one refers.
    fn borrowed_title(&self, reference: &str) -> String {
        let mut named = self
            .named(reference)
            .filter_map(|record| self.held.get(record));
        named
            .next()
            .map(|held| held.described.description.title.clone())
            .unwrap_or_default()
    }
}

/// Every text of an entry that is searched, besides its title.
fn texts(entry: &Entry, object: Option<&Object>) -> Vec<String> {
    let mut texts = vec![entry.author.clone()];
    match &entry.body {
        Body::Note { text, .. } => texts.push(text.clone()),
        Body::File { remark, .. } => texts.push(remark.clone()),
        Body::Fhir(_) => {
            if let Some(object) = object {
                each_text(object, &mut |text| texts.push(text.to_owned()));
            }
        }
    }
    texts
}

impl Held {
    /// When it was so; where that is not said, when it was written.
    fn when(&self) -> i64 {
        let date = self.described.description.when.and_then(When::date);
        date.map_or(self.entry.at, Date::seconds)
    }

    /// Whether something was measured, by a laboratory or not.
    fn is_result(&self) -> bool {
        let parts = &self.described.description.parts;
        use crate::describe::Field;
        parts
            .iter()
            .any(|part| matches!(part.field, Field::Value | Field::Component))
    }

    /// What was measured: by its first code, else by its name.
    fn what(&self) -> String {
        let own: &Description = &self.described.description;
        let code = own.parts.iter().find_map(|part| match &part.value {
            Shown::Coded(system, code) => Some(format!("{system}|{code}")),
            _ => None,
        });
        code.unwrap_or_else(|| own.title.to_lowercase())
    }

    fn passes(&self, filter: &Filter) -> bool {
        let kind = self.described.description.kind;
        let when = self.when();
        let kinds = match filter.kinds.is_empty() {
            true => kind != Kind::Background,
            false => filter.kinds.contains(&kind),
        };
        kinds
            && (filter.categories.is_empty() || filter.categories.contains(&self.entry.category))
            && (filter.authors.is_empty() || filter.authors.contains(&self.entry.author))
            && filter.from.is_none_or(|from| when >= from)
            && filter.until.is_none_or(|until| when <= until)
    }
}

impl Line {
    fn title(&self) -> String {
        self.description.title.to_lowercase()
    }

    fn newest_first(&self) -> Reverse<i64> {
        let date = self.description.when.and_then(When::date);
        Reverse(date.map_or(self.at, Date::seconds))
    }

    fn is_high_risk(&self) -> bool {
        use crate::describe::{Field, Shown};
        let parts = &self.description.parts;
        parts
            .iter()
            .any(|part| part.field == Field::Risk && part.value == Shown::Code("high".into()))
    }
}

quiet! { Record }
