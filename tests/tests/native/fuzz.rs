//! Every parser that reads from outside, fed with what is almost right. Samples of each
//! target, the files below `tests/fuzz/corpus`, and a fixed number of changes to each, which are drawn
//! in the same way every time. Samples that hold keys are made anew with each run, as a secrets file
//! and what is sealed under it; so a failure is printed with its bytes. `cargo xtask fuzz` goes on for
//! longer, guided by coverage where it can.

use std::{
    collections::BTreeSet,
    fs,
    panic::catch_unwind,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use keepwell_shared::{fuzz::Target, wire};
use keepwell_tests::mutate::{Dice, mutate};

/// How many changes of each sample the test tries.
const CHANGES: usize = 200;

/// Says for how many seconds the long run goes on.
const SECONDS: &str = "KEEPWELL_FUZZ_SECONDS";

/// One line for each crate that has parsers.
fn targets() -> Vec<Target> {
    let mut all = keepwell_shared::fuzz::targets();
    all.extend(keepwell_vault::fuzz::targets());
    all.extend(keepwell_record::fuzz::targets());
    all.extend(keepwell_age::fuzz::targets());
    all.extend(keepwell_backend::fuzz::targets());
    all
}

fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

fn corpus() -> PathBuf {
    root().join("tests/fuzz/corpus")
}

/// What a target begins with: its own samples, and what stands in its folder.
fn seeds(target: &Target) -> Vec<Vec<u8>> {
    let mut seeds = (target.samples)();
    let mut files: Vec<PathBuf> = match fs::read_dir(corpus().join(target.name)) {
        Ok(folder) => folder.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => Vec::new(),
    };
    files.sort();
    seeds.extend(files.iter().map(|file| fs::read(file).unwrap()));
    seeds
}

/// Feeds a target; one that panics is named, with the bytes to do it again.
fn feed(target: &Target, bytes: &[u8]) -> bool {
    let run = target.run;
    catch_unwind(|| run(bytes)).unwrap_or_else(|_| {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        panic!(
            "{} does not survive {} bytes: {hex}",
            target.name,
            bytes.len()
        )
    })
}

/// Changes of the seeds, `changes` of each; gives how many were fed and how many were taken.
fn round(target: &Target, seeds: &[Vec<u8>], dice: &mut Dice, changes: usize) -> (usize, usize) {
    let (mut fed, mut taken) = (0, 0);
    for seed in seeds {
        for _ in 0..changes {
            let other = &seeds[dice.below(seeds.len())];
            let bytes = mutate(dice, seed, other);
            taken += usize::from(feed(target, &bytes));
            fed += 1;
        }
    }
    (fed, taken)
}

#[test]
fn every_parser_takes_its_samples_and_survives_what_is_almost_right() {
    let (mut fed, mut taken) = (0, 0);
    for target in targets() {
        for sample in (target.samples)() {
            assert!(
                feed(&target, &sample),
                "{} refuses its own sample",
                target.name
            );
        }
        let seeds = seeds(&target);
        assert!(!seeds.is_empty(), "{} has no sample", target.name);
        for seed in &seeds {
            feed(&target, seed);
        }
        let (more, some) = round(&target, &seeds, &mut Dice::new(1), CHANGES);
        assert!(some < more, "{} refuses nothing", target.name);
        (fed, taken) = (fed + more, taken + some);
    }
    // Were nothing but rubbish made, nothing behind the first check would be reached.
    assert!(taken * 50 > fed, "{taken} of {fed} were taken");
    println!("{fed} were fed, {taken} were taken");
}

#[test]
fn no_kind_of_statement_no_endpoint_and_no_query_is_without_a_target() {
    let targets = targets();
    let names: BTreeSet<&str> = targets.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), targets.len(), "two targets have one name");
    let mut wanted = BTreeSet::new();
    for (name, ..) in wire::ALL {
        wanted.extend([
            format!("wire-{name}-request"),
            format!("wire-{name}-response"),
        ]);
    }
    let kinds = after("shared/src/statement", "impl Payload for ");
    assert!(kinds.len() >= 4, "the search for kinds finds them");
    for kind in kinds {
        wanted.extend([format!("statement-{kind}"), format!("payload-{kind}")]);
    }
    let queries = after("shared/src/wire", "pub struct ");
    let queries = queries.iter().filter(|name| name.ends_with("Query"));
    wanted.extend(queries.map(|name| format!("query-{name}")));
    let missing: Vec<_> = wanted
        .iter()
        .filter(|name| !names.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "without a target: {missing:?}");
}

/// The words that follow `start` at the beginning of a line of a folder's files.
fn after(folder: &str, start: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let rest = text.lines().filter_map(|line| line.strip_prefix(start));
        found.extend(
            rest.filter_map(|rest| Some(rest.split([' ', '{', '(', ';']).next()?.to_owned())),
        );
    }
    found
}

#[test]
fn every_folder_of_the_corpus_belongs_to_a_target_and_all_of_it_is_small() {
    let targets = targets();
    let mut bytes = 0;
    for folder in fs::read_dir(corpus()).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        assert!(targets.iter().any(|target| target.name == name), "{name}");
        for file in fs::read_dir(folder.path()).unwrap() {
            bytes += file.unwrap().metadata().unwrap().len();
        }
    }
    assert!(bytes < 200_000, "{bytes} bytes");
}

/// For `cargo xtask fuzz` where there is no coverage to guide it: the same changes, for as long as
/// it is told, from another beginning each time round.
#[test]
#[ignore = "goes on for as long as it is told"]
fn for_a_while() {
    let seconds: u64 = std::env::var(SECONDS).unwrap().parse().unwrap();
    let end = Instant::now() + Duration::from_secs(seconds);
    let all: Vec<(Target, Vec<Vec<u8>>)> = targets()
        .into_iter()
        .map(|target| (target, seeds(&target)))
        .collect();
    let (mut number, mut fed, mut taken) = (1, 0, 0);
    let mut told = Instant::now();
    while Instant::now() < end {
        number += 1;
        for (target, seeds) in &all {
            if Instant::now() >= end {
                break;
            }
            let (more, some) = round(target, seeds, &mut Dice::new(number), 20);
            (fed, taken) = (fed + more, taken + some);
            if told.elapsed() > Duration::from_secs(10) {
                told = Instant::now();
                let left = end.saturating_duration_since(told).as_secs();
                println!("{fed} were fed, {taken} were taken; {left} s to go");
            }
        }
    }
    println!("{fed} were fed, {taken} were taken, nothing was found");
}
