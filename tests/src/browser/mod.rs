//! A real browser: Chromium through WebDriver, one profile for each person.
//!
//! A journey ends everything that it started, also when it fails, and then leaves behind what each
//! page showed and said.

mod accessible;
mod command;
mod console;
mod driver;
mod evidence;
mod eyes;
mod hands;
mod page;
mod start;
mod wait;

use std::{
    panic::AssertUnwindSafe,
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

use futures::FutureExt;

use self::{driver::Driver, evidence::Evidence};
pub use self::{evidence::Screen, page::Page};

/// The browsers of one journey.
pub struct Browsers {
    driver: Driver,
    chromium: PathBuf,
    evidence: Evidence,
    open: Mutex<Vec<Page>>,
}

/// Walks through `steps` in a real browser. The pictures that it takes are numbered from `first`
/// on. Without a browser it says so and does nothing.
pub async fn journey(name: &'static str, first: u32, steps: impl AsyncFnOnce(&Browsers)) {
    let Some(given) = Given::find() else {
        println!("skipped: run cargo xtask test ({name})");
        return;
    };
    // Two browsers at a time are enough for one machine.
    static ONE_AFTER_ANOTHER: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = ONE_AFTER_ANOTHER.lock().await;
    println!("{name}");
    *BEGAN.lock().expect("the clock") = Some(Instant::now());
    let browsers = Browsers {
        driver: Driver::start(&given.driver),
        chromium: given.chromium,
        evidence: Evidence::new(given.output, name, first),
        open: Mutex::default(),
    };
    let walk = AssertUnwindSafe(tokio::time::timeout(LONGEST, steps(&browsers)));
    let mut failure = match walk.catch_unwind().await {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some(format!("it took longer than {LONGEST:?}")),
        Err(panic) => Some(said(panic.as_ref())),
    };
    let pages: Vec<Page> = browsers.open.lock().expect("the pages").drain(..).collect();
    if failure.is_none() {
        failure = said_last(&pages).await;
    }
    let mut left = Vec::new();
    for page in pages {
        if failure.is_some() {
            left.extend(page.leave_evidence(&browsers.evidence).await);
        }
        page.close().await;
    }
    step("the end");
    if let Some(failure) = failure {
        let left: String = left
            .iter()
            .map(|path| format!("\n  {}", path.display()))
            .collect();
        panic!("{name}: {failure}\nWhat the pages showed and said:{left}");
    }
}

/// What the consoles of all pages have said since anybody looked. That a server refuses is a part of many
/// journeys; no error of a program is, and no report of the policy.
async fn said_last(pages: &[Page]) -> Option<String> {
    let mut said = Vec::new();
    for page in pages {
        said.extend(page.trouble(&["Failed to load resource"]).await);
    }
    (!said.is_empty()).then(|| format!("the consoles say:\n{}", said.join("\n")))
}

/// Says which step begins, and when: seconds since the journey began.
pub fn step(name: &str) {
    let began = BEGAN.lock().expect("the clock").map(|at| at.elapsed());
    println!(
        "  {:>5.1} s {name}",
        began.unwrap_or_default().as_secs_f64()
    );
}

/// When the present journey began.
static BEGAN: Mutex<Option<Instant>> = Mutex::new(None);

/// What `cargo xtask test` names.
struct Given {
    driver: PathBuf,
    chromium: PathBuf,
    output: PathBuf,
}

impl Given {
    fn find() -> Option<Self> {
        let path = |name: &str| std::env::var_os(name).map(PathBuf::from);
        // The server would serve an empty page without the built one.
        path("KEEPWELL_DIST")?;
        Some(Self {
            driver: path("KEEPWELL_CHROMEDRIVER")?,
            chromium: path("KEEPWELL_CHROMIUM")?,
            output: path("KEEPWELL_TEST_OUTPUT")?,
        })
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "it failed without a word".to_owned())
}

/// No journey takes this long unless something hangs.
const LONGEST: Duration = Duration::from_secs(15 * 60);
