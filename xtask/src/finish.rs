//! The finishing step: from what Trunk leaves to what the server serves.
//!
//! Trunk writes an inline script into `index.html` and leaves worker files without a hash. Here the
//! script moves to a file, because the Content-Security-Policy forbids inline scripts, and every
//! file but `index.html` gets a name made of its content, so that it can be cached for ever.
use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256, Sha384};

use crate::{Result, wasm};

/// A folder in memory: path relative to the folder, and content.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

const INDEX: &str = "index.html";
const BOOT: &str = "boot.js";
/// The only scripts: what wasm-bindgen and Trunk write. In this order each refers to earlier ones only.
const SCRIPTS: [&str; 14] = [
    "keepwell.js",
    "entry.js",
    "entry_loader.js",
    "worker.js",
    "worker_loader.js",
    "inside.js",
    "inside_loader.js",
    "strength.js",
    "strength_loader.js",
    "record.js",
    "record_loader.js",
    "locker.js",
    "locker_loader.js",
    BOOT,
];
/// The programs that the page loads by the address in its `<meta name="keepwell-..">`.
const LOADED_BY_THE_PAGE: [&str; 6] = ["entry", "worker", "inside", "strength", "record", "locker"];

/// Gives every file its final name and content.
pub(crate) fn finish(mut files: Files) -> Result<Files> {
    refuse_other_scripts(&files)?;
    let index = files.remove(INDEX).ok_or("Trunk wrote no index.html.")?;
    let index = String::from_utf8(index).map_err(|_| "index.html is not UTF-8.")?;
    let (mut index, script) = take_inline_script(&index)?;
    files.insert(BOOT.into(), script.into_bytes());

    let mut names = Names::default();
    let mut done = Files::new();
    for old in in_order(&files) {
        let content = files
            .remove(&old)
            .ok_or_else(|| format!("Trunk wrote no {old}."))?;
        let content = if is_text(&old) {
            let text = String::from_utf8(content).map_err(|_| format!("{old} is not UTF-8."))?;
            names.rewrite(&text).into_bytes()
        } else if old.ends_with(".wasm") {
            wasm::without_custom_sections(&content)
                .ok_or_else(|| format!("{old} is not WebAssembly."))?
        } else {
            content
        };
        done.insert(names.add(&old, &content), content);
    }

    index = names.rewrite(&index);
    index = check_links(&index, &done)?;
    let boot = names
        .new_name(BOOT)
        .ok_or("The start script has no name.")?;
    let integrity = done
        .get(boot)
        .map(|content| integrity(content))
        .unwrap_or_default();
    let tag = format!(
        "<script type=\"module\" src=\"/{boot}\" crossorigin=\"anonymous\" integrity=\"{integrity}\"></script>"
    );
    index = index.replacen("</head>", &format!("{tag}\n</head>"), 1);
    check_index(&index, &names)?;
    done.insert(INDEX.into(), index.into_bytes());
    Ok(done)
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A promise of this project: the only JavaScript is wasm-bindgen's glue, and the few lines by which it
/// is loaded: Trunk's own for each program, and its start script.
fn refuse_other_scripts(files: &Files) -> Result<()> {
    let other = files.keys().find(|path| {
        (path.ends_with(".js") || path.ends_with(".mjs")) && !SCRIPTS.contains(&path.as_str())
    });
    match other {
        Some(path) => Err(format!(
            "The front end brought a script of its own, which is not allowed: {path}."
        )),
        None => Ok(()),
    }
}

/// Splits Trunk's start script from the page.
fn take_inline_script(index: &str) -> Result<(String, String)> {
    const OPEN: &str = "<script type=\"module\"";
    const CLOSE: &str = "</script>";
    let wrong = "index.html must hold exactly one script, Trunk's own; Trunk has changed or the page has a script.";
    if index.matches("<script").count() != 1 {
        return Err(wrong.into());
    }
    let (before, rest) = index.split_once(OPEN).ok_or(wrong)?;
    // Between the name and the end of the tag stands nothing, or a nonce that no server fills in.
    let (_nonce, rest) = rest.split_once('>').ok_or(wrong)?;
    let (script, after) = rest.split_once(CLOSE).ok_or(wrong)?;
    let lines = script
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let script: String = lines.map(|line| format!("{line}\n")).collect();
    Ok((format!("{}{}", before.trim_end(), after), script))
}

/// Files that nothing is rewritten in first, then style sheets, then scripts in their order.
fn in_order(files: &Files) -> Vec<String> {
    let mut order: Vec<String> = files
        .keys()
        .filter(|path| !path.ends_with(".js"))
        .cloned()
        .collect();
    order.sort_by_key(|path| is_text(path));
    order.extend(SCRIPTS.map(str::to_owned));
    order
}

fn is_text(path: &str) -> bool {
    [".js", ".css"].iter().any(|end| path.ends_with(end))
}

/// Old and new names.
#[derive(Default)]
struct Names(Vec<(String, String)>);

impl Names {
    /// Names `content` after itself: `worker.js` becomes `worker-0123456789abcdef.js`.
    fn add(&mut self, old: &str, content: &[u8]) -> String {
        let hash: String = hex(&Sha256::digest(content)).chars().take(16).collect();
        let new = match old.rsplit_once('.') {
            Some((stem, end)) => format!("{stem}-{hash}.{end}"),
            None => format!("{old}-{hash}"),
        };
        self.0.push((old.into(), new.clone()));
        new
    }

    fn new_name(&self, old: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == old)
            .map(|(_, new)| new.as_str())
    }

    /// Replaces every mention of an old name that is not part of a longer name.
    fn rewrite(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (old, new) in &self.0 {
            let mut out = String::with_capacity(text.len());
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once(old.as_str()) {
                out.push_str(before);
                let whole = !before.ends_with(is_name_part) && !after.starts_with(is_name_part);
                out.push_str(if whole { new } else { old });
                rest = after;
            }
            out.push_str(rest);
            text = out;
        }
        text
    }
}

