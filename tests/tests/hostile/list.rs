//! What an attack is in the list, and how the list is compared with the document.

use std::{collections::BTreeMap, fs, path::Path, pin::Pin};

/// A test, started.
pub type Running = Pin<Box<dyn Future<Output = ()>>>;

/// Starts a test.
pub type Start = fn() -> Running;

/// One attack of the list.
#[derive(Clone, Copy)]
pub struct Attack {
    pub number: u16,
    pub name: &'static str,
    /// Where it happened or was described.
    pub source: &'static str,
    /// What Keepwell does about it.
    pub remedy: &'static str,
    pub status: Status,
}

/// Whether it is tried.
#[derive(Clone, Copy)]
pub enum Status {
    /// Yes.
    Test(Start),
    /// The feature that it attacks does not exist.
    NotYet(&'static str),
    /// It is not prevented, and the document says so.
    NotPrevented(&'static str),
}

impl Status {
    /// As it stands in the document.
    pub fn said(&self) -> String {
        match self {
            Self::Test(_) => "refused".to_owned(),
            Self::NotYet(reason) => format!("not yet applicable: {reason}"),
            Self::NotPrevented(reason) => format!("not prevented: {reason}"),
        }
    }
}

/// Writes one attack that is tried here.
#[macro_export]
macro_rules! attack {
    ($number:literal, $name:literal, $source:literal, $remedy:literal, $test:path) => {
        $crate::list::Attack {
            number: $number,
            name: $name,
            source: $source,
            remedy: $remedy,
            status: $crate::list::Status::Test(|| Box::pin($test())),
        }
    };
}

/// Numbers are given once, and the document says the same.
pub fn check(attacks: &[Attack]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut here = BTreeMap::new();
    for attack in attacks {
        let row = row(attack);
        assert!(
            here.insert(attack.number, row).is_none(),
            "{} is given twice",
            attack.number
        );
    }
    let text = fs::read_to_string(root.join("docs/threat-model.md")).unwrap();
    let said: BTreeMap<u16, String> = text
        .lines()
        .filter_map(|line| {
            let number = line.strip_prefix("| ")?.split(' ').next()?.parse().ok()?;
            Some((number, line.to_owned()))
        })
        .collect();
    for (number, row) in &here {
        assert_eq!(said.get(number), Some(row), "docs/threat-model.md");
    }
    for number in said.keys() {
        assert!(here.contains_key(number), "{number} is in no test");
    }
}

/// A row of the table in the document.
pub fn row(attack: &Attack) -> String {
    let Attack {
        number,
        name,
        source,
        remedy,
        status,
    } = attack;
    format!(
        "| {number} | {name} | {source} | {remedy} | {} |",
        status.said()
    )
}
