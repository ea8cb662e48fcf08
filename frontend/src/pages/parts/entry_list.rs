//! The timeline: entries by month, newest first, found as one types, and narrowed down.

use std::rc::Rc;

use keepwell_record::{Date, Filter, Line};
use keepwell_shared::id::RecordId;
use yew::prelude::*;

use crate::{
    bridge::record::{category, own_category},
    components::{Button, Callout, Choice, Day, Field, Look, RouteLink, Sign, Tone, icon},
    hooks::use_told,
    message::{
        Category, Chart, Entry,
        record::{Answer, Question},
    },
    pages::record::{Moment, in_short, kind, moment, title, written},
    route::Route,
    words::{self, chart, record},
};

#[derive(Properties, PartialEq)]
pub(crate) struct EntryListProps {
    pub(crate) chart: Rc<Chart>,
    /// The entry that is open beside the list.
    pub(crate) open: Option<RecordId>,
}

/// What one looks for, as it was typed.
#[derive(Debug, Clone, PartialEq, Default)]
struct Wanted {
    words: String,
    category: Option<Category>,
    author: String,
    from: String,
    until: String,
}

impl Wanted {
    fn filter(&self) -> Filter {
        let date = |typed: &str| Date::parse(typed).ok();
        Filter {
            words: self.words.clone(),
            categories: self.category.map(category).into_iter().collect(),
            kinds: Vec::new(),
            authors: Some(self.author.clone())
                .filter(|author| !author.is_empty())
                .into_iter()
                .collect(),
            from: date(&self.from).map(Date::seconds),
            until: date(&self.until).map(Date::last_second),
        }
    }

    fn narrows(&self) -> bool {
        *self != Self::default()
    }
}

#[component]
pub(crate) fn EntryList(props: &EntryListProps) -> Html {
    let wanted = use_state(Wanted::default);
    let most = use_state(|| PAGE);
    let told = use_told(
        &props.chart,
        Question::Timeline {
            filter: wanted.filter(),
            count: *most,
        },
    );
    let more = {
        let most = most.clone();
        Callback::from(move |()| most.set(*most + PAGE))
    };
    let set = {
        let wanted = wanted.setter();
        Callback::from(move |new| wanted.set(new))
    };
    // Until it is known what the entries say, the list stands as it was opened.
    let read = told.answer.is_some();
    let (rows, total, authors) = match told.answer.as_deref() {
        Some(Answer::Timeline(page, authors)) => {
            let rows: Vec<Row> = page.lines.iter().filter_map(Row::of_line).collect();
            (rows, page.total, authors.as_slice())
        }
        _ => {
            let entries = &props.chart.entries;
            let rows = entries.iter().take(*most).map(Row::of_entry).collect();
            (rows, entries.len(), &[][..])
        }
    };
    html! {
        <>
            if told.failure.is_some() {
                { Callout::new().hook("not-read").tone(Tone::Warn).children(html! { <>
                    <p>{ record::NOT_READ }</p>
                    { Button::new().hook("try-again").label(words::TRY_AGAIN).onclick(told.again).view() }
                </> }).view() }
            }
            if props.chart.entries.len() >= FILTER_FROM {
                { Field::new()
                    .hook("filter")
                    .label(chart::FILTER)
                    .value(AttrValue::from(wanted.words.clone()))
                    .oninput(change(&wanted, &set, |new, words| new.words = words))
                    .search(true)
                    .view() }
                { narrow(&wanted, &set, authors) }
                <p class="count" role="status" data-test="filter-count">
                    { said(&wanted, total) }
                </p>
            }
            <div data-test={if read { "entries-read" } else { "entries" }} aria-busy={(!read).to_string()}>
                { for by_month(rows, props) }
            </div>
            if total > *most {
                { Button::new().hook("more").label(chart::MORE).onclick(more).view() }
            }
        </>
    }
}

/// A change of one thing that one looks for.
fn change(
    wanted: &Wanted,
    set: &Callback<Wanted>,
    put: fn(&mut Wanted, String),
) -> Callback<String> {
    let (wanted, set) = (wanted.clone(), set.clone());
    Callback::from(move |typed| {
        let mut new = wanted.clone();
        put(&mut new, typed);
        set.emit(new);
    })
}

