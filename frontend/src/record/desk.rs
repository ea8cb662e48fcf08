//! Takes questions, uses the record, gives answers. One chart at a time.

use std::collections::BTreeSet;

use keepwell_frontend::message::record::{
    Answer, Batch, Content, Item, NotLooked, Question, Side, Written,
};
use keepwell_record::{
    Body, Description, Entry, Import, Record, Series, Stored, Twin, compare, describe,
    form::{Around, Form},
};

#[derive(Default)]
pub(crate) struct Desk {
    record: Record,
    now: i64,
    /// The file that was looked at last.
    import: Option<Import>,
}

impl Desk {
    pub(crate) fn answer(&mut self, question: Question) -> Answer {
        match question {
            Question::Hold {
                fresh,
                now,
                put,
                gone,
            } => {
                if fresh {
                    self.record = Record::new(now);
                    self.now = now;
                }
                gone.iter().for_each(|record| self.record.remove(record));
                for entry in put {
                    self.record.put(understood(entry));
                }
                Answer::Done
            }
            Question::Overview => Answer::Overview(Box::new(self.record.overview())),
            Question::Timeline { filter, count } => {
                let page = self.record.timeline(&filter, 0, count);
                Answer::Timeline(page, self.record.authors())
            }
            // It came without a file.
            Question::Look => Answer::Looked(Err(NotLooked::Unreadable)),
            Question::Take { from, changed } => Answer::Taken(self.take(from, changed)),
            Question::Trends { of } => Answer::Trends(self.trends(of.as_deref())),
            Question::Export { choice, made } => {
                Answer::Exported(self.record.export(&choice, made))
            }
            Question::Readable { choice } => Answer::Readable(self.record.readable(&choice)),
            Question::Compare { before, after } => {
                let own = compare(&body(before), &body(after), self.now);
                Answer::Compared(Box::new(own))
            }
            Question::Read { text } => Answer::Read(stored(&text).map(|stored| {
                Box::new(Content {
                    description: self.described(&stored),
                    form: Form::read(&stored.resource),
                })
            })),
            Question::Write { form, old, around } => {
                Answer::Written(self.write(&form, old, around))
            }
        }
    }

    /// Reads a file. What is to be taken of it is kept until the next one.
    pub(crate) fn look(&mut self, bytes: Option<&[u8]>) -> Answer {
        self.import = None;
        let Some(bytes) = bytes else {
            return Answer::Looked(Err(NotLooked::Unreadable));
        };
        Answer::Looked(match Import::read(&self.record, bytes, self.now) {
            Ok(import) => {
                let preview = Box::new(import.preview().clone());
                self.import = Some(import);
                Ok(preview)
            }
            Err(why) => Err(NotLooked::Bad(why)),
        })
    }

    fn take(&self, from: usize, changed: bool) -> Option<Batch> {
        let import = self.import.as_ref()?;
        // One entry becomes a new revision once; what else would become one of it is added beside it.
        let mut revised = BTreeSet::new();
        let wanted = import.items().iter().filter_map(|item| match &item.twin {
            None => Some((item, None)),
            Some(Twin::Changed(record)) if changed => {
                Some((item, revised.insert(record).then(|| record.clone())))
            }
            Some(_) => None,
        });
        let wanted: Vec<_> = wanted.collect();
        let length = |item: &keepwell_record::Item| item.text.len();
        let total = wanted.iter().map(|(item, _)| length(item) as u64).sum();
        let mut room = BATCH;
        let next = wanted.into_iter().skip(from).take_while(|(item, _)| {
            let first = room == BATCH;
            let fits = length(item) <= room;
            room = room.saturating_sub(length(item));
            first || fits
        });
        let items = next.take(MOST).map(|(item, over)| Item {
            title: item.description.title.clone(),
            kind: item.description.kind,
            text: item.text.clone(),
            category: item.category,
            over,
        });
        Some(Batch {
            items: items.collect(),
            total,
        })
    }

    fn trends(&self, of: Option<&str>) -> Vec<Series> {
        let mut all = self.record.series();
        if let Some(of) = of {
            all.retain(|series| {
                let mut points = series.strands.iter().flat_map(|strand| &strand.points);
                points.any(|point| point.record == of)
            });
        }
        all
    }

    fn write(
        &self,
        form: &Form,
        old: Option<String>,
        mut around: Around,
    ) -> Result<Written, Vec<keepwell_record::form::Fault>> {
        around.patient = self.patient().unwrap_or_default();
        let old = old.and_then(|old| stored(&old));
        let written = form.write(old.as_ref(), &around)?;
        Ok(Written {
            title: self.described(&written).title,
            text: written.write(),
            category: written.resource.category(),
        })
    }

