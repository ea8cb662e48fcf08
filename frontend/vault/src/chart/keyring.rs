//! The compartment keys of one chart, all epochs that the holder may open.

use std::{collections::BTreeMap, rc::Rc};

use keepwell_shared::{
    id::{ChartId, CompartmentId},
    wire::BackWrap,
};

use super::ByCompartment;
use crate::{
    entry::Category,
    error::{Distrust, Error},
    keys::{CompartmentKey, Context},
};

/// Keys by compartment and epoch.
#[derive(Default, Clone)]
pub(crate) struct Keyring {
    compartments: ByCompartment<Compartment>,
}

#[derive(Clone)]
pub(crate) struct Compartment {
    pub(crate) category: Category,
    pub(crate) epoch: u32,
    /// Shared by the states of a chart that follow each other; a key itself is never copied.
    keys: BTreeMap<u32, Rc<CompartmentKey>>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(..)")
    }
}

impl std::fmt::Debug for Compartment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Compartment(..)")
    }
}

impl Keyring {
    /// Takes the newest key of a compartment.
    pub(crate) fn insert(
        &mut self,
        compartment: CompartmentId,
        epoch: u32,
        key: CompartmentKey,
        category: u8,
    ) -> Result<(), Error> {
        let category = Category::from_code(category).ok_or(Distrust::Content)?;
        let taken = self
            .compartments
            .values()
            .any(|other| other.category == category);
        if taken || self.compartments.get(compartment).is_some() {
            return Err(Distrust::Misplaced.into());
        }
        let keys = BTreeMap::from([(epoch, Rc::new(key))]);
        self.compartments.insert(
            compartment,
            Compartment {
                category,
                epoch,
                keys,
            },
        );
        Ok(())
    }

    /// Walks back from the newest keys. Every step must be there and open: a missing one would
    /// hide what was written then.
    pub(crate) fn walk_back(&mut self, chart: ChartId, chain: &[BackWrap]) -> Result<(), Error> {
        for (id, compartment) in self.compartments.iter_mut() {
            for epoch in (0..compartment.epoch).rev() {
                let wrap = chain
                    .iter()
                    .find(|wrap| wrap.compartment == id && wrap.epoch == epoch)
                    .ok_or(Distrust::Missing)?;
                let newer = compartment.keys.get(&(epoch + 1)).ok_or(Error::Program)?;
                let older = newer
                    .unwrap_older(&wrap.wrapped, &Context::CompartmentBack(chart, id, epoch))?;
                compartment.keys.insert(epoch, Rc::new(older));
            }
        }
        Ok(())
    }

    /// Takes the key that the owner has just put in the place of the newest one.
    pub(crate) fn raise(&mut self, id: CompartmentId, epoch: u32, key: Rc<CompartmentKey>) {
        if let Some(compartment) = self.compartments.get_mut(id) {
            compartment.epoch = epoch;
            compartment.keys.insert(epoch, key);
        }
    }

    /// The key of a compartment in an epoch.
    pub(crate) fn get(&self, compartment: CompartmentId, epoch: u32) -> Option<&CompartmentKey> {
        self.compartments
            .get(compartment)?
            .keys
            .get(&epoch)
            .map(Rc::as_ref)
    }

    pub(crate) fn compartment(&self, id: CompartmentId) -> Option<&Compartment> {
        self.compartments.get(id)
    }

    /// Which compartment holds a category, and its newest epoch.
    pub(crate) fn of(&self, category: Category) -> Option<(CompartmentId, u32)> {
        self.iter()
            .find(|(_, compartment)| compartment.category == category)
            .map(|(id, compartment)| (id, compartment.epoch))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CompartmentId, &Compartment)> {
        self.compartments.iter()
    }
}

impl Compartment {
    /// The newest key.
    pub(crate) fn newest(&self) -> Option<&CompartmentKey> {
        self.keys.get(&self.epoch).map(Rc::as_ref)
    }

    /// The keys of all epochs.
    #[cfg(feature = "canaries")]
    pub(crate) fn all(&self) -> impl Iterator<Item = &CompartmentKey> {
        self.keys.values().map(Rc::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_compartments_of_one_category_are_refused() {
        let mut keyring = Keyring::default();
        keyring
            .insert(CompartmentId::from([1; 16]), 0, CompartmentKey::make(), 1)
            .unwrap();
        assert!(
            keyring
                .insert(CompartmentId::from([2; 16]), 0, CompartmentKey::make(), 1)
                .is_err()
        );
        assert!(
            keyring
                .insert(CompartmentId::from([1; 16]), 0, CompartmentKey::make(), 2)
                .is_err()
        );
        assert!(
            keyring
                .insert(CompartmentId::from([3; 16]), 0, CompartmentKey::make(), 0)
                .is_err()
        );
    }

    /// The owner who signed it may be hostile too: four thousand million steps are not walked.
    #[test]
    fn a_newest_epoch_without_its_past_ends_at_the_first_step() {
        let mut keyring = Keyring::default();
        let id = CompartmentId::generate();
        keyring
            .insert(id, u32::MAX, CompartmentKey::make(), 1)
            .unwrap();
        assert_eq!(
            keyring.walk_back(ChartId::generate(), &[]).unwrap_err(),
            Distrust::Missing.into()
        );
    }

    #[test]
    fn the_past_opens_step_by_step_and_no_step_may_be_missing() {
        let (chart, id) = (ChartId::generate(), CompartmentId::generate());
        let keys: Vec<_> = (0..3).map(|_| CompartmentKey::make()).collect();
        let ids: Vec<_> = keys.iter().map(CompartmentKey::id).collect();
        let chain: Vec<_> = (0..2u32)
            .map(|epoch| BackWrap {
                compartment: id,
                epoch,
                wrapped: keys[epoch as usize + 1]
                    .wrap_older(
                        &keys[epoch as usize],
                        &Context::CompartmentBack(chart, id, epoch),
                    )
                    .unwrap(),
            })
            .collect();
        let newest = || {
            CompartmentKey::from_wrapped(&keys[2].with_category(1))
                .unwrap()
                .0
        };
        let mut keyring = Keyring::default();
        keyring.insert(id, 2, newest(), 1).unwrap();
        keyring.walk_back(chart, &chain).unwrap();
        for epoch in 0..3 {
            assert_eq!(keyring.get(id, epoch).unwrap().id(), ids[epoch as usize]);
        }
        let mut keyring = Keyring::default();
        keyring.insert(id, 2, newest(), 1).unwrap();
        assert_eq!(
            keyring.walk_back(chart, &chain[1..]).unwrap_err(),
            Distrust::Missing.into()
        );
        let mut keyring = Keyring::default();
        keyring.insert(id, 2, newest(), 1).unwrap();
        let swapped = [
            BackWrap {
                epoch: 1,
                ..chain[0].clone()
            },
            BackWrap {
                epoch: 0,
                ..chain[1].clone()
            },
        ];
        assert_eq!(
            keyring.walk_back(chart, &swapped).unwrap_err(),
            Distrust::Content.into()
        );
    }
}
