//! Starting other programs, and ending them with everything that they started.
//!
//! Each program gets a process group of its own. A Ctrl-C at the terminal and a SIGTERM are both
//! passed on to all groups, so that neither a compiler nor a server outlives the command.
use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, ExitCode, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::Result;

/// The exit code of a command that was stopped: 128 + SIGINT, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

/// Whether someone asked to stop.
pub(crate) fn stopping() -> bool {
    STOPPING.load(Ordering::SeqCst)
}

/// Passes SIGINT, SIGTERM and SIGHUP on to everything started here. The first one asks, a second one kills.
pub(crate) fn watch_signals() -> Result<()> {
    ctrlc::set_handler(|| {
        let again = STOPPING.swap(true, Ordering::SeqCst);
        for group in groups().iter() {
            end_group(*group, if again { Ending::Kill } else { Ending::Ask });
        }
    })
    .map_err(|error| format!("Signals can not be watched: {error}."))
}

/// A started program. It and its children are ended when this is dropped.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    /// The program's process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the program to end and waits until it has.
    pub(crate) fn end(self) -> Result<ExitStatus> {
        end_group(self.child.id(), Ending::Ask);
        self.wait()
    }

    /// The same as a Ctrl-C at the terminal does it.
    pub(crate) fn interrupt(self) -> Result<ExitStatus> {
        end_group(self.child.id(), Ending::Interrupt);
        self.wait()
    }

    /// Ends a program that does not end when it is asked.
    pub(crate) fn kill(self) -> Result<ExitStatus> {
        end_group(self.child.id(), Ending::Kill);
        self.wait()
    }

    /// Waits for the end of the program, and then ends what it may have left behind.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        self.child
            .wait()
            .map_err(|error| format!("Waiting for a program failed: {error}."))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id();
        end_group(id, Ending::Ask);
        groups().retain(|group| *group != id);
    }
}

/// Starts `command` in a process group of its own, without standard input.
pub(crate) fn start(command: &mut Command) -> Result<Running> {
    launch(command.stdin(Stdio::null()))
}

/// The same for a program that is talked with through its standard input and output.
pub(crate) fn start_talking(command: &mut Command) -> Result<(Running, ChildStdin, ChildStdout)> {
    let mut running = launch(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
    match (running.child.stdin.take(), running.child.stdout.take()) {
        (Some(input), Some(output)) => Ok((running, input, output)),
        _ => Err(format!("{} can not be talked with.", name(command))),
    }
}

fn launch(command: &mut Command) -> Result<Running> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let child = command
        .spawn()
        .map_err(|error| format!("{} does not start: {error}.", name(command)))?;
    let running = Running { child };
    groups().push(running.id());
    // A signal that came between the start and the line above did not know of this program.
    if stopping() {
        return Err("Stopped.".into());
    }
    Ok(running)
}

/// Runs `command` to its end. With `log`, its output goes to that file (appended) instead of the
/// terminal. An end other than success is an error that names the command.
pub(crate) fn run(command: &mut Command, log: Option<&File>) -> Result<()> {
    if let Some(log) = log {
        let copy = || {
            log.try_clone()
                .map_err(|error| format!("The log can not be written: {error}."))
        };
        command.stdout(copy()?).stderr(copy()?);
    }
    let status = start(command)?.wait()?;
    if stopping() {
        return Err("Stopped.".into());
    }
    if status.success() {
        return Ok(());
    }
    Err(format!("`{}` failed ({status}).", line(command)))
}

/// Runs `command` to its end and returns what it printed to standard output.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} does not start: {error}.", name(command)))?;
    if !output.status.success() {
        return Err(format!("`{}` failed ({}).", line(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} printed no text.", name(command)))
}

/// The cargo that started this command, in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(folder);
    cargo
}

/// Where `program` stands on the PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(&file))
        .find(|path| path.is_file())
}

/// The same end for this command as for the program that it stood for.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    let code = status
        .code()
        .or(signal.map(|number| 128 + number))
        .unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

static STOPPING: AtomicBool = AtomicBool::new(false);
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn groups() -> std::sync::MutexGuard<'static, Vec<u32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a program is told to end.
#[derive(Clone, Copy)]
enum Ending {
    /// SIGTERM.
    Ask,
    /// SIGINT, as a terminal sends it.
    Interrupt,
    /// SIGKILL.
    Kill,
}

#[cfg(unix)]
fn end_group(id: u32, how: Ending) {
    use nix::{
        sys::signal::{Signal, killpg},
        unistd::Pid,
    };
    let signal = match how {
        Ending::Ask => Signal::SIGTERM,
        Ending::Interrupt => Signal::SIGINT,
        Ending::Kill => Signal::SIGKILL,
    };
    // Zero would mean this command's own group. A group that has ended already is the normal case.
    if let Ok(id @ 1..) = i32::try_from(id) {
        let _ended = killpg(Pid::from_raw(id), signal);
    }
}

#[cfg(not(unix))]
fn end_group(_id: u32, _how: Ending) {
    // Elsewhere a Ctrl-C at the console reaches every program of that console by itself.
}

fn name(command: &Command) -> String {
    Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned()
}

fn line(command: &Command) -> String {
    let mut words = vec![name(command)];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn what_a_program_started_ends_with_it() {
        for end in [
            Running::end as fn(Running) -> Result<ExitStatus>,
            Running::interrupt,
            Running::kill,
        ] {
            let mut shell = Command::new("sh");
            shell.args(["-c", "sleep 600 & echo started; wait"]);
            let (running, _input, mut output) = start_talking(&mut shell).unwrap();
            let mut said = [0; 8];
            output.read_exact(&mut said).unwrap();
            assert!(!end(running).unwrap().success());
            // The pipe ends when the last program that holds it has ended: the sleeping one too.
            let mut rest = String::new();
            output.read_to_string(&mut rest).unwrap();
            assert_eq!((said.as_slice(), rest.as_str()), (&b"started\n"[..], ""));
        }
    }

    #[test]
    fn a_program_that_fails_is_named_with_what_it_was_told() {
        let said = run(Command::new("sh").args(["-c", "exit 3"]), None).unwrap_err();
        assert!(said.contains("`sh -c exit 3` failed"), "{said}");
        let said = run(&mut Command::new("no-such-program"), None).unwrap_err();
        assert!(said.contains("no-such-program does not start"), "{said}");
    }
}
