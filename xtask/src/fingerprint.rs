//! Whether the front end in `dist` is the one that the sources would give.
use std::{fs, path::Path};

use sha2::{Digest, Sha256};

use crate::{Result, finish::hex, workspace};

/// Folders whose files shape the front end. The steps in `xtask` shape it as much as its sources do.
const FOLDERS: [&str; 3] = ["frontend", "shared", "xtask/src"];
const BENCHMARK: [&str; 3] = [
    "frontend/src/bench/",
    "frontend/worker/src/bench.rs",
    "xtask/src/bench",
];
const FILES: [&str; 5] = [
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
];

/// SHA-256 over the names and contents of all inputs and over `versions`, as hex.
///
/// Contents rather than times: a fresh clone or a change taken back needs no new build.
pub(crate) fn of_inputs(root: &Path, versions: &str) -> Result<String> {
    let mut inputs: Vec<String> = FILES.map(str::to_owned).to_vec();
    for folder in FOLDERS {
        let below = workspace::files_below(&root.join(folder))?;
        inputs.extend(below.into_iter().map(|file| format!("{folder}/{file}")));
    }
    // The benchmark looks at the front end and shapes nothing of it.
    inputs.retain(|name| !BENCHMARK.iter().any(|start| name.starts_with(start)));
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(versions.as_bytes());
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        add(std::env::var_os(name)
            .unwrap_or_default()
            .as_encoded_bytes());
    }
    for name in inputs {
        // A file that may be missing (cargo's configuration) counts as empty.
        add(name.as_bytes());
        add(&fs::read(root.join(&name)).unwrap_or_default());
    }
    Ok(hex(&hash.finalize()))
}

/// Whether `dist` was finished from exactly these inputs and is still complete.
pub(crate) fn matches(dist: &Path, inputs: &str) -> bool {
    let Ok(text) = fs::read_to_string(dist.join("manifest.json")) else {
        return false;
    };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(&text) else {
        return false;
    };
    let complete = |(path, facts): (&String, &serde_json::Value)| {
        let size_is = |file: String, fact: &str| {
            let there = fs::metadata(dist.join(file)).map(|found| found.len()).ok();
            there.is_some() && there == facts.get(fact).and_then(serde_json::Value::as_u64)
        };
        size_is(path.clone(), "size") && size_is(format!("{path}.br"), "br")
    };
    manifest.get("inputs").and_then(|value| value.as_str()) == Some(inputs)
        && manifest
            .get("files")
            .and_then(|value| value.as_object())
            .is_some_and(|files| !files.is_empty() && files.iter().all(complete))
}
