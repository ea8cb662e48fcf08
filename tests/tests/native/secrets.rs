//! Every type that holds a secret stands in its crate's `redacted.rs`, where a test looks at what it
//! prints and at what is overwritten when it goes; or nothing can print it at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// What a field is made of when it holds key material, of this project or of a library, or what
/// somebody wrote.
const MATERIAL: [&str; 19] = [
    "Zeroizing<",
    "[u8; 32]",
    "[u8; 20]",
    "[u8; 10]",
    "[u8; 6]",
    "SigningKey",
    "PrivateKey",
    "ClientLogin<",
    "ClientRegistration<",
    "ServerLogin<",
    "ServerSetup<",
    "RequestKey",
    "ExportKey",
    "SessionKey",
    "password: ",
    "title: String",
    "text: String",
    "Vec<String>",
    "(RecordId, String)",
];

/// What looks like a secret and is none, or is looked at elsewhere.
const EXCEPTIONS: [(&str, &str); 9] = [
    ("Person", "safety words are shown to others"),
    ("Protection", "safety words are shown to others"),
    ("Hash", "a hash is public; ids of keys commit to them"),
    ("Envelope", "the id of a key and a signature are public"),
    (
        "AccountPutRequest",
        "what travels: messages of OPAQUE and a sealed key, and no password",
    ),
    (
        "RecoverFinishRequest",
        "the same; its second factor is in the list of its own",
    ),
    ("Behind", "a test below reads the one line that prints it"),
    ("Vault", "a test below reads the one line that prints it"),
    ("App", "a test below reads the one line that prints it"),
];

/// The source of a crate without its tests, and its list.
fn source(krate: &str) -> (String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut open = vec![root.join(krate).join("src")];
    let (mut all, mut list) = (String::new(), String::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                open.push(path);
            } else if name == "redacted.rs" {
                list = fs::read_to_string(path).unwrap();
            } else if name.ends_with(".rs") && name != "tests.rs" && name != "fuzz.rs" {
                let text = fs::read_to_string(path).unwrap();
                all += text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            }
        }
    }
    (all, list)
}

/// The structs and enums of a source, with their bodies.
fn types(source: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let visible = ["pub(crate) ", "pub(super) ", "pub "];
        let bare = visible
            .iter()
            .find_map(|word| line.strip_prefix(word))
            .unwrap_or(line);
        let Some(rest) = ["struct ", "enum "]
            .iter()
            .find_map(|word| bare.strip_prefix(word))
        else {
            continue;
        };
        let end = rest
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(rest.len());
        let mut body = rest[end..].to_owned();
        if line.ends_with('{') {
            let inside = lines.by_ref().take_while(|line| *line != "}");
            let fields = inside.filter(|line| !line.trim_start().starts_with("//"));
            // The names of variants are no types.
            let is_enum = bare.starts_with("enum ");
            let types = fields.map(|line| match line.split_once('(') {
                _ if !is_enum => line,
                Some((_, types)) => types,
                None if line.contains(": ") => line,
                None => "",
            });
            body += &types.collect::<Vec<_>>().join("\n");
        }
        // Two types of one name, in two files, count as one.
        *found.entry(rest[..end].to_owned()).or_default() += &body;
    }
    found
}

/// The types that hold a secret: themselves, or by a type of theirs that does.
fn secrets(types: &BTreeMap<String, String>, source: &str) -> BTreeSet<String> {
    // The keys of the vault are made by a macro, which lists them.
    let mut secret: BTreeSet<String> = source
        .split("\nkeys! {")
        .skip(1)
        .filter_map(|rest| rest.split_once("\n}"))
        .flat_map(|(keys, _)| keys.lines())
        .filter_map(|line| Some(line.trim().strip_suffix(';')?.to_owned()))
        .collect();
    let excepted = |name: &str| EXCEPTIONS.iter().any(|(other, _)| *other == name);
    loop {
        let more: Vec<String> = types
            .iter()
            .filter(|(name, _)| !secret.contains(*name) && !excepted(name))
            .filter(|(_, body)| {
                MATERIAL.iter().any(|word| body.contains(word))
                    || secret.iter().any(|other| has_word(body, other))
            })
            .map(|(name, _)| name.clone())
            .collect();
        if more.is_empty() {
            return secret;
        }
        secret.extend(more);
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric())
        .any(|other| other == word)
}

/// Whether the type is printed by hand, or as what its own fields are. What only holds another type
/// of the list prints what that one does.
fn prints(source: &str, name: &str, body: &str) -> bool {
    let by_hand = source
        .lines()
        .any(|line| line.contains("Debug for ") && has_word(line, name));
    by_hand || (derives_debug(source, name) && MATERIAL.iter().any(|word| body.contains(word)))
}

fn derives_debug(source: &str, name: &str) -> bool {
    let mut attributes = String::new();
    for line in source.lines() {
        let is_type = line.contains("struct ") || line.contains("enum ");
        if is_type && has_word(line, name) && attributes.contains("Debug") {
            return true;
        }
        if line.starts_with(['#', ' ', ')']) {
            attributes += line;
        } else if !line.starts_with("//") {
            attributes.clear();
        }
    }
    false
}

#[test]
fn every_type_that_holds_a_secret_is_in_the_list_of_its_crate() {
    for (krate, least) in [("shared", 2), ("frontend/vault", 15), ("backend", 5)] {
        let (source, list) = source(krate);
        let types = types(&source);
        let secrets = secrets(&types, &source);
        assert!(
            secrets.len() >= least,
            "{krate}: the search for secrets finds them: {secrets:?}"
        );
        let body = |name: &str| types.get(name).map_or("", String::as_str);
        let missing: Vec<_> = secrets
            .iter()
            .filter(|name| prints(&source, name, body(name)))
            .filter(|name| !list.contains(&format!("\"{name}(..)\"")))
            .collect();
        assert!(
            missing.is_empty(),
            "{krate}: not in redacted.rs: {missing:?}"
        );
    }
}

#[test]
fn a_vault_and_a_server_print_their_names_only() {
    for (krate, whole, name) in [
        ("frontend/vault", "Vault<P>", "Vault"),
        ("frontend/vault", "Behind<P>", "Behind"),
        ("frontend/vault", "Entered<P>", "Entered"),
        ("backend", "App", "App"),
    ] {
        let (source, _) = source(krate);
        let start = format!("Debug for {whole} {{");
        let after = source.split(&start).nth(1).unwrap();
        let body = after.split("\n}\n").next().unwrap();
        assert_eq!(body.matches("f.write").count(), 1, "{name}");
        assert!(
            body.contains(&format!("f.write_str(\"{name}(..)\")")),
            "{name}"
        );
    }
}

#[test]
fn a_new_secret_is_noticed() {
    let source = "#[derive(Debug)]\nstruct Outer {\n    b: Option<Quiet>,\n}\n\
        struct Quiet([u8; 32]);\n\
        #[derive(Clone, Debug)]\npub struct Loud {\n    key: [u8; 32],\n}\n\
        struct Plain(u8);\nimpl Debug for Quiet {\n}\n";
    let types = types(source);
    let secrets = secrets(&types, source);
    let names = ["Loud", "Outer", "Quiet"].map(str::to_owned);
    assert_eq!(secrets, BTreeSet::from(names));
    assert!(
        prints(source, "Loud", &types["Loud"]),
        "its field is printed"
    );
    assert!(prints(source, "Quiet", &types["Quiet"]), "by hand");
    assert!(!prints(source, "Outer", &types["Outer"]), "as Quiet prints");
}
