//! A fresh profile with one open tab.

use std::{path::Path, sync::Arc};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use nix::unistd::geteuid;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Browsers, Page, Screen, page::Inner};

impl Browsers {
    /// Opens a browser with an empty profile for `person`.
    pub async fn open(&self, person: &str, origin: &str, screen: Screen) -> Page {
        self.open_with(person, origin, screen, &[]).await
    }

    /// The same with more switches.
    pub async fn open_with(
        &self,
        person: &str,
        origin: &str,
        screen: Screen,
        more: &[&str],
    ) -> Page {
        let profile = tempfile::tempdir().expect("a folder for a profile");
        let client = self.session(&profile, more).await;
        let process = client
            .capabilities()
            .and_then(|answer| answer.get("goog:processID"));
        let process = process
            .and_then(Value::as_i64)
            .expect("the browser's process");
        let page = Page::new(Arc::new(Inner::new(
            person.to_owned(),
            client,
            origin.to_owned(),
            process as i32,
            profile,
            self.evidence.clone(),
        )));
        self.open.lock().expect("the pages").push(page.clone());
        page.prepare_tab(screen).await;
        page
    }

    async fn session(&self, profile: &TempDir, more: &[&str]) -> Client {
        let downloads = downloads(profile.path());
        std::fs::create_dir(&downloads).expect("a folder for downloads");
        let mut switches: Vec<String> = SWITCHES.map(str::to_owned).to_vec();
        switches.extend(more.iter().map(|switch| (*switch).to_owned()));
        switches.push(format!(
            "--user-data-dir={}",
            profile.path().join("profile").display()
        ));
        if geteuid().is_root() {
            // Chromium refuses to start for this account otherwise.
            switches.push("--no-sandbox".to_owned());
        }
        let wanted = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": self.chromium,
                "args": switches,
                "prefs": {
                    "download.default_directory": downloads,
                    "download.prompt_for_download": false,
                    "profile.default_content_setting_values.automatic_downloads": 1,
                    "credentials_enable_service": false,
                },
            },
        });
        let Value::Object(wanted) = wanted else {
            unreachable!("it is written as an object above")
        };
        ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(self.driver.address())
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"))
    }
}

/// Where a profile saves files.
pub(super) fn downloads(profile: &Path) -> std::path::PathBuf {
    profile.join("downloads")
}

const SWITCHES: [&str; 12] = [
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-GB",
    // Containers give little shared memory.
    "--disable-dev-shm-usage",
    // A page that nobody looks at is otherwise slowed down.
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
];