    fn described(&self, stored: &Stored) -> Description {
        describe(&stored.resource, self.now)
    }

    /// How other resources refer to the person.
    fn patient(&self) -> Option<String> {
        let line = self.record.overview().patient?;
        let entry = self.record.entry(&line.record)?;
        let Body::Fhir(text) = &entry.body else {
            return None;
        };
        let stored = Stored::parse(text).ok()?;
        let full = Some(stored.full_url).filter(|name| !name.is_empty());
        full.or_else(|| {
            let id = stored.resource.id();
            (!id.is_empty()).then(|| format!("{}/{id}", stored.resource.type_name()))
        })
    }
}

/// A text that is exactly what a stored resource is written as. What a person pastes into a note,
/// with its lines and spaces, stays a note.
fn stored(text: &str) -> Option<Stored> {
    let own = text.starts_with('{').then(|| Stored::parse(text).ok())??;
    (own.write() == text).then_some(own)
}

fn understood(mut entry: Entry) -> Entry {
    if let Body::Note { title, text } = entry.body {
        entry.body = body(Side { title, text });
    }
    entry
}

fn body(own: Side) -> Body {
    let Side { title, text } = own;
    match stored(&text) {
        Some(_) => Body::Fhir(text),
        None => Body::Note { title, text },
    }
}

/// About how many bytes of text are taken at once, and how many entries at the most: about what fits
/// under one head.
const BATCH: usize = 700_000;
const MOST: usize = 100;

#[cfg(test)]
mod tests {
    use keepwell_record::{
        BadFile, Choice, Date, Filter, Preview, State,
        form::{AllergyForm, FormField, Problem},
        model::{Category, Kind},
    };

    use super::*;

    fn around() -> Around {
        Around {
            patient: String::new(),
            id: "7f0cf5a4-9d0b-4f6c-8e57-3a1a0c1d2e3f".into(),
            today: Date::parse("2026-03-01").unwrap(),
            offset: 0,
        }
    }

    fn allergy(name: &str) -> Form {
        Form::Allergy(AllergyForm {
            name: name.into(),
            high_risk: true,
            ..AllergyForm::default()
        })
    }

    fn write(desk: &mut Desk, form: Form, old: Option<String>) -> Answer {
        let around = around();
        desk.answer(Question::Write { form, old, around })
    }

    fn note(record: &str, title: &str, text: &str) -> Entry {
        Entry {
            record: record.into(),
            category: Category::Clinical,
            author: "patient-one".into(),
            at: 1_700_000_000,
            number: 1,
            state: State::Accepted,
            body: Body::Note {
                title: title.into(),
                text: text.into(),
            },
        }
    }

    fn hold(desk: &mut Desk, fresh: bool, put: Vec<Entry>, gone: &[&str]) {
        let gone = gone.iter().map(|record| (*record).to_owned()).collect();
        let now = 1_700_000_000;
        let held = desk.answer(Question::Hold {
            fresh,
            now,
            put,
            gone,
        });
        assert!(held == Answer::Done);
    }

    fn titles(desk: &mut Desk, words: &str) -> Vec<String> {
        let filter = Filter {
            words: words.into(),
            ..Filter::default()
        };
        match desk.answer(Question::Timeline { filter, count: 50 }) {
            Answer::Timeline(page, _) => page
                .lines
                .into_iter()
                .map(|line| line.description.title)
                .collect(),
            _ => panic!("a timeline"),
        }
    }

