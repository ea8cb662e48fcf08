//! `cargo xtask hostile`: every known attack against the real server, and the table of them.
use std::process::ExitCode;

use crate::{Result, process, test, workspace};

/// The test program that holds the attacks.
const PROGRAM: &str = "hostile";

/// `cargo xtask hostile`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|argument| argument.starts_with('-')) {
        return Err("`cargo xtask hostile` takes numbers or parts of names, no options.".into());
    }
    let root = workspace::root()?;
    // As `cargo xtask build` does it: another choice of packages would compile everything again.
    let mut server = process::cargo(&root);
    process::run(
        server.args(["build", "--release", "--package", "keepwell-backend"]),
        None,
    )?;
    let mut attacks = test::cargo_test(&[("KEEPWELL_SERVER_BIN", workspace::server_binary()?)])?;
    attacks.args(["--test", PROGRAM, "--"]).args(arguments);
    Ok(match process::run(&mut attacks, None) {
        Ok(()) => ExitCode::SUCCESS,
        // The program has said what failed, and its last line is the sum.
        Err(_) if !process::stopping() => ExitCode::FAILURE,
        Err(sentence) => return Err(sentence),
    })
}
