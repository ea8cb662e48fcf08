//! The README's first command, as somebody uses it who has built before: it answers, Ctrl-C and SIGTERM end
//! all of it, and it begins again on the same data.
use std::{
    env,
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    time::Duration,
};

use crate::{Result, process::Running, served::Served, workspace};

/// How long a start may take when all is built.
const PATIENCE: Duration = Duration::from_secs(180);

/// Starts it twice on the same data, and ends it in both ways.
pub(crate) fn check(log: &File) -> Result<()> {
    let folder = workspace::target_dir()?.join("keepwell-first-command");
    workspace::remove_dir(&folder)?;
    workspace::make_dir(&folder)?;
    let data = folder.join("data");
    refuses_to_send_in_clear(&data)?;
    walk(&data, &[], log, answers, Running::interrupt)?;
    let keys = keys(&data)?;
    let said = folder.join("said");
    let errors = File::create(&said).map_err(|error| format!("No file for a log: {error}."))?;
    let tls = ["--tls", "self-signed"];
    walk(&data, &tls, &errors, |_| Ok(()), Running::end)?;
    let said = workspace::read_text(&said)?;
    if !said.contains("SHA-256 fingerprint of the certificate") {
        return Err("The fingerprint of the certificate is not told.".into());
    }
    if self::keys(&data)? != keys {
        return Err("The second start made keys of its own.".into());
    }
    workspace::remove_dir(&folder)
}

fn command(data: &Path, more: &[&str], errors: &File) -> Result<Command> {
    let this = env::current_exe().map_err(|error| format!("No path of this program: {error}."))?;
    let errors = errors
        .try_clone()
        .map_err(|error| format!("The log can not be written: {error}."))?;
    let mut command = Command::new(this);
    command.args(["run", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(data).args(more).stderr(errors);
    Ok(command)
}

fn walk(
    data: &Path,
    more: &[&str],
    errors: &File,
    look: fn(&Served) -> Result<()>,
    end: fn(Running) -> Result<std::process::ExitStatus>,
) -> Result<()> {
    let served = Served::start(&mut command(data, more, errors)?, PATIENCE)?;
    look(&served)?;
    let address = served.address;
    let running = served.into_running().ok_or("Nothing runs.")?;
    let ended = end(running)?;
    if !ended.success() && ended.code() != Some(crate::process::INTERRUPTED.into()) {
        return Err(format!("It did not end well ({ended})."));
    }
    match TcpStream::connect_timeout(&address, Duration::from_secs(1)) {
        Err(_) => Ok(()),
        Ok(_) => Err("The server outlived the command.".into()),
    }
}

fn answers(served: &Served) -> Result<()> {
    let said = TcpStream::connect_timeout(&served.address, PATIENCE).and_then(|mut stream| {
        let host = served.address.port();
        write!(
            stream,
            "GET / HTTP/1.1\r\nhost: localhost:{host}\r\nconnection: close\r\n\r\n"
        )?;
        let mut said = String::new();
        stream.read_to_string(&mut said).map(|_| said)
    });
    let said = said.map_err(|error| format!("The server does not answer: {error}."))?;
    match said.starts_with("HTTP/1.1 200") && said.contains("<title>Keepwell</title>") {
        true => Ok(()),
        false => Err("The server answers with something else than the page.".into()),
    }
}

fn refuses_to_send_in_clear(data: &Path) -> Result<()> {
    let this = env::current_exe().map_err(|error| format!("No path of this program: {error}."))?;
    let mut command = Command::new(this);
    command.args(["run", "--listen", "0.0.0.0:0", "--data"]);
    let said = command.arg(data).output();
    let said = said.map_err(|error| format!("It does not start: {error}."))?;
    let sentence = String::from_utf8_lossy(&said.stderr);
    if said.status.success() || !sentence.contains("in clear") || data.exists() {
        return Err(format!("It would send in clear: {sentence:?}"));
    }
    Ok(())
}

/// The server's own keys, without which its data is worth nothing.
fn keys(data: &Path) -> Result<Vec<u8>> {
    fs::read(data.join("secrets")).map_err(|error| format!("The keys can not be read: {error}."))
}