    #[test]
    fn what_is_missing_in_a_form_is_named_and_nothing_is_written() {
        let Answer::Written(Err(faults)) = write(&mut Desk::default(), allergy(" "), None) else {
            panic!("faults");
        };
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].field, FormField::Name);
        assert_eq!(faults[0].problem, Problem::Missing);
    }

    #[test]
    fn what_somebody_pastes_into_a_note_stays_a_note() {
        let mut desk = Desk::default();
        for text in [
            "",
            "{",
            "{}",
            r#"{"resourceType":"Condition"}"#,
            r#"{ "resource": {"resourceType":"Condition"} }"#,
            "{\"resource\":{\"resourceType\":\"Condition\"}}\n",
        ] {
            let text = text.to_owned();
            let read = desk.answer(Question::Read { text: text.clone() });
            assert!(read == Answer::Read(None), "{text}");
            hold(&mut desk, true, vec![note("1", "Pasted", &text)], &[]);
            assert_eq!(titles(&mut desk, ""), ["Pasted"]);
        }
    }

    #[test]
    fn what_goes_with_an_entry_over_time_is_found_by_it() {
        let mut desk = Desk::default();
        let weight = |kilograms: u8| {
            format!(
                r#"{{"resource":{{"resourceType":"Observation","status":"final","code":{{"text":"Weight"}},"effectiveDateTime":"2020-01-{kilograms}","valueQuantity":{{"value":{kilograms},"unit":"kg"}}}}}}"#
            )
        };
        let put = vec![
            note("1", "Weight", &weight(10)),
            note("2", "Weight", &weight(11)),
            note("3", "Pasted", "Weight: 12 kg"),
        ];
        hold(&mut desk, true, put, &[]);
        let mut of = |of: Option<&str>| match desk.answer(Question::Trends {
            of: of.map(str::to_owned),
        }) {
            Answer::Trends(all) => all,
            _ => panic!("series"),
        };
        assert!(of(Some("3")).is_empty());
        assert!(of(Some("nobody")).is_empty());
        assert_eq!(of(Some("2")).len(), 1);
        assert_eq!(of(None)[0].strands[0].points.len(), 2);
    }

    #[test]
    fn a_choice_of_the_chart_comes_back_and_is_known_there() {
        let mut desk = Desk::default();
        let bill = Entry {
            category: Category::Financial,
            ..note("3", "Bill", "paid")
        };
        let put = vec![
            note("1", "Cold", &problem(1, "Cold")),
            note("2", "Words", "a <b>note</b>"),
            bill,
        ];
        hold(&mut desk, true, put, &[]);
        let made = Date::parse("2026-03-01").unwrap();
        let mut export = |categories: Vec<Category>| {
            let choice = Choice::Categories(categories);
            let pages = desk.answer(Question::Readable {
                choice: choice.clone(),
            });
            let Answer::Readable(pages) = pages else {
                panic!("pages");
            };
            let lines: usize = pages.iter().map(|own| own.lines.len()).sum();
            match desk.answer(Question::Export { choice, made }) {
                Answer::Exported(bundle) => (bundle, lines),
                _ => panic!("a bundle"),
            }
        };
        assert_eq!(export(Vec::new()).1, 0);
        let (own, lines) = export(vec![Category::Clinical]);
        assert_eq!(lines, 2);
        assert!(!own.contains("paid"));
        assert_eq!(export(Category::ALL.to_vec()).1, 3);
        let preview = looked(&mut desk, own.as_bytes()).unwrap();
        assert_eq!((preview.same, preview.counts.len()), (1, 2));
        // Taken into an empty chart, it says the same.
        let mut other = Desk::default();
        looked(&mut other, own.as_bytes()).unwrap();
        let items = taken(&mut other, 0, false).unwrap().items;
        let put = items.iter().enumerate();
        let put = put.map(|(number, item)| note(&number.to_string(), &item.title, &item.text));
        hold(&mut other, true, put.collect(), &[]);
        assert_eq!(titles(&mut other, "").len(), 2);
        assert_eq!(titles(&mut other, "note"), ["Words"]);
    }

    #[test]
    fn what_differs_between_two_revisions_is_told() {
        let mut desk = Desk::default();
        let side = |title: &str, text: &str| Side {
            title: title.into(),
            text: text.into(),
        };
        let mut compared = |before: &Side, after: &Side| {
            let (before, after) = (before.clone(), after.clone());
            match desk.answer(Question::Compare { before, after }) {
                Answer::Compared(own) => *own,
                _ => panic!("a comparison"),
            }
        };
        let cold = side("Cold", &problem(1, "Cold"));
        assert!(compared(&cold, &cold) == Default::default());
        let asthma = side("Asthma", &problem(1, "Asthma"));
        let own = compared(&cold, &asthma);
        assert_eq!(own.title, Some(("Cold".into(), "Asthma".into())));
        let own = compared(&side("a", "one"), &side("a", "two"));
        assert_eq!((own.title, own.parts.len()), (None, 1));
    }

    fn looked(desk: &mut Desk, bytes: &[u8]) -> Result<Box<Preview>, NotLooked> {
        match desk.look(Some(bytes)) {
            Answer::Looked(looked) => looked,
            _ => panic!("a look"),
        }
    }

    fn taken(desk: &mut Desk, from: usize, changed: bool) -> Option<Batch> {
        match desk.answer(Question::Take { from, changed }) {
            Answer::Taken(batch) => batch,
            _ => panic!("a batch"),
        }
    }

    fn bundle(entries: &[String]) -> String {
        let entries = entries.join(",");
        format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{entries}]}}"#)
    }

    fn problem(name: usize, text: &str) -> String {
        format!(
            r#"{{"fullUrl":"urn:uuid:{name}","resource":{{"resourceType":"Condition","code":{{"text":"{text}"}}}}}}"#
        )
    }

    #[test]
    fn nothing_is_taken_of_a_file_that_was_not_read() {
        let mut desk = Desk::default();
        assert!(taken(&mut desk, 0, true).is_none());
        let own = bundle(&[problem(1, "Cold")]);
        assert_eq!(looked(&mut desk, own.as_bytes()).unwrap().new, 1);
        assert_eq!(taken(&mut desk, 0, true).unwrap().items.len(), 1);
        let bad = looked(&mut desk, b"PK\x03\x04").unwrap_err();
        assert_eq!(bad, NotLooked::Bad(BadFile::Archive));
        assert!(taken(&mut desk, 0, true).is_none());
        let gone = desk.look(None);
        assert!(gone == Answer::Looked(Err(NotLooked::Unreadable)));
        assert!(desk.answer(Question::Look) == gone);
    }

    #[test]
    fn what_is_taken_is_what_is_new_and_by_wish_what_has_changed_once() {
        let mut desk = Desk::default();
        let put = vec![
            note("1", "Cold", &problem(1, "Cold")),
            note("2", "Cough", &problem(2, "Cough")),
        ];
        hold(&mut desk, true, put, &[]);
        let own = bundle(&[
            problem(1, "Cold"),
            problem(2, "Asthma"),
            problem(3, "Fever"),
            problem(2, "Bronchitis"),
        ]);
        let preview = looked(&mut desk, own.as_bytes()).unwrap();
        assert_eq!((preview.new, preview.same, preview.changed), (1, 1, 2));
        let only_new = taken(&mut desk, 0, false).unwrap();
        let titles = |batch: &Batch| -> Vec<(String, Option<String>)> {
            let items = batch.items.iter();
            items
                .map(|item| (item.title.clone(), item.over.clone()))
                .collect()
        };
        assert_eq!(titles(&only_new), [("Fever".into(), None)]);
        assert_eq!(only_new.total, only_new.items[0].text.len() as u64);
        assert!(taken(&mut desk, 1, false).unwrap().items.is_empty());
        let all = taken(&mut desk, 0, true).unwrap();
        assert_eq!(
            titles(&all),
            [
                ("Asthma".into(), Some("2".into())),
                ("Fever".into(), None),
                ("Bronchitis".into(), None),
            ]
        );
    }

    #[test]
    fn many_entries_come_in_batches_and_a_long_one_by_itself() {
        let mut desk = Desk::default();
        let long = "x".repeat(380_000);
        let mut entries: Vec<String> = (0..MOST + 20)
            .map(|number| problem(number, &format!("Problem {number}")))
            .collect();
        entries.extend((0..3).map(|number| problem(1000 + number, &format!("{number}{long}"))));
        let own = bundle(&entries);
        looked(&mut desk, own.as_bytes()).unwrap();
        let (mut from, mut sizes) = (0, Vec::new());
        loop {
            let batch = taken(&mut desk, from, false).unwrap();
            if batch.items.is_empty() {
                break;
            }
            from += batch.items.len();
            sizes.push(batch.items.len());
        }
        assert_eq!(sizes, [MOST, 21, 1, 1]);
    }

    #[test]
    fn a_form_becomes_an_entry_that_is_read_found_and_changed() {
        let mut desk = Desk::default();
        let Answer::Written(Ok(first)) = write(&mut desk, allergy("Penicillin"), None) else {
            panic!("an entry");
        };
        assert_eq!(
            (first.title.as_str(), first.category),
            ("Penicillin", Category::Clinical)
        );
        hold(
            &mut desk,
            true,
            vec![
                note("1", &first.title, &first.text),
                note("2", "Letter", "…"),
            ],
            &[],
        );
        let Answer::Overview(overview) = desk.answer(Question::Overview) else {
            panic!("an overview");
        };
        assert_eq!(overview.allergies.len(), 1);
        assert_eq!(titles(&mut desk, "penic"), ["Penicillin"]);
        assert_eq!(titles(&mut desk, "penic letter"), [""; 0]);

        let text = first.text.clone();
        let Answer::Read(Some(content)) = desk.answer(Question::Read { text }) else {
            panic!("content");
        };
        assert_eq!(content.description.kind, Kind::Allergy);
        assert!(content.form == Some(allergy("Penicillin")));
        let Answer::Written(Ok(second)) =
            write(&mut desk, allergy("Amoxicillin"), Some(first.text))
        else {
            panic!("an entry");
        };
        hold(
            &mut desk,
            false,
            vec![note("1", &second.title, &second.text)],
            &["2"],
        );
        assert_eq!(titles(&mut desk, ""), ["Amoxicillin"]);
        hold(&mut desk, true, vec![], &[]);
        assert_eq!(titles(&mut desk, ""), [""; 0]);
    }
}
