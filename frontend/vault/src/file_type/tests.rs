use super::{
    look_whole as looked,
    samples::{DOCX, ODT, ODT_TYPE, container, files},
    *,
};

#[test]
fn each_kind_is_taken_under_its_own_name_alone() {
    let samples = files();
    let mut media_types = std::collections::BTreeSet::new();
    for (name, bytes) in &samples {
        let found = looked(name, bytes).unwrap_or_else(|bad| panic!("{name}: {bad:?}"));
        assert_eq!(media_type(name), Ok(found));
        assert_eq!(agrees(name, found), Ok(()));
        assert_eq!(agrees(name, "text/html"), Err(BadFile::Disagrees));
        media_types.insert(found);
        for (other, _) in &samples {
            // Words are words under each name for them; a list of objects is one, too.
            let words = [
                "befund.txt",
                "values.csv",
                "values.tsv",
                "bundle.json",
                "export.ndjson",
            ];
            if other == name || words.contains(name) && words.contains(other) {
                continue;
            }
            assert_eq!(
                looked(other, bytes),
                Err(BadFile::Disagrees),
                "{name} as {other}"
            );
        }
    }
    assert_eq!(media_types.len(), KINDS.len(), "every kind has a sample");
}

#[test]
fn names_that_mislead_and_kinds_that_are_not_kept_are_refused() {
    let pdf = b"%PDF-1.7";
    let long = format!("{}.pdf", "x".repeat(252));
    for name in [
        ".pdf",
        "  .pdf",
        "a\u{202e}fdp.pdf",
        "a\n.pdf",
        "../a.pdf",
        "a\\b.pdf",
        "a\0.pdf",
        &long,
        "a\u{2066}.pdf",
        "a\u{200f}.pdf",
    ] {
        assert_eq!(looked(name, pdf), Err(BadFile::Name), "{name:?}");
    }
    for name in [
        "",
        "pdf",
        "a",
        "a.",
        "a.exe",
        "a.pdf.exe",
        "a.svg",
        "a.html",
        "a.htm",
        "a.xml",
        "a.js",
        "a.zip",
        "a.docm",
        "a.xlsm",
        "a.doc",
        "a.xls",
        "a.rtf",
        "a.pdf ",
        "a.pdf.",
        "a.bin",
        "a.iso",
        "a.lnk",
        "a.pdf\u{a0}",
    ] {
        assert_eq!(looked(name, pdf), Err(BadFile::Kind), "{name:?}");
    }
    assert_eq!(looked("two.exe.pdf", pdf), Ok("application/pdf"));
}

