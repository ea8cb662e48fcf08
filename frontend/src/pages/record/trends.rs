//! What was measured, over time: all of it in a list, and one of it as a plot, in words, and as a table.

use std::rc::Rc;

use keepwell_record::Series;
use keepwell_shared::id::{ChartId, RecordId};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{
    plot::{plot, spark, swatch},
    readings::{Reading, readings},
};
use crate::{
    components::{RouteLink, Sign, icon},
    hooks::{Told, use_chart, use_page, use_told},
    message::{
        Chart,
        record::{Answer, Question},
    },
    pages::parts::{loading, trouble},
    route::Route,
    words::{self, record, trend as text},
};

#[derive(Properties, PartialEq)]
pub(crate) struct TrendsProps {
    pub(crate) chart: ChartId,
    /// An entry that was measured: only what goes with it. None for all.
    #[prop_or_default]
    pub(crate) record: Option<RecordId>,
}

/// The screen.
#[component]
pub(crate) fn Trends(props: &TrendsProps) -> Html {
    let opened = use_chart(props.chart, ());
    let to = match props.record {
        None => (Route::Chart { chart: props.chart }, words::BACK),
        Some(_) => (Route::Trends { chart: props.chart }, text::BACK),
    };
    html! {
        <div class="wide">
            <RouteLink hook="back" to={to.0} class="back">{ icon(Sign::Back) }{ to.1 }</RouteLink>
            if let Some(chart) = opened.chart {
                <Drawn {chart} record={props.record} />
            } else if let Some(failure) = opened.failure {
                { trouble(&failure, opened.again) }
            } else {
                { loading() }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct DrawnProps {
    chart: Rc<Chart>,
    record: Option<RecordId>,
}

#[component]
fn Drawn(props: &DrawnProps) -> Html {
    let of = props.record.map(|record| record.to_string());
    let told = use_told(&props.chart, Question::Trends { of });
    let Some(Answer::Trends(all)) = told.answer.as_deref() else {
        return missing(&told);
    };
    match (props.record, all.first()) {
        (None, _) => html! { <List chart={props.chart.chart} all={all.clone()} /> },
        (Some(record), Some(series)) => html! {
            <One
                key={series.key.clone()}
                chart={props.chart.chart}
                {record}
                series={series.clone()}
            />
        },
        (Some(_), None) => html! { <Empty title={text::GONE} text={text::GONE_TEXT} /> },
    }
}

fn missing(told: &Told) -> Html {
    match &told.failure {
        Some(failure) => trouble(failure, told.again.clone()),
        None => loading(),
    }
}

#[derive(Properties, PartialEq)]
struct EmptyProps {
    title: &'static str,
    text: &'static str,
}

#[component]
fn Empty(props: &EmptyProps) -> Html {
    let heading = use_page(props.title);
    html! {
        <div class="empty" data-test="empty">
            { icon(Sign::Chart) }
            <h1 ref={heading} tabindex="-1">{ props.title }</h1>
            <p>{ props.text }</p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ListProps {
    chart: ChartId,
    all: Vec<Series>,
}

#[component]
fn List(props: &ListProps) -> Html {
    let heading = use_page(text::TITLE);
    if props.all.is_empty() {
        return html! { <Empty title={text::NONE} text={text::NONE_TEXT} /> };
    }
    let lines = props.all.iter().map(|series| (series, readings(series)));
    let (often, once): (Vec<_>, Vec<_>) = lines.partition(|(_, readings)| readings.len() > 1);
    let rows = |lines: &[(&Series, Vec<Reading>)]| {
        let rows = lines
            .iter()
            .filter_map(|(series, readings)| line(props.chart, series, readings));
        html! { <ul class="rows">{ for rows }</ul> }
    };
    html! {
        <>
            <h1 ref={heading} tabindex="-1">{ text::TITLE }</h1>
            if !often.is_empty() {
                <p class="muted">{ text::TEXT }</p>
                { rows(&often) }
            }
            if !once.is_empty() {
                <section class="history">
                    <h2>{ text::ONCE }</h2>
                    { rows(&once) }
                </section>
            }
        </>
    }
}

fn line(chart: ChartId, series: &Series, readings: &[Reading]) -> Option<Html> {
    let last = readings.last()?;
    let record = last.record()?;
    Some(html! {
        <li key={series.key.clone()}>
            <RouteLink hook="trend-row" to={Route::Trend { chart, record }} class="row">
                <span class="row-text">
                    <span class="row-title">{ &series.title }</span>
                    <span>{ last.value(series) }</span>
                    <span class="row-meta">
                        <span>{ last.when() }</span>
                        if readings.len() > 1 {
                            <span>{ text::times(readings.len()) }</span>
                        }
                    </span>
                </span>
                if readings.len() > 1 {
                    { spark(series) }
                }
            </RouteLink>
        </li>
    })
}

#[derive(Properties, PartialEq)]
struct OneProps {
    chart: ChartId,
    /// The entry from which one came: its value is chosen first.
    record: RecordId,
    series: Series,
}

#[component]
fn One(props: &OneProps) -> Html {
    let series = &props.series;
    let heading = use_page(text::TITLE);
    let all = use_memo(series.clone(), readings);
    let from = all
        .iter()
        .position(|reading| reading.record() == Some(props.record));
    let chosen = use_state(|| from.unwrap_or_default());
    let onchoose = {
        let chosen = chosen.setter();
        Callback::from(move |number| chosen.set(number))
    };
    let Some(reading) = all.get(*chosen).or(all.last()) else {
        return html! { <Empty title={text::GONE} text={text::GONE_TEXT} /> };
    };
    let said = format!("{}, {}", reading.value(series), reading.when());
    let legend = series.strands.iter().enumerate();
    let legend = legend.filter(|(_, strand)| !strand.label.is_empty());
    html! {
        <>
            <h1 ref={heading} tabindex="-1" data-test="trend-title">{ &series.title }</h1>
            <div class="trend-said" data-test="trend-value">
                <p class="trend-value">{ reading.value(series) }</p>
                <p class="row-meta">
                    <span>{ reading.when() }</span>
                    if let Some(written) = reading.as_written() {
                        <span>{ written }</span>
                    }
                    if let Some(usual) = reading.usual(series) {
                        <span>{ text::usual(&usual) }</span>
                    }
                </p>
            </div>
            { plot(series, &all, *chosen, &onchoose) }
            if series.strands.len() > 1 {
                <ul class="legend">
                    { for legend.map(|(number, strand)| html! {
                        <li>{ swatch(number) }<span>{ record::code(&strand.label) }</span></li>
                    }) }
                </ul>
            }
            if series.strands.iter().any(|strand| strand.band.is_some()) {
                <p class="muted">{ text::BAND }</p>
            }
            if all.len() > 1 {
                { slider(all.len(), *chosen, said, onchoose) }
            }
            if let Some(record) = reading.record() {
                <p class="actions no-print">
                    <RouteLink hook="trend-entry" to={Route::Entry { chart: props.chart, record }} class="button">
                        { text::OPEN_ENTRY }
                    </RouteLink>
                </p>
            }
            <details class="as-table">
                <summary data-test="trend-table">{ text::TABLE }</summary>
                { table(props.chart, series, &all) }
            </details>
        </>
    }
}

/// The browser's own bar: by keys, by touch, and known to every screen reader.
fn slider(count: usize, chosen: usize, said: String, onchoose: Callback<usize>) -> Html {
    let oninput = Callback::from(move |event: InputEvent| {
        let input = event.target_unchecked_into::<HtmlInputElement>();
        if let Ok(number) = input.value().parse() {
            onchoose.emit(number);
        }
    });
    html! {
        <div class="field no-print">
            <label for="reading">{ text::READING }</label>
            <p class="help" id="reading-help">{ text::READING_HELP }</p>
            <input
                type="range"
                id="reading"
                min="0"
                max={(count - 1).to_string()}
                step="1"
                value={chosen.to_string()}
                aria-valuetext={said}
                aria-describedby="reading-help"
                data-test="reading"
                {oninput}
            />
        </div>
    }
}

/// Newest first.
fn table(chart: ChartId, series: &Series, all: &[Reading]) -> Html {
    let single = series.strands.len() == 1;
    let usual = all.iter().any(|reading| reading.usual(series).is_some());
    let row = |reading: &Reading| {
        html! {
            <tr>
                <th scope="row">
                    if let Some(record) = reading.record() {
                        <RouteLink hook="table-entry" to={Route::Entry { chart, record }}>{ reading.when() }</RouteLink>
                    } else {
                        { reading.when() }
                    }
                </th>
                { for (0..series.strands.len()).map(|strand| html! { <td>{ reading.part(series, strand) }</td> }) }
                if usual {
                    <td>{ reading.usual(series).unwrap_or_default() }</td>
                }
            </tr>
        }
    };
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={text::TABLE}>
            <table data-test="trend-rows">
                <caption class="unseen">{ &series.title }</caption>
                <thead>
                    <tr>
                        <th scope="col">{ text::DATE }</th>
                        if single {
                            <th scope="col">{ text::VALUE }</th>
                        } else {
                            { for series.strands.iter().map(|strand| html! { <th scope="col">{ record::code(&strand.label) }</th> }) }
                        }
                        if usual {
                            <th scope="col">{ text::USUAL }</th>
                        }
                    </tr>
                </thead>
                <tbody>{ for all.iter().rev().map(row) }</tbody>
            </table>
        </div>
    }
}
