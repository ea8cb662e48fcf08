//! A button. While busy it says so, keeps the focus and does nothing.

use yew::prelude::*;

use super::{Sign, icon, piece};

/// How much it asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// The one main action of a screen.
    Main,
    /// Any other action.
    Plain,
    /// An act that cannot be undone.
    Danger,
    /// Little more than a link.
    Quiet,
}

piece! {
    /// A button.
    Button {
        /// The stable name for tests.
        hook: AttrValue = AttrValue::Static(""),
        label: AttrValue = AttrValue::Static(""),
        look: Look = Look::Plain,
        sign: Option<Sign> = None,
        /// Whether it sends the form around it.
        submit: bool = false,
        busy: bool = false,
        /// Of a button that opens and closes what stands under it: whether that is open.
        expanded: Option<bool> = None,
        onclick: Callback<()> = Callback::noop(),
    }
}

impl Button {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let onclick = {
            let (busy, submit, emit) = (self.busy, self.submit, self.onclick);
            Callback::from(move |event: MouseEvent| {
                if busy {
                    event.prevent_default();
                } else if !submit {
                    emit.emit(());
                }
            })
        };
        let look = match self.look {
            Look::Main => "button main",
            Look::Plain => "button",
            Look::Danger => "button danger",
            Look::Quiet => "button quiet",
        };
        html! {
            <button
                type={if self.submit { "submit" } else { "button" }}
                class={look}
                aria-expanded={self.expanded.map(|open| if open { "true" } else { "false" })}
                aria-disabled={self.busy.then_some("true")}
                data-test={self.hook}
                {onclick}
            >
                if let Some(sign) = self.sign {
                    { icon(sign) }
                }
                <span>{ self.label }</span>
            </button>
        }
    }
}
