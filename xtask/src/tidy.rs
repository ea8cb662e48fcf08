//! `cargo xtask tidy`: the house rules that no compiler knows.
mod rules;
mod source;

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::{Command, ExitCode},
};

use crate::{Result, process, workspace};

/// `cargo xtask tidy`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err("`cargo xtask tidy` takes no options.".into());
    }
    let findings = findings()?;
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", sentence(findings.len()));
    Ok(if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The same as a stage of `cargo xtask test`.
pub(crate) fn check(mut log: &File) -> Result<()> {
    let findings = findings()?;
    for finding in &findings {
        writeln!(log, "{finding}")
            .map_err(|error| format!("The log can not be written: {error}."))?;
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(sentence(findings.len()))
}

fn sentence(number: usize) -> String {
    match number {
        0 => "Tidy.".into(),
        1 => "One house rule is broken.".into(),
        _ => format!("House rules are broken in {number} places."),
    }
}

fn findings() -> Result<Vec<String>> {
    let root = workspace::root()?;
    let mut findings = Vec::new();
    for path in own_files(&root)? {
        // What is not text (pictures) has no words; what git lists but was just deleted has none either.
        let Ok(text) = fs::read_to_string(root.join(&path)) else {
            continue;
        };
        findings.extend(rules::all(&path, &text, &|other| root.join(other).exists()));
    }
    Ok(findings)
}

/// Every file that belongs to the repository or is about to; all files where git does not know the folder.
fn own_files(root: &Path) -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    if root.join(".git").exists() && process::find("git").is_some() {
        let list = process::capture(&mut git)?;
        return Ok(list
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect());
    }
    const MADE: [&str; 5] = [".git/", "target/", "dist/", "data/", "test-output/"];
    let mut files = workspace::files_below(root)?;
    files.retain(|path| !MADE.iter().any(|folder| path.starts_with(folder)));
    Ok(files)
}
