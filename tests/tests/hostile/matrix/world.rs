//! People whose records the matrix reads, and what a fresh browser of theirs shows.

use std::collections::BTreeSet;

use keepwell_shared::statement::Role;
use keepwell_tests::{
    Device as Memory, Native, Person, come_back, noise,
    tamper::{Lie, Line, Tamper},
};
use keepwell_vault::{Decision, Device, Error, Vault};

use crate::stage::{Stage, Watched, draft};

/// Facts that are shown, and what is said instead.
#[derive(Default, Debug, Clone)]
pub struct Seen {
    pub facts: BTreeSet<String>,
    pub said: Vec<String>,
}

/// Two patients and a doctor, with a past.
pub struct World {
    pub stage: Stage,
    /// The other patient, with whom the doctor works too.
    pub other: Watched,
    pub other_line: Line,
}

impl World {
    /// The first day: a note, a file, a doctor.
    pub async fn first_day() -> Self {
        let stage = Stage::shared().await;
        let (other_line, other) = stage.another("patient-two", Role::Patient).await;
        // Somebody guesses at each of them, once.
        for name in ["patient-one", "patient-two", "doctor-one"] {
            let native = Native::new(stage.server.address());
            let guessed = Vault::enter(native, name, "a guess at it all").await;
            assert_eq!(guessed.map(drop), Err(Error::WrongSignIn));
        }
        stage.operator.forget_tries();
        other.compare_with(&stage.doctor).await;
        stage.doctor.compare_with(&other).await;
        let theirs = other.chart().await;
        other.note(theirs, "theirs", "of the other patient").await;
        other.file(theirs, "their.pdf", &noise(2, 20_000)).await;
        other
            .vault
            .share(theirs, stage.doctor.vault.account())
            .await
            .unwrap();
        stage
            .patient
            .file(stage.chart, "scan.pdf", &noise(1, 20_000))
            .await;
        Self {
            stage,
            other,
            other_line,
        }
    }

    /// The second day: a revision, a new epoch, the doctor again, another person compared, a new
    /// recovery kit, and the password renewed.
    pub async fn second_day(&self) -> Seen {
        let stage = &self.stage;
        let vault = &stage.patient.vault;
        let new = draft("second", "the newer words");
        let (record, seen) = (stage.note.record, stage.note.revision);
        vault.revise(stage.chart, record, seen, &new).await.unwrap();
        let grant = vault.open_chart(stage.chart).await.unwrap().sharing[0].grant;
        vault.stop_sharing(stage.chart, grant).await.unwrap();
        vault
            .share(stage.chart, stage.doctor.vault.account())
            .await
            .unwrap();
        stage
            .patient
            .note(stage.chart, "third", "after the new epoch")
            .await;
        stage.patient.compare_with(&self.other).await;
        // The doctor writes twice; one is taken, the other waits and has been seen.
        for title in ["by the doctor", "waits"] {
            let draft = draft(title, "for the patient");
            let written = stage.doctor.vault.propose(stage.chart, &draft, None);
            written.await.unwrap();
        }
        // A browser without memory may be shown this moment later: it was true.
        let (between, _) = self.read(|| None).await;
        let shown = vault.open_chart(stage.chart).await.unwrap();
        let mut waiting = shown.waiting.iter();
        let by = waiting.find(|one| one.entry.title == "by the doctor");
        let statement = by.unwrap().statement;
        let taken = vault.decide(stage.chart, statement, &Decision::Accept);
        taken.await.unwrap();
        stage.patient.new_kit().await;
        // Twice: the chart names a statement that stands before the one before the newest.
        let password = &stage.patient.password;
        for _ in 0..2 {
            vault.change_password(password, password).await.unwrap();
        }
        between
    }

    /// What fresh browsers of both show, each with this lie on its line.
    pub async fn read(&self, lie: impl Fn() -> Option<Lie>) -> (Seen, [Line; 2]) {
        let mut seen = Seen::default();
        let mut lines = Vec::new();
        for person in [&self.stage.patient, &self.stage.doctor] {
            let line = Line::new(self.stage.operator.clone());
            if let Some(lie) = lie() {
                line.lie(lie);
            }
            read_as(self, person, &line, &mut seen).await;
            lines.push(line);
        }
        let busy = |said: &String| said.contains("Busy");
        assert!(
            !seen.said.iter().any(busy),
            "nothing was tried: {:?}",
            seen.said
        );
        let second = lines.pop().unwrap();
        (seen, [lines.pop().unwrap(), second])
    }

    /// A server that counts failed sign-ins would refuse everything after a few of them, and then
    /// nothing would be tried any more: its operator forgets them.
    pub fn forget_failures(&mut self, seen: &Seen) {
        if seen.said.iter().any(|said| said.contains("signs in")) {
            self.stage.operator.forget_tries();
        }
    }
}

