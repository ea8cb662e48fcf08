//! Random journeys of two patients and two doctors, with a server that lies between their steps.
//! Whatever it does to its rows, no doctor ever reads a word that was not written for them: only
//! what stood in a chart while a grant to them lived.

use std::collections::{BTreeMap, BTreeSet};

use keepwell_shared::{
    id::{ChartId, RecordId},
    statement::Role,
};
use keepwell_tests::{Person, Server};
use keepwell_vault::{Category, Draft};

/// Journeys, each from a seed of its own.
const JOURNEYS: u64 = 6;
/// Steps of each.
const STEPS: usize = 60;
/// Steps before the first lie: a lie may end a chart for good, and there must be something to steal.
const HONEST: usize = 25;

/// Lies that a server can tell by its rows alone. Each is tried as SQL; one that the schema refuses
/// is no lie.
const LIES: &[&str] = &[
    "UPDATE consent SET ended_by = NULL",
    "UPDATE consent SET ended_by = begun_by + 1 WHERE ended_by IS NULL",
    "UPDATE consent SET grantee = (SELECT account FROM account ORDER BY random() LIMIT 1)",
    "INSERT INTO consent SELECT randomblob(32), chart, randomblob(16), \
     (SELECT account FROM account ORDER BY random() LIMIT 1), statement, begun_by, NULL \
     FROM consent ORDER BY random() LIMIT 1",
    "UPDATE consent SET chart = (SELECT chart FROM chart ORDER BY random() LIMIT 1)",
    "UPDATE chart SET owner = (SELECT account FROM account ORDER BY random() LIMIT 1) \
     WHERE chart = (SELECT chart FROM chart ORDER BY random() LIMIT 1)",
    "UPDATE account SET key_bundle = (SELECT key_bundle FROM account ORDER BY random() LIMIT 1)",
    "DELETE FROM compartment_head WHERE counter = (SELECT max(counter) FROM compartment_head)",
    "DELETE FROM chart_head WHERE counter = (SELECT max(counter) FROM chart_head)",
    "UPDATE revision SET statement = (SELECT statement FROM revision ORDER BY random() LIMIT 1)",
    "UPDATE revision SET entry = (SELECT entry FROM revision ORDER BY random() LIMIT 1)",
    "UPDATE OR IGNORE revision SET chart = (SELECT chart FROM chart ORDER BY random() LIMIT 1)",
    "DELETE FROM revision WHERE rowid = (SELECT rowid FROM revision ORDER BY random() LIMIT 1)",
    "UPDATE leaf SET revision_id = randomblob(32)",
    "UPDATE compartment_key SET own_wrap = (SELECT own_wrap FROM compartment_key \
     WHERE own_wrap IS NOT NULL ORDER BY random() LIMIT 1) WHERE own_wrap IS NOT NULL",
    "UPDATE compartment_key SET back_wrap = (SELECT back_wrap FROM compartment_key \
     WHERE back_wrap IS NOT NULL ORDER BY random() LIMIT 1) WHERE back_wrap IS NOT NULL",
];

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }
}

/// A patient, and what is known of them without asking any program.
struct Patient {
    person: Person,
    chart: ChartId,
    /// Entries with the text that stands there now.
    entries: BTreeMap<RecordId, String>,
    /// Which doctor has a live grant.
    shared: BTreeSet<usize>,
}

struct World {
    server: Server,
    patients: Vec<Patient>,
    doctors: Vec<Person>,
    /// What each doctor may have read, by patient.
    allowed: BTreeMap<(usize, usize), BTreeSet<String>>,
    words: usize,
    read: usize,
    lies: usize,
    refused: usize,
}

impl World {
    async fn new() -> Self {
        let server = Server::start();
        let mut doctors = Vec::new();
        for name in ["doctor-one", "doctor-two"] {
            doctors.push(Person::register(server.address(), name, Role::Doctor).await);
        }
        let mut patients = Vec::new();
        for name in ["patient-one", "patient-two"] {
            let person = Person::register(server.address(), name, Role::Patient).await;
            for doctor in &doctors {
                person.compare_with(doctor).await;
            }
            let chart = person.chart().await;
            patients.push(Patient {
                person,
                chart,
                entries: BTreeMap::new(),
                shared: BTreeSet::new(),
            });
        }
        Self {
            server,
            patients,
            doctors,
            allowed: BTreeMap::new(),
            words: 0,
            read: 0,
            lies: 0,
            refused: 0,
        }
    }

    async fn step(&mut self, dice: &mut Dice, lying: bool) {
        let (patient, doctor) = (dice.throw(2), dice.throw(2));
        match dice.throw(12) {
            0..=3 => self.write(patient, dice).await,
            4..=5 => self.share(patient, doctor).await,
            6 => self.stop(patient, doctor).await,
            7 => self.repair(patient).await,
            8 if lying => self.lie(dice),
            _ => self.read(patient, doctor, dice.throw(3) == 0).await,
        }
    }

