//! The WebDriver of Chromium as a process.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

/// A running `chromedriver` on a free port. It ends when this is dropped.
pub(super) struct Driver {
    child: Child,
    address: String,
    // The driver says little, but a closed pipe would end it.
    _output: BufReader<ChildStdout>,
    // What Chromium leaves in the system's folder for such things goes with this one.
    _temporary: TempDir,
}

impl Driver {
    pub(super) fn start(program: &Path) -> Self {
        let temporary = tempfile::tempdir().expect("a folder for what browsers leave behind");
        let mut child = Command::new(program)
            .arg("--port=0")
            .env("TMPDIR", temporary.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let mut output = BufReader::new(child.stdout.take().expect("the driver's output"));
        let mut said = String::new();
        let port = loop {
            let start = said.len();
            let read = output.read_line(&mut said).expect("what the driver says");
            let line = said[start..].trim_end().trim_end_matches('.');
            // "ChromeDriver was started successfully on port 12345."
            if let Some((_, port)) = line.split_once("successfully on port ") {
                break port.parse::<u16>().expect("the driver's port");
            }
            assert!(read > 0, "the driver said no port: {said}");
        };
        Self {
            child,
            address: format!("http://127.0.0.1:{port}"),
            _output: output,
            _temporary: temporary,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.child.id() as i32), Signal::SIGTERM);
        let _ = self.child.wait();
    }
}
