//! Answers: every field of every type that a server sends.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use keepwell_shared::wire::{
    AccountGet, AccountHeadList, BookGet, ChartGet, ChartList, Endpoint, FailedTryList, Method,
    PersonGet, RevisionList, SessionList, SignInFactor, SignInFinish, SignInStart, StatementList,
};
use keepwell_tests::tamper::Lie;
use serde_json::Value;

use super::{
    Truth,
    Verdict::{self, Allowed, Attack, Guarded, Unread},
    complete,
    json::{emptied, flipped, read, values},
    world::World,
};

/// Where a type's fields are met: the endpoint, and the way to them; `*` stands for every element.
struct Place {
    of: &'static str,
    method: Method,
    pattern: &'static str,
    way: &'static [&'static str],
}

fn place<E: Endpoint>(of: &'static str, _: E, way: &'static [&'static str]) -> Place {
    Place {
        of,
        method: E::METHOD,
        pattern: E::PATH,
        way,
    }
}

fn places() -> Vec<Place> {
    vec![
        place("SignInStartResponse", SignInStart, &[]),
        place("SignInFinishResponse", SignInFinish, &[]),
        place("SignInFactorResponse", SignInFactor, &[]),
        place("SessionListResponse", SessionList, &[]),
        place("SessionLine", SessionList, &["sessions", "*"]),
        place("FailedTryListResponse", FailedTryList, &[]),
        place("FailedTries", FailedTryList, &["series", "*"]),
        place("AccountResponse", AccountGet, &[]),
        place("AccountHeadListResponse", AccountHeadList, &[]),
        place("BookResponse", BookGet, &[]),
        place("PersonResponse", PersonGet, &[]),
        place("ChartListResponse", ChartList, &[]),
        place("SharedChart", ChartList, &["shared", "*"]),
        place("ChartResponse", ChartGet, &[]),
        place("OwnChart", ChartGet, &["own"]),
        place("LiveGrant", ChartGet, &["own", "grants", "*"]),
        place("OwnWrap", ChartGet, &["own", "keys", "*"]),
        place("BackWrap", ChartGet, &["back_chain", "*"]),
        place("Written", ChartGet, &["written", "*"]),
        place("StatementListResponse", StatementList, &[]),
        place("StoredStatement", StatementList, &["statements", "*"]),
        place("RevisionListResponse", RevisionList, &[]),
        place("StoredRevision", RevisionList, &["revisions", "*"]),
    ]
}

const LISTS: &str = "a server can deny that there is a chart; it can not show another one";
const LATER: &str = "asked for when heads or entries do not follow from what is known; every item is named by a signed head";

const SESSIONS: &str =
    "a server can leave a session out of its list; it can not show another device than was told";
const ITS_TRIES: &str =
    "the server can hide failed tries or make them up; the page says that it is the server's word";
const ITS_TIMES: &str = "shown as the server's own word, which nothing can check";

/// Every field, and what may come of it.
const TABLE: &[(&str, Verdict)] = &[
    (
        "RegisterStartResponse.opaque",
        Unread("a wrong one makes an account that nobody can sign in to, and nothing else"),
    ),
    ("SignInStartResponse.login", Guarded),
    ("SignInStartResponse.opaque", Guarded),
    ("SessionListResponse.sessions", Allowed(SESSIONS)),
    ("SessionLine.session", Allowed(SESSIONS)),
    ("SessionLine.began_at", Unread(ITS_TIMES)),
    ("SessionLine.used_at", Unread(ITS_TIMES)),
    ("SessionLine.device", Allowed(SESSIONS)),
    (
        "RegisterFinishResponse.session",
        Unread("with a wrong one the account is made, and signing in asks for a second factor"),
    ),
    ("RecoverStartResponse.recovery", Attack(2)),
    ("RecoverOpenResponse.account", Attack(2)),
    ("RecoverOpenResponse.key_bundle", Attack(2)),
    ("RecoverOpenResponse.account_head", Attack(2)),
    ("RecoverOpenResponse.earlier", Attack(191)),
    ("RecoverOpenResponse.kit", Attack(2)),
    ("RecoverOpenResponse.identity", Attack(2)),
    (
        "RecoverOpenResponse.opaque",
        Unread("a wrong one makes a password that nobody can sign in with, and nothing else"),
    ),
    (
        "RecoverFinishResponse.session",
        Unread("with a wrong one the account is got back, and signing in asks for a second factor"),
    ),
    ("SignInFinishResponse.proven", Guarded),
    ("SignInFactorResponse.session", Guarded),
    ("SignInFactorResponse.window", Guarded),
    ("FailedTryListResponse.series", Allowed(ITS_TRIES)),
    ("FailedTries.began_at", Allowed(ITS_TRIES)),
    ("FailedTries.last_at", Allowed(ITS_TRIES)),
    ("FailedTries.tries", Allowed(ITS_TRIES)),
    ("FailedTries.known", Allowed(ITS_TRIES)),
    ("FailedTries.places", Allowed(ITS_TRIES)),
    ("FailedTries.new", Allowed(ITS_TRIES)),
    ("AccountResponse.account", Guarded),
    ("AccountResponse.username", Guarded),
    ("AccountResponse.key_bundle", Guarded),
    ("AccountResponse.account_key", Guarded),
    ("AccountResponse.identity", Guarded),
    ("AccountResponse.kit", Guarded),
    ("AccountResponse.max_file", Guarded),
    ("AccountResponse.quota", Guarded),
    ("AccountResponse.used", Guarded),
    ("AccountResponse.device", Guarded),
    ("AccountHeadListResponse.heads", Guarded),
    (
        "PasswordStartResponse.opaque",
        Unread("a wrong one makes a password that nobody can sign in with, and nothing else"),
    ),
    ("AccountResponse.recovery_codes", Guarded),
    ("BookResponse.counter", Guarded),
    ("BookResponse.sealed", Guarded),
    ("PersonResponse.key_bundle", Guarded),
    ("BlobPostResponse.blob", Attack(103)),
    (
        "BlobResponse.sealed_length",
        Unread("no browser asks for it yet"),
    ),
    ("BlobResponse.parts", Unread("no browser asks for it yet")),
    (
        "BlobResponse.committed",
        Unread("no browser asks for it yet"),
    ),
    ("ChartListResponse.own", Allowed(LISTS)),
    ("ChartListResponse.shared", Allowed(LISTS)),
    ("SharedChart.chart", Guarded),
    ("SharedChart.owner", Guarded),
    ("SharedChart.grant", Guarded),
    ("ChartResponse.chart", Guarded),
    ("ChartResponse.owner", Guarded),
    (
        "ChartResponse.own",
        Allowed("a fresh browser can be shown an older head with its own keys"),
    ),
    ("ChartResponse.grant", Guarded),
    ("ChartResponse.back_chain", Guarded),
    ("OwnChart.head", Guarded),
    ("OwnChart.grants", Guarded),
    ("OwnChart.keys", Guarded),
    ("LiveGrant.grant", Guarded),
    ("LiveGrant.grantee", Guarded),
    ("OwnWrap.compartment", Guarded),
    ("OwnWrap.epoch", Guarded),
    ("OwnWrap.wrapped", Guarded),
    ("BackWrap.compartment", Guarded),
    ("BackWrap.epoch", Guarded),
    ("BackWrap.wrapped", Guarded),
    ("RevisionListResponse.revisions", Guarded),
    ("StoredRevision.record", Guarded),
    ("StoredRevision.number", Guarded),
    ("StoredRevision.state", Guarded),
    ("ChartResponse.compartments", Guarded),
    ("AccountResponse.account_head", Guarded),
    ("HeadListResponse.heads", Unread(LATER)),
    ("CompartmentHeadListResponse.heads", Unread(LATER)),
    ("LeafListResponse.leaves", Unread(LATER)),
    ("StoredLeaf.record", Unread(LATER)),
    ("StoredLeaf.number", Unread(LATER)),
    ("StoredLeaf.revision", Unread(LATER)),
    ("StoredLeaf.state", Unread(LATER)),
    ("StoredRevision.revision", Guarded),
    ("StoredRevision.entry", Guarded),
    ("ChartResponse.written", Guarded),
    ("Written.compartment", Guarded),
    ("Written.statements", Guarded),
    ("StatementListResponse.statements", Guarded),
    ("StatementListResponse.authors", Guarded),
    ("StatementListResponse.heads", Guarded),
    ("StoredStatement.statement", Guarded),
    ("StoredStatement.enclosure", Guarded),
    ("StoredStatement.entry", Guarded),
    ("ReaderListResponse.readers", Attack(146)),
    ("ErrorBody.code", Attack(109)),
    (
        "ErrorBody.wait",
        Allowed(
            "a server can refuse to serve; the browser says how long, and asks when the person does",
        ),
    ),
    ("ErrorBody.puzzle", Attack(170)),
    ("Puzzle.challenge", Attack(170)),
    ("Puzzle.bits", Attack(170)),
    ("ErrorBody.window", Attack(111)),
];

/// Public fields of the types that a server sends: all but requests, queries and what is inside them.
fn fields_of_the_wire() -> BTreeSet<String> {
    const SENT_BY_BROWSERS: [&str; 5] = [
        "NewHead",
        "NewRevision",
        "NewPassword",
        "NewSecondFactor",
        "Returning",
    ];
    let shared = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .join("shared/src");
    let files = fs::read_dir(shared.join("wire")).unwrap();
    let mut sources: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    sources.push(shared.join("error.rs"));
    let mut all = BTreeSet::new();
    for source in sources {
        let source = fs::read_to_string(source).unwrap();
        let mut name = None;
        for line in source.split("#[cfg(test)]").next().unwrap().lines() {
            if let Some(rest) = line.strip_prefix("pub struct ") {
                let of = &rest[..rest.find([' ', '<', '(', ';']).unwrap_or(rest.len())];
                let ours = of.ends_with("Request") || of.ends_with("Query");
                let sent = !ours && !SENT_BY_BROWSERS.contains(&of);
                name = (sent && rest.ends_with('{')).then(|| of.to_owned());
            } else if line == "}" {
                name = None;
            } else if let (Some(name), Some(field)) = (&name, line.strip_prefix("    pub ")) {
                all.insert(format!("{name}.{}", field.split(':').next().unwrap()));
            }
        }
    }
    all
}

/// Every field of every answer.
pub async fn fields() {
    let verdicts: BTreeMap<&str, Verdict> = TABLE.iter().copied().collect();
    let found = fields_of_the_wire();
    complete("fields", &found, &verdicts);

    let mut world = World::first_day().await;
    let (mut before, old) = world.read(|| None).await;
    before.facts.extend(world.second_day().await.facts);
    let (now, new) = world.read(|| None).await;
    assert!(now.said.is_empty(), "the control: {:?}", now.said);
    let truth = Truth { before, now };
    world.other.vault.home().await.unwrap();
    world
        .other
        .vault
        .open_chart(world.other.chart().await)
        .await
        .unwrap();

    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for Place {
        of,
        method,
        pattern,
        way,
    } in places()
    {
        let bodies = |line: &keepwell_tests::tamper::Line| {
            let answers = line.answers(method, pattern).into_iter();
            answers.map(|answer| answer.body).collect::<Vec<_>>()
        };
        let own: Vec<String> = found
            .iter()
            .filter_map(|name| name.strip_prefix(&format!("{of}.")).map(str::to_owned))
            .collect();
        for field in own {
            let name = format!("{of}.{field}");
            let verdict = verdicts[name.as_str()];
            let now: Vec<Value> = new
                .iter()
                .flat_map(&bodies)
                .flat_map(|body| read(&body, way, &field))
                .collect();
            if now.is_empty() {
                assert!(matches!(verdict, Attack(_)), "{name} was in no answer");
                continue;
            }
            tried.insert(name.clone());
            // From an older state, and another person's: the values that stood there.
            let then: Vec<Value> = old
                .iter()
                .flat_map(&bodies)
                .flat_map(|body| read(&body, way, &field))
                .collect();
            let theirs: Vec<Value> = bodies(&world.other_line)
                .into_iter()
                .flat_map(|body| read(&body, way, &field))
                .collect();
            for change in [
                "flipped",
                "emptied",
                "left out",
                "swapped",
                "another's",
                "replayed",
            ] {
                let (field, then, theirs) = (field.clone(), then.clone(), theirs.clone());
                let lie = || {
                    let (field, then, theirs) = (field.clone(), then.clone(), theirs.clone());
                    Some(Lie::on(method, pattern, move |_, answer| {
                        let Ok(mut json) = serde_json::from_slice::<Value>(&answer.body) else {
                            return;
                        };
                        let mut found = Vec::new();
                        values(&mut json, way, &field, &mut found);
                        let now: Vec<Value> = found.iter().map(|value| (**value).clone()).collect();
                        let count = now.len();
                        for (at, value) in found.into_iter().enumerate() {
                            let from = |list: &[Value]| list.get(at % list.len().max(1)).cloned();
                            *value = match change {
                                "flipped" => flipped(value),
                                "emptied" => emptied(value),
                                "left out" => Value::Null,
                                "swapped" => now[(at + 1) % count].clone(),
                                "another's" => from(&theirs).unwrap_or_else(|| value.clone()),
                                _ => from(&then).unwrap_or_else(|| value.clone()),
                            };
                        }
                        answer.body = serde_json::to_vec(&json).unwrap();
                    }))
                };
                let (seen, _) = world.read(lie).await;
                wrong.extend(truth.judge(&name, change, verdict, &seen).err());
                world.forget_failures(&seen);
            }
        }
    }
    println!(
        "tamper matrix: {} fields met in answers and tampered with",
        tried.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
