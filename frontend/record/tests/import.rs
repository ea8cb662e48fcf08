//! Files of FHIR: what is refused, what is told, what comes back. The small ones here always run; every
//! file of the folder that `KEEPWELL_FHIR_DIR` names runs besides.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test fails by panicking"
)]

use std::{env, fs};

use keepwell_record::{
    BadFile, Body, Choice, Date, Entry, Filter, Import, MAX_FILE, Record, Source, State, Stored,
    Twin, What, compare,
    form::{Around, Form},
    json::{self, Fault},
    model::{Category, Kind},
};

const SUMMARY: &str = include_str!("fixtures/summary.json");
const NOW: i64 = 1_770_000_000;

fn read(record: &Record, text: &str) -> Result<Import, BadFile> {
    Import::read(record, text.as_bytes(), NOW)
}

fn fill(import: &Import) -> Record {
    let mut record = Record::new(NOW);
    for item in import.items() {
        record.put(Entry {
            record: format!("{:08}", item.position),
            category: item.category,
            author: "anna".into(),
            at: NOW,
            number: 1,
            state: State::Accepted,
            body: Body::Fhir(item.text.clone()),
        });
    }
    record
}

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

#[test]
fn what_is_no_fhir_is_refused_by_its_kind() {
    let record = Record::new(NOW);
    let refused = |bytes: &[u8]| Import::read(&record, bytes, NOW).unwrap_err();
    assert_eq!(refused(b""), BadFile::Empty);
    assert_eq!(refused(b" \n"), BadFile::Empty);
    assert_eq!(refused(b"PK\x03\x04rest"), BadFile::Archive);
    assert_eq!(refused(b"\x1f\x8b\x08"), BadFile::Archive);
    assert_eq!(refused(b"\xff\xfe{\0}\0"), BadFile::NoText);
    assert_eq!(refused(b"<Bundle/>"), BadFile::Xml);
    assert_eq!(refused(b"{}"), BadFile::NoFhir);
    assert_eq!(refused(b"[{}]"), BadFile::NoFhir);
    assert!(matches!(
        refused(b"hello"),
        BadFile::NoFhir | BadFile::Json(_)
    ));
    assert!(matches!(
        refused(b"{\"resourceType\":\"Bundle\",\"entry\":{}}"),
        BadFile::Json(_)
    ));
    assert_eq!(
        refused(b"{\"resourceType\":\"Bundle\",\"entry\":[],\"entry\":[]}"),
        BadFile::Json(Fault::Twice)
    );
    assert_eq!(refused(&vec![b' '; MAX_FILE + 1]), BadFile::TooLarge);
    for cut in (1..SUMMARY.trim_end().len()).step_by(97) {
        assert!(
            matches!(
                refused(&SUMMARY.as_bytes()[..cut]),
                BadFile::Json(Fault::Syntax(_))
            ),
            "{cut}"
        );
    }
}

