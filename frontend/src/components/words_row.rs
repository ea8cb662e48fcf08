//! One line of safety words, numbered so that two people do not lose their place.

use yew::prelude::*;

/// Draws it. `hook` is the stable name for tests, `remark` is said after the title.
pub(crate) fn words_row(
    hook: &'static str,
    title: String,
    remark: &'static str,
    words: &[String],
) -> Html {
    html! {
        <section class="words" aria-label={title.clone()}>
            <h3>{ title }{ " " }<span>{ remark }</span></h3>
            <ol data-test={hook}>
                { for words.iter().map(|word| html! { <li><span>{ word }</span></li> }) }
            </ol>
        </section>
    }
}
