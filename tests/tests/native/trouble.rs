//! What goes wrong in real life: lines that break, servers that die, limits, second thoughts.

use std::time::Duration;

use keepwell_shared::{error::Code, statement::Role};
use keepwell_tests::{Bytes, Native, Person, Quiet, Server, Wiretap, noise};
use keepwell_vault::{Category, Draft, Error, FileInfo, Vault, platform::Watch};

fn draft(title: &str) -> Draft {
    Draft {
        title: title.into(),
        text: String::new(),
        category: Category::Clinical,
    }
}

fn rows(server: &Server, table: &str) -> i64 {
    let database = rusqlite::Connection::open(server.data().join("keepwell.sqlite3")).unwrap();
    database
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}

async fn add(person: &Person, bytes: Bytes, watch: &impl Watch) -> Result<(), Error> {
    let chart = person.chart().await;
    let info = bytes.info("file.pdf");
    person
        .vault
        .add_file(chart, &draft("A file"), info, &bytes, watch)
        .await
        .map(|_| ())
}

#[tokio::test]
async fn an_empty_file_and_one_over_the_limit_are_refused_before_anything_is_sent() {
    let server = Server::start_with(&["--max-file", "2000000"]);
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    assert_eq!(
        add(&patient, Bytes(Vec::new()), &Quiet::default()).await,
        Err(Error::EmptyFile)
    );
    let limit = patient.vault.max_file();
    assert!((1_800_000..2_000_000).contains(&limit), "{limit}");
    let over = Bytes(vec![0; limit as usize + 1]);
    assert_eq!(
        add(&patient, over, &Quiet::default()).await,
        Err(Error::FileTooLarge(limit))
    );
    assert_eq!(rows(&server, "blob"), 0);
    assert_eq!(
        add(&patient, Bytes(noise(1, limit as usize)), &Quiet::default()).await,
        Ok(())
    );
}

#[tokio::test]
async fn a_full_account_says_so_and_lists_nothing() {
    let server = Server::start_with(&["--quota", "3000000"]);
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    assert_eq!(
        add(&patient, Bytes(noise(1, 2_000_000)), &Quiet::default()).await,
        Ok(())
    );
    let full = add(&patient, Bytes(noise(2, 2_000_000)), &Quiet::default()).await;
    assert_eq!(full, Err(Error::Refused(Code::QuotaFull)));
    let chart = patient.chart().await;
    assert_eq!(
        patient.vault.open_chart(chart).await.unwrap().entries.len(),
        1
    );
}

#[tokio::test]
async fn a_cancelled_upload_leaves_nothing_behind() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let ended = add(&patient, Bytes(noise(1, 20 << 20)), &Quiet::until(4 << 20)).await;
    assert_eq!(ended, Err(Error::Cancelled));
    let chart = patient.chart().await;
    assert!(
        patient
            .vault
            .open_chart(chart)
            .await
            .unwrap()
            .entries
            .is_empty()
    );
    assert_eq!(rows(&server, "blob WHERE removing = 0"), 0);
}

#[tokio::test]
async fn a_line_that_breaks_for_a_moment_is_not_noticed() {
    let server = Server::start();
    let tap = Wiretap::on(server.address()).await;
    let patient = Person::register(tap.address(), "patient-one", Role::Patient).await;
    let breaking = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        tap.cut(true);
        tokio::time::sleep(Duration::from_millis(200)).await;
        tap.cut(false);
    };
    let bytes = Bytes(noise(1, 30 << 20));
    let quiet = Quiet::default();
    let (added, ()) = tokio::join!(add(&patient, bytes, &quiet), breaking);
    assert_eq!(added, Ok(()));
    let chart = patient.chart().await;
    let entries = patient.vault.open_chart(chart).await.unwrap().entries;
    assert_eq!(entries.len(), 1);
    let opened = patient
        .open(chart, entries[0].record, entries[0].revision)
        .await
        .unwrap();
    assert!(opened == noise(1, 30 << 20));
}

