//! Where things are: the repository, cargo's target folder, the caches, the versions in the lock.
use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{Result, process};

/// The folder that holds the root `Cargo.toml`.
pub(crate) fn root() -> Result<PathBuf> {
    // `cargo run` names this crate's folder at run time; the compiled-in path is for a binary that
    // was started by hand.
    let own = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent()
        .map(Path::to_path_buf)
        .ok_or_else(|| "The repository's root folder was not found.".into())
}

/// What `cargo metadata` knows of this repository's own crates.
pub(crate) fn metadata() -> Result<serde_json::Value> {
    let mut cargo = process::cargo(&root()?);
    cargo.args(["metadata", "--format-version", "1", "--no-deps"]);
    let text = process::capture(&mut cargo)?;
    serde_json::from_str(&text).map_err(|error| format!("`cargo metadata` is unreadable: {error}."))
}

/// Cargo's target folder, with `CARGO_TARGET_DIR` and cargo's own configuration respected.
pub(crate) fn target_dir() -> Result<PathBuf> {
    metadata()?
        .get("target_directory")
        .and_then(|folder| folder.as_str())
        .map(PathBuf::from)
        .ok_or_else(|| "`cargo metadata` names no target folder.".into())
}

/// The server as `build` leaves it.
pub(crate) fn server_binary() -> Result<PathBuf> {
    let name = format!("keepwell-server{}", env::consts::EXE_SUFFIX);
    Ok(target_dir()?.join("release").join(name))
}

/// The finished front end.
pub(crate) fn dist() -> Result<PathBuf> {
    Ok(root()?.join("dist"))
}

/// The folder for tools that every clone on this machine shares.
pub(crate) fn tools() -> Result<PathBuf> {
    Ok(cache()?.join("tools"))
}

/// What every clone on this machine shares and may be deleted at any time.
pub(crate) fn cache() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        // The XDG specification tells programs to ignore relative paths.
        .filter(|folder| folder.is_absolute())
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or("Neither XDG_CACHE_HOME nor a home folder is set: set one of them.")?;
    Ok(cache.join("keepwell"))
}

/// The version of `package` that `Cargo.lock` fixes.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let path = root()?.join("Cargo.lock");
    let lock = read_text(&path)?;
    find_locked_version(&lock, package)
        .ok_or_else(|| format!("Cargo.lock does not hold the package `{package}`."))
}

fn find_locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines.next()?.strip_prefix("version = \"")?;
    version.strip_suffix('"').map(str::to_owned)
}

/// Reads a UTF-8 file; the error names it.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{} is unreadable: {error}.", path.display()))
}

/// Makes `folder` and its parents.
pub(crate) fn make_dir(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("{} can not be made: {error}.", folder.display()))
}

/// Removes `folder` with everything in it; a folder that is not there is fine.
pub(crate) fn remove_dir(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{} can not be removed: {error}.", folder.display()))
        }
        _ => Ok(()),
    }
}

/// All files below `folder`, as sorted paths with `/`, relative to `folder`; empty when it is not there.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_path_buf(), String::new())];
    while let Some((here, prefix)) = open.pop() {
        let entries = match fs::read_dir(&here) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.map_err(|error| format!("{}: {error}.", here.display()))?,
        };
        for entry in entries {
            let entry = entry.map_err(|error| format!("{}: {error}.", here.display()))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push((entry.path(), format!("{name}/"))),
                Ok(kind) if kind.is_file() => found.push(name),
                _ => {}
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_locked_version_of_exactly_the_named_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            find_locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(find_locked_version(lock, "wasm"), None);
    }
}
