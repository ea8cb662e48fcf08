//! A password field: hidden, with a button that shows it, and a word when Caps Lock is on.
//!
//! The text stays in the browser's own field and is read when the form is sent; it is never part
//! of what this program keeps.

use yew::prelude::*;

use super::{
    describe,
    field::{error, help},
};
use crate::words::door;

#[derive(Properties, PartialEq)]
pub(crate) struct PasswordProps {
    /// The stable name for tests, and the element's id.
    pub(crate) hook: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) help: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    /// `current-password` or `new-password`.
    pub(crate) autocomplete: AttrValue,
    pub(crate) node: NodeRef,
    /// The id of what else describes it.
    #[prop_or_default]
    pub(crate) described: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) oninput: Callback<InputEvent>,
    #[prop_or_default]
    pub(crate) onfocus: Callback<FocusEvent>,
}

#[component]
pub(crate) fn PasswordField(props: &PasswordProps) -> Html {
    let shown = use_state(|| false);
    let caps = use_state(|| false);
    let onkey = {
        let caps = caps.setter();
        Callback::from(move |event: KeyboardEvent| caps.set(event.get_modifier_state("CapsLock")))
    };
    let onclick = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(!*shown))
    };
    let id = &props.hook;
    let described = describe(id, props.help.is_some(), props.error.is_some());
    let described = [described, props.described.as_ref().map(ToString::to_string)];
    let described: Vec<String> = described.into_iter().flatten().collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let toggle = if *shown {
        door::HIDE_PASSWORD
    } else {
        door::SHOW_PASSWORD
    };
    html! {
        <div class={classes!("field", props.error.is_some().then_some("wrong"))}>
            <label for={id}>{ &props.label }</label>
            { help(id, &props.help) }
            { error(id, &props.error) }
            <div class="password">
                <input
                    ref={props.node.clone()}
                    {id}
                    name={id}
                    type={if *shown { "text" } else { "password" }}
                    autocomplete={&props.autocomplete}
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby={described}
                    aria-invalid={props.error.is_some().then_some("true")}
                    data-test={id}
                    onkeydown={onkey.clone()}
                    onkeyup={onkey}
                    oninput={props.oninput.clone()}
                    onfocus={props.onfocus.clone()}
                />
                <button
                    type="button"
                    class="button quiet"
                    aria-label={toggle}
                    aria-controls={id}
                    data-test={format!("{id}-show")}
                    {onclick}
                >
                    { if *shown { door::HIDE } else { door::SHOW } }
                </button>
            </div>
            <p class="caps" role="status" data-test={format!("{id}-caps")}>
                { if *caps { door::CAPS_LOCK } else { "" } }
            </p>
        </div>
    }
}
