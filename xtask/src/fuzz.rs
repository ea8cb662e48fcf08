//! `cargo xtask fuzz`: feeds every parser that reads from outside for as long as one likes.
//!
//! With a nightly Rust libFuzzer does it, guided by coverage and under the address sanitizer.
//! Without one the stable test program makes its changes blindly, which `cargo xtask test` does
//! too, only shorter.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use crate::{Result, process, workspace};

/// Every function and every comparison tells libFuzzer that it was reached.
const COVERAGE: &str = "--cfg fuzzing -Zsanitizer=address -Ccodegen-units=1 \
    -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// The longest input: a part of a file and a bit.
const LONGEST: &str = "-max_len=1100000";

const NO_NIGHTLY: &str = "There is no nightly Rust here (`rustup toolchain install nightly`): the changes are made blindly, without coverage to guide them.";

/// `cargo xtask fuzz`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    let (minutes, only) = read(arguments)?;
    if !has_nightly() {
        println!("{NO_NIGHTLY}");
        blindly(minutes)?;
    } else {
        guided(minutes, only.as_deref())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// For how many minutes, and whether for one target only.
fn read(arguments: &[String]) -> Result<(u64, Option<String>)> {
    let (mut minutes, mut only) = (5, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let value = words.next();
        match (word.as_str(), value) {
            ("--minutes", Some(number)) => {
                minutes = number
                    .parse()
                    .ok()
                    .filter(|minutes| (1..=10_000).contains(minutes))
                    .ok_or_else(|| format!("`{number}` is no number of minutes."))?;
            }
            ("--target", Some(name)) => only = Some(name.clone()),
            _ => return Err("`cargo xtask fuzz` takes `--minutes N` and `--target NAME`.".into()),
        }
    }
    Ok((minutes, only))
}

fn has_nightly() -> bool {
    let said = nightly("rustc").arg("--version").output();
    process::find("rustup").is_some() && said.is_ok_and(|output| output.status.success())
}

/// A program of the nightly toolchain, which the toolchain of this command must not override.
fn nightly(program: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", program]);
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn blindly(minutes: u64) -> Result<()> {
    let mut cargo = process::cargo(&workspace::root()?);
    cargo
        .args(["test", "--release", "--workspace", "--test", "native"])
        .args(["--", "--ignored", "--nocapture", "for_a_while"])
        .env("KEEPWELL_FUZZ_SECONDS", (minutes * 60).to_string());
    process::run(&mut cargo, None)
}

fn guided(minutes: u64, only: Option<&str>) -> Result<()> {
    let root = workspace::root()?;
    let work = workspace::target_dir()?.join("fuzz");
    let program = build(&root, &work)?;
    let seeds = work.join("samples");
    workspace::remove_dir(&seeds)?;
    workspace::make_dir(&seeds)?;
    process::run(
        Command::new(&program).env("KEEPWELL_FUZZ_SEEDS", &seeds),
        None,
    )?;
    let mut targets = folders(&seeds)?;
    targets.retain(|name| only.is_none_or(|only| only == name));
    if targets.is_empty() {
        return Err("There is no such target.".into());
    }
    let seconds = (minutes * 60 / targets.len() as u64).max(1);
    for (number, target) in targets.iter().enumerate() {
        println!(
            "{target} ({} of {}, {seconds} s) ...",
            number + 1,
            targets.len()
        );
        feed(&root, &work, &program, target, seconds)?;
    }
    println!("Nothing was found.");
    Ok(())
}

fn build(root: &Path, work: &Path) -> Result<PathBuf> {
    let folder = root.join("tests/fuzz");
    // The same versions as in the product; cargo adds what only this program needs.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock can not be copied: {error}."))?;
    let said = process::capture(nightly("rustc").arg("-vV"))?;
    let host = said
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or("The nightly Rust does not say what machine this is.")?;
    println!("Building for libFuzzer ...");
    let mut cargo = nightly("cargo");
    cargo
        .current_dir(&folder)
        .args(["build", "--release", "--target", host])
        .env("CARGO_TARGET_DIR", work)
        .env("RUSTFLAGS", COVERAGE);
    process::run(&mut cargo, None)?;
    let file = format!("keepwell-fuzz{}", env::consts::EXE_SUFFIX);
    Ok(work.join(host).join("release").join(file))
}

/// What libFuzzer finds worth keeping goes into a folder below cargo's own, and is there next time.
fn feed(root: &Path, work: &Path, program: &Path, target: &str, seconds: u64) -> Result<()> {
    let grown = work.join("corpus").join(target);
    let found = work.join("found");
    workspace::make_dir(&grown)?;
    workspace::make_dir(&found)?;
    let mut fuzzer = Command::new(program);
    fuzzer.env("KEEPWELL_FUZZ_TARGET", target).arg(&grown);
    for folder in [
        work.join("samples").join(target),
        root.join("tests/fuzz/corpus").join(target),
    ] {
        if folder.is_dir() {
            fuzzer.arg(folder);
        }
    }
    let prefix = format!("-artifact_prefix={}/{target}-", found.display());
    let time = format!("-max_total_time={seconds}");
    fuzzer.args([&prefix, &time, LONGEST, "-timeout=20", "-verbosity=0"]);
    process::run(&mut fuzzer, None).map_err(|error| {
        if process::stopping() {
            return error;
        }
        format!(
            "{target} does not survive what lies in {} now: put it into tests/fuzz/corpus/{target} and repair what it shows.",
            found.display()
        )
    })
}

/// The names of the folders in a folder, sorted.
fn folders(folder: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = workspace::files_below(folder)?
        .iter()
        .filter_map(|file| Some(file.split_once('/')?.0.to_owned()))
        .collect();
    names.dedup();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_and_a_target_are_all_it_takes() {
        let read =
            |words: &[&str]| read(&words.iter().map(|word| (*word).into()).collect::<Vec<_>>());
        assert_eq!(read(&[]), Ok((5, None)));
        assert_eq!(
            read(&["--target", "path", "--minutes", "2"]),
            Ok((2, Some("path".into())))
        );
        for wrong in [
            &["--minutes"][..],
            &["--minutes", "0"],
            &["--minutes", "x"],
            &["--target"],
            &["--hours", "1"],
        ] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }
}