#[tokio::test]
async fn a_line_that_stays_broken_is_said_and_nothing_is_listed() {
    let server = Server::start();
    let tap = Wiretap::on(server.address()).await;
    let patient = Person::register(tap.address(), "patient-one", Role::Patient).await;
    let bytes = Bytes(noise(1, 12 << 20));
    assert_eq!(
        add_to(&patient, &server, bytes, &Cut(Some(&tap))).await,
        Err(Error::Offline)
    );
    tap.cut(false);
    let chart = patient.chart().await;
    assert!(
        patient
            .vault
            .open_chart(chart)
            .await
            .unwrap()
            .entries
            .is_empty()
    );
    assert_eq!(
        add(&patient, Bytes(noise(1, 1 << 20)), &Quiet::default()).await,
        Ok(())
    );
}

/// Four lost uploads fill an account that has room for one and a half, unless each is given back.
#[tokio::test]
async fn uploads_after_a_lost_line_give_their_room_back() {
    let server = Server::start_with(&["--quota", "3000000"]);
    let tap = Wiretap::on(server.address()).await;
    let patient = Person::register(tap.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let bytes = Bytes(noise(1, 2_000_000));
    let save = async |watch: &Cut<'_>| {
        let info = bytes.info("file.pdf");
        let draft = draft("A file");
        let added = patient.vault.add_file(chart, &draft, info, &bytes, watch);
        added.await.map(|_| ())
    };
    for _ in 0..4 {
        tap.cut(false);
        assert_eq!(save(&Cut(Some(&tap))).await, Err(Error::Offline));
        assert_eq!(rows(&server, "blob WHERE removing = 0"), 1, "only the last");
    }
    tap.cut(false);
    assert_eq!(save(&Cut(None)).await, Ok(()));
    assert_eq!(rows(&server, "blob WHERE removing = 0"), 1);
    let entries = patient.vault.open_chart(chart).await.unwrap().entries;
    assert_eq!(entries.len(), 1);
    let (record, revision) = (entries[0].record, entries[0].revision);
    assert!(patient.open(chart, record, revision).await.unwrap() == bytes.0);
}

/// Whoever signs out after a lost upload leaves nothing behind that counts.
#[tokio::test]
async fn signing_out_gives_the_room_of_a_lost_upload_back() {
    let server = Server::start();
    let tap = Wiretap::on(server.address()).await;
    let patient = Person::register(tap.address(), "patient-one", Role::Patient).await;
    let bytes = Bytes(noise(1, 2_000_000));
    assert_eq!(
        add(&patient, bytes, &Cut(Some(&tap))).await,
        Err(Error::Offline)
    );
    assert_eq!(rows(&server, "blob WHERE removing = 0"), 1);
    tap.cut(false);
    patient.vault.sign_out().await.unwrap();
    assert_eq!(rows(&server, "blob WHERE removing = 0"), 0);
}

/// The operator's disk has no room: a note and a file say so, and nothing half-written is listed.
#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_listed() {
    let mut server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let kept = patient.note(chart, "Kept", "").await;
    server.restart_with(&["--keep-free", FULL]);
    let full = Error::Refused(Code::StorageFull);
    let refused = patient.vault.add_note(chart, &draft("A note")).await;
    assert_eq!(refused.unwrap_err(), full);
    let bytes = Bytes(noise(1, 2_000_000));
    assert_eq!(add(&patient, bytes, &Quiet::default()).await, Err(full));
    assert_eq!(rows(&server, "blob"), 0);
    let only_what_was_there = async |person: &Person| {
        let shown = person.vault.open_chart(chart).await.unwrap();
        assert!(shown.refused.is_empty());
        assert_eq!(shown.entries.len(), 1);
        assert_eq!(shown.entries[0].revision, kept.revision);
    };
    only_what_was_there(&patient).await;
    server.restart_with(&[]);
    only_what_was_there(&patient).await;
    patient.note(chart, "A note", "").await;
    let bytes = Bytes(noise(1, 2_000_000));
    assert_eq!(add(&patient, bytes, &Quiet::default()).await, Ok(()));
}

