//! Everybody whom a chart can have to do with, and the ids that they ask for: for the matrix of
//! authorisation (`api/authorisation.rs`).

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, BlobId, ChartId, CompartmentId, GrantId, LoginId, RecordId, SessionId},
    request::{ProvedRequest, RequestKey},
    statement::BlobContent,
    wire::*,
};

use super::{
    Server,
    chart::part_of,
    client::Answer,
    factor::Phone,
    password::blinded_password,
    person::{Person, Session, random},
};

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Who asks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Who {
            $($(#[$doc])* $name,)*
        }

        pub const EVERYBODY: &[Who] = &[$(Who::$name),*];
    };
}

columns! {
    /// Without a session.
    Nobody,
    /// With the owner's session and a proof made by another key.
    Forger,
    /// The owner, with a session that has ended.
    Ended,
    /// A patient who has nothing to do with the chart, and has one too.
    StrangerPatient,
    /// A doctor who has nothing to do with the chart.
    StrangerDoctor,
    /// A doctor whose grant has ended.
    FormerGrantee,
    /// A doctor with a live grant of one compartment.
    PartGrantee,
    /// A doctor with a live grant of every compartment.
    Grantee,
    /// Whose chart it is.
    Owner,
}

/// What an id in a path stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// There is no id, or one that everybody may name: what is answered is the caller's own.
    None,
    /// The owner's chart.
    Chart,
    /// In the owner's chart, the compartment that both grantees have.
    Given,
    /// In the owner's chart, a compartment that only the grantee of everything has.
    Kept,
    /// In the owner's chart, a compartment of the patient who has nothing to do with it.
    Foreign,
    /// In the chart of that patient, a compartment of the owner's.
    Swapped,
    /// A file of the owner's that a revision names, in the compartment that both grantees have.
    Committed,
    /// A file of the owner's that no revision names yet.
    Open,
    /// A session of the owner's in another browser.
    Session,
}

/// Everybody, and the owner's chart with entries in two compartments and two files.
pub struct World {
    pub owner: Person,
    grantee: Person,
    part: Person,
    former: Person,
    doctor: Person,
    patient: Person,
    ended: Session,
    elsewhere: SessionId,
    pub committed: (BlobContent, Vec<u8>),
    pub open: (BlobContent, Vec<u8>),
    entry: Vec<u8>,
}

impl World {
    pub async fn new(server: &Server) -> Self {
        let mut owner = Person::patient(server, "patient-one").await;
        let patient = Person::patient(server, "patient-two").await;
        let grantee = Person::doctor(server, "doctor-one").await;
        let former = Person::doctor(server, "doctor-two").await;
        let doctor = Person::doctor(server, "doctor-three").await;
        let part = Person::doctor(server, "doctor-four").await;

        let change = owner.change();
        let whole = owner.grant_to(&grantee, &change, GrantId::generate());
        let one = owner.grant_of(&part, &change, GrantId::generate(), &[0]);
        let ends = owner.grant_to(&former, &change, GrantId::generate());
        let change = change.share(&whole).share(&one).share(&ends);
        owner.post(change).await.unwrap();
        let change = owner.change().live(&[]).raise_all();
        let whole = owner.grant_to(&grantee, &change, whole.payload().grant);
        let one = owner.grant_of(&part, &change, one.payload().grant, &[0]);
        let change = change.share(&whole).share(&one);
        let change = (0..owner.compartments.len()).fold(change, |change, place| match place {
            0 => change.read_by(place, &[&grantee, &part]),
            _ => change.read_by(place, &[&grantee]),
        });
        owner.post(change).await.unwrap();

        let committed = owner.upload(100).await.unwrap();
        let open = owner.upload(100).await.unwrap();
        let entry = random(4112);
        let file = Some(committed.0.clone());
        let revision = owner.revision(RecordId::generate(), 1, None, &entry, file);
        owner.post_revision(revision, &entry).await.unwrap();
        let kept = owner.fresh(1, &entry);
        owner.post_revision(kept, &entry).await.unwrap();

        owner.call::<SessionEnd>(&[], &Empty {}).await.unwrap();
        let ended = owner.session.take().unwrap();
        // The one elsewhere begins before the one that asks.
        owner.sign_in().await.unwrap();
        let elsewhere = owner.session().id;
        owner.sign_in().await.unwrap();
        Self {
            owner,
            grantee,
            part,
            former,
            doctor,
            patient,
            ended,
            elsewhere,
            committed,
            open,
            entry,
        }
    }

    /// Everybody comes back to the session that they have locked.
    pub async fn come_back(&mut self) {
        for person in [
            &mut self.owner,
            &mut self.grantee,
            &mut self.part,
            &mut self.former,
            &mut self.doctor,
            &mut self.patient,
        ] {
            person.sign_in().await.unwrap();
        }
    }

    /// Whoever has a live session, and makes proofs with its key.
    pub fn signed_in(&self, who: Who) -> Option<&Person> {
        match who {
            Who::Nobody | Who::Forger | Who::Ended => None,
            Who::StrangerPatient => Some(&self.patient),
            Who::StrangerDoctor => Some(&self.doctor),
            Who::FormerGrantee => Some(&self.former),
            Who::PartGrantee => Some(&self.part),
            Who::Grantee => Some(&self.grantee),
            Who::Owner => Some(&self.owner),
        }
    }