    /// A new entry, or a revision of one; whoever has a live grant may read it.
    async fn write(&mut self, patient: usize, dice: &mut Dice) {
        self.words += 1;
        let word = format!("secret-{}-{patient}", self.words);
        let who = &mut self.patients[patient];
        let draft = Draft {
            title: word.clone(),
            text: word.clone(),
            category: Category::ALL[dice.throw(Category::ALL.len())],
        };
        let old: Vec<RecordId> = who.entries.keys().copied().collect();
        let vault = &who.person.vault;
        let written = if old.is_empty() || dice.throw(3) > 0 {
            vault.add_note(who.chart, &draft).await
        } else {
            let record = old[dice.throw(old.len())];
            match vault.entry(who.chart, record, None) {
                Ok(seen) => vault.revise(who.chart, record, seen.revision, &draft).await,
                Err(error) => Err(error),
            }
        };
        match written {
            Ok(entry) => {
                who.entries.insert(entry.record, word.clone());
                for doctor in &who.shared {
                    let allowed = self.allowed.entry((*doctor, patient)).or_default();
                    allowed.insert(word.clone());
                }
            }
            Err(_) => self.refused += 1,
        }
    }

    /// From now on the doctor may read everything that the chart holds, its history included.
    async fn share(&mut self, patient: usize, doctor: usize) {
        let who = &mut self.patients[patient];
        let account = self.doctors[doctor].vault.account();
        match who.person.vault.share(who.chart, account).await {
            Ok(chart) => {
                let vault = &who.person.vault;
                let allowed = self.allowed.entry((doctor, patient)).or_default();
                for entry in chart.entries {
                    for (revision, ..) in &entry.history {
                        let old = vault.entry(who.chart, entry.record, Some(*revision));
                        allowed.insert(old.unwrap().entry.title);
                    }
                }
                if chart.sharing.iter().any(|g| g.person.account == account) {
                    who.shared.insert(doctor);
                }
            }
            Err(_) => self.refused += 1,
        }
    }

    async fn stop(&mut self, patient: usize, doctor: usize) {
        let who = &mut self.patients[patient];
        let account = self.doctors[doctor].vault.account();
        let Ok(chart) = who.person.vault.open_chart(who.chart).await else {
            self.refused += 1;
            return;
        };
        for grant in chart.sharing {
            if grant.person.account == account {
                match who.person.vault.stop_sharing(who.chart, grant.grant).await {
                    Ok(_) => {
                        who.shared.remove(&doctor);
                    }
                    Err(_) => self.refused += 1,
                }
            }
        }
    }

    /// The way out, where there is one: who is a reader afterwards is who the screen says.
    async fn repair(&mut self, patient: usize) {
        let who = &mut self.patients[patient];
        let Ok(repaired) = who.person.vault.repair(who.chart).await else {
            self.refused += 1;
            return;
        };
        let sharing = &repaired.chart.sharing;
        let doctors = &self.doctors;
        who.shared.retain(|doctor| {
            let account = doctors[*doctor].vault.account();
            sharing.iter().any(|grant| grant.person.account == account)
        });
        assert!(
            sharing.len() <= who.shared.len(),
            "a repair brought a reader back"
        );
    }

    fn lie(&mut self, dice: &mut Dice) {
        let database =
            rusqlite::Connection::open(self.server.data().join("keepwell.sqlite3")).unwrap();
        let lie = LIES[dice.throw(LIES.len())];
        if database.execute(lie, []).is_ok_and(|rows| rows > 0) {
            self.lies += 1;
        }
    }

    /// A doctor asks for a chart, sometimes in a browser that remembers nothing, and reads all of
    /// it: not one word may be among it that was not for them.
    async fn read(&mut self, patient: usize, doctor: usize, afresh: bool) {
        let chart = self.patients[patient].chart;
        let fresh;
        let reader = if afresh {
            let person = &self.doctors[doctor];
            let device = person.device.returning();
            let vault = keepwell_tests::come_back(
                keepwell_tests::Native::on(self.server.address(), &device),
                &person.username,
                &person.password,
            );
            let Ok(vault) = vault.await else {
                self.refused += 1;
                return;
            };
            fresh = vault;
            &fresh
        } else {
            &self.doctors[doctor].vault
        };
        let Ok(opened) = reader.open_chart(chart).await else {
            self.refused += 1;
            return;
        };
        let nothing = BTreeSet::new();
        let allowed = self.allowed.get(&(doctor, patient)).unwrap_or(&nothing);
        for entry in &opened.entries {
            for (revision, ..) in &entry.history {
                let seen = reader.entry(chart, entry.record, Some(*revision)).unwrap();
                assert!(
                    allowed.contains(&seen.entry.title) && allowed.contains(&seen.entry.text),
                    "doctor {doctor} reads {} of patient {patient}",
                    seen.entry.title
                );
                self.read += 1;
            }
        }
    }
}

#[tokio::test]
async fn no_word_reaches_anybody_without_a_live_grant() {
    let (mut read, mut lies, mut refused) = (0, 0, 0);
    for seed in 1..=JOURNEYS {
        println!("journey {seed}");
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut world = World::new().await;
        for step in 0..STEPS {
            world.step(&mut dice, step >= HONEST).await;
        }
        read += world.read;
        lies += world.lies;
        refused += world.refused;
    }
    println!("{read} words read, {lies} lies told, {refused} steps refused");
    assert!(read > 50, "honest reading goes on: {read}");
    assert!(lies > 10, "the server lies: {lies}");
    assert!(refused > 10, "and is caught: {refused}");
}
