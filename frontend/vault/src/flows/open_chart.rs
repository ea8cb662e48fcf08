//! Reading a chart: keys and consent first, then every entry that is new.

use keepwell_shared::{
    bytes::Hash,
    error::Code,
    id::{ChartId, RecordId},
    statement::{KeyBundle, Verified},
    wire::{ChartGet, ChartResponse, Empty, LiveGrant, OwnChart, RevisionList},
};

use crate::{
    chart::{Chart, ChartState, GrantView, Keyring, OpenedRevision, OwnState},
    error::{Distrust, Error},
    keys::{CompartmentKey, Context, grant_context, grant_info},
    platform::Platform,
    vault::Vault,
};

impl<P: Platform> Vault<P> {
    /// Reads a chart again and opens what is new in it.
    ///
    /// # Errors
    /// [`Code::SharingEnded`] and [`Code::NotFound`] from the server; [`Error::Distrusted`] when
    /// keys, head or grants do not hold. Single entries that do not hold are listed, not shown.
    pub async fn open_chart(&self, chart: ChartId) -> Result<Chart, Error> {
        if let Err(error) = self.refresh(chart).await {
            // What may not be read any more is not kept either.
            if matches!(error, Error::Refused(Code::SharingEnded | Code::NotFound)) {
                self.charts.borrow_mut().remove(&chart);
            }
            return Err(error);
        }
        self.view(chart)
    }

    /// One revision of an entry that was read before; the newest where none is named.
    ///
    /// # Errors
    /// [`Error::NotFound`] when this vault has not read it.
    pub fn entry(
        &self,
        chart: ChartId,
        record: RecordId,
        revision: Option<Hash>,
    ) -> Result<OpenedRevision, Error> {
        let charts = self.charts.borrow();
        let state = charts.get(&chart).ok_or(Error::NotFound)?;
        let record = state.records.get(record, revision)?;
        Ok(state
            .records
            .opened(record, &state.owner.payload().username))
    }

    /// Whether a chart was read since this vault was unlocked.
    pub fn has_opened(&self, chart: ChartId) -> bool {
        self.charts.borrow().contains_key(&chart)
    }

    /// Whether the server still lets this account read the chart: asked before an entry is shown
    /// to somebody who is not its owner.
    ///
    /// # Errors
    /// As [`Vault::open_chart`].
    pub async fn still_readable(&self, chart: ChartId) -> Result<(), Error> {
        let own = self
            .charts
            .borrow()
            .get(&chart)
            .is_some_and(|state| state.own.is_some());
        if own {
            Ok(())
        } else {
            self.open_chart(chart).await.map(|_| ())
        }
    }

    pub(crate) fn view(&self, chart: ChartId) -> Result<Chart, Error> {
        let charts = self.charts.borrow();
        let state = charts.get(&chart).ok_or(Error::NotFound)?;
        let grants = state
            .own
            .as_ref()
            .map_or(&[][..], |own| own.grants.as_slice());
        Ok(Chart {
            chart,
            owner: self.person(&state.owner),
            own: state.own.is_some(),
            entries: state.records.newest(&state.owner.payload().username),
            sharing: grants
                .iter()
                .map(|(grant, grantee)| GrantView {
                    grant: grant.payload().grant,
                    person: self.person(grantee),
                    since: grant.payload().at,
                })
                .collect(),
            refused: state.records.refused(),
        })
    }

    pub(crate) async fn refresh(&self, chart: ChartId) -> Result<(), Error> {
        let answer = self.api.call(ChartGet, &[&chart], "", &Empty {}).await?;
        let owner = answer.owner.verify_own()?;
        if answer.chart != chart || self.person(&owner).changed {
            let why = if answer.chart == chart {
                Distrust::OtherKeys
            } else {
                Distrust::Misplaced
            };
            return Err(why.into());
        }
        let (own, keyring) = self.consent(chart, &owner, &answer)?;
        let known = self.charts.borrow_mut().remove(&chart);
        // Entries that were read under another owner's keys are not carried over.
        let records = known
            .filter(|known| known.owner.id() == owner.id())
            .map(|known| known.records);
        let state = ChartState {
            chart,
            owner,
            own,
            keyring,
            records: records.unwrap_or_default(),
        };
        self.charts.borrow_mut().insert(chart, state);
        self.read_revisions(chart).await
    }

    fn consent(
        &self,
        chart: ChartId,
        owner: &Verified<KeyBundle>,
        answer: &ChartResponse,
    ) -> Result<(Option<OwnState>, Keyring), Error> {
        let mut keyring = Keyring::default();
        let own = match (&answer.own, &answer.grant) {
            (Some(own), None) => {
                if owner.id() != self.identity.bundle.id() {
                    return Err(Distrust::OtherKeys.into());
                }
                Some(self.own_keys(chart, own, &mut keyring)?)
            }
            (None, Some(grant)) => {
                let grant = grant.verify(&owner.payload().signing_key()?)?;
                self.check_grant_to_me(chart, owner, &grant)?;
                self.granted_keys(chart, &grant, &mut keyring)?;
                None
            }
            _ => return Err(Error::malformed()),
        };
        keyring.walk_back(chart, &answer.back_chain)?;
        Ok((own, keyring))
    }

