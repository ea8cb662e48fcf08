//! The secrets of an unlocked vault, for the test that searches for them in everything that the
//! server sees, and for the tests in which the server lies. Built with the feature `canaries` only,
//! which no product has.

use keepwell_shared::statement::{Revision, Unverified};

use crate::{
    api::Api,
    chart::record_key,
    error::Error,
    factor::Factor,
    flows::{Begun, PasswordProven, ShownPassword, begin},
    keys::{Context, expose_all},
    platform::Platform,
    vault::Vault,
};

/// A session before its account is opened: opens it as often as a test wants, each time as signing
/// in does, without stretching the password again.
pub struct Unlocking<P> {
    api: Api<P>,
    shown: ShownPassword,
}

impl<P: Platform> Unlocking<P> {
    /// The first half of signing in, on a device that was let in before.
    ///
    /// # Errors
    /// As [`Vault::sign_in`]; [`Error::Program`] where a second factor is asked for.
    pub async fn begin(platform: P, typed: &str, password: &str) -> Result<Self, Error> {
        match begin(platform, typed, password).await? {
            Begun::Session(api, shown) => Ok(Self { api, shown }),
            Begun::Proven(_) => Err(Error::Program),
        }
    }

    /// The first half of signing in, on any device.
    ///
    /// # Errors
    /// As [`Vault::sign_in`], and for a second factor that is not right.
    pub async fn begin_anew(
        platform: P,
        typed: &str,
        password: &str,
        factor: &Factor,
    ) -> Result<Self, Error> {
        match begin(platform, typed, password).await? {
            Begun::Session(api, shown) => Ok(Self { api, shown }),
            Begun::Proven(PasswordProven { api, shown }) => {
                shown.show(&api, factor).await?;
                Ok(Self { api, shown })
            }
        }
    }

    /// The second half.
    ///
    /// # Errors
    /// As [`Vault::sign_in`].
    pub async fn open(&self) -> Result<(), Error> {
        self.shown.open_account(&self.api).await
    }
}

impl<P: Platform> Vault<P> {
    /// Every key that this vault holds now, with a name for it.
    pub fn canaries(&self) -> Vec<(&'static str, Vec<u8>)> {
        // EXPOSE: the point of this file.
        let mut all = vec![
            ("AccountKey", expose_all::account(&self.account_key)),
            ("signing key", self.identity.signing.expose().to_vec()),
            ("wrapping key", self.identity.wrapping.expose().to_vec()),
        ];
        for state in self.charts.borrow().values() {
            for (_, compartment) in state.keyring.iter() {
                all.extend(
                    compartment
                        .all()
                        .map(|key| ("CompartmentKey", expose_all::compartment(key))),
                );
            }
            for record in state.records() {
                if let Ok(key) = record_key(&state.keyring, record.statement.payload()) {
                    all.push(("RecordKey", expose_all::record(&key)));
                }
            }
        }
        all
    }
}

impl<P: Platform> Vault<P> {
    /// Whether any key that this vault holds opens an entry that a server gives away against the
    /// rules: every compartment key of every epoch is tried in the entry's own place.
    pub fn would_open(&self, revision: &Unverified<Revision>) -> bool {
        let Some(revision) = revision
            .id()
            .ok()
            .and_then(|id| revision.verify_named(id).ok())
        else {
            return false;
        };
        let payload = revision.payload();
        self.charts.borrow().values().any(|state| {
            state.keyring.iter().any(|(_, compartment)| {
                compartment.all().any(|key| {
                    let context = Context::RecordKey(
                        payload.chart,
                        payload.compartment,
                        payload.epoch,
                        payload.record,
                    );
                    key.unwrap_key(&payload.record_key, &context).is_ok()
                })
            })
        })
    }
}
