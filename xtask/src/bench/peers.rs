//! Other people's client-side cryptography, from the folder that `KEEPWELL_PEERS_DIR` names: a
//! `package.json` and a `peers.mjs` that puts `bulk` and `kdf` onto the page.
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Map, Value, json};

use crate::{Result, process, workspace};

/// The peers, bundled for the page.
pub(super) struct Peers {
    pub(super) script: PathBuf,
    pub(super) bitwarden: PathBuf,
    /// Package and version of each.
    pub(super) versions: Value,
}

/// Installs the peers into the cache if they are not there, and bundles them into `folder`. The
/// error says why they are skipped.
pub(super) fn prepare(folder: &Path) -> Result<Peers> {
    let source = env::var_os("KEEPWELL_PEERS_DIR")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from)
        .ok_or("skipped: KEEPWELL_PEERS_DIR is not set")?;
    if process::find("npm").is_none() {
        return Err("skipped: Node.js with npm is missing".into());
    }
    let cache = workspace::cache()?.join("peers");
    install(&source, &cache).map_err(|error| format!("skipped: {error}"))?;
    let script = folder.join("peers.js");
    let mut esbuild = Command::new(cache.join("node_modules/.bin/esbuild"));
    esbuild.current_dir(&cache).args(["peers.mjs", "--bundle"]);
    esbuild.args(["--format=esm", "--platform=browser", "--minify"]);
    esbuild
        .arg("--log-level=error")
        .arg(format!("--outfile={}", script.display()));
    run(&mut esbuild).map_err(|error| format!("skipped: {error}"))?;
    let modules = cache.join("node_modules");
    Ok(Peers {
        script,
        bitwarden: modules.join("@bitwarden/sdk-internal/bitwarden_wasm_internal_bg.wasm"),
        versions: versions(&cache, &modules)?,
    })
}

/// Brings the cache to what `source` says; npm runs only when the list of packages has changed.
fn install(source: &Path, cache: &Path) -> Result<()> {
    workspace::make_dir(cache)?;
    let package = workspace::read_text(&source.join("package.json"))?;
    let script = workspace::read_text(&source.join("peers.mjs"))?;
    let write = |name: &str, text: &str| {
        fs::write(cache.join(name), text)
            .map_err(|error| format!("{} can not be written: {error}.", cache.display()))
    };
    write("peers.mjs", &script)?;
    // Written last: a cache that holds it is complete.
    let installed = cache.join("installed.json");
    if fs::read_to_string(&installed).is_ok_and(|text| text == package) {
        return Ok(());
    }
    write("package.json", &package)?;
    eprintln!("Installing the peers (about a minute, once per machine) ...");
    let mut npm = Command::new("npm");
    npm.current_dir(cache);
    run(npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"]))?;
    write("installed.json", &package)
}

/// Standard output belongs to the report.
fn run(command: &mut Command) -> Result<()> {
    process::run(command.stdout(std::io::stderr()), None)
}

fn versions(cache: &Path, modules: &Path) -> Result<Value> {
    let read = |path: PathBuf| -> Result<Value> {
        serde_json::from_str(&workspace::read_text(&path)?)
            .map_err(|error| format!("{} is unreadable: {error}.", path.display()))
    };
    let package = read(cache.join("package.json"))?;
    let names = package.get("dependencies").and_then(Value::as_object);
    let mut versions = Map::new();
    for name in names.into_iter().flat_map(Map::keys) {
        let found = read(modules.join(name).join("package.json"))?;
        versions.insert(name.clone(), json!(found.get("version")));
    }
    Ok(Value::Object(versions))
}
