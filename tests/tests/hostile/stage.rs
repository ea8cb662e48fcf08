//! A server in the hands of a liar, a patient, a doctor, and what has to hold around every refusal.

use std::fmt::Debug;

use crate::probe::Probe;
use keepwell_shared::{
    id::ChartId,
    statement::Role,
    wire::{Endpoint, HeadPostRequest, NewRevision, RevisionList},
};
use keepwell_tests::{
    Device, Native, Person, Server, come_back, contains, forms, noise,
    tamper::{Forger, Lie, Line, Operator, Tamper},
};
use keepwell_vault::{
    Category, Chart, Distrust, Draft, Error, OpenedRevision, Standing, platform::Answer,
};
use serde_json::Value;

/// A person whose line may lie.
pub type Watched = Person<Tamper<Native>>;

/// Who was refused what.
pub const CONTENT: Error = Error::Distrusted(Distrust::Content);
pub const SIGNATURE: Error = Error::Distrusted(Distrust::Signature);
pub const MISPLACED: Error = Error::Distrusted(Distrust::Misplaced);
pub const MISSING: Error = Error::Distrusted(Distrust::Missing);
pub const OLD: Error = Error::Distrusted(Distrust::Old);
pub const OTHER_KEYS: Error = Error::Distrusted(Distrust::OtherKeys);
pub const ANSWER: Error = Error::Distrusted(Distrust::Answer);

/// What the patient writes; nobody else may ever see it.
pub const TITLE: &str = "canary title Qx7";
pub const TEXT: &str = "canary text Zp9: allergic to penicillin";

pub struct Stage {
    pub server: Server,
    pub operator: Operator,
    pub patient: Watched,
    pub line: Line,
    pub doctor: Watched,
    pub doctor_line: Line,
    pub chart: ChartId,
    pub note: OpenedRevision,
}

impl Stage {
    /// A patient with one note, and a doctor; nothing is shared.
    pub async fn new() -> Self {
        let server = Server::start();
        let operator = Operator::of(&server);
        let (line, patient) = somebody(&server, "patient-one", Role::Patient).await;
        let (doctor_line, doctor) = somebody(&server, "doctor-one", Role::Doctor).await;
        let chart = patient.chart().await;
        let note = patient.note(chart, TITLE, TEXT).await;
        Self {
            server,
            operator,
            patient,
            line,
            doctor,
            doctor_line,
            chart,
            note,
        }
    }

    /// The same, with words compared on both sides and the chart shared and read.
    pub async fn shared() -> Self {
        let stage = Self::new().await;
        stage.patient.compare_with(&stage.doctor).await;
        stage.doctor.compare_with(&stage.patient).await;
        let share = stage
            .patient
            .vault
            .share(stage.chart, stage.doctor.vault.account());
        assert_eq!(share.await.unwrap().sharing.len(), 1);
        stage.reads_well().await;
        stage.doctor_reads_well().await;
        stage
    }

    /// Another person on a line of their own.
    pub async fn another(&self, name: &str, role: Role) -> (Line, Watched) {
        somebody(&self.server, name, role).await
    }

    /// Somebody whose signing key is the patient's: the worst that can be signed.
    pub fn patients_own_key(&self) -> Forger {
        Forger::with(&key(&self.patient, "signing key"))
    }

    /// Opening the chart under this lie shows what was read before, says how the server's state
    /// stands to it, and nothing can be written.
    pub async fn chart_stands(&self, is: fn(Standing) -> bool, lie: Lie) {
        let vault = &self.patient.vault;
        let entries = vault.open_chart(self.chart).await.unwrap().entries.len();
        let from = self.line.count();
        self.line.lie(lie);
        let chart = vault.open_chart(self.chart).await.unwrap();
        assert!(is(chart.standing), "{:?}", chart.standing);
        assert_eq!(chart.entries.len(), entries);
        let typed = draft("never", "stored");
        let written = vault.add_note(self.chart, &typed).await;
        assert_eq!(written.unwrap_err(), Error::Blocked);
        calm(&self.line, &self.patient, from).await;
        self.still_reads();
        self.line.honest();
        self.reads_well().await;
    }

