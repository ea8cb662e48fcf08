//! What others than the owner wrote into one compartment, author by author.
//!
//! Each author has a chain: every statement names the one before it. Who may write is what the owner
//! signed: the head that a statement names lists its author among the readers. What is missing shows
//! as soon as anything names it, be it a later statement, another author's, or the owner's head.
//!
//! `docs/protocol.md`, section 10.3.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, RecordId},
    statement::{
        AuthorStatement, BlobContent, CompartmentHead, Enclosure, KeyBundle, SeenAuthor,
        Unverified, Verified,
    },
    wire::{StatementListResponse, StoredStatement},
};

use super::{Doubt, Reader, open_entry, statement_keys};
use crate::{
    crypto::content::MessageKeys,
    entry::{Category, Entry},
    error::{Distrust, Error},
    identity::Identity,
    keys::{Kind, RecordKey, entry_info},
    memory::Seen,
};

/// The statements of others in one compartment.
#[derive(Clone, Default)]
pub(crate) struct Writers {
    /// How many have arrived.
    places: u64,
    /// In the order in which they arrived; those of one author follow each other.
    written: Vec<Written>,
    doubts: Vec<Doubt>,
}

/// A verified statement of somebody who may read the compartment.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) statement: Verified<AuthorStatement>,
    pub(crate) author: Verified<KeyBundle>,
    /// What it encloses; missing where the entry was deleted.
    pub(crate) enclosed: Result<Enclosure, Distrust>,
    pub(crate) sealed: Bytes,
    /// The head that its author has seen, as the owner signed it.
    head: Seen,
    /// Which of the wraps is this person's; none for whoever was no reader then.
    mine: Option<usize>,
    /// What is inside, once it was opened.
    pub(crate) opened: Option<Result<Entry, Distrust>>,
}

impl std::fmt::Debug for Writers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writers(..)")
    }
}

impl Written {
    /// The RecordKey, for whom it was wrapped.
    pub(crate) fn key(&self, identity: &Identity) -> Result<RecordKey, Error> {
        let payload = self.statement.payload();
        let enclosed = self.enclosed.as_ref().map_err(|why| *why)?;
        let wrap = self.mine.and_then(|at| enclosed.wraps.get(at));
        let wrap = wrap.and_then(Option::as_ref).ok_or(Distrust::NotForMe)?;
        let info = entry_info(
            payload.chart,
            payload.compartment,
            payload.record,
            payload.author,
            identity.bundle.id(),
        );
        RecordKey::open_from(&identity.wrapping, &info, payload.key_id, wrap)
    }

    /// The file and its keys.
    pub(crate) fn file(&self, identity: &Identity) -> Result<(MessageKeys, BlobContent), Error> {
        let payload = self.statement.payload();
        let enclosed = self.enclosed.as_ref().map_err(|why| *why)?;
        let stored = enclosed.file.clone().ok_or(Error::NotFound)?;
        let key = self.key(identity)?;
        let keys = statement_keys(&key, payload, &stored.content, Kind::File)?;
        Ok((keys, stored))
    }

    fn open(&mut self, identity: &Identity) -> Result<(), Distrust> {
        let opened = self.key(identity).and_then(|key| {
            let enclosed = self.enclosed.as_ref().map_err(|why| *why)?;
            let (payload, content) = (self.statement.payload(), &enclosed.entry);
            let keys = statement_keys(&key, payload, content, Kind::Entry)?;
            let has_file = enclosed.file.is_some();
            Ok(open_entry(&keys, content, &self.sealed, has_file)?)
        });
        let opened = opened.map_err(|error| match error {
            Error::Distrusted(distrust) => distrust,
            _ => Distrust::Content,
        });
        let said = opened.as_ref().map(|_| ()).map_err(|why| *why);
        self.opened = Some(opened);
        said
    }
}

impl Writers {
    /// How many statements have arrived.
    pub(crate) fn places(&self) -> u64 {
        self.places
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_whole(&self) -> bool {
        self.doubts.is_empty()
    }

    pub(crate) fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// Every statement that verified.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Written> {
        self.written.iter()
    }

    pub(crate) fn get(&self, id: Hash) -> Option<&Written> {
        self.all().find(|written| written.statement.id() == id)
    }

    /// The chain of an author, oldest first.
    fn chain(&self, author: AccountId) -> impl DoubleEndedIterator<Item = &Written> {
        let of = move |written: &&Written| written.statement.payload().author == author;
        self.written.iter().filter(of)
    }

