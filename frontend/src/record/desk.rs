//! Takes questions, uses the record, gives answers. One chart at a time.

use keepwell_frontend::message::record::{Answer, Content, Question, Written};
use keepwell_record::{
    Body, Description, Entry, Record, Series, Stored, describe,
    form::{Around, Form},
};

#[derive(Default)]
pub(crate) struct Desk {
    record: Record,
    now: i64,
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
            Question::Trends { of } => Answer::Trends(self.trends(of.as_deref())),
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
    if let Body::Note { text, .. } = &entry.body
        && stored(text).is_some()
    {
        entry.body = Body::Fhir(text.clone());
    }
    entry
}

#[cfg(test)]
mod tests {
    use keepwell_record::{
        Date, Filter, State,
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