    /// The control: an honest server is believed.
    pub async fn reads_well(&self) -> Chart {
        let chart = self.patient.vault.open_chart(self.chart).await.unwrap();
        assert!(chart.standing.is_writable(), "{:?}", chart.standing);
        assert!(chart.refused.is_empty(), "{:?}", chart.refused);
        self.still_reads();
        chart
    }

    /// The same on the doctor's side.
    pub async fn doctor_reads_well(&self) -> Chart {
        let chart = self.doctor.vault.open_chart(self.chart).await.unwrap();
        assert!(chart.refused.is_empty(), "{:?}", chart.refused);
        assert!(chart.standing.is_writable(), "{:?}", chart.standing);
        chart
    }

    /// What verified before is still there.
    pub fn still_reads(&self) {
        let vault = &self.patient.vault;
        let note = vault.entry(self.chart, self.note.record, None).unwrap();
        assert_eq!(
            (note.entry.title.as_str(), note.entry.text.as_str()),
            (TITLE, TEXT)
        );
        assert_eq!(note.revision, self.note.revision);
    }

    /// Opening the chart under this lie is refused with this error, and with nothing else; with the
    /// truth it opens again.
    pub async fn chart_is_refused(&self, why: Error, lie: Lie) {
        self.line.lie(lie);
        let open = self.patient.vault.open_chart(self.chart);
        refused(&self.line, &self.patient, why, open).await;
        self.still_reads();
        self.line.honest();
        self.reads_well().await;
    }

    /// The same on the doctor's side.
    pub async fn doctors_chart_is_refused(&self, why: Error, lie: Lie) {
        self.doctor_line.lie(lie);
        let open = self.doctor.vault.open_chart(self.chart);
        refused(&self.doctor_line, &self.doctor, why, open).await;
        self.doctor_line.honest();
        self.doctor_reads_well().await;
    }

    /// A fresh browser of the patient, which has not read the entries yet.
    pub async fn probe(&self) -> Probe {
        let (line, person) = self.fresh().await;
        Probe {
            chart: self.chart,
            line,
            person,
        }
    }

    /// The patient in another browser, on a line of its own.
    pub async fn fresh(&self) -> (Line, Watched) {
        let line = Line::new(self.operator.clone());
        let person = self.elsewhere(&self.patient, &line).await;
        (line, person)
    }

    /// Somebody in a browser that remembers nothing but that it was let in.
    async fn elsewhere(&self, person: &Watched, line: &Line) -> Watched {
        let device = person.device.returning();
        let platform = Tamper::new(Native::on(self.server.address(), &device), line);
        let (name, password) = (&person.username, &person.password);
        Person::sign_in_over(platform, &device, name, password, &person.authenticator).await
    }

    /// The way to the server of such a browser.
    pub fn returning(&self, person: &Watched) -> Native {
        Native::on(self.server.address(), &person.device.returning())
    }

    /// A page of somebody's entries, as their fresh browser gets it.
    pub async fn page_of(&self, person: &Watched) -> Answer {
        let line = Line::new(self.operator.clone());
        let fresh = self.elsewhere(person, &line).await;
        fresh.vault.open_chart(fresh.chart().await).await.unwrap();
        line.newest(RevisionList).answer.unwrap()
    }

    /// A page of the patient's entries.
    pub async fn page(&self) -> Value {
        serde_json::from_slice(&self.page_of(&self.patient).await.body).unwrap()
    }

    /// A file of so many bytes of noise.
    pub async fn file(&self, name: &str, seed: u64, length: usize) -> OpenedRevision {
        self.patient
            .file(self.chart, name, &noise(seed, length))
            .await
    }
}

/// The revisions that were sent on a line since `from`, each once: a repeat is the same message.
pub fn revisions_sent(line: &Line, from: usize) -> Vec<NewRevision> {
    let mut all: Vec<NewRevision> = Vec::new();
    for exchange in line.since(from) {
        if exchange.sent.method == "POST" && exchange.sent.target.ends_with("/head") {
            let body: HeadPostRequest = serde_json::from_slice(&exchange.sent.body).unwrap();
            for revision in body.new.revisions {
                if !all.contains(&revision) {
                    all.push(revision);
                }
            }
        }
    }
    all
}

async fn somebody(server: &Server, name: &str, role: Role) -> (Line, Watched) {
    let line = Line::new(Operator::of(server));
    let device = Device::default();
    let platform = Tamper::new(Native::on(server.address(), &device), &line);
    let person = Person::register_over(platform, &device, name, role).await;
    (line, person)
}

