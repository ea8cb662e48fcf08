//! Office documents are ZIP containers (APPNOTE.TXT 6.3). They are never unpacked: only the list of
//! names at their end is read, and the first name at their beginning.
//!
//! A container has to be as an office program writes it, or it is refused: one list, at the very end,
//! without a comment, which adds up. So there are not two ways to read it.

use super::{BadFile, Glimpse};

/// What an Office Open XML document is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ooxml {
    Words,
    Sheets,
    Slides,
}

/// What an OpenDocument document is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Odf {
    Words,
    Sheets,
    Slides,
}

/// Bytes of the record at the very end.
const END: usize = 22;
/// Bytes of one line of the list, without its name.
const LINE: usize = 46;
/// Bytes of the record in front of each file, without its name.
const LOCAL: usize = 30;
/// The most files that a document has.
const MAX_FILES: usize = 10_000;

/// The list of a container.
pub(super) struct Container<'a> {
    names: Vec<&'a [u8]>,
}

impl<'a> Container<'a> {
    /// Reads the list.
    pub(super) fn read(glimpse: Glimpse<'a>) -> Result<Self, BadFile> {
        let names = names(glimpse).ok_or(BadFile::Disagrees)?;
        Ok(Self { names })
    }

    /// Whether it is an Office Open XML document of this kind, without macros.
    pub(super) fn is_ooxml(&self, kind: Ooxml) -> Result<(), BadFile> {
        let main: &[u8] = match kind {
            Ooxml::Words => b"word/document.xml",
            Ooxml::Sheets => b"xl/workbook.xml",
            Ooxml::Slides => b"ppt/presentation.xml",
        };
        // Macros, controls and embedded objects: whatever can hold a program.
        let programs: [&[u8]; 5] = [
            b"vbaproject",
            b"vbadata",
            b"macrosheets/",
            b"activex/",
            b"oleobject",
        ];
        self.check(&[b"[content_types].xml", main], &programs)
    }

    /// Whether it is an OpenDocument document of this kind, without macros: its first file is named
    /// `mimetype`, lies there as it is, and says the kind (OpenDocument 1.3, part 2, 3.3).
    pub(super) fn is_odf(&self, kind: Odf, head: &[u8]) -> Result<(), BadFile> {
        let media_type: &[u8] = match kind {
            Odf::Words => b"application/vnd.oasis.opendocument.text",
            Odf::Sheets => b"application/vnd.oasis.opendocument.spreadsheet",
            Odf::Slides => b"application/vnd.oasis.opendocument.presentation",
        };
        let says = (|| {
            let name = number(head, 26, 2)?;
            let extra = number(head, 28, 2)?;
            let stored = number(head, 8, 2)? == 0;
            let length = number(head, 18, 4)?;
            let rest = head.get(LOCAL..)?;
            let body = rest.get(name.checked_add(extra)?..)?;
            Some(stored && rest.get(..name)? == b"mimetype" && body.get(..length)? == media_type)
        })();
        if says != Some(true) {
            return Err(BadFile::Disagrees);
        }
        self.check(&[b"mimetype", b"content.xml"], &[b"basic/", b"scripts/"])
    }

    /// Names are compared without regard to case: office programs do.
    fn check(&self, needs: &[&[u8]], programs: &[&[u8]]) -> Result<(), BadFile> {
        let names: Vec<Vec<u8>> = self
            .names
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect();
        let is_program = |name: &Vec<u8>| programs.iter().any(|part| find(name, part));
        if names.iter().any(is_program) {
            return Err(BadFile::Macros);
        }
        let has = |need: &&[u8]| names.iter().any(|name| name == need);
        if needs.iter().all(has) {
            Ok(())
        } else {
            Err(BadFile::Disagrees)
        }
    }
}

fn find(name: &[u8], part: &[u8]) -> bool {
    name.windows(part.len()).any(|window| window == part)
}

/// The names in the list at the end.
fn names(glimpse: Glimpse<'_>) -> Option<Vec<&[u8]>> {
    let Glimpse { length, head, tail } = glimpse;
    if !head.starts_with(b"PK\x03\x04") {
        return None;
    }
    let end = tail.get(tail.len().checked_sub(END)?..)?;
    let count = number(end, 10, 2)?;
    let size = number(end, 12, 4)?;
    let offset = number(end, 16, 4)?;
    let whole = end.starts_with(b"PK\x05\x06")
        // One disk, all files on it, no comment behind it.
        && number(end, 4, 4)? == 0
        && number(end, 8, 2)? == count
        && number(end, 20, 2)? == 0
        && (1..=MAX_FILES).contains(&count)
        && (offset as u64).checked_add(size as u64)?.checked_add(END as u64)? == length;
    if !whole {
        return None;
    }
    let list = tail.get(tail.len().checked_sub(END)?.checked_sub(size)?..tail.len() - END)?;
    let (mut rest, mut names) = (list, Vec::new());
    while !rest.is_empty() {
        let encrypted = number(rest, 8, 2)? & 1 == 1;
        let name = number(rest, 28, 2)?;
        let behind = number(rest, 30, 2)?.checked_add(number(rest, 32, 2)?)?;
        if !rest.starts_with(b"PK\x01\x02") || encrypted {
            return None;
        }
        let line = rest.get(LINE..)?;
        names.push(line.get(..name)?);
        rest = line.get(name.checked_add(behind)?..)?;
    }
    (names.len() == count).then_some(names)
}

/// A little-endian number of `length` bytes.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    let number = bytes
        .iter()
        .rev()
        .fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    usize::try_from(number).ok()
}
