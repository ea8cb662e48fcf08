//! Sealing and stretching, beside the bare primitives and the peers, in one page of one browser.
use std::{collections::BTreeMap, path::PathBuf};

use serde_json::{Map, Value, json};

use super::{
    Bench,
    chromium::Chromium,
    figures::{self, Goal},
    peers::{self, Peers},
    serve::serve,
    told,
};
use crate::{Result, process, tools, workspace};

const MIB: f64 = 64.0;
/// Keepwell's own parameters (`shared/src/handshake.rs`), given to the peers.
const STRETCH_KIB: u32 = 64 * 1024;
const STRETCH_PASSES: u32 = 3;

const SEALING: [Goal; 5] = [
    Goal {
        peer: "bare",
        at_least: 0.8,
    },
    Goal {
        peer: "age",
        at_least: 2.0,
    },
    Goal {
        peer: "openpgp.js",
        at_least: 2.0,
    },
    Goal {
        peer: "bitwarden sdk",
        at_least: 8.0,
    },
    // An aim rather than a goal: it neither hashes nor signs.
    Goal {
        peer: "libsodium.js",
        at_least: 1.0,
    },
];

const STRETCHING: [Goal; 3] = [
    Goal {
        peer: "libsodium.js",
        at_least: 1.0,
    },
    Goal {
        peer: "hash-wasm",
        at_least: 1.0,
    },
    Goal {
        peer: "bitwarden sdk",
        at_least: 1.0,
    },
];

/// Adds `seal_64_mib` and `argon2id` to the report, and the versions of what ran beside Keepwell.
pub(super) fn measure(bench: &Bench, report: &mut Map<String, Value>) -> Result<()> {
    let peers = peers::prepare(&bench.folder);
    match open(bench, &peers) {
        Ok((mut chromium, version)) => {
            report.insert("browser".into(), json!(version));
            let versions = peers.map_or_else(|reason| json!(reason), |peers| peers.versions);
            report.insert("peers".into(), versions);
            let sealing = seal(bench, &mut chromium);
            report.insert("seal_64_mib".into(), told(sealing)?);
            let stretching = stretch(bench, &mut chromium);
            report.insert("argon2id".into(), told(stretching)?);
            let listing = list(bench, &mut chromium);
            report.insert("list_chart".into(), told(listing)?);
        }
        Err(sentence) => {
            let sentence = told(Err(sentence))?;
            report.insert("seal_64_mib".into(), sentence.clone());
            report.insert("argon2id".into(), sentence.clone());
            report.insert("list_chart".into(), sentence);
        }
    }
    Ok(())
}

fn seal(bench: &Bench, chromium: &mut Chromium) -> Result<Value> {
    eprintln!("Sealing 64 MiB in Chromium ...");
    let rounds = if bench.quick { 2 } else { 5 };
    let found = chromium.evaluate(&format!("bench.seal({MIB}, {rounds})"))?;
    let (ours, mut others) = split(&found)?;
    let bare = figures::median(&figures::numbers(found.get("bare"))).ok_or(EMPTY)?;
    others.push(("bare".into(), bare));
    let speed = |milliseconds: f64| figures::rounded(MIB / milliseconds * 1000.0);
    let speeds: Map<String, Value> = others
        .iter()
        .map(|(name, milliseconds)| (name.clone(), json!(speed(*milliseconds))))
        .collect();
    Ok(json!({
        "unit": "MiB/s, median",
        "runs": figures::numbers(found.get("keepwell")).len(),
        "keepwell": speed(ours),
        "beside it": speeds,
        "times as fast": figures::goals(ours, &others, &SEALING),
    }))
}

fn stretch(bench: &Bench, chromium: &mut Chromium) -> Result<Value> {
    eprintln!("Stretching a password in Chromium ...");
    let rounds = if bench.quick { 3 } else { 9 };
    let script = format!("bench.stretch({STRETCH_KIB}, {STRETCH_PASSES}, {rounds})");
    let found = chromium.evaluate(&script)?;
    let (ours, others) = split(&found)?;
    let times: Map<String, Value> = others
        .iter()
        .map(|(name, milliseconds)| (name.clone(), json!(figures::rounded(*milliseconds))))
        .collect();
    Ok(json!({
        "unit": "ms, median; 64 MiB, 3 passes, 1 lane",
        "runs": figures::numbers(found.get("keepwell")).len(),
        "keepwell": figures::rounded(ours),
        "beside it": times,
        "times as fast": figures::goals(ours, &others, &STRETCHING),
    }))
}

