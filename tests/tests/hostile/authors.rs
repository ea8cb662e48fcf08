//! What a server, or a doctor who works with it, does to entries by doctors: moved, planted, sealed
//! wrongly, given to somebody else. `doubts` tries more of each; here stands what has to hold around it.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::RecordId,
    statement::{AuthorStatement, Enclosure, KeyBundle, Role, Unverified, Verified},
    wire::{ChartGet, StatementList},
};
use keepwell_tests::{
    Device,
    tamper::{self, Forger, Lie, payload_of},
};
use keepwell_vault::{Decision, Distrust, Error, Standing};
use serde_json::{Value, json};

use crate::{
    attack,
    gossip::look,
    list::Attack,
    rows::{doubted, only_read, three_statements, titles},
    stage::{Stage, TITLE, draft, key, quiet},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            142,
            "entries by doctors moved to another chart or category",
            "Cryptomator 119 class (CM)",
            "chart and category are signed and bound into the seal",
            moved
        ),
        attack!(
            143,
            "entries planted in a doctor's name",
            "MEGA; BW08, 1P03 (PM26)",
            "the owner's signed heads name by their keys who may write",
            planted
        ),
        attack!(
            144,
            "a doctor who seals wrongly or tells two stories",
            "SAL18 class; own analysis",
            "the key's id, commitment and root are signed; what does not open is said with its author's name and can not be taken",
            sealed_wrongly
        ),
        attack!(
            145,
            "another author for an entry that was taken",
            "own analysis",
            "who wrote is shown only with the author's own signature over the same sealed bytes",
            another_author
        ),
        attack!(
            146,
            "ghost reader when a doctor writes",
            "WA25 class",
            "an author seals for those alone whom the owner's signed head names",
            ghost_reader
        ),
    ]
}

async fn moved() {
    let stage = three_statements().await;
    let elsewhere = "UPDATE author_statement SET compartment = (SELECT compartment \
         FROM compartment_head WHERE chart = author_statement.chart \
         AND compartment <> author_statement.compartment LIMIT 1), place = 1 WHERE place = 3";
    let said = [(3, Distrust::Misplaced)];
    doubted(
        &stage,
        &[elsewhere],
        &Device::default(),
        &said,
        &["One", "Two"],
    )
    .await;
}

/// The page of statements as the patient's browser gets it.
async fn page(stage: &Stage) -> Value {
    let (line, ..) = look(stage, &stage.patient, &Device::default(), vec![]).await;
    serde_json::from_slice(&line.newest(StatementList).answer.unwrap().body).unwrap()
}