/// More than any disk has.
const FULL: &str = "4000000000000000000";

/// Cuts the line once the first bytes are through, if there is one to cut.
struct Cut<'a>(Option<&'a Wiretap>);

impl Watch for Cut<'_> {
    fn progress(&self, _: u64, _: u64) {
        if let Some(tap) = self.0 {
            tap.cut(true);
        }
    }

    fn cancelled(&self) -> bool {
        false
    }
}

/// As `add`, but asks nothing over the line that is about to break.
async fn add_to(
    person: &Person,
    server: &Server,
    bytes: Bytes,
    watch: &impl Watch,
) -> Result<(), Error> {
    let chart = person.elsewhere(server.address()).await.chart().await;
    let info = bytes.info("file.pdf");
    person
        .vault
        .add_file(chart, &draft("A file"), info, &bytes, watch)
        .await
        .map(|_| ())
}

#[tokio::test]
async fn a_server_that_is_gone_is_said_at_once_when_signing_in() {
    let mut server = Server::start();
    let address = server.address();
    Person::register(address, "patient-one", Role::Patient).await;
    server.stop();
    let error = Vault::enter(Native::new(address), "patient-one", "any password")
        .await
        .unwrap_err();
    assert_eq!(error, Error::Offline);
}

/// Several parts are on their way when the server is started anew: the session lives on, and the
/// upload goes on as if nothing had been.
#[tokio::test]
async fn an_upload_outlives_a_restart_of_the_server() {
    let mut server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let restart = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.restart();
    };
    let bytes = Bytes(noise(1, 60 << 20));
    let quiet = Quiet::default();
    let (added, ()) = tokio::join!(add(&patient, bytes, &quiet), restart);
    assert_eq!(added, Ok(()));
    let entry = patient
        .vault
        .open_chart(chart)
        .await
        .unwrap()
        .entries
        .remove(0);
    let opened = patient
        .open(chart, entry.record, entry.revision)
        .await
        .unwrap();
    assert!(opened == noise(1, 60 << 20));
}

#[tokio::test]
async fn a_power_cut_in_mid_upload_loses_nothing_that_was_listed() {
    let mut server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let kept = patient.file(chart, "kept.pdf", &noise(1, 2 << 20)).await;
    let bytes = Bytes(noise(2, 200 << 20));
    let cut = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        server.crash();
    };
    let quiet = Quiet::default();
    let (added, ()) = tokio::join!(add(&patient, bytes, &quiet), cut);
    assert_eq!(added, Err(Error::Offline));
    server.restart();
    let again = patient.elsewhere(server.address()).await;
    let entries = again.vault.open_chart(chart).await.unwrap();
    assert_eq!(entries.entries.len(), 1);
    assert!(again.open(chart, kept.record, kept.revision).await.unwrap() == noise(1, 2 << 20));
    let database = rusqlite::Connection::open(server.data().join("keepwell.sqlite3")).unwrap();
    let whole: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
}

/// A file that shrinks after it was chosen is noticed; nothing half-read is listed.
#[tokio::test]
async fn a_file_that_is_shorter_than_it_said_is_not_listed() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let chart = patient.chart().await;
    let bytes = Bytes(noise(1, 5_000));
    let info = FileInfo {
        length: 100_000,
        ..bytes.info("short.pdf")
    };
    let added = patient
        .vault
        .add_file(chart, &draft("short"), info, &bytes, &Quiet::default())
        .await;
    assert!(added.is_err());
    assert!(
        patient
            .vault
            .open_chart(chart)
            .await
            .unwrap()
            .entries
            .is_empty()
    );
}
