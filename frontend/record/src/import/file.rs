//! A file that somebody chose: what it is, and where the resources in it stand. The whole text is held once;
//! resources are read one after the other, so that a file of 100 MB takes little more than itself.
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    entry::Stored,
    json::{self, Fault, Json, elements, members, skip, skip_space},
    model::{BadResource, MAX_RESOURCE, Resource},
};

/// The largest file, in bytes.
pub const MAX_FILE: usize = 128 << 20;

/// The most resources in one file.
pub const MAX_ENTRIES: usize = 100_000;

/// Why a file is not read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum BadFile {
    /// There is nothing in it.
    #[error("empty")]
    Empty,
    /// It is larger than [`MAX_FILE`].
    #[error("larger than {MAX_FILE} bytes")]
    TooLarge,
    /// It has more resources than [`MAX_ENTRIES`].
    #[error("more than {MAX_ENTRIES} resources")]
    TooMany,
    /// It is an archive or compressed, whatever its name says. None is ever unpacked.
    #[error("an archive")]
    Archive,
    /// It is no text in UTF-8.
    #[error("no text")]
    NoText,
    /// It is XML: FHIR has that form too, and it is not read here.
    #[error("XML")]
    Xml,
    /// It is not JSON, or it is cut off.
    #[error(transparent)]
    Json(#[from] Fault),
    /// It is JSON, and no FHIR.
    #[error("no FHIR")]
    NoFhir,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Source {
    /// A bundle that is one signed or sealed document, as a patient summary.
    Document,
    /// A bundle of what somebody put together, and any other kind of bundle.
    Collection,
    /// A bundle that answers a search.
    SearchSet,
    /// A bundle that was made to be sent to a server.
    Transaction,
    /// One resource.
    Single,
    /// One resource on each line.
    Lines,
}

/// A file, taken apart.
#[derive(Debug)]
pub(crate) struct File<'a> {
    text: &'a str,
    pub(crate) source: Source,
    /// Where each resource, or the entry of a bundle around it, stands.
    places: Vec<Range<usize>>,
}

impl<'a> File<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, BadFile> {
        if bytes.len() > MAX_FILE {
            return Err(BadFile::TooLarge);
        }
        if ARCHIVES.iter().any(|start| bytes.starts_with(start)) {
            return Err(BadFile::Archive);
        }
        let text = str::from_utf8(bytes).map_err(|_| BadFile::NoText)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let start = skip_space(text, 0);
        match text.as_bytes().get(start) {
            None => return Err(BadFile::Empty),
            Some(b'<') => return Err(BadFile::Xml),
            Some(b'{') => {}
            Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
                skip(text, start)?;
                return Err(BadFile::NoFhir);
            }
            // Nothing in JSON begins like this.
            Some(_) => return Err(Fault::Syntax(start).into()),
        }
        let (top, end) = members(text, start)?;
        if skip_space(text, end) < text.len() {
            return Self::lines(text, start);
        }
        let member = |name: &str| {
            top.iter()
                .find(|(own, _)| own == name)
                .map(|(_, place)| place.clone())
        };
        let word = |name: &str| {
            let value = json::parse(text.get(member(name)?)?).ok()?;
            value.as_str().map(str::to_owned)
        };
        match word("resourceType").as_deref() {
            Some("Bundle") => {}
            Some(_) => {
                let (source, whole) = (Source::Single, start..end);
                return Ok(Self {
                    text,
                    source,
                    places: vec![whole],
                });
            }
            None => return Err(BadFile::NoFhir),
        }
        let source = match word("type").as_deref() {
            Some("document") => Source::Document,
            Some("searchset") => Source::SearchSet,
            Some("transaction" | "batch") => Source::Transaction,
            _ => Source::Collection,
        };
        let places = match member("entry") {
            Some(place) => elements(text, place.start, MAX_ENTRIES).map_err(too_many)?,
            None => Vec::new(),
        };
        Ok(Self {
            text,
            source,
            places,
        })
    }

    fn lines(text: &'a str, start: usize) -> Result<Self, BadFile> {
        let (mut places, mut at) = (Vec::new(), start);
        while at < text.len() {
            let end = skip(text, at)?;
            if !text.get(at..end).is_some_and(|own| own.starts_with('{')) {
                return Err(Fault::Syntax(at).into());
            }
            if places.len() == MAX_ENTRIES {
                return Err(BadFile::TooMany);
            }
            places.push(at..end);
            at = skip_space(text, end);
        }
        let source = Source::Lines;
        Ok(Self {
            text,
            source,
            places,
        })
    }

    /// Every resource, in its order. An entry of a bundle that has none (an answer, a deletion) is `None`.
    pub(crate) fn resources(&self) -> impl Iterator<Item = Result<Option<Stored>, BadResource>> {
        self.places.iter().map(|place| {
            let text = self.text.get(place.clone()).unwrap_or_default();
            // Long texts are long by their space, too: what counts is what is kept.
            if text.len() > MAX_RESOURCE * 4 {
                return Err(BadResource::TooLong);
            }
            match self.source {
                // Read as it will be kept, so that what is taken here can be read again.
                Source::Single | Source::Lines => in_bundle(&format!("{{\"resource\":{text}}}")),
                _ => in_bundle(text),
            }
        })
    }
}

fn in_bundle(text: &str) -> Result<Option<Stored>, BadResource> {
    let Json::Object(mut entry) = json::parse(text)? else {
        return Err(BadResource::NoType);
    };
    let full_url = entry.str("fullUrl").unwrap_or_default().to_owned();
    match entry.remove("resource") {
        None => Ok(None),
        Some(Json::Object(resource)) => {
            let resource = Resource::from_object(resource)?;
            fits(Stored { full_url, resource }, text).map(Some)
        }
        Some(_) => Err(BadResource::NoType),
    }
}

fn fits(stored: Stored, text: &str) -> Result<Stored, BadResource> {
    if text.len() > MAX_RESOURCE && stored.write().len() > MAX_RESOURCE {
        return Err(BadResource::TooLong);
    }
    Ok(stored)
}

fn too_many(fault: Fault) -> BadFile {
    match fault {
        Fault::TooMany => BadFile::TooMany,
        fault => fault.into(),
    }
}

/// ZIP, gzip, bzip2, xz, zstd, 7z and RAR begin so.
const ARCHIVES: [&[u8]; 7] = [
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"Rar!",
];
