//! The accept loop: TLS, time-outs, a cap on connections, and an end that finishes what runs.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Request};
use hyper::{
    body::{Body, Incoming},
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use warp::{filters::BoxedFilter, reply::Response};

use crate::{
    app::App,
    clock::Stopwatch,
    guard::{Peer, headers},
    patience::Patient,
    routes::Told,
    telemetry::{RequestId, RoundedSize},
};

/// Connections at once; more wait in the system's queue.
const CONNECTIONS: usize = 256;
/// How long a TLS handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(5);
/// How often an idle HTTP/2 connection is asked whether it lives, and how long it may think.
const PING: Duration = Duration::from_secs(20);
/// How long running requests may take once the server was told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes that a connection buffers, and of the head of a request.
const BUFFER: usize = 64 * 1024;
const MAX_HEAD: u32 = 16 * 1024;
/// Requests at once over one HTTP/2 connection, and the bytes of bodies on their way.
const STREAMS: u32 = 32;
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// What the server looks like from outside.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    /// Browsers are told to come by TLS only.
    pub(crate) hsts: bool,
    /// Where the address of a browser stands in what is said.
    pub(crate) proxies: Arc<[IpAddr]>,
}

/// Accepts connections until it is told to stop, then waits for those that are busy.
pub(crate) async fn run(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    routes: BoxedFilter<(Response,)>,
    app: Arc<App>,
    front: Front,
    mut stopped: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let Some((stream, address, place)) = accepted else {
            continue;
        };
        let connection = Connection {
            routes: routes.clone(),
            app: Arc::clone(&app),
            front: front.clone(),
            address,
            stopped: stopped.clone(),
        };
        let tls = tls.clone();
        connections.spawn(async move {
            match tls {
                None => connection.serve(stream).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
                        connection.serve(stream).await;
                    }
                }
            }
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let rest = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(GRACE, rest).await;
    connections.shutdown().await;
}

/// The next connection, once there is a place for it.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            let _ = stream.set_nodelay(true);
            Some((stream, address, place))
        }
        Err(_) => {
            // Out of file descriptors, for example: others must finish first.
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

struct Connection {
    routes: BoxedFilter<(Response,)>,
    app: Arc<App>,
    front: Front,
    address: SocketAddr,
    stopped: watch::Receiver<bool>,
}

impl Connection {
    async fn serve<S>(mut self, stream: S)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (routes, app) = (self.routes.clone(), Arc::clone(&self.app));
        let (front, address) = (self.front.clone(), self.address);
        let service = service_fn(move |request| {
            answer(
                routes.clone(),
                Arc::clone(&app),
                front.clone(),
                address,
                request,
            )
        });
        let builder = builder();
        let connection = builder.serve_connection(TokioIo::new(Patient::new(stream)), service);
        tokio::pin!(connection);
        // Errors here are the other end's: broken lines, broken protocol, lost patience.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = self.stopped.wait_for(|stop| *stop) => {}
        }
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(BUFFER);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_header_list_size(MAX_HEAD)
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(BUFFER);
    builder
}

/// One request: who sent it, what the routes say, the headers of every answer, a line in the log.
async fn answer(
    routes: BoxedFilter<(Response,)>,
    app: Arc<App>,
    front: Front,
    address: SocketAddr,
    mut request: Request<Incoming>,
) -> Result<Response, Infallible> {
    let watch = Stopwatch::start();
    let peer = peer(&front, address, request.headers());
    request.extensions_mut().insert(peer);
    let method = known_method(request.method());
    let mut response = TowerToHyperService::new(warp::service(routes))
        .call(request)
        .await?;
    headers::dress(response.headers_mut(), front.hsts);
    let id = RequestId::generate();
    let failed = response.status().is_client_error() || response.status().is_server_error();
    // Who reports a failure can name it, and the operator finds its line.
    if failed && let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert("keepwell-request", id);
    }
    let told = response.extensions_mut().remove::<Told>();
    let size = response.body().size_hint().lower();
    app.telemetry.event(
        "answered",
        &[
            ("request", &id),
            ("method", &method),
            ("route", &told.map_or("other", |told| told.route)),
            ("status", &response.status()),
            ("code", &told.and_then(|told| told.code)),
            ("cause", &told.and_then(|told| told.cause)),
            ("size", &RoundedSize(size)),
            ("ms", &watch.elapsed()),
        ],
    );
    Ok(response)
}

/// The address of the browser. A proxy that is trusted appends the address that it saw to the list;
/// what stands before it, anybody may have written, and so may whoever is no such proxy.
pub(crate) fn peer(front: &Front, address: SocketAddr, headers: &HeaderMap) -> Peer {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        // Only the last word must be text: what stands before it is not the proxy's.
        .and_then(|value| value.as_bytes().rsplit(|byte| *byte == b',').next())
        .and_then(|last| str::from_utf8(last).ok())
        .and_then(|last| last.trim().parse().ok());
    match forwarded {
        Some(ip) if front.proxies.contains(&address.ip().to_canonical()) => Peer(ip),
        _ => Peer(address.ip()),
    }
}

/// A method that may stand in the log: anybody can send any word as one.
fn known_method(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        let address = SocketAddr::from(([192, 0, 2, 1], 5));
        for said in [
            &b"203.0.113.9, 198.51.100.7"[..],
            b"198.51.100.7",
            // Nobody comes to stand for the proxy by sending what is no text.
            b"\xff\xfe, 198.51.100.7",
        ] {
            let mut headers = HeaderMap::new();
            let value = HeaderValue::from_bytes(said).unwrap();
            headers.append("x-forwarded-for", value);
            for (proxies, expected) in [
                (&[][..], "192.0.2.1"),
                (&["192.0.2.2"], "192.0.2.1"),
                (&["192.0.2.2", "192.0.2.1"], "198.51.100.7"),
            ] {
                let front = Front {
                    hsts: false,
                    proxies: proxies.iter().map(|ip| ip.parse().unwrap()).collect(),
                };
                let Peer(ip) = peer(&front, address, &headers);
                assert_eq!(ip.to_string(), expected);
            }
        }
    }
}