#[test]
fn an_entry_that_can_not_be_read_does_not_take_the_others_with_it() {
    let deep = format!(
        "{{\"resourceType\":\"Basic\",\"a\":{}{}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let long = format!(
        "{{\"resourceType\":\"Basic\",\"a\":\"{}\"}}",
        "x".repeat(400_000)
    );
    let bad = [
        r#"{"resourceType":"Basic","a":1,"a":2}"#,
        &deep,
        r#"{"resourceType":"<b>"}"#,
        "17",
        r#"{"a":nul}"#,
        &long,
    ];
    let entries: Vec<String> = bad
        .iter()
        .chain(&[r#"{"resourceType":"Condition"}"#])
        .map(|own| format!("{{\"resource\":{own}}}"))
        .collect();
    let text = format!(
        "{{\"resourceType\":\"Bundle\",\"entry\":[{}]}}",
        entries.join(",")
    );
    let import = read(&Record::new(NOW), &text).unwrap();
    assert_eq!(import.items().len(), 1);
    let findings: Vec<(What, usize)> = import
        .preview()
        .findings
        .iter()
        .map(|own| (own.what, own.count))
        .collect();
    assert_eq!(findings, [(What::Unreadable, 5), (What::TooLong, 1)]);
}

#[test]
fn a_hundred_megabytes_are_read_entry_by_entry() {
    let filler = "y".repeat(300_000);
    let entry = format!("{{\"resource\":{{\"resourceType\":\"Basic\",\"a\":\"{filler}\"}}}},");
    let count = 100_000_000 / entry.len();
    let mut text = String::from("{\"resourceType\":\"Bundle\",\"entry\":[");
    text.extend(std::iter::repeat_n(entry.as_str(), count));
    text.push_str("{}]}");
    let import = read(&Record::new(NOW), &text).unwrap();
    assert_eq!(
        (import.items().len(), import.preview().repeated),
        (count, count - 1)
    );
}

#[test]
fn a_preview_tells_what_is_in_a_file() {
    let import = read(&Record::new(NOW), SUMMARY).unwrap();
    let preview = import.preview();
    assert_eq!((preview.source, preview.new), (Source::Document, 7));
    let names: Vec<&str> = preview
        .subjects
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["Ada Example", ""],
        "somebody else is named, and told"
    );
    assert_eq!(
        (
            preview.first.unwrap().to_string(),
            preview.last.unwrap().year
        ),
        ("2010".into(), 2025)
    );
    let findings: Vec<(What, usize, &str)> = preview
        .findings
        .iter()
        .map(|own| (own.what, own.count, own.examples[0].text.as_str()))
        .collect();
    assert_eq!(
        findings,
        [
            (What::Kind, 1, "Goal"),
            (What::Date, 1, "2024-02-30"),
            (What::Nowhere, 1, "Patient/nobody")
        ]
    );
    let hostile = &import.items()[5].description.title;
    assert_eq!(hostile, "<img src=x onerror=alert(1)>");
    let record = fill(&import);
    let overview = record.overview();
    assert_eq!(overview.medicines[0].description.title, "Anastrozole 1 mg");
    assert_eq!(
        (
            overview.allergies.len(),
            overview.problems.len(),
            overview.results.len()
        ),
        (1, 1, 1)
    );
    let sections: Vec<Kind> = record
        .readable(&Choice::All)
        .iter()
        .map(|own| own.kind)
        .collect();
    assert_eq!(
        sections,
        [
            Kind::Patient,
            Kind::Allergy,
            Kind::Medicine,
            Kind::Problem,
            Kind::Observation,
            Kind::Other
        ]
    );
}

#[test]
fn what_is_there_already_is_recognised() {
    let record = fill(&read(&Record::new(NOW), SUMMARY).unwrap());
    let later = SUMMARY
        .replace("Penicillin", "Amoxicillin")
        .replace("95.0", "95.00");
    let import = read(&record, &later).unwrap();
    let preview = import.preview();
    assert_eq!(
        (preview.new, preview.same, preview.changed),
        (0, 5, 2),
        "95.0 is not 95.00"
    );
    assert_eq!(
        import.items()[1].twin,
        Some(Twin::Changed("00000001".into()))
    );
    // A name of another kind of source is not enough to be the same.
    let other = r#"{"resourceType":"Medication","id":"m1","code":{"text":"Water"}}"#;
    assert_eq!(read(&record, other).unwrap().preview().new, 1);
    let twice = format!("{other}\n{other}\n");
    let lines = read(&record, &twice).unwrap();
    assert_eq!(
        (lines.preview().source, lines.preview().repeated),
        (Source::Lines, 1)
    );
}

#[test]
fn notes_and_files_leave_as_documents_and_only_what_was_chosen_leaves() {
    let mut record = Record::new(NOW);
    for (name, body) in [
        (
            "note",
            Body::Note {
                title: "Sleep".into(),
                text: "ä\n\"b\"".into(),
            },
        ),
        (
            "file",
            Body::File {
                name: "scan.png".into(),
                media_type: "image/png".into(),
                length: 7,
            },
        ),
        ("broken", Body::Fhir("{".into())),
    ] {
        record.put(Entry {
            record: name.into(),
            category: Category::Clinical,
            author: "anna".into(),
            at: NOW,
            number: 1,
            state: State::Accepted,
            body,
        });
    }
    let made = Date::parse("2026-01-01T10:00:00Z").unwrap();
    let all = read(&Record::new(NOW), &record.export(&Choice::All, made)).unwrap();
    assert_eq!(all.items().len(), 2);
    let some = record.export(&Choice::Records(vec!["note".into()]), made);
    assert!(some.contains("\"timestamp\":\"2026-01-01T10:00:00Z\""));
    let some = read(&Record::new(NOW), &some).unwrap();
    let before = record.line("note").unwrap().description;
    assert_eq!(some.items()[0].description.parts, before.parts);
    assert_eq!(some.items()[0].description.title, "Sleep");
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
