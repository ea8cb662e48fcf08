//! Stages of `cargo xtask test`: timed, logged, counted, summed up.
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use crate::{Result, process, workspace};

/// All stages so far.
pub(crate) struct Stages {
    logs: PathBuf,
    done: Vec<Stage>,
}

struct Stage {
    name: &'static str,
    time: Duration,
    count: Count,
    sentence: Option<String>,
}

/// How many checks held and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Count {
    passed: usize,
    failed: usize,
}

impl Stages {
    /// Logs go into `logs`, one file for each stage.
    pub(crate) fn new(logs: PathBuf) -> Result<Self> {
        workspace::make_dir(&logs)?;
        Ok(Self {
            logs,
            done: Vec::new(),
        })
    }

    /// A stage that holds as a whole or not: it counts as one check.
    pub(crate) fn check<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&File) -> Result<T>,
    ) -> Option<T> {
        self.stage(name, |log, _| {
            let outcome = work(log);
            let count = Count {
                passed: usize::from(outcome.is_ok()),
                failed: usize::from(outcome.is_err()),
            };
            (count, outcome)
        })
    }

    /// A stage that runs test programs: each test counts.
    pub(crate) fn tests(&mut self, name: &'static str, commands: Vec<Command>) {
        self.stage(name, |log, path| {
            let mut outcome = Ok(());
            for mut command in commands {
                let one = process::run(&mut command, Some(log));
                outcome = outcome.and(one);
            }
            let output = fs::read_to_string(path).unwrap_or_default();
            let mut count = Count::of_test_results(&output);
            // A program that does not compile or crashes prints no result but is a failure.
            if outcome.is_err() && count.failed == 0 {
                count.failed = 1;
            }
            let outcome = outcome.map_err(|sentence| format!("{sentence}{}", failures(&output)));
            (count, outcome)
        });
    }

    /// Prepares a stage that may be left out: what is started says what it has to say in a log.
    pub(crate) fn quietly<T>(&self, work: impl FnOnce(&File) -> Result<T>) -> Result<T> {
        let path = self.logs.join("preparing.log");
        let log = File::create(&path)
            .map_err(|error| format!("{} can not be written: {error}.", path.display()))?;
        work(&log)
    }

    /// Everything that the programs of a finished stage printed.
    pub(crate) fn output(&self, name: &str) -> Result<String> {
        let at = self.done.iter().position(|stage| stage.name == name);
        let at = at.ok_or_else(|| format!("The stage `{name}` did not run."))?;
        workspace::read_text(&self.log(at, name))
    }

    /// Where the log of a stage is.
    fn log(&self, at: usize, name: &str) -> PathBuf {
        let name = name.replace(' ', "-");
        self.logs.join(format!("{:02}-{name}.log", at + 1))
    }

    /// The table, the failures, and `N passed, N failed` as the last line.
    pub(crate) fn finish(self) -> ExitCode {
        println!(
            "\n{:<24} {:>6} {:>6} {:>9}",
            "stage", "passed", "failed", "time"
        );
        let mut sum = Count::default();
        let mut time = Duration::ZERO;
        for stage in &self.done {
            let Count { passed, failed } = stage.count;
            println!(
                "{:<24} {passed:>6} {failed:>6} {:>9}",
                stage.name,
                seconds(stage.time)
            );
            sum = Count {
                passed: sum.passed + passed,
                failed: sum.failed + failed,
            };
            time += stage.time;
        }
        println!(
            "{:<24} {:>6} {:>6} {:>9}",
            "together",
            sum.passed,
            sum.failed,
            seconds(time)
        );
        for stage in &self.done {
            if let Some(sentence) = &stage.sentence {
                println!("\n{}: {sentence}", stage.name);
            }
        }
        println!("\n{} passed, {} failed", sum.passed, sum.failed);
        if process::stopping() {
            ExitCode::from(process::INTERRUPTED)
        } else if sum.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn stage<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce(&File, &Path) -> (Count, Result<T>),
    ) -> Option<T> {
        if process::stopping() {
            return None;
        }
        println!("\n{name} ...");
        let start = Instant::now();
        let path = self.log(self.done.len(), name);
        let (count, outcome) = match File::create(&path) {
            Ok(log) => work(&log, &path),
            Err(error) => (
                Count {
                    passed: 0,
                    failed: 1,
                },
                Err(format!("{} can not be written: {error}.", path.display())),
            ),
        };
        let time = start.elapsed();
        if let Err(sentence) = &outcome {
            // Everything that the stage said: the log file is not at hand on a build machine.
            println!("{}", fs::read_to_string(&path).unwrap_or_default());
            println!("{sentence}");
        }
        let Count { passed, failed } = count;
        let word = if failed == 0 && outcome.is_ok() {
            "ok"
        } else {
            "FAILED"
        };
        println!(
            "{name}: {word}, {passed} passed, {failed} failed, {}",
            seconds(time)
        );
        let (value, sentence) = match outcome {
            Ok(value) => (Some(value), None),
            Err(sentence) => (None, Some(sentence)),
        };
        self.done.push(Stage {
            name,
            time,
            count,
            sentence,
        });
        value
    }
}

impl Count {
    /// The sum over all lines that the test harness ends a program with.
    fn of_test_results(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some(result) = line.trim_start().strip_prefix("test result: ") else {
                continue;
            };
            let number = |word: &str| {
                let part = result
                    .split([';', '.'])
                    .find(|part| part.trim().ends_with(word));
                part.and_then(|part| part.trim().split(' ').next()?.parse::<usize>().ok())
            };
            sum.passed += number(" passed").unwrap_or(0);
            sum.failed += number(" failed").unwrap_or(0);
        }
        sum
    }
}

/// The names of the tests that failed, one to a line.
fn failures(output: &str) -> String {
    let name = |line: &str| {
        Some(
            line.strip_prefix("test ")?
                .strip_suffix(" ... FAILED")?
                .to_owned(),
        )
    };
    let names = output.lines().filter_map(|line| name(line.trim_end()));
    names.map(|name| format!("\n    {name}")).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_up_what_the_harness_prints() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";
        assert_eq!(
            Count::of_test_results(output),
            Count {
                passed: 15,
                failed: 2
            }
        );
        assert_eq!(
            failures("test a::b ... ok\ntest c::d ... FAILED\n"),
            "\n    c::d"
        );
        assert_eq!(
            Count::of_test_results("error: could not compile"),
            Count::default()
        );
    }
}
