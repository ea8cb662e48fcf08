//! What the operator is told when the server does not start.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Why the server does not start, each in one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Beyond loopback without TLS.
    #[error(
        "Listening on {0} without TLS would send everything in clear: add `--tls self-signed`, `--tls-cert` with `--tls-key`, or `--behind-tls-proxy`."
    )]
    InClear(SocketAddr),
    /// The port is taken.
    #[error(
        "Something else is listening on {0} already: stop it, or choose another address with `--listen`."
    )]
    PortTaken(SocketAddr),
    /// Another server has the data folder.
    #[error("Another Keepwell server is using `{}`: stop it, or choose another folder with `--data`.", path.display())]
    DataInUse {
        /// The folder.
        path: PathBuf,
    },
    /// Others can read a file.
    #[error("Other users of this machine can get at `{0}`: type `chmod {mode:o} {0}`.", path.display())]
    TooOpen {
        /// The file or folder.
        path: PathBuf,
        /// The mode that closes it.
        mode: u32,
    },
    /// No front end.
    #[error("There is no built front end in `{}`: `cargo xtask run` builds it and starts the server.", path.display())]
    NoWeb {
        /// The folder.
        path: PathBuf,
    },
    /// A database without its secrets.
    #[error("There is a database but no `{}`: put it back from its backup, because without it nobody can sign in.", path.display())]
    NoSecrets {
        /// The missing file.
        path: PathBuf,
    },
    /// A damaged secrets file.
    #[error("`{}` is damaged: put it back from its backup.", path.display())]
    BadSecrets {
        /// The file.
        path: PathBuf,
    },
    /// Secrets of another database.
    #[error("`{}` belongs to another database: put the right one back from its backup.", path.display())]
    OtherSecrets {
        /// The file.
        path: PathBuf,
    },
    /// Not a database of this program.
    #[error("`{}` is not a database of Keepwell: choose another folder with `--data`.", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A database of a version from before the first release.
    #[error("`{}` was made by an early preview of Keepwell, which nothing can be carried over from: start with an empty folder, chosen with `--data`.", path.display())]
    Preview {
        /// The file.
        path: PathBuf,
    },
    /// A database of a later version.
    #[error("`{}` was written by a newer Keepwell: start that version.", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// The database does not open.
    #[error("The database does not open: {0}.")]
    Store(#[from] rusqlite::Error),
    /// A certificate or key that can not be used.
    #[error("`{}` can not be used for TLS: {reason}.", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The system gives no random bytes.
    #[error("The system gives no random bytes, and nothing safe can be made without them.")]
    NoRandomness,
    /// Something that the system gives to every program.
    #[error("Could not {what}: {source}.")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A file.
    #[error("Could not {what} `{}`: {source}.", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl StartError {
    /// An error with a file.
    pub(crate) fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            what,
            path: path.to_owned(),
            source,
        }
    }
}
