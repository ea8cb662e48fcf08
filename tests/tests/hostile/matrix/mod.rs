//! The tamper matrix: every column of every table and every field of every answer, found by machine,
//! is flipped, emptied, swapped with another row's and replayed from an older state. What a fresh
//! browser shows afterwards is compared with the truth: nothing false may ever be shown, and what is
//! missing must be said, or stand on the list with its reason.
//!
//! A column or field that is in no table below fails the test until somebody has thought about it.

mod columns;
mod fields;
mod json;
mod world;

pub use columns::columns;
pub use fields::fields;

use std::collections::{BTreeMap, BTreeSet};

use world::Seen;

/// What may come of tampering with one thing.
#[derive(Clone, Copy)]
pub enum Verdict {
    /// Refused, or without any visible effect.
    Guarded,
    /// Something may be missing without a word, for this reason; nothing false is shown.
    Allowed(&'static str),
    /// It is not read on this way; the attack of this number tries it.
    Attack(u16),
    /// No browser reads it, for this reason.
    Unread(&'static str),
}

/// Says what was found and not classified, and what was classified and not found.
fn complete(what: &str, found: &BTreeSet<String>, table: &BTreeMap<&str, Verdict>) {
    let known: BTreeSet<String> = table.keys().map(|name| (*name).to_owned()).collect();
    let both = found.intersection(&known).count();
    println!("tamper matrix: {both} of {} {what} classified", found.len());
    let unclassified: Vec<_> = found.difference(&known).collect();
    let invented: Vec<_> = known.difference(found).collect();
    assert!(unclassified.is_empty(), "not classified: {unclassified:?}");
    assert!(
        invented.is_empty(),
        "classified, but there is no such thing: {invented:?}"
    );
    for (name, verdict) in table {
        let said = match verdict {
            Verdict::Allowed(reason) | Verdict::Unread(reason) => reason.len() > 20,
            // The attack stands in the registry, whose numbers are compared elsewhere.
            Verdict::Attack(number) => *number > 0,
            Verdict::Guarded => true,
        };
        assert!(said, "{name} has no reason");
    }
}

/// What was true on the first day or in the course of the second, and what is true now.
struct Truth {
    before: Seen,
    now: Seen,
}

impl Truth {
    /// Judges what was seen after a change.
    fn judge(&self, name: &str, change: &str, verdict: Verdict, seen: &Seen) -> Result<(), String> {
        let news: BTreeSet<_> = seen.facts.difference(&self.now.facts).collect();
        let (old, invented): (Vec<_>, Vec<_>) = news
            .into_iter()
            .partition(|fact| self.before.facts.contains(*fact));
        if !invented.is_empty() {
            return Err(format!(
                "{name} {change}: shown and never true: {invented:?}"
            ));
        }
        let missing: Vec<_> = self.now.facts.difference(&seen.facts).collect();
        let silent = seen.said.is_empty() && !(missing.is_empty() && old.is_empty());
        match verdict {
            Verdict::Guarded if silent => Err(format!(
                "{name} {change}: not a word about what is missing, {missing:?}, or old, {old:?}"
            )),
            _ => Ok(()),
        }
    }
}
