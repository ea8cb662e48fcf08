//! From an answer to a chart that verified: heads against memory, keys against heads, entries
//! against their tree.
//!
//! `docs/protocol.md`, section 6.2.

use std::rc::Rc;

use keepwell_shared::{
    bytes::Hash,
    id::{ChartId, CompartmentId},
    statement::{CompartmentHead, Grant, KeyBundle, Unverified, Verified},
    wire::{ChartResponse, CompartmentHeadList, Empty, HeadList, LiveGrant, OwnChart},
};

use crate::{
    chart::{
        ByCompartment, ChartState, Keyring, Linked, Log, OwnState, Reader, Standing, Step, compare,
        stray,
    },
    error::{Distrust, Error},
    keys::{CompartmentKey, Context, grant_context, grant_info},
    memory::{ChartMemory, MAX_BEFORE, Seen},
    platform::Platform,
    vault::Vault,
};

/// Heads, consent and keys, before a single entry is read.
pub(crate) struct Frame {
    pub(crate) own: Option<OwnState>,
    pub(crate) heads: Vec<Verified<CompartmentHead>>,
    pub(crate) keyring: Keyring,
}

impl<P: Platform> Vault<P> {
    /// The chart that the answer shows, or the one that was known with the reason why it stays.
    pub(super) async fn read_chart(
        &self,
        chart: ChartId,
        owner: Verified<KeyBundle>,
        answer: &ChartResponse,
        known: Option<&ChartState>,
        mut memory: ChartMemory,
    ) -> Result<ChartState, Error> {
        let frame = self.frame(chart, &owner, answer)?;
        if let Some(own) = &frame.own {
            self.names_own_account(own.head.payload().account).await?;
        }
        let mut standing = self.standing(chart, &frame, &mut memory).await?;
        if let Some(known) = known
            && standing.is_backwards()
        {
            // Nothing of the other history is mixed into what was verified.
            return Ok(ChartState {
                standing,
                memory,
                ..known.clone()
            });
        }
        let mut logs: ByCompartment<Rc<Log>> = ByCompartment::default();
        let mut writers = ByCompartment::default();
        let mut closed = Vec::new();
        let mut whole = true;
        for head in frame.heads {
            let id = head.payload().compartment;
            let before = known.and_then(|known| known.logs.get(id));
            let before = before.filter(|log| log.is_whole()).map(Rc::clone);
            let (log, complete) = self.read_log(chart, before, head, &frame.keyring).await?;
            if !complete {
                closed.push(id);
            }
            whole &= log.is_whole();
            let known = known.and_then(|known| known.writers.get(id));
            let said = answer.written.iter().find(|said| said.compartment == id);
            let reader = Reader {
                chart,
                compartment: id,
                category: frame
                    .keyring
                    .compartment(id)
                    .ok_or(Error::Program)?
                    .category,
                owner: &owner,
                identity: &self.identity,
            };
            let count = said.map_or(0, |said| said.statements);
            let read = self
                .read_writers(&reader, known, count, &log, &memory)
                .await?;
            // Who wrote there names the newest head that they have seen.
            let named = read.named(&memory.authors(id));
            let fetch = async |after: u64| self.heads_after(chart, Some(id), after).await;
            if let Some((step, seen)) = stray(&named, &Linked::of(&log.head), fetch).await? {
                let shown = log.head.payload().at;
                standing = standing.worse(standing_of(step, Some(seen), shown));
                memory.note_head(id, seen);
            }
            writers.insert(id, read);
            logs.insert(id, log);
        }
        if let Some(known) = known
            && standing.is_backwards()
        {
            return Ok(ChartState {
                standing,
                memory,
                ..known.clone()
            });
        }
        Ok(ChartState {
            chart,
            owner,
            own: frame.own,
            keyring: Rc::new(frame.keyring),
            logs,
            writers,
            closed,
            standing: if whole {
                standing
            } else {
                standing.worse(Standing::Incomplete)
            },
            memory,
        })
    }

