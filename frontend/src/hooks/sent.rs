//! What came back after a form was sent: the mistakes, in a summary and beside the fields.

use yew::prelude::*;

use crate::components::{Mistake, Summary};

/// The mistakes of a form.
#[derive(Clone)]
pub(crate) struct Sent(UseStateHandle<(u32, Vec<Mistake>)>);

impl Sent {
    /// Shows mistakes, or none, after the form was sent once more. Says whether there are none.
    pub(crate) fn show(&self, mistakes: Vec<Mistake>) -> bool {
        let fine = mistakes.is_empty();
        let (turn, _) = *self.0;
        self.0.set((turn + 1, mistakes));
        fine
    }

    /// What stands beside one field.
    pub(crate) fn of(&self, field: &str) -> Option<AttrValue> {
        Mistake::of(&self.0.1, field)
    }

    /// The summary above the form.
    pub(crate) fn summary(&self) -> Html {
        let (turn, mistakes) = &*self.0;
        html! { <Summary turn={*turn} mistakes={mistakes.clone()} /> }
    }
}

/// No mistakes yet.
#[hook]
pub(crate) fn use_sent() -> Sent {
    Sent(use_state(|| (0, Vec::new())))
}
