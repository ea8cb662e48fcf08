//! Content that is code, guesses, other people's ids.

use keepwell_shared::{
    error::{Code, ErrorBody},
    statement::Role,
    wire::SignInStart,
};
use keepwell_tests::{
    Bytes, Native, Quiet,
    tamper::{Operator, bytes_at},
};
use keepwell_vault::{
    Error, FileInfo, Vault,
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
            60,
            "ciphertext IDOR",
            "Vaultwarden GHSA-w9f8-m526-h7fh (VW)",
            "ownership on every route; foreign ids look like missing ones",
            foreign_ids
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

async fn scripts_are_text() {
    let stage = Stage::shared().await;
    for script in SCRIPTS {
        let note = stage.patient.note(stage.chart, script, script).await;
        let info = FileInfo {
            name: script.to_owned(),
            media_type: script.to_owned(),
            length: script.len() as u64,
        };
        let (source, watch) = (Bytes(script.into()), Quiet::default());
        let (vault, typed) = (&stage.patient.vault, draft(script, ""));
        let file = vault
            .add_file(stage.chart, &typed, info, &source, &watch)
            .await
            .unwrap();
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
            (script, script)
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

async fn guesses() {
    let stage = Stage::new().await;
    let native = Native::new(stage.server.address());
    // A guesser knows after the first answer; so that is what is counted.
    let first = stage.line.newest(SignInStart).sent.body;
    let (mut answered, mut refused, mut heard) = (0, 0, Vec::new());
    for _ in 0..2_000 {
        let (status, body) = post(&native, "/api/sign-in/start", &first).await;
        match status {
            200 => answered += 1,
            _ => {
                refused += 1;
                let code = serde_json::from_slice::<ErrorBody>(&body).unwrap().code;
                assert_eq!(code, Code::Busy);
            }
        }
        heard.extend(body);
    }
    assert!((1..=10).contains(&answered), "{answered} answers");
    assert_eq!(answered + refused, 2_000);
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
    let code = serde_json::from_slice::<ErrorBody>(&body).unwrap().code;
    assert_eq!((status, code), (401, Code::WrongSignIn));
    // Whoever is signed in goes on working.
    stage.reads_well().await;
}

async fn foreign_ids() {
    let stage = Stage::shared().await;
    let file = stage.file("scan.bin", 1, 5_000).await;
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
