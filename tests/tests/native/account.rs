//! The life of an account: its chain of statements, another password, and what a browser notices when
//! the server goes back with it.

use keepwell_shared::{error::Code, statement::Role};
use keepwell_tests::{
    Device, Native, Person, Server, both_steps, come_back, enter, shared_note, titles,
};
use keepwell_vault::{Behind, Distrust, Entered, Error, Standing, Vault};

const NEW: &str = "another long password";
const THIRD: &str = "a third long password";

/// In the patient's browser, without what it remembers of the account.
async fn sign_in(server: &Server, patient: &Person, password: &str) -> Result<(), Error> {
    enter_on(server, patient, &patient.device.returning(), password).await
}

async fn enter_on(
    server: &Server,
    patient: &Person,
    device: &Device,
    password: &str,
) -> Result<(), Error> {
    let native = Native::on(server.address(), device);
    let entered = enter(native, &patient.username, password, &patient.authenticator);
    entered.await.map(drop)
}

#[tokio::test]
async fn another_password_opens_everything_and_the_old_one_nothing() {
    let server = Server::start();
    let (patient, doctor, chart) = shared_note(&server).await;
    let elsewhere = patient.elsewhere(server.address()).await;
    elsewhere.vault.home().await.unwrap();

    // Whoever finds an open browser does not know the password.
    let said = patient.vault.change_password("not the password", NEW).await;
    assert_eq!(said, Err(Error::WrongSignIn));
    elsewhere.vault.home().await.unwrap();
    sign_in(&server, &patient, &patient.password).await.unwrap();

    let before = patient.vault.protection();
    patient
        .vault
        .change_password(&patient.password, NEW)
        .await
        .unwrap();
    let after = patient.vault.protection();
    assert!(after.password_at >= before.password_at);
    assert_eq!((&after.words, after.bundle), (&before.words, before.bundle));
    assert_eq!(after.keys_at, before.keys_at, "the keys stay");
    assert_eq!(
        elsewhere.vault.home().await.unwrap_err(),
        Error::Refused(Code::SignedOut),
        "every other session ends"
    );
    assert_eq!(
        sign_in(&server, &patient, &patient.password).await,
        Err(Error::WrongSignIn)
    );

    // This one goes on: reading, writing, and changing once more.
    patient.note(chart, "Afterwards", "").await;
    patient.vault.change_password(NEW, THIRD).await.unwrap();
    patient.note(chart, "And again", "").await;
    let old = sign_in(&server, &patient, NEW).await;
    assert_eq!(old, Err(Error::WrongSignIn));
    // It comes back with the password alone, as before.
    let native = Native::on(server.address(), &patient.device.returning());
    come_back(native, "patient-one", THIRD).await.unwrap();

    // A browser that was there before follows two statements; a new one begins.
    for (device, titled) in [(patient.device.clone(), 3), (Device::default(), 4)] {
        let (native, phone) = (
            Native::on(server.address(), &device),
            &patient.authenticator,
        );
        let later = Person::sign_in_over(native, &device, "patient-one", THIRD, phone).await;
        let opened = later.vault.open_chart(chart).await.unwrap();
        assert!(opened.standing.is_writable(), "{:?}", opened.standing);
        assert_eq!(titles(&opened).len(), titled);
        later.note(chart, "Written later", "").await;
    }
    // The doctor notices nothing.
    assert_eq!(
        doctor.vault.open_chart(chart).await.unwrap().entries.len(),
        5
    );
}

/// Two tabs at once: one wins, and the other one says so; nothing is half done.
#[tokio::test]
async fn of_two_changes_at_once_one_wins() {
    let server = Server::start();
    let one = Person::register(server.address(), "patient-one", Role::Patient).await;
    let two = one.again(server.address()).await;
    let (first, second) = tokio::join!(
        one.vault.change_password(&one.password, NEW),
        two.vault.change_password(&two.password, THIRD),
    );
    let lost = |said: &Result<(), Error>| {
        let ends = [Code::SignedOut, Code::Conflict].map(|code| Err(Error::Refused(code)));
        ends.contains(said)
    };
    assert!(
        (first.is_ok() && lost(&second)) || (second.is_ok() && lost(&first)),
        "{first:?} {second:?}"
    );
    let (holds, does_not) = if first.is_ok() {
        (NEW, THIRD)
    } else {
        (THIRD, NEW)
    };
    sign_in(&server, &one, holds).await.unwrap();
    for old in [does_not, one.password.as_str()] {
        assert_eq!(sign_in(&server, &one, old).await, Err(Error::WrongSignIn));
    }
}

