//! An ear on the line: a plain forwarder that keeps every byte of both directions.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Everything that travelled through it.
#[derive(Clone)]
pub struct Wiretap {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
    cut: Arc<AtomicBool>,
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

    /// What was heard so far.
    pub fn heard(&self) -> Vec<u8> {
        self.heard
            .lock()
            .expect("nobody panicked while listening")
            .clone()
    }

    async fn forward(self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count) = from.read(&mut buffer).await {
            if count == 0 || self.cut.load(Ordering::SeqCst) {
                break;
            }
            self.heard
                .lock()
                .expect("nobody panicked while listening")
                .extend_from_slice(&buffer[..count]);
            if to.write_all(&buffer[..count]).await.is_err() {
                break;
            }
        }
        let _ = to.shutdown().await;
    }
}
