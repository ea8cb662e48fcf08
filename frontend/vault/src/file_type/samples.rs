//! One file of each kind, as small as it can be.

#[cfg(feature = "fuzz")]
use std::collections::BTreeSet;

#[cfg(feature = "fuzz")]
use keepwell_shared::fuzz::Target;

#[cfg(feature = "fuzz")]
use super::{look_whole, media_type};

/// A container with these files, as they are; the first one has a body.
pub(crate) fn container(files: &[&str], first: &[u8]) -> Vec<u8> {
    let number = |number: usize, length: usize| {
        let bytes = number.to_le_bytes().into_iter().take(length);
        bytes.collect::<Vec<u8>>()
    };
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (at, name) in files.iter().enumerate() {
        let body = if at == 0 { first } else { b"<xml/>" };
        let offset = bytes.len();
        // Version and flags, method, time and date, checksum, both lengths.
        let both = [
            number(20, 2),
            number(0, 2),
            number(0, 2),
            number(0, 4),
            number(0, 4),
            number(body.len(), 4),
            number(body.len(), 4),
            number(name.len(), 2),
            number(0, 2),
        ]
        .concat();
        bytes.extend([b"PK\x03\x04", &both[..], name.as_bytes(), body].concat());
        // Ten zeros: no comment, the one disk, and both kinds of attributes.
        let line = [b"PK\x01\x02", &number(20, 2)[..], &both, &[0; 10]].concat();
        list.extend([&line[..], &number(offset, 4), name.as_bytes()].concat());
    }
    let (offset, size, count) = (bytes.len(), list.len(), files.len());
    bytes.extend(list);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    for (value, length) in [(count, 2), (count, 2), (size, 4), (offset, 4), (0, 2)] {
        bytes.extend(number(value, length));
    }
    bytes
}

pub(crate) const DOCX: [&str; 3] = ["[Content_Types].xml", "_rels/.rels", "word/document.xml"];
pub(crate) const ODT: [&str; 3] = ["mimetype", "content.xml", "META-INF/manifest.xml"];
pub(crate) const ODT_TYPE: &[u8] = b"application/vnd.oasis.opendocument.text";

fn dicom() -> Vec<u8> {
    [&[0; 128][..], b"DICM\x02\0\0\0"].concat()
}

/// One of each kind.
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let xlsx = ["[Content_Types].xml", "xl/workbook.xml"];
    let pptx = ["[Content_Types].xml", "ppt/presentation.xml"];
    let ods = b"application/vnd.oasis.opendocument.spreadsheet";
    let odp = b"application/vnd.oasis.opendocument.presentation";
    vec![
        ("befund.txt", "Größe 1,80 m\r\n\tgut".into()),
        ("values.csv", b"a;b\n1;2\n".to_vec()),
        ("values.tsv", b"a\tb\n".to_vec()),
        (
            "bundle.json",
            b"\xef\xbb\xbf \n{\"resourceType\":\"Bundle\"}".to_vec(),
        ),
        ("export.ndjson", b"{}\n{}\n".to_vec()),
        ("letter.pdf", b"%PDF-1.7\n\xe2\xe3".to_vec()),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("photo.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()),
        ("photo.gif", b"GIF89a\x01\0".to_vec()),
        ("photo.webp", b"RIFF\x10\0\0\0WEBPVP8 ".to_vec()),
        ("photo.tiff", b"II*\0\x08\0\0\0".to_vec()),
        ("photo.avif", b"\0\0\0\x1cftypavif".to_vec()),
        ("photo.heic", b"\0\0\0\x1cftypheic".to_vec()),
        ("image.dcm", dicom()),
        ("letter.docx", container(&DOCX, b"<xml/>")),
        ("table.xlsx", container(&xlsx, b"<xml/>")),
        ("slides.pptx", container(&pptx, b"<xml/>")),
        ("letter.odt", container(&ODT, ODT_TYPE)),
        ("table.ods", container(&ODT, ods)),
        ("slides.odp", container(&ODT, odp)),
        ("locked.age", b"age-encryption.org/v1\n-> scrypt".to_vec()),
    ]
}

/// Names and contents, each on its own.
#[cfg(feature = "fuzz")]
pub(crate) fn targets() -> Vec<Target> {
    vec![
        Target {
            name: "file-type",
            run: is_one_thing,
            samples: || files().into_iter().map(|(_, file)| file).collect(),
        },
        Target {
            name: "file-name",
            run: |bytes| std::str::from_utf8(bytes).is_ok_and(|name| media_type(name).is_ok()),
            samples: || files().into_iter().map(|(name, _)| name.into()).collect(),
        },
    ]
}

/// A file is of one kind at the most, save that words are words under several names.
#[cfg(feature = "fuzz")]
fn is_one_thing(bytes: &[u8]) -> bool {
    let kinds: BTreeSet<&str> = files()
        .iter()
        .filter_map(|(name, _)| look_whole(name, bytes).ok())
        .map(|kind| kind.split('/').next().unwrap_or_default())
        .collect();
    let words = kinds.contains("text");
    assert!(
        kinds.len() < 2 || words && kinds.len() == 2,
        "is two things"
    );
    !kinds.is_empty()
}
