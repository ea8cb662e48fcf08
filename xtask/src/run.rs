//! `cargo xtask run`: from a fresh clone to a server that answers.
use std::{
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    process::{Command, ExitCode},
    thread,
    time::{Duration, Instant},
};

use crate::{Result, build, process, workspace};

/// `cargo xtask run [options]`: see the help in `main.rs`.
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    let options = Options::parse(arguments)?;
    build::product(None)?;

    let mut server = Command::new(workspace::server_binary()?);
    server
        .arg("--web")
        .arg(workspace::dist()?)
        .arg("--data")
        .arg(&options.data);
    server
        .arg("--listen")
        .arg(&options.listen)
        .args(&options.passed_on);
    let running = process::start(&mut server)?;
    if options.open {
        let address = options.address();
        thread::spawn(move || open_when_it_answers(&address));
    }
    Ok(process::exit_code(running.wait()?))
}

/// What the person asked for. All but `open` is the server's own business and checked there.
#[derive(Debug, PartialEq)]
struct Options {
    data: PathBuf,
    listen: String,
    passed_on: Vec<String>,
    tls: bool,
    open: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            data: "data".into(),
            listen: "127.0.0.1:8420".into(),
            passed_on: Vec::new(),
            tls: false,
            open: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            // Both `--data DIR` and `--data=DIR` are usual.
            let (name, inside) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            let mut value = || {
                let next = inside.clone().or_else(|| rest.next().cloned());
                next.ok_or_else(|| format!("`{name}` needs a value."))
            };
            match name {
                "--data" => options.data = value()?.into(),
                "--listen" => options.listen = value()?,
                "--tls" | "--tls-cert" | "--tls-key" => {
                    let value = value()?;
                    options.passed_on.extend([name.to_owned(), value]);
                    options.tls = true;
                }
                "--trusted-proxy" => {
                    let value = value()?;
                    options.passed_on.extend([name.to_owned(), value]);
                }
                "--behind-tls-proxy" => options.passed_on.push(name.to_owned()),
                "--open" => options.open = true,
                _ => {
                    return Err(format!(
                        "`cargo xtask run` does not know `{argument}`; `cargo xtask` lists what it knows."
                    ));
                }
            }
        }
        Ok(options)
    }

    /// What to type into a browser on this machine. The name `localhost` counts as a secure context
    /// without TLS.
    fn address(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let port = self
            .listen
            .rsplit_once(':')
            .map_or("8420", |(_, port)| port);
        format!("{scheme}://localhost:{port}/")
    }
}

fn open_when_it_answers(address: &str) {
    let port = address
        .rsplit_once(':')
        .and_then(|(_, port)| port.trim_end_matches('/').parse().ok());
    let there = SocketAddr::from(([127, 0, 0, 1], port.unwrap_or(8420)));
    let start = Instant::now();
    while TcpStream::connect_timeout(&there, Duration::from_millis(200)).is_err() {
        if process::stopping() || start.elapsed() > Duration::from_secs(60) {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let opened = if cfg!(target_os = "macos") {
        Command::new("open").arg(address).status()
    } else if cfg!(windows) {
        Command::new("cmd").args(["/C", "start", address]).status()
    } else {
        Command::new("xdg-open").arg(address).status()
    };
    if !opened.is_ok_and(|status| status.success()) {
        println!("No browser could be opened: go to {address} yourself.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(
            &line
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn defaults_are_local() {
        let options = parse("").unwrap();
        assert_eq!(options.listen, "127.0.0.1:8420");
        assert_eq!(options.data, PathBuf::from("data"));
        assert_eq!(options.address(), "http://localhost:8420/");
    }

    #[test]
    fn the_servers_options_are_passed_on() {
        let options = parse("--data=d --listen 0.0.0.0:9000 --tls self-signed --open").unwrap();
        assert_eq!(options.passed_on, ["--tls", "self-signed"]);
        assert_eq!(options.address(), "https://localhost:9000/");
        assert!(options.open);
        assert_eq!(
            parse("--behind-tls-proxy").unwrap().passed_on,
            ["--behind-tls-proxy"]
        );
    }

    #[test]
    fn what_is_unknown_or_incomplete_is_refused() {
        assert!(parse("--port 80").unwrap_err().contains("--port"));
        assert!(parse("--listen").unwrap_err().contains("needs a value"));
    }
}
