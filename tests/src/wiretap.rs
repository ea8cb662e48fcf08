//! An ear on the line: a plain forwarder that keeps every byte of both directions.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use memchr::memmem;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Everything that travelled through it.
#[derive(Clone)]
pub struct Wiretap {
    address: SocketAddr,
    /// One stream for each direction of each connection: what travels at the same time must not
    /// hide a word that it cuts in two.
    heard: Arc<Mutex<Vec<Vec<u8>>>>,
    cut: Arc<AtomicBool>,
    pace: Arc<AtomicU64>,
}

impl Wiretap {
    /// Listens on a port of its own and forwards to the server.
    pub async fn on(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let tap = Self {
            address,
            heard: Arc::default(),
            cut: Arc::default(),
            pace: Arc::default(),
        };
        let this = tap.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                if this.cut.load(Ordering::SeqCst) {
                    continue;
                }
                if let Ok(far) = TcpStream::connect(server).await {
                    let (near_read, near_write) = near.into_split();
                    let (far_read, far_write) = far.into_split();
                    tokio::spawn(this.clone().forward(near_read, far_write));
                    tokio::spawn(this.clone().forward(far_read, near_write));
                }
            }
        });
        tap
    }

    /// Where to connect instead of to the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the line, or mends it.
    pub fn cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::SeqCst);
    }

    /// Makes the line as slow as one over which people wait: bytes a second on each connection, or
    /// as fast as it goes.
    pub fn pace(&self, bytes_a_second: Option<u64>) {
        self.pace
            .store(bytes_a_second.unwrap_or(0), Ordering::SeqCst);
    }

    /// What was heard so far, one stream after the other.
    pub fn heard(&self) -> Vec<u8> {
        self.streams().concat()
    }

    /// Whether these bytes were heard.
    pub fn has_heard(&self, needle: &[u8]) -> bool {
        let finder = memmem::Finder::new(needle);
        self.streams()
            .iter()
            .any(|stream| finder.find(stream).is_some())
    }

    /// How much travelled in each direction of each connection: what somebody can count who can read
    /// nothing.
    pub fn shape(&self) -> Vec<usize> {
        self.streams().iter().map(Vec::len).collect()
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.heard.lock().expect("nobody panicked while listening")
    }

    async fn forward(self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let stream = {
            let mut streams = self.streams();
            streams.push(Vec::new());
            streams.len() - 1
        };
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count) = from.read(&mut buffer).await {
            if count == 0 || self.cut.load(Ordering::SeqCst) {
                break;
            }
            self.streams()[stream].extend_from_slice(&buffer[..count]);
            if to.write_all(&buffer[..count]).await.is_err() {
                break;
            }
            let pace = self.pace.load(Ordering::SeqCst);
            if let Some(micros) = (count as u64 * 1_000_000).checked_div(pace) {
                tokio::time::sleep(Duration::from_micros(micros)).await;
            }
        }
        let _ = to.shutdown().await;
    }
}
