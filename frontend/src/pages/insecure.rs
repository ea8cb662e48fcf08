//! Stands instead of the app where the browser offers no cryptography.

use yew::prelude::*;

use crate::words;

#[component]
pub(crate) fn Insecure() -> Html {
    use_effect_with((), |()| {
        crate::platform::set_title(&words::tab(words::NOT_SECURE_TITLE));
    });
    html! {
        <main class="alone" data-test="not-secure">
            <h1>{ words::NOT_SECURE_TITLE }</h1>
            <p>{ words::NOT_SECURE }</p>
        </main>
    }
}
