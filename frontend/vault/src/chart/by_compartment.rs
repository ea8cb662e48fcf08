//! Things by compartment. A chart has a handful of them: a sorted list is all that it takes, and a
//! browser loads less of it than of a tree.

use keepwell_shared::id::CompartmentId;

/// One thing for each compartment, in the order of their ids.
#[derive(Clone)]
pub(crate) struct ByCompartment<T>(Vec<(CompartmentId, T)>);

impl<T> Default for ByCompartment<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByCompartment<T> {
    /// Puts a thing in its place; gives back what was there.
    pub(crate) fn insert(&mut self, id: CompartmentId, thing: T) -> Option<T> {
        if let Some(there) = self.get_mut(id) {
            return Some(std::mem::replace(there, thing));
        }
        let at = self.0.partition_point(|(known, _)| *known < id);
        self.0.insert(at, (id, thing));
        None
    }

    pub(crate) fn get(&self, id: CompartmentId) -> Option<&T> {
        self.iter()
            .find(|(known, _)| *known == id)
            .map(|(_, thing)| thing)
    }

    pub(crate) fn get_mut(&mut self, id: CompartmentId) -> Option<&mut T> {
        self.0
            .iter_mut()
            .find(|(known, _)| *known == id)
            .map(|(_, thing)| thing)
    }

    /// Takes a thing out.
    pub(crate) fn take(&mut self, id: CompartmentId) -> Option<T> {
        let at = self.0.iter().position(|(known, _)| *known == id)?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (CompartmentId, &T)> {
        self.0.iter().map(|(id, thing)| (*id, thing))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (CompartmentId, &mut T)> {
        self.0.iter_mut().map(|(id, thing)| (*id, thing))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, thing)| thing)
    }
}

impl<T> IntoIterator for ByCompartment<T> {
    type Item = (CompartmentId, T);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_sorted_and_holds_one_thing_for_each() {
        let mut things = ByCompartment::default();
        for id in [3u8, 1, 2, 1] {
            things.insert(CompartmentId::from([id; 16]), id);
        }
        let order: Vec<u8> = things.values().copied().collect();
        assert_eq!(order, [1, 2, 3]);
        assert_eq!(things.insert(CompartmentId::from([2; 16]), 9), Some(2));
        assert_eq!(things.take(CompartmentId::from([2; 16])), Some(9));
        assert_eq!(things.get(CompartmentId::from([2; 16])), None);
    }
}
