//! What a person does on the screens, through the names (`data-test`) that the screens give.
use std::path::Path;

use serde_json::{Value, json};

use super::chromium::Chromium;
use crate::Result;

/// How long the page may take for one step, in milliseconds.
const PATIENCE: u32 = 120_000;

impl Chromium {
    /// Waits until something of this name is on the page.
    pub(super) fn see(&mut self, name: &str) -> Result<()> {
        let script = format!(
            "new Promise((seen, gone) => {{
                const find = () => document.querySelector('[data-test={name}]');
                const look = setInterval(() => {{ if (find()) {{ clearInterval(look); seen(); }} }}, 20);
                setTimeout(() => {{ clearInterval(look); gone(new Error('{name} did not appear')); }}, {PATIENCE});
            }})"
        );
        self.evaluate(&script).map(|_| ())
    }

    /// Clicks what has this name.
    pub(super) fn click(&mut self, name: &str) -> Result<()> {
        self.see(name)?;
        self.evaluate(&format!(
            "document.querySelector('[data-test={name}]').click()"
        ))
        .map(|_| ())
    }

    /// Types `text` into the field of this name.
    pub(super) fn type_into(&mut self, name: &str, text: &str) -> Result<()> {
        self.see(name)?;
        let focus = format!("document.querySelector('[data-test={name}]').focus()");
        self.evaluate(&focus)?;
        self.call("Input.insertText", json!({ "text": text }))
            .map(|_| ())
    }

    /// Chooses a file in the field of this name.
    pub(super) fn choose_file(&mut self, name: &str, file: &Path) -> Result<()> {
        self.see(name)?;
        let find = format!("document.querySelector('[data-test={name}]')");
        let found = self.call("Runtime.evaluate", json!({ "expression": find }))?;
        let object = found.pointer("/result/objectId").cloned();
        let choose = json!({ "files": [file], "objectId": object });
        self.call("DOM.setFileInputFiles", choose).map(|_| ())
    }
}

/// How long the page's main thread was taken at one go, in milliseconds.
pub(super) fn longest_task(events: &[Value]) -> Option<Value> {
    let number = |event: &Value, name: &str| event.get(name).and_then(Value::as_u64);
    let is = |event: &&Value, name: &str| event.get("name").and_then(Value::as_str) == Some(name);
    let main_threads: Vec<_> = events
        .iter()
        .filter(|event| is(event, "thread_name"))
        .filter(|event| event.pointer("/args/name").and_then(Value::as_str) == Some(MAIN))
        .map(|event| (number(event, "pid"), number(event, "tid")))
        .collect();
    // Chromium keeps a second renderer in reserve; the busier one shows the page.
    let tasks_of = |thread: &(Option<u64>, Option<u64>)| -> Vec<&Value> {
        let tasks = events.iter().filter(|event| is(event, "RunTask"));
        tasks
            .filter(|event| (number(event, "pid"), number(event, "tid")) == *thread)
            .collect()
    };
    let total = |tasks: &Vec<&Value>| tasks.iter().filter_map(|task| number(task, "dur")).sum();
    let page: Vec<&Value> = main_threads.iter().map(tasks_of).max_by_key(|tasks| {
        let total: u64 = total(tasks);
        total
    })?;
    let longest = |name| page.iter().filter_map(|task| number(task, name)).max();
    let milliseconds = |micros: Option<u64>| micros.map(|micros| micros as f64 / 1000.0);
    Some(json!({
        "longest task": milliseconds(longest("dur"))?,
        "longest, computing only": milliseconds(longest("tdur")),
    }))
}

/// Chromium's name for the thread that a page and its scripts run on.
const MAIN: &str = "CrRendererMain";
