//! The secrets of an unlocked vault, for the test that searches for them in everything that the
//! server sees, and for the tests in which the server lies. Built with the feature `canaries` only,
//! which no product has.

use keepwell_shared::statement::{Revision, Unverified};

use crate::{
    api::Api,
    chart::record_key,
    error::Error,
    factor::Factor,
    flows::{Admission, Admitted, admit, open_account},
    keys::{ContentKey, Context, Kind, RecordKey, expose_all},
    platform::Platform,
    vault::Vault,
};

/// A session before its account is opened: opens it as often as a test wants, each time as signing
/// in does, without stretching the password again.
pub struct Unlocking<P>(Admission<P>);

impl<P: Platform> Unlocking<P> {
    /// The first half of signing in, on a device that was let in before.
    ///
    /// # Errors
    /// As [`Vault::sign_in`]; [`Error::Program`] where a second factor is asked for.
    pub async fn begin(platform: P, typed: &str, password: &str) -> Result<Self, Error> {
        match admit(platform, typed, password).await? {
            Admitted::In(admission) => Ok(Self(admission)),
            Admitted::NeedsFactor(_) => Err(Error::Program),
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
        match admit(platform, typed, password).await? {
            Admitted::In(admission) => Ok(Self(admission)),
            Admitted::NeedsFactor(proven) => {
                let admission = proven.admit(factor).await;
                admission.map(Self).map_err(|(error, _)| error)
            }
        }
    }

    /// The second half.
    ///
    /// # Errors
    /// As [`Vault::sign_in`].
    pub async fn open(&self) -> Result<(), Error> {
        open_account(&self.0.api, &self.0.username, &self.0.unlock_key)
            .await
            .map(|_| ())
    }
}

impl<P: Platform> Unlocking<P> {
    /// The keys that a session begins with, with a name for each.
    pub fn canaries(&self) -> Vec<(&'static str, Vec<u8>)> {
        // EXPOSE: the point of this file.
        let mut all = vec![("UnlockKey", expose_all::unlock(&self.0.unlock_key))];
        all.extend(request_key(&self.0.api));
        all
    }
}

/// Keys that somebody had at some time, whatever the server says later.
pub struct Held(Vec<RecordKey>);

impl<P: Platform> Vault<P> {
    /// Every key that this vault holds now, or finds inside what it holds, with a name for it.
    pub fn canaries(&self) -> Vec<(&'static str, Vec<u8>)> {
        // EXPOSE: the point of this file.
        let mut all = vec![
            ("AccountKey", expose_all::account(&self.account_key)),
            ("signing key", self.identity.signing.expose().to_vec()),
            ("wrapping key", self.identity.wrapping.expose().to_vec()),
        ];
        all.extend(request_key(&self.api));
        for state in self.charts.borrow().values() {
            for (_, compartment) in state.keyring.iter() {
                all.extend(
                    compartment
                        .all()
                        .map(|key| ("CompartmentKey", expose_all::compartment(key))),
                );
            }
            for record in state.records() {
                let payload = record.statement.payload();
                let Ok(key) = record_key(&state.keyring, payload) else {
                    continue;
                };
                all.extend(
                    content_keys_of(&key, payload)
                        .map(|key| ("ContentKey", expose_all::content(&key))),
                );
                all.push(("RecordKey", expose_all::record(&key)));
            }
        }
        all
    }

    /// The RecordKeys of everything that this vault reads now, of entries by others too.
    pub fn held(&self) -> Held {
        let mut keys = Vec::new();
        for state in self.charts.borrow().values() {
            let own = state.records().map(|record| record.statement.payload());
            keys.extend(own.filter_map(|revision| record_key(&state.keyring, revision).ok()));
            let others = state.writers.values().flat_map(|writers| writers.all());
            keys.extend(others.filter_map(|written| written.key(&self.identity).ok()));
        }
        Held(keys)
    }

    /// Whether any key that this vault holds, or held, opens an entry that a server gives away against
    /// the rules: every CompartmentKey of every epoch is tried on its RecordKey in the entry's own place,
    /// and every RecordKey on its ContentKeys.
    pub fn would_open(&self, revision: &Unverified<Revision>, held: &Held) -> bool {
        let Some(revision) = revision
            .id()
            .ok()
            .and_then(|id| revision.verify_named(id).ok())
        else {
            return false;
        };
        let payload = revision.payload();
        let context = Context::RecordKey(
            payload.chart,
            payload.compartment,
            payload.epoch,
            payload.record,
        );
        let by_compartment = self.charts.borrow().values().any(|state| {
            let mut compartments = state.keyring.iter();
            compartments.any(|(_, compartment)| {
                let mut keys = compartment.all();
                keys.any(|key| key.unwrap_key(&payload.record_key, &context).is_ok())
            })
        });
        let mut held = held.0.iter();
        by_compartment || held.any(|key| content_keys_of(key, payload).next().is_some())
    }
}

fn request_key<P: Platform>(api: &Api<P>) -> Option<(&'static str, Vec<u8>)> {
    Some(("RequestKey", api.request_key()?.to_vec()))
}

/// The keys of entry and file that a RecordKey opens.
fn content_keys_of(key: &RecordKey, revision: &Revision) -> impl Iterator<Item = ContentKey> {
    let file = revision.file.as_ref().map(|file| &file.content);
    let all = [(Some(&revision.entry), Kind::Entry), (file, Kind::File)];
    all.into_iter().filter_map(|(content, kind)| {
        let context = Context::ContentKey(revision.chart, revision.record, kind);
        key.unwrap_key(&content?.content_key, &context).ok()
    })
}
