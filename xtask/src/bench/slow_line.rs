//! A line like a phone's, between a browser and a server on the same machine.
use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::Result;

/// 1.6 Mbit/s in bytes, and half of a round trip of 150 ms: what page testers call slow 4G.
const BYTES_A_SECOND: u64 = 200_000;
const HALF_A_ROUND_TRIP: Duration = Duration::from_millis(75);

/// How long a connection may be silent. Browsers keep idle ones, servers close them much sooner.
const SILENCE: Duration = Duration::from_secs(60);

/// All connections share one line.
static LINE: Mutex<()> = Mutex::new(());

/// Passes connections on to `server`, slowly, until this command ends; gives the port.
pub(super) fn start(server: SocketAddr) -> Result<u16> {
    let failed = |error| format!("The slow line can not be made: {error}.");
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    thread::spawn(move || {
        for browser in listener.incoming().flatten() {
            // A connection that fails is for the browser to notice.
            thread::spawn(move || connect(&browser, server));
        }
    });
    Ok(port)
}

fn connect(browser: &TcpStream, server: SocketAddr) -> std::io::Result<()> {
    let server = TcpStream::connect_timeout(&server, SILENCE)?;
    for end in [browser, &server] {
        end.set_read_timeout(Some(SILENCE))?;
        end.set_write_timeout(Some(SILENCE))?;
    }
    let (from_browser, to_server) = (browser.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        pass(from_browser, to_server, |_| {
            thread::sleep(HALF_A_ROUND_TRIP)
        })
    });
    pass(server, browser.try_clone()?, |bytes| {
        let _alone = LINE.lock().unwrap_or_else(PoisonError::into_inner);
        let time = bytes as u64 * 1_000_000 / BYTES_A_SECOND;
        thread::sleep(Duration::from_micros(time));
    })
}

/// Passes bytes on until `from` has said everything. When anything fails both ends are closed:
/// the other direction holds them too, and each would wait for ever on one that only looks open.
fn pass(from: TcpStream, to: TcpStream, wait: impl Fn(usize)) -> std::io::Result<()> {
    let passed = copy(&from, &to, wait);
    if passed.is_err() {
        for end in [&from, &to] {
            let _closed_already = end.shutdown(Shutdown::Both);
        }
    }
    passed
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, wait: impl Fn(usize)) -> std::io::Result<()> {
    // Small pieces, so that no connection holds the line for long.
    let mut piece = [0; 4096];
    let mut first = true;
    loop {
        let bytes = from.read(&mut piece)?;
        let Some(piece) = piece.get(..bytes).filter(|piece| !piece.is_empty()) else {
            return to.shutdown(Shutdown::Write);
        };
        if first {
            thread::sleep(HALF_A_ROUND_TRIP);
            first = false;
        }
        wait(bytes);
        to.write_all(piece)?;
    }
}
