//! By what the server knows this device again, so that whoever guesses elsewhere does not use up its
//! tries. It opens nothing, and lies on the device as it is: it is needed before anything is unlocked.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    device::DeviceSecret,
    username::Username,
    wire::{AccountGet, Empty},
};

use crate::{api::Api, drafts, platform::Platform, vault::Vault};

/// Reads what this device was given when it signed in before.
pub(super) async fn recall_device<P: Platform>(api: &Api<P>, username: &Username) {
    let kept = api.platform.recall(&place(username)).await;
    *api.device.borrow_mut() = kept.and_then(|kept| DeviceSecret::from_bytes(&kept));
}

/// Keeps what the server will know this device by. Where that fails, and where the server sends
/// something else, the device has its tries with all others of its place.
pub(super) async fn keep_device<P: Platform>(api: &Api<P>, username: &Username, sent: &Bytes) {
    if let Some(secret) = DeviceSecret::from_bytes(sent.as_slice()) {
        api.platform
            .remember(&place(username), sent.as_slice())
            .await;
        *api.device.borrow_mut() = Some(secret);
    }
}

impl<P: Platform> Vault<P> {
    /// Asks for another one: with the password the one of before has ended. A device that others use
    /// too gets none.
    pub(super) async fn renew_device(&self) {
        if self.shared_device.get() {
            return;
        }
        if let Ok(stored) = self.api.call(AccountGet, &[], "", &Empty {}).await {
            keep_device(&self.api, &self.username, &stored.device).await;
        }
    }

    /// Forgets it, for as long as this vault is open, and what was typed here: on a device that others
    /// use too.
    pub async fn forget_device(&self) {
        self.shared_device.set(true);
        self.api.platform.forget(&place(&self.username)).await;
        drafts::forget(&self.api.platform, &self.username).await;
    }
}

/// Under what a device keeps it. Whoever finds it shall not read from it who signs in here, only check
/// whom they think of.
fn place(username: &Username) -> String {
    format!(
        "device/{}",
        Hash::of(username.as_str().as_bytes()).to_text()
    )
}