/// By category, author and time.
fn narrow(wanted: &Wanted, set: &Callback<Wanted>, authors: &[String]) -> Html {
    let mut categories = vec![("".into(), record::ALL_CATEGORIES.into())];
    let all = keepwell_record::model::Category::ALL.map(own_category);
    categories.extend(all.map(|one| {
        let name = words::category(one);
        (name.into(), name.into())
    }));
    let mut names = vec![("".into(), record::ALL_AUTHORS.into())];
    let own = authors.iter().cloned().map(AttrValue::from);
    names.extend(own.map(|name| (name.clone(), name)));
    let all = {
        let set = set.clone();
        Callback::from(move |()| set.emit(Wanted::default()))
    };
    html! {
        <details class="narrowing">
            <summary data-test="narrow">{ record::NARROW }</summary>
            <div class="filters">
                { Choice::new()
                    .hook("filter-category")
                    .label(record::BELONGS_TO)
                    .value(wanted.category.map_or("", words::category))
                    .options(categories)
                    .onchange(change(wanted, set, |new, name| {
                        let mut all = keepwell_record::model::Category::ALL.map(own_category).into_iter();
                        new.category = all.find(|one| words::category(*one) == name);
                    }))
                    .view() }
                if authors.len() > 1 {
                    { Choice::new()
                        .hook("filter-author")
                        .label(record::WRITTEN_BY)
                        .value(AttrValue::from(wanted.author.clone()))
                        .options(names)
                        .onchange(change(wanted, set, |new, name| new.author = name))
                        .view() }
                }
                { Day::new()
                    .hook("filter-from")
                    .label(record::NOT_BEFORE)
                    .value(AttrValue::from(wanted.from.clone()))
                    .oninput(change(wanted, set, |new, day| new.from = day))
                    .view() }
                { Day::new()
                    .hook("filter-until")
                    .label(record::NOT_AFTER)
                    .value(AttrValue::from(wanted.until.clone()))
                    .oninput(change(wanted, set, |new, day| new.until = day))
                    .view() }
            </div>
            if wanted.narrows() {
                { Button::new().hook("filter-all").label(record::SHOW_ALL).look(Look::Quiet).onclick(all).view() }
            }
        </details>
    }
}

/// How much was found, once somebody looks for something.
fn said(wanted: &Wanted, found: usize) -> String {
    match found {
        _ if !wanted.narrows() => String::new(),
        0 => chart::NO_MATCH.into(),
        _ => chart::found(found),
    }
}

/// One line of the list.
struct Row {
    record: RecordId,
    sign: Sign,
    kind: &'static str,
    title: AttrValue,
    short: String,
    category: Category,
    when: Moment,
    author: String,
}

impl Row {
    fn of_line(line: &Line) -> Option<Self> {
        let (sign, kind) = kind(&line.description);
        Some(Self {
            record: line.record.parse().ok()?,
            sign,
            kind,
            title: title(&line.description).to_owned().into(),
            short: in_short(&line.description),
            category: own_category(line.category),
            when: moment(line),
            author: line.author.clone(),
        })
    }

    fn of_entry(entry: &Entry) -> Self {
        let (sign, kind) = kind_of(entry);
        Self {
            record: entry.record,
            sign,
            kind,
            title: entry.title.clone().into(),
            short: String::new(),
            category: entry.category,
            when: written(entry.at),
            author: entry.author.clone(),
        }
    }
}

fn by_month(rows: Vec<Row>, props: &EntryListProps) -> Vec<Html> {
    let mut months: Vec<(String, RecordId, Vec<Html>)> = Vec::new();
    for own in rows {
        let line = row(&own, props);
        match months.last_mut() {
            Some((last, _, lines)) if *last == own.when.month => lines.push(line),
            _ => months.push((own.when.month, own.record, vec![line])),
        }
    }
    let section = |(month, first, lines): (String, RecordId, Vec<Html>)| {
        html! {
            <section key={first.to_string()} class="month">
                <h2>{ month }</h2>
                <ul class="rows">{ for lines }</ul>
            </section>
        }
    };
    months.into_iter().map(section).collect()
}

fn row(own: &Row, props: &EntryListProps) -> Html {
    let current = props.open == Some(own.record);
    let to = Route::Entry {
        chart: props.chart.chart,
        record: own.record,
    };
    html! {
        <li key={own.record.to_string()} id={row_id(own.record)}>
            <RouteLink hook="entry-row" {to} class="row" {current}>
                { icon(own.sign) }
                <span class="row-text">
                    <span class="row-title" data-test="row-title">{ &own.title }</span>
                    if !own.short.is_empty() {
                        <span data-test="row-short">{ &own.short }</span>
                    }
                    <span class="row-meta">
                        <span>{ own.kind }</span>
                        <span>{ words::category(own.category) }</span>
                        <time datetime={own.when.machine.clone()} data-test="row-date">{ &own.when.shown }</time>
                        <span>{ chart::by(&own.author) }</span>
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

/// Entries that are drawn at once.
const PAGE: usize = 50;

/// A shorter list needs no filter.
const FILTER_FROM: usize = 6;
