//! Files of FHIR: what is refused, what is told, what is there already.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod common;

use common::{NOW, fill, read};
use keepwell_record::{
    BadFile, Body, Choice, Date, Entry, Import, MAX_FILE, Record, Source, State, Twin, What,
    json::Fault,
    model::{Category, Kind},
};

const SUMMARY: &str = include_str!("fixtures/summary.json");

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
                remark: "From the hand".into(),
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
    let all = record.export(&Choice::All, made);
    assert!(
        all.contains("From the hand"),
        "a remark leaves with its file"
    );
    let some = record.export(&Choice::Records(vec!["note".into()]), made);
    assert!(some.contains("\"timestamp\":\"2026-01-01T10:00:00Z\""));
    let some = read(&Record::new(NOW), &some).unwrap();
    let before = record.line("note").unwrap().description;
    assert_eq!(some.items()[0].description.parts, before.parts);
    assert_eq!(some.items()[0].description.title, "Sleep");
}
