//! A command that starts a server, as far as others want to know of it: where it is, and its end.
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{ChildStdin, ChildStdout, Command},
    sync::mpsc::channel,
    thread,
    time::Duration,
};

use crate::{Result, process};

/// A server that answers. It ends when this is dropped.
pub(crate) struct Served {
    /// Where it listens on this machine.
    pub(crate) address: SocketAddr,
    _output: BufReader<ChildStdout>,
    _input: ChildStdin,
    running: Option<process::Running>,
}

impl Served {
    /// Starts `command`, and waits until it says where its server is.
    pub(crate) fn start(command: &mut Command, patience: Duration) -> Result<Self> {
        let (running, input, output) = process::start_talking(command)?;
        // On a thread, because a read from a pipe can not be given a deadline.
        let (send, receive) = channel();
        thread::spawn(move || {
            let (mut output, mut said) = (BufReader::new(output), String::new());
            let mut port = None;
            while port.is_none() && output.read_line(&mut said).is_ok_and(|read| read > 0) {
                port = said.lines().last().and_then(port_of);
            }
            // Nobody may be waiting any more.
            let _ = send.send((output, said, port));
        });
        let (output, said, port) = receive
            .recv_timeout(patience)
            .map_err(|_| "The server did not say in time where it is.")?;
        let port = port.ok_or_else(|| format!("The server did not start; it said: {said:?}."))?;
        Ok(Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            _output: output,
            _input: input,
            running: Some(running),
        })
    }

    /// Gives the command away, to be ended in another way.
    pub(crate) fn into_running(mut self) -> Option<process::Running> {
        self.running.take()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The next one may want the same folder.
        if let Some(running) = self.running.take() {
            let _ended = running.end();
        }
    }
}

/// The port in a line like `Keepwell is at http://localhost:8420/`.
fn port_of(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("://localhost:")?;
    rest.trim_end().trim_end_matches('/').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_with_the_address_is_found() {
        for (line, port) in [
            ("Keepwell is at http://localhost:8420/\n", Some(8420)),
            ("https://localhost:9000", Some(9000)),
            ("The front end is up to date.", None),
            ("http://localhost:none/", None),
        ] {
            assert_eq!(port_of(line), port, "{line}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_ends_before_it_serves_is_quoted() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo no disk"]);
        let said = Served::start(&mut shell, Duration::from_secs(30)).map(|_| ());
        assert!(said.unwrap_err().contains("no disk"));
    }
}
