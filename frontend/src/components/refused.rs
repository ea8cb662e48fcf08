//! What was not shown, and why.

use crate::message::{Claimed, Refused};
use yew::prelude::*;

use super::{Callout, Tone};
use crate::words::{chart, failure};

/// Says that a chart of one's own is gone, if one is.
pub(crate) fn missing_notice(refused: &[Refused]) -> Html {
    let mut refused = refused.iter();
    if !refused.any(|refused| refused.what == Claimed::OwnChart) {
        return Html::default();
    }
    Callout::new()
        .hook("chart-missing")
        .tone(Tone::Bad)
        .alert(true)
        .title(chart::MISSING_TITLE)
        .children(html! { <p>{ chart::MISSING_TEXT }</p> })
        .view()
}

/// Draws it, if there is anything. A missing chart has a notice of its own.
pub(crate) fn refused_notice(refused: &[Refused]) -> Html {
    let shown = refused
        .iter()
        .filter(|refused| refused.what != Claimed::OwnChart);
    let number = shown.clone().count();
    if number == 0 {
        return Html::default();
    }
    let lines = shown.map(|refused| {
        html! {
            <li data-test="refused-row">
                <strong>{ failure::claimed(&refused.what) }</strong>
                { ": " }
                { failure::distrust(refused.why) }
                { "." }
            </li>
        }
    });
    html! {
        <details class="callout warn" data-test="refused">
            <summary>{ chart::refused(number) }</summary>
            <p>{ chart::REFUSED_TEXT }</p>
            <ul>{ for lines }</ul>
        </details>
    }
}
