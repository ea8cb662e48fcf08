//! What was not shown, and why.

use keepwell_frontend::message::Refused;
use yew::prelude::*;

use crate::words::{chart, failure};

/// Draws it, if there is anything.
pub(crate) fn refused_notice(refused: &[Refused]) -> Html {
    if refused.is_empty() {
        return Html::default();
    }
    let lines = refused.iter().map(|refused| {
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
            <summary>{ chart::refused(refused.len()) }</summary>
            <p>{ chart::REFUSED_TEXT }</p>
            <ul>{ for lines }</ul>
        </details>
    }
}