    /// The newest statement of an author.
    pub(crate) fn newest(&self, author: AccountId) -> Option<&Written> {
        self.chain(author).next_back()
    }

    /// Whether something about this author's chain does not hold.
    pub(crate) fn doubts_about(&self, author: &str) -> bool {
        self.doubts.iter().any(|doubt| doubt.author == author)
    }

    /// Takes a page of what is new.
    pub(crate) fn take(&mut self, reader: &Reader<'_>, page: &StatementListResponse) {
        for stored in &page.statements {
            self.places = self.places.saturating_add(1);
            if let Err(doubt) = self.take_one(reader, stored, page) {
                self.doubts.push(doubt);
            }
        }
    }

    fn take_one(
        &mut self,
        reader: &Reader<'_>,
        stored: &StoredStatement,
        page: &StatementListResponse,
    ) -> Result<(), Doubt> {
        let mut doubt = Doubt {
            category: reader.category,
            author: String::new(),
            number: 0,
            why: Distrust::Signature,
        };
        let is = |doubt: &Doubt, why| Doubt {
            why,
            ..doubt.clone()
        };
        let unsigned = |_| is(&doubt, Distrust::Signature);
        let id = stored.statement.id().map_err(unsigned)?;
        // What it claims decides which keys are looked for; with them its signature must hold.
        let claimed = stored.statement.verify_named(id).map_err(unsigned)?;
        let bundle = claimed.payload().bundle;
        let author = self
            .all()
            .map(|known| &known.author)
            .find(|known| known.id() == bundle)
            .cloned()
            .or_else(|| named(&page.authors, bundle));
        let author = author.ok_or_else(|| is(&doubt, Distrust::Signature))?;
        let key = author.payload().signing_key().map_err(unsigned)?;
        let statement = stored.statement.verify(&key).map_err(unsigned)?;
        let payload = statement.payload();
        doubt.author.clone_from(&author.payload().username);
        doubt.number = payload.number;
        let belongs = (payload.chart, payload.compartment) == (reader.chart, reader.compartment)
            && payload.author == author.payload().account
            && payload.author != reader.owner.payload().account
            && self.all().all(|known| known.statement.id() != id)
            && !self.has(payload.record);
        if !belongs {
            return Err(is(&doubt, Distrust::Misplaced));
        }
        let head = reader
            .head(payload, &page.heads)
            .ok_or_else(|| is(&doubt, Distrust::NotAReader))?;
        let readers = &head.payload().readers;
        let enclosed = match &stored.enclosure {
            Some(bytes) => statement.enclosed(bytes).map_err(|_| Distrust::Content),
            None => Err(Distrust::Missing),
        };
        let wraps = readers.len().saturating_add(1);
        let another = |enclosed: &Enclosure| enclosed.wraps.len() != wraps;
        if !readers.contains(&bundle) || enclosed.as_ref().is_ok_and(another) {
            return Err(is(&doubt, Distrust::NotAReader));
        }
        self.follows(payload)
            .or_else(|why| match why {
                // What stands behind a gap is there all the same; the gap is said.
                Distrust::Missing => {
                    self.doubts.push(is(&doubt, why));
                    Ok(())
                }
                why => Err(why),
            })
            .map_err(|why| is(&doubt, why))?;
        let mine = reader.wrap_of(&head);
        self.written.push(Written {
            statement,
            author,
            enclosed,
            sealed: stored.entry.clone(),
            head: Seen::of(&head, head.payload().at),
            mine,
            opened: None,
        });
        Ok(())
    }

    /// Whether a statement follows its author's newest one.
    fn follows(&self, payload: &AuthorStatement) -> Result<(), Distrust> {
        let last = self.newest(payload.author).map(|last| &last.statement);
        let number = last.map_or(0, |last| last.payload().number);
        let id = last.map(Verified::id);
        if payload.number <= number {
            // The author never signs two under one number; an older one stands in another place.
            return Err(
                match payload.previous == last.and_then(|l| l.payload().previous) {
                    true => Distrust::Forked,
                    false => Distrust::Misplaced,
                },
            );
        }
        if payload.previous == id || id.is_some_and(|id| payload.replaces.contains(&id)) {
            return Ok(());
        }
        let known = |previous| {
            self.chain(payload.author)
                .any(|w| w.statement.id() == previous)
        };
        Err(match payload.previous.is_none_or(known) {
            true => Distrust::Forked,
            false => Distrust::Missing,
        })
    }