    /// Heads and keys: signed by the owner, and naming each other.
    pub(super) fn frame(
        &self,
        chart: ChartId,
        owner: &Verified<KeyBundle>,
        answer: &ChartResponse,
    ) -> Result<Frame, Error> {
        let mut keyring = Keyring::default();
        let (own, heads) = match (&answer.own, &answer.grant) {
            (Some(own), None) => {
                if owner.id() != self.identity.bundle.id() {
                    return Err(Distrust::OtherKeys.into());
                }
                let (own, heads) = self.own_frame(chart, own, &answer.compartments)?;
                (Some(own), heads)
            }
            (None, Some(grant)) => {
                let key = owner.payload().signing_key()?;
                let grant = grant.verify(&key)?;
                self.check_grant_to_me(chart, owner, &grant)?;
                let heads = granted_heads(chart, owner, &grant, &answer.compartments)?;
                self.granted_keys(chart, &grant, &mut keyring)?;
                (None, heads)
            }
            _ => return Err(Error::malformed()),
        };
        if let (Some(_), Some(answered)) = (&own, &answer.own) {
            self.own_keys(chart, answered, &heads, &mut keyring)?;
        }
        keyring.walk_back(chart, &answer.back_chain)?;
        Ok(Frame {
            own,
            heads,
            keyring,
        })
    }

    /// One signature, of the chart head; everything else is named by it.
    fn own_frame(
        &self,
        chart: ChartId,
        own: &OwnChart,
        compartments: &[Unverified<CompartmentHead>],
    ) -> Result<(OwnState, Vec<Verified<CompartmentHead>>), Error> {
        let head = own
            .head
            .verify(&self.identity.bundle.payload().signing_key()?)?;
        let payload = head.payload();
        if payload.chart != chart || payload.owner != self.account {
            return Err(Distrust::Misplaced.into());
        }
        if compartments.len() != payload.compartments.len() {
            return Err(Distrust::Missing.into());
        }
        let mut heads = Vec::new();
        for (named, arrived) in payload.compartments.iter().zip(compartments) {
            let head = arrived.verify_named(named.head)?;
            let of = head.payload();
            let fits = of.chart == chart
                && of.owner == self.account
                && of.compartment == named.compartment;
            if !fits {
                return Err(Distrust::Misplaced.into());
            }
            heads.push(head);
        }
        // The signed list decides: no reader more, no reader less (attack 14).
        if own.grants.len() != payload.grants.len() {
            return Err(Distrust::Missing.into());
        }
        let mut grants = Vec::new();
        for LiveGrant { grant, grantee } in &own.grants {
            let id = grant.id()?;
            if !payload.grants.contains(&id) {
                return Err(Distrust::Missing.into());
            }
            let grant = grant.verify_named(id)?;
            let grantee = grantee.verify_named(grant.payload().grantee_bundle)?;
            let fits = grant.payload().chart == chart
                && grant.payload().grantor == self.account
                && grant.payload().grantee == grantee.payload().account;
            let twice = grants
                .iter()
                .any(|(other, _): &(Verified<Grant>, _)| other.id() == id);
            if !fits || twice {
                return Err(Distrust::Misplaced.into());
            }
            grants.push((grant, grantee));
        }
        Ok((OwnState { head, grants }, heads))
    }

