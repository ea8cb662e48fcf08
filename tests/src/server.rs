//! The real server as a process of its own.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

/// A running server with a data folder that goes when the test ends.
pub struct Server {
    child: Option<Child>,
    address: SocketAddr,
    data: TempDir,
    web: PathBuf,
    arguments: Vec<String>,
}

impl Server {
    /// Starts a server with default limits.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with more arguments.
    pub fn start_with(arguments: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a folder for the data");
        let web = web_folder(data.path());
        Self::start_in(data, web, arguments)
    }

    /// Starts a server whose pages are the built ones, changed: as an operator may, or an intruder.
    pub fn start_with_changed_pages(change: impl FnOnce(&Path)) -> Self {
        let data = tempfile::tempdir().expect("a folder for the data");
        let web = data.path().join("changed");
        copy(&web_folder(data.path()), &web);
        change(&web);
        Self::start_in(data, web, &[])
    }

    fn start_in(data: TempDir, web: PathBuf, arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| (*argument).to_owned())
            .collect();
        let (child, address) = spawn(&data.path().join("data"), &web, "127.0.0.1:0", &arguments);
        Self {
            child: Some(child),
            address,
            data,
            web,
            arguments,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder of its data.
    pub fn data(&self) -> PathBuf {
        self.data.path().join("data")
    }

    /// The file of its log.
    pub fn log(&self) -> PathBuf {
        self.data.path().join("log")
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the server runs").id()
    }

    /// Ends it as an operator does, and waits.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM)
                .expect("the server is told to end");
            let status = child.wait().expect("the server ends");
            assert!(status.success(), "the server ended with {status}");
        }
    }

    /// Ends it as a power cut does.
    pub fn crash(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("the server is killed");
            child.wait().expect("the server is gone");
        }
    }

    /// Starts it again on the same data and the same address.
    pub fn restart(&mut self) {
        self.stop();
        self.start_again();
    }

    /// The same with other arguments from now on.
    pub fn restart_with(&mut self, arguments: &[&str]) {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned());
        self.arguments = arguments.collect();
        self.restart();
    }

    /// Keeps a copy of everything that the server has, as whoever makes its backups can.
    pub fn save(&mut self, name: &str) {
        self.stop();
        copy(&self.data(), &self.data.path().join("saved").join(name));
        self.start_again();
    }

    /// Puts a copy in the place of what the server has now.
    pub fn restore(&mut self, name: &str) {
        self.stop();
        std::fs::remove_dir_all(self.data()).expect("the data goes");
        copy(&self.data.path().join("saved").join(name), &self.data());
        self.start_again();
    }

    /// Starts it on the same data and the same address.
    pub fn start_again(&mut self) {
        let (child, address) = spawn(
            &self.data(),
            &self.web,
            &self.address.to_string(),
            &self.arguments,
        );
        assert_eq!(address, self.address);
        self.child = Some(child);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    std::fs::set_permissions(to, std::fs::metadata(from).expect("its mode").permissions())
        .expect("the same mode");
    for entry in std::fs::read_dir(from).expect("what is in it") {
        let entry = entry.expect("a file");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn spawn(data: &Path, web: &Path, listen: &str, arguments: &[String]) -> (Child, SocketAddr) {
    let mut child = Command::new(binary())
        .arg("--data")
        .arg(data)
        .arg("--web")
        .arg(web)
        .arg("--listen")
        .arg(listen)
        .arg("--log")
        .arg(data.with_file_name("log"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let output = child.stdout.take().expect("the server's output");
    let mut line = String::new();
    BufReader::new(output)
        .read_line(&mut line)
        .expect("the server says where it is");
    let port = line
        .trim()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse::<u16>().ok())
        .unwrap_or_else(|| panic!("the server said {line:?}"));
    (child, SocketAddr::from(([127, 0, 0, 1], port)))
}

/// The server that `cargo xtask test` built, or the one beside this test.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("KEEPWELL_SERVER_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test
        .parent()
        .and_then(Path::parent)
        .expect("the folder of the build");
    let path = folder.join("keepwell-server");
    assert!(
        path.exists(),
        "build the server first: cargo build -p keepwell-backend (with the same profile)"
    );
    path
}

/// The built front end, or an empty page: native journeys need none.
fn web_folder(beside: &Path) -> PathBuf {
    if let Some(path) = std::env::var_os("KEEPWELL_DIST") {
        return path.into();
    }
    let web = beside.join("web");
    std::fs::create_dir_all(&web).expect("a folder for the page");
    std::fs::write(
        web.join("index.html"),
        "<!doctype html><title>Keepwell</title>",
    )
    .expect("a page");
    web
}
