//! Sharing a chart and stopping it. Each is a new head, taken by the server whole or not at all.
//!
//! `docs/protocol.md`, section 8.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Bytes,
    id::{AccountId, ChartId, CompartmentId, GrantId},
    statement::{Grant, GrantedKey, KeyBundle, VERSION, Verified, sign},
    wire::{BackWrap, OwnWrap},
};

use super::commit::Change;
use crate::{
    chart::{Chart, ChartState, OwnState},
    crypto::hpke,
    entry::Category,
    error::Error,
    keys::{CompartmentKey, Context, grant_context, grant_info},
    platform::Platform,
    vault::Vault,
};

/// The newest key of a compartment.
struct Newest<'a> {
    compartment: CompartmentId,
    epoch: u32,
    category: Category,
    key: &'a CompartmentKey,
}

impl<P: Platform> Vault<P> {
    /// Shares the whole chart with somebody whose safety words were compared. The keys go to the
    /// keys that were compared, whatever the server says now.
    ///
    /// # Errors
    /// [`Error::NotCompared`] when nobody compared words with this person.
    pub async fn share(&self, chart: ChartId, grantee: AccountId) -> Result<Chart, Error> {
        self.share_categories(chart, grantee, &Category::ALL).await
    }

    /// Shares some categories of a chart.
    ///
    /// # Errors
    /// As [`Vault::share`].
    pub async fn share_categories(
        &self,
        chart: ChartId,
        grantee: AccountId,
        categories: &[Category],
    ) -> Result<Chart, Error> {
        let bundle = self
            .book
            .borrow()
            .get(grantee)
            .cloned()
            .ok_or(Error::NotCompared)?;
        self.refresh(chart).await?;
        self.commit(chart, |state, own| {
            self.with_grant(state, own, &bundle, categories)
        })
        .await?;
        self.view(chart)
    }

    /// Ends a grant: every compartment gets a new key, wrapped to those who remain.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such grant.
    pub async fn stop_sharing(&self, chart: ChartId, grant: GrantId) -> Result<Chart, Error> {
        self.refresh(chart).await?;
        self.commit(chart, |state, own| {
            // One of one's own devices may have ended it just now.
            if own
                .grants
                .iter()
                .all(|(live, _)| live.payload().grant != grant)
            {
                return Err(Error::NotFound);
            }
            self.raise(state, own, |live| live != grant).map(Some)
        })
        .await?;
        self.view(chart)
    }

    fn with_grant(
        &self,
        state: &ChartState,
        own: &OwnState,
        grantee: &Verified<KeyBundle>,
        categories: &[Category],
    ) -> Result<Option<Change>, Error> {
        // Sharing twice with the same keys changes nothing.
        if own
            .grants
            .iter()
            .any(|(_, known)| known.id() == grantee.id())
        {
            return Ok(None);
        }
        let mut newest = Vec::new();
        for (compartment, known) in state.keyring.iter() {
            if categories.contains(&known.category) {
                newest.push(Newest {
                    compartment,
                    epoch: known.epoch,
                    category: known.category,
                    key: known.newest().ok_or(Error::Program)?,
                });
            }
        }
        let now = self.api.platform.now();
        let grant = self.grant(state.chart, GrantId::generate(), grantee, now, &newest)?;
        let mut grants = own.grants.clone();
        grants.push((grant, grantee.clone()));
        Ok(Some(Change {
            grants: Some(grants),
            ..Change::default()
        }))
    }

    /// A new key for every compartment, wrapped to oneself and to those who keep their grants.
    pub(super) fn raise(
        &self,
        state: &ChartState,
        own: &OwnState,
        keeps: impl Fn(GrantId) -> bool,
    ) -> Result<Change, Error> {
        let fresh: Vec<_> = state
            .keyring
            .iter()
            .map(|(id, known)| (id, known, Rc::new(CompartmentKey::make())))
            .collect();
        let mut change = Change::default();
        let mut newest = Vec::new();
        for (compartment, known, key) in &fresh {
            let (compartment, epoch) = (
                *compartment,
                known.epoch.checked_add(1).ok_or(Error::Program)?,
            );
            let older = known.newest().ok_or(Error::Program)?;
            let own_context = Context::CompartmentOwn(state.chart, compartment, epoch);
            let wrapped = self
                .account_key
                .wrap(key, known.category.code(), &own_context)?;
            change.keys.push(OwnWrap {
                compartment,
                epoch,
                wrapped,
            });
            let back_context = Context::CompartmentBack(state.chart, compartment, known.epoch);
            let wrapped = key.wrap_older(older, &back_context)?;
            change.back_chain.push(BackWrap {
                compartment,
                epoch: known.epoch,
                wrapped,
            });
            newest.push(Newest {
                compartment,
                epoch,
                category: known.category,
                key,
            });
        }
        let mut grants = Vec::new();
        for (grant, grantee) in &own.grants {
            let payload = grant.payload();
            if !keeps(payload.grant) {
                continue;
            }
            // What was granted stays granted, no more and no less.
            let granted: Vec<&Newest<'_>> = newest
                .iter()
                .filter(|newest| {
                    let mut keys = payload.keys.iter();
                    keys.any(|key| key.compartment == newest.compartment)
                })
                .collect();
            let again = self.grant(state.chart, payload.grant, grantee, payload.at, granted)?;
            grants.push((again, grantee.clone()));
        }
        change.grants = Some(grants);
        let epochs: Vec<u32> = newest.iter().map(|newest| newest.epoch).collect();
        for ((compartment, _, key), epoch) in fresh.into_iter().zip(epochs) {
            change.raised.insert(compartment, (epoch, key));
        }
        Ok(change)
    }

    /// The newest keys, wrapped to a person, inside a statement signed by the owner.
    fn grant<'a>(
        &self,
        chart: ChartId,
        grant: GrantId,
        grantee: &Verified<KeyBundle>,
        at: u64,
        newest: impl IntoIterator<Item = &'a Newest<'a>>,
    ) -> Result<Verified<Grant>, Error> {
        let info = grant_info(chart, grant, self.account, grantee.id());
        let mut keys = Vec::new();
        for Newest {
            compartment,
            epoch,
            category,
            key,
        } in newest
        {
            let key_id = key.id();
            let context = grant_context(*compartment, *epoch, key_id);
            let plain = key.with_category(category.code());
            let (enc, sealed) = hpke::seal(
                grantee.payload().wrapping.as_slice(),
                &info,
                &context,
                &plain,
            )
            .ok_or(Error::Program)?;
            keys.push(GrantedKey {
                compartment: *compartment,
                epoch: *epoch,
                key_id,
                enc: Bytes(enc),
                sealed: Bytes(sealed),
            });
        }
        let grant = Grant {
            version: VERSION,
            grant,
            chart,
            grantor: self.account,
            grantee: grantee.payload().account,
            grantee_bundle: grantee.id(),
            at,
            keys,
        };
        Ok(sign(grant, &self.identity.signing)?)
    }
}
