//! The timeline: entries by month, newest first, filtered as one types.

use std::rc::Rc;

use keepwell_shared::id::RecordId;
use yew::prelude::*;

use crate::{
    components::{Button, Field, RouteLink, Sign, icon},
    message::{Chart, Entry},
    platform::locale,
    route::Route,
    words::{self, chart},
};

#[derive(Properties, PartialEq)]
pub(crate) struct EntryListProps {
    pub(crate) chart: Rc<Chart>,
    /// The entry that is open beside the list.
    pub(crate) open: Option<RecordId>,
}

#[component]
pub(crate) fn EntryList(props: &EntryListProps) -> Html {
    let filter = use_state(String::new);
    let most = use_state(|| PAGE);
    let wanted = locale::lower(filter.trim());
    let entries: Vec<&Entry> = props
        .chart
        .entries
        .iter()
        .filter(|entry| wanted.is_empty() || holds(entry, &wanted))
        .collect();
    let more = {
        let most = most.clone();
        Callback::from(move |()| most.set(*most + PAGE))
    };
    html! {
        <>
            if props.chart.entries.len() >= FILTER_FROM {
                { Field::new()
                    .hook("filter")
                    .label(chart::FILTER)
                    .value(AttrValue::from((*filter).clone()))
                    .oninput({let filter = filter.setter(); move |text| filter.set(text)})
                    .search(true)
                    .view() }
                <p class="count" role="status" data-test="filter-count">
                    { said(&wanted, entries.len()) }
                </p>
            }
            { for by_month(&entries, *most, props) }
            if entries.len() > *most {
                { Button::new().hook("more").label(chart::MORE).onclick(more).view() }
            }
        </>
    }
}

/// How much was found, once somebody looks for something.
fn said(wanted: &str, found: usize) -> String {
    match found {
        _ if wanted.is_empty() => String::new(),
        0 => chart::NO_MATCH.into(),
        _ => chart::found(found),
    }
}

fn by_month(entries: &[&Entry], most: usize, props: &EntryListProps) -> Vec<Html> {
    let mut months: Vec<(String, Vec<Html>)> = Vec::new();
    for entry in entries.iter().take(most) {
        let month = locale::month(entry.at);
        let line = row(entry, props);
        match months.last_mut() {
            Some((last, lines)) if *last == month => lines.push(line),
            _ => months.push((month, vec![line])),
        }
    }
    let section = |(month, lines): (String, Vec<Html>)| {
        html! {
            <section key={month.clone()} class="month">
                <h2>{ month }</h2>
                <ul class="rows">{ for lines }</ul>
            </section>
        }
    };
    months.into_iter().map(section).collect()
}

fn row(entry: &Entry, props: &EntryListProps) -> Html {
    let (sign, kind) = kind_of(entry);
    let current = props.open == Some(entry.record);
    let to = Route::Entry {
        chart: props.chart.chart,
        record: entry.record,
    };
    html! {
        <li key={entry.record.to_string()} id={row_id(entry.record)}>
            <RouteLink hook="entry-row" {to} class="row" {current}>
                { icon(sign) }
                <span class="row-text">
                    <span class="row-title" data-test="row-title">{ &entry.title }</span>
                    <span class="row-meta">
                        <span>{ kind }</span>
                        <span>{ words::category(entry.category) }</span>
                        <time datetime={locale::machine(entry.at)} data-test="row-date">{ locale::day(entry.at) }</time>
                        <span>{ chart::by(&entry.author) }</span>
                    </span>
                </span>
            </RouteLink>
        </li>
    }
}

/// The id of the line of an entry: the focus comes back to it after reading.
pub(crate) fn row_id(record: RecordId) -> String {
    format!("row-{record}")
}

/// Drawing and word for the kind of an entry.
pub(super) fn kind_of(entry: &Entry) -> (Sign, &'static str) {
    if entry.file.is_some() {
        (Sign::File, chart::FILE)
    } else {
        (Sign::Note, chart::NOTE)
    }
}

fn holds(entry: &Entry, wanted: &str) -> bool {
    let file = entry.file.as_ref().map_or("", |file| &file.name);
    [
        &entry.title,
        &entry.text,
        file,
        words::category(entry.category),
    ]
    .iter()
    .any(|text| locale::lower(text).contains(wanted))
}

/// Entries that are drawn at once.
const PAGE: usize = 50;

/// A shorter list needs no filter.
const FILTER_FROM: usize = 6;