    /// What stands in a path at `{name}`, as the owner would write it.
    pub fn id(&self, name: &str, thing: Thing) -> String {
        match (name, thing) {
            ("chart", Thing::Swapped) => self.patient.chart().to_string(),
            ("chart", _) => self.owner.chart().to_string(),
            ("compartment", Thing::Given | Thing::Swapped) => self.owner.id_of(0).to_string(),
            ("compartment", Thing::Kept) => self.owner.id_of(1).to_string(),
            ("compartment", Thing::Foreign) => self.patient.id_of(0).to_string(),
            ("blob", Thing::Open) => self.open.0.blob.to_string(),
            ("blob", _) => self.committed.0.blob.to_string(),
            ("session", _) => self.elsewhere.to_string(),
            ("username", _) => self.owner.username.as_str().to_owned(),
            ("part", _) => "0".to_owned(),
            _ => panic!("{{{name}}} is new: say what stands there"),
        }
    }

    /// A body that is right in the hands of the owner, and for what readers write in theirs.
    pub fn body(&self, route: &str, who: Who, thing: Thing) -> Vec<u8> {
        match route {
            "StatementPost" => {
                let author = self.signed_in(who).unwrap_or(&self.grantee);
                let place = usize::from(thing == Thing::Kept);
                let statement = author.statement(&self.owner, place, &self.entry);
                json(&author.statement_request(statement, &self.entry))
            }
            "PasswordStart" => json(&PasswordStartRequest {
                opaque: blinded_password(),
            }),
            "AccountPut" => json(&AccountPutRequest {
                login: LoginId::generate(),
                login_opaque: Bytes(random(64)),
                account_head: self.owner.account_head.to_unverified(),
                password: NewPassword {
                    opaque: Bytes(random(192)),
                    account_key: Bytes(random(61)),
                },
            }),
            "KitPut" => json(&KitPutRequest {
                account_head: self.owner.account_head.to_unverified(),
                kit: self.owner.kit.wrapped.clone(),
            }),
            "BookPut" => json(&BookPutRequest {
                counter: 1,
                sealed: Bytes(random(100)),
            }),
            "DevicePut" => json(&DevicePutRequest {
                device: Bytes(random(100)),
            }),
            "HeadPost" => {
                let revision = self.owner.signed(self.owner.fresh(0, &self.entry));
                let change = self.owner.change().write(&revision, &self.entry);
                json(&self.owner.request(&change))
            }
            "BlobPost" => json(&BlobPostRequest {
                sealed_length: 4112,
            }),
            "PartPut" => part_of(&self.committed.1, 0).to_vec(),
            "SecondFactorPut" => {
                let now = self.owner.client.clock.now();
                json(&Phone::draw().new_factor(self.owner.account, now))
            }
            "RecoveryCodesPut" => json(&RecoveryCodesPutRequest {
                recovery_codes: Phone::draw().hashes(self.owner.account),
            }),
            _ => Vec::new(),
        }
    }

    /// Asks with everything that `who` has. An open route proves nothing to anybody.
    pub async fn ask(
        &self,
        who: Who,
        (method, access): (Method, Access),
        path: &str,
        query: &str,
        body: Vec<u8>,
    ) -> Answer {
        let method = method.as_str();
        let signed_in = self.signed_in(who);
        if let (Some(person), Access::Session) = (signed_in, access) {
            return person.raw(method, path, query, body, None).await;
        }
        let by = |session: &Session, key: &RequestKey, number: u64| {
            let request = ProvedRequest {
                method,
                path,
                query,
                session: session.id,
                window: session.window,
                number,
                idempotency: None,
                body: Hash::of(&body),
            };
            let proof = key.prove(&request);
            (request, proof)
        };
        let (request, proof) = match (who, signed_in.map(Person::session)) {
            (_, Some(session)) => by(session, &session.key, 900),
            (Who::Forger, _) => by(self.owner.session(), &RequestKey::derive(b"forged"), 900),
            (Who::Ended, _) => by(&self.ended, &self.ended.key, 900),
            _ => {
                let target = match query {
                    "" => path.to_owned(),
                    query => format!("{path}?{query}"),
                };
                let kind = [("content-type", "application/json".to_owned())];
                return self.owner.client.send(method, &target, &kind, body).await;
            }
        };
        self.owner.send(&request, proof, body.clone()).await
    }
}

fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

/// The names of the ids in a path.
pub fn names(pattern: &str) -> Vec<&str> {
    pattern
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

pub fn fill(pattern: &str, id: impl Fn(&str) -> String) -> String {
    let ids: Vec<_> = names(pattern).into_iter().map(id).collect();
    let ids: Vec<&dyn std::fmt::Display> = ids.iter().map(|id| id as _).collect();
    fill_path(pattern, &ids).unwrap()
}

/// Ids in the place of `{name}` that name nothing: one that is not there, the same bytes as another
/// kind, one of another kind that exists, and what is no id. A part is a number and no secret.
pub fn nothings(name: &str, id: &str) -> Vec<String> {
    let (missing, prefix) = match name {
        "chart" => (ChartId::generate().to_string(), ChartId::PREFIX),
        "compartment" => (CompartmentId::generate().to_string(), CompartmentId::PREFIX),
        "blob" => (BlobId::generate().to_string(), BlobId::PREFIX),
        "session" => (SessionId::generate().to_string(), SessionId::PREFIX),
        "username" => return vec!["nobody-at-all".into(), AccountId::generate().to_string()],
        _ => return Vec::new(),
    };
    let bare = id.strip_prefix(prefix).unwrap();
    let other = |kind: &str| format!("{kind}{bare}");
    vec![
        missing,
        other(RecordId::PREFIX),
        other(match name {
            "chart" => BlobId::PREFIX,
            _ => ChartId::PREFIX,
        }),
        bare.to_owned(),
    ]
}
