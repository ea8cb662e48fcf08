//! What people who write into a chart tell each other by it: whoever is kept on an older state, or in
//! another history, is shown what contradicts it as soon as one of their entries arrives.

use keepwell_shared::{
    bytes::Hash,
    statement::{AuthorStatement, CompartmentHead, Role},
    wire::{ChartGet, StatementList},
};
use keepwell_tests::{
    Device, Native, Person,
    tamper::{self, Forger, Lie, Line, Tamper, payload_of},
};
use keepwell_vault::{Chart, Error, Standing};
use serde_json::{Value, json};

use crate::{
    attack,
    list::Attack,
    stage::{Stage, TITLE, Watched, calm, draft, key},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            147,
            "a reader kept on an old state",
            "CONIKS, SEEMless; own analysis",
            "every entry by a doctor names the newest state that its author has seen; whoever is shown an older one is told, and remembers it",
            old_state
        ),
        attack!(
            148,
            "two readers in two histories",
            "SUNDR; MX22",
            "the state that an entry names must lie on the way back from the one that is shown",
            two_histories
        ),
    ]
}

/// A chart that two doctors read, one of whom writes there.
async fn stage_with_a_writer() -> (Stage, Watched) {
    let stage = Stage::shared().await;
    let (_, writer) = stage.another("doctor-two", Role::Doctor).await;
    stage.patient.compare_with(&writer).await;
    writer.compare_with(&stage.patient).await;
    let account = writer.vault.account();
    let share = stage.patient.vault.share(stage.chart, account);
    share.await.unwrap();
    writer.vault.open_chart(stage.chart).await.unwrap();
    (stage, writer)
}

/// A browser of somebody, and what it shows under a lie.
pub async fn look(
    stage: &Stage,
    person: &Watched,
    device: &Device,
    lies: Vec<Lie>,
) -> (Line, Watched, Chart) {
    stage.operator.forget_tries();
    let line = Line::new(stage.operator.clone());
    let platform = Tamper::new(Native::on(stage.server.address(), device), &line);
    let (name, password) = (&person.username, &person.password);
    device.was_let_in(&person.device);
    let phone = &person.authenticator;
    let person = Person::sign_in_over(platform, device, name, password, phone).await;
    for lie in lies {
        line.lie(lie);
    }
    let chart = person.vault.open_chart(stage.chart).await.unwrap();
    (line, person, chart)
}

/// What the server says of the chart to this person now.
async fn told(stage: &Stage, person: &Watched) -> Value {
    let (line, ..) = look(stage, person, &Device::default(), vec![]).await;
    serde_json::from_slice(&line.newest(ChartGet).answer.unwrap().body).unwrap()
}

/// Everything as it was, and so many statements as there are now.
pub fn as_before(old: &Value, hide: bool) -> Lie {
    let old = old.clone();
    Lie::json(ChartGet, move |json| {
        let written = json["written"].clone();
        json.clone_from(&old);
        if !hide {
            json["written"] = written;
        }
    })
}

/// Nothing is written on a state that is not the newest.
async fn is_paused(stage: &Stage, line: &Line, person: &Watched, from: usize) {
    let typed = draft("never", "stored");
    let vault = &person.vault;
    let said = vault.add_note(stage.chart, &typed).await.map(drop);
    let proposed = vault.propose(stage.chart, &typed, None).await.map(drop);
    assert!([said, proposed].contains(&Err(Error::Blocked)));
    calm(line, person, from).await;
}

async fn old_state() {
    let (stage, writer) = stage_with_a_writer().await;
    let people = [&stage.patient, &stage.doctor];
    let mut before = Vec::new();
    for person in people {
        before.push(told(&stage, person).await);
    }
    stage.patient.note(stage.chart, "newer", "").await;
    // As a browser without memory: there is nothing yet that says more.
    for (person, old) in people.into_iter().zip(&before) {
        let lies = vec![as_before(old, false)];
        let (.., shown) = look(&stage, person, &Device::default(), lies).await;
        assert_eq!(shown.standing, Standing::First);
    }
    writer.vault.open_chart(stage.chart).await.unwrap();
    let proposed = draft("under the newest state", "");
    let proposed = writer.vault.propose(stage.chart, &proposed, None);
    proposed.await.unwrap();

    for (person, old) in people.into_iter().zip(&before) {
        let (.., shown) = look(&stage, person, &Device::default(), vec![]).await;
        assert_eq!(shown.standing, Standing::First, "the control");
        assert_eq!((shown.entries.len(), shown.waiting.len()), (2, 1));

        let device = Device::default();
        let lies = vec![as_before(old, false)];
        let (line, reader, shown) = look(&stage, person, &device, lies).await;
        assert!(matches!(shown.standing, Standing::Older { .. }));
        let titles: Vec<&str> = shown
            .entries
            .iter()
            .map(|e| e.entry.title.as_str())
            .collect();
        assert_eq!(titles, [TITLE], "what verified is shown with the warning");
        is_paused(&stage, &line, &reader, 0).await;
        // Once seen it is not forgotten, whatever is hidden from then on.
        let lies = vec![as_before(old, true)];
        let (line, reader, shown) = look(&stage, person, &device, lies).await;
        assert!(matches!(shown.standing, Standing::Older { .. }));
        assert!(shown.waiting.is_empty());
        is_paused(&stage, &line, &reader, 0).await;
        let (.., shown) = look(&stage, person, &device, vec![]).await;
        assert!(shown.standing.is_writable(), "with the truth all is well");
        assert_eq!((shown.entries.len(), shown.waiting.len()), (2, 1));
    }

    // Under an open window too, which keeps what it has.
    let device = Device::default();
    let (line, reader, _) = look(&stage, &stage.doctor, &device, vec![]).await;
    let now = line.newest(ChartGet).answer.unwrap();
    let now: Value = serde_json::from_slice(&now.body).unwrap();
    stage.patient.note(stage.chart, "newest", "").await;
    writer.vault.open_chart(stage.chart).await.unwrap();
    let proposed = draft("again", "");
    let proposed = writer.vault.propose(stage.chart, &proposed, None);
    proposed.await.unwrap();
    let from = line.count();
    line.lie(as_before(&now, false));
    let shown = reader.vault.open_chart(stage.chart).await.unwrap();
    assert!(matches!(shown.standing, Standing::Older { .. }));
    assert_eq!((shown.entries.len(), shown.waiting.len()), (2, 1));
    is_paused(&stage, &line, &reader, from).await;
}

