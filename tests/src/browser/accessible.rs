//! Whether everybody can use a screen, as far as a program can tell: axe-core finds nothing, and nothing is
//! wider than the screen.

use std::{fs, sync::OnceLock};

use super::{Page, eyes::strings};

impl Page {
    /// What is wrong with the screen as it is now. Nothing where there is no axe-core to ask.
    pub async fn hard_to_use(&self) -> Option<Vec<String>> {
        let axe = axe()?;
        if self.run("return typeof axe", &[]).await == "undefined" {
            self.run(axe, &[]).await;
        }
        let looked = self.client().execute_async(LOOK, Vec::new()).await;
        let mut found = strings(&looked.expect("what axe-core found"));
        if self.run(TOO_WIDE, &[]).await == true {
            found.push("it is wider than the screen".to_owned());
        }
        Some(found)
    }

    pub(super) async fn is_easy_to_use(&self, name: &str) {
        let found = self.hard_to_use().await.unwrap_or_default();
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}

/// The script, which `cargo xtask test` names. On a build machine it is never left out.
fn axe() -> Option<&'static str> {
    static SCRIPT: OnceLock<Option<String>> = OnceLock::new();
    let read = || match std::env::var_os("KEEPWELL_AXE") {
        Some(path) => Some(fs::read_to_string(path).expect("axe-core")),
        None => {
            let must = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!must, "axe-core is missing");
            None
        }
    };
    SCRIPT.get_or_init(read).as_deref()
}

const TOO_WIDE: &str = "return document.documentElement.scrollWidth > window.innerWidth + 1";

const LOOK: &str = "const done = arguments[arguments.length - 1]; \
    axe.run().then(({ violations }) => done(violations.map(one => \
        `${one.impact} ${one.id}: ${one.help} (${one.nodes.length}x, first ${one.nodes[0].target})`)), \
        error => done([String(error)]));";
