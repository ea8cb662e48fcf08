//! The rules. Each looks at one file and returns a sentence for each place that breaks it.
use super::source::{code, is_test, product};

/// Applies every rule to the file at `path`. `exists` tells whether a path is in the repository.
pub(super) fn all(path: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    findings.extend(words(path, text));
    if path.ends_with(".rs") {
        findings.extend(length(path, text));
        if !is_test(path) {
            findings.extend(labels(path, text));
        }
        if path.starts_with("backend/") {
            findings.extend(vault_in_backend(path, text));
        }
    }
    if path.starts_with("frontend/") && path.ends_with(".rs") && !is_test(path) {
        findings.extend(raw_html(path, text));
    }
    let loads = [".rs", ".css", ".svg", ".html"]
        .iter()
        .any(|end| path.ends_with(end))
        && path != CODE_SYSTEMS;
    if (path.starts_with("frontend/") && loads && !is_test(path)) || path == "index.html" {
        findings.extend(addresses(path, text));
    }
    if path == "index.html" {
        findings.extend(inline(path, text));
    }
    let is_guide = path.starts_with("docs/") && path.ends_with(".md");
    if is_guide || ["README.md", "ARCHITECTURE.md"].contains(&path) {
        findings.extend(named_paths(path, text, exists));
    }
    findings
}

/// A file that needs more lines is two files.
const MOST_LINES: usize = 400;

fn length(path: &str, text: &str) -> Option<String> {
    let lines = product(text).count();
    (lines > MOST_LINES).then(|| {
        format!("{path}: {lines} lines without its tests; over {MOST_LINES} it is two files")
    })
}

/// Words that name one machine or one registry. They are written in two halves so that this file
/// does not break its own rule.
const WORDS: [&str; 6] = [
    concat!("/wo", "rk/"),
    concat!("/tmp/bash", "_jobs"),
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("npmjs", ".org"),
    concat!("deb.debian", ".org"),
];

/// Folders that the build machine lends: only its own script may know them.
const LENT: [&str; 2] = [
    concat!("shared/data/", "fhir"),
    concat!("shared/bench/", "peers"),
];

fn words(path: &str, text: &str) -> Vec<String> {
    // Cargo writes its lock file, and names its registry in it.
    if path == "Cargo.lock" {
        return Vec::new();
    }
    // The name of the registry's index is what cargo's own tools call it.
    let text = text.replace(concat!("crates", ".io-index"), "");
    let lent = LENT.iter().filter(|_| path != ".ci/run");
    let banned: Vec<&&str> = WORDS.iter().chain(lent).collect();
    let mut findings = Vec::new();
    for (number, line) in numbered(&text) {
        for word in banned.iter().filter(|word| line.contains(**word)) {
            findings.push(format!(
                "{path}:{number}: `{word}` names a machine or a registry"
            ));
        }
    }
    findings
}

/// Text from a record must never become markup or code.
const RAW: [&str; 6] = [
    "inner_html",
    "from_html_unchecked",
    "innerHTML",
    "outerHTML",
    "outer_html",
    "eval(",
];

fn raw_html(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in code(text) {
        for word in RAW.iter().filter(|word| has_word(line, word)) {
            findings.push(format!(
                "{path}:{number}: `{word}` turns text into markup or code"
            ));
        }
    }
    findings
}

/// One list of labels is the only way to see that no two are the same.
fn labels(path: &str, text: &str) -> Vec<String> {
    if path == "shared/src/label.rs" {
        return Vec::new();
    }
    let start = concat!("\"keepwell", "/v1/");
    code(text)
        .filter(|(_, line)| line.contains(start))
        .map(|(number, _)| {
            format!("{path}:{number}: a domain-separation label belongs into shared/src/label.rs")
        })
        .collect()
}

/// The server is blind because it can not even name the code that sees.
fn vault_in_backend(path: &str, text: &str) -> Vec<String> {
    numbered(text)
        .filter(|(_, line)| line.contains("keepwell_vault") || line.contains("keepwell-vault"))
        .map(|(number, _)| format!("{path}:{number}: the server may not name the vault"))
        .collect()
}

/// FHIR names its code systems by what looks like addresses; they stand in this file alone.
const CODE_SYSTEMS: &str = "frontend/record/src/system.rs";

/// Names of namespaces: nothing is ever fetched from them.
const NAMESPACES: [&str; 2] = ["http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"];

/// The front end talks to its own server and to nobody else.
fn addresses(path: &str, text: &str) -> Vec<String> {
    let lines: Vec<(usize, &str)> = if path.ends_with(".rs") {
        code(text).collect()
    } else {
        numbered(text).collect()
    };
    let mut findings = Vec::new();
    for (number, line) in lines {
        let rest = NAMESPACES
            .iter()
            .fold(line.to_owned(), |line, name| line.replace(name, ""));
        if rest.contains("http://") || rest.contains("https://") {
            findings.push(format!(
                "{path}:{number}: the front end may not hold a foreign address"
            ));
        }
    }
    findings
}

