//! Choosing one of several, saying yes, and choosing a day.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{
    field::{describe, error, frame},
    piece,
};

piece! {
    /// One of a list.
    Choice {
        /// The stable name for tests, and the element's id.
        hook: AttrValue = AttrValue::Static(""),
        label: AttrValue = AttrValue::Static(""),
        error: Option<AttrValue> = None,
        value: AttrValue = AttrValue::Static(""),
        /// Values, and the words for them.
        options: Vec<(AttrValue, AttrValue)> = Vec::new(),
        onchange: Callback<String> = Callback::noop(),
    }
}

impl Choice {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let onchange = {
            let emit = self.onchange;
            Callback::from(move |event: Event| {
                emit.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
            })
        };
        let id = &self.hook;
        let options = self.options.iter().map(|(value, shown)| {
            html! { <option value={value.clone()} selected={*value == self.value}>{ shown }</option> }
        });
        html! {
            <div class={frame(&self.error)}>
                <label for={id}>{ self.label }</label>
                { error(id, &self.error) }
                <select
                    {id}
                    name={id}
                    aria-describedby={describe(id, false, self.error.is_some())}
                    aria-invalid={self.error.is_some().then_some("true")}
                    data-test={id}
                    {onchange}
                >
                    { for options }
                </select>
            </div>
        }
    }
}

piece! {
    /// Yes, or not.
    Tick {
        /// The stable name for tests, and the element's id.
        hook: AttrValue = AttrValue::Static(""),
        label: AttrValue = AttrValue::Static(""),
        checked: bool = false,
        onchange: Callback<bool> = Callback::noop(),
    }
}

impl Tick {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let onchange = {
            let emit = self.onchange;
            Callback::from(move |event: Event| {
                emit.emit(event.target_unchecked_into::<HtmlInputElement>().checked());
            })
        };
        let id = &self.hook;
        html! {
            <label class="choice tick" for={id}>
                <input type="checkbox" {id} name={id} checked={self.checked} data-test={id} {onchange} />
                <span>{ self.label }</span>
            </label>
        }
    }
}

piece! {
    /// A day, chosen and shown as the reader's browser does; its value is as FHIR writes a day.
    Day {
        /// The stable name for tests, and the element's id.
        hook: AttrValue = AttrValue::Static(""),
        label: AttrValue = AttrValue::Static(""),
        error: Option<AttrValue> = None,
        value: AttrValue = AttrValue::Static(""),
        oninput: Callback<String> = Callback::noop(),
    }
}

impl Day {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let oninput = {
            let emit = self.oninput;
            Callback::from(move |event: InputEvent| {
                emit.emit(event.target_unchecked_into::<HtmlInputElement>().value());
            })
        };
        let id = &self.hook;
        html! {
            <div class={frame(&self.error)}>
                <label for={id}>{ self.label }</label>
                { error(id, &self.error) }
                <input
                    type="date"
                    {id}
                    name={id}
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
