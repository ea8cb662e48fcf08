//! What the build needs on this machine: checked, and installed where that is possible.
//!
//! Tools go into versioned folders of their own that all clones share; nothing that the person has
//! installed is changed, except that rustup gets one more target.
use std::{
    env,
    ffi::OsString,
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Result, process, workspace};

/// The newest Trunk that builds with this repository's oldest Rust.
const TRUNK: &str = "0.21.14";
/// What looks at licences, sources, duplicates and advisories.
const DENY: Tool<'static> = Tool {
    package: "cargo-deny",
    binary: "cargo-deny",
    version: "0.20.2",
    locked: true,
    minutes: 3,
};
const WASM: &str = "wasm32-unknown-unknown";

/// The tools of one build, all present.
pub(crate) struct Tools {
    trunk: PathBuf,
    bindgen_dir: PathBuf,
    versions: String,
}

impl Tools {
    /// Trunk, started in `folder` with exactly our wasm-bindgen before any other on the PATH.
    pub(crate) fn trunk(&self, folder: &Path) -> Result<Command> {
        let mut trunk = Command::new(&self.trunk);
        trunk.current_dir(folder).env("PATH", self.path()?);
        // Trunk 0.21 reads NO_COLOR as a boolean word and refuses the usual `1`.
        if env::var_os("NO_COLOR").is_some() {
            trunk.env("NO_COLOR", "true");
        }
        Ok(trunk)
    }

    /// Exactly our wasm-bindgen.
    pub(crate) fn bindgen(&self) -> Command {
        let file = format!("wasm-bindgen{}", env::consts::EXE_SUFFIX);
        Command::new(self.bindgen_dir.join(file))
    }

    /// Everything outside the repository that shapes the front end's bytes.
    pub(crate) fn versions(&self) -> &str {
        &self.versions
    }

    fn path(&self) -> Result<OsString> {
        let rest = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bindgen_dir.clone()).chain(env::split_paths(&rest));
        env::join_paths(folders).map_err(|error| format!("The PATH can not be extended: {error}."))
    }
}

/// Checks what must be there and installs what is missing.
pub(crate) fn ensure() -> Result<Tools> {
    c_compiler()?;
    wasm_target()?;
    let bindgen = workspace::locked_version("wasm-bindgen")?;
    let trunk = installed(&Tool {
        package: "trunk",
        binary: "trunk",
        version: TRUNK,
        locked: true,
        minutes: 8,
    })?;
    let bindgen_bin = installed(&Tool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: &bindgen,
        locked: false,
        minutes: 2,
    })?;
    let rustc = process::capture(rustc().arg("--version"))?;
    Ok(Tools {
        trunk,
        bindgen_dir: bindgen_bin
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default(),
        versions: format!("trunk {TRUNK}, wasm-bindgen {bindgen}, {}", rustc.trim()),
    })
}

/// cargo-deny, installed first if need be.
pub(crate) fn deny() -> Result<PathBuf> {
    c_compiler()?;
    installed(&DENY)
}

/// Whether cargo-deny is there already.
pub(crate) fn has_deny() -> Result<bool> {
    Ok(works(&binary(&DENY)?, DENY.version))
}

/// The formatter and the linter, which rustup's minimal profile leaves out.
pub(crate) fn ensure_checkers() -> Result<()> {
    let bin = sysroot()?.join("bin");
    for (component, program) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        let file = format!("{program}{}", env::consts::EXE_SUFFIX);
        if bin.join(file).is_file() || process::find(program).is_some() && !has_rustup() {
            continue;
        }
        if !has_rustup() {
            return Err(format!(
                "{component} is missing: install it beside your Rust, then call this again."
            ));
        }
        println!("Adding Rust's component {component} (about 20 seconds) ...");
        process::run(
            Command::new("rustup").args(["component", "add", component]),
            None,
        )?;
    }
    Ok(())
}

