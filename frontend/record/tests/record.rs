//! A chart of a few entries: overview, timeline, search, series.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

use keepwell_record::{
    Body, Date, Entry, Field, Filter, Page, Record, Shown, State,
    model::{Category, Kind},
};

fn at(date: &str) -> i64 {
    Date::parse(date).unwrap().seconds()
}

fn entry(record: &str, resource: &str) -> Entry {
    Entry {
        record: record.into(),
        category: Category::Clinical,
        author: "anna".into(),
        at: at("2026-01-01"),
        number: 1,
        state: State::Accepted,
        body: Body::Fhir(resource.into()),
    }
}

fn observation(
    record: &str,
    loinc: &str,
    date: &str,
    value: &str,
    unit: &str,
    more: &str,
) -> Entry {
    entry(
        record,
        &format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"{loinc}"}}],"text":"Glucose"}},
            "effectiveDateTime":"{date}","valueQuantity":{{"value":{value},"unit":"{unit}","system":"http://unitsofmeasure.org","code":"{unit}"}}{more}}}"#
        ),
    )
}

fn records(page: &Page) -> Vec<&str> {
    page.lines.iter().map(|line| line.record.as_str()).collect()
}

fn record() -> Record {
    let mut record = Record::new(at("2026-06-01"));
    for entry in [
        entry(
            "allergy",
            r#"{"resourceType":"AllergyIntolerance","code":{"text":"Nüsse"},"clinicalStatus":{"coding":[{"code":"active"}]}}"#,
        ),
        entry(
            "grave",
            r#"{"resourceType":"AllergyIntolerance","criticality":"high","code":{"text":"Penicillin"},"onsetDateTime":"2001"}"#,
        ),
        entry(
            "refuted",
            r#"{"resourceType":"AllergyIntolerance","code":{"text":"Dust"},"verificationStatus":{"coding":[{"code":"refuted"}]}}"#,
        ),
        entry(
            "tablet",
            r#"{"fullUrl":"urn:uuid:7","resource":{"resourceType":"Medication","code":{"text":"Ramipril 5 mg"}}}"#,
        ),
        entry(
            "taken",
            r#"{"resourceType":"MedicationStatement","status":"active","medicationReference":{"reference":"urn:uuid:7"},"effectivePeriod":{"start":"2020-05"}}"#,
        ),
        entry(
            "ended",
            r#"{"resourceType":"MedicationStatement","status":"active","medicationCodeableConcept":{"text":"Iron"},"effectivePeriod":{"end":"2026-05-31"}}"#,
        ),
        entry(
            "problem",
            r#"{"resourceType":"Condition","code":{"text":"Asthma"},"onsetDateTime":"1999"}"#,
        ),
        entry(
            "healed",
            r#"{"resourceType":"Condition","code":{"text":"Cold"},"abatementDateTime":"2000"}"#,
        ),
        entry("broken", "{"),
    ] {
        record.put(entry);
    }
    record
}

#[test]
fn the_overview_shows_what_holds_now_and_nothing_that_was_taken_back() {
    let mut record = record();
    let waiting = Entry {
        state: State::Waiting,
        ..entry(
            "waits",
            r#"{"resourceType":"Condition","code":{"text":"Gout"}}"#,
        )
    };
    record.put(waiting);
    let overview = record.overview();
    let names = |lines: &[keepwell_record::Line]| -> Vec<String> {
        lines
            .iter()
            .map(|line| line.description.title.clone())
            .collect()
    };
    assert_eq!(names(&overview.allergies), ["Penicillin", "Nüsse"]);
    assert_eq!(names(&overview.medicines), ["Ramipril 5 mg"]);
    assert_eq!(names(&overview.problems), ["Gout", "Asthma"]);
    assert_eq!(names(&overview.waiting), ["Gout"]);
    assert_eq!(overview.entries, 10);
    assert!(overview.patient.is_none() && overview.results.is_empty());
}

