//! From a configuration to a running server, and back to nothing.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

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
    start_error::StartError,
    statics::Statics,
    store::Store,
    telemetry::Telemetry,
    tls,
};

/// How often what has expired is swept away.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

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
    let addr = listener.local_addr().map_err(|source| StartError::System {
        what: "listen",
        source,
    })?;

    let https = tls.is_some();
    let fingerprint = tls.as_ref().map(|tls| tls.fingerprint.clone());
    let app = Arc::new(App::new(&config, data, secrets, store, telemetry));
    app.telemetry.event("started", &[]);

    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve::run(
        listener,
        tls.map(|tls| tls.acceptor),
        routes::service(&app, Arc::new(statics)),
        Arc::clone(&app),
        serve::Front {
            hsts: https || config.tls == Tls::Proxy,
            proxies: config.trusted_proxies.into(),
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
            StartError::System {
                what: "listen on this address",
                source,
            }
        }
    })
}

/// The first turn comes at once.
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
