//! Targets: every parser of this crate, as a plain function over bytes. Built with the feature `fuzz` only,
//! which no product has.

#![expect(clippy::expect_used, reason = "a target fails by panicking")]

use keepwell_shared::fuzz::Target;

use crate::{
    Body, Choice, Date, Decimal, Entry, Filter, Import, Record, Scale, State, Stored, TimeScale,
    compare, describe,
    form::{Around, Form},
    json,
    model::Category,
    system::LOINC,
    viewing::{self, Hidden},
};

/// Some moment: nothing here may depend on which one.
const NOW: i64 = 1_770_000_000;

/// Every parser of this crate.
pub fn targets() -> Vec<Target> {
    vec![
        Target {
            name: "record-json",
            run: any_json,
            samples: || texts(&["{\"a\":[1.50,null,true,\"\\u00e4\"]}", "-0.5e7", "\"x\""]),
        },
        Target {
            name: "record-date",
            run: date,
            samples: || texts(&["2020", "2020-02-29", "2020-02-29T10:00:00.5+01:00"]),
        },
        Target {
            name: "record-number",
            run: number,
            samples: || texts(&["1.50", " 7,2 ", "-1e3"]),
        },
        Target {
            name: "record-resource",
            run: resource,
            samples: || {
                SAMPLES
                    .iter()
                    .map(|text| text.replace("LOINC", LOINC).into_bytes())
                    .collect()
            },
        },
        Target {
            name: "record-file",
            run: file,
            samples: || {
                texts(&[
                    BUNDLE,
                    "{\"resourceType\":\"Basic\"}\n{\"resourceType\":\"Basic\"}",
                ])
            },
        },
        Target {
            name: "record-picture",
            run: picture,
            samples: || PICTURES.iter().map(|bytes| bytes.to_vec()).collect(),
        },
        Target {
            name: "record-words",
            run: |bytes| viewing::words(bytes).is_ok(),
            samples: || texts(&["\u{feff}Zoë, 1990\r\n\tand more", "{}"]),
        },
        Target {
            name: "record-query",
            run: query,
            samples: || texts(&["glu 7.2", "Ménière"]),
        },
    ]
}

const SAMPLES: [&str; 6] = [
    r#"{"resourceType":"Patient","name":[{"given":["A"],"family":"B"}],"birthDate":"1990-02"}"#,
    r#"{"resourceType":"MedicationRequest","status":"active","medicationReference":{"reference":"Medication/1"},"dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}],"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}}]}"#,
    r#"{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"LOINC","code":"85354-9"}]},"effectiveDateTime":"2020-01-01","component":[{"code":{"coding":[{"system":"LOINC","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg"}},{"code":{"coding":[{"system":"LOINC","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg"}}]}"#,
    r#"{"fullUrl":"urn:uuid:1","resource":{"resourceType":"AllergyIntolerance","code":{"text":"Nuts"},"reaction":[{"manifestation":[{"text":"Rash"}],"severity":"mild"}]}}"#,
    r#"{"resourceType":"ExplanationOfBenefit","created":"2020-01-01","item":[{"productOrService":{"text":"X"}}],"total":[{"amount":{"value":1.50,"currency":"EUR"}}],"payment":{"amount":{"value":1,"currency":"EUR"}}}"#,
    r#"{"resourceType":"DocumentReference","content":[{"attachment":{"contentType":"text/plain","data":"SGk=","title":"T"}}]}"#,
];

const BUNDLE: &str = r#"{"type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Observation","code":{"text":"Glucose"},"effectiveDateTime":"2020-02-30","valueQuantity":{"value":7.20,"unit":"mg/dL"},"subject":{"reference":"Patient/1"}}},{"response":{}}],"resourceType":"Bundle"}"#;

/// The beginning of one picture of each kind.
const PICTURES: [&[u8]; 6] = [
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x09\0\0\0\x07\x08\x06\0\0\0",
    b"\xff\xd8\xff\xe0\0\x04JF\xff\xdb\0\x03x\xff\xc0\0\x11\x08\0\x07\0\x09\x03",
    b"GIF89a\x09\0\x07\0\x80\0\0rgbRGB\x21\xf9\x02ab\0\x2c\0\0\0\0\x09\0\x07\0\0",
    b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0abc\x9d\x01\x2a\x09\0\x07\0",
    b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x08\x80\x01\0",
    b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x08\0\0\x06\0\0",
];

fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn any_json(bytes: &[u8]) -> bool {
    let Some(value) = str::from_utf8(bytes)
        .ok()
        .and_then(|text| json::parse(text).ok())
    else {
        return false;
    };
    let text = json::write(&value);
    assert!(json::parse(&text) == Ok(value), "is read again as the same");
    true
}

/// At most one kind says a size; one that may be decoded is no larger than a page can hold.
fn picture(bytes: &[u8]) -> bool {
    let kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];
    let mut sizes = kinds.iter().filter_map(|kind| viewing::size(kind, bytes));
    let Some(size) = sizes.next() else {
        return false;
    };
    assert!(sizes.next().is_none(), "is of two kinds");
    match size.check() {
        Ok(()) => {
            let small = size.within(1000);
            assert!(small.width <= size.width && small.height <= size.height);
            true
        }
        Err(why) => {
            assert!(matches!(why, Hidden::NoPicture | Hidden::LargePicture));
            false
        }
    }
}

fn date(bytes: &[u8]) -> bool {
    let Some(date) = str::from_utf8(bytes)
        .ok()
        .and_then(|text| Date::parse(text).ok())
    else {
        return false;
    };
    assert!(Date::parse(&date.to_string()) == Ok(date), "has two forms");
    assert!(date.seconds() <= date.last_second());
    TimeScale::over([date.seconds(), 0], 6);
    true
}

fn number(bytes: &[u8]) -> bool {
    let Some(text) = str::from_utf8(bytes).ok() else {
        return false;
    };
    let found: Vec<Decimal> = Decimal::parse(text)
        .into_iter()
        .chain(Decimal::typed(text))
        .collect();
    for number in &found {
        assert!(Decimal::parse(number.as_str()).as_ref() == Some(number));
        let scale = Scale::over([number.value(), 1.0], 5);
        assert!(
            (-1e-6..=1.000_001).contains(&scale.place(number.value())) && scale.ticks.len() <= 51
        );
    }
    !found.is_empty()
}

fn resource(bytes: &[u8]) -> bool {
    let Some(stored) = str::from_utf8(bytes)
        .ok()
        .and_then(|text| Stored::parse(text).ok())
    else {
        return false;
    };
    let text = stored.write();
    assert!(
        Stored::parse(&text).as_ref() == Ok(&stored),
        "is read again as the same"
    );
    describe(&stored.resource, NOW);
    if let Some(form) = Form::read(&stored.resource) {
        let around = Around {
            patient: String::new(),
            id: String::new(),
            today: Date::of_seconds(NOW),
            offset: 0,
        };
        if let Ok(again) = form.write(Some(&stored), &around) {
            let other = Form::read(&again.resource);
            assert!(other == Some(form), "what was typed comes back");
        }
    }
    let body = Body::Fhir(text);
    assert!(compare(&body, &body, NOW) == Default::default());
    let mut record = Record::new(NOW);
    record.put(entry(body));
    record.overview();
    record.series();
    assert!(record.timeline(&Filter::default(), 0, 9).lines.len() <= 1);
    true
}

fn file(bytes: &[u8]) -> bool {
    let record = Record::new(NOW);
    let Ok(import) = Import::read(&record, bytes, NOW) else {
        return false;
    };
    let mut record = Record::new(NOW);
    for item in import.items() {
        record.put(Entry {
            record: item.position.to_string(),
            ..entry(Body::Fhir(item.text.clone()))
        });
    }
    let text = record.export(&Choice::All, Date::of_seconds(NOW));
    let again = Import::read(&record, text.as_bytes(), NOW).expect("an export can be imported");
    assert_eq!(again.items().len(), import.items().len());
    assert_eq!(again.preview().new, 0, "all of it is there already");
    true
}

fn query(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let mut record = Record::new(NOW);
    let title = text.to_owned();
    record.put(entry(Body::Note {
        title,
        text: String::new(),
    }));
    // Whatever has a word is found by itself; only the first words of a query count.
    let found = record.search(text, 9).total;
    let any = text.chars().any(|letter| letter.is_ascii_alphanumeric());
    assert!(found == 1 || !any);
    record.remove("r");
    assert_eq!(record.search(text, 9).total, 0);
    any
}

fn entry(body: Body) -> Entry {
    Entry {
        record: "r".into(),
        category: Category::Clinical,
        author: String::new(),
        at: NOW,
        number: 1,
        state: State::Accepted,
        body,
    }
}
