//! `cargo xtask audit`: what everything here stands on, and whether that is still a good idea.
//!
//! Licences, sources and duplicate versions are read from the lock file and from what cargo has
//! downloaded already. Advisories come from the database of RustSec, which is fetched; where it can
//! not be reached, that is said and the rest is checked all the same.
use std::{
    env,
    fs::File,
    io::Write,
    path::Path,
    process::{Command, ExitCode},
};

use crate::{Result, process, tools, workspace};

/// Asks `cargo xtask test` to install the tool, instead of leaving the audit out without it.
const WANTED: &str = "KEEPWELL_AUDIT";

const NO_DATABASE: &str = "Advisories were NOT checked: the database of RustSec can not be reached from here. Licences, sources and duplicates were.";

/// `cargo xtask audit`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err("`cargo xtask audit` takes no options.".into());
    }
    audit(None)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether `cargo xtask test` has an audit: where its tool is there, and where it is asked for.
pub(crate) fn wanted() -> Result<bool> {
    Ok(env::var_os(WANTED).is_some() || tools::has_deny()?)
}

/// The same as a stage of `cargo xtask test`.
pub(crate) fn check(log: &File) -> Result<()> {
    audit(Some(log))
}

fn audit(log: Option<&File>) -> Result<()> {
    let root = workspace::root()?;
    let tool = tools::deny()?;
    let packages = process::run(
        deny(&tool, &root).args(["check", "licenses", "sources", "bans"]),
        log,
    );
    if process::stopping() {
        return Err("Stopped.".into());
    }
    let advisories = if has_database(&tool, &root) {
        // The fetching was done above: what fails now is an advisory.
        process::run(
            deny(&tool, &root).args(["check", "--disable-fetch", "advisories"]),
            log,
        )
    } else {
        println!("{NO_DATABASE}");
        if let Some(mut log) = log {
            writeln!(log, "{NO_DATABASE}")
                .map_err(|error| format!("The log can not be written: {error}."))?;
        }
        Ok(())
    };
    let sentence = |found: Result<()>| {
        found.map_err(|error| {
            format!("{error}\nExceptions stand in deny.toml, each with why and since when.")
        })
    };
    match (packages, advisories) {
        (Err(one), Err(other)) => sentence(Err(format!("{one}\n{other}"))),
        (one, other) => sentence(one.and(other)),
    }
}

/// Fetches the newest advisories; what it has to say when that fails helps nobody here.
fn has_database(tool: &Path, root: &Path) -> bool {
    let fetched = deny(tool, root)
        .args(["fetch", "db"])
        .stdin(std::process::Stdio::null())
        .output();
    fetched.is_ok_and(|output| output.status.success())
}

fn deny(tool: &Path, root: &Path) -> Command {
    let mut deny = Command::new(tool);
    // Cargo, which it calls, is the one that started this command.
    if let Some(cargo) = env::var_os("CARGO") {
        deny.env("CARGO", cargo);
    }
    deny.current_dir(root).arg("--locked");
    deny
}

#[cfg(test)]
mod tests {
    /// An exception without a reason and a date is one that nobody looks at again.
    #[test]
    fn every_exception_says_why_and_since_when() {
        let text = include_str!("../../deny.toml");
        let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
        let mut exceptions = 0;
        for (number, line) in lines.iter().enumerate() {
            if !line.starts_with("{ crate") {
                continue;
            }
            exceptions += 1;
            let above = &lines[..number];
            let comment = above
                .iter()
                .rposition(|line| !line.starts_with("{ crate") && !line.starts_with('#'))
                .map_or(above, |last| &above[last + 1..]);
            let said = comment
                .iter()
                .find_map(|line| line.strip_prefix("# "))
                .or_else(|| line.split_once("reason = \"").map(|(_, reason)| reason))
                .unwrap_or_default();
            let (date, reason) = said.split_once(": ").unwrap_or_default();
            let shape: String = date
                .chars()
                .map(|c| if c.is_ascii_digit() { '9' } else { c })
                .collect();
            assert_eq!(shape, "9999-99-99", "line {}", number + 1);
            assert!(reason.len() > 20, "line {}", number + 1);
        }
        assert!(exceptions > 0, "the search for exceptions finds them");
    }
}
