//! One line of safety words, numbered so that two people do not lose their place.

use keepwell_shared::words::Words;
use yew::prelude::*;

/// Draws it. `hook` is the stable name for tests, `remark` is said after the title.
pub(crate) fn words_row(
    hook: &'static str,
    title: String,
    remark: &'static str,
    words: &Words,
) -> Html {
    html! {
        <section class="words" aria-label={title.clone()}>
            <h3>{ title }{ " " }<span>{ remark }</span></h3>
            <ol data-test={hook}>
                { for words.text().iter().map(|word| html! { <li><span>{ word }</span></li> }) }
            </ol>
        </section>
    }
}
