//! Where somebody is signed in, from browser to browser.

use keepwell_shared::{error::Code, id::SessionId, statement::Role};
use keepwell_tests::{Person, Server};
use keepwell_vault::{Device, Error};

const SIGNED_OUT: Error = Error::Refused(Code::SignedOut);

#[tokio::test]
async fn a_person_sees_their_browsers_and_ends_one_and_then_all_others() {
    let server = Server::start();
    let address = server.address();
    let here = Person::register(address, "patient-one", Role::Patient).await;
    let there = here.elsewhere(address).await;
    let silent = here.elsewhere(address).await;
    let stranger = Person::register(address, "patient-two", Role::Patient).await;
    let ipad = Device::from_user_agent("Safari on an iPad", false);
    let library = Device::from_user_agent("Firefox on Linux", true);
    here.vault.tell_device(ipad).await.unwrap();
    there.vault.tell_device(library).await.unwrap();

    let list = here.vault.sessions().await.unwrap();
    let device = |of: &dyn Fn(&Device) -> bool| {
        list.iter()
            .find(|view| matches!(&view.device, Some(Ok(device)) if of(device)))
            .unwrap()
    };
    assert_eq!(list.len(), 3);
    assert!(device(&|device| *device == ipad).here);
    let library = device(&|device| device.shared);
    assert!(!library.here);
    assert_eq!(list.iter().filter(|view| view.device.is_none()).count(), 1);

    // One that is not one's own, and one that is not.
    for session in [
        stranger.vault.sessions().await.unwrap()[0].session,
        SessionId::generate(),
    ] {
        let ended = here.vault.end_session(session).await;
        assert_eq!(ended.unwrap_err(), Error::Refused(Code::NotFound));
    }
    here.vault.end_session(library.session).await.unwrap();
    assert_eq!(there.vault.home().await.unwrap_err(), SIGNED_OUT);
    assert!(silent.vault.home().await.is_ok());

    here.vault.end_other_sessions().await.unwrap();
    assert_eq!(silent.vault.home().await.unwrap_err(), SIGNED_OUT);
    let list = here.vault.sessions().await.unwrap();
    assert!(list.len() == 1 && list[0].here);
    assert!(stranger.vault.home().await.is_ok());
    // Whoever was sent away comes back with the password only.
    let back = here.elsewhere(address).await;
    assert_eq!(back.vault.sessions().await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_list_outlives_a_restart_of_the_server() {
    let mut server = Server::start();
    let person = Person::register(server.address(), "patient-one", Role::Patient).await;
    let there = person.elsewhere(server.address()).await;
    let device = Device::from_user_agent("Firefox on Linux", false);
    there.vault.tell_device(device).await.unwrap();
    server.restart();
    let list = person.vault.sessions().await.unwrap();
    let other = list.iter().find(|view| !view.here).unwrap();
    assert_eq!((other.device, other.used_at), (Some(Ok(device)), None));
    assert!(list.iter().any(|view| view.here && view.used_at.is_some()));
}
