//! `keepwell-server`: reads its options, starts, and stops when it is told to.

use std::{io::Write, process::ExitCode};

use clap::Parser;
use keepwell_backend::{Arguments, Config, StartError, start};
use tokio::signal::unix::{SignalKind, signal};

/// Threads that may wait for the disk: one writer, four readers and a few files. Each has memory
/// of its own, so their number is part of what the server needs.
const BLOCKING_THREADS: usize = 8;

fn main() -> ExitCode {
    let config = Config::from(Arguments::parse());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(run(config)),
        Err(source) => Err(StartError::System {
            what: "start threads",
            source,
        }),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut std::io::stderr(), &error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), StartError> {
    let signals = |kind| {
        signal(kind).map_err(|source| StartError::System {
            what: "wait for signals",
            source,
        })
    };
    let mut terminate = signals(SignalKind::terminate())?;
    let mut interrupt = signals(SignalKind::interrupt())?;
    let running = start(config).await?;
    if let Some(fingerprint) = running.fingerprint() {
        say(
            &mut std::io::stderr(),
            &format!("SHA-256 fingerprint of the certificate: {fingerprint}"),
        );
    }
    say(
        &mut std::io::stdout(),
        &format!("Keepwell is at {}", running.url()),
    );
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.shutdown().await;
    Ok(())
}

/// One line, at once. A closed pipe is no reason to stop serving.
fn say(to: &mut dyn Write, line: &str) {
    let _ = writeln!(to, "{line}");
    let _ = to.flush();
}
