//! What was not shown, and why.

use keepwell_frontend::message::Refused;
use yew::prelude::*;

use crate::words::{chart, failure};

#[derive(Properties, PartialEq)]
pub(crate) struct RefusedProps {
    pub(crate) refused: Vec<Refused>,
}

#[component]
pub(crate) fn RefusedNotice(props: &RefusedProps) -> Html {
    if props.refused.is_empty() {
        return Html::default();
    }
    let lines = props.refused.iter().map(|refused| {
        html! {
            <li data-test="refused-row">
                <strong>{ &refused.what }</strong>
                { ": " }
                { failure::distrust(refused.why) }
                { "." }
            </li>
        }
    });
    html! {
        <details class="callout warn" data-test="refused">
            <summary>{ chart::refused(props.refused.len()) }</summary>
            <p>{ chart::REFUSED_TEXT }</p>
            <ul>{ for lines }</ul>
        </details>
    }
}
