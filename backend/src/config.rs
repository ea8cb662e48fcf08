//! What the operator may choose.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
};

use clap::{Parser, ValueEnum};

use crate::clock::Clock;

/// The options of `keepwell-server`.
#[derive(Debug, Parser)]
#[command(name = "keepwell-server", version, about)]
pub struct Arguments {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// Folder of the database and the server's secrets; made when missing
    #[arg(long, value_name = "DIR", default_value = "data")]
    data: PathBuf,
    /// Folder of the built front end
    #[arg(long, value_name = "DIR", default_value = "dist")]
    web: PathBuf,
    /// The largest file that is taken, in sealed bytes
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_MAX_FILE)]
    max_file: u64,
    /// What one account may keep, in sealed bytes
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_QUOTA)]
    quota: u64,
    /// Bytes of the disk that files may not take
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_KEEP_FREE)]
    keep_free: u64,
    /// Certificate chain in PEM
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls_key",
        conflicts_with = "tls"
    )]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Makes a certificate of its own and keeps it in the data folder
    #[arg(long, value_name = "HOW")]
    tls: Option<TlsMode>,
    /// A proxy in front of this server speaks TLS with the browsers
    #[arg(long, conflicts_with_all = ["tls", "tls_cert"])]
    behind_tls_proxy: bool,
    /// Address of a proxy in front of this server, which appends the address of each browser to
    /// X-Forwarded-For; may be given more than once; a TLS proxy is on this machine where none is named
    #[arg(long, value_name = "ADDR")]
    trusted_proxy: Vec<IpAddr>,
    /// File for the log, one JSON object a line; standard error when missing
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TlsMode {
    /// Signed by itself: browsers warn once, and the fingerprint is printed for comparing
    SelfSigned,
}

/// 2 GiB.
const DEFAULT_MAX_FILE: u64 = 2 << 30;
/// 8 GiB.
const DEFAULT_QUOTA: u64 = 8 << 30;
/// 64 MiB, so that signing in still works on a full disk.
const DEFAULT_KEEP_FREE: u64 = 64 << 20;

/// Everything that a server needs to start.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the connection is protected.
    pub tls: Tls,
    /// Who is believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpAddr>,
    /// Folder of the database and the secrets.
    pub data: PathBuf,
    /// Folder of the built front end.
    pub web: PathBuf,
    /// The largest file, in sealed bytes.
    pub max_file: u64,
    /// What one account may keep, in sealed bytes.
    pub quota: u64,
    /// Bytes of the disk that stay free of files.
    pub keep_free: u64,
    /// Where the log goes.
    pub log: LogTo,
    /// Whether tries of those who are not signed in are counted. Only tests turn this off; no option does.
    pub throttle: bool,
    /// What the time is.
    pub clock: Clock,
}

/// How the connection is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Not at all: loopback only.
    None,
    /// By a proxy in front.
    Proxy,
    /// By a certificate that this server makes.
    SelfSigned,
    /// By these PEM files.
    Files {
        /// The chain.
        cert: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

/// Where the log goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogTo {
    /// Standard error.
    Stderr,
    /// This file, appended to.
    File(PathBuf),
}

impl Config {
    /// The defaults, on a free port of loopback.
    pub fn new(data: PathBuf, web: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: Tls::None,
            trusted_proxies: Vec::new(),
            data,
            web,
            max_file: DEFAULT_MAX_FILE,
            quota: DEFAULT_QUOTA,
            keep_free: DEFAULT_KEEP_FREE,
            log: LogTo::Stderr,
            throttle: true,
            clock: Clock::system(),
        }
    }
}

impl From<Arguments> for Config {
    fn from(arguments: Arguments) -> Self {
        let tls = match (arguments.tls, arguments.tls_cert, arguments.tls_key) {
            (Some(TlsMode::SelfSigned), ..) => Tls::SelfSigned,
            (None, Some(cert), Some(key)) => Tls::Files { cert, key },
            _ if arguments.behind_tls_proxy => Tls::Proxy,
            _ => Tls::None,
        };
        let mut trusted_proxies = arguments.trusted_proxy;
        // Otherwise every browser would seem to come from one place. Programs of this machine could
        // claim any place; who is on it already has better ways.
        if tls == Tls::Proxy && trusted_proxies.is_empty() {
            trusted_proxies = vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        }
        Self {
            listen: arguments.listen,
            trusted_proxies,
            tls,
            max_file: arguments.max_file,
            quota: arguments.quota,
            keep_free: arguments.keep_free,
            log: arguments.log.map_or(LogTo::Stderr, LogTo::File),
            ..Self::new(arguments.data, arguments.web)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn options_are_consistent() {
        Arguments::command().debug_assert();
        for wrong in [
            &["x", "--tls-cert", "a"][..],
            &["x", "--tls-key", "a"],
            &[
                "x",
                "--tls",
                "self-signed",
                "--tls-cert",
                "a",
                "--tls-key",
                "b",
            ],
            &["x", "--tls", "self-signed", "--behind-tls-proxy"],
            &["x", "--trusted-proxy", "localhost"],
            &["x", "--listen", "8420"],
            &["x", "--max-file", "-1"],
            &["x", "--keep-free", "64M"],
        ] {
            assert!(Arguments::try_parse_from(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_tls_proxy_is_on_this_machine_where_none_is_named() {
        let trusted =
            |line: &[&str]| Config::from(Arguments::try_parse_from(line).unwrap()).trusted_proxies;
        let local = trusted(&["x", "--behind-tls-proxy"]);
        assert!(local.len() == 2 && local.iter().all(IpAddr::is_loopback));
        let named = ["x", "--behind-tls-proxy", "--trusted-proxy", "192.0.2.7"];
        assert_eq!(trusted(&named), ["192.0.2.7".parse::<IpAddr>().unwrap()]);
        assert_eq!(trusted(&["x"]), Vec::<IpAddr>::new());
    }

    #[test]
    fn nothing_turns_the_throttle_off() {
        let config = Config::from(Arguments::try_parse_from(["x"]).unwrap());
        assert!(config.throttle);
        assert_eq!(config.tls, Tls::None);
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.keep_free, 64 << 20);
    }
}
