//! `cargo xtask bench`: how fast everything is, as one JSON object on standard output.
//!
//! Figures of one machine on one day say little; ratios between figures of one run, in one page, do.
//! A goal that is missed is told and never fails the command. A part that can not run here says why
//! and the others run.
mod chromium;
mod figures;
mod hands;
mod machine;
mod native;
mod page;
mod peers;
mod product;
mod serve;
mod slow_line;

use std::{
    env,
    path::PathBuf,
    process::{Command, ExitCode},
};

use serde_json::{Map, Value, json};

use crate::{Result, browser, process, workspace};

/// `cargo xtask bench [--quick]`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    let quick = match arguments {
        [] => false,
        [option] if option == "--quick" => true,
        _ => return Err("`cargo xtask bench` knows one option: --quick.".into()),
    };
    let folder = workspace::target_dir()?.join("keepwell-bench");
    workspace::remove_dir(&folder)?;
    workspace::make_dir(&folder)?;
    let bench = Bench {
        quick,
        folder,
        chromium: browser::chromium(),
    };
    eprintln!("Building the product ...");
    build_product()?;

    let mut report = Map::new();
    report.insert("machine".into(), machine::describe());
    report.insert("quick".into(), json!(quick));
    page::measure(&bench, &mut report)?;
    product::measure(&bench, &mut report)?;
    native::measure(&bench, &mut report)?;
    println!("{:#}", Value::Object(report));
    Ok(ExitCode::SUCCESS)
}

/// What every part of the benchmark knows.
struct Bench {
    quick: bool,
    /// For what is made on the way.
    folder: PathBuf,
    chromium: Option<PathBuf>,
}

impl Bench {
    /// A fresh browser; the error says why there is none.
    fn chromium(&self) -> Result<chromium::Chromium> {
        let program = self.chromium.as_ref().ok_or(
            "skipped: Chromium is missing (on Debian type `sudo apt-get install chromium`)",
        )?;
        chromium::Chromium::start(program, &self.folder)
    }
}

/// A part that failed says so in the report; one that was stopped ends the command.
fn told(part: Result<Value>) -> Result<Value> {
    match part {
        Err(sentence) if process::stopping() => Err(sentence),
        Err(sentence) => {
            eprintln!("{sentence}");
            Ok(json!(sentence))
        }
        Ok(figures) => Ok(figures),
    }
}

/// As a program of its own, because it talks on standard output, which belongs to the report.
fn build_product() -> Result<()> {
    let own = env::current_exe().map_err(|error| format!("This command is gone: {error}."))?;
    let mut build = Command::new(own);
    process::run(build.arg("build").stdout(std::io::stderr()), None)
}
