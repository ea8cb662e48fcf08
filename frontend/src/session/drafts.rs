//! What a person typed and has not saved yet. It lives in memory only, survives a session that the
//! server ended, and is shown again after the next unlock of the same account.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use crate::message::{Category, Draft};
use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, RecordId},
};
use web_sys::File;

use crate::{pages::Sheet, route::Route};

/// Which form it was typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    /// A new note.
    Note(ChartId),
    /// A new file.
    File(ChartId),
    /// An entry for the owner of somebody else's chart.
    Proposal(ChartId),
    /// An answer to the owner's question about an entry.
    Answer(ChartId, RecordId),
    /// A new entry by one of the forms.
    Record(ChartId, Sheet),
    /// A change of an entry.
    Edit(ChartId, RecordId),
}

/// What a form holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typed {
    /// Title, text and category.
    pub(crate) draft: Draft,
    /// The chosen file.
    pub(crate) file: Option<File>,
    /// The revision that the person was changing.
    pub(crate) seen: Option<Hash>,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            draft: Draft {
                title: String::new(),
                text: String::new(),
                category: Category::Clinical,
            },
            file: None,
            seen: None,
        }
    }
}

/// Everything that is not saved yet.
#[derive(Clone, Default)]
pub(crate) struct Drafts(Rc<RefCell<Inner>>);

#[derive(Default)]
struct Inner {
    account: Option<AccountId>,
    typed: HashMap<Form, Typed>,
}

impl PartialEq for Drafts {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drafts {
    /// Says whose drafts these are from now on; those of somebody else are forgotten.
    pub(crate) fn belong_to(&self, account: AccountId) {
        let mut inner = self.0.borrow_mut();
        if inner.account != Some(account) {
            *inner = Inner {
                account: Some(account),
                typed: HashMap::new(),
            };
        }
    }

    /// What stands in a form.
    pub(crate) fn get(&self, form: Form) -> Option<Typed> {
        self.0.borrow().typed.get(&form).cloned()
    }

    /// Keeps what stands in a form; an empty one is nothing to keep.
    pub(crate) fn keep(&self, form: Form, typed: Typed) {
        let typed_nothing =
            typed.draft.title.is_empty() && typed.draft.text.is_empty() && typed.file.is_none();
        if typed_nothing && typed.seen.is_none() {
            self.drop(form);
        } else {
            self.0.borrow_mut().typed.insert(form, typed);
        }
    }

    /// Forgets what stood in a form.
    pub(crate) fn drop(&self, form: Form) {
        self.0.borrow_mut().typed.remove(&form);
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.0.borrow_mut() = Inner::default();
    }

    /// Whether anything would be lost.
    pub(crate) fn any(&self) -> bool {
        !self.0.borrow().typed.is_empty()
    }

    /// The screen of something that would be lost.
    pub(crate) fn screen(&self) -> Option<Route> {
        let form = self.0.borrow().typed.keys().next().copied()?;
        Some(match form {
            Form::Note(chart) => Route::NewNote { chart },
            Form::File(chart) => Route::NewFile { chart },
            Form::Proposal(chart) => Route::Propose { chart },
            Form::Answer(chart, record) => Route::Answer { chart, record },
            Form::Record(chart, sheet) => Route::NewRecord { chart, sheet },
            Form::Edit(chart, record) => Route::Edit { chart, record },
        })
    }
}
