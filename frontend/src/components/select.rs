//! Choosing the data category.

use crate::message::Category;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::words;

/// Draws it.
pub(crate) fn category_select(
    label: &'static str,
    value: Category,
    emit: impl Fn(Category) + 'static,
) -> Html {
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().value();
        if let Some(category) = ALL.into_iter().find(|one| words::category(*one) == chosen) {
            emit(category);
        }
    });
    let options = ALL.into_iter().map(|category| {
        html! {
            <option value={words::category(category)} selected={category == value}>
                { words::category_long(category) }
            </option>
        }
    });
    html! {
        <div class="field">
            <label for="category">{ label }</label>
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