    /// The owner's keys: exactly those that the newest head names, in the epochs that it names.
    fn own_keys(
        &self,
        chart: ChartId,
        own: &OwnChart,
        keyring: &mut Keyring,
    ) -> Result<OwnState, Error> {
        let key = self.identity.bundle.payload().signing_key()?;
        let head = own.head.verify(&key)?;
        let payload = head.payload();
        if payload.chart != chart || payload.owner != self.account {
            return Err(Distrust::Misplaced.into());
        }
        if let Some(seen) = self
            .charts
            .borrow()
            .get(&chart)
            .and_then(|state| state.own.as_ref())
        {
            let seen_counter = seen.head.payload().counter;
            let same = payload.counter > seen_counter || head.id() == seen.head.id();
            if !same {
                return Err(Distrust::Old.into());
            }
        }
        for named in &payload.compartments {
            let wrap = own
                .keys
                .iter()
                .find(|wrap| wrap.compartment == named.compartment && wrap.epoch == named.epoch)
                .ok_or(Distrust::Missing)?;
            let context = Context::CompartmentOwn(chart, named.compartment, named.epoch);
            let (key, category) = self.account_key.unwrap_key(&wrap.wrapped, &context)?;
            if key.id() != named.key_id {
                return Err(Distrust::Content.into());
            }
            keyring.insert(named.compartment, named.epoch, key, category)?;
        }
        let mut grants = Vec::new();
        for LiveGrant { grant, grantee } in &own.grants {
            let grant = grant.verify(&key)?;
            let grantee = grantee.verify_own()?;
            let fits = grant.payload().chart == chart
                && grant.payload().grantor == self.account
                && grant.payload().grantee == grantee.payload().account
                && grant.payload().grantee_bundle == grantee.id();
            if !fits {
                return Err(Distrust::Misplaced.into());
            }
            grants.push((grant, grantee));
        }
        // The signed list decides: no reader more, no reader less (attack 14).
        let mut ids: Vec<Hash> = grants.iter().map(|(grant, _)| grant.id()).collect();
        ids.sort();
        if ids != payload.grants {
            return Err(Distrust::Missing.into());
        }
        Ok(OwnState { head, grants })
    }

    fn granted_keys(
        &self,
        chart: ChartId,
        grant: &Verified<keepwell_shared::statement::Grant>,
        keyring: &mut Keyring,
    ) -> Result<(), Error> {
        let payload = grant.payload();
        let info = grant_info(
            chart,
            payload.grant,
            payload.grantor,
            payload.grantee_bundle,
        );
        for granted in &payload.keys {
            let context = grant_context(granted.compartment, granted.epoch, granted.key_id);
            let plain = self
                .identity
                .wrapping
                .open(
                    granted.enc.as_slice(),
                    &info,
                    &context,
                    granted.sealed.as_slice(),
                )
                .ok_or(Distrust::Content)?;
            let (key, category) = CompartmentKey::from_wrapped(&plain)?;
            if key.id() != granted.key_id {
                return Err(Distrust::Content.into());
            }
            keyring.insert(granted.compartment, granted.epoch, key, category)?;
        }
        Ok(())
    }

    async fn read_revisions(&self, chart: ChartId) -> Result<(), Error> {
        loop {
            let after = self.with_records(chart, |state| state.records.cursor)?;
            let query = format!("after={after}");
            let page = self
                .api
                .call(RevisionList, &[&chart], &query, &Empty {})
                .await?;
            let next = self.with_records(chart, |state| {
                let ChartState {
                    owner,
                    keyring,
                    records,
                    ..
                } = state;
                for stored in &page.revisions {
                    records.take(chart, owner, keyring, stored);
                }
                match page.next {
                    // A cursor that does not rise would keep this browser reading for ever.
                    Some(next) if next <= records.cursor => Err(Error::malformed()),
                    Some(next) => {
                        records.cursor = next;
                        Ok(!page.revisions.is_empty())
                    }
                    None => Ok(false),
                }
            })??;
            if !next {
                return Ok(());
            }
        }
    }

    fn with_records<T>(
        &self,
        chart: ChartId,
        f: impl FnOnce(&mut ChartState) -> T,
    ) -> Result<T, Error> {
        self.charts
            .borrow_mut()
            .get_mut(&chart)
            .map(f)
            .ok_or(Error::NotFound)
    }
}
