//! The files of the front end. They are read once, at start: what is served afterwards is what was
//! there then, and a path is looked up in a list instead of on a disk, so that none leads outside.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{
        ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    },
};
use keepwell_shared::bytes::Hash;
use warp::reply::Response;

use crate::{routes::Told, start_error::StartError};

/// The page that draws every address of the application.
const INDEX: &str = "/index.html";
/// Where compressed siblings are found.
const BROTLI: &str = ".br";
/// A name that changes with its contents is kept for a year.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Hexadecimal digits of such a name.
const HASH_DIGITS: usize = 16;

/// The files by path.
#[derive(Debug)]
pub(crate) struct Statics(HashMap<String, File>);

#[derive(Debug)]
struct File {
    plain: Bytes,
    brotli: Option<Bytes>,
    kind: &'static str,
    etag: String,
    for_ever: bool,
}

impl Statics {
    /// Reads a folder.
    ///
    /// # Errors
    /// [`StartError::NoWeb`] where no front end was built.
    pub(crate) fn load(folder: &Path) -> Result<Self, StartError> {
        let mut found = HashMap::new();
        read_folder(folder, "", &mut found).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => no_web(folder),
            _ => StartError::io("read", folder, source),
        })?;
        let mut files = HashMap::new();
        for (path, plain) in &found {
            if path.ends_with(BROTLI) {
                continue;
            }
            let file = File {
                plain: plain.clone(),
                brotli: found.get(&format!("{path}{BROTLI}")).cloned(),
                kind: kind(path),
                etag: Hash::of(plain).to_text(),
                for_ever: is_hashed(path),
            };
            files.insert(path.clone(), file);
        }
        if files.contains_key(INDEX) {
            Ok(Self(files))
        } else {
            Err(no_web(folder))
        }
    }

    /// One page, one hashed script with its compressed form.
    #[cfg(feature = "fuzz")]
    pub(crate) fn sample() -> Self {
        let file = |path: &str, brotli| File {
            plain: Bytes::from_static(b"plain"),
            brotli,
            kind: kind(path),
            etag: Hash::of(path.as_bytes()).to_text(),
            for_ever: is_hashed(path),
        };
        let squeezed = Some(Bytes::from_static(b"br"));
        let all = [(INDEX, None), ("/app-0123456789abcdef.js", squeezed)];
        Self(
            all.into_iter()
                .map(|(path, brotli)| (path.to_owned(), file(path, brotli)))
                .collect(),
        )
    }

    /// The file at a path; none where there is nothing, or something that is not read.
    pub(crate) fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
    ) -> Option<Response> {
        if (method != Method::GET && method != Method::HEAD) || is_api(path) {
            return None;
        }
        // Addresses of screens have no dot; the application finds out which one it is.
        let file = match self.0.get(path) {
            Some(file) => file,
            None if !path.contains('.') => self.0.get(INDEX)?,
            None => return None,
        };
        let mut response = file.answer(headers)?;
        response.extensions_mut().insert(Told {
            route: "file",
            code: None,
            cause: None,
        });
        Some(response)
    }
}

impl File {
    fn answer(&self, asked: &HeaderMap) -> Option<Response> {
        let brotli = self.brotli.as_ref().filter(|_| takes_brotli(asked));
        let etag = match brotli {
            Some(_) => format!("\"{}-br\"", self.etag),
            None => format!("\"{}\"", self.etag),
        };
        let known = asked
            .get(IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(|one| one.trim() == etag));
        let mut response = if known {
            let mut response = Response::new(Bytes::new().into());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            Response::new(brotli.unwrap_or(&self.plain).clone().into())
        };
        let headers = response.headers_mut();
        headers.insert(ETAG, HeaderValue::from_str(&etag).ok()?);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(
            CACHE_CONTROL,
            HeaderValue::from_static(if self.for_ever { FOR_EVER } else { "no-cache" }),
        );
        if self.brotli.is_some() {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if brotli.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        Some(response)
    }
}

fn no_web(folder: &Path) -> StartError {
    StartError::NoWeb {
        path: folder.to_owned(),
    }
}

/// Files by their path from the root, with slashes.
fn read_folder(folder: &Path, prefix: &str, into: &mut HashMap<String, Bytes>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{prefix}/{name}");
        let place: PathBuf = entry.path();
        if name.starts_with('.') {
            continue;
        } else if place.is_dir() {
            read_folder(&place, &path, into)?;
        } else {
            into.insert(path, Bytes::from(fs::read(place)?));
        }
    }
    Ok(())
}

fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Whether the name carries a hash: a hyphen and sixteen hexadecimal digits before a dot, or
/// before the underscore that wasm-bindgen puts there.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('-').skip(1).any(|rest| {
        rest.split_at_checked(HASH_DIGITS)
            .is_some_and(|(digits, end)| {
                digits.bytes().all(|b| b.is_ascii_hexdigit()) && end.starts_with(['.', '_'])
            })
    })
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| {
            let mut words = one.split(';').map(str::trim);
            let named = words
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case("br"));
            let refused = words.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            named && !refused
        })
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statics() -> (tempfile::TempDir, Statics) {
        let folder = tempfile::tempdir().unwrap();
        let web = folder.path().join("dist");
        fs::create_dir_all(web.join("snippets")).unwrap();
        for (name, text) in [
            ("index.html", "<!doctype html>"),
            ("app-0123456789abcdef.js", "js"),
            ("app-0123456789abcdef.js.br", "squeezed"),
            ("app-0123456789abcdef_bg.wasm", "wasm"),
            ("worker.js", "worker"),
            ("snippets/a.css", "css"),
            (".hidden", "no"),
        ] {
            fs::write(web.join(name), text).unwrap();
        }
        fs::write(folder.path().join("secret.txt"), "secret").unwrap();
        let statics = Statics::load(&web).unwrap();
        (folder, statics)
    }

    fn get(statics: &Statics, path: &str, headers: &[(&str, &str)]) -> Option<HeaderMap> {
        let mut asked = HeaderMap::new();
        for (name, value) in headers {
            asked.append(
                http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        statics
            .answer(&Method::GET, path, &asked)
            .map(|response| response.headers().clone())
    }

    #[test]
    fn no_path_leads_outside() {
        let (_folder, statics) = statics();
        for path in [
            "/../secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/snippets/../../secret.txt",
            "//index.html",
            "/index.html/",
            "/./index.html",
            "/.hidden",
            "/app-0123456789abcdef.js.br",
            "/snippets/b.css",
            "/api/unknown",
            "/api",
        ] {
            assert!(get(&statics, path, &[]).is_none(), "{path}");
        }
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let answer = statics.answer(&method, "/index.html", &HeaderMap::new());
            assert!(answer.is_none(), "{method}");
        }
    }

    #[test]
    fn screens_have_addresses_and_the_page_is_asked_for_again() {
        let (_folder, statics) = statics();
        for path in [
            "/",
            "/chart",
            "/share/with/somebody",
            "/index.html",
            "/apis",
        ] {
            let headers = get(&statics, path, &[]).unwrap();
            assert_eq!(headers[CONTENT_TYPE], "text/html; charset=utf-8", "{path}");
            assert_eq!(headers[CACHE_CONTROL], "no-cache");
        }
        let etag = get(&statics, "/", &[]).unwrap()[ETAG].clone();
        let mut asked = HeaderMap::new();
        asked.insert(IF_NONE_MATCH, etag);
        let again = statics.answer(&Method::GET, "/", &asked).unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        let (_folder, statics) = statics();
        for (path, kept) in [
            ("/app-0123456789abcdef.js", true),
            ("/app-0123456789abcdef_bg.wasm", true),
            ("/worker.js", false),
            ("/snippets/a.css", false),
        ] {
            let headers = get(&statics, path, &[]).unwrap();
            assert_eq!(headers[CACHE_CONTROL] == FOR_EVER, kept, "{path}");
        }
        let wasm = get(&statics, "/app-0123456789abcdef_bg.wasm", &[]).unwrap();
        assert_eq!(wasm[CONTENT_TYPE], "application/wasm");
    }

    #[test]
    fn the_compressed_form_goes_to_those_who_take_it() {
        let (_folder, statics) = statics();
        let encoding = |accept: &str| {
            let headers = get(
                &statics,
                "/app-0123456789abcdef.js",
                &[("accept-encoding", accept)],
            )
            .unwrap();
            assert_eq!(headers[VARY], "accept-encoding");
            headers.get(CONTENT_ENCODING).cloned()
        };
        for accept in ["br", "gzip, br", "gzip,BR;q=0.5"] {
            assert_eq!(encoding(accept).unwrap(), "br", "{accept}");
        }
        for accept in ["", "gzip", "br;q=0", "brotli"] {
            assert_eq!(encoding(accept), None, "{accept}");
        }
    }

    #[test]
    fn a_folder_without_a_front_end_is_refused_with_what_to_type() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("missing")] {
            let said = Statics::load(&path).unwrap_err().to_string();
            assert!(said.contains("cargo xtask run"), "{said}");
        }
    }
}
