//! Finding, and where that is allowed installing, the browser for the journey through the screens.
use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Result, process};

/// Chromium and its driver.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

/// Both programs, installed first on a build machine. The error is the one command to type.
pub(crate) fn ensure(log: &File) -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    let apt = process::find("apt-get");
    if may_install() {
        println!("Installing chromium and chromium-driver by apt (about 2 minutes) ...");
        // Whether that worked is seen below, which also says what to type if it did not.
        if let Err(sentence) = apt_install(&["chromium", "chromium-driver"], log) {
            println!("{sentence}");
        }
    }
    find().ok_or_else(|| {
        let command = if apt.is_some() {
            "sudo apt-get install chromium chromium-driver"
        } else if cfg!(target_os = "macos") {
            "brew install --cask chromium chromedriver"
        } else {
            "your system's command that installs chromium and chromedriver"
        };
        format!("Chromium or its driver is missing, so the journey did not run. Type: {command}")
    })
}

fn find() -> Option<Browser> {
    Some(Browser {
        chromium: chromium()?,
        driver: named(
            "KEEPWELL_CHROMEDRIVER",
            &["chromedriver", "chromium.chromedriver"],
        )?,
    })
}

/// Chromium alone, where it is installed.
pub(crate) fn chromium() -> Option<PathBuf> {
    let in_applications = Path::new("/Applications/Chromium.app/Contents/MacOS/Chromium");
    named(
        "KEEPWELL_CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"],
    )
    .or_else(|| in_applications.is_file().then(|| in_applications.into()))
}

fn named(variable: &str, programs: &[&str]) -> Option<PathBuf> {
    env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| programs.iter().find_map(|program| process::find(program)))
}

/// Whether this command may install programs: as root, and on a build machine.
fn may_install() -> bool {
    let apt = process::find("apt-get");
    apt.is_some() && (is_root() || env::var("CI").is_ok_and(|value| value == "true"))
}

/// Installs Debian packages, where that is allowed.
pub(crate) fn apt_install(packages: &[&str], log: &File) -> Result<()> {
    if !may_install() {
        return Err(format!(
            "Missing and to be installed: {}.",
            packages.join(", ")
        ));
    }
    apt_get(&["update"], log)?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get(&arguments, log)
}

fn apt_get(arguments: &[&str], log: &File) -> Result<()> {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        // On a build machine sudo asks for no password; `-n` makes it fail rather than wait.
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "apt-get"]);
        sudo
    };
    process::run(
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"),
        Some(log),
    )
}

/// Whether this is the account that Chromium's own sandbox refuses to start for.
#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}