async fn read_as(world: &World, person: &Watched, line: &Line, seen: &mut Seen) {
    let platform = Tamper::new(world.stage.returning(person), line);
    let who = &person.username;
    let vault = match come_back(platform, who, &person.password).await {
        Ok(vault) => vault,
        Err(error) => return seen.said.push(format!("{who} signs in: {error:?}")),
    };
    let device = Device::from_user_agent(&format!("{who} Firefox on an iPad"), true);
    let told = vault.tell_device(device).await;
    let listed = vault.sessions().await.map(|sessions| {
        let here = sessions.into_iter().find(|session| session.here);
        here.and_then(|session| session.device)
    });
    match (told, listed) {
        (Ok(()), Ok(Some(Ok(device)))) => {
            seen.facts
                .insert(format!("{who} signed in with {device:?}"));
        }
        (Ok(()), Ok(None)) => {}
        other => seen.said.push(format!("{who} lists sessions: {other:?}")),
    }
    // Nothing can check them, so they are no facts; but what is none of the kind is refused.
    if let Err(error) = vault.failed_tries().await {
        seen.said
            .push(format!("{who} lists failed tries: {error:?}"));
    }
    if vault.protection().kit_at.is_some() {
        seen.facts.insert(format!("{who} has a recovery kit"));
    }
    for known in vault.people() {
        let words = known.words.text().join(" ");
        seen.facts
            .insert(format!("{who} compared {} {words}", known.username));
    }
    for name in ["doctor-one", "patient-two", "patient-one"] {
        match vault.find_person(name).await {
            Ok(found) => {
                // Words are what people compare: other words are told apart by them.
                if found.compared || *who == found.username {
                    seen.facts.insert(format!(
                        "{who} finds {name} {}",
                        found.words.text().join(" ")
                    ));
                } else if found.changed {
                    seen.said.push(format!("{name} has other keys"));
                }
            }
            Err(error) => seen.said.push(format!("{who} finds {name}: {error:?}")),
        }
    }
    let home = match vault.home().await {
        Ok(home) => home,
        Err(error) => return seen.said.push(format!("{who}'s charts: {error:?}")),
    };
    seen.said
        .extend(home.refused.iter().map(|why| format!("a chart: {why:?}")));
    let shared = home.shared.iter().map(|shared| shared.chart);
    for shared in &home.shared {
        let (owner, since) = (&shared.owner, shared.since > 0);
        if owner.compared {
            seen.facts
                .insert(format!("{who} reads for {} {since}", owner.username));
        } else {
            seen.said
                .push(format!("{} is not compared", owner.username));
        }
    }
    let person = Person {
        username: who.clone(),
        password: person.password.clone(),
        vault,
        device: Memory::default(),
        line: person.line.clone(),
        authenticator: person.authenticator.clone(),
    };
    for chart in home.own.iter().copied().chain(shared) {
        read_chart(&person, chart, seen).await;
    }
}

async fn read_chart(person: &Watched, chart: keepwell_shared::id::ChartId, seen: &mut Seen) {
    let who = &person.username;
    let opened = match person.vault.open_chart(chart).await {
        Ok(opened) => opened,
        Err(error) => return seen.said.push(format!("{who} opens a chart: {error:?}")),
    };
    let owner = &opened.owner.username;
    seen.said.extend(
        opened
            .refused
            .iter()
            .map(|refused| format!("an entry: {:?}", refused.why)),
    );
    if !opened.standing.is_writable() {
        seen.said.push(format!("{who}: {:?}", opened.standing));
    }
    for grant in &opened.sharing {
        let name = &grant.person.username;
        if !grant.person.compared {
            seen.said.push(format!("{name} is not compared"));
            continue;
        }
        seen.facts
            .insert(format!("{who} sees {owner} share with {name}"));
    }
    seen.said.extend(
        opened
            .doubts
            .iter()
            .map(|doubt| format!("by others: {:?}", doubt.why)),
    );
    for one in &opened.waiting {
        let (title, author) = (&one.entry.title, &one.author.username);
        let about = format!("{:?} {:?} {}", one.category, one.state, one.seen);
        seen.facts.insert(format!(
            "{who} sees {title} by {author} wait for {owner}: {about}"
        ));
    }
    for entry in &opened.entries {
        if entry.author.is_empty() {
            // Nobody is said to have written it, which is no false name.
            seen.said.push(format!("{who}: an entry without an author"));
            continue;
        }
        let (title, text) = (&entry.entry.title, &entry.entry.text);
        let about = format!("{:?} {}", entry.category, entry.author);
        // Each revision is a fact of its own: an older one is true, and not the newest.
        seen.facts
            .insert(format!("{who} reads {owner}: {title} {text} {about}"));
        for (_, number, ..) in &entry.history {
            seen.facts
                .insert(format!("{who} {owner} {title} has revision {number}"));
        }
        if entry.entry.file.is_some() {
            match person.open(chart, entry.record, entry.revision).await {
                Ok(bytes) => {
                    let sum: u64 = bytes.iter().map(|byte| u64::from(*byte)).sum();
                    seen.facts
                        .insert(format!("{who} opens {title}: {} {sum}", bytes.len()));
                }
                Err(error) => seen.said.push(format!("{who} opens {title}: {error:?}")),
            }
        }
    }
}