fn is_name_part(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

/// Corrects each link's integrity: glue was rewritten after Trunk had hashed it, and a preload for
/// `fetch` takes none (browsers ignore it there and warn).
fn check_links(index: &str, files: &Files) -> Result<String> {
    let mut out = String::with_capacity(index.len());
    let mut rest = index;
    while let Some((before, after)) = rest.split_once("<link") {
        let (tag, after) = after
            .split_once('>')
            .ok_or("index.html holds a <link that does not end.")?;
        out.push_str(before);
        out.push_str("<link");
        let tag = without(&without(tag, "nonce"), "integrity");
        out.push_str(tag.trim_end_matches([' ', '/']));
        if matches!(value(&tag, "rel"), Some("stylesheet" | "modulepreload")) {
            let path = value(&tag, "href")
                .unwrap_or_default()
                .trim_start_matches('/');
            let content = files
                .get(path)
                .ok_or_else(|| format!("index.html links to `{path}`, which was not built."))?;
            out.push_str(&format!(" integrity=\"{}\"", integrity(content)));
        }
        out.push('>');
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The value of `name="..."` in the inside of a tag.
fn value<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// The inside of a tag without the attribute `name`.
fn without(tag: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    match tag.split_once(&start) {
        Some((before, rest)) => {
            let after = rest.split_once('"').map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => tag.to_owned(),
    }
}

/// Subresource integrity, as W3C SRI section 3.1 writes it.
fn integrity(content: &[u8]) -> String {
    format!("sha384-{}", Base64::encode_string(&Sha384::digest(content)))
}

/// What the Content-Security-Policy would refuse is refused here, where someone reads it.
fn check_index(index: &str, names: &Names) -> Result<()> {
    for forbidden in ["<style", " style=\"", " onload=", " nonce=", "data-trunk"] {
        if index.contains(forbidden) {
            return Err(format!(
                "The finished index.html still holds `{forbidden}`."
            ));
        }
    }
    for program in LOADED_BY_THE_PAGE {
        let loader = names.new_name(&format!("{program}_loader.js"));
        let loader = loader.unwrap_or_default();
        if !index.contains(&format!(
            "<meta name=\"keepwell-{program}\" content=\"/{loader}\""
        )) {
            return Err(format!(
                "index.html must hold <meta name=\"keepwell-{program}\" content=\"/{program}_loader.js\"/>."
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<html><head>
<meta name="keepwell-entry" content="/entry_loader.js"/>
<meta name="keepwell-worker" content="/worker_loader.js"/>
<meta name="keepwell-inside" content="/inside_loader.js"/>
<meta name="keepwell-strength" content="/strength_loader.js"/>
<meta name="keepwell-record" content="/record_loader.js"/>
<meta name="keepwell-locker" content="/locker_loader.js"/>
<link rel="stylesheet" href="/main.css" integrity="sha384-old"/>
<link rel="icon" href="/icon.svg" integrity="sha384-old"/>
<script type="module" nonce="x">
import init from '/keepwell.js';

const wasm = await init({ module_or_path: '/keepwell_bg.wasm' });
</script>
<link rel="modulepreload" href="/keepwell.js" crossorigin="anonymous" integrity="sha384-old"><link rel="preload" href="/keepwell_bg.wasm" crossorigin="anonymous" integrity="sha384-old" as="fetch"></head>
<body></body></html>"#;

    fn from_trunk() -> Files {
        [
            (INDEX, PAGE),
            ("icon.svg", "<svg/>"),
            ("main.css", "body{}"),
            (
                "keepwell.js",
                "new URL('keepwell_bg.wasm', import.meta.url)",
            ),
            ("keepwell_bg.wasm", "\0asm\u{1}\0\0\0"),
            ("entry.js", "new URL('entry_bg.wasm', import.meta.url)"),
            ("entry_bg.wasm", "\0asm\u{1}\0\0\0\u{2}\u{1}e"),
            (
                "entry_loader.js",
                "import init from './entry.js';await init();",
            ),
            ("worker.js", "new URL('worker_bg.wasm', import.meta.url)"),
            ("worker_bg.wasm", "\0asm\u{1}\0\0\0\u{2}\u{1}w"),
            (
                "worker_loader.js",
                "import init from './worker.js';await init();",
            ),
            ("inside.js", "new URL('inside_bg.wasm', import.meta.url)"),
            ("inside_bg.wasm", "\0asm\u{1}\0\0\0\u{2}\u{1}i"),
            (
                "inside_loader.js",
                "import init from './inside.js';await init();",
            ),
            (
                "strength.js",
                "new URL('strength_bg.wasm', import.meta.url)",
            ),
            ("strength_bg.wasm", "\0asm\u{1}\0\0\0\u{2}\u{1}s"),
            (
                "strength_loader.js",
                "import init from './strength.js';await init();",
            ),
            ("record.js", "new URL('record_bg.wasm', import.meta.url)"),
            ("record_bg.wasm", "\0asm\u{1}\0\0\0\u{2}\u{1}r"),
            (
                "record_loader.js",
                "import init from './record.js';await init();",
            ),
            ("locker.js", "new URL('locker_bg.wasm', import.meta.url)"),
            ("locker_bg.wasm", "\0asm\u{1}\0\0\0\u{2}\u{1}l"),
            (
                "locker_loader.js",
                "import init from './locker.js';await init();",
            ),
        ]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
    }

    fn text<'a>(files: &'a Files, start: &str) -> (&'a str, &'a str) {
        let (path, content) = files
            .iter()
            .find(|(path, _)| path.starts_with(start))
            .unwrap();
        (path, std::str::from_utf8(content).unwrap())
    }

    #[test]
    fn every_name_but_the_page_holds_the_hash_of_its_content() {
        for (path, content) in finish(from_trunk()).unwrap() {
            if path != INDEX {
                assert!(
                    path.contains(&hex(&Sha256::digest(&content))[..16]),
                    "{path}"
                );
            }
        }
    }

    #[test]
    fn references_follow_the_names() {
        let files = finish(from_trunk()).unwrap();
        let (loader, loader_text) = text(&files, "worker_loader-");
        let (worker, worker_text) = text(&files, "worker-");
        let (worker_wasm, _) = text(&files, "worker_bg-");
        let (app, _) = text(&files, "keepwell-");
        let (boot, boot_text) = text(&files, "boot-");
        let (_, page) = text(&files, INDEX);
        assert_eq!(
            loader_text,
            format!("import init from './{worker}';await init();")
        );
        assert!(worker_text.contains(&format!("'{worker_wasm}'")));
        assert!(boot_text.contains(&format!("from '/{app}'")));
        assert!(page.contains(&format!("content=\"/{loader}\"")));
        assert!(page.contains(&format!("<script type=\"module\" src=\"/{boot}\"")));
    }

    #[test]
    fn integrity_is_right_where_it_stays_and_gone_elsewhere() {
        let files = finish(from_trunk()).unwrap();
        let (_, page) = text(&files, INDEX);
        let (_, app) = text(&files, "keepwell-");
        assert!(page.contains(&integrity(app.as_bytes())));
        assert!(page.contains(&integrity(b"body{}")));
        assert!(!page.contains("sha384-old") && !page.contains("nonce"));
        assert_eq!(page.matches("integrity=").count(), 3);
    }

    #[test]
    fn another_script_is_refused() {
        let mut files = from_trunk();
        files.insert("snippets/other/inline0.js".into(), Vec::new());
        assert!(finish(files).unwrap_err().contains("snippets/other"));
        let mut files = from_trunk();
        files.insert(
            INDEX.into(),
            format!("<script>1</script>{PAGE}").into_bytes(),
        );
        assert!(finish(files).is_err());
    }

    #[test]
    fn a_page_without_the_worker_or_with_a_style_is_refused() {
        for (old, new) in [
            ("keepwell-entry", "other"),
            ("keepwell-worker", "other"),
            ("keepwell-inside", "other"),
            ("keepwell-strength", "other"),
            ("<body>", "<body style=\"x\">"),
        ] {
            let mut files = from_trunk();
            files.insert(INDEX.into(), PAGE.replace(old, new).into_bytes());
            assert!(finish(files).is_err(), "{new}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let mut files = from_trunk();
        files.remove("worker.js");
        assert!(finish(files).unwrap_err().contains("worker.js"));
    }
}
