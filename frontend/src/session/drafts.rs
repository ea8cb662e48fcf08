//! What a person typed and has not saved yet. It survives a session that the server ended, a lock and a
//! reload: the worker keeps it sealed on the device, unless others use the device too. A chosen file is not
//! kept: the browser lends it to this page only.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use gloo::timers::callback::Timeout;
use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, RecordId},
};
use serde::{Deserialize, Serialize};
use web_sys::File;

use crate::{
    bridge::Bridge,
    message::{Category, Command, Draft, Kept},
    pages::Sheet,
    platform::storage,
    route::Route,
};

/// Which form it was typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Typed {
    /// Title, text and category.
    pub(crate) draft: Draft,
    /// The chosen file.
    #[serde(skip)]
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
    /// What changed since it was last kept, and which change it was.
    touched: HashMap<Form, u32>,
    /// Changes so far.
    changes: u32,
    /// Who keeps it on the device; nobody where others use it too.
    keeper: Option<Bridge>,
    /// What was typed in the last moment is kept when this is over.
    soon: Option<Timeout>,
}

impl Inner {
    fn touch(&mut self, form: Form) {
        self.changes = self.changes.wrapping_add(1);
        self.touched.insert(form, self.changes);
    }

    /// Takes out what is kept as it stands here.
    fn untouched(&mut self) -> HashMap<Form, Typed> {
        let touched = &self.touched;
        let kept = |form: &Form, _: &mut Typed| !touched.contains_key(form);
        self.typed.extract_if(kept).collect()
    }

    /// Forgets what is kept, but for chosen files, which no device keeps.
    fn forget_kept(&mut self) {
        for (form, typed) in self.untouched() {
            if let Some(file) = typed.file {
                let file = Some(file);
                self.typed.insert(
                    form,
                    Typed {
                        file,
                        ..Typed::default()
                    },
                );
            }
        }
    }

    /// Nothing of anybody. The changes are counted on: an answer about an earlier one may still come.
    fn empty(&mut self) {
        *self = Self {
            changes: self.changes,
            ..Self::default()
        };
    }
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
            inner.empty();
            inner.account = Some(account);
        }
    }

    /// From now on they are kept on this device, and so is what could not be kept before.
    pub(crate) fn kept_by(&self, keeper: Bridge) {
        self.0.borrow_mut().keeper = Some(keeper);
        self.keep_now();
    }

    /// Nobody keeps them any more: the keys are gone. What the device keeps does not stay in memory, nor does
    /// anything where others use the device.
    pub(crate) fn let_go(&self) {
        if storage::is_shared() {
            return self.clear();
        }
        let mut inner = self.0.borrow_mut();
        (inner.keeper, inner.soon) = (None, None);
        inner.forget_kept();
    }

    /// Takes up what was kept. What could not be kept is newer.
    pub(crate) fn take_up(&self, kept: &Kept) {
        let kept: BTreeMap<String, String> = serde_json::from_str(&kept.0).unwrap_or_default();
        let mut inner = self.0.borrow_mut();
        let mut here = inner.untouched();
        for (form, typed) in kept {
            let (Ok(form), Ok(mut typed)) = (
                serde_json::from_str(&form),
                serde_json::from_str::<Typed>(&typed),
            ) else {
                continue;
            };
            if !inner.touched.contains_key(&form) {
                // The browser lends a file to the page, and no device keeps it.
                typed.file = here.remove(&form).and_then(|here| here.file);
                inner.typed.insert(form, typed);
            }
        }
    }

    /// Keeps now what has changed.
    pub(crate) fn keep_now(&self) {
        let mut inner = self.0.borrow_mut();
        inner.soon = None;
        let Some(keeper) = inner.keeper.clone() else {
            return;
        };
        if inner.touched.is_empty() {
            return;
        }
        let sent = inner.touched.clone();
        let changed = sent.keys().filter_map(|form| {
            let typed = match inner.typed.get(form) {
                Some(typed) => Some(serde_json::to_string(typed).ok()?),
                None => None,
            };
            Some((serde_json::to_string(form).ok()?, typed))
        });
        let changed = changed.collect();
        let kept = keeper.ask(&Command::KeepDrafts { changed });
        let drafts = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            // What is not kept still stands in its form, and is kept with the next change.
            if kept.await.is_ok() {
                let mut inner = drafts.0.borrow_mut();
                inner
                    .touched
                    .retain(|form, change| sent.get(form) != Some(&*change));
                // It may be locked by now.
                if inner.keeper.is_none() {
                    inner.forget_kept();
                }
            }
        });
    }

    /// Keeps it when nothing has been typed for a moment.
    fn keep_soon(&self) {
        let later = self.clone();
        let soon = Timeout::new(MOMENT, move || later.keep_now());
        self.0.borrow_mut().soon = Some(soon);
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
            let mut inner = self.0.borrow_mut();
            inner.typed.insert(form, typed);
            inner.touch(form);
            drop(inner);
            self.keep_soon();
        }
    }

    /// Forgets what stood in a form.
    pub(crate) fn drop(&self, form: Form) {
        let mut inner = self.0.borrow_mut();
        if inner.typed.remove(&form).is_some() {
            inner.touch(form);
            drop(inner);
            self.keep_now();
        }
    }

    /// Forgets everything in memory. What the device keeps stays there.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().empty();
    }

    /// Whether there is anything that is not saved.
    pub(crate) fn any(&self) -> bool {
        !self.0.borrow().typed.is_empty()
    }

    /// Whether a lock and a reload keep what was typed.
    pub(crate) fn are_kept(&self) -> bool {
        self.0.borrow().keeper.is_some()
    }

    /// Whether anything of it would be lost with a lock.
    pub(crate) fn would_be_lost(&self) -> bool {
        let inner = self.0.borrow();
        match inner.keeper {
            None => !inner.typed.is_empty(),
            Some(_) => inner.typed.values().any(|one| one.file.is_some()),
        }
    }

    /// Whether something was typed that is not kept yet.
    pub(crate) fn is_behind(&self) -> bool {
        self.0.borrow().soon.is_some()
    }

    /// The screen of something that is not saved.
    pub(crate) fn screen(&self) -> Option<Route> {
        let inner = self.0.borrow();
        inner.typed.keys().next().copied().map(Form::screen)
    }

    /// The screen of something in this chart that is not saved.
    pub(crate) fn screen_in(&self, chart: ChartId) -> Option<Route> {
        let inner = self.0.borrow();
        let mut screens = inner.typed.keys().copied().map(Form::screen);
        screens.find(|screen| screen.chart() == Some(chart))
    }
}

impl Form {
    /// Where it stands.
    fn screen(self) -> Route {
        match self {
            Form::Note(chart) => Route::NewNote { chart },
            Form::File(chart) => Route::NewFile { chart },
            Form::Proposal(chart) => Route::Propose { chart },
            Form::Answer(chart, record) => Route::Answer { chart, record },
            Form::Record(chart, sheet) => Route::NewRecord { chart, sheet },
            Form::Edit(chart, record) => Route::Edit { chart, record },
        }
    }
}

/// Milliseconds without a key pressed.
const MOMENT: u32 = 300;
