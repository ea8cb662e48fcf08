//! Chromium without a driver: its DevTools protocol over two pipes, so that nothing but the browser
//! has to be there.
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{Result, browser, process, workspace};

/// How long Chromium may take for a command or an event.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a script may run: peers stretch and seal for minutes on a slow machine.
const WORK: Duration = Duration::from_secs(900);
/// How long Chromium may take to end.
const PARTING: Duration = Duration::from_secs(10);

/// A headless browser with a profile of its own, which goes when this is dropped.
pub(super) struct Chromium {
    running: Option<process::Running>,
    input: ChildStdin,
    output: Receiver<Result<Value>>,
    profile: PathBuf,
    calls: u64,
    session: Option<String>,
    events: VecDeque<Value>,
}

impl Chromium {
    /// Starts `program` with an empty page. Its profile lies below `folder`.
    pub(super) fn start(program: &Path, folder: &Path) -> Result<Self> {
        let profile = folder.join("chromium");
        workspace::remove_dir(&profile)?;
        workspace::make_dir(&profile)?;
        // Chromium reads commands from descriptor 3 and writes answers to 4; the shell puts our
        // pipes there.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null", "sh"]);
        command.arg(program).args(SWITCHES);
        command.arg(format!("--user-data-dir={}", profile.display()));
        if browser::is_root() {
            command.arg("--no-sandbox");
        }
        let (running, input, output) =
            process::start_talking(command.stderr(std::process::Stdio::null()))?;
        let mut chromium = Self {
            running: Some(running),
            input,
            output: listen(output),
            profile,
            calls: 0,
            session: None,
            events: VecDeque::new(),
        };
        let page = chromium.call("Target.createTarget", json!({ "url": "about:blank" }))?;
        let attach = json!({ "targetId": text(&page, "/targetId")?, "flatten": true });
        let attached = chromium.call("Target.attachToTarget", attach)?;
        chromium.session = Some(text(&attached, "/sessionId")?);
        chromium.call("Page.enable", json!({}))?;
        chromium.call("Runtime.enable", json!({}))?;
        Ok(chromium)
    }

    /// The browser's name and version.
    pub(super) fn version(&mut self) -> Result<String> {
        text(&self.call("Browser.getVersion", json!({}))?, "/product")
    }

    /// Goes to `address` and waits for the page's load event.
    pub(super) fn open(&mut self, address: &str) -> Result<()> {
        self.events.clear();
        let went = self.call("Page.navigate", json!({ "url": address }))?;
        if let Some(error) = went.pointer("/errorText") {
            return Err(format!("Chromium can not open {address}: {error}."));
        }
        self.wait_for("Page.loadEventFired", |_| true).map(|_| ())
    }

    /// Runs JavaScript in the page and waits for its promise; gives the result.
    pub(super) fn evaluate(&mut self, script: &str) -> Result<Value> {
        let parameters =
            json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call_within(WORK, "Runtime.evaluate", parameters)?;
        if let Some(details) = answer.pointer("/exceptionDetails") {
            let message = details.pointer("/exception/description");
            let message = message.or(details.pointer("/text")).unwrap_or(details);
            return Err(format!("The page reports: {message}"));
        }
        Ok(answer
            .pointer_mut("/result/value")
            .map(Value::take)
            .unwrap_or_default())
    }

    /// Runs `script` in every page before the page's own scripts.
    pub(super) fn run_first(&mut self, script: &str) -> Result<()> {
        let parameters = json!({ "source": script });
        self.call("Page.addScriptToEvaluateOnNewDocument", parameters)
            .map(|_| ())
    }