/// An answer that does not arrive changes nothing about what was done, once.
#[tokio::test]
async fn a_lost_answer_does_not_lose_the_account() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let mut password = patient.password.clone();
    for round in 0..4 {
        let new = format!("a long password number {round}");
        patient.line.lose_one_of(2);
        // The steps of a sign-in are not repeated by themselves.
        while let Err(said) = patient.vault.change_password(&password, &new).await {
            assert_eq!(said, Error::Offline);
        }
        patient.line.lose_one_of(0);
        sign_in(&server, &patient, &new).await.unwrap();
        password = new;
    }
}

/// Attack 36, of the account: the whole database from before the change. A browser that was there
/// notices; the chart tells even one that was not, where it names what came later.
#[tokio::test]
async fn a_server_that_goes_back_behind_a_change_is_noticed() {
    let mut server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let old = patient.password.clone();
    server.save("before");
    patient.vault.home().await.unwrap();
    patient.vault.change_password(&old, NEW).await.unwrap();
    server.restore("before");
    let again = async |password| enter_on(&server, &patient, &patient.device, password).await;
    assert_eq!(again(&old).await, Err(Error::Distrusted(Distrust::Old)));
    // It stays so: the refusal was not remembered as the newest state.
    assert_eq!(again(&old).await, Err(Error::Distrusted(Distrust::Old)));
    // A browser without memory can not know it by itself.
    sign_in(&server, &patient, &old).await.unwrap();

    // Two histories: both changed the same state.
    let fresh = patient.elsewhere(server.address()).await;
    fresh.vault.change_password(&old, THIRD).await.unwrap();
    let forked = Err(Error::Distrusted(Distrust::Forked));
    assert_eq!(again(THIRD).await, forked);
    fresh.vault.change_password(THIRD, NEW).await.unwrap();
    assert_eq!(again(NEW).await, forked);
}

/// A patient whose server has gone back behind a change of the password and an entry.
async fn put_back() -> (Server, Person, keepwell_shared::id::ChartId) {
    let mut server = Server::start();
    let (patient, _, chart) = shared_note(&server).await;
    server.save("before");
    // The session may outlive what comes next only if it is in the copy.
    patient.vault.home().await.unwrap();
    patient
        .vault
        .change_password(&patient.password, NEW)
        .await
        .unwrap();
    patient.note(chart, "After the copy", "").await;
    server.restore("before");
    (server, patient, chart)
}

async fn behind(native: Native, patient: &Person, password: &str) -> Behind<Native> {
    let phone = &patient.authenticator;
    match both_steps(native, "patient-one", password, phone).await {
        Ok(Entered::Behind(behind)) => *behind,
        other => panic!("nothing was noticed: {other:?}"),
    }
}

/// Somebody who signs in on a device as it is.
async fn again(server: &Server, patient: &Person, device: &Device, password: &str) -> Person {
    let (native, phone) = (Native::on(server.address(), device), &patient.authenticator);
    Person::sign_in_over(native, device, "patient-one", password, phone).await
}