    fn has(&self, record: RecordId) -> bool {
        self.all()
            .any(|known| known.statement.payload().record == record)
    }

    /// Forgets what was written of entries that the owner has deleted. Their places in the chains
    /// stay.
    pub(crate) fn forget(&mut self, deleted: impl Fn(RecordId) -> bool) {
        for one in &mut self.written {
            if deleted(one.statement.payload().record) {
                one.enclosed = Err(Distrust::Missing);
                one.sealed = Bytes::default();
                one.opened = None;
            }
        }
    }

    /// Opens what was not opened yet and is to be shown.
    pub(crate) fn open(&mut self, reader: &Reader<'_>, shown: impl Fn(&Written) -> bool) {
        let Self {
            written, doubts, ..
        } = self;
        for at in 0..written.len() {
            let Some(one) = written.get_mut(at) else {
                continue;
            };
            if one.opened.is_some() || one.mine.is_none() || !shown(one) {
                continue;
            }
            if let Err(why) = one.open(reader.identity) {
                doubts.push(Doubt {
                    category: reader.category,
                    author: one.author.payload().username.clone(),
                    number: one.statement.payload().number,
                    why,
                });
            }
        }
    }

    /// Compares the chains with everything that names one of their statements: other authors, the
    /// owner's head, what this device remembers. `me` is who looks, and by which name.
    pub(crate) fn compare(
        &mut self,
        category: Category,
        head: &CompartmentHead,
        memory: &[(AccountId, Seen)],
        me: (AccountId, &str),
    ) {
        let mut doubts: Vec<Doubt> = Vec::new();
        let mut lacks = |author: AccountId, number: u64, id: Hash, why: Distrust| {
            if self.chain(author).any(|known| known.statement.id() == id) {
                return;
            }
            let known = self.newest(author).map(|known| known.author.payload());
            let name = known.map(|known| known.username.as_str());
            let own = || (author == me.0).then_some(me.1);
            let doubt = Doubt {
                category,
                author: name.or_else(own).unwrap_or_default().to_owned(),
                number,
                why,
            };
            let said = |other: &Doubt| (&other.author, other.number) == (&doubt.author, number);
            if !doubts.iter().chain(&self.doubts).any(said) {
                doubts.push(doubt);
            }
        };
        for (author, seen) in memory {
            let newest = self.newest(*author).map(|known| known.statement.payload());
            let why = match newest.is_some_and(|newest| newest.number >= seen.counter) {
                true => Distrust::Forked,
                false => Distrust::Old,
            };
            lacks(*author, seen.counter, seen.id, why);
        }
        let others = self.all().flat_map(|known| &known.statement.payload().seen);
        for seen in head.authors.iter().chain(others) {
            lacks(seen.author, seen.number, seen.statement, Distrust::Missing);
        }
        self.doubts.extend(doubts);
    }

    /// The heads that the newest statements name, as far as they are newer than what is remembered of
    /// their authors. Each author has seen that its own follow each other, so the newest says it for
    /// all.
    pub(crate) fn named(&self, memory: &[(AccountId, Seen)]) -> Vec<Seen> {
        let newest = self.positions(&[]);
        let fresh = newest.iter().filter(|now| {
            let known = memory.iter().find(|(author, _)| *author == now.author);
            known.is_none_or(|(_, seen)| seen.counter < now.number)
        });
        fresh
            .filter_map(|now| Some(self.get(now.statement)?.head))
            .collect()
    }

    /// The newest statement of each author, as the next head or statement names it: never behind
    /// what was named before.
    pub(crate) fn positions(&self, before: &[SeenAuthor]) -> Vec<SeenAuthor> {
        let mut all = before.to_vec();
        for known in self.all() {
            let payload = known.statement.payload();
            let now = SeenAuthor {
                author: payload.author,
                number: payload.number,
                statement: known.statement.id(),
            };
            match all.iter_mut().find(|seen| seen.author == now.author) {
                Some(seen) if seen.number < now.number => *seen = now,
                Some(_) => {}
                None => all.push(now),
            }
        }
        all.sort_by_key(|seen| seen.author);
        all
    }
}

fn named(authors: &[Unverified<KeyBundle>], id: Hash) -> Option<Verified<KeyBundle>> {
    authors
        .iter()
        .find_map(|author| author.verify_named(id).ok())
}
