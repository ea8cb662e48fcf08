//! Which files may be kept: a table of name endings, media types and first bytes.
//!
//! Name and content must agree. It is looked at before a file is sent, and again by every reader's
//! browser before it is opened, because the writer may lie. Nothing is ever unpacked: of a container
//! only the list of what is in it is read. No content is executed anywhere, whatever it is; this
//! keeps away what a person would open somewhere else in good faith.
//!
//! `docs/protocol.md`, section 5.

mod container;
#[cfg(any(test, feature = "fuzz"))]
pub(crate) mod samples;

use container::{Container, Odf, Ooxml};

/// How much of the beginning of a file is looked at, in bytes.
pub(crate) const HEAD: u64 = 4096;
/// How much of the end of a container is looked at, in bytes: its list must fit.
pub(crate) const TAIL: u64 = 1 << 20;

/// Why a file is not taken, or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BadFile {
    /// Its name is empty, far too long, or has characters that make it look like another one.
    Name,
    /// Files of this kind are not kept.
    Kind,
    /// It is something else than its name says.
    Disagrees,
    /// It is a document with macros: it could run a program where it is opened.
    Macros,
}

/// What a kind of file begins with.
#[derive(Clone, Copy)]
enum Begins {
    /// Words in UTF-8, without control characters, and nothing else of this table.
    Text,
    /// JSON: text whose first character opens an object or a list.
    Json,
    /// Any of these bytes at this place.
    With(usize, &'static [&'static [u8]]),
    /// These bytes, and those at the second place.
    Riff(&'static [u8]),
    /// An ISO base media file of one of these brands.
    Brand(&'static [&'static [u8]]),
    /// A container of the Office Open XML family, with this part inside.
    Ooxml(Ooxml),
    /// A container of the OpenDocument family, of this media type.
    Odf(Odf),
}

/// One kind of file.
struct Kind {
    /// Endings of names, in lower case.
    endings: &'static [&'static str],
    media_type: &'static str,
    begins: Begins,
}

const fn kind(endings: &'static [&'static str], media_type: &'static str, begins: Begins) -> Kind {
    Kind {
        endings,
        media_type,
        begins,
    }
}

/// The table. SVG, HTML and XML are not in it: they are programs as much as pictures and words.
const KINDS: &[Kind] = &[
    kind(&["txt", "text", "md"], "text/plain", Begins::Text),
    kind(&["csv"], "text/csv", Begins::Text),
    kind(&["tsv"], "text/tab-separated-values", Begins::Text),
    kind(&["json"], "application/json", Begins::Json),
    kind(&["ndjson"], "application/x-ndjson", Begins::Json),
    kind(&["pdf"], "application/pdf", Begins::With(0, &[b"%PDF-"])),
    kind(
        &["png"],
        "image/png",
        Begins::With(0, &[b"\x89PNG\r\n\x1a\n"]),
    ),
    kind(
        &["jpg", "jpeg"],
        "image/jpeg",
        Begins::With(0, &[b"\xff\xd8\xff"]),
    ),
    kind(
        &["gif"],
        "image/gif",
        Begins::With(0, &[b"GIF87a", b"GIF89a"]),
    ),
    kind(&["webp"], "image/webp", Begins::Riff(b"WEBP")),
    kind(
        &["tif", "tiff"],
        "image/tiff",
        Begins::With(0, &[b"II*\0", b"MM\0*"]),
    ),
    kind(&["avif"], "image/avif", Begins::Brand(&[b"avif"])),
    kind(
        &["heic", "heif"],
        "image/heic",
        Begins::Brand(&[b"heic", b"heix", b"mif1"]),
    ),
    kind(
        &["dcm", "dicom"],
        "application/dicom",
        Begins::With(128, &[b"DICM"]),
    ),
    kind(
        &["docx"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Begins::Ooxml(Ooxml::Words),
    ),
    kind(
        &["xlsx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Begins::Ooxml(Ooxml::Sheets),
    ),
    kind(
        &["pptx"],
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Begins::Ooxml(Ooxml::Slides),
    ),
    kind(
        &["odt"],
        "application/vnd.oasis.opendocument.text",
        Begins::Odf(Odf::Words),
    ),
    kind(
        &["ods"],
        "application/vnd.oasis.opendocument.spreadsheet",
        Begins::Odf(Odf::Sheets),
    ),
    kind(
        &["odp"],
        "application/vnd.oasis.opendocument.presentation",
        Begins::Odf(Odf::Slides),
    ),
    kind(
        &["age"],
        "application/x-age-encryption",
        Begins::With(
            0,
            &[
                b"age-encryption.org/v1\n",
                b"-----BEGIN AGE ENCRYPTED FILE-----\n",
                b"-----BEGIN AGE ENCRYPTED FILE-----\r\n",
            ],
        ),
    ),
];

/// What is looked at of a file.
#[derive(Clone, Copy)]
pub(crate) struct Glimpse<'a> {
    /// Its length in bytes.
    pub(crate) length: u64,
    /// Its first bytes: [`HEAD`] of them, or all.
    pub(crate) head: &'a [u8],
    /// Its last bytes: [`TAIL`] of them, or all; may be empty where [`needs_tail`] says so.
    pub(crate) tail: &'a [u8],
}

/// Whether the end of a file of this name is looked at, too.
pub(crate) fn needs_tail(name: &str) -> bool {
    let begins = by_name(name).map(|kind| kind.begins);
    matches!(begins, Ok(Begins::Ooxml(_) | Begins::Odf(_)))
}

/// The media type of a file by its name, before anything of it is read.
///
/// # Errors
/// [`BadFile::Name`], [`BadFile::Kind`].
pub(crate) fn media_type(name: &str) -> Result<&'static str, BadFile> {
    by_name(name).map(|kind| kind.media_type)
}

