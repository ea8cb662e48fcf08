//! Nothing stands at this address.

use yew::prelude::*;

use crate::{components::RouteLink, hooks::use_page, route::Route, words};

#[component]
pub(crate) fn NotFound() -> Html {
    let heading = use_page(words::NOTHING_HERE);
    html! {
        <div class="narrow">
            <h1 ref={heading} tabindex="-1">{ words::NOTHING_HERE }</h1>
            <p>{ words::NOTHING_HERE_TEXT }</p>
            <p><RouteLink hook="to-start" to={Route::Welcome} class="button">{ words::TO_START }</RouteLink></p>
        </div>
    }
}
