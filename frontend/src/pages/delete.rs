//! Deleting an entry: what goes, and for whom, is said first. It is sent a few seconds after the
//! button was pressed; until then it can be taken back, and whoever leaves the screen has.

use gloo::timers::callback::Interval;
use keepwell_shared::id::{ChartId, RecordId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{loading, trouble};
use crate::{
    components::{Button, Callout, Look, Mistake, RouteLink, Sign, Tone, icon},
    hooks::{use_chart, use_page, use_replace, use_sent, use_session},
    message::{Chart, Command, Entry, Failure, Reply},
    route::Route,
    words::{self, delete as text},
};

/// Seconds in which it can be taken back.
const PAUSE: u32 = 8;

#[derive(Properties, PartialEq)]
pub(crate) struct DeleteProps {
    pub(crate) chart: ChartId,
    pub(crate) record: RecordId,
}

#[component]
pub(crate) fn Delete(props: &DeleteProps) -> Html {
    let (chart, record) = (props.chart, props.record);
    let heading = use_page(text::DELETE_TITLE);
    let opened = use_chart(chart, ());
    let own = opened.chart.as_ref().filter(|chart| chart.writable());
    let shown = own.and_then(|chart| {
        let entry = chart.entries.iter().find(|entry| entry.record == record)?;
        Some((chart.clone(), entry.clone()))
    });
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Entry { chart, record }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ text::DELETE_TITLE }</h1>
            if let Some(failure) = &opened.failure {
                { trouble(failure, opened.again) }
            }
            if let Some((chart, entry)) = shown {
                <DeleteForm chart={(*chart).clone()} {entry} />
            } else if opened.chart.is_some() {
                <p data-test="delete-gone">{ text::GONE }</p>
                <p><RouteLink hook="to-chart" to={Route::Chart { chart }} class="button">{ words::entry::BACK_TO_LIST }</RouteLink></p>
            } else if opened.failure.is_none() {
                { loading() }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct DeleteFormProps {
    chart: Chart,
    entry: Entry,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Asking,
    /// So many seconds are left.
    Counting(u32),
    Deleting,
}

#[component]
fn DeleteForm(props: &DeleteFormProps) -> Html {
    let (session, sent, replace) = (use_session(), use_sent(), use_replace());
    let stage = use_state_eq(|| Stage::Asking);
    let Entry {
        record, revision, ..
    } = props.entry;
    let chart = props.chart.chart;
    let readers: Vec<_> = props
        .chart
        .sharing
        .iter()
        .map(|one| one.person.username.clone())
        .collect();
    let delete = {
        let (stage, sent, session) = (stage.setter(), sent.clone(), session.clone());
        let title = props.entry.title.clone();
        Callback::from(move |()| {
            stage.set(Stage::Deleting);
            let asked = session.ask(Command::DeleteEntry {
                chart,
                record,
                seen: revision,
            });
            let (stage, sent, session) = (stage.clone(), sent.clone(), session.clone());
            let (replace, title) = (replace.clone(), title.clone());
            spawn_local(async move {
                match asked.await {
                    Ok(Reply::Chart(_)) => {
                        let to = Route::Chart { chart };
                        session.tell(to.clone(), text::deleted(&title));
                        replace.emit(to);
                        return;
                    }
                    Ok(_) => _ = sent.show(vec![explain(&Failure::Program)]),
                    Err(failure) => _ = sent.show(vec![explain(&failure)]),
                }
                stage.set(Stage::Asking);
            });
        })
    };
    {
        // The clock stops with the screen: then nothing is sent.
        let (set, delete) = (stage.setter(), delete);
        use_effect_with(*stage, move |stage| {
            let clock = match *stage {
                Stage::Counting(left) => Some(Interval::new(1_000, move || match left {
                    0 | 1 => delete.emit(()),
                    _ => set.set(Stage::Counting(left - 1)),
                })),
                Stage::Asking | Stage::Deleting => None,
            };
            move || drop(clock)
        });
    }
    let to = |next: Stage| {
        let stage = stage.setter();
        Callback::from(move |()| stage.set(next))
    };
    let begin = {
        let (begin, sent) = (to(Stage::Counting(PAUSE)), sent.clone());
        Callback::from(move |()| {
            if sent.show(Vec::new()) {
                begin.emit(());
            }
        })
    };
    html! {
        <>
            <p class="entry-meta"><strong data-test="delete-what">{ &props.entry.title }</strong></p>
            { Callout::new().hook("delete-warning").tone(Tone::Warn).children(html! { <>
                <p>{ text::what(props.entry.history.len(), props.entry.file.is_some()) }</p>
                <p data-test="delete-whom">{ text::for_whom(&readers) }</p>
                <p>{ text::STAYS }</p>
            </> }).view() }
            { sent.summary() }
            <div class="actions">
                { match *stage {
                    Stage::Asking => html! { <>
                        { Button::new().hook("delete-now").label(text::DELETE_NOW).look(Look::Danger).onclick(begin).view() }
                        <RouteLink hook="keep-entry" to={Route::Entry { chart, record }} class="button">{ text::KEEP }</RouteLink>
                    </> },
                    Stage::Counting(left) => html! { <>
                        { Button::new().hook("undo").label(text::UNDO).look(Look::Main).onclick(to(Stage::Asking)).view() }
                        <span data-test="delete-counting" role="timer">{ text::counting(left) }</span>
                        <span class="unseen" role="status">{ text::UNDO_SAID }</span>
                    </> },
                    Stage::Deleting => html! { <span role="status">{ text::DELETING }</span> },
                } }
            </div>
        </>
    }
}

fn explain(problem: &Failure) -> Mistake {
    Mistake::all(words::failure::failure(problem))
}
