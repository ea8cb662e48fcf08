//! Runs attacks on a few threads, prints what the test harness would print, and then the table.

use std::{
    panic,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use crate::{
    list::{Attack, Start, Status, check, row},
    matrix,
};

/// Stretching a password takes 64 MiB: a few at a time.
const THREADS: usize = 3;

pub fn all(attacks: &[Attack], wanted: &[String]) -> ExitCode {
    if wanted.iter().any(|word| word == "rows") {
        attacks
            .iter()
            .for_each(|attack| println!("{}", row(attack)));
        return ExitCode::SUCCESS;
    }
    let chosen = |attack: &&Attack| {
        let asked = |word: &String| {
            attack.number.to_string() == *word || attack.name.contains(word.as_str())
        };
        wanted.is_empty() || wanted.iter().any(asked)
    };
    let mut tests: Vec<(String, Start)> = attacks
        .iter()
        .filter(chosen)
        .filter_map(|attack| match attack.status {
            Status::Test(test) => Some((label(attack), test)),
            _ => None,
        })
        .collect();
    let matrix: [(&str, Start); 2] = [
        ("tamper matrix: columns", || Box::pin(matrix::columns())),
        ("tamper matrix: fields", || Box::pin(matrix::fields())),
    ];
    let asked = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    for (name, test) in matrix {
        if asked(name) {
            tests.push((name.to_owned(), test));
        }
    }
    let start = Instant::now();
    println!("\nrunning {} tests", tests.len() + 1);
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    // The long ones stand behind the short ones in the list; begin with them.
    tests.reverse();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some((label, test)) = tests.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let begun = Instant::now();
                    let held = attempt(label, *test);
                    let word = if held { "ok" } else { "FAILED" };
                    println!("test {label} ... {word}");
                    if begun.elapsed().as_secs() >= 20 {
                        println!("    ({:.0} s)", begun.elapsed().as_secs_f64());
                    }
                    if !held {
                        failed.lock().unwrap().push(label.clone());
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    let list = panic::catch_unwind(|| check(attacks)).is_ok();
    let word = if list { "ok" } else { "FAILED" };
    println!("test the list and docs/threat-model.md agree ... {word}");
    if !list {
        failed.push("the list and docs/threat-model.md agree".to_owned());
    }
    table(attacks, &tests, &failed);
    let passed = tests.len() + 1 - failed.len();
    let word = if failed.is_empty() { "ok" } else { "FAILED" };
    println!(
        "\ntest result: {word}. {passed} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s",
        failed.len(),
        0,
        start.elapsed().as_secs_f64()
    );
    println!("\n{passed} passed, {} failed", failed.len());
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn label(attack: &Attack) -> String {
    format!("{:03} {}", attack.number, attack.name)
}

/// Whether the test held: on a thread of its own, so that its panic ends nothing else and carries
/// the attack's name.
fn attempt(label: &str, test: Start) -> bool {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(tokio::task::LocalSet::new().run_until(test()));
    };
    let thread = thread::Builder::new().name(label.to_owned()).spawn(work);
    thread.unwrap().join().is_ok()
}

fn table(attacks: &[Attack], tests: &[(String, Start)], failed: &[String]) {
    println!("\n{:>4}  {:<68} {:<41} verdict", "", "attack", "source");
    for attack in attacks {
        let label = label(attack);
        let verdict = match attack.status {
            Status::Test(_) if failed.contains(&label) => "NOT REFUSED".to_owned(),
            Status::Test(_) if tests.iter().any(|(ran, _)| *ran == label) => "refused".to_owned(),
            Status::Test(_) => "not run".to_owned(),
            _ => attack.status.said(),
        };
        println!(
            "{:>4}  {:<68} {:<41} {verdict}",
            attack.number, attack.name, attack.source
        );
    }
}
