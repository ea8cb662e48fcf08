//! Finding somebody and remembering that their safety words were compared.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::Code,
    id::AccountId,
    username::Username,
    wire::{BookGet, BookPut, BookPutRequest, Empty, PersonGet},
};

use crate::{
    book::Book,
    crypto::hpke,
    error::{Distrust, Error},
    platform::Platform,
    vault::{Person, Vault},
};

impl<P: Platform> Vault<P> {
    /// Looks up the keys behind a user name. They are what the server says until words are compared.
    ///
    /// # Errors
    /// A user name that breaks a rule, [`Code::NotFound`], or keys that do not hold or are
    /// somebody else's.
    pub async fn find_person(&self, typed: &str) -> Result<Person, Error> {
        let username = Username::parse(typed)?;
        let answer = self
            .api
            .call(PersonGet, &[&username], "", &Empty {})
            .await?;
        let bundle = answer.key_bundle.verify_own()?;
        if bundle.payload().username != username.as_str() {
            return Err(Distrust::Misplaced.into());
        }
        // FIPS 203, section 7.2: what is no key is said before anybody compares words for it.
        if !hpke::is_public(bundle.payload().wrapping.as_slice()) {
            return Err(Distrust::Signature.into());
        }
        let person = self.person(&bundle);
        self.found
            .borrow_mut()
            .insert(bundle.payload().account, bundle);
        Ok(person)
    }

    /// Everybody whose words were compared.
    pub fn people(&self) -> Vec<Person> {
        self.book
            .borrow()
            .people()
            .map(|bundle| self.person(bundle))
            .collect()
    }

    /// Remembers that the words of these very keys were compared.
    ///
    /// # Errors
    /// [`Error::NotFound`] when these keys were not looked up before, so can not have been on the
    /// screen.
    pub async fn confirm_person(&self, account: AccountId, bundle: Hash) -> Result<Person, Error> {
        let found = self
            .found
            .borrow()
            .get(&account)
            .filter(|found| found.id() == bundle)
            .cloned();
        let found = found.ok_or(Error::NotFound)?;
        // Two devices may add somebody at once: who comes second adds to what the first one made.
        for _ in 0..5 {
            let next = self.book.borrow().with(found.clone());
            let put = BookPutRequest {
                counter: next.counter(),
                sealed: next.seal(&self.account_key, self.account)?,
            };
            match self.api.call(BookPut, &[], "", &put).await {
                Ok(_) => {
                    *self.book.borrow_mut() = next;
                    self.remember_book(put.counter, put.sealed).await;
                    return Ok(self.person(&found));
                }
                Err(Error::Refused(Code::Conflict)) => self.reload_book().await?,
                Err(error) => return Err(error),
            }
        }
        Err(Error::Refused(Code::Conflict))
    }

    /// Somebody else changed the book: theirs, with everybody whom this browser knows.
    async fn reload_book(&self) -> Result<(), Error> {
        let stored = self.api.call(BookGet, &[], "", &Empty {}).await?;
        let book = Book::open(
            &self.account_key,
            self.account,
            stored.counter,
            &stored.sealed,
        )?;
        let merged = book.with_all_of(&self.book.borrow());
        *self.book.borrow_mut() = merged;
        Ok(())
    }

    /// Keeps the newest book on this device. One that the server takes at a lower counter than
    /// before follows a server that went back; what it lost is in this one.
    async fn remember_book(&self, counter: u64, sealed: Bytes) {
        self.keep_account(|memory| (memory.book, memory.sealed_book) = (counter, sealed))
            .await;
    }
}
