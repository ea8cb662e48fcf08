//! `cargo xtask test`: everything that must hold before a change is taken in.
//!
//! Host code is checked and tested in the release profile, the front end in the profile `web`: what
//! the product needs is compiled once, and the tests meet the code that is shipped. A stage that
//! fails does not stop the stages that do not need it.
use std::{
    env,
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use crate::{
    Result, audit, browser, build, first_command, process, stage::Stages, tidy, tools, vectors,
    workspace,
};

/// The most that a first visit may transfer, compressed, in bytes.
const FIRST_VISIT: u64 = 500_000;

/// The test program that needs a browser.
const JOURNEY: &str = "browser";

/// The stage whose tests print which vectors they ran.
const NATIVE: &str = "unit and native tests";

/// `cargo xtask test`
pub(crate) fn main(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err("`cargo xtask test` takes no options.".into());
    }
    let root = workspace::root()?;
    let output = root.join("test-output");
    workspace::remove_dir(&output)?;
    let mut stages = Stages::new(output.join("logs"))?;

    stages.check("tools", |_| {
        tools::ensure()?;
        tools::ensure_checkers()
    });
    stages.check("format", |log| {
        process::run(
            process::cargo(&root).args(["fmt", "--check", "--all"]),
            Some(log),
        )
    });
    stages.check("tidy", tidy::check);
    stages.check("trust boundary", trust_boundary);
    if audit::wanted()? {
        stages.check("audit", audit::check);
    } else {
        println!(
            "\nskipped: the audit of dependencies, because its tool is not installed yet; `cargo xtask audit` installs and runs it"
        );
    }
    stages.check("clippy host", |log| {
        let mut cargo = process::cargo(&root);
        cargo.args(["clippy", "--release", "--workspace", "--all-targets"]);
        process::run(cargo.args(["--", "-D", "warnings"]), Some(log))
    });
    stages.check("clippy wasm", |log| {
        let mut cargo = process::cargo(&root);
        cargo.args([
            "clippy",
            "--profile",
            "web",
            "--target",
            "wasm32-unknown-unknown",
        ]);
        for package in [
            "keepwell-frontend",
            "keepwell-worker",
            "keepwell-record",
            "keepwell-vault",
            "keepwell-shared",
        ] {
            cargo.args(["--package", package]);
        }
        process::run(cargo.args(["--", "-D", "warnings"]), Some(log))
    });
    let product = stages.check("product build", |log| {
        let sizes = build::product(Some(log))?;
        Ok((sizes, workspace::server_binary()?, workspace::dist()?))
    });
    if let Some((sizes, ..)) = &product {
        stages.check("first visit", |_| match sizes.first_page + sizes.entry {
            ..=FIRST_VISIT => Ok(()),
            _ => Err(format!(
                "{} The limit for both is {} kB.",
                sizes.sentence(),
                FIRST_VISIT / 1000
            )),
        });
    }

    if product.is_some() {
        stages.check("first command", first_command::check);
    }

    // Without a product the tests that need it fail by themselves rather than meet an older one.
    let mut given: Vec<(&str, PathBuf)> = vec![("KEEPWELL_TEST_OUTPUT", output)];
    if let Some((_, server, dist)) = &product {
        given.push(("KEEPWELL_SERVER_BIN", server.clone()));
        given.push(("KEEPWELL_DIST", dist.clone()));
    }
    let real = env::var_os("KEEPWELL_FHIR_DIR");
    if !real
        .as_ref()
        .is_some_and(|folder| Path::new(folder).is_dir())
    {
        let why = if real.is_some() {
            "names no folder"
        } else {
            "is not set"
        };
        println!(
            "\nskipped: tests with real FHIR bundles, because KEEPWELL_FHIR_DIR {why} (own fixtures run)"
        );
    }
    let mut programs = cargo_test(&given)?;
    programs.args(["--no-fail-fast", "--lib", "--bins"]);
    for program in test_programs()?
        .iter()
        .filter(|program| *program != JOURNEY)
    {
        programs.args(["--test", program]);
    }
    // What a test prints is kept in the log: the counts of vectors are read from it.
    programs.args(["--", "--show-output"]);
    let mut examples = cargo_test(&given)?;
    examples.args(["--no-fail-fast", "--doc"]);
    stages.tests(NATIVE, vec![programs, examples]);
    let output = stages.output(NATIVE);
    stages.check("vectors", |_| vectors::table(&output?));
    second_implementation(&mut stages);

    if product.is_none() {
        stages.check("browser journey", |_| {
            Err::<(), _>("Not run: the product did not build.".into())
        });
    } else if let Some(browser) = stages.check("browser", browser::ensure) {
        given.push(("KEEPWELL_CHROMIUM", browser.chromium));
        given.push(("KEEPWELL_CHROMEDRIVER", browser.driver));
        match stages.quietly(|log| vectors::axe(&vectors::python(log)?)) {
            Ok(script) => given.push(("KEEPWELL_AXE", script)),
            // The journeys fail without it on a build machine.
            Err(sentence) => println!("\nskipped: axe-core ({sentence})"),
        }
        let mut journey = cargo_test(&given)?;
        journey.args(["--test", JOURNEY, "--", "--nocapture"]);
        stages.tests("browser journey", vec![journey]);
    }
    Ok(stages.finish())
}

