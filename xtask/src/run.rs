//! `cargo xtask run`: from a fresh clone to a server that answers.
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
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
        .arg(options.listen.to_string())
        .args(&options.passed_on);
    let running = process::start(&mut server)?;
    if options.open {
        let (there, address) = (options.reached_at(), options.address());
        thread::spawn(move || open_when_it_answers(there, &address));
    }
    Ok(process::exit_code(running.wait()?))
}

/// What the person asked for. The server checks what is passed on; what would make the build before it
/// a waste of minutes is checked here too.
#[derive(Debug, PartialEq)]
struct Options {
    data: PathBuf,
    listen: SocketAddr,
    passed_on: Vec<String>,
    tls: bool,
    open: bool,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            data: "data".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8420)),
            passed_on: Vec::new(),
            tls: false,
            open: false,
        };
        let mut proxied = false;
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
                "--listen" => {
                    options.listen = value()?.parse().map_err(
                        |_| "`--listen` needs an address and a port, like 127.0.0.1:8420.",
                    )?;
                }
                "--tls" | "--tls-cert" | "--tls-key" => {
                    let value = value()?;
                    options.passed_on.extend([name.to_owned(), value]);
                    options.tls = true;
                }
                "--trusted-proxy" => {
                    let value = value()?;
                    options.passed_on.extend([name.to_owned(), value]);
                }
                "--behind-tls-proxy" => {
                    options.passed_on.push(name.to_owned());
                    proxied = true;
                }
                "--open" => options.open = true,
                _ => {
                    return Err(format!(
                        "`cargo xtask run` does not know `{argument}`; `cargo xtask` lists what it knows."
                    ));
                }
            }
        }
        if !options.listen.ip().is_loopback() && !options.tls && !proxied {
            return Err(format!(
                "Listening on {} without TLS would send everything in clear: add `--tls self-signed`, `--tls-cert` with `--tls-key`, or `--behind-tls-proxy`.",
                options.listen
            ));
        }
        if options.open && options.listen.port() == 0 {
            return Err("`--open` needs to know the port: choose one with `--listen`.".into());
        }
        Ok(options)
    }

    /// Where this machine finds the server.
    fn reached_at(&self) -> SocketAddr {
        let mut there = self.listen;
        match there.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => there.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => there.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        there
    }

    /// What to type into a browser on this machine. The name `localhost` counts as a secure context
    /// without TLS.
    fn address(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let there = self.reached_at();
        if there.ip() == IpAddr::from(Ipv4Addr::LOCALHOST) {
            return format!("{scheme}://localhost:{}/", there.port());
        }
        format!("{scheme}://{there}/")
    }
}

fn open_when_it_answers(there: SocketAddr, address: &str) {
    let start = Instant::now();
    while TcpStream::connect_timeout(&there, Duration::from_millis(200)).is_err() {
        if process::stopping() {
            return;
        }
        if start.elapsed() > Duration::from_secs(60) {
            println!("The server does not answer yet: go to {address} yourself when it does.");
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
        assert_eq!(options.listen.to_string(), "127.0.0.1:8420");
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
    fn the_browser_goes_where_the_server_listens() {
        for (line, address) in [
            ("", "http://localhost:8420/"),
            ("--listen [::1]:9000", "http://[::1]:9000/"),
            (
                "--listen [::]:9000 --tls self-signed",
                "https://[::1]:9000/",
            ),
            (
                "--listen 192.0.2.7:9000 --behind-tls-proxy",
                "http://192.0.2.7:9000/",
            ),
        ] {
            assert_eq!(parse(line).unwrap().address(), address, "{line}");
        }
        let said = parse("--listen 127.0.0.1:0 --open").unwrap_err();
        assert!(said.contains("--listen"), "{said}");
    }

    #[test]
    fn nothing_is_built_for_a_server_that_would_send_in_clear() {
        for line in ["--listen 0.0.0.0:8420", "--listen [::]:8420 --open"] {
            let said = parse(line).unwrap_err();
            assert!(
                said.contains("in clear") && said.lines().count() == 1,
                "{said}"
            );
        }
    }

    #[test]
    fn what_is_unknown_or_incomplete_is_refused() {
        assert!(parse("--port 80").unwrap_err().contains("--port"));
        assert!(parse("--listen").unwrap_err().contains("needs a value"));
        assert!(parse("--listen 8420").unwrap_err().contains("port"));
    }
}
