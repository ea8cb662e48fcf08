//! One entry, or one older revision of it.

use std::rc::Rc;

use keepwell_shared::id::RecordId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{entry_list::kind_of, file_card::FileCard, history, loading, print, trouble};
use crate::{
    components::{Button, Callout, Look, RouteLink, Sign, icon},
    hooks::{use_page, use_session, use_step},
    message::{Chart, Command, Entry, Failure, Reply},
    pages::record::{Changes, Told, may_be_record},
    platform::locale,
    route::Route,
    words::{self, entry as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct EntryViewProps {
    pub(crate) chart: Rc<Chart>,
    pub(crate) record: RecordId,
    /// Which revision, from 1; none for the newest.
    pub(crate) number: Option<u32>,
}

#[component]
pub(crate) fn EntryView(props: &EntryViewProps) -> Html {
    let heading = use_page(text::ENTRY);
    let (entry, failure, again) = use_entry(props);
    html! {
        <article class="entry" data-test="entry">
            if entry.is_none() {
                <h1 ref={heading.clone()} tabindex="-1">{ text::ENTRY }</h1>
            }
            if let Some(failure) = &failure {
                { trouble(failure, again) }
            } else if entry.is_none() {
                { loading() }
            }
            if let Some(entry) = entry {
                <Sheet chart={props.chart.clone()} {entry} {heading} />
            }
        </article>
    }
}

/// Asks for the revision each time that it is opened: what the owner has closed must not stay open
/// because it was read before. Meanwhile what the chart told is shown.
#[hook]
fn use_entry(props: &EntryViewProps) -> (Option<Entry>, Option<Failure>, Callback<()>) {
    let session = use_session();
    let step = use_step();
    let answer = use_state(|| None::<Result<Entry, Failure>>);
    let newest = props
        .chart
        .entries
        .iter()
        .find(|entry| entry.record == props.record);
    let revision = props.number.and_then(|number| {
        let mut history = newest?.history.iter();
        Some(history.find(|line| line.number == number)?.revision)
    });
    let (chart, record, number) = (props.chart.chart, props.record, props.number);
    let again = {
        let answer = answer.setter();
        Callback::from(move |()| {
            let answer = answer.clone();
            if number.is_some() && revision.is_none() {
                answer.set(Some(Err(Failure::NotFound)));
                return;
            }
            let asked = session.ask(Command::OpenEntry {
                chart,
                record,
                revision,
            });
            spawn_local(async move {
                answer.set(Some(match asked.await {
                    Ok(Reply::Entry(entry)) => Ok(entry),
                    Ok(_) => Err(Failure::Program),
                    Err(failure) => Err(failure),
                }));
            });
        })
    };
    {
        let (again, answer) = (again.clone(), answer.setter());
        use_effect_with((record, number, step), move |_| {
            answer.set(None);
            again.emit(());
        });
    }
    let opened = answer.as_ref().and_then(|answer| answer.as_ref().ok());
    let opened = opened.filter(|entry| {
        entry.record == record && number.is_none_or(|number| entry.number == number)
    });
    let failure = answer.as_ref().and_then(|answer| answer.as_ref().err());
    // What the server sent and the browser does not believe takes the place of what was there.
    let doubted = matches!(failure, Some(Failure::Distrusted(_) | Failure::NotFound));
    let entry = match number {
        _ if doubted => None,
        Some(_) => opened.cloned(),
        None => newest.or(opened).cloned(),
    };
    (entry, failure.cloned(), again)
}

#[derive(Properties, PartialEq)]
struct SheetProps {
    chart: Rc<Chart>,
    entry: Entry,
    heading: NodeRef,
}

/// What is written in it.
#[component]
fn Sheet(props: &SheetProps) -> Html {
    let (chart, entry) = (props.chart.chart, &props.entry);
    let record = entry.record;
    let newest = entry.history.last().map(|line| line.revision);
    let older = newest.is_some_and(|newest| newest != entry.revision);
    let (sign, kind) = kind_of(entry);
    html! {
        <>
            <h1 ref={props.heading.clone()} tabindex="-1" data-test="entry-title">{ &entry.title }</h1>
            <p class="entry-meta">
                if entry.file.is_some() || !may_be_record(&entry.text) {
                    <span class="tag">{ icon(sign) }{ kind }</span>
                }
                <span class="tag" data-test="entry-category">{ words::category(entry.category) }</span>
                <time datetime={locale::machine(entry.at)} data-test="entry-date">{ locale::moment(entry.at) }</time>
                <span data-test="entry-author">{ words::chart::by(&entry.author) }</span>
                <span data-test="entry-revision">{ text::revision(entry.number) }</span>
            </p>
            if older {
                { Callout::new().hook("older").children(html! { <>
                    <p>
                        { text::OLDER }{ " " }
                        <RouteLink hook="to-newest" to={Route::Entry { chart, record }}>{ text::TO_NEWEST }</RouteLink>
                    </p>
                </> }).view() }
            }
            if let Some(file) = &entry.file {
                <FileCard
                    key={format!("{record} {}", entry.number)}
                    {chart}
                    entry={entry.clone()}
                    file={file.clone()}
                />
            }
            if !entry.text.is_empty() {
                <Told text={entry.text.clone()} trend={Some(Route::Trend { chart, record })} />
            } else if entry.file.is_none() {
                <p class="muted">{ text::NO_TEXT }</p>
            }
            <p class="actions no-print">
                if props.chart.writable() && !older {
                    <RouteLink hook="edit" to={Route::Edit { chart, record }} class="button">
                        { icon(Sign::Pen) }{ text::EDIT }
                    </RouteLink>
                }
                if props.chart.writable() && !older {
                    <RouteLink hook="delete" to={Route::Delete { chart, record }} class="button quiet">
                        { icon(Sign::Bin) }{ words::delete::DELETE }
                    </RouteLink>
                }
                { Button::new()
                    .hook("print")
                    .label(text::PRINT)
                    .look(Look::Quiet)
                    .onclick(print())
                    .view() }
            </p>
            if entry.history.first().is_some_and(|first| first.revision != entry.revision) {
                <Changes key={format!("{record} {}", entry.number)} {chart} entry={entry.clone()} />
            }
            { history(chart, entry) }
        </>
    }
}
