//! How long a chart of 10,000 entries takes; `cargo test -p keepwell-record -- --ignored --nocapture`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a measurement, not a product"
)]

use std::{fs, time::Instant};

use keepwell_record::{Body, Choice, Date, Entry, Filter, Import, Record, State};

#[test]
#[ignore = "measures, and needs KEEPWELL_FHIR_DIR"]
fn ten_thousand_entries() {
    let folder = std::env::var("KEEPWELL_FHIR_DIR").unwrap();
    let mut entries = Vec::new();
    let none = Record::new(0);
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    for path in &paths {
        let bytes = fs::read(path).unwrap();
        let start = Instant::now();
        let import = Import::read(&none, &bytes, 0).unwrap();
        println!(
            "{}: a preview of {} bytes in {:?}",
            path.display(),
            bytes.len(),
            start.elapsed()
        );
        entries.extend(
            import
                .items()
                .iter()
                .map(|item| (item.category, item.text.clone())),
        );
    }
    let all: Vec<Entry> = entries
        .iter()
        .cycle()
        .take(10_000)
        .enumerate()
        .map(|(number, (category, text))| Entry {
            record: format!("{number:08}"),
            category: *category,
            author: "anna".into(),
            at: number.try_into().unwrap(),
            number: 1,
            state: State::Accepted,
            body: Body::Fhir(text.clone()),
        })
        .collect();
    let start = Instant::now();
    let mut record = Record::new(1_770_000_000);
    for entry in all {
        record.put(entry);
    }
    println!(
        "taken in: {:?}; the index takes {} bytes",
        start.elapsed(),
        record.index_memory()
    );
    let timed = |what: &str, work: &dyn Fn() -> usize| {
        let start = Instant::now();
        let found = work();
        println!("{what}: {found} in {:?}", start.elapsed());
    };
    timed("overview", &|| record.overview().entries);
    timed("timeline", &|| {
        record.timeline(&Filter::default(), 0, 50).total
    });
    timed("series", &|| record.series().len());
    for query in ["a", "gl", "glucose", "blood pressure", "1 2 3", "zzz"] {
        timed(&format!("search {query:?}"), &|| {
            record.search(query, 50).total
        });
    }
    timed("export", &|| {
        record.export(&Choice::All, Date::of_seconds(0)).len()
    });
    timed("readable", &|| record.readable(&Choice::All).len());
}
