//! Passwords on several devices, and those that the vault refuses before anything is sent.

use keepwell_shared::{
    password::{LONGEST, PasswordError},
    statement::Role,
};
use keepwell_tests::{Authenticator, Device, Native, Person, Server};
use keepwell_vault::{Error, Vault};

#[tokio::test]
async fn what_is_no_password_is_refused_before_anything_is_sent() {
    // Nobody listens there: whatever is sent fails as offline.
    let nowhere = "127.0.0.1:9".parse().unwrap();
    let register = async |password: &str| {
        Vault::register(Native::new(nowhere), "anna", password, Role::Patient)
            .await
            .unwrap_err()
    };
    let sign_in = async |password: &str| {
        Vault::enter(Native::new(nowhere), "anna", password)
            .await
            .unwrap_err()
    };
    for (password, rule) in [
        ("", PasswordError::Short(12)),
        ("eleven long", PasswordError::Short(1)),
        ("\u{1f512}\u{1f512}\u{1f512}", PasswordError::Short(9)),
        ("the dog of ANNA", PasswordError::Username),
    ] {
        assert_eq!(
            register(password).await,
            Error::Password(rule),
            "{password}"
        );
        // Whether it was ever a password here, only the server knows.
        assert_eq!(sign_in(password).await, Error::Offline, "{password}");
    }
    for (password, rule) in [
        ("x".repeat(10_000), PasswordError::Long),
        ("x".repeat(LONGEST + 1), PasswordError::Long),
        ("a tab\tin the middle".into(), PasswordError::Control),
    ] {
        assert_eq!(register(&password).await, Error::Password(rule));
        assert_eq!(sign_in(&password).await, Error::Password(rule));
    }
    assert_eq!(register("long enough now").await, Error::Offline);
}

#[tokio::test]
async fn the_same_password_typed_on_two_devices_opens_the_same_account() {
    let server = Server::start();
    let address = server.address();
    // With a letter and its mark in one, and a space that keeps a line together.
    let here = "zo\u{eb} und\u{a0}\u{1f468}\u{200d}\u{1f33e} \u{ac00}";
    let there = "zoe\u{308} und \u{1f468}\u{200d}\u{1f33e} \u{1100}\u{1161}";
    let drawn = Vault::register(Native::new(address), "anna", here, Role::Patient)
        .await
        .unwrap();
    let authenticator = Authenticator::of(drawn.factor());
    drawn.finish(&authenticator.first_code()).await.unwrap();
    for password in [here, there] {
        let device = Device::default();
        let native = Native::on(address, &device);
        Person::sign_in_over(native, &device, "anna", password, &authenticator).await;
    }
    for other in [
        here.to_uppercase(),
        format!("{here} "),
        here.replace('\u{200d}', ""),
    ] {
        let refused = Vault::enter(Native::new(address), "anna", &other).await;
        assert_eq!(refused.unwrap_err(), Error::WrongSignIn, "{other}");
    }
}

/// Another password ends what the server knows a device by, and asks for another one; a device that
/// others use too keeps none.
#[tokio::test]
async fn a_shared_device_is_not_known_again_after_another_password() {
    let server = Server::start();
    let patient = Person::register(server.address(), "patient-one", Role::Patient).await;
    let (vault, device) = (&patient.vault, &patient.device);
    let (second, third) = ("a second long password", "a third long password");
    let first = device.known_by();
    vault
        .change_password(&patient.password, second)
        .await
        .unwrap();
    assert_eq!((first.len(), device.known_by().len()), (1, 1));
    assert_ne!(device.known_by(), first);
    vault.forget_device().await;
    vault.change_password(second, third).await.unwrap();
    assert_eq!(device.known_by(), Vec::<Vec<u8>>::new());
}
