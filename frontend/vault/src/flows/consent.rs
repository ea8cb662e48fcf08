//! Sharing a chart and stopping it. Each is a new head, taken by the server whole or not at all.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::{AccountId, ChartId, GrantId},
    statement::{
        ChartHead, Grant, GrantedKey, HeadCompartment, KeyBundle, VERSION, Verified, sign,
    },
    wire::{BackWrap, HeadPost, HeadPostRequest, NewHead, OwnWrap},
};

use crate::{
    chart::{Chart, ChartState, OwnState},
    crypto::hpke,
    entry::Category,
    error::Error,
    keys::{CompartmentKey, Context, grant_context, grant_info},
    platform::Platform,
    vault::Vault,
};

/// How often an act of consent is made again on a newer head before it is given up.
const ATTEMPTS: u32 = 5;

/// The newest key of a compartment, as a new head names it.
struct Newest<'a> {
    named: HeadCompartment,
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
        let bundle = self
            .book
            .borrow()
            .get(grantee)
            .cloned()
            .ok_or(Error::NotCompared)?;
        self.change_head(chart, |state, own| self.with_grant(state, own, &bundle))
            .await
    }

    /// Ends a grant: every compartment gets a new key, wrapped to those who remain.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such grant.
    pub async fn stop_sharing(&self, chart: ChartId, grant: GrantId) -> Result<Chart, Error> {
        self.change_head(chart, |state, own| self.without_grant(state, own, grant))
            .await
    }

    /// Makes a head, sends it, and makes it again on the newest one when somebody else was first.
    async fn change_head(
        &self,
        chart: ChartId,
        make: impl Fn(&ChartState, &OwnState) -> Result<Option<NewHead>, Error>,
    ) -> Result<Chart, Error> {
        self.refresh(chart).await?;
        for _ in 0..ATTEMPTS {
            let new = {
                let charts = self.charts.borrow();
                let state = charts.get(&chart).ok_or(Error::NotFound)?;
                make(state, state.own.as_ref().ok_or(Error::NotFound)?)?
            };
            let Some(new) = new else {
                return self.view(chart);
            };
            match self
                .api
                .call(HeadPost, &[&chart], "", &HeadPostRequest { new })
                .await
            {
                Ok(_) => return self.open_chart(chart).await,
                Err(Error::Refused(Code::Conflict)) => self.refresh(chart).await?,
                Err(error) => return Err(error),
            }
        }
        Err(Error::Refused(Code::Conflict))
    }

    fn with_grant(
        &self,
        state: &ChartState,
        own: &OwnState,
        grantee: &Verified<KeyBundle>,
    ) -> Result<Option<NewHead>, Error> {
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
            let key = known.newest().ok_or(Error::Program)?;
            let named = HeadCompartment {
                compartment,
                epoch: known.epoch,
                key_id: key.id(),
            };
            newest.push(Newest {
                named,
                category: known.category,
                key,
            });
        }
        let now = self.api.platform.now();
        let grant = self.grant(state.chart, GrantId::generate(), grantee, now, &newest)?;
        let mut ids: Vec<Hash> = own.grants.iter().map(|(grant, _)| grant.id()).collect();
        ids.push(grant.id());
        Ok(Some(NewHead {
            head: self.next_head(
                own,
                newest.into_iter().map(|newest| newest.named).collect(),
                ids,
            )?,
            grants: vec![grant.to_unverified()],
            keys: Vec::new(),
            back_chain: Vec::new(),
        }))
    }

    fn without_grant(
        &self,
        state: &ChartState,
        own: &OwnState,
        ended: GrantId,
    ) -> Result<Option<NewHead>, Error> {
        if own
            .grants
            .iter()
            .all(|(grant, _)| grant.payload().grant != ended)
        {
            // Somebody else of one's own devices may have ended it just now.
            return Err(Error::NotFound);
        }
        let fresh: Vec<_> = state
            .keyring
            .iter()
            .map(|(id, known)| (id, known, CompartmentKey::make()))
            .collect();
        let (mut newest, mut keys, mut back_chain) = (Vec::new(), Vec::new(), Vec::new());
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
            keys.push(OwnWrap {
                compartment,
                epoch,
                wrapped,
            });
            let back_context = Context::CompartmentBack(state.chart, compartment, known.epoch);
            let wrapped = key.wrap_older(older, &back_context)?;
            back_chain.push(BackWrap {
                compartment,
                epoch: known.epoch,
                wrapped,
            });
            let named = HeadCompartment {
                compartment,
                epoch,
                key_id: key.id(),
            };
            newest.push(Newest {
                named,
                category: known.category,
                key,
            });
        }
        let mut grants = Vec::new();
        for (grant, grantee) in own
            .grants
            .iter()
            .filter(|(grant, _)| grant.payload().grant != ended)
        {
            let payload = grant.payload();
            grants.push(self.grant(state.chart, payload.grant, grantee, payload.at, &newest)?);
        }
        let ids = grants.iter().map(Verified::id).collect();
        Ok(Some(NewHead {
            head: self.next_head(
                own,
                newest.into_iter().map(|newest| newest.named).collect(),
                ids,
            )?,
            grants: grants.iter().map(Verified::to_unverified).collect(),
            keys,
            back_chain,
        }))
    }

    /// The newest keys, wrapped to a person, inside a statement signed by the owner.
    fn grant(
        &self,
        chart: ChartId,
        grant: GrantId,
        grantee: &Verified<KeyBundle>,
        at: u64,
        newest: &[Newest<'_>],
    ) -> Result<Verified<Grant>, Error> {
        let info = grant_info(chart, grant, self.account, grantee.id());
        let mut keys = Vec::new();
        for Newest {
            named,
            category,
            key,
        } in newest
        {
            let context = grant_context(named.compartment, named.epoch, named.key_id);
            let plain = key.with_category(category.code());
            let (enc, sealed) = hpke::seal(
                grantee.payload().wrapping.as_slice(),
                &info,
                &context,
                &plain,
            )
            .ok_or(Error::Program)?;
            keys.push(GrantedKey {
                compartment: named.compartment,
                epoch: named.epoch,
                key_id: named.key_id,
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

    fn next_head(
        &self,
        own: &OwnState,
        mut compartments: Vec<HeadCompartment>,
        mut grants: Vec<Hash>,
    ) -> Result<keepwell_shared::statement::Unverified<ChartHead>, Error> {
        let last = own.head.payload();
        compartments.sort_by_key(|compartment| compartment.compartment);
        grants.sort();
        let head = ChartHead {
            version: VERSION,
            chart: last.chart,
            owner: self.account,
            counter: last.counter.checked_add(1).ok_or(Error::Program)?,
            previous: Some(own.head.id()),
            at: self.api.platform.now(),
            compartments,
            grants,
        };
        Ok(sign(head, &self.identity.signing)?.to_unverified())
    }
}
