//! Searching for what must not be there.

use std::{fs, path::Path};

use keepwell_shared::bytes::to_base64url;
use memchr::memmem;

use crate::Server;

/// Every file that the server wrote, and its log, by name.
pub fn files(server: &Server) -> Vec<(String, Vec<u8>)> {
    let mut all = vec![("log".to_owned(), fs::read(server.log()).expect("the log"))];
    below(&server.data(), &mut all);
    all
}

fn below(folder: &Path, all: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder of the data") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            below(&path, all);
        } else {
            let bytes = fs::read(&path).expect("a file of the server");
            all.push((path.display().to_string(), bytes));
        }
    }
}

/// The forms in which a secret might slip out.
pub fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let wide: Vec<u8> = secret.iter().flat_map(|byte| [*byte, 0]).collect();
    // The first characters of base64 do not depend on what follows.
    let whole = secret.len() / 3 * 3;
    let base64url = to_base64url(&secret[..whole]);
    vec![
        ("itself", secret.to_vec()),
        (
            "base64",
            base64url.replace('-', "+").replace('_', "/").into_bytes(),
        ),
        ("base64url", base64url.into_bytes()),
        ("capital hex", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
        ("UTF-16", wide),
    ]
}

/// Whether `needle` is somewhere in `bytes`.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    memmem::find(bytes, needle).is_some()
}
