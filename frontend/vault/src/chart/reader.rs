//! Who reads what others wrote, and by which heads.

use keepwell_shared::{
    id::{ChartId, CompartmentId},
    statement::{AuthorStatement, CompartmentHead, KeyBundle, Unverified, Verified},
};

use crate::{entry::Category, identity::Identity};

/// Who reads, and where.
pub(crate) struct Reader<'a> {
    pub(crate) chart: ChartId,
    pub(crate) compartment: CompartmentId,
    pub(crate) category: Category,
    pub(crate) owner: &'a Verified<KeyBundle>,
    pub(crate) identity: &'a Identity,
}

impl Reader<'_> {
    /// The head that a statement names, when the owner signed it for this compartment.
    pub(super) fn head(
        &self,
        payload: &AuthorStatement,
        arrived: &[Unverified<CompartmentHead>],
    ) -> Option<Verified<CompartmentHead>> {
        let key = self.owner.payload().signing_key().ok()?;
        let arrived = arrived.iter().find(|head| head.id() == Ok(payload.head))?;
        let head = arrived.verify(&key).ok()?;
        let of = head.payload();
        let fits = of.chart == self.chart
            && of.owner == self.owner.payload().account
            && of.compartment == self.compartment
            && of.counter == payload.head_counter;
        fits.then_some(head)
    }

    /// Where this person's wrap stands in an entry that was written under a head.
    pub(super) fn wrap_of(&self, head: &Verified<CompartmentHead>) -> Option<usize> {
        let me = self.identity.bundle.id();
        if me == self.owner.id() {
            return Some(0);
        }
        let at = head.payload().readers.iter().position(|r| *r == me)?;
        at.checked_add(1)
    }
}
