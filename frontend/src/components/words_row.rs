//! One line of safety words, numbered so that two people do not lose their place.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct WordsRowProps {
    /// The stable name for tests.
    pub(crate) hook: AttrValue,
    pub(crate) title: AttrValue,
    /// Said after the title.
    #[prop_or_default]
    pub(crate) remark: AttrValue,
    pub(crate) words: Vec<String>,
}

#[component]
pub(crate) fn WordsRow(props: &WordsRowProps) -> Html {
    html! {
        <section class="words" aria-label={&props.title}>
            <h3>{ &props.title } if !props.remark.is_empty() { { " " } <span>{ &props.remark }</span> }</h3>
            <ol data-test={&props.hook}>
                { for props.words.iter().map(|word| html! { <li><span>{ word }</span></li> }) }
            </ol>
        </section>
    }
}
