//! Where one is signed in, and the end of it elsewhere.
//!
//! `docs/protocol.md`, section 7.4.

use keepwell_shared::{
    id::SessionId,
    wire::{
        DevicePut, DevicePutRequest, Empty, FailedTries, FailedTryList, SessionList, SessionRevoke,
        SessionsEndOthers,
    },
};

use crate::{device::Device, error::Error, platform::Platform, vault::Vault};

/// A session as the list shows it. That there are no others only the server can say, and it may
/// leave one out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// Which.
    pub session: SessionId,
    /// Whether it is this one.
    pub here: bool,
    /// When it began, seconds since 1970 by the server's clock.
    pub began_at: u64,
    /// When it was last used, by the server's clock; nothing where the server does not know.
    pub used_at: Option<u64>,
    /// What its browser said of itself; nothing where it said nothing.
    pub device: Option<Result<Device, Error>>,
}

impl<P: Platform> Vault<P> {
    /// Tells the others of this person's browsers what this one is.
    ///
    /// # Errors
    /// When the server refuses or can not be reached; the list then lacks the words.
    pub async fn tell_device(&self, device: Device) -> Result<(), Error> {
        let session = self.api.session_id()?;
        let device = device.seal(&self.account_key, self.account, session)?;
        let request = DevicePutRequest { device };
        self.api.call(DevicePut, &[], "", &request).await.map(drop)
    }

    /// The live sessions of this person, the newest first.
    ///
    /// # Errors
    /// When the server refuses or can not be reached.
    pub async fn sessions(&self) -> Result<Vec<SessionView>, Error> {
        let here = self.api.session_id()?;
        let list = self.api.call(SessionList, &[], "", &Empty {}).await?;
        let view = |line: keepwell_shared::wire::SessionLine| {
            let told = !line.device.as_slice().is_empty();
            let open = || Device::open(&self.account_key, self.account, line.session, &line.device);
            SessionView {
                session: line.session,
                here: line.session == here,
                began_at: line.began_at,
                used_at: line.used_at,
                device: told.then(open),
            }
        };
        Ok(list.sessions.into_iter().map(view).collect())
    }

    /// Who tried to sign in and was not let in, the newest first: the server's word, which nothing can
    /// check.
    ///
    /// # Errors
    /// When the server refuses or can not be reached.
    pub async fn failed_tries(&self) -> Result<Vec<FailedTries>, Error> {
        let list = self.api.call(FailedTryList, &[], "", &Empty {}).await?;
        Ok(list.series)
    }

    /// Ends one session.
    ///
    /// # Errors
    /// [`Code::NotFound`](keepwell_shared::error::Code::NotFound) when it has ended already.
    pub async fn end_session(&self, session: SessionId) -> Result<(), Error> {
        self.api
            .call(SessionRevoke, &[&session], "", &Empty {})
            .await
            .map(drop)
    }

    /// Ends every session but this one.
    ///
    /// # Errors
    /// When the server refuses or can not be reached.
    pub async fn end_other_sessions(&self) -> Result<(), Error> {
        self.api
            .call(SessionsEndOthers, &[], "", &Empty {})
            .await
            .map(drop)
    }
}
