//! Choosing the data category.

use keepwell_frontend::message::Category;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::words;

#[derive(Properties, PartialEq)]
pub(crate) struct CategoryProps {
    pub(crate) label: AttrValue,
    pub(crate) value: Category,
    pub(crate) onchange: Callback<Category>,
}

#[component]
pub(crate) fn CategorySelect(props: &CategoryProps) -> Html {
    let onchange = {
        let emit = props.onchange.clone();
        Callback::from(move |event: Event| {
            let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
            if let Some(category) = ALL.into_iter().find(|one| words::category(*one) == chosen) {
                emit.emit(category);
            }
        })
    };
    let options = ALL.into_iter().map(|category| {
        html! {
            <option value={words::category(category)} selected={category == props.value}>
                { words::category_long(category) }
            </option>
        }
    });
    html! {
        <div class="field">
            <label for="category">{ &props.label }</label>
            <select id="category" name="category" data-test="category" {onchange}>
                { for options }
            </select>
        </div>
    }
}

/// In the order in which people look for them.
const ALL: [Category; 6] = [
    Category::Clinical,
    Category::Laboratory,
    Category::Prescriptions,
    Category::Personal,
    Category::Financial,
    Category::Research,
];
