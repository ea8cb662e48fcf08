//! A chart with entries that wait, and a hand in the rows behind it.

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, RecordId},
    statement::{AuthorStatement, Enclosure, Role, Verified, sign},
};
use keepwell_tests::{
    Person, Server,
    tamper::{Forger, payload_of},
    titled,
};
use keepwell_vault::{Category, Chart};

pub struct Stage {
    pub server: Server,
    pub patient: Person,
    pub doctor: Person,
    pub other: Person,
    pub chart: ChartId,
}

impl Stage {
    /// A chart that two doctors read; one of them wrote three entries that wait.
    pub async fn new() -> Self {
        let server = Server::start();
        let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
        let doctor = Person::register(server.address(), "doctor-one", Role::Doctor).await;
        let other = Person::register(server.address(), "doctor-two", Role::Doctor).await;
        let chart = patient.chart().await;
        for reader in [&doctor, &other] {
            patient.compare_with(reader).await;
            reader.compare_with(&patient).await;
            let account = reader.vault.account();
            patient.vault.share(chart, account).await.unwrap();
        }
        for title in ["One", "Two", "Three"] {
            let draft = titled(title, Category::Clinical);
            doctor.vault.propose(chart, &draft, None).await.unwrap();
        }
        Self {
            server,
            patient,
            doctor,
            other,
            chart,
        }
    }

    pub fn rows(&self, sql: &str) -> usize {
        self.database().execute(sql, []).unwrap()
    }

    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.server.data().join("keepwell.sqlite3")).unwrap()
    }

    /// What a browser of the patient without memory shows.
    pub async fn fresh(&self) -> Chart {
        let fresh = self.patient.elsewhere(self.server.address()).await;
        fresh.vault.open_chart(self.chart).await.unwrap()
    }

    /// The same on the device that has seen it all.
    pub async fn later(&self) -> Chart {
        let later = self.patient.again(self.server.address()).await;
        later.vault.open_chart(self.chart).await.unwrap()
    }

    /// What the doctor's newest statement encloses.
    pub fn enclosed(&self) -> Enclosure {
        let newest = "SELECT enclosure FROM author_statement ORDER BY place DESC LIMIT 1";
        let row = self.database().query_row(newest, [], |row| row.get(0));
        let bytes: Vec<u8> = row.unwrap();
        minicbor::decode(&bytes).unwrap()
    }

    /// The doctor's newest statement, and its sealed entry.
    pub fn newest(&self) -> (AuthorStatement, Hash, Vec<u8>) {
        let newest = "SELECT statement, entry FROM author_statement ORDER BY place DESC LIMIT 1";
        let (statement, entry): (Vec<u8>, Vec<u8>) = self
            .database()
            .query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        let payload: AuthorStatement = payload_of(&statement);
        let id = keepwell_shared::statement::Unverified::<AuthorStatement>::from_bytes(statement)
            .id()
            .unwrap();
        (payload, id, entry)
    }

    /// Stores a statement that no server would take.
    pub fn plant(&self, statement: &Verified<AuthorStatement>, enclosed: &Enclosure, entry: &[u8]) {
        let payload = statement.payload();
        let insert = "INSERT INTO author_statement SELECT ?1, ?2, max(place) + 1, ?3, \
             max(number) + 1, ?4, ?5, ?6, ?7, ?8, ?10, ?9, NULL FROM author_statement";
        let planted = self
            .database()
            .execute(
                insert,
                rusqlite::params![
                    payload.chart.as_bytes(),
                    payload.compartment.as_bytes(),
                    payload.author.as_bytes(),
                    statement.id().0,
                    RecordId::generate().as_bytes(),
                    payload.head_counter,
                    payload.bundle.0,
                    statement.as_bytes(),
                    entry,
                    enclosed.to_bytes().unwrap().as_slice(),
                ],
            )
            .unwrap();
        assert_eq!(planted, 1);
    }

    /// Somebody who signs with the key of a person.
    pub fn as_(&self, person: &Person) -> Forger {
        let mut keys = person.vault.canaries().into_iter();
        let key = keys.find(|(name, _)| *name == "signing key").unwrap().1;
        Forger::with(&key)
    }

    /// A fourth statement of the doctor, bent before it is signed.
    pub fn bent(&self, by: &Forger, bend: impl Fn(&mut AuthorStatement, &mut Enclosure)) {
        let (payload, id, entry) = self.newest();
        let mut enclosed = self.enclosed();
        let mut next = AuthorStatement {
            number: payload.number + 1,
            previous: Some(id),
            record: RecordId::generate(),
            ..payload
        };
        bend(&mut next, &mut enclosed);
        next.enclosure = Enclosure::hash(&enclosed.to_bytes().unwrap());
        self.plant(&sign(next, by).unwrap(), &enclosed, &entry);
    }
}
