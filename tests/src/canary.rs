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
    let mut all = vec![
        ("itself", secret.to_vec()),
        ("capital hex", hex.to_uppercase().into_bytes()),
        ("hex", hex.into_bytes()),
        ("UTF-16", wide),
    ];
    for before in 0..3 {
        let base64url = inside_base64url(secret, before);
        let base64 = base64url.replace('-', "+").replace('_', "/");
        all.push(("base64", base64.into_bytes()));
        all.push(("base64url", base64url.into_bytes()));
    }
    all
}

/// The characters of base64url that hang on the secret alone, where `before` bytes stand in front of it
/// in its group of three.
fn inside_base64url(secret: &[u8], before: usize) -> String {
    let padded = [vec![0; before], secret.to_vec()].concat();
    let first = (before * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    to_base64url(&padded)[first..last].to_owned()
}

/// Whether `needle` is somewhere in `bytes`.
pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    memmem::find(bytes, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_base64_wherever_it_stands() {
        let secret: Vec<u8> = (200..=231).collect();
        for before in 0..6 {
            for after in 0..4 {
                let whole = [vec![7; before], secret.clone(), vec![9; after]].concat();
                let text = to_base64url(&whole);
                let found = |named: &str, text: &str| {
                    let mut forms = forms(&secret).into_iter();
                    forms.any(|(form, needle)| form == named && contains(text.as_bytes(), &needle))
                };
                assert!(found("base64url", &text), "{before} before, {after} after");
                let other = text.replace('-', "+").replace('_', "/");
                assert!(found("base64", &other), "{before} before, {after} after");
                let mut changed = whole.clone();
                changed[before + 16] ^= 1;
                assert!(!found("base64url", &to_base64url(&changed)));
            }
        }
    }
}
