//! libFuzzer over the targets of all crates: one program, and the environment says which target.
//!
//! `KEEPWELL_FUZZ_SEEDS=DIR` writes the samples of every target into a folder of its name and ends;
//! `KEEPWELL_FUZZ_TARGET=NAME` feeds that one.

#![no_main]

use std::{env, fs, path::Path, process::exit, sync::OnceLock};

use keepwell_shared::fuzz::Target;
use libfuzzer_sys::{Corpus, fuzz_target};

static CHOSEN: OnceLock<Target> = OnceLock::new();

fn targets() -> Vec<Target> {
    let mut all = keepwell_shared::fuzz::targets();
    all.extend(keepwell_vault::fuzz::targets());
    all.extend(keepwell_record::fuzz::targets());
    all.extend(keepwell_age::fuzz::targets());
    all.extend(keepwell_backend::fuzz::targets());
    all
}

fn choose() {
    if let Some(folder) = env::var_os("KEEPWELL_FUZZ_SEEDS") {
        for target in targets() {
            let folder = Path::new(&folder).join(target.name);
            fs::create_dir_all(&folder).expect("a folder for the samples");
            for (number, sample) in (target.samples)().iter().enumerate() {
                let file = folder.join(format!("sample-{number}"));
                fs::write(file, sample).expect("a sample is written");
            }
        }
        exit(0);
    }
    let name = env::var("KEEPWELL_FUZZ_TARGET").unwrap_or_default();
    let chosen = targets().into_iter().find(|target| target.name == name);
    let Some(chosen) = chosen else {
        eprintln!("There is no target `{name}`.");
        exit(2);
    };
    CHOSEN.get_or_init(|| chosen);
}

fuzz_target!(init: choose(), |bytes: &[u8]| -> Corpus {
    if let Some(target) = CHOSEN.get() {
        (target.run)(bytes);
    }
    Corpus::Keep
});
