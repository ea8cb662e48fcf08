//! What the figures were measured on.
use std::{fs, thread};

use serde_json::{Value, json};

use crate::process;

/// Cores, processor and compiler.
pub(super) fn describe() -> Value {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let mut rustc = std::process::Command::new("rustc");
    let rustc = process::capture(rustc.arg("--version")).unwrap_or_default();
    json!({
        "cores": cores,
        "processor": processor(),
        "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        "rustc": rustc.trim(),
        "keepwell": env!("CARGO_PKG_VERSION"),
    })
}

fn processor() -> Option<String> {
    let info = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim().to_owned())
}
