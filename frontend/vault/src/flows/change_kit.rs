//! Another recovery kit in the place of the one until now, or the first one.
//!
//! `docs/protocol.md`, section 7.6.

use keepwell_shared::{
    statement::{AccountHead, Change, sign},
    wire::{KitPut, KitPutRequest},
};

use super::commit::succession;
use crate::{error::Error, kit::NewKit, platform::Platform, vault::Vault};

impl<P: Platform> Vault<P> {
    /// Puts a new kit in the place of the one until now; `typed` is the group of it that was asked for.
    /// All other sessions end. Whoever had the old kit and what the server keeps has the AccountKey
    /// still: against them only new keys help.
    ///
    /// # Errors
    /// [`Error::NotTheKit`] for another text; [`Error::Refused`] with
    /// [`keepwell_shared::error::Code::ConfirmFirst`] unless both factors were just shown. The old kit
    /// stays then.
    pub async fn change_kit(&self, new: &NewKit, typed: &str) -> Result<(), Error> {
        let kit = new.kept(typed)?;
        let now = self.api.platform.now();
        let before = self.chain.borrow().newest.clone();
        let (counter, replaces) = succession(before.payload().counter, None, Vec::new())?;
        let (kit, wrapped) = kit.wrap(self.account, &self.account_key, now)?;
        let head = AccountHead {
            counter,
            previous: Some(before.id()),
            replaces,
            at: now,
            change: Change::Kit,
            kit: Some(kit),
            ..before.payload().clone()
        };
        let head = sign(head, &self.identity.signing)?;
        let request = KitPutRequest {
            account_head: head.to_unverified(),
            kit: wrapped,
        };
        self.api.call(KitPut, &[], "", &request).await?;
        self.follow_account(head).await;
        Ok(())
    }
}
