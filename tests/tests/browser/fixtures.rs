//! The files that the patient has.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use keepwell_tests::{fhir_folder, noise};
use tempfile::TempDir;

/// Files in a folder that goes when the journey ends.
pub(crate) struct Fixtures {
    folder: TempDir,
    /// A FHIR bundle of 1.1 MB.
    pub(crate) bundle: Held,
    /// A small file that takes the bundle's place.
    pub(crate) letter: Held,
    /// 64 MiB.
    pub(crate) large: Held,
}

/// A file whose content is known.
pub(crate) struct Held {
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

impl Held {
    fn write(folder: &Path, name: &str, bytes: Vec<u8>) -> Self {
        let path = folder.join(name);
        fs::write(&path, &bytes).expect("a file");
        Self { path, bytes }
    }

    pub(crate) fn name(&self) -> &str {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.expect("a name in UTF-8")
    }

    /// The name without its ending.
    pub(crate) fn stem(&self) -> &str {
        self.name().split('.').next().expect("a name")
    }

    pub(crate) fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Asserts that these are the bytes of the file.
    pub(crate) fn is(&self, bytes: &[u8]) {
        assert!(self.bytes == bytes, "{} came back changed", self.name());
    }
}

impl Fixtures {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for files");
        let at = folder.path();
        let bundle = real_bundle()
            .unwrap_or_else(|| Held::write(at, "all-observations.json", own_bundle().into_bytes()));
        let letter = b"Dear patient, your observations were taken back.".to_vec();
        Self {
            bundle,
            letter: Held::write(at, "letter-of-discharge.txt", letter),
            large: Held::write(at, "heart-ultrasound.pdf", noise(64, 64 << 20)),
            folder,
        }
    }

    /// The content of the large file under another name.
    pub(crate) fn another_large(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::hard_link(&self.large.path, &path).expect("a second name");
        path
    }

    /// A file of so many zeros, which takes no room.
    pub(crate) fn zeros(&self, name: &str, length: u64) -> PathBuf {
        let path = self.folder.path().join(name);
        let file = File::create(&path).expect("a file");
        file.set_len(length).expect("its length");
        path
    }
}

fn real_bundle() -> Option<Held> {
    let path = fhir_folder()?.join("synthea-jed-pollich.json");
    let bytes = fs::read(&path).ok()?;
    Some(Held { path, bytes })
}

/// A bundle of the same size as the real one.
fn own_bundle() -> String {
    let entry = |number: u32| {
        format!(
            r#"{{"resource":{{"resourceType":"Observation","id":"observation-{number}","status":"final","code":{{"text":"Body weight"}},"valueQuantity":{{"value":{},"unit":"kg"}}}}}}"#,
            60 + number % 40
        )
    };
    let entries: Vec<String> = (0..7_000).map(entry).collect();
    format!(
        r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#,
        entries.join(",\n")
    )
}
