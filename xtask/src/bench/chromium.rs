//! Chromium without a driver: its DevTools protocol over two pipes, so that nothing but the browser
//! has to be there.
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{ChildStdin, ChildStdout, Command},
};

use serde_json::{Value, json};

use crate::{Result, browser, process, workspace};

/// A headless browser with a profile of its own, which goes when this is dropped.
pub(super) struct Chromium {
    running: Option<process::Running>,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
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
            output: BufReader::new(output),
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
        self.wait_for("Page.loadEventFired").map(|_| ())
    }

    /// Runs JavaScript in the page and waits for its promise; gives the result.
    pub(super) fn evaluate(&mut self, script: &str) -> Result<Value> {
        let parameters =
            json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", parameters)?;
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

    /// The result of `script` in the page's first dedicated worker, once it has one.
    pub(super) fn evaluate_in_worker(&mut self, script: &str) -> Result<Value> {
        let attach =
            json!({ "autoAttach": true, "waitForDebuggerOnStart": false, "flatten": true });
        self.call("Target.setAutoAttach", attach)?;
        let attached = self.wait_for("Target.attachedToTarget")?;
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
        loop {
            let mut message = self.next_event()?;
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
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": parameters });
        if let (Some(session), Some(fields)) = (&self.session, message.as_object_mut()) {
            fields.insert("sessionId".into(), json!(session));
        }
        self.input
            .write_all(format!("{message}\0").as_bytes())
            .map_err(|_| GONE)?;
        loop {
            let mut message = self.read()?;
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

    /// The first event of this name since the page was opened.
    pub(super) fn wait_for(&mut self, event: &str) -> Result<Value> {
        loop {
            let message = self.next_event()?;
            if message.get("method").and_then(Value::as_str) == Some(event) {
                return Ok(message);
            }
        }
    }

    fn next_event(&mut self) -> Result<Value> {
        match self.events.pop_front() {
            Some(message) => Ok(message),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Result<Value> {
        let mut message = Vec::new();
        self.output.read_until(0, &mut message).map_err(|_| GONE)?;
        if message.pop() != Some(0) {
            return Err(GONE.into());
        }
        serde_json::from_slice(&message).map_err(|_| "Chromium says what is no JSON.".into())
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.session = None;
        let _closing = self.call("Browser.close", json!({}));
        if let Some(running) = self.running.take() {
            let _ended = running.wait();
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