/// A draft of a note.
pub fn draft(title: &str, text: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        text: text.to_owned(),
        category: Category::Clinical,
    }
}

/// A named key of a person.
pub fn key(person: &Watched, name: &str) -> Vec<u8> {
    let mut found = person.vault.canaries().into_iter();
    found.find(|(is, _)| *is == name).unwrap().1
}

/// The act meets this refusal, and everything around it holds: a lie was told, nothing secret left,
/// nothing was written after it, and then it is quiet.
pub async fn refused<T: Debug>(
    line: &Line,
    person: &Watched,
    why: Error,
    act: impl Future<Output = Result<T, Error>>,
) {
    let from = line.count();
    assert_eq!(act.await.map(|got| format!("{got:?}")), Err(why));
    calm(line, person, from).await;
}

/// As [`refused`], where the lie is in the rows of the database: nothing at all may be written.
pub async fn refused_by_rows<T: Debug>(
    line: &Line,
    person: &Watched,
    why: Error,
    act: impl Future<Output = Result<T, Error>>,
) {
    let from = line.count();
    assert_eq!(act.await.map(|got| format!("{got:?}")), Err(why));
    let writes = line
        .since(from)
        .into_iter()
        .filter(|e| e.sent.method != "GET");
    assert_eq!(writes.count(), 0, "written after the lie");
    quiet(line, person, from).await;
}

/// As [`refused`], for a sign-in: there is no vault yet, and the password is the secret.
pub async fn sign_in_refused(stage: &Stage, why: Error, lie: Lie) {
    stage.operator.forget_tries();
    let line = Line::new(stage.operator.clone());
    line.lie(lie);
    let platform = Tamper::new(stage.returning(&stage.patient), &line);
    let Person {
        username, password, ..
    } = &stage.patient;
    let signed_in = come_back(platform, username, password);
    assert_eq!(signed_in.await.map(|_| ()), Err(why));
    calm(&line, &stage.patient, 0).await;
}

/// What has to hold around a refusal on this line since `from`.
pub async fn calm(line: &Line, person: &Watched, from: usize) {
    let sent = line.since(from);
    assert!(sent.iter().any(|e| e.tampered), "no lie was told");
    assert_eq!(
        line.writes_after_the_first_lie(from),
        Vec::<String>::new(),
        "written after the lie"
    );
    quiet(line, person, from).await;
}

/// Nothing secret left since `from`, and nothing leaves now.
pub async fn quiet(line: &Line, person: &Watched, from: usize) {
    let sent = line.since(from);
    let mut secrets = person.vault.canaries();
    secrets.push(("password", person.password.clone().into_bytes()));
    secrets.push(("title", TITLE.into()));
    secrets.push(("text", TEXT.into()));
    for exchange in &sent {
        let headers = exchange.sent.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect();
        let target = exchange.sent.target.as_bytes();
        let whole = [target, headers.as_bytes(), &exchange.sent.body].concat();
        for (name, secret) in &secrets {
            for (form, needle) in forms(secret) {
                assert!(!contains(&whole, &needle), "{name} left as {form}");
            }
        }
    }
    let count = line.count();
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
    assert_eq!(line.count(), count, "a request that nobody started");
}

/// Every bit of a byte changed, one at a time, at so many places spread over a length.
pub fn places(length: usize, at_most: usize) -> Vec<usize> {
    let step = length.div_ceil(at_most).max(1);
    let mut places: Vec<usize> = (0..length).step_by(step).collect();
    places.push(length - 1);
    places
}

/// A lie that sets a field, at a JSON pointer.
pub fn set<E: Endpoint>(endpoint: E, pointer: &'static str, to: Value) -> Lie {
    Lie::json(endpoint, move |json| {
        *keepwell_tests::tamper::at(json, pointer) = to.clone();
    })
}

/// A lie that adds a field to an object, at a JSON pointer.
pub fn with_field<E: Endpoint>(
    endpoint: E,
    pointer: &'static str,
    name: &'static str,
    value: Value,
) -> Lie {
    Lie::json(endpoint, move |json| {
        let object = keepwell_tests::tamper::at(json, pointer);
        object
            .as_object_mut()
            .unwrap()
            .insert(name.to_owned(), value.clone());
    })
}
