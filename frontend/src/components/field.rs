//! Text fields: label above, help under it, what is wrong beside the field.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::piece;

piece! {
    /// One line of text.
    Field {
        /// The stable name for tests, and the element's id.
        hook: AttrValue = AttrValue::Static(""),
        label: AttrValue = AttrValue::Static(""),
        help: Option<AttrValue> = None,
        error: Option<AttrValue> = None,
        autocomplete: AttrValue = AttrValue::Static("off"),
        /// Names are typed as they are: no capital letters, no corrections.
        name: bool = false,
        /// Digits only: a phone shows their keys.
        digits: bool = false,
        /// What stands in it. Without, the browser keeps the content and `node` reads it.
        value: Option<AttrValue> = None,
        node: NodeRef = NodeRef::default(),
        oninput: Callback<String> = Callback::noop(),
        search: bool = false,
    }
}

impl Field {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let oninput = {
            let emit = self.oninput;
            Callback::from(move |event: InputEvent| {
                emit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
            })
        };
        let id = &self.hook;
        let described = describe(id, self.help.is_some(), self.error.is_some());
        html! {
            <div class={frame(&self.error)}>
                <label for={id}>{ self.label }</label>
                { help(id, &self.help) }
                { error(id, &self.error) }
                <input
                    ref={self.node}
                    {id}
                    name={id}
                    type={if self.search { "search" } else { "text" }}
                    autocomplete={self.autocomplete}
                    autocapitalize={self.name.then_some("none")}
                    spellcheck={self.name.then_some("false")}
                    inputmode={self.digits.then_some("numeric")}
                    value={self.value}
                    aria-describedby={described}
                    aria-invalid={self.error.is_some().then_some("true")}
                    data-test={id}
                    {oninput}
                />
            </div>
        }
    }
}

piece! {
    /// Several lines of text.
    TextArea {
        /// The stable name for tests, and the element's id.
        hook: AttrValue = AttrValue::Static(""),
        label: AttrValue = AttrValue::Static(""),
        error: Option<AttrValue> = None,
        value: AttrValue = AttrValue::Static(""),
        rows: AttrValue = AttrValue::Static("10"),
        oninput: Callback<String> = Callback::noop(),
    }
}

impl TextArea {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let oninput = {
            let emit = self.oninput;
            Callback::from(move |event: InputEvent| {
                emit.emit(event.target_unchecked_into::<HtmlTextAreaElement>().value());
            })
        };
        let id = &self.hook;
        html! {
            <div class={frame(&self.error)}>
                <label for={id}>{ self.label }</label>
                { error(id, &self.error) }
                <textarea
                    {id}
                    name={id}
                    rows={self.rows}
                    autocomplete="off"
                    value={self.value}
                    aria-describedby={describe(id, false, self.error.is_some())}
                    aria-invalid={self.error.is_some().then_some("true")}
                    data-test={id}
                    {oninput}
                />
            </div>
        }
    }
}

/// The class of what stands around a field.
pub(super) fn frame(error: &Option<AttrValue>) -> &'static str {
    if error.is_some() {
        "field wrong"
    } else {
        "field"
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
