//! With whom the chart is shared, and sharing it with one more.

use keepwell_shared::{id::ChartId, statement::Role};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{Comparison, Finder, check_words, loading, standing_in_short, trouble};
use crate::{
    components::{Button, Callout, Look, RouteLink, Sign, Tone, icon},
    hooks::{use_busy, use_chart, use_page, use_session},
    message::{Chart, Command, Failure, Person, Reply, Sharing},
    platform::{self, locale},
    route::Route,
    words::{self, share},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ShareProps {
    pub(crate) chart: ChartId,
}

#[component]
pub(crate) fn Share(props: &ShareProps) -> Html {
    let heading = use_page(share::SHARE_TITLE);
    let opened = use_chart(props.chart, ());
    let found = use_state(|| None::<Person>);
    let onfound = {
        let found = found.setter();
        Callback::from(move |person: Option<Person>| found.set(person))
    };
    html! {
        <div class="narrow">
            <h1 ref={heading} tabindex="-1">{ share::SHARE_TITLE }</h1>
            if let Some(failure) = &opened.failure {
                { trouble(failure, opened.again) }
            }
            if let Some(chart) = opened.chart {
                { standing_in_short(&chart, words::standing::PAUSED) }
                <section>
                    <h2>{ share::SHARED_WITH }</h2>
                    { people(&chart) }
                </section>
                if chart.writable() {
                <section>
                    <h2>{ share::FIND_TITLE }</h2>
                    <Finder onfound={onfound.clone()} />
                    if let Some(person) = &*found {
                        <Comparison key={person.bundle.to_text()} person={person.clone()} onanswer={onfound.clone()} found={true} />
                        { next(&chart, person, onfound) }
                    }
                </section>
                }
                if !chart.check_words.is_empty() {
                    <details data-test="check">
                        <summary>{ words::standing::CHECK }</summary>
                        <p>{ words::standing::CHECK_TEXT }</p>
                        { check_words(&chart) }
                    </details>
                }
            } else if opened.failure.is_none() {
                { loading() }
            }
        </div>
    }
}

/// What follows the words: only who was compared can be shared with.
fn next(chart: &Chart, person: &Person, onshared: Callback<Option<Person>>) -> Html {
    let same = |sharing: &&Sharing| sharing.person.account == person.account;
    if chart.sharing.iter().any(|sharing| same(&sharing)) {
        return html! {
            { Callout::new().hook("already-shared").tone(Tone::Good).children(html! { <>
                <p>{ share::already_shared(&person.username) }</p>
            </> }).view() }
        };
    }
    if !person.compared || person.changed {
        return Html::default();
    }
    html! { <ShareNow chart={chart.chart} person={person.clone()} onshared={onshared.reform(|()| None)} /> }
}

fn people(chart: &Chart) -> Html {
    let line = |sharing: &Sharing| {
        let person = &sharing.person;
        let to = Route::Stop {
            chart: chart.chart,
            grant: sharing.grant,
        };
        html! {
            <li key={sharing.grant.to_string()} class="row" data-test="sharing-row">
                { icon(Sign::Person) }
                <span class="row-text">
                    <span class="row-title" data-test="sharing-name">{ &person.username }</span>
                    <span class="row-meta">
                        <span>{ share::says(words::role(person.role)) }</span>
                        <span>{ share::since(&locale::day(sharing.since)) }</span>
                    </span>
                    if person.changed {
                        <span class="row-warning">{ share::changed(&person.username) }</span>
                    }
                </span>
                if person.changed {
                    <span class="tag bad">{ words::chart::CHANGED }</span>
                }
                if chart.writable() {
                    <RouteLink hook="stop-sharing" {to} class="button">
                        { share::STOP }<span class="unseen">{ ": " }{ &person.username }</span>
                    </RouteLink>
                }
            </li>
        }
    };
    html! {
        <ul class="rows" data-test="sharing">
            <li class="row">
                { icon(Sign::Person) }
                <span class="row-text">
                    <span class="row-title">{ share::YOU }</span>
                    <span class="row-meta">
                        { if chart.sharing.is_empty() { share::ONLY_YOU } else { share::YOU_TEXT } }
                    </span>
                </span>
            </li>
            { for chart.sharing.iter().map(line) }
        </ul>
    }
}

#[derive(Properties, PartialEq)]
struct ShareNowProps {
    chart: ChartId,
    person: Person,
    onshared: Callback<()>,
}

#[component]
fn ShareNow(props: &ShareNowProps) -> Html {
    let session = use_session();
    let busy = use_busy();
    let failure = use_state(|| None::<Failure>);
    let name = &props.person.username;
    let share = {
        let (busy, failure) = (busy.clone(), failure.setter());
        let (chart, person) = (props.chart, props.person.clone());
        let onshared = props.onshared.clone();
        Callback::from(move |()| {
            if !busy.begin() {
                return;
            }
            let account = person.account;
            let asked = session.ask(Command::Share { chart, account });
            let (busy, failure, session) = (busy.clone(), failure.clone(), session.clone());
            let (name, onshared) = (person.username.clone(), onshared.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Chart(_)) => {
                        session.tell(Route::Share { chart }, share::shared(&name));
                        onshared.emit(());
                        // The button is gone, and the sentence stands at the top.
                        platform::focus_id("main");
                    }
                    Ok(_) => failure.set(Some(Failure::Program)),
                    Err(problem) => failure.set(Some(problem)),
                }
                busy.end();
            });
        })
    };
    let label = if busy.is() {
        share::SHARING.to_owned()
    } else {
        share::share_now(name)
    };
    html! {
        <div class="share-now">
            if props.person.role == Role::Patient {
                { Callout::new().hook("patient-warning").tone(Tone::Warn).children(html! { <>
                    <p>{ share::patient_warning(name) }</p>
                </> }).view() }
            }
            if let Some(failure) = &*failure {
                { trouble(failure, share.clone()) }
            }
            <p>{ share::share_what(name) }</p>
            { Button::new()
                .hook("share-now")
                .label(label)
                .look(Look::Main)
                .busy(busy.is())
                .onclick(share)
                .view() }
        </div>
    }
}
