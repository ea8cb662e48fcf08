//! Nothing is sent twice.

use std::{cell::Cell, rc::Rc};

use yew::prelude::*;

/// Whether a form is being sent.
#[derive(Clone)]
pub(crate) struct Busy {
    shown: UseStateHandle<bool>,
    /// Changes at once, while what is shown changes with the next drawing: a second click may come
    /// in between.
    running: Rc<Cell<bool>>,
}

impl Busy {
    /// Begins, unless something runs already.
    pub(crate) fn begin(&self) -> bool {
        let free = !self.running.replace(true);
        if free {
            self.shown.set(true);
        }
        free
    }

    /// Ends.
    pub(crate) fn end(&self) {
        self.running.set(false);
        self.shown.set(false);
    }

    /// Whether something runs.
    pub(crate) fn is(&self) -> bool {
        *self.shown
    }
}

/// Guards one form or one button.
#[hook]
pub(crate) fn use_busy() -> Busy {
    let shown = use_state(|| false);
    let running = use_memo((), |()| Cell::new(false));
    Busy { shown, running }
}
