//! Content that is code, guesses, other people's ids.

use keepwell_shared::{
    error::{Code, ErrorBody},
    statement::Role,
    wire::SignInStart,
};
use keepwell_tests::{
    Bytes, Device, Native, Person, Quiet, Server, TwoFaced, enter, noise,
    tamper::{Operator, bytes_at},
};
use keepwell_vault::{
    BadFile, Error, FileInfo, Vault,
    platform::{Platform, Request},
};
use serde_json::Value;

use crate::{
    attack,
    list::Attack,
    stage::{Stage, draft, quiet},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            55,
            "stored XSS through decrypted content",
            "webmail class",
            "content is text from end to end; text nodes only, strict policy, Trusted Types",
            scripts_are_text
        ),
        attack!(
            57,
            "guessing passwords and codes",
            "DL-INC",
            "no wrap leaves before OPAQUE succeeds; tries are counted before the answer",
            guesses
        ),
        attack!(
            58,
            "lock-out abuse",
            "DL-INC",
            "whoever guesses waits where they are; a name costs a puzzle from elsewhere, never a wait; a device that signed in before has tries of its own",
            lock_out
        ),
        attack!(
            60,
            "ciphertext IDOR",
            "Vaultwarden GHSA-w9f8-m526-h7fh (VW)",
            "ownership on every route; foreign ids look like missing ones",
            foreign_ids
        ),
        attack!(
            172,
            "a file that is not what its name says",
            "polyglot and renamed files; own analysis",
            "a short list of kinds, told by name and first bytes together; every reader's browser looks again before it hands a file out",
            writer_lies_about_a_file
        ),
    ]
}

const SCRIPTS: [&str; 16] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "\"><script>alert(1)</script>",
    "'-alert(1)-'",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<a href=\"jAvAsCrIpT&colon;alert(1)\">x</a>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<math><mtext></p><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "<!--><script>alert(1)</script>",
    "\u{202e}gpj.exe\u{202c}",
    "\u{0}<b>\u{1b}[31m</b>\u{feff}",
    "</textarea><template><script>alert(1)</script>",
];

async fn writer_lies_about_a_file() {
    let stage = Stage::shared().await;
    let (vault, watch) = (&stage.patient.vault, Quiet::default());
    let program = [b"MZ\x90\0".to_vec(), noise(1, 50_000)].concat();
    let words = [&b"plain words "[..]; 500].concat();
    let page = b"%PDF-1.7 and <script>alert(1)</script>".to_vec();
    for (name, shown, sent) in [
        ("letter.pdf", noise(1, 50_004), program.clone()),
        ("words.txt", words, program),
        ("photo.png", b"\x89PNG\r\n\x1a\n".to_vec(), page),
    ] {
        let source = TwoFaced {
            shown,
            sent: Bytes(sent),
        };
        let length = source.shown.len() as u64;
        let info = FileInfo {
            length,
            ..source.sent.info(name)
        };
        let typed = draft(name, "");
        let sent = Bytes(source.sent.0.clone());
        let honest = vault.add_file(stage.chart, &typed, sent.info(name), &sent, &watch);
        assert_eq!(
            honest.await.unwrap_err(),
            Error::BadFile(BadFile::Disagrees)
        );
        let lied = vault.add_file(stage.chart, &typed, info, &source, &watch);
        let file = lied.await.unwrap();
        stage.doctor_reads_well().await;
        for reader in [&stage.doctor, &stage.patient] {
            let told = reader.open(stage.chart, file.record, file.revision).await;
            assert_eq!(
                told.unwrap_err(),
                Error::BadFile(BadFile::Disagrees),
                "{name}"
            );
        }
    }
    let letter = stage.file("letter.pdf", 1, 5_000).await;
    stage.doctor_reads_well().await;
    let opened = stage
        .doctor
        .open(stage.chart, letter.record, letter.revision);
    assert_eq!(opened.await.unwrap(), noise(1, 5_000), "control");
}

