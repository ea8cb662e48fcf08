//! What the tests say of published and frozen vectors, as one table, and the second implementation.
use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Result, browser, process, tools, workspace};

/// A line that a test prints for each set begins so.
const LINE: &str = "vectors: ";

/// One set of vectors.
#[derive(Debug, PartialEq)]
struct Set<'a> {
    name: &'a str,
    run: usize,
    refused: usize,
    not_applicable: usize,
    reason: &'a str,
}

/// Reads `vectors: <set>: <n> run, <m> refused as they must be, <k> not applicable (<reason>)`.
fn set(line: &str) -> Option<Set<'_>> {
    let line = line.strip_prefix(LINE)?;
    // A name may hold a bracket, a reason may hold a colon: the counts stand between the two.
    let (line, reason) = match line.split_once(" not applicable (") {
        Some((_, reason)) => {
            let end = line.len() - reason.len() - " (".len();
            (line.get(..end)?, reason.strip_suffix(')')?)
        }
        None => (line, ""),
    };
    let (name, counts) = line.rsplit_once(": ")?;
    let mut counts = counts.split(", ");
    let mut number = |word: &str| counts.next()?.strip_suffix(word)?.parse().ok();
    Some(Set {
        name,
        run: number(" run")?,
        refused: number(" refused as they must be")?,
        not_applicable: number(" not applicable")?,
        reason,
    })
}

/// What stands in the name of a set whose vectors another set has run already.
const AGAIN: &str = " again, ";

/// Prints every set that `output` names, sorted, and the sum.
pub(crate) fn table(output: &str) -> Result<()> {
    let lines = || output.lines().filter(|line| line.starts_with(LINE));
    let mut sets: Vec<Set<'_>> = lines().filter_map(set).collect();
    if sets.is_empty() || sets.len() != lines().count() {
        return Err("The tests did not say which vectors they ran.".into());
    }
    sets.sort_by_key(|set| set.name);
    let width = sets.iter().map(|set| set.name.len()).max().unwrap_or(0);
    let name = "vectors";
    println!("{name:<width$}    run refused skipped");
    let (mut run, mut refused, mut skipped) = (0, 0, 0);
    for set in &sets {
        let (name, reason) = (set.name, set.reason);
        println!(
            "{name:<width$} {:>6} {:>7} {:>7}  {reason}",
            set.run, set.refused, set.not_applicable
        );
        if !name.contains(AGAIN) {
            run += set.run;
            refused += set.refused;
            skipped += set.not_applicable;
        }
    }
    println!(
        "{:<width$} {run:>6} {refused:>7} {skipped:>7}  without those that ran again",
        "together"
    );
    Ok(())
}

/// Runs the second implementation with `python`.
pub(crate) fn second(python: &Path, log: &File) -> Result<()> {
    let mut command = Command::new(python);
    let script = workspace::root()?.join("tests/vectors/second.py");
    // Without -B Python would leave compiled files in the repository.
    let output = process::capture(command.arg("-B").arg(script));
    let output = output.map_err(|error| format!("{error} See what it printed above."))?;
    print!("{output}");
    let mut log = log;
    std::io::Write::write_all(&mut log, output.as_bytes())
        .map_err(|error| format!("The log can not be written: {error}."))
}

/// A Python of its own with exactly what the second implementation needs, below the cache folder.
/// It is made once and again whenever the requirements change.
pub(crate) fn python(log: &File) -> Result<PathBuf> {
    let requirements = workspace::root()?.join("tests/vectors/requirements.txt");
    let wanted = workspace::read_text(&requirements)?;
    let folder = workspace::tools()?.join("python-second");
    let python = match cfg!(windows) {
        true => folder.join("Scripts/python.exe"),
        false => folder.join("bin/python"),
    };
    let stamp = folder.join("requirements.txt");
    let ready = || {
        let same = workspace::read_text(&stamp).is_ok_and(|stamp| stamp == wanted);
        same && process::run(Command::new(&python).arg("--version"), Some(log)).is_ok()
    };
    if ready() {
        return Ok(python);
    }
    workspace::make_dir(&workspace::tools()?)?;
    let _alone = tools::alone(&workspace::tools()?)?;
    // Another clone may have made it while this one waited.
    if ready() {
        return Ok(python);
    }
    println!(
        "Making a Python for the second implementation and for axe-core (about 10 seconds, once per machine) ..."
    );
    workspace::remove_dir(&folder)?;
    if venv(&folder, log).is_err() {
        workspace::remove_dir(&folder)?;
        browser::apt_install(&["python3", "python3-venv"], log)?;
        venv(&folder, log)?;
    }
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.args(["--no-deps", "--only-binary", ":all:", "--requirement"]);
    process::run(pip.arg(&requirements), Some(log))?;
    // The stamp comes last: an installation that was cut off has none.
    std::fs::write(&stamp, &wanted)
        .map_err(|error| format!("{} can not be written: {error}.", stamp.display()))?;
    Ok(python)
}

/// The script of axe-core, which the journeys put into every screen: it came with the Python packages.
pub(crate) fn axe(python: &Path) -> Result<PathBuf> {
    const WHERE: &str =
        "import importlib.util as u; print(u.find_spec('axe_playwright_python').origin)";
    let package = process::capture(Command::new(python).args(["-c", WHERE]))?;
    let script = Path::new(package.trim()).with_file_name("axe.min.js");
    match script.is_file() {
        true => Ok(script),
        false => Err("axe-core is not where its package had it.".into()),
    }
}

fn venv(folder: &Path, log: &File) -> Result<()> {
    let python = ["python3", "python"]
        .iter()
        .find_map(|name| process::find(name));
    let python = python.ok_or("Python 3 is missing.")?;
    process::run(
        Command::new(python).args(["-m", "venv"]).arg(folder),
        Some(log),
    )
}

/// Whether this is a build machine, where nothing may be left out.
pub(crate) fn must_run() -> bool {
    env::var("CI").is_ok_and(|value| value == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_tests_print() {
        let line = "vectors: RFC 1 (A), part: 2: 3 run, 1 refused as they must be, 4 not applicable (not yet: a (second) one)";
        assert_eq!(
            set(line),
            Some(Set {
                name: "RFC 1 (A), part: 2",
                run: 3,
                refused: 1,
                not_applicable: 4,
                reason: "not yet: a (second) one"
            })
        );
        let line = "vectors: frozen v1: 3 run, 1 refused as they must be, 0 not applicable";
        assert_eq!(set(line).map(|set| set.reason), Some(""));
    }

    #[test]
    fn no_line_and_a_strange_line_are_failures() {
        assert!(table("test result: ok").is_err());
        assert!(table("vectors: something else").is_err());
    }
}
