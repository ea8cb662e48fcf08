//! The address book: whose safety words the person has compared, with the very keys that were on
//! the screen. It is sealed under the AccountKey; keys are wrapped only to people who stand in it.
//!
//! `docs/protocol.md`, section 8.

use std::collections::BTreeMap;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::AccountId,
    statement::{KeyBundle, Unverified, VERSION, Verified},
};
use zeroize::Zeroizing;

use crate::{
    error::{Distrust, Error},
    keys::{AccountKey, Context},
    padded::{pad, unpad},
};

/// Everybody who was compared.
#[derive(Default, Clone)]
pub(crate) struct Book {
    counter: u64,
    people: BTreeMap<AccountId, Verified<KeyBundle>>,
}

#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct Stored {
    #[n(0)]
    version: u8,
    #[n(1)]
    bundles: Vec<Bytes>,
}

/// Whom somebody trusts does not print.
impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Book(..)")
    }
}

impl Book {
    pub(crate) fn counter(&self) -> u64 {
        self.counter
    }

    /// The keys that were compared for this account.
    pub(crate) fn get(&self, account: AccountId) -> Option<&Verified<KeyBundle>> {
        self.people.get(&account)
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = &Verified<KeyBundle>> {
        self.people.values()
    }

    /// The book with one more person, at the next counter.
    pub(crate) fn with(&self, bundle: Verified<KeyBundle>) -> Self {
        let mut next = self.clone();
        next.counter = self.counter.saturating_add(1);
        next.people.insert(bundle.payload().account, bundle);
        next
    }

    /// This book with everybody of an earlier one whom it lacks: people who were compared stay
    /// compared when a server goes back to an earlier book.
    pub(crate) fn with_all_of(mut self, kept: &Self) -> Self {
        for (account, bundle) in &kept.people {
            self.people.insert(*account, bundle.clone());
        }
        self
    }

    /// Whether these keys of an account are the ones that were compared; `None` when nobody was.
    pub(crate) fn knows(&self, account: AccountId, bundle: Hash) -> Option<bool> {
        self.people.get(&account).map(|known| known.id() == bundle)
    }

    /// Whether somebody of this name was compared.
    pub(crate) fn has_name(&self, username: &str) -> bool {
        self.people()
            .any(|known| known.payload().username == username)
    }

    pub(crate) fn seal(&self, key: &AccountKey, owner: AccountId) -> Result<Bytes, Error> {
        key.seal(&self.to_plaintext()?, &Context::Book(owner, self.counter))
    }

    /// What is sealed. How many people somebody trusts is nobody's business: the length is padded.
    pub(crate) fn to_plaintext(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let bundles = self
            .people()
            .map(|bundle| Bytes(bundle.as_bytes().to_vec()))
            .collect();
        let stored = Stored {
            version: VERSION,
            bundles,
        };
        let plain = minicbor::to_vec(&stored).map_err(|_| Error::Program)?;
        pad(&plain).ok_or(Error::Program)
    }

    /// Opens a book.
    pub(crate) fn open(
        key: &AccountKey,
        owner: AccountId,
        counter: u64,
        sealed: &Bytes,
    ) -> Result<Self, Error> {
        if counter == 0 {
            return if sealed.as_slice().is_empty() {
                Ok(Self::default())
            } else {
                Err(Distrust::Content.into())
            };
        }
        Self::from_plaintext(counter, &key.open(sealed, &Context::Book(owner, counter))?)
    }

    /// Reads what is sealed.
    pub(crate) fn from_plaintext(counter: u64, plain: &[u8]) -> Result<Self, Error> {
        let body = unpad(plain).ok_or(Distrust::Content)?;
        let stored: Stored = minicbor::decode(body).map_err(|_| Distrust::Content)?;
        // One book has one form: no other encoding, and nothing after its end.
        let again = minicbor::to_vec(&stored).map_err(|_| Error::Program)?;
        if stored.version != VERSION || again != body {
            return Err(Distrust::Content.into());
        }
        let mut people = BTreeMap::new();
        for bundle in &stored.bundles {
            let bundle = Unverified::<KeyBundle>::from_bytes(bundle.0.clone()).verify_own()?;
            people.insert(bundle.payload().account, bundle);
        }
        Ok(Self { counter, people })
    }
}

#[cfg(test)]
mod tests {
    use keepwell_shared::{statement::Role, username::Username};

    use super::*;
    use crate::identity::Identity;

    #[test]
    fn a_book_comes_back_at_its_counter_only() {
        let (key, owner, friend) = (
            AccountKey::make(),
            AccountId::generate(),
            AccountId::generate(),
        );
        let name = Username::parse("doctor-one").unwrap();
        let bundle = Identity::make(friend, &name, Role::Doctor, 1)
            .unwrap()
            .bundle;
        let book = Book::default().with(bundle.clone());
        let sealed = book.seal(&key, owner).unwrap();
        let again = Book::open(&key, owner, 1, &sealed).unwrap();
        assert_eq!(again.knows(friend, bundle.id()), Some(true));
        assert_eq!(again.knows(friend, Hash([0; 32])), Some(false));
        assert_eq!(again.knows(owner, bundle.id()), None);
        let merged = Book::default().with_all_of(&again);
        assert_eq!(merged.counter(), 0);
        assert_eq!(merged.knows(friend, bundle.id()), Some(true));
        assert!(Book::open(&key, owner, 2, &sealed).is_err());
        assert!(Book::open(&key, friend, 1, &sealed).is_err());
        assert!(Book::open(&key, owner, 0, &sealed).is_err());
    }
}
