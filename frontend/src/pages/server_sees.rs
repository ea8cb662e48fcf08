//! What the server can see, and what it cannot.

use yew::prelude::*;

use crate::{hooks::use_page, words::server};

#[component]
pub(crate) fn ServerSees() -> Html {
    let heading = use_page(server::TITLE);
    let list = |lines: &'static [&'static str]| {
        html! { <ul>{ for lines.iter().map(|line| html! { <li>{ *line }</li> }) }</ul> }
    };
    html! {
        <article class="reading">
            <h1 ref={heading} tabindex="-1">{ server::TITLE }</h1>
            <p class="lead">{ server::LEAD }</p>
            <div class="two">
                <section class="card" data-test="sees">
                    <h2>{ server::SEES }</h2>
                    { list(&server::SEES_LIST) }
                </section>
                <section class="card" data-test="sees-not">
                    <h2>{ server::SEES_NOT }</h2>
                    { list(&server::SEES_NOT_LIST) }
                </section>
            </div>
            <h2>{ server::CHANGES }</h2>
            <p>{ server::CHANGES_TEXT }</p>
            <h2>{ server::CODE }</h2>
            <p>{ server::CODE_TEXT }</p>
        </article>
    }
}