    /// The result of `script` in the page's first dedicated worker, which must be running: a
    /// renderer that is told to evaluate in a worker whose code is still on its way crashes.
    pub(super) fn evaluate_in_worker(&mut self, script: &str) -> Result<Value> {
        let attach =
            json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true });
        self.call("Target.setAutoAttach", attach)?;
        let attached = self.wait_for("Target.attachedToTarget", |event| {
            text(event, "/params/targetInfo/type").is_ok_and(|kind| kind == "worker")
        })?;
        let worker = text(&attached, "/params/sessionId")?;
        let page = self.session.replace(worker);
        let result = self.evaluate(script);
        self.session = page;
        result
    }

    /// Does `act` and gives every event of these trace categories that happened meanwhile.
    pub(super) fn traced(
        &mut self,
        categories: &[&str],
        act: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<Vec<Value>> {
        let config = json!({ "includedCategories": categories, "excludedCategories": ["*"] });
        self.call("Tracing.start", json!({ "traceConfig": config }))?;
        act(self)?;
        self.events.clear();
        self.call("Tracing.end", json!({}))?;
        let mut events = Vec::new();
        let until = Instant::now() + PATIENCE;
        loop {
            let mut message = self.next_event(until, "Tracing.tracingComplete")?;
            match message.get("method").and_then(Value::as_str) {
                Some("Tracing.dataCollected") => {
                    let found = message.pointer_mut("/params/value").map(Value::take);
                    if let Some(Value::Array(found)) = found {
                        events.extend(found);
                    }
                }
                Some("Tracing.tracingComplete") => return Ok(events),
                _ => {}
            }
        }
    }

    /// One command of the protocol, and its answer.
    pub(super) fn call(&mut self, method: &str, parameters: Value) -> Result<Value> {
        self.call_within(PATIENCE, method, parameters)
    }

    fn call_within(&mut self, time: Duration, method: &str, parameters: Value) -> Result<Value> {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": parameters });
        if let (Some(session), Some(fields)) = (&self.session, message.as_object_mut()) {
            fields.insert("sessionId".into(), json!(session));
        }
        // One command at a time and each is short: the pipe has room for it, whoever reads.
        self.input
            .write_all(format!("{message}\0").as_bytes())
            .map_err(|_| GONE)?;
        let until = Instant::now() + time;
        loop {
            let mut message = self.read(until, method)?;
            if message.get("id").and_then(Value::as_u64) != Some(self.calls) {
                self.events.push_back(message);
            } else if let Some(error) = message.pointer("/error/message") {
                return Err(format!("Chromium refuses {method}: {error}."));
            } else {
                return Ok(message
                    .get_mut("result")
                    .map(Value::take)
                    .unwrap_or_default());
            }
        }
    }

    /// The first event of this name, since the page was opened, that is `wanted`.
    fn wait_for(&mut self, event: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let message = self.next_event(until, event)?;
            if message.get("method").and_then(Value::as_str) == Some(event) && wanted(&message) {
                return Ok(message);
            }
        }
    }

    fn next_event(&mut self, until: Instant, awaited: &str) -> Result<Value> {
        match self.events.pop_front() {
            Some(message) => Ok(message),
            None => self.read(until, awaited),
        }
    }

    /// The next message. `awaited` is what the sentence says when none comes.
    fn read(&mut self, until: Instant, awaited: &str) -> Result<Value> {
        let left = until.saturating_duration_since(Instant::now());
        let message = self
            .output
            .recv_timeout(left)
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => format!("Chromium did not answer in time: {awaited}."),
                RecvTimeoutError::Disconnected => GONE.into(),
            })??;
        // What a crashed page was asked is never answered.
        if message.get("method").and_then(Value::as_str) == Some("Inspector.targetCrashed") {
            return Err(format!("The page crashed; awaited was {awaited}."));
        }
        Ok(message)
    }

    /// Whether Chromium closes its end of the pipe in time.
    fn parts(&mut self) -> bool {
        let until = Instant::now() + PARTING;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return true,
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }
}

/// Reads on a thread of its own, because a read from a pipe can not be given a deadline.
fn listen(output: ChildStdout) -> Receiver<Result<Value>> {
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        loop {
            let mut bytes = Vec::new();
            if output.read_until(0, &mut bytes).is_err() || bytes.pop() != Some(0) {
                return;
            }
            let message = serde_json::from_slice(&bytes)
                .map_err(|_| "Chromium says what is no JSON.".to_owned());
            if send.send(message).is_err() {
                return;
            }
        }
    });
    receive
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.session = None;
        let _closing = self.call_within(PARTING, "Browser.close", json!({}));
        let parted = self.parts();
        if let Some(running) = self.running.take() {
            let _ended = if parted {
                running.wait()
            } else {
                running.kill()
            };
        }
        let _removed = workspace::remove_dir(&self.profile);
    }
}

const GONE: &str = "Chromium ended by itself.";

const SWITCHES: [&str; 9] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // A page that nobody looks at is otherwise slowed down.
    "--disable-renderer-backgrounding",
];

fn text(answer: &Value, pointer: &str) -> Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| format!("Chromium's answer lacks {pointer}."))
}