async fn two_histories() {
    let (stage, writer) = stage_with_a_writer().await;
    for title in ["second", "third"] {
        stage.patient.note(stage.chart, title, "").await;
    }
    writer.vault.open_chart(stage.chart).await.unwrap();
    let proposed = draft("seen", "");
    let proposed = writer.vault.propose(stage.chart, &proposed, None);
    proposed.await.unwrap();
    let (line, ..) = look(&stage, &stage.doctor, &Device::default(), vec![]).await;
    let page = line.newest(StatementList).answer.unwrap();
    let page: Value = serde_json::from_slice(&page.body).unwrap();
    let owner = stage.patients_own_key();
    let author = Forger::with(&key(&writer, "signing key"));
    let head: CompartmentHead = payload_of(&bytes(&page, "/heads/0"));
    let statement: AuthorStatement = payload_of(&bytes(&page, "/statements/0/statement"));
    let newest = head.counter;
    assert!(newest >= 3);

    // A page with an entry that names a head which the server has shown to its writer alone.
    let naming = |signer: &Forger, counter: u64| {
        let head = signer.sign(CompartmentHead {
            counter,
            previous: Some(Hash([7; 32])),
            ..head.clone()
        });
        let bent = author.sign(AuthorStatement {
            head: head.id(),
            head_counter: counter,
            ..statement.clone()
        });
        let mut page = page.clone();
        page["heads"] = json!([head.to_unverified()]);
        page["statements"][0]["statement"] = json!(bent.to_unverified());
        move || {
            let page = page.clone();
            Lie::json(StatementList, move |json| json.clone_from(&page))
        }
    };
    for counter in [0, 1, newest - 1, newest, newest + 1, newest + 100] {
        let lie = naming(&owner, counter);
        for person in [&stage.patient, &stage.doctor] {
            let (line, reader, shown) = look(&stage, person, &Device::default(), vec![lie()]).await;
            let told = match shown.standing {
                Standing::Older { .. } => counter > newest,
                Standing::Forked => counter <= newest,
                _ => false,
            };
            assert!(told, "{counter} beside {newest}: {:?}", shown.standing);
            is_paused(&stage, &line, &reader, 0).await;
        }
    }
    let (.., shown) = look(&stage, &stage.doctor, &Device::default(), vec![]).await;
    assert_eq!(
        (shown.standing, shown.waiting.len()),
        (Standing::First, 1),
        "the control"
    );

    // A head that the owner did not sign says nothing: nobody is alarmed by a doctor's word alone.
    let forged = naming(&Forger::with(&[9; 32]), newest + 1);
    let (.., shown) = look(&stage, &stage.doctor, &Device::default(), vec![forged()]).await;
    assert_eq!((shown.standing, shown.doubts.len()), (Standing::First, 1));
    assert!(shown.waiting.is_empty());

    // The way out is the owner's: a head above all that was named, which takes its place.
    let lie = naming(&owner, newest + 100);
    let device = stage.patient.device.copy();
    let (line, patient, _) = look(&stage, &stage.patient, &device, vec![lie()]).await;
    line.honest();
    let shown = patient.vault.open_chart(stage.chart).await.unwrap();
    assert!(
        matches!(shown.standing, Standing::Older { .. }),
        "not forgotten"
    );
    let repaired = patient.vault.repair(stage.chart).await.unwrap();
    assert_eq!(
        (repaired.chart.standing, repaired.lost.len()),
        (Standing::Current, 0)
    );
    for lies in [vec![], vec![lie()]] {
        let (.., shown) = look(&stage, &stage.doctor, &Device::default(), lies).await;
        assert_eq!((shown.standing, shown.waiting.len()), (Standing::First, 1));
    }
}

fn bytes(page: &Value, pointer: &str) -> Vec<u8> {
    tamper::bytes_at(&mut page.clone(), pointer)
}
