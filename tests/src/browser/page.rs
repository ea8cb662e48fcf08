//! One profile of a browser with its open tab. What a person does there is in `hands`, what the
//! person sees in `eyes`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use fantoccini::{Client, error::CmdError};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    Screen,
    command::Own,
    console::{Line, REPORT},
    evidence::Evidence,
};

/// The open tab of one profile.
#[derive(Clone)]
pub struct Page(Arc<Inner>);

pub(super) struct Inner {
    person: String,
    client: Client,
    origin: String,
    process: i32,
    profile: TempDir,
    evidence: Evidence,
    screen: Mutex<Screen>,
    said: Mutex<Vec<Line>>,
    addresses: Mutex<BTreeSet<String>>,
}

impl Inner {
    pub(super) fn new(
        person: String,
        client: Client,
        origin: String,
        process: i32,
        profile: TempDir,
        evidence: Evidence,
    ) -> Self {
        Self {
            person,
            client,
            origin,
            process,
            profile,
            evidence,
            screen: Mutex::new(Screen::Desk),
            said: Mutex::default(),
            addresses: Mutex::default(),
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Ended already, unless a test broke off before it could be closed.
        let _ = kill(Pid::from_raw(self.process), Signal::SIGKILL);
    }
}

impl Page {
    pub(super) fn new(inner: Arc<Inner>) -> Self {
        Self(inner)
    }

    pub(super) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(super) fn person(&self) -> &str {
        &self.0.person
    }

    /// Loads a page of the app.
    pub async fn go(&self, path: &str) {
        let address = format!("{}{path}", self.0.origin);
        let went = self.0.client.goto(&address).await;
        went.unwrap_or_else(|error| panic!("{address} does not load: {error}"));
    }

    /// Loads the present page again.
    pub async fn reload(&self) {
        self.0.client.refresh().await.expect("loaded again");
    }

    /// The browser's own way back.
    pub async fn back(&self) {
        self.0.client.back().await.expect("back");
    }

    /// Closes the tab, and opens another one of the same profile. The console goes with the tab and
    /// has to be calm.
    pub async fn close_tab(&self) {
        self.calm(&[]).await;
        let (client, screen) = (&self.0.client, self.screen());
        let old = client.window().await.expect("the tab");
        let new = client.new_window(true).await.expect("another tab").handle;
        client.switch_to_window(old).await.expect("the old tab");
        client.close_window().await.expect("closed");
        client.switch_to_window(new).await.expect("the new tab");
        self.prepare_tab(screen).await;
    }

    /// Path and query of the address.
    pub async fn address(&self) -> String {
        let address = self.run("return location.href", &[]).await;
        let address = address.as_str().unwrap_or_default();
        address.trim_start_matches(&self.0.origin).to_owned()
    }

    /// Every address that was seen here.
    pub fn addresses(&self) -> Vec<String> {
        let addresses = self.0.addresses.lock().expect("the addresses");
        addresses.iter().cloned().collect()
    }

    /// The folder of what this profile keeps and saves.
    pub(super) fn profile(&self) -> &Path {
        self.0.profile.path()
    }

    /// What the browser itself keeps on this device: every file of the profile.
    pub fn kept(&self) -> Vec<(String, Vec<u8>)> {
        let mut all = Vec::new();
        let mut folders = vec![self.profile().join("profile")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    all.push((path.display().to_string(), bytes));
                }
            }
        }
        all
    }

    /// Notes the present address.
    pub(super) async fn note_address(&self) {
        let address = self.address().await;
        self.0
            .addresses
            .lock()
            .expect("the addresses")
            .insert(address);
    }

    /// Looks at it on another device.
    pub async fn look_on(&self, screen: Screen) {
        let (width, height, scale) = screen.size();
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale,
            "mobile": screen == Screen::Phone,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        *self.0.screen.lock().expect("the screen") = screen;
    }

    /// Keeps a picture of the screen, by day and in the evening. Both times nothing in it may be hard to
    /// use, as far as a program can tell.
    pub async fn picture(&self, name: &str) {
        for (dark, name) in [(false, name), (true, &format!("{name}-dark"))] {
            self.in_the_dark(dark).await;
            let png = self.0.client.screenshot().await.expect("a picture");
            self.0.evidence.picture(name, self.screen(), &png);
            self.is_easy_to_use(name).await;
        }
        self.in_the_dark(false).await;
    }

    /// Asserts that neither the page nor its worker said anything that somebody has to look at,
    /// apart from what holds one of the `expected` words.
    pub async fn calm(&self, expected: &[&str]) {
        let trouble = self.trouble(expected).await;
        assert!(
            trouble.is_empty(),
            "the console of the {} says:\n{}",
            self.0.person,
            trouble.join("\n")
        );
    }

    /// What somebody has to look at in what page and worker said since the last time.
    pub async fn trouble(&self, expected: &[&str]) -> Vec<String> {
        let said = self.listen().await.expect("what the console said");
        said.into_iter()
            .filter(|line| line.is_trouble() && !line.is_one_of(expected))
            .map(|line| line.to_string())
            .collect()
    }

    /// Looks at it in the colours that a person has chosen for evenings, or in those of the day.
    async fn in_the_dark(&self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        // Without motion, so that no picture shows a colour on its way to another one.
        let media = json!({ "features": [
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    pub(super) async fn prepare_tab(&self, screen: Screen) {
        let script = json!({ "source": REPORT });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
        self.look_on(screen).await;
    }

    /// Picture, text and console of a page on which something failed.
    pub(super) async fn leave_evidence(&self, evidence: &Evidence) -> Vec<PathBuf> {
        let mut left = Vec::new();
        let (client, person) = (&self.0.client, &self.0.person);
        if let Ok(png) = client.screenshot().await {
            left.push(evidence.failure(person, "png", &png));
        }
        let script = "return location.href + '\\n\\n' + document.body.innerText";
        let shown = client.execute(script, Vec::new()).await;
        let shown = shown.map(|text| text.as_str().unwrap_or_default().to_owned());
        let shown = shown.unwrap_or_else(|error| error.to_string());
        let _ = self.listen().await;
        let said = self.0.said.lock().expect("the console");
        let said: String = said.iter().map(|line| format!("{line}\n")).collect();
        let text = format!("{shown}\n\nThe console:\n{said}");
        left.push(evidence.failure(person, "txt", text.as_bytes()));
        left
    }

    /// Ends the browser.
    pub(super) async fn close(&self) {
        let _ = self.0.client.clone().close().await;
    }

    /// What the console said since the last time.
    async fn listen(&self) -> Result<Vec<Line>, CmdError> {
        let lines = Line::all(&self.client().issue_cmd(Own::console()).await?);
        let mut said = self.0.said.lock().expect("the console");
        said.extend(lines.clone());
        Ok(lines)
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let answer = self
            .0
            .client
            .issue_cmd(Own::devtools(command, parameters))
            .await;
        answer.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    fn screen(&self) -> Screen {
        *self.0.screen.lock().expect("the screen")
    }
}
