//! Which part of a file is code of the product.

/// The lines, numbered from 1, that are neither comments nor unit tests.
pub(super) fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    product(text)
        .filter(|(_, line)| !is_comment(line))
        .map(|(number, line)| (number, line.split(" // ").next().unwrap_or(line)))
}

/// The lines, numbered from 1, before the unit tests.
pub(super) fn product(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = text.lines().enumerate().peekable();
    std::iter::from_fn(move || {
        let (number, line) = lines.next()?;
        // The attribute may also stand on a single item in the middle: only a module with a body is
        // where the tests begin.
        let next = lines.peek().map_or("", |(_, line)| line);
        let tests_begin = line == "#[cfg(test)]" && next.starts_with("mod ") && next.ends_with('{');
        (!tests_begin).then_some((number + 1, line))
    })
}

/// Whether a whole file is a test or serves tests only.
pub(super) fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_no_code() {
        let text = "//! a\nlet b = 1; // c\n#[cfg(test)]\nfn d() {}\n#[cfg(test)]\nmod tests {\nlet e = 1;\n}\n";
        let lines: Vec<_> = code(text).collect();
        assert_eq!(
            lines,
            [(2, "let b = 1;"), (3, "#[cfg(test)]"), (4, "fn d() {}")]
        );
    }
}