async fn scripts_are_text() {
    let stage = Stage::shared().await;
    for script in SCRIPTS {
        let note = stage.patient.note(stage.chart, script, script).await;
        let (source, watch) = (Bytes(script.into()), Quiet::default());
        let (vault, typed) = (&stage.patient.vault, draft(script, ""));
        let named = |name: &str| FileInfo {
            media_type: script.to_owned(),
            ..source.info(name)
        };
        let told = vault.add_file(stage.chart, &typed, named(script), &source, &watch);
        assert!(matches!(told.await, Err(Error::BadFile(_))), "as a name");
        let added = vault.add_file(stage.chart, &typed, named("words.txt"), &source, &watch);
        let Ok(file) = added.await else {
            assert!(script.contains('\0'), "these are no words");
            continue;
        };
        stage.doctor_reads_well().await;
        let fresh = &stage.doctor;
        let seen = fresh.vault.entry(stage.chart, note.record, None).unwrap();
        assert_eq!(
            (seen.entry.title.as_str(), seen.entry.text.as_str()),
            (script, script)
        );
        let seen = fresh
            .vault
            .entry(stage.chart, file.record, None)
            .unwrap()
            .entry
            .file
            .unwrap();
        assert_eq!(
            (seen.name.as_str(), seen.media_type.as_str()),
            ("words.txt", "text/plain")
        );
        let opened = fresh
            .open(stage.chart, file.record, file.revision)
            .await
            .unwrap();
        assert_eq!(opened, script.as_bytes());
    }
    quiet(&stage.doctor_line, &stage.doctor, 0).await;
    // A user name has no place for any of it.
    for script in SCRIPTS {
        let native = Native::new(stage.server.address());
        let made = Vault::register(native, script, "a long password", Role::Patient).await;
        assert!(matches!(made, Err(Error::Username(_))), "{script}");
    }
}

async fn post(native: &Native, target: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let request = Request {
        method: "POST",
        target: target.to_owned(),
        headers: Vec::new(),
    };
    let answer = native.call(request, body.to_vec()).await.unwrap();
    (answer.status, answer.body)
}

/// Somebody at the same place, and others from everywhere, guess at a name until nobody is heard there.
async fn lock_out() {
    const PLACE: &str = "192.0.2.1";
    let server = Server::start_with(&["--trusted-proxy", "127.0.0.1"]);
    let at = |place: &str, device: &Device| {
        Native::on(server.address(), device).from_place(place.parse().unwrap())
    };
    let (known, new) = (Device::default(), Device::default());
    let line = at(PLACE, &known);
    let clara = Person::register_over(line, &known, "clara", Role::Patient).await;
    let line = at(PLACE, &Device::default());
    let bert = Person::register_over(line, &Device::default(), "bert", Role::Patient).await;
    let sign_in = async |native: &Native, who: &Person, password: &str| {
        let entered = enter(native.clone(), &who.username, password, &who.authenticator);
        entered.await.map(drop)
    };
    let guess = async |native: &Native, who: &Person| {
        let tried = Vault::enter(native.clone(), &who.username, "a guess at it all").await;
        tried.map(drop).unwrap_err()
    };
    let (right, owner) = (&clara.password, at(PLACE, &known));
    sign_in(&owner, &clara, right).await.unwrap();
    // What a thief found on the device by then.
    let gathered = known.copy();
    for place in 1..=10 {
        let stranger = at(&format!("203.0.113.{place}"), &Device::default());
        assert_eq!(guess(&stranger, &clara).await, Error::WrongSignIn);
    }
    let waits = |said: Result<(), Error>| matches!(said, Err(Error::Wait(1..=900)));
    let use_up = async |native: &Native, who: &Person| {
        for _ in 0..30 {
            match guess(native, who).await {
                Error::WrongSignIn => {}
                Error::Wait(_) => return,
                other => panic!("{other:?}"),
            }
        }
        panic!("nobody waits");
    };
    let neighbour = at(PLACE, &Device::default());
    // Whoever is new there waits, with the right password too.
    use_up(&neighbour, &bert).await;
    assert!(waits(sign_in(&at(PLACE, &new), &clara, right).await));
    // The owner does not, and calculates nothing; the device helps with no other name.
    sign_in(&owner, &clara, right).await.unwrap();
    assert_eq!(owner.puzzles(), 0);
    use_up(&neighbour, &bert).await;
    assert!(waits(sign_in(&owner, &bert, &bert.password).await));
    // A thief of the device has a few tries there, and then waits like everybody.
    use_up(&at("203.0.113.77", &known.copy()), &clara).await;
    use_up(&neighbour, &bert).await;
    let found = at(PLACE, &gathered.copy());
    sign_in(&found, &clara, right).await.unwrap();
    // Another password, and nothing that was gathered before helps any more.
    let elsewhere = at("203.0.113.78", &new);
    let vault = enter(elsewhere, &clara.username, right, &clara.authenticator).await;
    let other = "another long password of hers";
    vault.unwrap().change_password(right, other).await.unwrap();
    use_up(&neighbour, &bert).await;
    assert!(waits(sign_in(&at(PLACE, &gathered), &clara, other).await));
    // The browser that changed it is known again.
    sign_in(&at(PLACE, &new), &clara, other).await.unwrap();
}