#[test]
fn a_timeline_is_filtered_and_comes_in_pages() {
    let record = record();
    let all = record.timeline(&Filter::default(), 0, 100);
    assert_eq!(all.total, 8, "what others refer to is left out");
    assert_eq!(all.lines.last().unwrap().record, "problem");
    let page = record.timeline(&Filter::default(), 6, 10);
    assert_eq!((page.total, records(&page)), (8, vec!["grave", "problem"]));
    let by = |filter: Filter| record.timeline(&filter, 0, 100).total;
    assert_eq!(
        by(Filter {
            authors: vec!["bob".into()],
            ..Filter::default()
        }),
        0
    );
    assert_eq!(
        by(Filter {
            categories: vec![Category::Research],
            ..Filter::default()
        }),
        0
    );
    assert_eq!(
        by(Filter {
            kinds: vec![Kind::Allergy],
            ..Filter::default()
        }),
        3
    );
    assert_eq!(
        by(Filter {
            until: Some(at("2002")),
            ..Filter::default()
        }),
        2
    );
    assert_eq!(
        by(Filter {
            words: "nusse".into(),
            ..Filter::default()
        }),
        1
    );
}

#[test]
fn a_revision_takes_the_place_of_the_one_before_it() {
    let mut record = record();
    assert_eq!(record.search("NÜ", 9).total, 1);
    record.put(entry(
        "allergy",
        r#"{"resourceType":"AllergyIntolerance","code":{"text":"Milk"}}"#,
    ));
    assert_eq!(record.search("nusse", 9).total, 0);
    assert_eq!(records(&record.search("mil", 9)), ["allergy"]);
    record.remove("allergy");
    assert_eq!(record.search("milk", 9).total, 0);
    assert!(record.line("allergy").is_none());
}

#[test]
fn text_of_others_stays_text() {
    let hostile = "<script>alert(1)</script>";
    let mut record = Record::new(0);
    record.put(entry(
        "x",
        &format!(r#"{{"resourceType":"Condition","code":{{"text":"{hostile}"}}}}"#),
    ));
    assert_eq!(record.line("x").unwrap().description.title, hostile);
}

#[test]
fn one_series_holds_what_may_be_converted_and_nothing_else() {
    let mut record = Record::new(0);
    let range = r#","referenceRange":[{"low":{"value":70},"high":{"value":100}}]"#;
    record.put(observation("a", "2345-7", "2020", "90", "mg/dL", range));
    record.put(observation(
        "b",
        "14749-6",
        "2021-03-04",
        "5.50",
        "mmol/L",
        "",
    ));
    record.put(observation("c", "2345-7", "2022", "17", "{arb}", ""));
    record.put(observation(
        "d",
        "2345-7",
        "2023",
        "1",
        "mg/dL",
        r#","valueQuantityX":0,"note":[]"#,
    ));
    let mut wrong = observation("d", "2345-7", "2023", "1", "mg/dL", "");
    if let Body::Fhir(text) = &mut wrong.body {
        *text = text.replace("final", "entered-in-error");
    }
    record.put(wrong);
    let series = record.series();
    assert_eq!(series.len(), 2);
    let own = series.iter().find(|own| own.unit == "mmol/L").unwrap();
    let points = &own.strands[0].points;
    assert_eq!(points.len(), 2);
    assert!(points[0].converted && (points[0].value - 4.996).abs() < 0.001);
    assert_eq!(points[1].written.value.as_ref().unwrap().as_str(), "5.50");
    assert!((own.strands[0].band.unwrap().high.unwrap() - 5.55).abs() < 0.01);
    assert!(points[1].band.is_none(), "no range is invented");
}

#[test]
fn blood_pressure_has_two_strands() {
    let mut record = Record::new(0);
    let part = |code: &str, value: u32| {
        format!(
            r#"{{"code":{{"coding":[{{"system":"http://loinc.org","code":"{code}","display":"{code}"}}]}},"valueQuantity":{{"value":{value},"unit":"mmHg"}}}}"#
        )
    };
    for (id, date, upper) in [("a", "2020-02-01", 141), ("b", "2020-01-01", 128)] {
        let parts = format!("{},{}", part("8480-6", upper), part("8462-4", 80));
        record.put(entry(id, &format!(r#"{{"resourceType":"Observation","code":{{"text":"Pressure"}},"effectiveDateTime":"{date}","component":[{parts}]}}"#)));
    }
    let series = record.series();
    let strands = &series[0].strands;
    assert_eq!((series.len(), strands.len()), (1, 2));
    assert_eq!(strands[0].label, "8480-6");
    let values: Vec<f64> = strands[0].points.iter().map(|point| point.value).collect();
    assert_eq!(values, [128.0, 141.0]);
    let line = record.line("a").unwrap();
    assert_eq!(line.description.parts[1].field, Field::Component);
    assert!(matches!(&line.description.parts[1].value, Shown::Quantity(own) if own.unit == "mmHg"));
}