/// The Content-Security-Policy refuses what stands in the page itself.
fn inline(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in numbered(text) {
        for word in ["<script", "<style", "style=", "onload=", "onclick="] {
            if has_word(line, word) {
                findings.push(format!(
                    "{path}:{number}: `{word}` is forbidden by the Content-Security-Policy"
                ));
            }
        }
    }
    findings
}

/// A guide that names a file which is gone leads nowhere.
fn named_paths(path: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (number, line) in numbered(text) {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            // Every second part of a line split at backticks stands between two of them.
            for word in line.split('`').skip(1).step_by(2) {
                if looks_like_path(word) && !exists(word) {
                    findings.push(format!("{path}:{number}: `{word}` does not exist"));
                }
            }
        }
    }
    findings
}

const FOLDERS: [&str; 8] = [
    "shared", "frontend", "backend", "tests", "xtask", "docs", ".ci", ".cargo",
];

fn looks_like_path(word: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-".contains(letter);
    let first = word.split_once('/').map(|(first, _)| first);
    first.is_some_and(|first| FOLDERS.contains(&first)) && word.chars().all(plain)
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line))
}

/// Whether `word` stands in `line` without a letter before it: `retrieval(` is not `eval(`.
fn has_word(line: &str, word: &str) -> bool {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(word) {
        if !before.ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '-') {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        all(path, text, &|path| path == "shared/src/id.rs").len()
    }

    #[test]
    fn long_files_are_two_files() {
        let long = "let a = 1;\n".repeat(MOST_LINES + 1);
        assert_eq!(found("backend/src/a.rs", &long), 1);
        let tests = format!("let a = 1;\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
        assert_eq!(found("backend/src/a.rs", &tests), 0);
    }

    #[test]
    fn machines_and_registries_are_not_named() {
        for word in WORDS {
            assert_eq!(found("README.md", &format!("see {word}x")), 1, "{word}");
        }
        assert_eq!(found("Cargo.lock", WORDS[2]), 0);
        assert_eq!(found("deny.toml", concat!("crates", ".io-index")), 0);
        assert_eq!(found("docs/a.md", LENT[0]), 1);
        assert_eq!(found(".ci/run", LENT[0]), 0);
    }

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(found("frontend/src/a.rs", "element.set_inner_html(x);"), 1);
        assert_eq!(found("frontend/src/a.rs", "js_sys::eval(x);"), 1);
        assert_eq!(
            found("frontend/src/a.rs", "// never inner_html\nretrieval(x);"),
            0
        );
        assert_eq!(found("backend/src/a.rs", "eval(x);"), 0);
    }

    #[test]
    fn labels_stand_in_one_file() {
        let text = concat!("const A: &[u8] = b\"keepwell", "/v1/a\";");
        assert_eq!(found("frontend/vault/src/a.rs", text), 1);
        assert_eq!(found("shared/src/label.rs", text), 0);
        assert_eq!(found("tests/tests/a.rs", text), 0);
        assert_eq!(found("docs/protocol.md", text), 0);
    }

    #[test]
    fn the_page_holds_nothing_inline() {
        assert_eq!(found("index.html", "<p>text</p>"), 0);
        assert_eq!(found("index.html", "<script>x</script>"), 1);
        assert_eq!(found("index.html", "<p style=\"x\">"), 1);
    }

    #[test]
    fn the_front_end_has_no_foreign_addresses() {
        assert_eq!(
            found("frontend/src/a.rs", "let a = \"https://example.org\";"),
            1
        );
        assert_eq!(
            found("frontend/style/main.css", "url(http://example.org)"),
            1
        );
        assert_eq!(
            found(
                "frontend/style/icon.svg",
                "<svg xmlns=\"http://www.w3.org/2000/svg\">"
            ),
            0
        );
        assert_eq!(
            found("frontend/src/a.rs", "//! See https://example.org."),
            0
        );
    }

    #[test]
    fn the_server_does_not_name_the_vault() {
        assert_eq!(found("backend/src/a.rs", "use keepwell_vault::Keys;"), 1);
        assert_eq!(found("tests/src/a.rs", "use keepwell_vault::Keys;"), 0);
    }

    #[test]
    fn guides_name_files_that_exist() {
        assert_eq!(found("README.md", "see `shared/src/id.rs` and `a/b`"), 0);
        assert_eq!(found("docs/a.md", "see `shared/src/gone.rs`"), 1);
        assert_eq!(found("docs/a.md", "```\n`shared/src/gone.rs`\n```"), 0);
    }
}