/// SQLite and the TLS library are C: without a compiler the server does not build.
fn c_compiler() -> Result<()> {
    let named = ["CC", "HOST_CC"]
        .iter()
        .any(|name| env::var_os(name).is_some());
    if named
        || ["cc", "gcc", "clang", "cl"]
            .iter()
            .any(|name| process::find(name).is_some())
    {
        return Ok(());
    }
    Err(if cfg!(target_os = "macos") {
        "A C compiler is missing: type `xcode-select --install`."
    } else {
        "A C compiler is missing: type `sudo apt-get install build-essential` (Debian, Ubuntu) or your system's like."
    }
    .into())
}

fn wasm_target() -> Result<()> {
    let libraries = sysroot()?.join("lib/rustlib").join(WASM).join("lib");
    if libraries.is_dir() {
        return Ok(());
    }
    if !has_rustup() {
        return Err(format!(
            "Rust can not build for {WASM} yet and rustup is missing: install rustup (https://rustup.rs) and call this again."
        ));
    }
    println!("Adding Rust's target {WASM} (about 20 seconds) ...");
    process::run(Command::new("rustup").args(["target", "add", WASM]), None)
}

struct Tool<'a> {
    package: &'a str,
    binary: &'a str,
    version: &'a str,
    /// Whether the package's own lock file is used.
    locked: bool,
    /// How long an installation takes on two cores.
    minutes: u32,
}

/// The path of the tool's binary, installed first if need be.
fn installed(tool: &Tool<'_>) -> Result<PathBuf> {
    let tools = workspace::tools()?;
    let folder = folder(tool)?;
    let binary = binary(tool)?;
    if works(&binary, tool.version) {
        return Ok(binary);
    }
    workspace::make_dir(&tools)?;
    let _alone = alone(&tools)?;
    // Another clone may have installed it while this one waited.
    if works(&binary, tool.version) {
        return Ok(binary);
    }
    println!(
        "Installing {} {} into {} (about {} minutes on two cores, once per machine) ...",
        tool.package,
        tool.version,
        folder.display(),
        tool.minutes
    );
    // cargo puts a binary in place only when it is complete, and the build folder outlives an
    // interruption: the next start goes on where this one stopped. Cargo runs in the tools' folder,
    // so that this repository's cargo configuration does not apply.
    let build = tools.join("build");
    let mut cargo = process::cargo(&tools);
    cargo.args([
        "install",
        tool.package,
        "--version",
        tool.version,
        "--force",
        "--root",
    ]);
    cargo.arg(&folder).arg("--target-dir").arg(&build);
    if tool.locked {
        cargo.arg("--locked");
    }
    process::run(&mut cargo, None).map_err(|error| {
        format!(
            "{error}\n{} could not be installed: see above; a new start goes on from here.",
            tool.package
        )
    })?;
    workspace::remove_dir(&build)?;
    if works(&binary, tool.version) {
        return Ok(binary);
    }
    Err(format!(
        "{} was installed but does not answer `--version` with {}.",
        binary.display(),
        tool.version
    ))
}

fn folder(tool: &Tool<'_>) -> Result<PathBuf> {
    Ok(workspace::tools()?.join(format!("{}-{}", tool.binary, tool.version)))
}

fn binary(tool: &Tool<'_>) -> Result<PathBuf> {
    let file = format!("{}{}", tool.binary, env::consts::EXE_SUFFIX);
    Ok(folder(tool)?.join("bin").join(file))
}

fn works(binary: &Path, version: &str) -> bool {
    if !binary.is_file() {
        return false;
    }
    let answer = process::capture(Command::new(binary).arg("--version")).unwrap_or_default();
    answer.split_whitespace().nth(1) == Some(version)
}

/// One installation at a time, across clones; released when the file is closed, also by a crash.
pub(crate) fn alone(tools: &Path) -> Result<File> {
    let path = tools.join("install.lock");
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let file = file.map_err(|error| format!("{} can not be written: {error}.", path.display()))?;
    if file.try_lock().is_err() {
        println!("Waiting for another installation on this machine ...");
        file.lock()
            .map_err(|error| format!("{} can not be locked: {error}.", path.display()))?;
    }
    Ok(file)
}

fn sysroot() -> Result<PathBuf> {
    let path = process::capture(rustc().args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(path.trim()))
}

fn has_rustup() -> bool {
    process::find("rustup").is_some()
}

fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}