/// The frozen vectors once more, in Python. Where there is none it is left out, but never on a build
/// machine.
fn second_implementation(stages: &mut Stages) {
    const NAME: &str = "second implementation";
    if vectors::must_run() {
        stages.check(NAME, |log| vectors::second(&vectors::python(log)?, log));
        return;
    }
    match stages.quietly(vectors::python) {
        Ok(python) => {
            stages.check(NAME, |log| vectors::second(&python, log));
        }
        Err(sentence) => {
            println!("\nskipped: {NAME}, because there is no Python for it ({sentence})")
        }
    }
}

/// The same packages and profile every time: another choice would give the dependencies other
/// features and compile them again.
pub(crate) fn cargo_test(given: &[(&str, PathBuf)]) -> Result<Command> {
    let mut cargo = process::cargo(&workspace::root()?);
    cargo.args(["test", "--release", "--workspace"]);
    cargo.envs(given.iter().map(|(name, value)| (name, value)));
    Ok(cargo)
}

/// The names of all integration test programs.
fn test_programs() -> Result<Vec<String>> {
    let metadata = workspace::metadata()?;
    let packages = metadata.get("packages").and_then(|list| list.as_array());
    let targets = packages
        .into_iter()
        .flatten()
        .filter_map(|package| package.get("targets")?.as_array())
        .flatten();
    let is_test = |target: &&serde_json::Value| {
        let kinds = target.get("kind").and_then(|list| list.as_array());
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"))
    };
    let name = |target: &serde_json::Value| Some(target.get("name")?.as_str()?.to_owned());
    let mut names: Vec<String> = targets.filter(is_test).filter_map(name).collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// The server can not name the vault: not even through something that it only builds with.
fn trust_boundary(log: &File) -> Result<()> {
    stands_only_on(
        "keepwell-backend",
        &["keepwell-backend", "keepwell-shared"],
        log,
    )?;
    // What reads the records of others meets no key.
    stands_only_on("keepwell-record", &["keepwell-record"], log)
}

fn stands_only_on(package: &str, allowed: &[&str], mut log: &File) -> Result<()> {
    for edges in ["normal", "normal,build"] {
        let mut cargo = process::cargo(&workspace::root()?);
        cargo.args([
            "tree",
            "--package",
            package,
            "--prefix",
            "none",
            "--target",
            "all",
        ]);
        let tree = process::capture(cargo.args(["--edges", edges]))?;
        let written = writeln!(log, "edges {edges}:\n{tree}");
        written.map_err(|error| format!("The log can not be written: {error}."))?;
        let mut names: Vec<&str> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .collect();
        names.sort_unstable();
        names.dedup();
        let own: Vec<&str> = names
            .iter()
            .copied()
            .filter(|name| name.starts_with("keepwell-"))
            .collect();
        println!(
            "{package} ({edges}) stands on {} packages; of this repository: {}",
            names.len(),
            own.join(", ")
        );
        if own != allowed {
            return Err(format!(
                "{package} may stand on {} only.",
                allowed.join(", ")
            ));
        }
    }
    Ok(())
}
