//! The important first: allergies, current medicines, problems, last results.

use std::rc::Rc;

use keepwell_record::Line;
use yew::prelude::*;

use super::shown::{in_short, moment, title};
use crate::{
    components::RouteLink,
    hooks::use_told,
    message::{
        Chart,
        record::{Answer, Question},
    },
    route::Route,
    words::{record as words, trend},
};

#[derive(Properties, PartialEq)]
pub(crate) struct OverviewProps {
    pub(crate) chart: Rc<Chart>,
}

/// Nothing, while only notes and files are there.
#[component]
pub(crate) fn Overview(props: &OverviewProps) -> Html {
    let told = use_told(&props.chart, Question::Overview);
    let Some(Answer::Overview(own)) = told.answer.as_deref() else {
        return Html::default();
    };
    let cards = [
        ("allergies", words::ALLERGIES, &own.allergies),
        ("medicines", words::MEDICINES, &own.medicines),
        ("problems", words::PROBLEMS, &own.problems),
        ("results", words::RESULTS, &own.results),
    ];
    if cards.iter().all(|(_, _, lines)| lines.is_empty()) {
        return Html::default();
    }
    let cards = cards.into_iter().map(|(hook, heading, lines)| {
        html! {
            <section class="card" data-test={format!("overview-{hook}")}>
                <h3>{ heading }</h3>
                if lines.is_empty() {
                    <p class="muted">{ words::NONE_WRITTEN }</p>
                } else {
                    <ul>{ for lines.iter().map(|line| said(line, &props.chart)) }</ul>
                }
            </section>
        }
    });
    html! {
        <section class="overview" data-test="overview">
            <h2>{ words::OVERVIEW }</h2>
            <div class="cards">{ for cards }</div>
            if !own.results.is_empty() {
                <p class="no-print">
                    <RouteLink hook="to-trends" to={Route::Trends { chart: props.chart.chart }}>{ trend::TO_TRENDS }</RouteLink>
                </p>
            }
        </section>
    }
}

fn said(line: &Line, chart: &Rc<Chart>) -> Html {
    let Ok(record) = line.record.parse() else {
        return Html::default();
    };
    let chart = chart.chart;
    let when = moment(line);
    let short = in_short(&line.description);
    html! {
        <li key={line.record.clone()}>
            <RouteLink hook="overview-line" to={Route::Entry { chart, record }}>{ title(&line.description) }</RouteLink>
            <span class="row-meta">
                if !short.is_empty() {
                    <span data-test="overview-value">{ short }</span>
                }
                <time datetime={when.machine}>{ when.shown }</time>
            </span>
        </li>
    }
}