/// Verifying, opening and listing charts of rising size: the time must grow with the entries.
fn list(bench: &Bench, chromium: &mut Chromium) -> Result<Value> {
    eprintln!("Listing charts in Chromium ...");
    let rounds = if bench.quick { 2 } else { 5 };
    let mut sizes = Map::new();
    let mut times = Vec::new();
    for entries in LISTED {
        let found = chromium.evaluate(&format!("bench.list({entries}, {rounds})"))?;
        let time = figures::median(&figures::numbers(Some(&found))).ok_or(EMPTY)?;
        sizes.insert(entries.to_string(), json!(figures::rounded(time)));
        times.push(time);
    }
    let (fewest, most) = times.first().zip(times.last()).ok_or(EMPTY)?;
    let growth = most / fewest;
    Ok(json!({
        "unit": "ms, median, by number of entries",
        "keepwell": sizes,
        "goal for the largest": LISTING,
        "met": *most <= LISTING,
        "eight times the entries take so many times as long": figures::ratio(growth),
        "grows linearly": growth <= GROWTH,
    }))
}

/// How many entries the listed charts have.
const LISTED: [u32; 4] = [1_250, 2_500, 5_000, 10_000];
/// The goal for the largest of them, in milliseconds.
const LISTING: f64 = 1_500.0;
/// How many times as long the largest may take as the smallest, an eighth of it: what grows with the
/// square would take sixty-four times as long.
const GROWTH: f64 = 10.0;

const EMPTY: &str = "The page measured nothing.";

fn split(found: &Value) -> Result<(f64, Vec<(String, f64)>)> {
    let ours = figures::numbers(found.get("keepwell"));
    Ok((figures::median(&ours).ok_or(EMPTY)?, figures::peers(found)))
}

/// Opens the page with everything on it; gives the browser's version too.
fn open(bench: &Bench, peers: &Result<Peers>) -> Result<(Chromium, String)> {
    // The browser first: without one there is nothing to build for.
    let mut chromium = bench.chromium()?;
    let version = chromium.version()?;
    let address = serve(files(bench, peers)?)?;
    chromium.open(&address)?;
    chromium.evaluate("window.started")?;
    if peers.is_ok() {
        chromium.evaluate("import('./peers.js').then(() => 0)")?;
    }
    Ok((chromium, version))
}

fn files(bench: &Bench, peers: &Result<Peers>) -> Result<BTreeMap<String, PathBuf>> {
    let own = workspace::root()?.join("xtask").join("bench");
    let mut files = BTreeMap::new();
    for name in ["index.html", "page.js", "keepwell.js", "bare.js"] {
        files.insert(name.to_owned(), own.join(name));
    }
    for name in ["bench.js", "bench_bg.wasm"] {
        files.insert(name.to_owned(), bench.folder.join(name));
    }
    if let Ok(peers) = peers {
        files.insert("peers.js".into(), peers.script.clone());
        files.insert("bitwarden.wasm".into(), peers.bitwarden.clone());
    }
    build(bench)?;
    Ok(files)
}

/// Keepwell's code for the page, built as the product is.
fn build(bench: &Bench) -> Result<()> {
    let mut cargo = process::cargo(&workspace::root()?);
    cargo.args(["build", "--package", "keepwell-worker", "--bin", "bench"]);
    cargo.args(["--profile", "web", "--target", "wasm32-unknown-unknown"]);
    process::run(cargo.stdout(std::io::stderr()), None)?;
    let module = workspace::target_dir()?.join("wasm32-unknown-unknown/web/bench.wasm");
    let mut bindgen = tools::ensure()?.bindgen();
    bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]);
    bindgen.arg(&bench.folder).arg(module);
    process::run(bindgen.stdout(std::io::stderr()), None)
}