    /// The owner's keys: exactly those that the heads name, in the epochs that they name.
    fn own_keys(
        &self,
        chart: ChartId,
        own: &OwnChart,
        heads: &[Verified<CompartmentHead>],
        keyring: &mut Keyring,
    ) -> Result<(), Error> {
        for head in heads {
            let named = head.payload();
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
        Ok(())
    }

    fn granted_keys(
        &self,
        chart: ChartId,
        grant: &Verified<Grant>,
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

    /// How the heads stand to the ones that this device remembers: one chain for each compartment, and
    /// for the owner that of the chart. Of one's own chart the heads between are noted.
    async fn standing(
        &self,
        chart: ChartId,
        frame: &Frame,
        memory: &mut ChartMemory,
    ) -> Result<Standing, Error> {
        let whole = frame.own.iter().map(|own| {
            let now = (Linked::of(&own.head), own.head.payload().at);
            (None, memory.head, now)
        });
        let inside = frame.heads.iter().map(|head| {
            let of = head.payload();
            let seen = memory.compartment(of.compartment);
            (Some(of.compartment), seen, (Linked::of(head), of.at))
        });
        let chains: Vec<_> = whole.chain(inside).collect();
        let mut standing = Standing::Current;
        for (of, seen, (now, at)) in chains {
            let fetch = async |after: u64| self.heads_after(chart, of, after).await;
            let (step, between) = compare(seen, &now, fetch).await?;
            if let (Step::Later, Some(seen), Some(_)) = (step, seen, &frame.own) {
                memory.passed(of, &[seen.id]);
                let newest = between.len().saturating_sub(MAX_BEFORE);
                memory.passed(of, between.get(newest..).unwrap_or_default());
            }
            standing = standing.worse(standing_of(step, seen, at));
        }
        Ok(standing)
    }

    /// A page of the heads of the chart, or of one of its compartments.
    async fn heads_after(
        &self,
        chart: ChartId,
        of: Option<CompartmentId>,
        after: u64,
    ) -> Result<Vec<Linked>, Error> {
        let query = format!("after={after}");
        match of {
            None => {
                let page = self
                    .api
                    .call(HeadList, &[&chart], &query, &Empty {})
                    .await?;
                page.heads.iter().map(Linked::claimed).collect()
            }
            Some(id) => {
                let page = self
                    .api
                    .call(CompartmentHeadList, &[&chart, &id], &query, &Empty {})
                    .await?;
                page.heads.iter().map(Linked::claimed).collect()
            }
        }
    }
}

/// The heads of exactly the compartments that are granted, with exactly the keys that are granted:
/// a grant that ended leads to no head that was made after it.
fn granted_heads(
    chart: ChartId,
    owner: &Verified<KeyBundle>,
    grant: &Verified<Grant>,
    arrived: &[Unverified<CompartmentHead>],
) -> Result<Vec<Verified<CompartmentHead>>, Error> {
    let key = owner.payload().signing_key()?;
    let mut heads: Vec<Verified<CompartmentHead>> = Vec::new();
    for head in arrived {
        let head = head.verify(&key)?;
        let payload = head.payload();
        let mine = payload.chart == chart && payload.owner == owner.payload().account;
        let granted = grant
            .payload()
            .keys
            .iter()
            .find(|granted| granted.compartment == payload.compartment)
            .filter(|_| mine)
            .ok_or(Distrust::Misplaced)?;
        if granted.epoch != payload.epoch || granted.key_id != payload.key_id {
            return Err(Distrust::Old.into());
        }
        let twice = heads
            .iter()
            .any(|other| other.payload().compartment == payload.compartment);
        if twice {
            return Err(Distrust::Misplaced.into());
        }
        heads.push(head);
    }
    if heads.len() == grant.payload().keys.len() {
        Ok(heads)
    } else {
        Err(Distrust::Missing.into())
    }
}

fn standing_of(step: Step, seen: Option<Seen>, shown: u64) -> Standing {
    match step {
        Step::First => Standing::First,
        Step::Same | Step::Later => Standing::Current,
        Step::Older => Standing::Older {
            shown,
            seen: seen.map_or(shown, |seen| seen.at),
        },
        Step::Forked => Standing::Forked,
    }
}

/// The ids of grants, as a head names them.
pub(super) fn grant_ids(grants: &[(Verified<Grant>, Verified<KeyBundle>)]) -> Vec<Hash> {
    let mut ids: Vec<Hash> = grants.iter().map(|(grant, _)| grant.id()).collect();
    ids.sort();
    ids
}