/// A backup was put back: the browser that remembers more says so, and the owner goes on from there
/// under a new password, first with the account and then with the chart.
#[tokio::test]
async fn the_owner_goes_on_from_an_earlier_state_of_the_account() {
    let (server, patient, chart) = put_back().await;
    let old = patient.password.as_str();
    let kept = patient.device.copy();
    // The newest password is not the one of the state that came back.
    let native = Native::on(server.address(), &patient.device);
    let newest = Vault::enter(native, "patient-one", NEW).await;
    assert_eq!(newest.unwrap_err(), Error::WrongSignIn);

    let known = patient.device.known_by();
    let found = behind(Native::on(server.address(), &patient.device), &patient, old).await;
    assert_eq!(found.why(), Distrust::Old);
    assert_eq!(patient.device.known_by(), known, "nothing is written");
    assert!(found.shown() <= found.seen());
    // What is typed wrongly changes nothing, and can be typed again.
    let (said, found) = found.go_on("not the password", THIRD).await.unwrap_err();
    assert_eq!(said, Error::WrongSignIn);
    let (said, found) = found.unwrap().go_on(old, "short").await.unwrap_err();
    assert!(matches!(said, Error::Password(_)), "{said:?}");
    let vault = found.unwrap().go_on(old, THIRD).await.unwrap();
    assert_eq!((known.len(), patient.device.known_by().len()), (1, 1));
    assert_ne!(patient.device.known_by(), known);

    // The chart went back too. It says so, and is repaired as always.
    let opened = vault.open_chart(chart).await.unwrap();
    assert!(matches!(opened.standing, Standing::Older { .. }));
    let repaired = vault.repair(chart).await.unwrap();
    assert_eq!(repaired.lost, ["After the copy"]);
    assert_eq!(repaired.chart.standing, Standing::Current);

    // From here on it is an account like any other: on this device, on one that saw the same, and on
    // one that never saw anything.
    for device in [&patient.device, &kept, &Device::default()] {
        let again = again(&server, &patient, device, THIRD).await;
        assert!(again.vault.home().await.unwrap().refused.is_empty());
    }
    for old in [old, NEW] {
        let said = sign_in(&server, &patient, old).await;
        assert_eq!(said, Err(Error::WrongSignIn));
    }
    vault.change_password(THIRD, NEW).await.unwrap();
    sign_in(&server, &patient, NEW).await.unwrap();
}

/// A browser that knows nothing has changed the password on the state that came back: two histories,
/// and the way out is the same. The repair of one browser is no history for a third one that saw
/// another statement: it goes on from there in its turn.
#[tokio::test]
async fn the_owner_goes_on_from_two_histories_of_the_account() {
    let (server, patient, chart) = put_back().await;
    let older = patient.device.copy();
    let fresh = patient.elsewhere(server.address()).await;
    let changed = fresh.vault.change_password(&patient.password, THIRD).await;
    changed.unwrap();
    let found = behind(
        Native::on(server.address(), &patient.device),
        &patient,
        THIRD,
    )
    .await;
    assert_eq!(found.why(), Distrust::Forked);
    let vault = found.go_on(THIRD, NEW).await.unwrap();
    vault.open_chart(chart).await.unwrap();
    vault.repair(chart).await.unwrap();
    // The fresh browser follows, and so does the other one that saw what was given up.
    for device in [&fresh.device, &older] {
        let again = again(&server, &patient, device, NEW).await;
        let opened = again.vault.open_chart(chart).await.unwrap();
        assert!(opened.standing.is_writable(), "{:?}", opened.standing);
    }
}

/// Nobody knows whether the repair was stored when its answer does not come: whichever password
/// holds then leads to the account.
#[tokio::test]
async fn a_repair_whose_answer_is_lost_can_be_made_again() {
    let (server, patient, _) = put_back().await;
    let old = patient.password.as_str();
    let native = Native::on(server.address(), &patient.device);
    let mut found = behind(native.clone(), &patient, old).await;
    let mut tries = 0;
    let said = loop {
        native.lose_one_of(2);
        match found.go_on(old, THIRD).await {
            Ok(_) => break Ok(()),
            Err((Error::Offline, Some(again))) => found = again,
            Err((error, _)) => break Err(error),
        }
        tries += 1;
        assert!(tries < 20, "never heard");
    };
    // Done, or done before without being heard.
    let done = [
        Ok(()),
        Err(Error::Refused(Code::Conflict)),
        Err(Error::WrongSignIn),
    ];
    assert!(done.contains(&said), "{said:?}");
    again(&server, &patient, &patient.device, THIRD).await;
}