async fn guesses() {
    let stage = Stage::new().await;
    let native = Native::new(stage.server.address());
    // A guesser knows after the first answer; so that is what is counted.
    let first = stage.line.newest(SignInStart).sent.body;
    let (mut answered, mut heard) = (0, Vec::new());
    for _ in 0..10_000 {
        let (status, body) = post(&native, "/api/sign-in/start", &first).await;
        match status {
            200 => answered += 1,
            _ => assert_eq!(code(&body), Code::Wait),
        }
        heard.extend(body);
    }
    // Some more where the ten thousand take longer than the first waits.
    assert!((1..=8).contains(&answered), "{answered} answers");
    // Nothing of the account was in any answer.
    let database = Operator::of(&stage.server).database();
    let kept: Vec<Vec<u8>> = ["account_key", "identity", "key_bundle", "opaque_record"]
        .map(|column| {
            let sql = format!("SELECT {column} FROM account WHERE username = 'patient-one'");
            database.query_row(&sql, [], |row| row.get(0)).unwrap()
        })
        .to_vec();
    for kept in kept {
        for (form, needle) in keepwell_tests::forms(&kept[..24]) {
            assert!(!keepwell_tests::contains(&heard, &needle), "{form}");
        }
    }
    // A third message that is none opens no session.
    let started = stage.line.newest(SignInStart).answer.unwrap();
    let mut started: Value = serde_json::from_slice(&started.body).unwrap();
    assert!(bytes_at(&mut started, "/opaque").len() > 100);
    started["opaque"] = keepwell_shared::bytes::to_base64url(&[0; 64]).into();
    let body = serde_json::to_vec(&started).unwrap();
    let (status, body) = post(&native, "/api/sign-in/finish", &body).await;
    assert_eq!((status, code(&body)), (401, Code::WrongSignIn));
    // Whoever is signed in goes on working.
    stage.reads_well().await;
}

fn code(body: &[u8]) -> Code {
    serde_json::from_slice::<ErrorBody>(body).unwrap().code
}

async fn foreign_ids() {
    let stage = Stage::shared().await;
    let file = stage.file("scan.pdf", 1, 5_000).await;
    let (line, puppet) = stage.another("patient-two", Role::Patient).await;
    puppet.vault.open_chart(puppet.chart().await).await.unwrap();
    let from = line.count();
    let missing = Err(Error::Refused(Code::NotFound));
    let open = puppet.vault.open_chart(stage.chart).await.map(|_| ());
    let never = puppet
        .vault
        .open_chart(keepwell_shared::id::ChartId::generate())
        .await
        .map(|_| ());
    assert_eq!(
        (&open, &never),
        (&missing, &missing),
        "foreign looks like missing"
    );
    let note = puppet
        .vault
        .add_note(stage.chart, &draft("a", "b"))
        .await
        .map(|_| ());
    assert_eq!(note, missing);
    let share = puppet
        .vault
        .share(stage.chart, stage.doctor.vault.account())
        .await
        .map(|_| ());
    assert_eq!(share, Err(Error::NotCompared));
    let seen = puppet
        .open(stage.chart, file.record, file.revision)
        .await
        .map(|_| ());
    assert_eq!(seen, Err(Error::NotFound), "there is nothing to ask with");
    assert!(
        line.traffic(from)
            .iter()
            .all(|sent| sent.starts_with("GET"))
    );
    // A reader does not write.
    let note = stage
        .doctor
        .vault
        .add_note(stage.chart, &draft("a", "b"))
        .await
        .map(|_| ());
    assert_eq!(note, Err(Error::NotFound));
    stage.reads_well().await;
}
