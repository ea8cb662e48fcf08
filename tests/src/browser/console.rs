//! What the page and its worker said in the console since it was last looked at.

use serde_json::Value;

/// One line of the console.
#[derive(Debug, Clone)]
pub(super) struct Line {
    level: String,
    text: String,
}

impl Line {
    /// The lines in a driver's answer.
    pub(super) fn all(answer: &Value) -> Vec<Self> {
        let field = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let lines = answer.as_array().into_iter().flatten();
        lines
            .map(|line| Self {
                level: field(line, "level"),
                text: format!("[{}] {}", field(line, "source"), field(line, "message")),
            })
            .collect()
    }

    /// Whether somebody has to look at it. A policy report is always an error.
    pub(super) fn is_trouble(&self) -> bool {
        ["SEVERE", "WARNING"].contains(&self.level.as_str())
    }

    /// Whether it was expected: it holds one of these words.
    pub(super) fn is_one_of(&self, expected: &[&str]) -> bool {
        let report = [
            "Content Security Policy",
            "Trusted",
            "securitypolicyviolation",
        ];
        let is_report = report.iter().any(|word| self.text.contains(word));
        !is_report && expected.iter().any(|word| self.text.contains(word))
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.level, self.text)
    }
}

/// Runs in each page before its own scripts: a report goes to the console, where it is found even
/// after the page is gone.
pub(super) const REPORT: &str = "addEventListener('securitypolicyviolation', report => \
    console.error('securitypolicyviolation', report.effectiveDirective, report.blockedURI, report.sample));";