/// A fourth statement, signed by whomever, with whatever the server adds to the page.
async fn told(
    stage: &Stage,
    signer: &Forger,
    bundle: Option<&Verified<KeyBundle>>,
    bend: impl Fn(&mut AuthorStatement, &mut Enclosure),
    said: (&str, u64, Distrust),
) {
    let mut page = page(stage).await;
    let last = page["statements"][2].clone();
    let bytes = tamper::bytes_at(&mut last.clone(), "/statement");
    let before: AuthorStatement = payload_of(&bytes);
    let id = Unverified::<AuthorStatement>::from_bytes(bytes);
    let mut next = AuthorStatement {
        number: 4,
        previous: Some(id.id().unwrap()),
        record: RecordId::generate(),
        ..before
    };
    let beside = tamper::bytes_at(&mut last.clone(), "/enclosure");
    let mut enclosed: Enclosure = minicbor::decode(&beside).unwrap();
    bend(&mut next, &mut enclosed);
    let beside = enclosed.to_bytes().unwrap();
    next.enclosure = Enclosure::hash(&beside);
    if let Some(bundle) = bundle {
        next.bundle = bundle.id();
        let authors = page["authors"].as_array_mut().unwrap();
        authors.push(json!(bundle.to_unverified()));
    }
    let next = signer.sign(next);
    let mut planted = last;
    planted["statement"] = json!(next.to_unverified());
    planted["enclosure"] = json!(beside);
    page["statements"].as_array_mut().unwrap().push(planted);
    let lies = vec![
        Lie::json(StatementList, move |json| json.clone_from(&page)),
        Lie::json(ChartGet, |json| json["written"][0]["statements"] = json!(4)),
    ];
    let (line, person, shown) = look(stage, &stage.patient, &Device::default(), lies).await;
    assert_eq!(shown.standing, Standing::First);
    assert_eq!(titles(&shown), [TITLE]);
    let doubts = shown.doubts.iter();
    let doubts = doubts.map(|doubt| (doubt.author.as_str(), doubt.number, doubt.why));
    assert_eq!(doubts.collect::<Vec<_>>(), [said]);
    only_read(&line, &person).await;
    // It can not be taken either, and nothing is written for it.
    let taken = person
        .vault
        .decide(stage.chart, next.id(), &Decision::Accept);
    let refused = [Error::NotFound, Error::Distrusted(said.2)];
    assert!(refused.contains(&taken.await.unwrap_err()));
    only_read(&line, &person).await;
    let (.., shown) = look(stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!(
        (shown.doubts.len(), shown.waiting.len()),
        (0, 3),
        "the control"
    );
}

async fn planted() {
    let stage = three_statements().await;
    let forger = Forger::with(&[9; 32]);
    // In the doctor's name: with the doctor's keys named, and with keys of the server's own.
    told(
        &stage,
        &forger,
        None,
        |_, _| {},
        ("", 0, Distrust::Signature),
    )
    .await;
    let real: KeyBundle = payload_of(&tamper::bytes_at(&mut page(&stage).await, "/authors/0"));
    let bundle = forger.bundle(real.account, "doctor-one", real.wrapping.0);
    let said = ("doctor-one", 4, Distrust::NotAReader);
    told(&stage, &forger, Some(&bundle), |_, _| {}, said).await;
}

async fn sealed_wrongly() {
    let stage = three_statements().await;
    let doctor = Forger::with(&key(&stage.doctor, "signing key"));
    let content = ("doctor-one", 4, Distrust::Content);
    told(
        &stage,
        &doctor,
        None,
        |next, _| next.key_id = Hash([1; 32]),
        content,
    )
    .await;
    let commitment = |_: &mut AuthorStatement, enclosed: &mut Enclosure| {
        enclosed.entry.commitment = Hash([1; 32]);
    };
    told(&stage, &doctor, None, commitment, content).await;
    let not_for_me = ("doctor-one", 4, Distrust::NotForMe);
    told(
        &stage,
        &doctor,
        None,
        |_, enclosed| enclosed.wraps[0] = None,
        not_for_me,
    )
    .await;
    // Another one under a number that was given.
    let twin = |next: &mut AuthorStatement, _: &mut Enclosure| next.number = 3;
    let said = ("doctor-one", 3, Distrust::Misplaced);
    told(&stage, &doctor, None, twin, said).await;
}

async fn another_author() {
    let stage = three_statements().await;
    let shown = stage.patient.vault.open_chart(stage.chart).await.unwrap();
    let mut waiting = shown.waiting.iter();
    let one = waiting.find(|one| one.entry.title == "One").unwrap();
    let taken = stage
        .patient
        .vault
        .decide(stage.chart, one.statement, &Decision::Accept);
    taken.await.unwrap();
    let author = |chart: &keepwell_vault::Chart| {
        let mut entries = chart.entries.iter();
        entries
            .find(|e| e.entry.title == "One")
            .unwrap()
            .author
            .clone()
    };
    let (.., shown) = look(&stage, &stage.patient, &Device::default(), vec![]).await;
    assert_eq!(
        (author(&shown).as_str(), shown.doubts.len()),
        ("doctor-one", 0),
        "the control"
    );
    // Without the statement, or with another one in its place, nobody is said to have written it.
    for lie in [
        "DELETE FROM author_statement",
        "UPDATE author_statement SET enclosure = NULL, entry = NULL WHERE place = 1",
        "UPDATE author_statement SET (statement, enclosure, entry) = \
         (SELECT statement, enclosure, entry FROM said WHERE place = 2) WHERE place = 1",
    ] {
        assert!(stage.operator.rows(lie) > 0);
        let (line, person, shown) = look(&stage, &stage.patient, &Device::default(), vec![]).await;
        assert_eq!(author(&shown), "");
        assert!(!shown.doubts.is_empty());
        only_read(&line, &person).await;
        stage.operator.rows("DELETE FROM author_statement");
        stage
            .operator
            .rows("INSERT INTO author_statement SELECT * FROM said");
    }
}

async fn ghost_reader() {
    let stage = three_statements().await;
    let (_, other) = stage.another("doctor-two", Role::Doctor).await;
    stage.patient.compare_with(&other).await;
    let share = stage
        .patient
        .vault
        .share(stage.chart, other.vault.account());
    share.await.unwrap();
    stage.doctor_reads_well().await;
    // Another reader's keys are the server's own now.
    let real = stage.operator.database().query_row(
        "SELECT key_bundle FROM account WHERE username = 'doctor-two'",
        [],
        |row| row.get::<_, Vec<u8>>(0),
    );
    let real = real.unwrap();
    let keys: KeyBundle = payload_of(&real);
    let forged = Forger::with(&[9; 32]).bundle(keys.account, "doctor-two", keys.wrapping.0);
    let put = |bundle: &[u8]| {
        let sql = "UPDATE account SET key_bundle = ?1 WHERE username = 'doctor-two'";
        assert_eq!(stage.operator.database().execute(sql, [bundle]).unwrap(), 1);
    };
    put(forged.as_bytes());
    let from = stage.doctor_line.count();
    let typed = draft("For whom?", "");
    let said = stage.doctor.vault.propose(stage.chart, &typed, None).await;
    assert_eq!(said.map(drop), Err(Error::Refused(Code::Conflict)));
    let posted = stage.doctor_line.since(from).into_iter();
    assert_eq!(
        posted.filter(|e| e.sent.method == "POST").count(),
        0,
        "nothing was sealed"
    );
    quiet(&stage.doctor_line, &stage.doctor, from).await;
    put(&real);
    let said = stage.doctor.vault.propose(stage.chart, &typed, None).await;
    assert_eq!(said.unwrap().waiting.len(), 4, "the control");
}
