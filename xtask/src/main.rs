//! The commands of this repository, called as `cargo xtask <command>`.
//!
//! This file only chooses. Every command returns its failures as sentences for the person at the
//! terminal; nothing here panics.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "talking to the terminal is what these commands are for"
)]

mod audit;
mod bench;
mod browser;
mod build;
mod fingerprint;
mod finish;
mod first_command;
mod fuzz;
mod hostile;
mod process;
mod run;
mod served;
mod stage;
mod test;
mod tidy;
mod tools;
mod vectors;
mod wasm;
mod workspace;

use std::process::ExitCode;

/// What went wrong and what to do, as sentences.
type Result<T> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = process::watch_signals().and_then(|()| match command.as_str() {
        "run" => run::main(&rest),
        "build" => build::main(&rest),
        "test" => test::main(&rest),
        "hostile" => hostile::main(&rest),
        "bench" => bench::main(&rest),
        "audit" => audit::main(&rest),
        "fuzz" => fuzz::main(&rest),
        "tidy" => tidy::main(&rest),
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => Err(format!("There is no command `{unknown}`.\n\n{HELP}")),
    });
    match outcome {
        Ok(code) => code,
        Err(_) if process::stopping() => ExitCode::from(process::INTERRUPTED),
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

const HELP: &str = "\
cargo xtask <command>

  run     install what is missing, build, start the server and print its address
            --data DIR               where the server keeps its files (default ./data)
            --listen ADDRESS         default 127.0.0.1:8420
            --tls-cert F --tls-key F serve https with this certificate
            --tls self-signed        serve https with a certificate made at the start
            --behind-tls-proxy       something in front of this server does TLS
            --trusted-proxy ADDRESS  and is believed when it says for whom it asks
            --open                   open the browser when the server answers
  build   build the front end into ./dist and the server, nothing else
  test    everything that must hold before a change is taken in
  hostile every known attack of a lying server, and the table of them
            NUMBER or NAME           only the attacks of this number, or with this in their name
  bench   how fast everything is, beside the peers, as one JSON object
            --quick                  fewer runs
  fuzz    feed every parser with what is almost right, guided by coverage where nightly Rust is
            --minutes N              for how long (default 5)
            --target NAME            only this one (with nightly Rust)
  audit   licences, sources, duplicate versions and security advisories of what this stands on
  tidy    the house rules alone";
