//! A button. While busy it says so, keeps the focus and does nothing.

use yew::prelude::*;

use super::{Icon, Sign};

/// How much it asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Look {
    /// The one main action of a screen.
    Main,
    /// Any other action.
    #[default]
    Plain,
    /// An act that cannot be undone.
    Danger,
    /// Little more than a link.
    Quiet,
}

#[derive(Properties, PartialEq)]
pub(crate) struct ButtonProps {
    /// The stable name for tests.
    pub(crate) hook: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) look: Look,
    #[prop_or_default]
    pub(crate) sign: Option<Sign>,
    /// Whether it sends the form around it.
    #[prop_or_default]
    pub(crate) submit: bool,
    #[prop_or_default]
    pub(crate) busy: bool,
    #[prop_or_default]
    pub(crate) onclick: Callback<()>,
}

#[component]
pub(crate) fn Button(props: &ButtonProps) -> Html {
    let onclick = {
        let (busy, submit, emit) = (props.busy, props.submit, props.onclick.clone());
        Callback::from(move |event: MouseEvent| {
            if busy {
                event.prevent_default();
            } else if !submit {
                emit.emit(());
            }
        })
    };
    let look = match props.look {
        Look::Main => "button main",
        Look::Plain => "button",
        Look::Danger => "button danger",
        Look::Quiet => "button quiet",
    };
    html! {
        <button
            type={if props.submit { "submit" } else { "button" }}
            class={look}
            aria-disabled={props.busy.then_some("true")}
            data-test={props.hook.clone()}
            {onclick}
        >
            if let Some(sign) = props.sign {
                <Icon {sign} />
            }
            <span>{ &props.label }</span>
        </button>
    }
}
