//! From a configuration to a running server, and back to nothing.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use crate::{
    app::App,
    config::{Config, Tls},
    data_dir::DataDir,
    routes,
    secrets::Secrets,
    serve,
    statics::Statics,
    store::Store,
    telemetry::Telemetry,
    tls,
};

/// How often what has expired is swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

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
    /// A file or the network.
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
    /// An error of the system.
    pub fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        Self::Io {
            what,
            path: path.to_owned(),
            source,
        }
    }
}

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    https: bool,
    fingerprint: Option<String>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    sweeping: JoinHandle<()>,
    app: Arc<App>,
}

/// Opens everything and starts to answer. Whatever is refused is refused here, before the first
/// request.
///
/// # Errors
/// A sentence for the operator.
pub async fn start(config: Config) -> Result<Running, StartError> {
    if config.tls == Tls::None && !config.listen.ip().is_loopback() {
        return Err(StartError::InClear(config.listen));
    }
    let statics = Statics::load(&config.web)?;
    let data = DataDir::open(&config.data)?;
    let secrets = Secrets::open(&data, Store::exists(&data))?;
    let store = Store::open(&data, &secrets)?;
    let tls = tls::prepare(&config.tls, &data, config.listen.ip())?;
    let telemetry = Telemetry::open(&config.log, config.clock.clone())?;
    let listener = listen(config.listen).await?;
    let addr = listener
        .local_addr()
        .map_err(|source| StartError::io("listen on", "/".as_ref(), source))?;

    let https = tls.is_some();
    let fingerprint = tls.as_ref().map(|tls| tls.fingerprint.clone());
    let app = Arc::new(App::new(&config, data, secrets, store, telemetry));
    app.store.sweep(app.clock.now()).await;
    app.telemetry.event("started", &[]);

    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve::run(
        listener,
        tls.map(|tls| tls.acceptor),
        routes::service(&app, Arc::new(statics)),
        Arc::clone(&app),
        serve::Front {
            hsts: https || config.tls == Tls::Proxy,
            behind_proxy: config.tls == Tls::Proxy,
        },
        stopped,
    ));
    let sweeping = tokio::spawn(sweep(Arc::clone(&app)));
    Ok(Running {
        addr,
        https,
        fingerprint,
        stop,
        serving,
        sweeping,
        app,
    })
}

impl Running {
    /// Where it listens, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// What to type into a browser on this machine.
    pub fn url(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        let ip = self.addr.ip();
        if ip.is_loopback() || ip.is_unspecified() {
            format!("{scheme}://localhost:{}", self.addr.port())
        } else {
            format!("{scheme}://{}", self.addr)
        }
    }

    /// SHA-256 of the certificate, for comparing with what a browser shows.
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
    }

    /// Sweeps away what has expired, now instead of at the next turn.
    pub async fn sweep(&self) {
        self.app.store.sweep(self.app.clock.now()).await;
    }

    /// Takes no more requests, finishes those that run, and closes the database with nothing left
    /// in its write-ahead log.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        self.sweeping.abort();
        let _ = self.serving.await;
        let _ = self.sweeping.await;
        self.app.store.close().await;
        self.app.telemetry.event("stopped", &[]);
    }
}

async fn listen(addr: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(addr).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            StartError::PortTaken(addr)
        } else {
            StartError::io("listen on", addr.to_string().as_ref(), source)
        }
    })
}

async fn sweep(app: Arc<App>) {
    let mut turn = interval(SWEEP_EVERY);
    turn.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turn.tick() => {}
            () = app.store.something_to_sweep() => {}
        }
        app.store.sweep(app.clock.now()).await;
    }
}
