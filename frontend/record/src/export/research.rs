//! A chart for research: without whoever it is about, and with all dates moved by the same number of days.
//!
//! A list says what goes in, so that whatever else stands in a resource stays out: names, numbers, places,
//! people, and every text that somebody typed. What has no code is left out as a whole, because its name
//! is such a text.
use super::{Choice, exported};
use crate::{
    date::{DAY, Date},
    json::{Json, Object},
    model::{Kind, Patient, Quantity, Resource, When},
    quiet::quiet,
    record::Record,
};

/// A bundle for research.
#[derive(Clone, PartialEq, Eq)]
pub struct Research {
    /// A FHIR bundle (a collection) as text.
    pub bundle: String,
    /// How many resources are in it.
    pub given: usize,
    /// How many were chosen and left out.
    pub left_out: usize,
}

/// The oldest age that is told, in years: above it the year of birth alone may name somebody.
const OLDEST: i64 = 89;

impl Record {
    /// What may be given to research of a choice. `shift` is a number of days that is chosen at random once for
    /// each study and told to nobody; `now` is in seconds since 1970. Rare codes may still name somebody:
    /// this is no promise that nobody can be recognised.
    pub fn research(&self, choice: &Choice, shift: i64, now: i64) -> Research {
        let chosen: Vec<_> = self.entries().filter(|entry| choice.has(entry)).collect();
        let given: Vec<Json> = chosen
            .iter()
            .filter_map(|entry| without_person(&exported(entry)?.resource, shift, now))
            .map(|resource| Object::new().with("resource", resource.into()).into())
            .collect();
        let (count, all) = (given.len(), chosen.len());
        let mut bundle = Object::new()
            .with_text("resourceType", "Bundle")
            .with_text("type", "collection");
        if !given.is_empty() {
            bundle.set("entry", Json::Array(given));
        }
        Research {
            bundle: bundle.write(),
            given: count,
            left_out: all - count,
        }
    }
}

/// Members that hold a fixed code of FHIR.
const FIXED: [&str; 3] = ["status", "intent", "criticality"];
/// Members that are concepts, or lists of them: their codes go in, their texts do not.
const CONCEPTS: [&str; 10] = [
    "code",
    "clinicalStatus",
    "verificationStatus",
    "category",
    "severity",
    "vaccineCode",
    "medicationCodeableConcept",
    "interpretation",
    "reasonCode",
    "valueCodeableConcept",
];
/// Members that are dates or periods.
const TIMES: [&str; 6] = [
    "onset",
    "abatement",
    "effective",
    "performed",
    "occurrence",
    "authoredOn",
];

fn without_person(resource: &Resource, shift: i64, now: i64) -> Option<Object> {
    let object = resource.object();
    let mut given = Object::new().with_text("resourceType", resource.type_name());
    match resource.kind() {
        Kind::Patient => return Some(person(given, resource, shift, now)),
        Kind::Allergy
        | Kind::Medicine
        | Kind::Problem
        | Kind::Immunisation
        | Kind::Observation
        | Kind::Procedure => {}
        _ => return None,
    }
    for name in FIXED {
        let fixed = |code: &&str| {
            code.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_lowercase())
        };
        if let Some(code) = object.str(name).filter(fixed) {
            given.set(name, Json::text(code));
        }
    }
    measured(&mut given, object);
    for part in object.objects("component") {
        let mut own = Object::new();
        measured(&mut own, part);
        if own.get("code").is_some() {
            let mut parts = given.items("component").to_vec();
            parts.push(own.into());
            given.set("component", Json::Array(parts));
        }
    }
    for name in TIMES {
        let plain = object.str(name).and_then(|text| Date::parse(text).ok());
        if let Some(date) = plain {
            given.set(name, Json::text(moved(date, shift).to_string()));
        }
        if let Some(when) = When::choice(object, name) {
            time(&mut given, name, when, shift);
        }
    }
    let named = ["code", "vaccineCode", "medicationCodeableConcept"];
    named
        .iter()
        .any(|name| given.get(name).is_some())
        .then_some(given)
}

/// Codes and amounts.
fn measured(given: &mut Object, object: &Object) {
    for name in CONCEPTS {
        let codes = match object.get(name) {
            Some(Json::Object(concept)) => codes(concept).map(Json::Object),
            Some(Json::Array(all)) => {
                let all = all.iter().filter_map(|own| codes(own.as_object()?));
                Some(Json::Array(all.map(Json::Object).collect()))
                    .filter(|all| !all.items().is_empty())
            }
            _ => None,
        };
        if let Some(codes) = codes {
            given.set(name, codes);
        }
    }
    if let Some(quantity) = object.object("valueQuantity") {
        let mut own = Quantity::read(quantity);
        own.unit = own.code.clone();
        if !is_code(&own.code) {
            (own.unit, own.code) = (String::new(), String::new());
        }
        if !matches!(own.comparator.as_str(), "<" | "<=" | ">=" | ">") {
            own.comparator.clear();
        }
        given.set("valueQuantity", own.write());
    }
}

/// The codes of a concept, without what anybody calls them.
fn codes(concept: &Object) -> Option<Object> {
    let mut all = Vec::new();
    for coding in concept.objects("coding") {
        let (system, code) = (coding.str("system")?, coding.str("code")?);
        if is_code(code) && (system.starts_with("urn:oid:") || system.contains("://")) {
            let own = Object::new()
                .with_text("system", system)
                .with_text("code", code);
            all.push(own.into());
        }
    }
    (!all.is_empty()).then(|| Object::new().with("coding", Json::Array(all)))
}

