//! The server's memory while a large file streams through it, and sealing outside browsers: by a
//! program of the tests' crate, which has a native client, so that this command stays small.
use std::{io::Read, process::Command};

use serde_json::{Map, Value};

use super::{Bench, told};
use crate::{Result, process, workspace};

/// Adds `server_memory` and `native` to the report.
pub(super) fn measure(bench: &Bench, report: &mut Map<String, Value>) -> Result<()> {
    eprintln!("Building the native client ...");
    match run(bench) {
        Ok(Value::Object(found)) => report.extend(found),
        other => {
            report.insert("server_memory".into(), told(other)?);
        }
    }
    Ok(())
}

fn run(bench: &Bench) -> Result<Value> {
    let mut cargo = process::cargo(&workspace::root()?);
    cargo.args(["build", "--release", "--package", "keepwell-tests"]);
    process::run(
        cargo.args(["--bin", "measure"]).stdout(std::io::stderr()),
        None,
    )?;
    eprintln!("Streaming a large file through the server ...");
    let mut client = Command::new(workspace::target_dir()?.join("release/measure"));
    client.arg(if bench.quick { "128" } else { "1024" });
    client.env("KEEPWELL_SERVER_BIN", workspace::server_binary()?);
    let (running, _input, mut output) = process::start_talking(&mut client)?;
    let mut text = String::new();
    let read = output.read_to_string(&mut text);
    let status = running.wait()?;
    if !status.success() || read.is_err() {
        return Err(format!("The native client failed ({status})."));
    }
    serde_json::from_str(&text).map_err(|error| format!("The native client said: {error}."))
}
