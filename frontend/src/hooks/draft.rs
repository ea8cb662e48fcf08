//! A form whose content outlives the screen, until it is saved or the person signs out.

use yew::prelude::*;

use super::use_session;
use crate::session::drafts::{Drafts, Form, Typed};

/// What stands in the form, and ways to change it.
#[derive(Clone)]
pub(crate) struct DraftHandle {
    state: UseStateHandle<Typed>,
    drafts: Drafts,
    form: Form,
}

impl DraftHandle {
    /// What stands in the form.
    pub(crate) fn typed(&self) -> &Typed {
        &self.state
    }

    /// Changes what stands in the form.
    pub(crate) fn set(&self, typed: Typed) {
        self.drafts.keep(self.form, typed.clone());
        self.state.set(typed);
    }

    /// It is saved or not wanted any more.
    pub(crate) fn drop(&self) {
        self.drafts.drop(self.form);
    }
}

/// Begins with what was typed before, or with `initial`.
#[hook]
pub(crate) fn use_draft(form: Form, initial: Typed) -> DraftHandle {
    let drafts = use_session().drafts().clone();
    let state = {
        let drafts = drafts.clone();
        use_state(move || drafts.get(form).unwrap_or(initial))
    };
    DraftHandle {
        state,
        drafts,
        form,
    }
}