/// Whether a file is of the kind that its name says, and that is kept. Gives its media type.
///
/// # Errors
/// [`BadFile`].
pub(crate) fn look(name: &str, glimpse: Glimpse<'_>) -> Result<&'static str, BadFile> {
    let kind = by_name(name)?;
    begins(kind.begins, glimpse)?;
    Ok(kind.media_type)
}

/// Whether the media type that a writer wrote down is the one that goes with the name.
pub(crate) fn agrees(name: &str, written: &str) -> Result<(), BadFile> {
    match media_type(name)? == written {
        true => Ok(()),
        false => Err(BadFile::Disagrees),
    }
}

/// The longest name, in bytes: what file systems take.
const MAX_NAME: usize = 255;

fn by_name(name: &str) -> Result<&'static Kind, BadFile> {
    // Characters that turn the direction of writing make `cod.exe` out of `exe.doc`.
    let misleads = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let (stem, ending) = name.rsplit_once('.').ok_or(BadFile::Kind)?;
    if stem.trim().is_empty() || name.len() > MAX_NAME || name.contains(misleads) {
        return Err(BadFile::Name);
    }
    let ending = ending.to_ascii_lowercase();
    KINDS
        .iter()
        .find(|kind| kind.endings.contains(&ending.as_str()))
        .ok_or(BadFile::Kind)
}

fn begins(kind: Begins, glimpse: Glimpse<'_>) -> Result<(), BadFile> {
    let head = glimpse.head;
    let at = |place: usize, bytes: &[u8]| {
        head.get(place..)
            .is_some_and(|rest| rest.starts_with(bytes))
    };
    let agrees = match kind {
        Begins::Text => is_text(glimpse) && !is_other(head),
        Begins::Json => {
            let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
            is_text(glimpse) && matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
        }
        Begins::With(place, any) => any.iter().any(|bytes| at(place, bytes)),
        Begins::Riff(kind) => at(0, b"RIFF") && at(8, kind),
        Begins::Brand(any) => at(4, b"ftyp") && any.iter().any(|brand| at(8, brand)),
        Begins::Ooxml(kind) => return Container::read(glimpse)?.is_ooxml(kind),
        Begins::Odf(kind) => return Container::read(glimpse)?.is_odf(kind, head),
    };
    if agrees {
        Ok(())
    } else {
        Err(BadFile::Disagrees)
    }
}

/// Whether the first bytes are those of another kind: a PDF begins with letters, too.
fn is_other(head: &[u8]) -> bool {
    let known = KINDS.iter().any(|kind| match kind.begins {
        Begins::With(0, any) => any.iter().any(|bytes| head.starts_with(bytes)),
        _ => false,
    });
    known || head.starts_with(b"{\\rtf") || head.starts_with(b"%!PS") || head.starts_with(b"#!")
}

/// UTF-8 without control characters, as far as it is looked at; a character may be cut off there.
fn is_text(glimpse: Glimpse<'_>) -> bool {
    let text = match std::str::from_utf8(glimpse.head) {
        Ok(text) => text,
        Err(error) => {
            let whole = glimpse.head.len() as u64 == glimpse.length;
            if whole || error.error_len().is_some() {
                return false;
            }
            let good = glimpse.head.get(..error.valid_up_to());
            good.and_then(|good| std::str::from_utf8(good).ok())
                .unwrap_or_default()
        }
    };
    !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'))
}

/// Looks at a file that is there as a whole.
#[cfg(any(test, feature = "fuzz"))]
pub(crate) fn look_whole(name: &str, bytes: &[u8]) -> Result<&'static str, BadFile> {
    let part = |length: u64| bytes.len().min(length as usize);
    let head = bytes.get(..part(HEAD)).unwrap_or_default();
    let tail = bytes.get(bytes.len() - part(TAIL)..).unwrap_or_default();
    let length = bytes.len() as u64;
    look(name, Glimpse { length, head, tail })
}

#[cfg(test)]
mod tests;
