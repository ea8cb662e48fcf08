//! The product: the front end in `dist`, and the server.
use std::{
    fs::{self, File},
    path::Path,
    process::ExitCode,
    time::Instant,
};

use sha2::{Digest, Sha256};

use crate::{
    Result, fingerprint,
    finish::{self, Files},
    process, tools, workspace,
};

/// `cargo xtask build`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err("`cargo xtask build` takes no options.".into());
    }
    product(None)?;
    println!("The server is {}.", workspace::server_binary()?.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds what is not up to date. With `log`, the compilers' output goes there.
pub(crate) fn product(log: Option<&File>) -> Result<Sizes> {
    let tools = tools::ensure()?;
    let root = workspace::root()?;
    let dist = workspace::dist()?;
    let inputs = fingerprint::of_inputs(&root, tools.versions())?;
    if fingerprint::matches(&dist, &inputs) {
        println!("The front end is up to date.");
    } else {
        front_end(&root, &dist, &tools, &inputs, log)?;
    }
    let sizes = Sizes::read(&dist)?;
    println!("{}", sizes.sentence());
    println!("Building the server (about 4 minutes the first time on two cores, then seconds) ...");
    let mut cargo = process::cargo(&root);
    process::run(
        cargo.args(["build", "--release", "--package", "keepwell-backend"]),
        log,
    )?;
    Ok(sizes)
}

/// When a browser downloads a file.
pub(crate) enum Part {
    /// At once.
    FirstPage,
    /// Behind the first page, without being asked.
    Entry,
    /// While one types, and after.
    Inside,
    /// Where a password is chosen.
    Strength,
}

/// When a browser downloads the file of `dist` at `path`.
pub(crate) fn part(path: &str) -> Part {
    let starts = |programs: &[&str]| programs.iter().any(|program| path.starts_with(program));
    if starts(&["entry"]) {
        Part::Entry
    } else if starts(&["worker", "inside", "record", "locker"]) {
        Part::Inside
    } else if starts(&["strength"]) {
        Part::Strength
    } else {
        Part::FirstPage
    }
}

/// Bytes of an answer's head, on average; `cargo xtask bench` counts what the server really sends.
const HEAD: u64 = 760;

/// What a browser downloads, brotli-compressed and with the heads of the answers, in bytes.
pub(crate) struct Sizes {
    /// Page, style sheet, icon, glue and WebAssembly of the app.
    pub(crate) first_page: u64,
    /// Loader, glue and WebAssembly of the worker that lets in.
    pub(crate) entry: u64,
    /// The same of what is loaded while one types, and after: the worker that keeps the keys, and what
    /// is behind the door. No part of a first visit.
    pub(crate) inside: u64,
    /// The same of what judges passwords, loaded where one is chosen. No part of a first visit.
    pub(crate) strength: u64,
}

impl Sizes {
    fn read(dist: &Path) -> Result<Self> {
        let manifest = workspace::read_text(&dist.join("manifest.json"))?;
        let manifest: serde_json::Value = serde_json::from_str(&manifest)
            .map_err(|error| format!("dist/manifest.json is unreadable: {error}."))?;
        let mut sizes = Self {
            first_page: 0,
            entry: 0,
            inside: 0,
            strength: 0,
        };
        let files = manifest.get("files").and_then(|files| files.as_object());
        for (path, facts) in files.into_iter().flatten() {
            let size = facts.get("br").and_then(|size| size.as_u64()).unwrap_or(0);
            let size = size + HEAD;
            match part(path) {
                Part::FirstPage => sizes.first_page += size,
                Part::Entry => sizes.entry += size,
                Part::Inside => sizes.inside += size,
                Part::Strength => sizes.strength += size,
            }
        }
        Ok(sizes)
    }

    /// For the person at the terminal.
    pub(crate) fn sentence(&self) -> String {
        let kb = |bytes: u64| format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100);
        format!(
            "A first visit transfers {} for the first page and {} for the worker that lets in; signing in, {} more; choosing a password, {}.",
            kb(self.first_page),
            kb(self.entry),
            kb(self.inside),
            kb(self.strength)
        )
    }
}

fn front_end(
    root: &Path,
    dist: &Path,
    tools: &tools::Tools,
    inputs: &str,
    log: Option<&File>,
) -> Result<()> {
    println!("Building the front end (about 5 minutes the first time on two cores) ...");
    let start = Instant::now();
    let target = workspace::target_dir()?;
    // wasm-bindgen adds to this folder and Trunk copies all of it: what an older build left there
    // must not come into this one.
    workspace::remove_dir(&target.join("wasm-bindgen"))?;
    let staged = target.join("keepwell-web");
    workspace::make_dir(&staged)?;
    let mut trunk = tools.trunk(root)?;
    trunk
        .args(["build", "--release", "--skip-version-check", "--dist"])
        .arg(&staged);
    process::run(&mut trunk, log)?;

    let files = finish::finish(read_all(&staged)?)?;
    write_all(dist, &files, inputs)?;
    println!(
        "The front end stands in {} ({} s).",
        dist.display(),
        start.elapsed().as_secs()
    );
    Ok(())
}

fn read_all(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for path in workspace::files_below(folder)? {
        let content = fs::read(folder.join(&path)).map_err(|error| format!("{path}: {error}."))?;
        files.insert(path, content);
    }
    Ok(files)
}

/// Writes all files, a `.br` beside each, and last the manifest: a folder with a manifest is complete.
fn write_all(dist: &Path, files: &Files, inputs: &str) -> Result<()> {
    workspace::remove_dir(dist)?;
    let mut facts = serde_json::Map::new();
    for (path, content) in files {
        let compressed = compress(content)?;
        write(&dist.join(path), content)?;
        write(&dist.join(format!("{path}.br")), &compressed)?;
        let sha256 = finish::hex(&Sha256::digest(content));
        let fact =
            serde_json::json!({ "sha256": sha256, "size": content.len(), "br": compressed.len() });
        facts.insert(path.clone(), fact);
    }
    let manifest = serde_json::json!({ "inputs": inputs, "files": facts });
    write(
        &dist.join("manifest.json"),
        format!("{manifest:#}\n").as_bytes(),
    )
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        workspace::make_dir(folder)?;
    }
    fs::write(path, content)
        .map_err(|error| format!("{} can not be written: {error}.", path.display()))
}

/// RFC 7932 at the highest quality: files are compressed once and downloaded often.
fn compress(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters)
        .map_err(|error| format!("Compression failed: {error}."))?;
    Ok(compressed)
}