/// A code has no space in it and is short; a sentence in its place is text.
fn is_code(code: &str) -> bool {
    !code.is_empty() && code.len() <= 32 && code.bytes().all(|byte| byte.is_ascii_graphic())
}

fn time(given: &mut Object, name: &str, when: When, shift: i64) {
    match when {
        When::At(date) => {
            let date = moved(date, shift).to_string();
            given.set(&format!("{name}DateTime"), Json::text(date));
        }
        When::Period(period) => {
            let mut own = Object::new();
            for (side, date) in [("start", period.start), ("end", period.end)] {
                if let Some(date) = date {
                    own.set(side, Json::text(moved(date, shift).to_string()));
                }
            }
            given.set(&format!("{name}Period"), own.into());
        }
    }
}

/// A date that is moved, as exact as it was, without its time of day. A month or year is moved by its
/// middle, because its beginning would always fall into the one before.
fn moved(date: Date, shift: i64) -> Date {
    let middle = date.seconds() + (date.last_second() - date.seconds()) / 2;
    let date_only = Date::of_seconds(
        middle
            .div_euclid(DAY)
            .saturating_add(shift)
            .saturating_mul(DAY),
    );
    Date {
        year: date_only.year,
        month: date.month.and(date_only.month),
        day: date.day.and(date_only.day),
        time: None,
    }
}

/// Of the person the gender and the year of birth, unless that is so long ago that few are left.
fn person(mut given: Object, resource: &Resource, shift: i64, now: i64) -> Object {
    let own = Patient::read(resource);
    if matches!(own.gender.as_str(), "male" | "female" | "other" | "unknown") {
        given.set("gender", Json::text(own.gender));
    }
    if let Some(birth) = own.birth
        && i64::from(Date::of_seconds(now).year) - i64::from(birth.year) <= OLDEST
    {
        let year = Date {
            month: None,
            day: None,
            ..moved(birth, shift)
        };
        given.set("birthDate", Json::text(year.to_string()));
    }
    given
}

quiet! { Research }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Body, Entry, State, model::Category};

    fn given(resource: &str, shift: i64) -> Research {
        let mut record = Record::new(0);
        record.put(Entry {
            record: "r".into(),
            category: Category::Clinical,
            author: "Canary".into(),
            at: 0,
            number: 1,
            state: State::Accepted,
            body: Body::Fhir(resource.into()),
        });
        record.research(&Choice::All, shift, 1_770_000_000)
    }

    #[test]
    fn nothing_that_somebody_typed_goes_out() {
        let code = r#"{"coding":[{"system":"urn:oid:1.2","code":"A1","display":"Canary"},{"system":"urn:oid:1.2","code":"Canary Canary"},{"system":"Canary","code":"1"}],"text":"Canary"}"#;
        for kind in [
            "Observation",
            "Condition",
            "Procedure",
            "AllergyIntolerance",
        ] {
            let text = format!(
                r#"{{"resourceType":"{kind}","id":"Canary","fullUrl":"Canary","status":"final Canary","code":{code},"subject":{{"display":"Canary"}},"valueString":"Canary",
                "identifier":[{{"value":"Canary"}}],"note":[{{"text":"Canary"}}],"extension":[{{"url":"Canary"}}],"meta":{{"source":"Canary"}},"valueQuantity":{{"value":1.50,"unit":"Canary","comparator":"Canary","system":"SYSTEM","code":"Canary Canary"}},
                "component":[{{"code":{code},"valueCodeableConcept":{code}}}],"category":[{{"text":"Canary"}}],"onsetString":"Canary","text":{{"div":"Canary"}}}}"#
            );
            let own = given(&text.replace("SYSTEM", crate::system::UCUM), 10);
            assert_eq!((own.given, own.left_out), (1, 0), "{kind}");
            assert!(!own.bundle.contains("Canary"), "{}", own.bundle);
            assert!(own.bundle.contains("A1") && own.bundle.contains("1.50"));
        }
        for left in [
            r#"{"resourceType":"Condition","code":{"text":"Canary"}}"#,
            r#"{"resourceType":"DocumentReference","description":"Canary"}"#,
            r#"{"resourceType":"Practitioner","name":[{"text":"Canary"}]}"#,
            "{",
        ] {
            let own = given(left, 10);
            assert_eq!((own.given, own.left_out), (0, 1));
            assert!(!own.bundle.contains("Canary"));
        }
    }

    #[test]
    fn dates_are_moved_alike_and_are_no_more_exact_than_before() {
        let text = |date: &str| {
            let own = r#"{"resourceType":"Condition","code":{"coding":[{"system":"urn:oid:1","code":"1"}]},"onsetDateTime":"DATE"}"#;
            given(&own.replace("DATE", date), -40).bundle
        };
        for (date, moved) in [
            ("2020-03-01T10:00:00+02:00", "\"2020-01-21\""),
            ("2020-03-31", "\"2020-02-20\""),
            ("2020-03", "\"2020-02\""),
            ("2020", "\"2020\""),
        ] {
            assert!(text(date).contains(moved), "{date}: {}", text(date));
        }
    }

    #[test]
    fn of_the_person_a_year_is_left_and_none_of_the_very_old() {
        let text = |birth: &str| {
            given(&format!(r#"{{"resourceType":"Patient","name":[{{"text":"Canary"}}],"gender":"female","birthDate":"{birth}"}}"#), 0).bundle
        };
        assert!(
            text("1972-05-01")
                .ends_with(r#"{"resourceType":"Patient","gender":"female","birthDate":"1972"}}]}"#)
        );
        assert!(text("1930-05-01").ends_with(r#"{"resourceType":"Patient","gender":"female"}}]}"#));
    }
}
