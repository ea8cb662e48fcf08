//! Recovery kits in the hands of people.

use keepwell_vault::{Error, NewKit, Vault, platform::Platform};

use crate::{Authenticator, Device, Person};

/// The group of a new kit that the page asks for.
pub fn asked_for(kit: &NewKit) -> String {
    kit.groups().swap_remove(usize::from(kit.asked()) - 1)
}

/// Gets an account back with its kit: a new password, a new phone, and the new kit on paper.
///
/// # Errors
/// As the vault says.
pub async fn recover<P: Platform + Clone>(
    platform: P,
    device: &Device,
    username: &str,
    kit: &str,
    password: &str,
) -> Result<Person<P>, Error> {
    let mut drawn = Vault::recover(platform.clone(), username, kit, password).await?;
    let authenticator = Authenticator::of(drawn.factor());
    drawn.keep_kit(&asked_for(drawn.kit()))?;
    authenticator.keep_kit(drawn.kit().groups().join("-"));
    let vault = drawn.finish(&authenticator.first_code()).await;
    Ok(Person {
        username: username.to_owned(),
        password: password.to_owned(),
        vault: vault.map_err(|(error, _)| error)?,
        device: device.clone(),
        line: platform,
        authenticator,
    })
}

impl<P: Platform> Person<P> {
    /// A new recovery kit, as it stands on paper.
    pub async fn new_kit(&self) -> String {
        let factor = self.authenticator.next();
        let confirmed = self.vault.confirm(&self.password, &factor).await;
        confirmed.expect("both factors are right");
        let kit = NewKit::draw();
        let changed = self.vault.change_kit(&kit, &asked_for(&kit)).await;
        changed.expect("the group that was asked for");
        self.authenticator.keep_kit(kit.groups().join("-"));
        self.authenticator.kit()
    }
}