#[test]
fn what_is_something_else_is_refused() {
    let docx = container(&DOCX, b"<xml/>");
    let mut program = b"MZ\x90\0\x03\0\0\0".to_vec();
    program.resize(200, 0);
    for (name, bytes) in [
        ("a.json", &docx[..]),
        ("a.pdf", &program),
        ("a.txt", &program),
        ("a.dcm", &program),
        ("a.docx", &program),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF"),
        ("a.pdf", b" %PDF-1.7"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.webp", b"RIFF\0\0\0\0WAVE"),
        ("a.heic", b"\0\0\0\x1cftypmp42"),
        ("a.txt", b"%PDF-1.7"),
        ("a.txt", b"{\\rtf1"),
        ("a.txt", b"#!/bin/sh"),
        ("a.txt", b"GIF89a"),
        ("a.csv", b"-----BEGIN AGE ENCRYPTED FILE-----\n"),
        ("a.txt", b"bell \x07"),
        ("a.txt", b"escape \x1b[2J"),
        ("a.txt", b"\xff\xfeu\0t\0f\0"),
        ("a.txt", b"cut off \xc3"),
        ("a.json", b""),
        ("a.json", b"  "),
        ("a.json", b"<html>"),
        ("a.json", b"null"),
        ("a.dcm", b"DICM"),
    ] {
        assert_eq!(
            looked(name, bytes),
            Err(BadFile::Disagrees),
            "{name} {bytes:?}"
        );
    }
    // A character may be cut off where looking ends, and nowhere else.
    let mut long = vec![b'x'; HEAD as usize - 1];
    long.extend("ä and more".bytes());
    assert!(looked("a.txt", &long).is_ok());
    long[100] = 0xc3;
    assert_eq!(looked("a.txt", &long), Err(BadFile::Disagrees));
}

#[test]
fn macros_are_found_however_they_are_written() {
    for program in [
        "word/vbaProject.bin",
        "word/VBAPROJECT.BIN",
        "elsewhere/vbaProject.bin",
        "word/vbaData.xml",
        "xl/macrosheets/sheet1.xml",
        "word/activeX/activeX1.bin",
        "word/embeddings/oleObject1.bin",
    ] {
        for at in [1, 3] {
            let mut files = DOCX.to_vec();
            files.insert(at, program);
            let bytes = container(&files, b"<xml/>");
            assert_eq!(looked("a.docx", &bytes), Err(BadFile::Macros), "{program}");
        }
    }
    for program in ["Basic/Standard/Module1.xml", "Scripts/python/run.py"] {
        let files = [&ODT[..], &[program]].concat();
        let bytes = container(&files, ODT_TYPE);
        assert_eq!(looked("a.odt", &bytes), Err(BadFile::Macros), "{program}");
    }
}

/// Two ways to read a container are one too many.
#[test]
fn containers_that_do_not_add_up_are_refused() {
    let good = container(&DOCX, b"<xml/>");
    let end = good.len() - 22;
    let changed = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] = to;
        bytes
    };
    let list = good
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    let many = vec!["a"; 10_001];
    for (what, bytes) in [
        ("nothing", vec![]),
        ("cut", good[..good.len() - 1].to_vec()),
        ("longer", [&good[..], b"x"].concat()),
        ("in front", [b"x", &good[..]].concat()),
        ("two", [&good[..], &good[..]].concat()),
        ("comment", changed(end + 20, 1)),
        ("disk", changed(end + 4, 1)),
        ("other disk", changed(end + 6, 1)),
        ("count", changed(end + 10, 4)),
        ("both counts", {
            let mut bytes = changed(end + 10, 4);
            bytes[end + 8] = 4;
            bytes
        }),
        ("size", changed(end + 12, good[end + 12] ^ 1)),
        ("offset", changed(end + 16, good[end + 16] ^ 1)),
        ("large offset", changed(end + 19, 0xff)),
        ("no end", changed(end, b'X')),
        ("no line", changed(list, b'X')),
        ("encrypted", changed(list + 8, 1)),
        ("name too long", changed(list + 29, 0xff)),
        ("extra too long", changed(list + 31, 0xff)),
        ("many", container(&many, b"")),
        ("other parts", container(&ODT, b"<xml/>")),
        (
            "without its list of types",
            container(&DOCX[1..], b"<xml/>"),
        ),
    ] {
        assert_eq!(looked("a.docx", &bytes), Err(BadFile::Disagrees), "{what}");
    }
    let other = b"application/vnd.oasis.opendocument.graphics";
    for (what, bytes) in [
        ("other type", container(&ODT, other)),
        (
            "type not first",
            container(&[ODT[1], ODT[0], ODT[2]], ODT_TYPE),
        ),
        ("type cut", container(&ODT, &ODT_TYPE[..10])),
        (
            "type longer",
            container(&ODT, &[ODT_TYPE, b"-template"].concat()),
        ),
    ] {
        assert_eq!(looked("a.odt", &bytes), Err(BadFile::Disagrees), "{what}");
    }
}

/// A list that does not fit into what is looked at belongs to no document of a person.
#[test]
fn a_list_that_is_too_long_is_refused() {
    let name = "x".repeat(60_000);
    let mut files = DOCX.to_vec();
    files.extend(vec![name.as_str(); 20]);
    let bytes = container(&files, b"<xml/>");
    assert_eq!(looked("a.docx", &bytes), Err(BadFile::Disagrees));
}
