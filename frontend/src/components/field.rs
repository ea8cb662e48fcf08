//! Text fields: label above, help under it, what is wrong beside the field.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct FieldProps {
    /// The stable name for tests, and the element's id.
    pub(crate) hook: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) help: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or(AttrValue::Static("off"))]
    pub(crate) autocomplete: AttrValue,
    /// Names are typed as they are: no capital letters, no corrections.
    #[prop_or_default]
    pub(crate) name: bool,
    /// What stands in it. Without, the browser keeps the content and `node` reads it.
    #[prop_or_default]
    pub(crate) value: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) node: NodeRef,
    #[prop_or_default]
    pub(crate) oninput: Callback<String>,
    #[prop_or_default]
    pub(crate) search: bool,
}

#[component]
pub(crate) fn Field(props: &FieldProps) -> Html {
    let oninput = {
        let emit = props.oninput.clone();
        Callback::from(move |event: InputEvent| {
            emit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let id = &props.hook;
    let described = describe(id, props.help.is_some(), props.error.is_some());
    let plain = props.name.then_some("none");
    html! {
        <div class={classes!("field", props.error.is_some().then_some("wrong"))}>
            <label for={id}>{ &props.label }</label>
            { help(id, &props.help) }
            { error(id, &props.error) }
            <input
                ref={props.node.clone()}
                {id}
                name={id}
                type={if props.search { "search" } else { "text" }}
                autocomplete={&props.autocomplete}
                autocapitalize={plain}
                spellcheck={props.name.then_some("false")}
                value={props.value.clone()}
                aria-describedby={described}
                aria-invalid={props.error.is_some().then_some("true")}
                data-test={id}
                {oninput}
            />
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TextAreaProps {
    /// The stable name for tests, and the element's id.
    pub(crate) hook: AttrValue,
    pub(crate) label: AttrValue,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    pub(crate) value: AttrValue,
    #[prop_or(10)]
    pub(crate) rows: u32,
    pub(crate) oninput: Callback<String>,
}

#[component]
pub(crate) fn TextArea(props: &TextAreaProps) -> Html {
    let oninput = {
        let emit = props.oninput.clone();
        Callback::from(move |event: InputEvent| {
            emit.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let id = &props.hook;
    html! {
        <div class={classes!("field", props.error.is_some().then_some("wrong"))}>
            <label for={id}>{ &props.label }</label>
            { error(id, &props.error) }
            <textarea
                {id}
                name={id}
                rows={props.rows.to_string()}
                autocomplete="off"
                value={props.value.clone()}
                aria-describedby={describe(id, false, props.error.is_some())}
                aria-invalid={props.error.is_some().then_some("true")}
                data-test={id}
                {oninput}
            />
        </div>
    }
}

/// The ids of what describes a field.
pub(crate) fn describe(id: &str, help: bool, error: bool) -> Option<String> {
    match (help, error) {
        (true, true) => Some(format!("{id}-help {id}-error")),
        (true, false) => Some(format!("{id}-help")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// The help under a label.
pub(super) fn help(id: &str, text: &Option<AttrValue>) -> Html {
    html! {
        if let Some(text) = text {
            <p class="help" id={format!("{id}-help")}>{ text }</p>
        }
    }
}

/// What is wrong with a field.
pub(super) fn error(id: &str, text: &Option<AttrValue>) -> Html {
    html! {
        if let Some(text) = text {
            <p class="error" id={format!("{id}-error")} data-test={format!("{id}-error")}>{ text }</p>
        }
    }
}
