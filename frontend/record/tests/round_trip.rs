//! What is imported, exported and imported again gives the same chart, with the same letters in it. A small
//! file and made resources always run; every file of the folder that `KEEPWELL_FHIR_DIR` names runs besides.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use std::{env, fs};

use common::{NOW, fill, read};
use keepwell_record::{
    Body, Choice, Date, Filter, Record, Stored, compare,
    form::{Around, Form},
    json,
    model::{Category, Kind},
};

const SUMMARY: &str = include_str!("fixtures/summary.json");

/// Everything that a chart shows, apart from the names of its entries.
fn shown(record: &Record) -> Vec<(Category, String)> {
    let kinds = Kind::ALL.to_vec();
    let page = record.timeline(
        &Filter {
            kinds,
            ..Filter::default()
        },
        0,
        usize::MAX,
    );
    let text = |name: &str| match &record.entry(name).unwrap().body {
        Body::Fhir(text) => text.clone(),
        _ => String::new(),
    };
    let mut all: Vec<(Category, String)> = page
        .lines
        .iter()
        .map(|line| (line.category, text(&line.record)))
        .collect();
    all.sort();
    all
}

/// An export of what was imported gives the same chart, and all of it is known there.
fn comes_back(text: &str) -> usize {
    let import = read(&Record::new(NOW), text).unwrap();
    let record = fill(&import);
    let exported = record.export(&Choice::All, Date::of_seconds(NOW));
    let again = read(&record, &exported).unwrap();
    let preview = again.preview();
    assert_eq!(preview.new + preview.changed, 0);
    assert_eq!(preview.same + preview.repeated, record.len());
    assert_eq!(shown(&fill(&again)), shown(&record));
    // Written as it was read: the same members in the same order, the same letters in each number.
    let original = json::parse(text);
    for (number, item) in import.items().iter().enumerate() {
        let stored = Stored::parse(&item.text).unwrap();
        if let (Ok(json::Json::Object(bundle)), true) = (&original, import.items().len() < 100) {
            let entry = bundle.items("entry")[number].as_object().unwrap();
            assert!(entry.object("resource") == Some(stored.resource.object()));
        }
        let body = Body::Fhir(item.text.clone());
        assert!(compare(&body, &body, NOW) == Default::default());
        unchanged_by_its_form(&stored);
    }
    import.items().len()
}

/// A form that is opened and written again changes nothing, and never fails on what it can show.
fn unchanged_by_its_form(stored: &Stored) {
    let Some(form) = Form::read(&stored.resource) else {
        return;
    };
    let around = Around {
        patient: String::new(),
        id: String::new(),
        today: Date::of_seconds(NOW),
        offset: 0,
    };
    if let Ok(written) = form.write(Some(stored), &around) {
        let before = Body::Fhir(stored.write());
        let change = compare(&before, &Body::Fhir(written.write()), NOW);
        // What FHIR wants of every resource is filled in where it is missing.
        assert!(
            change
                .members
                .iter()
                .all(|own| own.before.is_none() && own.path.len() == 1),
            "{}",
            stored.write()
        );
    }
}

/// A small generator (SplitMix64): the same resources every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn any<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    fn value(&mut self, depth: u64) -> String {
        match self.below(7 + depth) {
            0 => "null".into(),
            1 => self
                .any(&["1.50", "-0", "1e3", "0.10", "99999999999999999999.5"])
                .into(),
            2 => self.any(&["true", "false"]).into(),
            3..=6 => format!(
                "\"{}\"",
                self.any(&[
                    "",
                    "2020-02-30",
                    "2019",
                    "<b>&",
                    "\\u0000\\\"",
                    "\u{1F600}ä",
                    "urn:uuid:1",
                    "active"
                ])
            ),
            7 => format!("[{},{}]", self.value(depth - 1), self.value(depth - 1)),
            _ => self.object(depth - 1, ""),
        }
    }

    fn object(&mut self, depth: u64, first: &str) -> String {
        const NAMES: [&str; 20] = [
            "code",
            "text",
            "coding",
            "system",
            "display",
            "status",
            "clinicalStatus",
            "onsetDateTime",
            "effectivePeriod",
            "start",
            "valueQuantity",
            "value",
            "unit",
            "component",
            "subject",
            "reference",
            "item",
            "total",
            "dosage",
            "note",
        ];
        let mut members: Vec<String> = first.split_terminator('|').map(str::to_owned).collect();
        for name in NAMES {
            if self.below(5) == 0 {
                members.push(format!("\"{name}\":{}", self.value(depth)));
            }
        }
        format!("{{{}}}", members.join(","))
    }
}

#[test]
fn whatever_is_in_a_resource_comes_back() {
    let mut dice = Dice(1);
    for _ in 0..60 {
        let entries: Vec<String> = (0..12)
            .map(|_| {
                let kind = dice.any(&[
                    "Condition",
                    "Observation",
                    "MedicationRequest",
                    "ExplanationOfBenefit",
                    "Patient",
                    "Consent",
                    "Zebra",
                    "Encounter",
                    "AllergyIntolerance",
                ]);
                let resource = dice.object(4, &format!("\"resourceType\":\"{kind}\""));
                format!(
                    "{{\"fullUrl\":\"urn:uuid:{}\",\"resource\":{resource}}}",
                    dice.below(1 << 40)
                )
            })
            .collect();
        let text = format!(
            "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{}]}}",
            entries.join(",")
        );
        assert_eq!(comes_back(&text), 12);
    }
}

#[test]
fn every_file_comes_back() {
    assert_eq!(comes_back(SUMMARY), 7);
    let Some(folder) = env::var_os("KEEPWELL_FHIR_DIR") else {
        println!("skipped: the larger files, because KEEPWELL_FHIR_DIR is not set");
        return;
    };
    let mut files = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|own| own == "json") {
            let text = fs::read_to_string(&path).unwrap();
            let count = comes_back(&text);
            let record = fill(&read(&Record::new(NOW), &text).unwrap());
            println!(
                "{}: {count} resources, {} series",
                path.display(),
                record.series().len()
            );
            assert!(count > 0 && record.overview().patient.is_some());
            files += 1;
        }
    }
    assert!(files > 0, "the folder has files");
}
