//! A chart: the timeline, and beside it, or on a screen of its own on small devices, one entry.

use std::rc::Rc;

use keepwell_shared::id::{ChartId, RecordId};
use yew::prelude::*;

use super::parts::{
    EntryList, EntryView, StandingNotice, WaitingList, loading, quiet_notices, row_id,
    standing_in_short, still_good, trouble,
};
use super::record::Overview;
use crate::{
    components::{Callout, RouteLink, Sign, Tone, icon, missing_notice, refused_notice},
    hooks::{use_chart, use_page_after, use_session, use_step},
    message::Chart,
    route::Route,
    words::{chart as words, entry, export, record, share, waiting},
};

/// The entry that is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Open {
    /// Which.
    pub(crate) record: RecordId,
    /// Which revision, from 1; none for the newest.
    pub(crate) number: Option<u32>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct ChartPageProps {
    pub(crate) chart: ChartId,
    #[prop_or_default]
    pub(crate) open: Option<Open>,
}

#[component]
pub(crate) fn ChartPage(props: &ChartPageProps) -> Html {
    // Coming back to the list reads it again.
    let step = use_step();
    let session = use_session();
    let missing = session.state().home();
    let missing = missing.map(|home| missing_notice(&home.refused));
    let opened = use_chart(props.chart, props.open.is_none().then_some(step));
    let to = Route::Chart { chart: props.chart };
    let last = use_mut_ref(|| None::<RecordId>);
    let from = last.replace(props.open.map(|open| open.record));
    let Some(chart) = &opened.chart else {
        return html! {
            <div class="narrow">
                <Heading title={words::CHART} />
                { missing }
                if let Some(failure) = &opened.failure {
                    { trouble(failure, opened.again) }
                } else {
                    { loading() }
                }
            </div>
        };
    };
    let title = if chart.own {
        words::MY_CHART
    } else {
        words::CHART
    };
    html! {
        <>
        <div class="above">
            { missing }
            if props.open.is_some() {
                { standing_in_short(chart, still_good(chart)) }
            } else {
                <StandingNotice chart={chart.clone()} />
            }
        </div>
        <div class={classes!("columns", props.open.is_some().then_some("with-entry"))}>
            <section class="list" aria-label={words::ENTRIES}>
                if props.open.is_none() {
                    <Heading {title} from={from.map(row_id)} />
                } else {
                    <p class="like-h1">{ title }</p>
                }
                if let Some(failure) = &opened.failure {
                    { trouble(failure, opened.again) }
                }
                { unsaved(session.drafts().screen_in(chart.chart), props.open.is_some()) }
                { notices(chart) }
                { quiet_notices(chart) }
                <WaitingList chart={chart.clone()} />
                if chart.takes_proposals() {
                    <p class="actions no-print">
                        <RouteLink hook="propose" to={Route::Add { chart: chart.chart }} class="button main">
                            { icon(Sign::Pen) }{ waiting::WRITE }
                        </RouteLink>
                    </p>
                }
                if chart.writable() {
                    <p class="actions no-print">
                        <RouteLink hook="add-note" to={Route::NewNote { chart: chart.chart }} class="button main">
                            { icon(Sign::Pen) }{ words::ADD_NOTE }
                        </RouteLink>
                        <RouteLink hook="add-file" to={Route::NewFile { chart: chart.chart }} class="button">
                            { icon(Sign::Plus) }{ words::ADD_FILE }
                        </RouteLink>
                        <RouteLink hook="add" to={Route::Add { chart: chart.chart }} class="button">
                            { icon(Sign::Plus) }{ record::ADD }
                        </RouteLink>
                    </p>
                }
                // Hidden beside an open entry rather than taken away: the nodes around stay where they are.
                <div hidden={props.open.is_some()}>
                    <Overview chart={chart.clone()} />
                    if !chart.entries.is_empty() {
                        <p class="no-print">
                            <RouteLink hook="to-export" to={Route::Export { chart: chart.chart }}>{ export::LEAD }</RouteLink>
                        </p>
                    }
                </div>
                if chart.entries.is_empty() {
                    // Where something may be missing, nothing says that there never was anything.
                    if chart.standing.is_calm() {
                        { empty(chart) }
                    }
                } else {
                    <EntryList chart={chart.clone()} open={props.open.map(|open| open.record)} />
                }
            </section>
            <div class="detail">
                if let Some(open) = props.open {
                    <RouteLink hook="back-to-list" {to} class="back">{ icon(Sign::Back) }{ entry::BACK_TO_LIST }</RouteLink>
                    <EntryView chart={chart.clone()} record={open.record} number={open.number} />
                } else if !chart.entries.is_empty() {
                    <p class="choose">{ words::CHOOSE }</p>
                }
            </div>
        </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct HeadingProps {
    title: AttrValue,
    /// The line of the list from which one comes back.
    #[prop_or_default]
    from: Option<String>,
}

/// A component of its own, because it must not fight with the entry's heading for the focus.
#[component]
fn Heading(props: &HeadingProps) -> Html {
    let heading = use_page_after(&props.title, props.from.clone());
    html! { <h1 ref={heading} tabindex="-1">{ &props.title }</h1> }
}

/// Leads back to what was begun and not saved. Hidden rather than taken away.
fn unsaved(screen: Option<Route>, hidden: bool) -> Html {
    html! {
        <div hidden={hidden || screen.is_none()}>
            if let Some(to) = screen {
                { Callout::new().hook("unsaved").children(html! { <>
                    <p>{ words::UNSAVED }{ " " }<RouteLink hook="to-unsaved" {to}>{ words::GO_ON }</RouteLink></p>
                </> }).view() }
            }
        </div>
    }
}

fn notices(chart: &Rc<Chart>) -> Html {
    let owner = &chart.owner;
    let to = Route::OwnerWords { chart: chart.chart };
    html! {
        <>
            if !chart.own && owner.changed {
                { Callout::new()
                    .hook("changed")
                    .tone(Tone::Bad)
                    .title(share::CHANGED)
                    .children(html! { <>
                    <p>{ share::changed(&owner.username) }</p>
                    <p><RouteLink hook="compare-now" {to}>{ words::COMPARE_NOW }</RouteLink></p>
                </> }).view() }
            } else if !chart.own && !owner.compared {
                { Callout::new().hook("not-compared").children(html! { <>
                    <p>
                        { words::not_compared(&owner.username) }{ " " }
                        <RouteLink hook="compare-now" {to}>{ words::COMPARE_NOW }</RouteLink>
                    </p>
                </> }).view() }
            }
            { for chart.sharing.iter().filter(|sharing| sharing.person.changed).map(|sharing| html! {
                { Callout::new()
                    .hook("changed")
                    .tone(Tone::Bad)
                    .title(share::CHANGED)
                    .children(html! { <>
                    <p>{ share::changed(&sharing.person.username) }</p>
                    <p><RouteLink hook="to-share" to={Route::Share { chart: chart.chart }}>{ share::SHARED_WITH }</RouteLink></p>
                </> }).view() }
            }) }
            { refused_notice(&chart.refused) }
        </>
    }
}

fn empty(chart: &Rc<Chart>) -> Html {
    let (title, text) = if chart.own {
        (words::EMPTY_OWN, words::EMPTY_OWN_TEXT)
    } else {
        (words::EMPTY_SHARED, words::EMPTY_SHARED_TEXT)
    };
    html! {
        <div class="empty" data-test="empty">
            { icon(Sign::Chart) }
            <h2>{ title }</h2>
            <p>{ text }</p>
        </div>
    }
}
