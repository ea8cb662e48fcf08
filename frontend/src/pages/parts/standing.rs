//! How a chart stands to what this browser has seen: what the person must know before they rely on
//! it, and the way out.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, Dialog, Look, RouteLink, Tone},
    hooks::{use_busy, use_session},
    message::{Chart, Claimed, Command, Failure, Repaired, Reply, Standing},
    platform,
    route::Route,
    words::{self, standing as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct StandingNoticeProps {
    pub(crate) chart: Rc<Chart>,
}

/// Stands above the chart. Draws nothing as long as all is well.
#[component]
pub(crate) fn StandingNotice(props: &StandingNoticeProps) -> Html {
    let session = use_session();
    let busy = use_busy();
    let asked = use_state(|| false);
    let failure = use_state(|| None::<Failure>);
    let repaired = use_state(|| None::<Repaired>);
    let chart = &props.chart;
    let ask = {
        let (asked, failure) = (asked.setter(), failure.setter());
        Callback::from(move |open: bool| {
            failure.set(None);
            asked.set(open);
        })
    };
    let close = {
        let (busy, ask) = (busy.clone(), ask.clone());
        Callback::from(move |()| {
            if !busy.is() {
                ask.emit(false);
            }
        })
    };
    let go_on = {
        let (busy, ask, id) = (busy.clone(), ask.clone(), chart.chart);
        let (failure, repaired) = (failure.setter(), repaired.setter());
        Callback::from(move |()| {
            if !busy.begin() {
                return;
            }
            let answer = session.ask(Command::Repair { chart: id });
            let (busy, ask) = (busy.clone(), ask.clone());
            let (failure, repaired) = (failure.clone(), repaired.clone());
            spawn_local(async move {
                match answer.await {
                    Ok(Reply::Repaired(done)) => {
                        ask.emit(false);
                        repaired.set(Some(done));
                    }
                    Ok(_) => failure.set(Some(Failure::Program)),
                    Err(problem) => failure.set(Some(problem)),
                }
                busy.end();
            });
        })
    };
    use_effect_with(repaired.is_some(), |done| {
        if *done {
            // The button that was pressed is gone.
            platform::focus_id("repaired");
        }
    });
    html! {
        <>
            if let Some(done) = &*repaired {
                { result(done, {let repaired = repaired.setter(); Callback::from(move |()| repaired.set(None))}) }
            }
            if !chart.standing.is_calm() {
                { warning(chart, ask.reform(|()| true)) }
            }
            if *asked {
                { question(chart, busy.is(), (*failure).as_ref(), close, go_on) }
            }
        </>
    }
}

/// The same in short, for a screen that is about something else: what follows from it there, and
/// the way to the chart.
pub(crate) fn standing_in_short(chart: &Chart, so: impl Into<String>) -> Html {
    if chart.standing.is_calm() {
        return Html::default();
    }
    let to = Route::Chart { chart: chart.chart };
    Callout::new()
        .hook("standing")
        .tone(Tone::Warn)
        .title(title(chart))
        .children(html! { <>
            <p>{ so.into() }</p>
            <RouteLink hook="standing-more" {to}>{ text::EXPLAIN }</RouteLink>
        </> })
        .view()
}

/// What can be said of the content of a chart that does not stand well.
pub(crate) fn still_good(chart: &Chart) -> String {
    if chart.own {
        text::STILL_GOOD_OWN.into()
    } else {
        text::still_good(&chart.owner.username)
    }
}

/// What is said without alarm: that nothing is known from before, and what was lost once.
pub(crate) fn quiet_notices(chart: &Chart) -> Html {
    html! {
        <>
            if chart.standing == Standing::First {
                { Callout::new().hook("standing").children(html! { <>
                    <p>{ text::FIRST }</p>
                    if chart.own {
                        <p>{ text::FIRST_COMPARE }</p>
                        { check_words(chart) }
                    }
                </> }).view() }
            }
            if chart.standing.is_calm() && !chart.lost.is_empty() {
                <details class="callout">
                    <summary>{ text::lost(chart.lost.len()) }</summary>
                    <p>{ text::LOST_TEXT }</p>
                    { titles("lost", &chart.lost) }
                </details>
            }
        </>
    }
}

/// The four words of one's own chart.
pub(crate) fn check_words(chart: &Chart) -> Html {
    html! { <p class="check-words" data-test="check-words">{ chart.check_words.text().join(" ") }</p> }
}

fn title(chart: &Chart) -> String {
    let mut entries = chart.refused.iter();
    // Of a whole category nobody can say how many are missing.
    let countable = entries.all(|refused| matches!(refused.what, Claimed::Entry(_)));
    let count = Some(chart.refused.len()).filter(|count| countable && *count > 0);
    text::title(chart.standing, count)
}

fn warning(chart: &Chart, ask: Callback<()>) -> Html {
    let whole_category = |what: &Claimed| matches!(what, Claimed::Category(_));
    let mut refused = chart.refused.iter();
    let hopeless = refused.any(|refused| whole_category(&refused.what));
    let next = if hopeless {
        text::DO_WAIT
    } else {
        text::DO_OWN
    };
    Callout::new()
        .hook("standing")
        .tone(Tone::Warn)
        .alert(true)
        .title(title(chart))
        .children(html! { <>
            <p>{ text::meaning(chart.standing) }</p>
            <p>{ still_good(chart) }</p>
            if !chart.lost.is_empty() {
                <p>{ text::MISSING }</p>
                { titles("lost", &chart.lost) }
            }
            <p>{ text::cause(chart.standing, chart.own) }</p>
            if chart.own {
                <p>{ next }</p>
            }
            if chart.own && !hopeless {
                <p class="actions no-print">
                    { Button::new().hook("repair").label(text::GO_ON).onclick(ask).view() }
                </p>
            }
        </> })
        .view()
}

fn question(
    chart: &Chart,
    busy: bool,
    failure: Option<&Failure>,
    close: Callback<()>,
    go_on: Callback<()>,
) -> Html {
    html! {
        <Dialog hook="repair-dialog" title={text::GO_ON_TITLE} oncancel={close.clone()}>
            if chart.lost.is_empty() {
                <p>{ text::GO_ON_AGAIN }</p>
            } else {
                <p>{ text::GO_ON_LOST }</p>
                { titles("repair-lost", &chart.lost) }
                <p>{ text::GO_ON_ELSEWHERE }</p>
            }
            <p>{ text::GO_ON_READERS }</p>
            <p><strong>{ text::GO_ON_FINAL }</strong></p>
            if let Some(failure) = failure {
                { Callout::new()
                    .hook("failure")
                    .tone(Tone::Bad)
                    .alert(true)
                    .children(html! { <p>{ words::failure::failure(failure) }</p> })
                    .view() }
            }
            <p class="actions">
                { Button::new()
                    .hook("repair-confirm")
                    .label(if busy { text::GOING_ON } else { text::GO_ON })
                    .look(Look::Main)
                    .busy(busy)
                    .onclick(go_on)
                    .view() }
                if !busy {
                    { Button::new().hook("repair-cancel").label(text::NOT_NOW).onclick(close).view() }
                }
            </p>
        </Dialog>
    }
}

/// What became of everything.
fn result(done: &Repaired, close: Callback<()>) -> Html {
    let to = Route::Share {
        chart: done.chart.chart,
    };
    html! {
        <div id="repaired" tabindex="-1">
            { Callout::new().hook("repaired").tone(Tone::Good).title(text::DONE).children(html! { <>
                <p>{ text::DONE_TEXT }</p>
                if !done.written_again.is_empty() {
                    <p>{ text::WRITTEN_AGAIN }</p>
                    { titles("written-again", &done.written_again) }
                }
                if done.lost.is_empty() {
                    <p>{ text::NOTHING_GONE }</p>
                } else {
                    <p>{ text::GONE }</p>
                    { titles("repaired-lost", &done.lost) }
                    <p>{ text::GONE_NOTE }</p>
                }
                <p class="actions no-print">
                    <RouteLink hook="repaired-share" {to} class="button">{ text::CHECK_SHARING }</RouteLink>
                    { Button::new()
                        .hook("repaired-close")
                        .label(words::CLOSE)
                        .look(Look::Quiet)
                        .onclick(close)
                        .view() }
                </p>
            </> }).view() }
        </div>
    }
}

fn titles(hook: &'static str, titles: &[String]) -> Html {
    let line = |title: &String| {
        let title = if title.is_empty() {
            text::UNNAMED
        } else {
            title
        };
        html! { <li>{ title.to_owned() }</li> }
    };
    html! { <ul class="titles" data-test={hook}>{ for titles.iter().map(line) }</ul> }
}
