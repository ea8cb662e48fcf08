//! What two revisions of one entry say differently.
use serde::{Deserialize, Serialize};

use crate::{
    describe::{Description, Field, Part, Shown, described_body},
    entry::{Body, Stored},
    json::{Json, write},
    model::When,
    quiet::quiet,
};

/// Everything that differs.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// The title before and after, where it changed.
    pub title: Option<(String, String)>,
    /// The time before and after, where it changed.
    pub when: Option<(Option<When>, Option<When>)>,
    /// Parts that were changed, added or taken out, in the words that the page has for parts.
    pub parts: Vec<PartChange>,
    /// Every member of the resource that differs, for what has no words.
    pub members: Vec<MemberChange>,
}

/// A part that differs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartChange {
    /// What it is about.
    pub field: Field,
    /// What the writer calls it; mostly empty.
    pub label: String,
    /// What was said; nothing where it was added.
    pub before: Option<Shown>,
    /// What is said now; nothing where it was taken out.
    pub after: Option<Shown>,
}

/// A member that differs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberChange {
    /// The way to it.
    pub path: Vec<Step>,
    /// Its text before, as JSON for what is no string; nothing where it was added.
    pub before: Option<String>,
    /// Its text now; nothing where it was taken out.
    pub after: Option<String>,
}

/// One step on the way to a member.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Into the member of this name.
    Member(String),
    /// To the element with this number, from 0.
    Element(usize),
}

/// Compares two revisions. `now` is in seconds since 1970.
pub fn compare(before: &Body, after: &Body, now: i64) -> Comparison {
    let (old, new) = (
        described_body(before, now).description,
        described_body(after, now).description,
    );
    let mut members = Vec::new();
    if let (Some(before), Some(after)) = (resource(before), resource(after)) {
        different(&mut Vec::new(), &before, &after, &mut members);
    }
    Comparison {
        title: (old.title != new.title).then(|| (old.title.clone(), new.title.clone())),
        when: (old.when != new.when).then_some((old.when, new.when)),
        parts: parts(&old, &new),
        members,
    }
}

fn resource(body: &Body) -> Option<Json> {
    match body {
        Body::Fhir(text) => Some(Stored::parse(text).ok()?.resource.object().clone().into()),
        _ => None,
    }
}

/// Parts of one field and label are compared in their order, after those that stayed are set aside.
fn parts(old: &Description, new: &Description) -> Vec<PartChange> {
    let mut added: Vec<&Part> = new.parts.iter().collect();
    let mut gone: Vec<&Part> = Vec::new();
    for part in &old.parts {
        match added.iter().position(|own| *own == part) {
            Some(at) => drop(added.remove(at)),
            None => gone.push(part),
        }
    }
    let mut changes: Vec<PartChange> = Vec::new();
    for part in gone {
        let same = |own: &&Part| own.field == part.field && own.label == part.label;
        let after = added.iter().position(same).map(|at| added.remove(at));
        changes.push(PartChange {
            field: part.field,
            label: part.label.clone(),
            before: Some(part.value.clone()),
            after: after.map(|after| after.value.clone()),
        });
    }
    changes.extend(added.into_iter().map(|part| PartChange {
        field: part.field,
        label: part.label.clone(),
        before: None,
        after: Some(part.value.clone()),
    }));
    changes
}

/// No deeper than what the reader takes.
fn different(path: &mut Vec<Step>, before: &Json, after: &Json, out: &mut Vec<MemberChange>) {
    match (before, after) {
        (before, after) if before == after => {}
        (Json::Object(old), Json::Object(new)) => {
            for (name, before) in old.iter() {
                path.push(Step::Member(name.to_owned()));
                match new.get(name) {
                    Some(after) => different(path, before, after, out),
                    None => out.push(change(path, Some(before), None)),
                }
                path.pop();
            }
            for (name, after) in new.iter().filter(|(name, _)| old.get(name).is_none()) {
                path.push(Step::Member(name.to_owned()));
                out.push(change(path, None, Some(after)));
                path.pop();
            }
        }
        (Json::Array(old), Json::Array(new)) => elements(path, old, new, out),
        (before, after) => out.push(change(path, Some(before), Some(after))),
    }
}

/// What is the same at the beginning and at the end is set aside: so an element that was put in between
/// is one change and not many.
fn elements(path: &mut Vec<Step>, old: &[Json], new: &[Json], out: &mut Vec<MemberChange>) {
    let pairs = old.iter().zip(new);
    let start = pairs.take_while(|(before, after)| before == after).count();
    let (old, new) = (
        old.get(start..).unwrap_or_default(),
        new.get(start..).unwrap_or_default(),
    );
    let pairs = old.iter().rev().zip(new.iter().rev());
    let end = pairs.take_while(|(before, after)| before == after).count();
    let old = old.get(..old.len() - end).unwrap_or_default();
    let new = new.get(..new.len() - end).unwrap_or_default();
    for number in 0..old.len().max(new.len()) {
        path.push(Step::Element(start + number));
        match (old.get(number), new.get(number)) {
            (Some(before), Some(after)) => different(path, before, after, out),
            (before, after) => out.push(change(path, before, after)),
        }
        path.pop();
    }
}

fn change(path: &[Step], before: Option<&Json>, after: Option<&Json>) -> MemberChange {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        value => write(value),
    };
    MemberChange {
        path: path.to_vec(),
        before: before.map(text),
        after: after.map(text),
    }
}

quiet! { Comparison PartChange MemberChange Step }

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        Body::Fhir(text.to_owned())
    }

    #[test]
    fn the_same_has_no_difference() {
        let own = body(r#"{"resourceType":"Condition","code":{"text":"a"},"x":[1,2]}"#);
        assert_eq!(compare(&own, &own, 0), Comparison::default());
    }

    #[test]
    fn what_changed_is_told_with_its_place() {
        let before = body(
            r#"{"resourceType":"Condition","code":{"text":"Cold"},"onsetDateTime":"2019","x":[1,2,3],"gone":1.50}"#,
        );
        let after = body(
            r#"{"resourceType":"Condition","code":{"text":"Asthma"},"onsetDateTime":"2020-01","x":[1,"new",2,3],"note":[{"text":"n"}]}"#,
        );
        let own = compare(&before, &after, 0);
        assert_eq!(own.title, Some(("Cold".into(), "Asthma".into())));
        assert!(own.when.is_some());
        let fields: Vec<Field> = own.parts.iter().map(|part| part.field).collect();
        assert_eq!(fields, [Field::Since, Field::Note]);
        let members: Vec<(usize, Option<&str>, Option<&str>)> = own
            .members
            .iter()
            .map(|own| (own.path.len(), own.before.as_deref(), own.after.as_deref()))
            .collect();
        assert_eq!(
            members,
            [
                (2, Some("Cold"), Some("Asthma")),
                (1, Some("2019"), Some("2020-01")),
                (2, None, Some("new")),
                (1, Some("1.50"), None),
                (1, None, Some(r#"[{"text":"n"}]"#)),
            ]
        );
        assert!(own.members[2].path == [Step::Member("x".into()), Step::Element(1)]);
    }
}
